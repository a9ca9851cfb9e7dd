package section

import (
	"slices"
	"strings"

	"careerstream/normalize/block"
	"careerstream/normalize/profile"
	"careerstream/normalize/text"
)

// withoutChrome leaves out what stands before the first section and is no
// prose: the site's name, navigation, dates.
func (d *divider) withoutChrome() []*stretch {
	first := slices.IndexFunc(d.out, func(s *stretch) bool {
		return s.class >= profile.Definition && s.class <= profile.AlsoKnownAs
	})
	var out []*stretch
	for i, s := range d.out {
		if i >= first || s.class != profile.None && s.class != profile.Other || s.class == profile.Other && (s.head.Level > 0 || s.info.Class == profile.Other || hasProse(s.blocks)) {
			out = append(out, s)
			continue
		}
		if s.class == profile.Other && i > 0 {
			d.page.Dropped = append(d.page.Dropped, s.head.Text)
			s.head.Text = ""
		}
		blocks, heads := s.blocks[:0:0], s.heads[:0:0]
		for j, b := range s.blocks {
			if _, _, label := d.page.akaLabel(&b); label || b.Kind == block.Row && len(b.Cells) > 1 || text.EndsSentence(b.Text) || strings.HasSuffix(b.Text, ":") || figure(b.Text) || text.WordCount(b.Text, 12) > 12 || b.Style == block.StyleTable {
				blocks, heads = append(blocks, b), append(heads, s.heads[j])
			} else {
				d.page.Dropped = append(d.page.Dropped, b.Text)
			}
		}
		if s.blocks, s.heads = blocks, heads; i == 0 || len(blocks) > 0 {
			out = append(out, s)
		}
	}
	return out
}

// figure reports whether a line states an amount or a share: "Salary $57,000".
func figure(s string) bool {
	return strings.ContainsAny(s, "$£€%") && strings.ContainsAny(s, "0123456789")
}

func hasProse(blocks []block.Block) bool {
	for i := range blocks {
		b := &blocks[i]
		if b.Kind == block.Row || len(b.Text) > 40 && text.EndsSentence(b.Text) {
			return true
		}
	}
	return false
}
