package section

import (
	"careerstream/normalize/block"
	"careerstream/normalize/profile"
	"careerstream/normalize/text"
	"careerstream/schemas/career"
)

// mergeFAQs adds the questions, and the answers, that only the page's JSON-LD
// has. It reports whether one of them made a part of the record that the page
// itself does not show.
func (r *reader) mergeFAQs() (stated bool) {
	for _, qa := range r.page.Doc.FAQs {
		q := &question{text: qa.Question}
		if h := r.page.match(qa.Question); h.Class == profile.Comparison && h.Left != "" && r.page.compares(h, r.name) {
			q.head = h
		}
		for _, b := range qa.Answer {
			if t := r.page.withoutCTA(b.Text); t == b.Text {
				q.blocks = append(q.blocks, b)
			} else if t != "" {
				q.blocks = append(q.blocks, block.Block{Kind: block.Paragraph, Text: t, Item: b.Item})
			}
		}
		at, known := r.asked[text.Fold(qa.Question)]
		switch {
		case !known && r.part(q):
			stated = true
		case !known:
			r.answer(q)
		case unanswered(r.rec.FAQs[at]):
			all, asked := r.rec.FAQs, r.asked
			r.rec.FAQs, r.asked = nil, map[string]int{}
			r.answer(q)
			if len(r.rec.FAQs) == 1 {
				r.rec.FAQs[0].Question = all[at].Question
				all[at] = r.rec.FAQs[0]
			}
			r.rec.FAQs, r.asked = all, asked
		}
	}
	return stated
}

// part makes of a question on what the career is, does or where, the part of the
// record that the page has nothing else for.
func (r *reader) part(q *question) bool {
	h := r.page.match(q.text)
	if h.Career == "" || !r.page.inflect.Same(r.name, h.Career) || len(q.blocks) == 0 {
		return false
	}
	return r.fill(h.Class, q.blocks)
}

// fill reads blocks as a part that the record lacks; false if it has that part.
func (r *reader) fill(class profile.Class, blocks []block.Block) bool {
	if len(blocks) == 0 {
		return false
	}
	s := &stretch{class: class, blocks: blocks, heads: make([]Head, len(blocks))}
	switch class {
	case profile.Definition:
		if len(r.rec.Definition.Paragraphs) > 0 {
			return false
		}
		r.prose(s, &r.rec.Definition.Paragraphs)
	case profile.Duties:
		if len(r.rec.Duties) > 0 {
			return false
		}
		r.duties(s, nil)
	case profile.Types:
		if len(r.rec.Types) > 0 {
			return false
		}
		r.types(s)
	case profile.Workplace:
		if len(r.rec.Workplace.Paragraphs) > 0 {
			return false
		}
		r.workplace(s)
	default:
		return false
	}
	r.found[class] = true
	return true
}

// occupation adds what only the page's schema.org Occupation has: other names, and
// the definition and duties of a page that shows none. It reports whether there are
// any.
func (r *reader) occupation() (stated bool) {
	o := r.page.Doc.Occupation
	if o == nil || !r.page.inflect.Same(r.name, o.Name) {
		return false
	}
	for _, n := range o.Names {
		r.addName(n)
	}
	stated = r.fill(profile.Definition, o.Description)
	stated = r.fill(profile.Duties, o.Responsibilities) || stated
	if len(r.page.Blocks) == 0 {
		r.rest(&stretch{class: profile.Other}, o.More)
	}
	return stated
}

// unanswered reports whether the page shows a question without its answer.
func unanswered(f career.FAQ) bool {
	c := f.Comparison
	return len(f.Answer) == 0 && (c == nil || len(c.Dimensions) == 0 && c.Intro == "" && c.Summary == "")
}
