package section

import (
	"slices"
	"strings"

	"careerstream/normalize/block"
	"careerstream/normalize/profile"
	"careerstream/normalize/text"
)

// maxRunIn is the longest heading that runs into its paragraph, in bytes.
const maxRunIn = 50

// runIn returns the class and length of the heading that a paragraph begins
// with, "Duties: farriers trim hooves."; None where there is none.
func (p *Page) runIn(b *block.Block) (Head, int) {
	if b.Kind != block.Paragraph || b.Item != 0 || !text.StartsUpper(b.Text) {
		return Head{}, 0
	}
	at := strings.IndexByte(b.Text[:min(len(b.Text), maxRunIn)], ':')
	if at < 0 && b.Lead > 0 && b.Lead < len(b.Text) && b.Lead <= maxRunIn && b.Text[b.Lead-1] == '.' {
		at = b.Lead - 1
	}
	if at <= 0 || at+1 >= len(b.Text) {
		return Head{}, 0
	}
	h := p.match(b.Text[:at])
	switch h.Class {
	case profile.Summary:
		h.Class = profile.Definition
	case profile.Definition, profile.Duties, profile.Types, profile.Workplace, profile.Other:
	default:
		return Head{}, 0
	}
	return h, at + 1
}

// splitRunIns makes headings of the words with which paragraphs begin on a page
// that sets its sections off in no other way: at least two sections do, and no
// heading announces the same.
func (p *Page) splitRunIns(blocks []block.Block) []block.Block {
	var seen [profile.Drop + 1]int
	var at []int
	classes := 0
	for i := range blocks {
		h, _ := p.runIn(&blocks[i])
		if b := &blocks[i]; b.Kind == block.Heading && b.Style == block.StylePlain && strings.HasSuffix(b.Text, ":") {
			if c := p.match(b.Text).Class; c >= profile.Definition && c <= profile.Workplace {
				classes++ // "Duties:", with its list below
			}
		}
		if h.Class == profile.None {
			continue
		}
		if seen[h.Class]++; h.Class != profile.Other && seen[h.Class] == 1 {
			classes++
		}
		at = append(at, i)
	}
	if classes < 2 || len(at) == 0 {
		return blocks
	}
	var taken [profile.Drop + 1]bool
	for i := range blocks {
		if b := &blocks[i]; b.Kind == block.Heading || b.Kind == block.Term {
			taken[p.match(b.Text).Class] = true
		}
	}
	out := slices.Clone(blocks[:at[0]])
	for n, i := range at {
		b := blocks[i]
		h, end := p.runIn(&b)
		if seen[h.Class] == 1 && !taken[h.Class] || h.Class == profile.Other {
			head := b
			head.Kind, head.Style, head.Lead, head.LinkBytes, head.Links = block.Heading, block.StyleBold, 0, 0, nil
			head.Text = strings.TrimRight(b.Text[:end], ":. ")
			out = append(out, head)
			b.Text, b.Lead = strings.TrimSpace(b.Text[end:]), 0
		}
		next := len(blocks)
		if n+1 < len(at) {
			next = at[n+1]
		}
		out = append(append(out, b), blocks[i+1:next]...)
	}
	return out
}
