package pages

import (
	"strings"

	"careerstream/schemas/career"
)

// comparison sets a part of two records side by side.
type comparison struct {
	Part string
	// Before and After count the items.
	Before, After int
	// Rows are what differs, Same the items that both have.
	Rows []comparisonRow
	Same []string
}

// comparisonRow is an item that only one record has, or that has changed. Kind is
// "gone", "new" or "changed".
type comparisonRow struct{ Kind, Before, After string }

// maxItems bounds what is compared of a part.
const maxItems = 400

// compare sets a record that is held beside the one published. Either may be nil.
func compare(before, after *career.Record) []comparison {
	left, right := contents(before), contents(after)
	list := make([]comparison, 0, len(left))
	for i, part := range left {
		c := comparison{Part: part.name, Before: len(part.items), After: len(right[i].items)}
		a, b := part.items[:min(len(part.items), maxItems)], right[i].items[:min(len(right[i].items), maxItems)]
		align(a, b, func(kind, text string) {
			row := comparisonRow{Kind: kind}
			if kind == "same" {
				c.Same = append(c.Same, text)
				return
			}
			if kind != "new" {
				row.Before = text
			}
			if kind != "gone" {
				row.After = text
			}
			// One that is gone and one that is new in its place stand in one row.
			if n := len(c.Rows); kind == "new" && n > 0 && c.Rows[n-1].Kind == "gone" {
				c.Rows[n-1].Kind, c.Rows[n-1].After = "changed", text
				return
			}
			c.Rows = append(c.Rows, row)
		})
		if len(c.Rows)+len(c.Same) > 0 {
			list = append(list, c)
		}
	}
	return list
}

type content struct {
	name  string
	items []string
}

// contents is what a reader sees of a record, part by part.
func contents(r *career.Record) []content {
	if r == nil {
		r = &career.Record{}
	}
	var names, duties, types, faqs, links, sections []string
	for _, name := range append([]string{r.Name}, r.AlsoKnownAs...) {
		if name != "" {
			names = append(names, name)
		}
	}
	for _, d := range r.Duties {
		duties = append(duties, titled(d.Name, d.Text))
	}
	for _, t := range r.Types {
		types = append(types, titled(t.Name, t.Text))
	}
	for _, q := range r.FAQs {
		texts := q.Answer
		if c := q.Comparison; c != nil {
			texts = append([]string{c.Intro}, texts...)
			for _, d := range c.Dimensions {
				texts = append(texts, titled(d.Name, d.Left+" | "+d.Right))
			}
			texts = append(texts, c.Summary)
		}
		faqs = append(faqs, titled(q.Question, strings.Join(texts, " ")))
	}
	for _, l := range r.SeeAlso {
		links = append(links, l.Name)
	}
	for _, s := range r.Sections {
		sections = append(sections, titled(s.Heading, strings.Join(s.Text, " ")))
	}
	return []content{
		{"Names", names}, {"Definition", r.Definition.Paragraphs}, {"Duties", duties}, {"Types", types},
		{"Workplace", r.Workplace.Paragraphs}, {"Questions", faqs}, {"See also", links}, {"Other sections", sections},
	}
}

func titled(name, text string) string {
	if name == "" || text == "" {
		return name + text
	}
	return name + ": " + text
}
