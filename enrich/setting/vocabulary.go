package setting

import (
	_ "embed" // the vocabulary
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/gertd/go-pluralize"
)

//go:embed vocabulary.json
var embedded string

// Term is one setting.
type Term struct {
	// ID is what records hold ("private-practice").
	ID string `json:"id"`
	// Label is for people ("Private practice").
	Label string `json:"label"`
	// Patterns are phrases in lower case, in the singular, without hyphens and
	// apostrophes. The last word matches in the plural too, or, after "=", only
	// as it stands. The same pattern may stand for several terms.
	Patterns []string `json:"patterns"`
}

// file is vocabulary.json.
type file struct {
	Settings []Term `json:"settings"`
	// Ignored phrases hold a pattern and mean something else ("box office").
	Ignored []string `json:"ignored"`
	// Negators deny what follows them in the clause; NotNegators begin like one
	// and do not ("not only").
	Negators    []string `json:"negators"`
	NotNegators []string `json:"not_negators"`
	// Asides begin a mention of somebody else's place, up to the next of Places.
	Asides []string `json:"asides"`
	Places []string `json:"places"`
	// Restarts begin a new clause: the words among them that can follow a comma.
	Restarts []string `json:"restarts"`
	// Followers are nouns that make the setting before them an adjective.
	Followers []string `json:"followers"`
}

// Vocabulary matches text against the terms. It is safe for concurrent use.
type Vocabulary struct {
	terms []Term
	// patterns by first word, longest first.
	patterns  map[string][]pattern
	negators  phrases
	allowed   phrases
	asides    phrases
	places    map[string]bool
	restarts  map[string]bool
	followers map[string]bool
}

// pattern is a phrase and the terms that it stands for; none where it is ignored.
type pattern struct {
	words []string
	ids   []string
}

// New returns the built-in vocabulary. It fails only on a broken build.
func New() (*Vocabulary, error) { return Parse([]byte(embedded)) }

// Parse reads a vocabulary in the format of vocabulary.json and names every
// mistake in it.
func Parse(data []byte) (*Vocabulary, error) {
	var f file
	if err := json.Unmarshal(data, &f); err != nil {
		return nil, fmt.Errorf("read settings vocabulary: %w", err)
	}
	plural := pluralize.NewClient()
	v := &Vocabulary{
		terms: f.Settings, patterns: make(map[string][]pattern),
		negators: newPhrases(f.Negators), allowed: newPhrases(f.NotNegators), asides: newPhrases(f.Asides),
		places: set(f.Places), restarts: set(f.Restarts), followers: make(map[string]bool),
	}
	for _, word := range f.Followers {
		v.followers[word] = true
		v.followers[plural.Plural(word)] = true
	}
	var errs []error
	ids := make(map[string]bool)
	all := make(map[string]*pattern)
	for _, term := range f.Settings {
		if strings.Trim(term.ID, "abcdefghijklmnopqrstuvwxyz-") != "" || term.ID == "" || ids[term.ID] {
			errs = append(errs, fmt.Errorf("setting %q: want a unique id of a-z and hyphens", term.ID))
		}
		ids[term.ID] = true
		if term.Label == "" || len(term.Patterns) == 0 {
			errs = append(errs, fmt.Errorf("setting %q: label or patterns are missing", term.ID))
		}
		for _, text := range term.Patterns {
			errs = append(errs, add(all, plural, text, term.ID))
		}
	}
	for _, text := range f.Ignored {
		errs = append(errs, add(all, plural, text, ""))
	}
	if err := errors.Join(errs...); err != nil {
		return nil, fmt.Errorf("check settings vocabulary: %w", err)
	}
	for _, p := range all {
		v.patterns[p.words[0]] = append(v.patterns[p.words[0]], *p)
	}
	for _, list := range v.patterns {
		slices.SortFunc(list, func(a, b pattern) int { return len(b.words) - len(a.words) })
	}
	return v, nil
}

// add puts a pattern, as it stands and in the plural, for the term id.
func add(all map[string]*pattern, plural *pluralize.Client, text, id string) error {
	words := strings.Fields(text)
	if len(words) == 0 || text != strings.ToLower(text) || strings.ContainsAny(text, "-'’,.") {
		return fmt.Errorf("setting %q: pattern %q: want lower-case words without punctuation", id, text)
	}
	last := len(words) - 1
	exact, isExact := strings.CutPrefix(words[last], "=")
	words[last] = exact
	forms := []string{exact}
	if !isExact {
		if many := plural.Plural(exact); many != exact {
			forms = append(forms, many)
		}
	}
	for _, form := range forms {
		words := append(slices.Clone(words[:last]), form)
		key := strings.Join(words, " ")
		p := all[key]
		if p == nil {
			p = &pattern{words: words}
			all[key] = p
		}
		if id != "" && !slices.Contains(p.ids, id) {
			p.ids = append(p.ids, id)
		}
	}
	return nil
}

// Terms returns the terms in the order of the file. The caller must not change them.
func (v *Vocabulary) Terms() []Term { return v.terms }

func set(words []string) map[string]bool {
	m := make(map[string]bool, len(words))
	for _, word := range words {
		m[word] = true
	}
	return m
}

// phrases are word sequences by first word.
type phrases map[string][][]string

func newPhrases(texts []string) phrases {
	p := make(phrases)
	for _, text := range texts {
		if words := strings.Fields(text); len(words) > 0 {
			p[words[0]] = append(p[words[0]], words)
		}
	}
	return p
}

// at returns the length, in words, of a phrase that begins the clause, or 0.
func (p phrases) at(clause []token) int {
	for _, words := range p[clause[0].word] {
		if begins(clause, words) {
			return len(words)
		}
	}
	return 0
}
