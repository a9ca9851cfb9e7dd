package enrich

import (
	"slices"

	"careerstream/enrich/code"
	"careerstream/enrich/fact"
	"careerstream/schemas/career"
)

// maxFacts bounds the facts of a record; a page that states more is a list of
// something else.
const maxFacts = 200

// facts are what the record's prose states, each value once: where several
// sentences state it, the surest does, and of equals the first.
func (s *Stage) facts(r *career.Record) []career.Fact {
	texts := fact.RecordTexts(r)
	return s.memo.get(texts, func() []career.Fact { return s.read(texts) })
}

func (s *Stage) read(texts []fact.Text) []career.Fact {
	type key struct {
		kind  fact.Kind
		value string
	}
	best := make(map[key]int)
	var kept []fact.Fact
	for _, f := range s.deps.Facts.Facts(texts) {
		k := key{f.Kind, f.Value}
		at, known := best[k]
		switch {
		case !known && len(kept) < maxFacts:
			best[k] = len(kept)
			kept = append(kept, f)
		case known && f.Confidence > kept[at].Confidence:
			kept[at] = f
		}
	}
	var out []career.Fact
	for _, f := range kept {
		out = append(out, career.Fact{
			Kind: string(f.Kind), Value: f.Value, Label: f.Label, Field: f.Field, Sentence: f.Sentence,
			Start: f.Start, End: f.End, Confidence: f.Confidence, Rule: f.Rule,
			Pay: f.Amounts, Week: f.Week, Years: f.Years,
		})
	}
	return out
}

// codes are the career's occupation codes: those that the page states, and those
// that its names have in the taxonomies that are loaded.
func (s *Stage) codes(r *career.Record) []career.Code {
	var stated []string
	for _, section := range r.Sections {
		stated = append(stated, code.StatedInRows(section.Rows)...)
	}
	slices.Sort(stated)
	query := code.Query{Name: r.Name, Plural: r.Plural, AlsoKnownAs: r.AlsoKnownAs, StatedSOC: slices.Compact(stated)}
	var out []career.Code
	for _, c := range s.deps.Codes.Match(query) {
		out = append(out, career.Code{
			Scheme: string(c.Scheme), Version: c.Version, Code: c.Code, URI: c.URI, Title: c.Title,
			Relation: string(c.Relation), Confidence: c.Confidence, Method: string(c.Method), Evidence: c.Evidence,
		})
	}
	return out
}
