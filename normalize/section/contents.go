package section

import (
	"careerstream/normalize/block"
	"careerstream/normalize/text"
)

// markContents drops a page's list of its own headings: at least two links in a
// row whose texts are headings.
func (p *Page) markContents(blocks []block.Block, drop []bool) {
	var heads map[string]bool
	for from := 0; from < len(blocks); {
		if drop[from] || !linked(&blocks[from]) {
			from++
			continue
		}
		if heads == nil {
			heads = headings(blocks, drop)
		}
		to, found := from, 0
		for ; to < len(blocks) && !drop[to] && linked(&blocks[to]); to++ {
			n := leadsTo(&blocks[to], heads)
			if n == 0 {
				break
			}
			found += n
		}
		if found >= 2 {
			for i := from; i < to; i++ {
				drop[i] = true
			}
		}
		from = max(to, from+1)
	}
}

// linked reports whether a block is hardly more than links.
func linked(b *block.Block) bool {
	return (b.Kind == block.Item || b.Kind == block.Paragraph) && b.LinkBytes*10 >= len(b.Text)*8 && b.LinkBytes > 0
}

// headings returns the page's headings, folded, and what they begin with: a list of
// contents often has a heading's first words only.
func headings(blocks []block.Block, drop []bool) map[string]bool {
	heads := map[string]bool{}
	for i := range blocks {
		if b := &blocks[i]; b.Kind == block.Heading && !drop[i] && b.Level != 1 {
			fold := text.Fold(block.StripNumber(b.Text))
			heads[fold] = true
			for words, at := 0, 0; at < len(fold); at++ {
				if fold[at] == ' ' {
					if words++; words > 1 {
						heads[fold[:at]] = true
					}
				}
			}
		}
	}
	return heads
}

// leadsTo counts the links of a block if all of them, but at most one in three,
// lead to headings.
func leadsTo(b *block.Block, heads map[string]bool) int {
	links := b.Links
	if len(links) == 0 {
		links = []string{b.Text}
	}
	n := 0
	for _, l := range links {
		if heads[text.Fold(block.StripNumber(l))] {
			n++
		}
	}
	if n*3 < len(links)*2 {
		return 0
	}
	return n
}
