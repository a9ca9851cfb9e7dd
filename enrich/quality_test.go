package enrich

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"careerstream/schemas/career"
)

func text(words int) []string { return []string{strings.Repeat("word ", words)} }

func duties(n int) []career.Duty {
	list := make([]career.Duty, n)
	for i := range list {
		list[i] = career.Duty{Name: "Name", Text: strings.Repeat("word ", usefulDutyWords)}
	}
	return list
}

func TestQuality(t *testing.T) {
	t.Parallel()
	rich := career.Record{
		Slug:       "x",
		Definition: career.Definition{Paragraphs: text(usefulWords)},
		Duties:     duties(usefulDuties),
		Types:      make([]career.Type, usefulTypes),
		Workplace:  career.Workplace{Paragraphs: text(usefulWords), Settings: []string{"office"}},
		FAQs:       []career.FAQ{{Kind: career.QA, Answer: text(1)}, {Kind: career.QA, Answer: text(1)}},
		SeeAlso:    make([]career.Link, usefulSeeAlso),
	}
	bigger := rich
	bigger.Definition = career.Definition{Paragraphs: text(10 * usefulWords)}
	bigger.Duties = duties(10 * usefulDuties)

	mixed := career.Record{Slug: "x", Definition: career.Definition{Paragraphs: text(7)}, Duties: duties(3)}
	mixed.Duties[1].Name = ""
	mixed.Duties[2].Text = ""

	faqs := career.Record{Slug: "x", FAQs: []career.FAQ{
		{Kind: career.QA, Question: "Why?"},
		{Kind: career.Versus, Question: "X vs Y", Comparison: &career.Comparison{LeftCareer: "x"}},
		{Kind: career.Versus, Question: "Y vs Z", Comparison: &career.Comparison{Dimensions: make([]career.Dimension, 1)}},
	}}

	tests := []struct {
		name    string
		record  career.Record
		linked  linked
		score   float64
		missing []string
		doubts  []string
	}{
		{"nothing", career.Record{Slug: "x"}, linked{}, 0,
			[]string{"definition", "duties", "types", "workplace", "faqs", "see_also"}, nil},
		{"everything", rich, linked{others: 4, found: 4}, 1, []string{}, nil},
		{"more than everything", bigger, linked{others: 4, found: 4}, 1, []string{}, nil},
		{"no link found", rich, linked{others: 4}, 0.95, []string{}, nil},
		{"one link of three", rich, linked{others: 3, found: 1}, 0.967, []string{}, nil},
		{"short and mixed", mixed, linked{}, 0.25*7/60 + 0.25*(0.5*3/6) + 0.25*0.5*22/30,
			[]string{"types", "workplace", "faqs", "see_also"},
			[]string{"definition: very short, 7 words", "duties: 1 of 3 have no name", "duties: 1 of 3 have no text"}},
		{"questions", faqs, linked{}, 0.1,
			[]string{"definition", "duties", "types", "workplace", "see_also"},
			[]string{`faqs: "Why?" has no answer`, `faqs: "X vs Y" compares nothing`, `faqs: "Y vs Z" does not compare this career`}},
	}
	for _, test := range tests {
		if got := score(&test.record, test.linked); got < test.score-0.0006 || got > test.score+0.0006 {
			t.Errorf("%s: score %v, want %v", test.name, got, test.score)
		}
		if diff := cmp.Diff(test.missing, missing(&test.record)); diff != "" {
			t.Errorf("%s: missing (-want +got):\n%s", test.name, diff)
		}
		if diff := cmp.Diff(test.doubts, doubts(&test.record)); diff != "" {
			t.Errorf("%s: doubts (-want +got):\n%s", test.name, diff)
		}
	}
}

func TestWeightsAddUp(t *testing.T) {
	t.Parallel()
	sum := weightDefinition + weightDuties + weightTypes + weightWorkplace + weightFAQs + weightSeeAlso + weightLinks
	if sum < 0.999999 || sum > 1.000001 {
		t.Errorf("weights add up to %v, want 1", sum)
	}
}
