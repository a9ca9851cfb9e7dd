package enrich

import (
	"fmt"
	"math"
	"strings"

	"careerstream/enrich/quality"
	"careerstream/schemas/career"
)

// shortDefinition is the number of words under which a definition is doubtful.
const shortDefinition = 15

// judge writes the record's quality. It leaves out how fresh the record is: that
// changes by itself, and would make a new version every day.
func (s *Stage) judge(r *career.Record, l linked) {
	articles := quality.Share{}
	for _, faq := range r.FAQs {
		if faq.Article == nil {
			continue
		}
		articles.Total++
		if len(faq.Article.Text) > 0 {
			articles.Good++
		}
	}
	q := s.quality.Score(quality.Input{Record: r, Relations: quality.Share{Good: l.found, Total: l.others}, Articles: articles})
	r.Quality.Score, r.Quality.Missing = q.Score, append([]string{}, q.Missing...)
	r.Quality.Parts = nil
	for _, part := range q.Parts {
		r.Quality.Parts = append(r.Quality.Parts, career.QualityPart{Name: string(part.Name), Value: part.Value, Weight: math.Round(part.Weight*1000) / 1000, Why: part.Why})
	}
}

func words(paragraphs []string) int {
	n := 0
	for _, paragraph := range paragraphs {
		n += len(strings.Fields(paragraph))
	}
	return n
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
