// Package section gives every stretch of a page's blocks to the part of the
// record that its heading announces, and reads the parts.
package section

import (
	"strings"

	"careerstream/normalize/block"
	"careerstream/normalize/name"
	"careerstream/normalize/pattern"
	"careerstream/normalize/profile"
	"careerstream/normalize/text"
)

// Page is a page's content: its blocks without boilerplate, with the headings
// matched against the profile.
type Page struct {
	Doc     *block.Doc
	Profile *profile.Profile
	// Blocks that are content, in page order; Heads beside them.
	Blocks []block.Block
	Heads  []Head
	// Dropped are the texts that were taken for boilerplate, for tests and debugging.
	Dropped []string

	inflect *name.Inflector
}

// Head is what the profile's patterns say of a heading.
type Head struct {
	Class profile.Class
	// Career is the text in the {career} slot with its article, or "".
	Career, Article string
	// Left and Right are the texts in a comparison's slots.
	Left, Right string
	// Literals is how many words matched literally.
	Literals int
}

// Prepare drops boilerplate and matches the headings.
func Prepare(doc *block.Doc, p *profile.Profile, inflect *name.Inflector) *Page {
	page := &Page{Doc: doc, Profile: p, inflect: inflect}
	blocks := doc.Blocks
	if doc.HasMain {
		blocks = inMain(blocks)
	}
	page.Blocks = make([]block.Block, 0, len(blocks))
	page.Heads = make([]Head, 0, len(blocks))
	heads := make([]Head, len(blocks))
	drop := make([]bool, len(blocks))
	cta := make([]bool, len(blocks))
	for i := range blocks {
		b := &blocks[i]
		switch b.Kind {
		case block.Heading, block.Term, block.Caption:
			heads[i] = page.match(b.Text)
		case block.Paragraph:
			if len(b.Text) < 80 && b.Text[len(b.Text)-1] == ':' { // "Carpenters are also known as:"
				if h := page.match(b.Text); h.Class != profile.None && h.Literals >= 2 {
					heads[i], b.Kind, b.Style, b.Lead = h, block.Heading, block.StylePlain, 0
				}
			}
		}
		drop[i], cta[i] = page.boilerplate(b, heads[i])
	}
	page.rescueHeadings(blocks, heads, drop)
	page.spreadCTA(blocks, heads, drop, cta)
	page.markCaptions(blocks, drop)
	for i := range blocks {
		b := &blocks[i]
		if drop[i] {
			page.Dropped = append(page.Dropped, b.Text)
			continue
		}
		if b.Kind != block.Row && b.Kind != block.Heading {
			if t := page.withoutCTA(b.Text); t != b.Text {
				page.Dropped = append(page.Dropped, b.Text)
				if t == "" {
					continue
				}
				b.Text, b.Lead = t, min(b.Lead, len(t))
				if !strings.HasPrefix(blocks[i].Text, t[:b.Lead]) {
					b.Lead = 0
				}
			}
		}
		if b.Kind == block.Caption {
			b.Kind, b.Style = block.Heading, block.StyleTable
		}
		page.Blocks = append(page.Blocks, *b)
		page.Heads = append(page.Heads, heads[i])
	}
	return page
}

// inMain keeps what the main element holds, and headings of level 1 outside of
// it, if it holds most of the page.
func inMain(blocks []block.Block) []block.Block {
	inside, total := 0, 0
	for i := range blocks {
		n := len(blocks[i].Text)
		for _, c := range blocks[i].Cells {
			n += len(c)
		}
		total += n
		if blocks[i].Main {
			inside += n
		}
	}
	if inside*10 < total*6 {
		return blocks
	}
	out := make([]block.Block, 0, len(blocks))
	for _, b := range blocks {
		if b.Main || b.Kind == block.Heading && b.Level == 1 {
			out = append(out, b)
		}
	}
	return out
}

// match classifies a heading by its words alone.
func (p *Page) match(s string) Head {
	if len(s) > 250 {
		return Head{}
	}
	s = block.StripNumber(s)
	toks := text.Tokens(s)
	m, ok := p.Profile.Headings.Full(toks)
	if !ok {
		return Head{}
	}
	return headOf(m, s)
}

func headOf(m pattern.Match, s string) Head {
	h := Head{Class: profile.Class(m.ID), Literals: m.Literals}
	for _, slot := range m.Slots {
		surface := withBrackets(s, slot.Start, slot.End)
		switch slot.Name {
		case "career":
			h.Career, h.Article = surface, slot.Article
		case "left":
			h.Left = surface
		case "right":
			h.Right = surface
		}
	}
	return h
}

// withBrackets returns s[start:end], with a closing bracket that belongs to it.
func withBrackets(s string, start, end int) string {
	if strings.Count(s[start:end], "(") > strings.Count(s[start:end], ")") && end < len(s) && s[end] == ')' {
		end++
	}
	return s[start:end]
}
