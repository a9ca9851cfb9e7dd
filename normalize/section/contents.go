package section

import (
	"strings"

	"careerstream/normalize/block"
	"careerstream/normalize/profile"
	"careerstream/normalize/text"
)

// markContents drops a page's list of its own headings: at least two links in a
// row whose texts are headings.
func (p *Page) markContents(blocks []block.Block, drop []bool) {
	p.markUnlinked(blocks, drop)
	var heads map[string][]string
	for from := 0; from < len(blocks); {
		if drop[from] || !linked(&blocks[from]) || len(blocks[from].Links) < 2 && (from+1 == len(blocks) || !linked(&blocks[from+1])) {
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

// minUnlinked is the least lines of a list of contents that has no links.
const minUnlinked = 3

// markUnlinked drops such a list in a text, or on a page whose links are lost: at
// least three lines in a row that all come again as headings, one of a part of the
// record among them.
func (p *Page) markUnlinked(blocks []block.Block, drop []bool) {
	var last map[string]int // of each heading
	for from := 0; from < len(blocks); {
		if drop[from] || !short(&blocks[from]) || from+1 < len(blocks) && !short(&blocks[from+1]) {
			from++
			continue
		}
		if last == nil {
			last = map[string]int{}
			for i := range blocks {
				if blocks[i].Kind == block.Heading && !drop[i] {
					last[block.StripNumber(blocks[i].Text)] = i
				}
			}
		}
		to, tells := from, false
		for ; to < len(blocks) && !drop[to] && short(&blocks[to]); to++ {
			if last[block.StripNumber(blocks[to].Text)] <= to {
				break
			}
			c := p.match(blocks[to].Text).Class
			tells = tells || c >= profile.Definition && c <= profile.Workplace
		}
		if tells && to-from >= minUnlinked {
			for i := from; i < to; i++ {
				drop[i] = true
			}
		}
		from = max(to, from+1)
	}
}

// short reports whether a block could be a line of a list of contents.
func short(b *block.Block) bool {
	return b.Kind != block.Row && b.Level == 0 && b.Text != "" && len(b.Text) <= maxLeadBytes && !strings.HasSuffix(b.Text, ".")
}

// linked reports whether a block is hardly more than links.
func linked(b *block.Block) bool {
	return (b.Kind == block.Item || b.Kind == block.Paragraph) && b.LinkBytes*10 >= len(b.Text)*8 && b.LinkBytes > 0
}

// headings returns the page's headings, folded, by their first two words.
func headings(blocks []block.Block, drop []bool) map[string][]string {
	heads := map[string][]string{}
	for i := range blocks {
		if b := &blocks[i]; b.Kind == block.Heading && !drop[i] && b.Level != 1 {
			fold := text.Fold(block.StripNumber(b.Text))
			if start := begin(fold); len(heads[start]) < maxAlike {
				heads[start] = append(heads[start], fold)
			}
		}
	}
	return heads
}

// maxAlike bounds the headings that begin alike.
const maxAlike = 50

// begin returns the first two words of a folded text.
func begin(fold string) string {
	if i := strings.IndexByte(fold, ' '); i >= 0 {
		if j := strings.IndexByte(fold[i+1:], ' '); j >= 0 {
			return fold[:i+1+j]
		}
	}
	return fold
}

// isHeading reports whether a text is a heading or, of two words at least, what one
// begins with: a list of contents often has no more.
func isHeading(s string, heads map[string][]string) bool {
	fold := text.Fold(block.StripNumber(s))
	start := begin(fold)
	for _, h := range heads[start] {
		if h == fold || strings.Contains(fold, " ") && strings.HasPrefix(h, fold) && h[len(fold)] == ' ' {
			return true
		}
	}
	return false
}

// leadsTo counts the links of a block if all of them, but at most one in three,
// lead to headings.
func leadsTo(b *block.Block, heads map[string][]string) int {
	links := b.Links
	if len(links) == 0 {
		links = []string{b.Text}
	}
	n := 0
	for _, l := range links {
		if isHeading(l, heads) {
			n++
		}
	}
	if n*3 < len(links)*2 {
		return 0
	}
	return n
}
