package fact

import (
	"cmp"
	"fmt"
	"io/fs"
	"math"
	"slices"
	"strings"

	"careerstream/enrich/fact/sentence"
)

// DefaultDollar is what a bare "$" means.
const DefaultDollar = "USD"

// Config configures an Extractor; the zero value is usable.
type Config struct {
	// Vocabulary is a folder with tables in the format of the built-in ones
	// (credential.tsv, education.tsv, method.tsv, hours.tsv, currency.tsv,
	// ignored.tsv, cues.tsv). A table that it holds replaces the built-in one; nil
	// or an empty folder leaves all of them.
	Vocabulary fs.FS
	// Dollar is the ISO 4217 code that a bare "$" stands for; DefaultDollar if empty.
	Dollar string
}

// Extractor finds facts. It is safe for concurrent use.
type Extractor struct {
	v      *vocabulary
	forms  *forms
	dollar string
}

// New returns an extractor, or an error that names every mistake in the
// vocabulary's tables with its file and line.
func New(cfg Config) (*Extractor, error) {
	v, err := load(cfg.Vocabulary)
	if err != nil {
		return nil, err
	}
	dollar := cmp.Or(cfg.Dollar, DefaultDollar)
	if v.currencies[strings.ToLower(dollar)] != dollar {
		return nil, fmt.Errorf("configure facts: dollar %q is no code of %s", dollar, currencyTable)
	}
	return &Extractor{v, newForms(), dollar}, nil
}

// Entries returns the vocabulary's values, by kind in the order of the tables. The
// caller must not change them.
func (x *Extractor) Entries() []Entry { return x.v.entries }

// Facts returns the facts of the texts in the order of the texts and, within one,
// of the sentences; never nil. What a sentence states twice is listed once.
func (x *Extractor) Facts(texts []Text) []Fact {
	facts := []Fact{}
	rd, about := reader{v: x.v}, []string(nil)
	for _, text := range texts {
		if rd.own == nil || !slices.Equal(about, text.About) {
			about, rd.own, rd.names = text.About, x.heads(text.About), names(text.About)
		}
		var known Amounts // what pay sentences of the text have said so far
		foreign := false
		for _, span := range sentence.Split(text.Text) {
			f := finder{rd: rd, r: rd.read(text.Text[span.Start:span.End], foreign), dollar: x.dollar}
			foreign = f.r.foreign
			f.find(&known)
			for _, found := range f.distinct() {
				found.Field, found.Sentence = text.Field, f.r.text
				found.Confidence = math.Round(found.Confidence*cmp.Or(text.Weight, 1)*1000) / 1000
				facts = append(facts, found)
			}
		}
	}
	return facts
}

// heads are the last words of names and of their parts ("Accountants and
// auditors"), in the singular and plural.
func (x *Extractor) heads(names []string) map[string]bool {
	heads := make(map[string]bool)
	for _, name := range names {
		tokens := tokenize(name)
		for i, t := range tokens {
			last := i == len(tokens)-1
			if t.lower == "and" || t.lower == "or" || !last && !tokens[i+1].comma && tokens[i+1].lower != "and" && tokens[i+1].lower != "or" {
				continue
			}
			for _, form := range x.forms.of(t.lower) {
				heads[form] = true
			}
		}
	}
	return heads
}

// names are the career's names in words, so that a word of one ("school" of
// "school psychologists") is not taken for somebody else.
func names(about []string) [][]string {
	var all [][]string
	for _, name := range about {
		var words []string
		for _, t := range tokenize(name) {
			words = append(words, t.lower)
		}
		if len(words) > 1 {
			all = append(all, words)
		}
	}
	return all
}
