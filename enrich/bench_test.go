package enrich

import (
	"fmt"
	"testing"

	"careerstream/enrich/catalog"
	"careerstream/schemas/career"
)

// benchRecord is a record of the usual size: 1,300 words, with ten duties, eight
// types, four questions and two comparisons.
func benchRecord() career.Record {
	prose := "Nurses need a bachelor's degree and must hold a state license. They work nights and weekends in hospitals, " +
		"and some work more than 40 hours per week. The median annual wage was $93,600 in May 2024."
	r := career.Record{
		Slug: "nurse", Name: "Nurse", Plural: "Nurses", AlsoKnownAs: []string{"Registered Nurse", "RN"},
		Definition: career.Definition{Paragraphs: []string{prose, prose}},
		Workplace:  career.Workplace{Paragraphs: []string{prose, prose, prose}},
	}
	for i := range 10 {
		r.Duties = append(r.Duties, career.Duty{ID: fmt.Sprint(i), Name: "Care", Text: prose})
	}
	for i := range 8 {
		r.Types = append(r.Types, career.Type{Name: fmt.Sprintf("Ward %c Nurse", 'A'+i), Text: prose})
	}
	for range 4 {
		r.FAQs = append(r.FAQs, career.FAQ{Kind: career.QA, Question: "Is it hard?", Answer: []string{prose, prose}})
	}
	for _, other := range []string{"Physician", "Midwife"} {
		r.FAQs = append(r.FAQs, career.FAQ{Kind: career.Versus, Question: "Which?", Comparison: &career.Comparison{
			Left: "Nurse", Right: other, Dimensions: []career.Dimension{{Name: "Pay", Left: prose, Right: prose}},
		}})
	}
	return r
}

// cold reads a page's prose for the first time, warm again because a neighbour has
// arrived, and covered finds that nothing is to be done.
func BenchmarkHandle(b *testing.B) {
	l, c := newLog(), catalog.New()
	m := l.publish(b, benchRecord())
	if err := c.Apply(m); err != nil {
		b.Fatal(err)
	}
	s := newStage(b, c, l)
	outs, err := s.Handle(b.Context(), m)
	if err != nil {
		b.Fatal(err)
	}
	for _, bench := range []struct {
		name   string
		before func()
	}{
		{"cold", func() { s.memo, s.made = newMemo(maxMemo), newMade() }},
		{"warm", func() { s.made = newMade() }},
		{"covered", func() { l.store(outs[0]); s.made.note("nurse", m.Seq) }},
	} {
		b.Run(bench.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				bench.before()
				if _, err := s.Handle(b.Context(), m); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
