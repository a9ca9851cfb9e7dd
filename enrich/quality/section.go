package quality

import (
	"fmt"
	"strings"

	"careerstream/schemas/career"
)

// bounds of a size: 1 within, in proportion below, and down to half at three
// times the upper one, beyond which a section is likely to hold half the page.
type bounds struct {
	low, high int
}

func (b bounds) judge(n int) float64 {
	switch {
	case n < b.low:
		return float64(max(0, n)) / float64(b.low)
	case n <= b.high:
		return 1
	}
	return max(0.5, 1-0.5*float64(n-b.high)/float64(2*b.high))
}

// measure is a size of a section with its bounds.
type measure struct {
	unit string
	n    int
	bounds
}

// section is one that a complete record has. Weights are in hundredths and add up
// to 100.
type section struct {
	field    string
	weight   int
	present  bool
	measures []measure
}

// sectionsOf measures a record, in record order. A list's texts are measured by
// their average.
func sectionsOf(r *career.Record) []section {
	dutyWords, typeWords, answerWords := 0, 0, 0
	for _, duty := range r.Duties {
		dutyWords += words(duty.Name, duty.Text)
	}
	for _, t := range r.Types {
		typeWords += words(t.Name, t.Text)
	}
	for _, faq := range r.FAQs {
		answerWords += words(faq.Answer...)
		if c := faq.Comparison; c != nil {
			answerWords += words(c.Intro, c.Summary)
			for _, d := range c.Dimensions {
				answerWords += words(d.Left, d.Right)
			}
		}
	}
	definition, workplace := words(r.Definition.Paragraphs...), words(r.Workplace.Paragraphs...)
	return []section{
		{"definition", 28, definition > 0, []measure{{"words", definition, bounds{60, 800}}}},
		{"duties", 28, len(r.Duties) > 0, []measure{
			{"items", len(r.Duties), bounds{6, 40}}, {"words each", average(dutyWords, len(r.Duties)), bounds{10, 120}},
		}},
		{"types", 12, len(r.Types) > 0, []measure{
			{"items", len(r.Types), bounds{4, 40}}, {"words each", average(typeWords, len(r.Types)), bounds{1, 150}},
		}},
		{"workplace", 16, workplace > 0, []measure{{"words", workplace, bounds{60, 1200}}}},
		{"faqs", 8, len(r.FAQs) > 0, []measure{
			{"items", len(r.FAQs), bounds{2, 30}}, {"words each", average(answerWords, len(r.FAQs)), bounds{20, 800}},
		}},
		{"see_also", 8, len(r.SeeAlso) > 0, []measure{{"items", len(r.SeeAlso), bounds{3, 40}}}},
	}
}

func words(texts ...string) int {
	n := 0
	for _, text := range texts {
		n += len(strings.Fields(text))
	}
	return n
}

func average(sum, n int) int {
	if n == 0 {
		return 0
	}
	return sum / n
}

func missing(sections []section) []string {
	fields := []string{}
	for _, s := range sections {
		if !s.present {
			fields = append(fields, s.field)
		}
	}
	return fields
}

// completeness is the weight of the sections that are there.
func completeness(sections []section) judgement {
	sum := 0
	for _, s := range sections {
		if s.present {
			sum += s.weight
		}
	}
	j := judgement{name: Completeness, weight: weightCompleteness, value: float64(sum) / 100, known: true, why: "every section is there"}
	if fields := missing(sections); len(fields) > 0 {
		j.why = "missing: " + strings.Join(fields, ", ")
	}
	return j
}

// length is the weighted mean of the sections' measures. A missing section counts
// 0, so that adding one never costs.
func length(sections []section) judgement {
	sum := 0.0
	var off []string
	for _, s := range sections {
		if !s.present {
			continue
		}
		for _, m := range s.measures {
			sum += float64(s.weight) * m.judge(m.n) / float64(len(s.measures))
			if m.n < m.low || m.n > m.high {
				off = append(off, fmt.Sprintf("%s %d %s, wanted %d to %d", s.field, m.n, m.unit, m.low, m.high))
			}
		}
	}
	j := judgement{name: Length, weight: weightLength, value: sum / 100, known: true, why: "sizes of present sections are within bounds"}
	if len(off) > 0 {
		j.why = strings.Join(off, "; ")
	}
	return j
}
