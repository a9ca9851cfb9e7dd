package section

import (
	"strings"

	"careerstream/normalize/block"
	"careerstream/normalize/profile"
	"careerstream/normalize/text"
)

// define finds the definition: below its own heading, else the prose before the
// first heading, else the prose that opens the duties.
func (r *reader) define(all []*stretch, titleClass profile.Class) {
	lead := all[0]
	if lead.class == profile.None && r.opensWithName(lead.blocks) {
		lead.class = profile.Definition
		r.found[profile.Definition] = true
	}
	if !r.found[profile.Definition] && !prosy(lead.blocks) { // "Summary: a judge hears cases."
		for _, s := range all {
			if s.class == profile.Summary && r.opensWithName(s.blocks) {
				s.class, r.found[profile.Definition] = profile.Definition, true
				break
			}
		}
	}
	for _, s := range all {
		if s.class == profile.Definition {
			r.prose(s, &r.rec.Definition.Paragraphs)
		}
	}
	if lead.class != profile.None {
		return
	}
	if len(r.rec.Definition.Paragraphs) == 0 && prosy(lead.blocks) && !(aboutPage(lead.blocks) && dutiesDefine(all)) {
		r.prose(lead, &r.rec.Definition.Paragraphs)
		r.found[profile.Definition] = true
		return
	}
	r.rest(lead, lead.blocks)
	if len(r.rec.Definition.Paragraphs) > 0 {
		return
	}
	for i, s := range all {
		if s.class != profile.Duties {
			continue
		}
		later := false
		for _, t := range all[i+1:] {
			later = later || t.class == profile.Duties
		}
		n := leadProse(s, later)
		for _, b := range s.blocks[:n] {
			r.rec.Definition.Paragraphs = appendNew(r.rec.Definition.Paragraphs, b.Text)
		}
		s.blocks, s.heads = s.blocks[n:], s.heads[n:]
	}
}

// opensWithName reports whether the first prose of a stretch speaks of the
// career: "Actors play parts on stage.", "A judge hears cases."
func (r *reader) opensWithName(blocks []block.Block) bool {
	for i := range blocks {
		b := &blocks[i]
		if b.Kind == block.Paragraph && b.Item == 0 && text.EndsSentence(b.Text) {
			return r.page.leads(b.Text, func(s string) bool { return r.page.inflect.Key(s) == r.name.Key })
		}
	}
	return false
}

// maxLeadingWords is the longest subject that is looked for.
const maxLeadingWords = 7

// leads reports whether the first words of a text satisfy is.
func (p *Page) leads(s string, is func(string) bool) bool {
	toks := text.Tokens(s[:min(len(s), maxLeadBytes)])
	for n := 1; n <= maxLeadingWords && n <= len(toks); n++ {
		if is(s[toks[0].Start:toks[n-1].End]) {
			return true
		}
	}
	return false
}

// prosy reports whether blocks hold a paragraph that could define a career.
func prosy(blocks []block.Block) bool {
	for i := range blocks {
		if blocks[i].Kind == block.Paragraph && blocks[i].Item == 0 && len(blocks[i].Text) > 30 && text.EndsSentence(blocks[i].Text) {
			return true
		}
	}
	return false
}

// leadProse counts the paragraphs that open a stretch of duties and define the
// career rather than introduce the list.
func leadProse(s *stretch, later bool) int {
	n := 0
	for n < len(s.blocks) && s.blocks[n].Kind == block.Paragraph && s.blocks[n].Item == 0 && !partLead(&s.blocks[n]) && !strings.HasSuffix(s.blocks[n].Text, ":") {
		n++
	}
	if n == len(s.blocks) && !later {
		return min(n, 1) // all prose: one paragraph defines, the others are duties
	}
	if n < len(s.blocks) && n > 0 && !later && (s.blocks[n].Item != 0 || s.blocks[n].Kind == block.Row) {
		if introduces(s.blocks[n-1].Text) {
			n-- // the paragraph right before the list introduces it
		}
	}
	return n
}

// aboutPage reports whether prose speaks of the page itself, "Read here how one
// works as a glazier.", "In this guide, we explain ...", by its first words.
func aboutPage(blocks []block.Block) bool {
	for i := range blocks {
		if !prosy(blocks[i : i+1]) {
			continue
		}
		toks := text.Tokens(blocks[i].Text[:min(len(blocks[i].Text), 60)])
		if len(toks) < 3 {
			return false
		}
		switch toks[0].Word {
		case "find", "learn", "discover", "read", "explore", "welcome":
		case "this":
			if !pageWords[toks[1].Word] {
				return false
			}
		case "in":
			if toks[1].Word != "this" || !pageWords[toks[2].Word] {
				return false
			}
		default:
			return false
		}
	}
	return true
}

// pageWords are what pages call themselves.
var pageWords = map[string]bool{"page": true, "guide": true, "article": true, "profile": true, "section": true, "post": true, "blog": true}

// dutiesDefine reports whether prose that could define the career opens the duties.
func dutiesDefine(all []*stretch) bool {
	for _, s := range all {
		if s.class == profile.Duties && len(s.blocks) > 0 {
			return prosy(s.blocks[:1]) && !introduces(s.blocks[0].Text)
		}
	}
	return false
}

// introduces reports whether a paragraph speaks of the list below it.
func introduces(s string) bool {
	for _, t := range text.Tokens(s) {
		switch t.Word {
		case "following", "include", "includes", "including", "duties", "responsibilities", "tasks", "responsible", "below", "here":
			return true
		}
	}
	return false
}
