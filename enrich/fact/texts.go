package fact

import (
	"fmt"
	"strings"

	"careerstream/schemas/career"
)

// TypeWeight is the weight of texts about a type of the career: what one needs, not
// all do.
const TypeWeight = 0.8

// RecordTexts returns the prose of r that is about the career, in record order: of
// comparisons only the career's own side, and of table rows only those of a name
// and one value. Empty texts are left out.
func RecordTexts(r *career.Record) []Text {
	about := append([]string{r.Name, r.Plural}, r.AlsoKnownAs...)
	var texts []Text
	add := func(text string, names []string, weight float64, field string, at ...any) {
		if strings.TrimSpace(text) != "" {
			texts = append(texts, Text{Field: fmt.Sprintf(field, at...), Text: text, About: names, Weight: weight})
		}
	}
	list := func(paragraphs []string, field string, at ...any) {
		for i, text := range paragraphs {
			add(text, about, 1, field+"[%d]", append(at[:len(at):len(at)], i)...)
		}
	}
	list(r.Definition.Paragraphs, "definition.paragraphs")
	list(r.DutiesIntro, "duties_intro")
	for i, duty := range r.Duties {
		add(duty.Text, about, 1, "duties[%d].text", i)
	}
	list(r.TypesIntro, "types_intro")
	for i, kind := range r.Types {
		names := append([]string{kind.Name}, about...)
		if kind.Abbreviation != "" {
			names = append(names, kind.Abbreviation)
		}
		add(kind.Text, names, TypeWeight, "types[%d].text", i)
	}
	list(r.Workplace.Paragraphs, "workplace.paragraphs")
	for i, faq := range r.FAQs {
		list(faq.Answer, "faqs[%d].answer", i)
		if faq.Comparison == nil {
			continue
		}
		side := sideOf(faq.Comparison, r, about)
		for j, d := range faq.Comparison.Dimensions {
			switch side {
			case "left":
				add(d.Left, about, 1, "faqs[%d].comparison.dimensions[%d].left", i, j)
			case "right":
				add(d.Right, about, 1, "faqs[%d].comparison.dimensions[%d].right", i, j)
			}
		}
	}
	for i, section := range r.Sections {
		list(section.Text, "sections[%d].text", i)
		for j, cells := range section.Rows {
			if len(cells) == 2 {
				add(cells[0]+": "+cells[1], about, 1, "sections[%d].rows[%d]", i, j)
			}
		}
	}
	return texts
}

// sideOf is "left", "right" or "": the side of c that is r's career.
func sideOf(c *career.Comparison, r *career.Record, about []string) string {
	if r.Slug != "" && c.LeftCareer == r.Slug {
		return "left"
	}
	if r.Slug != "" && c.RightCareer == r.Slug {
		return "right"
	}
	for _, name := range about {
		switch {
		case name == "":
		case strings.EqualFold(name, c.Left):
			return "left"
		case strings.EqualFold(name, c.Right):
			return "right"
		}
	}
	return ""
}
