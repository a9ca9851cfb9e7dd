package catalog

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/gertd/go-pluralize"
	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// Key is the form in which names are compared: NFKC, case folded, apostrophes
// dropped, other punctuation as a space, "&" as "and", without a leading article
// and without what stands in parentheses, unless that is all there is.
func Key(name string) string {
	outside, inside := splitParentheses(name)
	if key := fold(outside); key != "" {
		return key
	}
	return fold(strings.Join(inside, " "))
}

func fold(name string) string {
	// A Caser may hold state, so each use has its own.
	folded := cases.Fold().String(norm.NFKC.String(strings.ToValidUTF8(name, " ")))
	words := strings.Fields(strings.Map(func(r rune) rune {
		switch {
		case unicode.IsLetter(r), unicode.IsMark(r), unicode.IsDigit(r), r == '&', r == '+', r == '#':
			return r
		case r == '\'', r == '’', r == '‘', r == '.':
			return -1 // "Driver's", "U.S."
		}
		return ' '
	}, folded))
	for i, word := range words {
		if word == "&" {
			words[i] = "and"
		}
	}
	if len(words) > 1 && (words[0] == "a" || words[0] == "an" || words[0] == "the") {
		words = words[1:]
	}
	return strings.Join(words, " ")
}

// splitParentheses returns a name without its parentheses, and what is in them.
func splitParentheses(name string) (outside string, inside []string) {
	var b strings.Builder
	for {
		before, rest, open := strings.Cut(name, "(")
		b.WriteString(before)
		if !open {
			return b.String(), inside
		}
		content, after, closed := strings.Cut(rest, ")")
		inside = append(inside, content)
		if !closed {
			return b.String(), inside
		}
		b.WriteByte(' ')
		name = after
	}
}

// maxAbbreviation is the length of the longest abbreviation, in characters.
const maxAbbreviation = 8

// isAbbreviation reports whether text is written like one: a single word with at
// least two capitals and not more small letters than capitals ("LMFT", "RNs", "PhD").
func isAbbreviation(text string) bool {
	text = strings.TrimSpace(text)
	if utf8.RuneCountInString(text) > maxAbbreviation || strings.ContainsFunc(text, unicode.IsSpace) {
		return false
	}
	upper, lower := 0, 0
	for _, r := range text {
		switch {
		case unicode.IsUpper(r):
			upper++
		case unicode.IsLower(r):
			lower++
		}
	}
	return upper >= 2 && lower <= upper
}

// inflector makes the plural and singular of keys. It is used by one goroutine.
type inflector struct {
	client *pluralize.Client
	// known remembers what was made of a word: the library tries a hundred
	// patterns, and a catalog has few different nouns.
	known map[string][2]string
}

// invariant are words of career names that the library would spoil.
var invariant = [...]string{
	"physics", "logistics", "economics", "sales", "clothes", "data", "media", "mathematics", "statistics",
	"politics", "ethics", "graphics", "electronics", "robotics", "genetics", "linguistics", "athletics",
	"acoustics", "optics", "aeronautics", "informatics", "analytics", "operations", "law", "staff", "crew",
}

func newInflector() inflector {
	client := pluralize.NewClient()
	for _, word := range invariant {
		client.AddUncountableRule(word)
	}
	return inflector{client: client, known: make(map[string][2]string)}
}

// links are words before which the head of a name stands: "attorney at law".
var links = [...]string{"at", "in", "of", "to", "for", "on"}

// forms returns the plural and singular forms of a key other than itself: of its
// last word, and of the word before a preposition. They are guesses by rule; what
// a record states goes before them.
func (f inflector) forms(key string) []string {
	words := strings.Fields(key)
	var forms []string
	for i, word := range words {
		if i != len(words)-1 && !isLink(words[i+1]) {
			continue
		}
		// The library's rules are English ones and cut bytes.
		if strings.Trim(word, "abcdefghijklmnopqrstuvwxyz") != "" || len(word) < 3 {
			continue
		}
		for _, form := range f.both(word) {
			if form == word || form == "" {
				continue
			}
			changed := append([]string{}, words...)
			changed[i] = form
			forms = append(forms, strings.Join(changed, " "))
		}
	}
	return forms
}

// both returns the plural and the singular of a word.
func (f inflector) both(word string) [2]string {
	forms, found := f.known[word]
	if !found {
		forms = [2]string{f.client.Plural(word), f.client.Singular(word)}
		f.known[word] = forms
	}
	return forms
}

func isLink(word string) bool {
	for _, link := range links {
		if word == link {
			return true
		}
	}
	return false
}
