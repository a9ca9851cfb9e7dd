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
	scratch []text.Token
}

// tokens returns the tokens of s in a buffer that the next call uses again.
func (p *Page) tokens(s string) []text.Token {
	p.scratch = text.AppendTokens(p.scratch[:0], s)
	return p.scratch
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
	// Strong is true for a comparison by "vs", not by "or".
	Strong bool
}

// Prepare drops boilerplate and matches the headings.
func Prepare(doc *block.Doc, p *profile.Profile, inflect *name.Inflector) *Page {
	page := &Page{Doc: doc, Profile: p, inflect: inflect}
	blocks := doc.Blocks
	if doc.HasMain {
		blocks = inMain(blocks)
	}
	blocks = page.splitRunIns(blocks)
	page.Blocks = blocks[:0] // filtered in place: the sequence is read once
	page.Heads = make([]Head, 0, len(blocks))
	heads := make([]Head, len(blocks))
	drop := make([]bool, len(blocks))
	cta := make([]bool, len(blocks))
	rests := make([]string, len(blocks))
	for i := range blocks {
		b := &blocks[i]
		switch b.Kind {
		case block.Heading, block.Term, block.Caption:
			heads[i] = page.match(b.Text)
			if b.Kind == block.Heading && heads[i].Class == profile.None {
				if _, _, ok := page.akaLabel(b); ok {
					b.Kind, b.Level, b.Style = block.Paragraph, 0, block.StyleNone
				} else if m, ok := p.AKALabels.Full(page.tokens(b.Text)); ok && m.Literals > 1 {
					heads[i] = Head{Class: profile.AlsoKnownAs, Literals: m.Literals}
				}
			}
		case block.Paragraph:
			if len(b.Text) < 80 && b.Text[len(b.Text)-1] == ':' { // "Carpenters are also known as:"
				if h := page.match(b.Text); h.Class != profile.None && h.Literals >= 2 {
					heads[i], b.Kind, b.Style, b.Lead = h, block.Heading, block.StylePlain, 0
				}
			} else if b.Item == 0 && len(b.Text) < 80 && !text.EndsSentence(b.Text) { // "How they differ: X v Y"
				if h := page.match(b.Text); h.Class == profile.Comparison && h.Left != "" && h.Literals >= 3 {
					heads[i], b.Kind, b.Style, b.Lead = h, block.Heading, block.StylePlain, 0
				}
			}
		}
		page.cutPointer(b)
		rests[i], drop[i], cta[i] = page.boilerplate(b, heads[i])
	}
	page.rescueHeadings(blocks, heads, drop)
	page.spreadCTA(blocks, heads, drop, cta)
	page.markCaptions(blocks, drop)
	page.markContents(blocks, drop)
	for i := range blocks {
		b := &blocks[i]
		if drop[i] {
			page.Dropped = append(page.Dropped, b.Text)
			continue
		}
		if b.Kind != block.Heading && len(rests[i]) != len(b.Text) && rests[i] != "" {
			page.Dropped = append(page.Dropped, b.Text)
			if b.Lead > len(rests[i]) || b.Text[:b.Lead] != rests[i][:b.Lead] {
				b.Lead = 0
			}
			b.Text = rests[i]
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
	out := blocks[:0]
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
	s = withoutCount(block.StripNumber(s))
	toks := p.tokens(s)
	m, ok := p.Profile.Headings.Full(toks)
	if !ok && len(toks) > 2 && len(toks[0].Word) <= 2 && toks[0].Word[0] >= '0' && toks[0].Word[0] <= '9' {
		m, ok = p.Profile.Headings.Full(toks[1:]) // "3 What does a judge do?"
	}
	if !ok {
		return Head{}
	}
	return headOf(m, s)
}

// withoutCount takes a number in brackets off the end of a heading: "Comments (2)".
func withoutCount(s string) string {
	if open := strings.LastIndexByte(s, '('); open > 0 && strings.HasSuffix(s, ")") && strings.Trim(s[open+1:len(s)-1], "0123456789 ,") == "" {
		return strings.TrimSpace(s[:open])
	}
	return s
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
			h.Strong = !strings.Contains(strings.ToLower(s[:slot.Start]), " or ")
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
