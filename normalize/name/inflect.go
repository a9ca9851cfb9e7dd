// Package name finds the name of the career that a page is about, with its
// plural, by evidence: what the page itself says in its title, link, headings
// and text, and only then by the rules of the language.
package name

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"strings"

	pluralize "github.com/gertd/go-pluralize"
)

//go:embed inflect.json
var inflectData []byte

// Inflector turns English nouns from singular to plural and back. It is safe
// for concurrent use.
type Inflector struct {
	client    *pluralize.Client
	same      map[string]bool   // one form for both
	singular  map[string]string // irregular plurals
	plural    map[string]string
	agent     []string        // endings of words for people
	people    map[string]bool // words for people without such an ending
	things    map[string]bool // words with such an ending for anything else
	sure      []string        // endings that hardly any other words have
	pre       map[string]bool // prepositions after a head noun
	generic   map[string]bool // nouns that are no career by themselves
	genera    map[string]bool // nouns that say of what they define that it is a thing
	smallCase map[string]bool
}

type inflectSource struct {
	Same        []string          `json:"same"`
	Irregular   map[string]string `json:"irregular"` // singular: plural
	Agent       []string          `json:"agent_endings"`
	People      []string          `json:"people"`
	Things      []string          `json:"things"`
	Sure        []string          `json:"sure_endings"`
	Prepose     []string          `json:"prepositions"`
	Generic     []string          `json:"generic"`
	Genera      []string          `json:"kinds_of_things"`
	SmallInCase []string          `json:"lower_case_in_titles"`
}

// NewInflector compiles the embedded exceptions; it fails only if they are broken.
func NewInflector() (*Inflector, error) {
	var src inflectSource
	if err := json.Unmarshal(inflectData, &src); err != nil {
		return nil, fmt.Errorf("read inflection exceptions: %w", err)
	}
	f := &Inflector{
		client: pluralize.NewClient(), same: set(src.Same), people: set(src.People), things: set(src.Things), sure: src.Sure, pre: set(src.Prepose),
		generic: set(src.Generic), genera: set(src.Genera), smallCase: set(src.SmallInCase), agent: src.Agent,
		singular: map[string]string{}, plural: src.Irregular,
	}
	for s, p := range src.Irregular {
		f.singular[p] = s
	}
	return f, nil
}

func set(words []string) map[string]bool {
	m := make(map[string]bool, len(words))
	for _, w := range words {
		m[w] = true
	}
	return m
}

// stem is a cheap singular of a lower-case word, used to compare words only.
func (f *Inflector) stem(w string) string {
	if len(w) < 4 || f.same[w] {
		return w
	}
	if s, ok := f.singular[w]; ok {
		return s
	}
	switch {
	case strings.HasSuffix(w, "people") && len(w) > 6:
		return w[:len(w)-6] + "person"
	case strings.HasSuffix(w, "women"):
		return w[:len(w)-5] + "woman"
	case strings.HasSuffix(w, "men") && len(w) > 4:
		return w[:len(w)-3] + "man"
	case !strings.HasSuffix(w, "s") || strings.HasSuffix(w, "ss") || strings.HasSuffix(w, "us") || strings.HasSuffix(w, "is"):
		return w
	case strings.HasSuffix(w, "ies") && len(w) > 5:
		return w[:len(w)-3] + "y"
	case strings.HasSuffix(w, "sses"), strings.HasSuffix(w, "shes"), strings.HasSuffix(w, "ches"), strings.HasSuffix(w, "xes"), strings.HasSuffix(w, "zes"):
		return w[:len(w)-2]
	}
	return w[:len(w)-1]
}

// Key is equal for the singular and the plural of a name, however cased,
// punctuated or introduced: "an Accountant or Auditor", "Accountants and Auditors".
func (f *Inflector) Key(name string) string {
	var b strings.Builder
	name = strings.ReplaceAll(name, "/", " and ")
	for i, w := range words(name) {
		if i == 0 && (w == "a" || w == "an" || w == "the") {
			continue
		}
		if w == "or" || w == "&" {
			w = "and"
		}
		if b.Len() > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(f.stem(w))
	}
	return b.String()
}

func words(s string) []string {
	return strings.FieldsFunc(strings.ToLower(s), func(r rune) bool {
		return !(r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r >= 0x80 && r != '’' && r != '–' && r != '—' || r == '\'' || r == '+' || r == '#' || r == '&')
	})
}

// IsPlural reports whether the head of a name is in the plural.
func (f *Inflector) IsPlural(name string) bool {
	_, head, _ := f.head(name)
	low := strings.ToLower(head)
	return f.stem(low) != low
}

// Singular returns a name in the singular: the last noun of every part joined
// by "and", "or" or commas is turned, a part that is only the modifier of a
// later noun ("Medical Records and ...") stays.
func (f *Inflector) Singular(name string) string { return f.turn(name, f.singularWord) }

// Plural returns a name in the plural.
func (f *Inflector) Plural(name string) string { return f.turn(name, f.pluralWord) }

func (f *Inflector) turn(name string, turn func(string) string) string {
	parts, joints := conjuncts(name)
	var b strings.Builder
	for i, p := range parts {
		before, head, after := f.head(p)
		if i == len(parts)-1 || f.person(head) {
			head = turn(head)
		}
		b.WriteString(before + head + after)
		if i < len(joints) {
			b.WriteString(joints[i])
		}
	}
	return b.String()
}

// conjuncts cuts a compound name at its commas and its "and"s and "or"s.
func conjuncts(name string) (parts, joints []string) {
	for {
		at, joint := -1, ""
		for _, j := range []string{", and ", ", or ", ", ", " and ", " or ", " & ", "/"} {
			if i := strings.Index(strings.ToLower(name), j); i > 0 && (at < 0 || i < at) {
				at, joint = i, name[i:i+len(j)]
			}
		}
		if at < 0 {
			return append(parts, name), joints
		}
		parts, joints = append(parts, name[:at]), append(joints, joint)
		name = name[at+len(joint):]
	}
}

// head finds the noun of a part that carries its number: the last word, or the
// one before a preposition ("Chief of Staff", "attorney-at-law").
func (f *Inflector) head(part string) (before, head, after string) {
	fields := strings.Fields(part)
	for i := 1; i < len(fields); i++ {
		if f.pre[strings.ToLower(fields[i])] {
			at := strings.Index(part, " "+fields[i])
			before, after = part[:at], part[at:]
			if j := strings.LastIndexByte(before, ' '); j >= 0 {
				return before[:j+1], before[j+1:], after
			}
			return "", before, after
		}
	}
	if j := strings.LastIndexByte(part, ' '); j >= 0 {
		before, part = part[:j+1], part[j+1:]
	}
	if open := strings.IndexByte(part, '('); open == 0 {
		return before, part, ""
	}
	if segs := strings.Split(part, "-"); len(segs) > 1 && (len(segs) > 2 && f.pre[strings.ToLower(segs[1])] || len(segs) == 2 && f.pre[strings.ToLower(segs[1])]) {
		return before, segs[0], part[len(segs[0]):]
	}
	if j := strings.LastIndexByte(part, '-'); j >= 0 {
		before, part = before+part[:j+1], part[j+1:]
	}
	return before, part, ""
}

// person reports whether a noun, in either number, names a person.
func (f *Inflector) person(word string) bool {
	w := f.stem(strings.ToLower(word))
	if f.people[w] || f.things[w] {
		return f.people[w]
	}
	for _, end := range f.agent {
		if strings.HasSuffix(w, end) && len(w) > len(end)+1 {
			return true
		}
	}
	return false
}

func (f *Inflector) singularWord(word string) string {
	low := strings.ToLower(word)
	switch {
	case f.same[low] || word == "":
		return word
	case initialism(strings.TrimSuffix(word, "s")):
		return strings.TrimSuffix(word, "s")
	case strings.HasSuffix(low, "people") && len(low) > 6:
		return word[:len(word)-6] + likeCase(word[len(word)-6:], "person")
	case f.singular[low] != "":
		return likeCase(word, f.singular[low])
	case f.stem(low) == low:
		return word
	case strings.HasSuffix(low, "men"):
		return word[:len(word)-2] + likeCase(word[len(word)-2:], "an")
	}
	return f.client.Singular(word)
}

func (f *Inflector) pluralWord(word string) string {
	low := strings.ToLower(word)
	switch {
	case f.same[low] || word == "" || initialism(strings.TrimSuffix(word, "s")) && strings.HasSuffix(word, "s"):
		return word
	case initialism(word):
		return word + "s"
	case strings.HasSuffix(low, "person") && len(low) > 6:
		return word[:len(word)-6] + likeCase(word[len(word)-6:], "people")
	case f.plural[low] != "":
		return likeCase(word, f.plural[low])
	case f.stem(low) != low:
		return word
	case strings.HasSuffix(low, "woman") || strings.HasSuffix(low, "man") && !strings.HasSuffix(low, "human") && !strings.HasSuffix(low, "shaman"):
		return word[:len(word)-2] + likeCase(word[len(word)-2:], "en")
	}
	return f.client.Plural(word)
}

// initialism reports whether a word is a short one of capitals only: "CEO".
func initialism(word string) bool {
	return len(word) > 1 && len(word) < 6 && word == strings.ToUpper(word) && word != strings.ToLower(word)
}

// likeCase gives form the case of word's first letter, or all of its letters.
func likeCase(word, form string) string {
	switch {
	case word == strings.ToUpper(word) && word != strings.ToLower(word) && len(word) > 1:
		return strings.ToUpper(form)
	case word != "" && word[0] >= 'A' && word[0] <= 'Z':
		return strings.ToUpper(form[:1]) + form[1:]
	}
	return form
}
