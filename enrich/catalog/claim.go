package catalog

import (
	"strings"

	"careerstream/schemas/career"
)

// rank says how well a name fits a career; the lowest wins.
type rank uint8

const (
	byName rank = iota
	byPlural
	byAlias
	byAbbreviation
	// retired is added to the rank of names of a career that is there no more.
	retired
)

// intoKey is the name under which careers that were replaced by slug are found.
// No name on a page has a NUL.
func intoKey(slug string) string { return "\x00" + slug }

// claims returns the keys under which a record's career is known, each with its
// best rank.
func (f inflector) claims(r *career.Record) map[string]rank {
	found := make(map[string]rank)
	claim := func(key string, as rank) {
		if before, known := found[key]; key != "" && (!known || as < before) {
			found[key] = as
		}
	}
	claimAll := func(keys []string, as rank) {
		for _, key := range keys {
			claim(key, as)
		}
	}
	short := func(text string) {
		one := fold(text)
		if strings.HasSuffix(text, "s") { // "RNs"; a capital S is a letter of its own
			one = strings.TrimSuffix(one, "s")
		}
		claim(one, byAbbreviation)
		claim(one+"s", byAbbreviation)
	}
	bracketed := func(name string) {
		_, inside := splitParentheses(name)
		for _, text := range inside {
			if isAbbreviation(text) {
				short(text)
			}
		}
	}

	name, plural := Key(r.Name), Key(r.Plural)
	claim(name, byName)
	claim(plural, byPlural)
	claimAll(f.forms(name), byPlural)
	claimAll(f.forms(plural), byPlural)
	bracketed(r.Name)
	bracketed(r.Plural)
	for _, alias := range r.AlsoKnownAs {
		if isAbbreviation(alias) {
			short(alias)
			continue
		}
		claim(Key(alias), byAlias)
		claimAll(f.forms(Key(alias)), byAlias)
		bracketed(alias)
	}
	if r.Retired == nil {
		return found
	}
	// A living career of the same name comes first.
	for key := range found {
		found[key] += retired
	}
	if into := r.Retired.ReplacedBy; into != "" {
		found[intoKey(into)] = byName
	}
	return found
}

// Reference is a place in a record that names a career.
type Reference struct {
	// Name as on the page.
	Name string
	// Where it stands, by field name ("types", "see_also", "faqs").
	Where string
	// Side: the name is a side of a comparison, which may be the page's own career.
	Side bool
	// Career is where the slug goes, within the record.
	Career *string
}

// References returns every place of a record that names a career, in record
// order. The catalog resolves these and no others.
func References(r *career.Record) []Reference {
	var refs []Reference
	for i := range r.Types {
		refs = append(refs, Reference{r.Types[i].Name, "types", false, &r.Types[i].Career})
	}
	for i := range r.FAQs {
		if c := r.FAQs[i].Comparison; c != nil {
			refs = append(refs,
				Reference{c.Left, "faqs", true, &c.LeftCareer},
				Reference{c.Right, "faqs", true, &c.RightCareer})
		}
	}
	for i := range r.SeeAlso {
		refs = append(refs, Reference{r.SeeAlso[i].Name, "see_also", false, &r.SeeAlso[i].Career})
	}
	return refs
}
