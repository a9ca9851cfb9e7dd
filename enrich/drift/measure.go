package drift

import (
	"math"

	"careerstream/schemas/career"
)

// field numbers what is measured.
type field uint8

const (
	definition field = iota
	duties
	types
	workplace
	faqs
	seeAlso
	alsoKnownAs
	sections
	dutyNames
	typeTexts
	faqAnswers
	comparisons
	all
)

// whole is the number of fields that hold text of their own; those from it on are
// parts of one of them.
const whole = dutyNames

// names of the fields in records.
var names = [all]string{"definition", "duties", "types", "workplace", "faqs", "see_also", "also_known_as", "sections",
	"duties.name", "types.text", "faqs.answer", "faqs.comparison"}

// owner of a part.
var owner = map[field]field{dutyNames: duties, typeTexts: types, faqAnswers: faqs, comparisons: faqs}

// measures of a record: items and bytes of text by field.
type measures struct {
	count [all]uint16
	bytes [whole]uint32
}

func (m *measures) add(f field, items int, texts ...string) {
	m.count[f] = uint16(min(int(m.count[f])+items, math.MaxUint16))
	if f >= whole {
		return
	}
	for _, text := range texts {
		m.bytes[f] = uint32(min(uint64(m.bytes[f])+uint64(len(text)), math.MaxUint32))
	}
}

// has reports whether a field is there at all.
func (m *measures) has(f field) bool { return m.count[f] > 0 }

// total is the text of every field but except, which is all for none.
func (m *measures) total(except field) (sum int) {
	for f := range whole {
		if f != except {
			sum += int(m.bytes[f])
		}
	}
	return sum
}

// present counts the fields with a meaning of their own that are there.
func (m *measures) present() (n int) {
	for f := range alsoKnownAs {
		if m.has(f) {
			n++
		}
	}
	return n
}

// measure reads a record. The text of articles does not count: it comes and goes
// with other pages.
func measure(r *career.Record) (m measures) {
	m.add(definition, len(r.Definition.Paragraphs), r.Definition.Paragraphs...)
	m.add(duties, 0, r.DutiesIntro...)
	for _, d := range r.Duties {
		m.add(duties, 1, d.Name, d.Text)
		if d.Name != "" && d.Text != "" {
			m.add(dutyNames, 1)
		}
	}
	m.add(types, 0, r.TypesIntro...)
	for _, t := range r.Types {
		m.add(types, 1, t.Name, t.Text)
		if t.Text != "" {
			m.add(typeTexts, 1)
		}
	}
	m.add(workplace, len(r.Workplace.Paragraphs), r.Workplace.Paragraphs...)
	for _, q := range r.FAQs {
		m.add(faqs, 1, q.Question)
		m.add(faqs, 0, q.Answer...)
		if len(q.Answer) > 0 || q.Comparison != nil && len(q.Comparison.Dimensions) > 0 {
			m.add(faqAnswers, 1)
		}
		if c := q.Comparison; c != nil {
			m.add(comparisons, 1)
			m.add(faqs, 0, c.Intro, c.Summary)
			for _, d := range c.Dimensions {
				m.add(faqs, 0, d.Name, d.Left, d.Right)
			}
		}
	}
	for _, l := range r.SeeAlso {
		m.add(seeAlso, 1, l.Name)
	}
	m.add(alsoKnownAs, len(r.AlsoKnownAs), r.AlsoKnownAs...)
	for _, s := range r.Sections {
		m.add(sections, 1, s.Heading)
		m.add(sections, 0, s.Text...)
		for _, row := range s.Rows {
			m.add(sections, 0, row...)
		}
	}
	return m
}
