package section

import (
	"cmp"
	"strings"

	"careerstream/normalize/block"
	"careerstream/normalize/text"
	"careerstream/schemas/career"
)

// comparer reads the blocks of a comparison one by one.
type comparer struct {
	r    *reader
	s    sides
	c    *career.Comparison
	dims []dim
	dim  int // index of the open dimension, -1 before the first
	side int // the side that is being described, 0 for none
	// card is true while a whole side is described, dimension by dimension.
	card    bool
	summing bool
	header  []string // of a table whose rows are the sides
	left    int      // columns of a table
	right   int
	intro   []string
	summary []string
	answer  []string
	// label is what opened the side that nothing has been said of yet.
	label string
}

type dim struct {
	name        string
	left, right []string
	loose       []string // text of no side
}

// compare reads a comparison.
func (r *reader) compare(q *question) {
	c := &comparer{
		r: r, s: sides{r.page.inflect, q.head.Left, q.head.Right}, dim: -1,
		c: &career.Comparison{Left: strings.TrimSpace(q.head.Left), Right: strings.TrimSpace(q.head.Right)},
	}
	for i := range q.blocks {
		c.block(&q.blocks[i], q.blocks[i+1:])
	}
	r.addFAQ(c.finish(q.text))
}

func (c *comparer) block(b *block.Block, after []block.Block) {
	if b.Kind == block.Row {
		c.row(b)
		return
	}
	if b.Kind != block.Heading && c.summaryStart(b.Text) {
		c.summing = true
		c.summary = append(c.summary, b.Text)
		return
	}
	lead, rest, split := splitAny(b)
	whole := b.Kind == block.Heading || b.Kind == block.Term || b.Lead > 0 && b.Lead >= len(strings.TrimRight(b.Text, ":. ")) || nameLike(b.Text) && !text.EndsSentence(b.Text)
	switch side := c.s.of(b.Text); {
	case side != 0 && whole:
		c.openSide(side, b)
		return
	case b.Kind == block.Heading && c.summaryHeading(b.Text):
		c.summing = true
		return
	case b.Kind == block.Heading && len(after) == 0:
		c.prose(b)
		return
	case split && c.s.of(lead) != 0 && !c.card:
		c.put(c.s.of(lead), rest)
		return
	case split && c.card && c.side != 0:
		c.at(trimName(lead))
		c.put(c.side, rest)
		return
	}
	if side := c.aboutSide(b.Text); side != 0 && !c.card && !c.summing && b.Kind != block.Heading {
		c.put(side, b.Text)
		return
	}
	if left, right := c.bySubject(rest); split && !whole && !c.card && left != "" {
		c.dims = append(c.dims, dim{name: trimName(lead), left: []string{left}, right: []string{right}})
		c.dim, c.side, c.summing = len(c.dims)-1, 0, false
		return
	}
	if strings.HasPrefix(b.Text, "In ") && c.summing {
		c.summary = append(c.summary, b.Text)
		return
	}
	point := b.Kind == block.Item && b.Lead == 0 && c.card && c.side != 0 // of a list on one side
	if whole && !point && (b.Kind == block.Heading || c.sideNext(after) || b.Kind == block.Term && len(after) > 0) {
		name := trimName(b.Text)
		if c.card && c.side != 0 {
			c.at(name)
			return
		}
		c.dims = append(c.dims, dim{name: name})
		c.dim, c.side, c.card, c.summing = len(c.dims)-1, 0, false, false
		return
	}
	c.prose(b)
}

// aboutSide returns the side that a paragraph announces: "As for the Archivist, ...".
func (c *comparer) aboutSide(s string) int {
	for _, start := range []string{"As for ", "As to ", "In the case of ", "Turning to "} {
		if rest, ok := strings.CutPrefix(s, start); ok {
			subject, _, _ := strings.Cut(rest, ",")
			return c.s.of(withoutArticle(subject))
		}
	}
	return 0
}

func withoutArticle(s string) string {
	if word, rest, ok := strings.Cut(s, " "); ok {
		switch strings.ToLower(word) {
		case "a", "an", "the":
			return rest
		}
	}
	return s
}

// clauses cuts a sentence at the mark after which it speaks of its other side;
// nil where there is none.
func (c *comparer) clauses(s string) []string {
	side := c.leading(s)
	for i := 0; side != 0 && i+2 < len(s); i++ {
		if s[i] != ',' && s[i] != ';' || s[i+1] != ' ' {
			continue
		}
		rest := s[i+2:]
		after := rest
		for _, joint := range []string{"while ", "whereas ", "but ", "and "} {
			after = strings.TrimPrefix(after, joint)
		}
		if other := c.leading(after); other != 0 && other != side {
			return []string{s[:i], rest}
		}
	}
	return nil
}

// bySubject gives the sentences of a text, or else the clauses of its only
// sentence, to the sides that they begin with; "" unless both have some.
func (c *comparer) bySubject(s string) (left, right string) {
	if s == "" {
		return "", ""
	}
	parts := text.Sentences(s)
	side := 0
	if len(parts) == 1 {
		if both := c.clauses(s); both != nil {
			if c.leading(both[0]) == 2 {
				return both[1], both[0]
			}
			return both[0], both[1]
		}
	}
	var sides [3][]string
	for _, part := range parts {
		side = cmp.Or(c.leading(part), side)
		sides[side] = append(sides[side], part)
	}
	if len(sides[0]) > 0 || len(sides[1]) == 0 || len(sides[2]) == 0 {
		return "", ""
	}
	return text.Join(sides[1]), text.Join(sides[2])
}

// leading returns the side whose name begins a sentence, 0 for none.
func (c *comparer) leading(s string) (side int) {
	s = withoutArticle(s)
	c.r.page.leads(s, func(words string) bool {
		side = c.s.of(words)
		return side != 0
	})
	return side
}

// openSide begins a side: of the open dimension if that lacks it, else of the
// whole comparison.
func (c *comparer) openSide(side int, b *block.Block) {
	c.summing = false
	c.keepLabel()
	c.label = b.Text
	if c.dim >= 0 && !c.card {
		d := &c.dims[c.dim]
		if side == 1 && len(d.left) == 0 || side == 2 && len(d.right) == 0 {
			c.side = side
			return
		}
	}
	c.card, c.side, c.dim = true, side, -1
}

// keepLabel keeps the words that opened a side if nothing was said of it.
func (c *comparer) keepLabel() {
	if c.label != "" {
		c.answer = append(c.answer, c.label)
	}
	c.label = ""
}

// at opens the dimension of that name, an old one if there is one.
func (c *comparer) at(name string) {
	key := text.Fold(name)
	for i := range c.dims {
		if text.Fold(c.dims[i].name) == key {
			c.dim = i
			return
		}
	}
	c.dims = append(c.dims, dim{name: name})
	c.dim = len(c.dims) - 1
}

// put adds text to a side of the open dimension.
func (c *comparer) put(side int, s string) {
	c.label = ""
	if c.dim < 0 || !c.card && c.full() && c.side != side {
		c.dims = append(c.dims, dim{})
		c.dim = len(c.dims) - 1
	}
	d := &c.dims[c.dim]
	if side == 1 {
		d.left = append(d.left, s)
	} else {
		d.right = append(d.right, s)
	}
	c.side, c.summing = side, false
}

// full reports whether the open dimension has both sides.
func (c *comparer) full() bool {
	d := &c.dims[c.dim]
	return len(d.left) > 0 && len(d.right) > 0
}

// sideNext reports whether one of the next blocks describes a side.
func (c *comparer) sideNext(after []block.Block) bool {
	for i := range after {
		if i > 1 {
			return false
		}
		lead, _, ok := splitAny(&after[i])
		if ok && c.s.of(lead) != 0 || c.s.of(after[i].Text) != 0 {
			return true
		}
	}
	return false
}

// prose takes a paragraph that names neither a side nor a dimension.
func (c *comparer) prose(b *block.Block) {
	switch {
	case c.summing:
		c.summary = append(c.summary, b.Text)
	case len(c.dims) == 0 && !c.card:
		c.intro = append(c.intro, b.Text)
	case c.dim < 0 && c.card:
		c.at("")
		c.put(c.side, b.Text)
	case c.side == 0 && c.dim >= 0:
		c.dims[c.dim].loose = append(c.dims[c.dim].loose, b.Text)
	case c.dim >= 0 && (c.card || !c.full()):
		c.put(c.side, b.Text)
	default:
		c.answer = append(c.answer, b.Text)
	}
}

// row reads a row of a comparison table: the dimension, then the sides.
func (c *comparer) row(b *block.Block) {
	l, r := 0, 0
	for i, cell := range b.Cells {
		switch c.s.of(cell) {
		case 1:
			l = i + 1
		case 2:
			r = i + 1
		}
	}
	if l > 0 && r > 0 {
		c.left, c.right = l, r
		return
	}
	if side := c.s.of(b.Cells[0]); side != 0 && len(c.header) == len(b.Cells) {
		for i := 1; i < len(b.Cells); i++ {
			c.at(trimName(c.header[i]))
			c.put(side, b.Cells[i])
		}
		c.card = true
		return
	}
	switch {
	case b.Head && len(b.Cells) > 1 && l+r == 0:
		c.header = b.Cells
		if len(b.Cells) > 2 {
			c.left, c.right = 2, 3
		}
	case b.Head && len(b.Cells) > 2:
		c.left, c.right = 2, 3
	case len(b.Cells) >= 3:
		left, right := c.left, c.right
		if left == 0 {
			left, right = 2, 3
		}
		if left > len(b.Cells) || right > len(b.Cells) {
			left, right = 2, 3
		}
		d := dim{name: trimName(b.Cells[0]), left: []string{b.Cells[left-1]}, right: []string{b.Cells[right-1]}}
		if left == 1 || right == 1 {
			d.name = ""
		}
		for i := 1; i < len(b.Cells); i++ {
			if i != left-1 && i != right-1 && b.Cells[i] != "" {
				c.answer = append(c.answer, b.Cells[i])
			}
		}
		c.dims = append(c.dims, d)
		c.dim, c.side = -1, 0
	case len(b.Cells) == 2 && c.left > 0:
		c.dims = append(c.dims, dim{left: []string{b.Cells[min(c.left, 2)-1]}, right: []string{b.Cells[min(c.right, 2)-1]}})
	default:
		c.answer = append(c.answer, rowText(b))
	}
}

func (c *comparer) summaryStart(s string) bool {
	if len(c.dims) == 0 && len(c.intro) == 0 {
		return false
	}
	toks := text.Tokens(s[:min(len(s), 40)])
	for n := 1; n <= 4 && n <= len(toks); n++ {
		if _, ok := c.r.page.Profile.SummaryStarts.Full(toks[:n]); ok {
			return true
		}
	}
	return false
}

func (c *comparer) summaryHeading(s string) bool {
	_, ok := c.r.page.Profile.SummaryStarts.Full(text.Tokens(s))
	return ok
}

// labelled puts a side's name before what is said of it, unless that names it.
func (c *comparer) labelled(side, s string) string {
	if c.aboutSide(s) != 0 {
		return s
	}
	return side + ": " + s
}

// finish puts the parts together; nothing that was read is left out.
func (c *comparer) finish(q string) career.FAQ {
	c.keepLabel()
	f := career.FAQ{Kind: career.Versus, Question: q, Comparison: c.c}
	for _, d := range c.dims {
		if len(d.left) == 0 && len(d.right) == 0 {
			if len(d.loose) > 0 && d.name != "" {
				f.Answer = append(f.Answer, d.name+": "+strings.Join(d.loose, " "))
			} else if d.name != "" {
				f.Answer = append(f.Answer, d.name)
			}
			continue
		}
		f.Answer = append(f.Answer, d.loose...)
		if d.name == "" { // what is said of a side without saying in what respect
			for _, t := range d.left {
				f.Answer = append(f.Answer, c.labelled(c.c.Left, t))
			}
			for _, t := range d.right {
				f.Answer = append(f.Answer, c.labelled(c.c.Right, t))
			}
			continue
		}
		c.c.Dimensions = append(c.c.Dimensions, career.Dimension{
			Name: d.name, Left: strings.Join(d.left, "\n\n"), Right: strings.Join(d.right, "\n\n"),
		})
	}
	f.Answer = append(f.Answer, c.answer...)
	if len(c.c.Dimensions) == 0 && len(c.intro) > 1 {
		f.Answer = append(c.intro[1:], f.Answer...)
		c.intro = c.intro[:1]
	}
	c.c.Intro = strings.Join(c.intro, "\n\n")
	c.c.Summary = strings.Join(c.summary, "\n\n")
	return f
}
