package enrich

import (
	"fmt"
	"math"
	"strings"

	"careerstream/schemas/career"
)

// Sizes at which a part of a record is fully useful; doc.go tells readers.
const (
	usefulWords     = 60
	usefulDuties    = 6
	usefulDutyWords = 10
	usefulTypes     = 4
	usefulFAQs      = 2
	usefulSeeAlso   = 3
)

// shortDefinition is the number of words under which a definition is doubtful.
const shortDefinition = 15

// Weights of the parts; their sum is 1.
const (
	weightDefinition = 0.25
	weightDuties     = 0.25
	weightTypes      = 0.10
	weightWorkplace  = 0.15
	weightFAQs       = 0.10
	weightSeeAlso    = 0.10
	weightLinks      = 0.05
)

// score is the record's quality, 0 to 1 in steps of 0.001.
func score(r *career.Record, l linked) float64 {
	dutyWords := 0
	for _, duty := range r.Duties {
		dutyWords += len(strings.Fields(duty.Name)) + len(strings.Fields(duty.Text))
	}
	sum := weightDefinition*share(words(r.Definition.Paragraphs), usefulWords) +
		weightDuties*(0.5*share(len(r.Duties), usefulDuties)+0.5*share(dutyWords, usefulDutyWords*len(r.Duties))) +
		weightTypes*share(len(r.Types), usefulTypes) +
		weightWorkplace*(0.8*share(words(r.Workplace.Paragraphs), usefulWords)+0.2*share(len(r.Workplace.Settings), 1)) +
		weightFAQs*share(len(r.FAQs), usefulFAQs) +
		weightSeeAlso*share(len(r.SeeAlso), usefulSeeAlso) +
		weightLinks*share(l.found, l.others)
	return math.Round(sum*1000) / 1000
}

// share is n as a part of whole, at most 1, and 0 of nothing.
func share(n, whole int) float64 {
	if whole == 0 {
		return 0
	}
	return min(1, float64(n)/float64(whole))
}

func words(paragraphs []string) int {
	n := 0
	for _, paragraph := range paragraphs {
		n += len(strings.Fields(paragraph))
	}
	return n
}

// missing lists the parts that a complete record has and r lacks, in record order.
func missing(r *career.Record) []string {
	fields := []string{}
	for _, part := range []struct {
		field string
		has   bool
	}{
		{"definition", words(r.Definition.Paragraphs) > 0},
		{"duties", len(r.Duties) > 0},
		{"types", len(r.Types) > 0},
		{"workplace", words(r.Workplace.Paragraphs) > 0},
		{"faqs", len(r.FAQs) > 0},
		{"see_also", len(r.SeeAlso) > 0},
	} {
		if !part.has {
			fields = append(fields, part.field)
		}
	}
	return fields
}

// doubts are findings about r itself that a person may want to look at. That a
// name is not in the catalog is none: catalogs grow.
func doubts(r *career.Record) []string {
	var found []string
	doubt := func(format string, args ...any) { found = append(found, fmt.Sprintf(format, args...)) }

	if n := words(r.Definition.Paragraphs); n > 0 && n < shortDefinition {
		doubt("definition: very short, %d words", n)
	}
	unnamed, empty := 0, 0
	for _, duty := range r.Duties {
		if duty.Name == "" {
			unnamed++
		}
		if duty.Text == "" {
			empty++
		}
	}
	if unnamed > 0 && unnamed < len(r.Duties) {
		doubt("duties: %d of %d have no name", unnamed, len(r.Duties))
	}
	if empty > 0 {
		doubt("duties: %d of %d have no text", empty, len(r.Duties))
	}
	for _, faq := range r.FAQs {
		c := faq.Comparison
		switch {
		case c == nil && len(faq.Answer) == 0:
			doubt("faqs: %q has no answer", faq.Question)
		case c != nil && len(c.Dimensions) == 0:
			doubt("faqs: %q compares nothing", faq.Question)
		case c != nil && c.LeftCareer != r.Slug && c.RightCareer != r.Slug:
			doubt("faqs: %q does not compare this career", faq.Question)
		}
	}
	return found
}
