package section

import (
	"strings"

	"careerstream/normalize/block"
	"careerstream/normalize/text"
)

// entryWords are words of headings on how one gets into a career and what it
// pays or asks for.
var entryWords = map[string]bool{"become": true, "becoming": true, "education": true, "training": true, "qualification": true,
	"qualifications": true, "salary": true, "salaries": true, "pay": true, "wages": true, "earnings": true, "earn": true, "paid": true,
	"skills": true, "certification": true, "certifications": true, "licensing": true, "license": true, "licenses": true, "career": true,
	"careers": true, "job": true, "jobs": true, "outlook": true, "prospects": true, "employment": true, "qualities": true, "advancement": true,
	"income": true, "compensation": true, "traits": true, "hours": true, "entry": true, "degrees": true, "qualify": true, "train": true,
	"make": true, "demand": true, "work": true, "working": true, "personality": true}

// onEntry reports whether a heading has one of entryWords.
func onEntry(s string) bool {
	for _, t := range text.Tokens(s) {
		if entryWords[t.Word] {
			return true
		}
	}
	return false
}

// abbreviations adds what the page's title, headings and first sentence put in
// brackets after the career's name: "Nurse Practitioner (NP)".
func (r *reader) abbreviations() {
	r.abbreviation(r.page.Doc.Title)
	r.abbreviation(r.page.Doc.Name)
	for i := range r.page.Blocks {
		if b := &r.page.Blocks[i]; b.Kind == block.Heading {
			r.abbreviation(b.Text)
		}
	}
	if d := r.rec.Definition.Paragraphs; len(d) > 0 {
		r.abbreviation(d[0])
	}
}

func (r *reader) abbreviation(s string) {
	open := strings.IndexByte(s, '(')
	if open < 4 {
		return
	}
	end := strings.IndexByte(s[open:], ')')
	if end < 0 || !isAbbreviation(s[open+1:open+end]) {
		return
	}
	before, abbr := r.page.inflect.Key(s[max(0, open-maxLeadBytes):open]), s[open+1:open+end]
	if before != r.name.Key && !strings.HasSuffix(before, " "+r.name.Key) {
		return
	}
	for w := range strings.FieldsSeq(r.rec.Name) {
		if strings.EqualFold(w[:1], abbr[:1]) {
			r.addName(strings.TrimSuffix(abbr, "s"))
			return
		}
	}
}
