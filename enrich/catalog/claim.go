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

// method names the rank as a career.Relation does.
func (r rank) method() string {
	switch r % retired {
	case byName:
		return career.ByName
	case byPlural:
		return career.ByPlural
	case byAlias:
		return career.ByAlias
	default:
		return career.ByAbbreviation
	}
}

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
