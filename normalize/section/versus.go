package section

import (
	"strings"

	"careerstream/normalize/block"
	"careerstream/normalize/name"
	"careerstream/normalize/profile"
)

// asksUnannounced reports whether a paragraph is a question marked as one, with
// its answer below, outside of any list of questions: "Q1. ...", "A1. ...".
func (d *divider) asksUnannounced(i int, b *block.Block) bool {
	if b.Text == "" || b.Text[0] != 'Q' || d.cur.class == profile.FAQ || i+1 >= len(d.page.Blocks) {
		return false
	}
	_, rest, asks := cutQ(b.Text)
	if !asks || !strings.HasSuffix(rest, "?") {
		return false
	}
	_, _, answers := cutA(d.page.Blocks[i+1].Text)
	return answers
}

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

// compares reports whether a heading that matched a comparison is one: of the
// weak pattern "X or Y" one side must be the career and the other name people.
func (p *Page) compares(h Head, n name.Name) bool {
	if h.Literals > 1 || h.Left == "" {
		return true
	}
	if h.Strong {
		return true
	}
	in := p.inflect
	return in.Heads(n, h.Left) && in.Person(h.Right) || in.Heads(n, h.Right) && in.Person(h.Left)
}
