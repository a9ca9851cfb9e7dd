package code

import (
	"slices"
	"strings"
	"unicode"

	"github.com/gertd/go-pluralize"
	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// Longer names and titles are none. The longest alternate title that O*NET allows
// has 250 characters.
const (
	maxName  = 1000
	maxWords = 40
)

// fold returns the words of a name for comparing: NFKC, case folded, apostrophes
// and dots dropped, other punctuation parting words, "&" as "and", without a
// leading article.
func fold(name string) []string {
	if len(name) > maxName {
		return nil
	}
	ascii := true
	for i := range len(name) {
		ascii = ascii && name[i] < 0x80
	}
	if ascii {
		name = strings.ToLower(name)
	} else {
		// A Caser may hold state, so each use has its own.
		name = cases.Fold().String(norm.NFKC.String(strings.ToValidUTF8(name, " ")))
	}
	words := strings.Fields(strings.Map(func(r rune) rune {
		switch {
		case unicode.IsLetter(r), unicode.IsMark(r), unicode.IsDigit(r), r == '&', r == '+', r == '#':
			return r
		case r == '\'', r == '’', r == '‘', r == '.':
			return -1
		}
		return ' '
	}, name))
	for i, word := range words {
		if word == "&" {
			words[i] = "and"
		}
	}
	if len(words) > 1 && (words[0] == "a" || words[0] == "an" || words[0] == "the") {
		words = words[1:]
	}
	if len(words) > maxWords {
		return nil
	}
	return words
}

// uncountable are words of titles that the plural rules would spoil.
var uncountable = [...]string{
	"physics", "logistics", "economics", "sales", "clothes", "data", "media", "mathematics", "statistics",
	"politics", "ethics", "graphics", "electronics", "robotics", "genetics", "linguistics", "athletics",
	"acoustics", "optics", "aeronautics", "informatics", "analytics", "operations", "news", "gas", "textiles",
}

// singulars makes the singular of words: of those it has learned by the library's
// rules, of others by leading them back to those. Only of is safe for concurrent use.
type singulars struct {
	client *pluralize.Client
	known  map[string]string
}

func newSingulars() *singulars {
	client := pluralize.NewClient()
	for _, word := range uncountable {
		client.AddUncountableRule(word)
	}
	for _, word := range [...]string{"masseuse", "danseuse", "chanteuse", "die", "fuse", "microfiche"} {
		client.AddIrregularRule(word, word+"s")
	}
	return &singulars{client: client, known: map[string]string{}}
}

// learn returns the singular of a folded word, and remembers it.
func (s *singulars) learn(word string) string {
	form, found := s.known[word]
	if !found {
		// A singular that has another would give two keys to one name.
		form = word
		for range 3 {
			if pluralLike(form) {
				form = s.client.Singular(form)
			}
		}
		s.known[word] = form
		s.known[form] = form
	}
	return form
}

// learnPlural remembers the plural of a singular too, as no ending tells that of
// "wife" or "person".
func (s *singulars) learnPlural(word string) {
	if strings.Trim(word, "abcdefghijklmnopqrstuvwxyz") != "" {
		return
	}
	if plural := s.client.Plural(word); s.known[plural] == "" {
		s.known[plural] = word
	}
}

// of returns the singular of a folded word, or the word where none of it was
// learned. The library takes too long to ask it for each name.
func (s *singulars) of(word string) string {
	if form, found := s.known[word]; found {
		return form
	}
	for _, ending := range [...][2]string{{"s", ""}, {"es", ""}, {"ies", "y"}} {
		if stem, found := strings.CutSuffix(word, ending[0]); found && stem != "" {
			if form, found := s.known[stem+ending[1]]; found {
				return form
			}
		}
	}
	return word
}

// pluralLike says whether a word may be a plural at all, because the library tries a
// hundred patterns on each.
func pluralLike(word string) bool {
	if len(word) < 3 || len(word) > 40 || strings.Trim(word, "abcdefghijklmnopqrstuvwxyz") != "" {
		return false
	}
	if strings.HasSuffix(word, "s") {
		return !strings.HasSuffix(word, "ss") && !strings.HasSuffix(word, "us") && !strings.HasSuffix(word, "is")
	}
	for _, ending := range [...]string{"men", "people", "children", "feet", "teeth", "mice", "geese"} {
		if strings.HasSuffix(word, ending) {
			return true
		}
	}
	return false
}

// phrase is a name made ready for comparing.
type phrase struct {
	// folded has the words as they stand, key them in the singular.
	folded, key string
	// words are those of weight in the singular, sorted, each once.
	words []string
	// heads are the nouns that say what the name is: "teacher" in "Teachers of Art".
	heads []string
	// residual is a title defined by what it leaves out.
	residual bool
}

// newPhrase reads a name; its key is empty where it has no words. singular is
// called for each of its words.
func newPhrase(name string, singular func(string) string) phrase {
	words := fold(name)
	p := phrase{folded: strings.Join(words, " ")}
	single := make([]string, len(words))
	for i, word := range words {
		single[i] = singular(word)
		p.residual = p.residual || word == "except" || word == "other" && i > 0 && words[i-1] == "all"
	}
	p.key = strings.Join(single, " ")
	for _, word := range single {
		if !isStop(word) {
			p.words = append(p.words, word)
		}
	}
	slices.Sort(p.words)
	p.words = slices.Compact(p.words)
	for _, head := range heads(name) {
		if head = singular(head); !slices.Contains(p.heads, head) {
			p.heads = append(p.heads, head)
		}
	}
	return p
}

// isStop words carry no weight of their own.
func isStop(word string) bool {
	switch word {
	case "and", "or", "of", "the", "a", "an", "for", "in", "on", "to", "at", "with", "by":
		return true
	}
	return false
}

// heads returns the head nouns of a name: the last word before a preposition, of
// each part joined by "and" or "or". After a comma stands what is turned round
// ("Teacher, Special Education"), unless the commas are those of a list.
func heads(name string) []string {
	if len(name) > maxName {
		return nil
	}
	parts := strings.Split(name, ",")
	list := false
	for _, part := range parts[1:] {
		lower := strings.ToLower(strings.TrimSpace(part))
		list = list || strings.HasPrefix(lower, "and ") || strings.HasPrefix(lower, "or ") || strings.HasPrefix(lower, "& ")
	}
	if !list {
		parts = parts[:1]
	}
	var all []string
	for _, part := range parts {
		part, _, _ = strings.Cut(part, "(")
		head := ""
		for _, word := range fold(strings.ReplaceAll(part, "/", " and ")) {
			if head != "" && isStop(word) {
				if word != "and" && word != "or" {
					break
				}
				all = append(all, head)
				head = ""
				continue
			}
			if !isStop(word) && !isNumeral(word) {
				head = word
			}
		}
		if head != "" {
			all = append(all, head)
		}
	}
	return all
}

// isNumeral is a grade at the end of a title: "Accountant II".
func isNumeral(word string) bool { return strings.Trim(word, "iv0123456789") == "" }
