package normalize

import (
	"encoding/json"
	"strings"

	"careerstream/schemas/career"
)

// wantBeekeeper is the record that every shape of s must give, built without
// the parser.
func wantBeekeeper(s sample) any {
	rec := career.Record{
		Slug: strings.ToLower(s.name), Name: s.name, Plural: s.plural, AlsoKnownAs: s.aka,
		Definition: career.Definition{Paragraphs: s.definition}, DutiesIntro: []string{s.dutiesIntro}, TypesIntro: []string{s.typesIntro},
		Workplace: career.Workplace{Paragraphs: s.workplace},
		Sections:  []career.Section{{Heading: "How to Become a " + s.name, Level: 2, Text: s.become}},
		Source:    career.Source{URL: "https://example.org/careers/beekeeper", Site: "example.org"},
	}
	for _, d := range s.duties {
		rec.Duties = append(rec.Duties, career.Duty{ID: strings.ReplaceAll(strings.ToLower(d[0]), " ", "-"), Name: d[0], Text: d[1]})
	}
	for _, ty := range s.types {
		name, abbr := ty[0], ""
		if before, ok := strings.CutSuffix(name, " (QB)"); ok {
			name, abbr = before, "QB"
		}
		rec.Types = append(rec.Types, career.Type{Name: name, Abbreviation: abbr, Text: ty[1]})
	}
	for _, q := range s.questions {
		rec.FAQs = append(rec.FAQs, career.FAQ{Kind: career.QA, Question: q.q, Answer: q.a})
	}
	for _, v := range s.versus {
		c := &career.Comparison{Left: v.left, Right: v.right, Intro: v.intro, Summary: v.summary}
		for _, d := range v.dims {
			c.Dimensions = append(c.Dimensions, career.Dimension{Name: d[0], Left: d[1], Right: d[2]})
		}
		rec.FAQs = append(rec.FAQs, career.FAQ{Kind: career.Versus, Question: v.left + " vs " + v.right, Comparison: c})
	}
	for _, l := range s.seeAlso {
		rec.SeeAlso = append(rec.SeeAlso, career.Link{Name: l})
	}
	data, err := rec.Content()
	if err != nil {
		panic(err)
	}
	var out any
	if err := json.Unmarshal(data, &out); err != nil {
		panic(err)
	}
	return out
}
