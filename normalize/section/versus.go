package section

import (
	"strings"

	"careerstream/normalize/block"
	"careerstream/normalize/name"
	"careerstream/normalize/profile"
)

// dimension reports whether a heading names a dimension or a side of the
// comparison that is open.
func (d *divider) dimension(i int, b *block.Block, c Head) bool {
	if c.Left == "" {
		return false
	}
	s := sides{d.page.inflect, c.Left, c.Right}
	if s.of(b.Text) != 0 {
		return true
	}
	if block.StripNumber(b.Text) != b.Text && b.Level == 0 {
		return true
	}
	for j := i + 1; j < len(d.page.Blocks) && j <= i+2; j++ {
		n := &d.page.Blocks[j]
		lead, _, ok := splitAny(n)
		if ok && s.of(lead) != 0 || s.of(n.Text) != 0 && d.hasBody(j) {
			return true
		}
		if n.Kind == block.Heading {
			break
		}
	}
	return false
}

// otherComparison reports whether a heading inside of a comparison, not below its
// heading, compares other careers than that does.
func (d *divider) otherComparison(b *block.Block, h Head, cur *stretch) bool {
	if h.Class != profile.Comparison || h.Left == "" || cur.info.Left == "" || b.Level > cur.level() || (b.Level == 0) != (cur.level() == 0) {
		return false
	}
	in := d.page.inflect
	return in.Key(h.Left) != in.Key(cur.info.Left) || in.Key(h.Right) != in.Key(cur.info.Right)
}

// third reports whether a side of a comparison is two of them.
func third(side string) bool {
	side = strings.ToLower(side)
	return strings.Contains(side, " vs ") || strings.Contains(side, " vs. ") || strings.Contains(side, " versus ")
}

// compares reports whether a heading that matched a comparison is one: of the
// weak pattern "X or Y" one side must be the career and the other name people.
func (p *Page) compares(h Head, n name.Name) bool {
	if third(h.Left) || third(h.Right) {
		return false // "X vs. Y vs. Z" has no two sides
	}
	if h.Literals > 1 || h.Left == "" {
		return true
	}
	if h.Strong {
		return true
	}
	in := p.inflect
	return in.Heads(n, h.Left) && in.Person(h.Right) || in.Heads(n, h.Right) && in.Person(h.Left)
}
