package section

import (
	"strings"

	"careerstream/normalize/block"
	"careerstream/normalize/name"
	"careerstream/normalize/profile"
)

// stretch is a run of blocks below one heading.
type stretch struct {
	class profile.Class
	// head is the heading, with an empty Text before the first one.
	head block.Block
	info Head
	// blocks of the stretch; their Item is the outermost holder, so that a
	// nested list is one entry with the item around it.
	blocks []block.Block
	heads  []Head
	// inSummary is true below a heading that sums up the sections to come.
	inSummary bool
	items     int
	from      int // index of the first block in the page
}

func (s *stretch) level() uint8 { return s.head.Level }

// over reports whether a stretch is the heading of the next one, which is of no
// part of the record either.
func (s *stretch) over(next *stretch) bool {
	return s.class == profile.Other && next.class == profile.Other && s.level() > 1 && next.level() > s.level() && len(next.blocks) > 0 &&
		!strings.EqualFold(s.head.Text, next.head.Text)
}

// divider cuts a page's blocks into stretches.
type divider struct {
	page      *Page
	name      name.Name
	out       []*stretch
	cur       *stretch
	dissolved map[int32]bool
	// question is the open question of a FAQ, answered whether it has text.
	question    *Head
	questionAt  block.Block
	answered    bool
	asked       bool  // every heading of the open FAQ asks
	summary     uint8 // level of the summary heading that is open
	summaryOpen bool
	titleDone   bool
	titleClass  profile.Class
	h1s         int
}

// divide cuts the page; the first stretch is the lead, before any heading. It
// returns the class of the page's title beside, for a page whose title is the
// only heading of its kind.
func (p *Page) divide(n name.Name) ([]*stretch, profile.Class) {
	d := &divider{page: p, name: n, cur: &stretch{}, dissolved: map[int32]bool{}}
	d.out = []*stretch{d.cur}
	for i := range p.Blocks {
		if p.Blocks[i].Kind == block.Heading && p.Blocks[i].Level == 1 {
			d.h1s++
		}
	}
	for i := range p.Blocks {
		b := p.Blocks[i]
		h := d.resolve(&b, p.Heads[i])
		if d.asksUnannounced(i, &b) || d.panels(i, &b) {
			d.open(block.Block{Kind: block.Heading}, Head{Class: profile.FAQ})
		}
		switch {
		case b.Kind == block.Heading && d.title(i, &b, h):
		case b.Kind == block.Heading && d.opens(i, &b, h), b.Kind == block.Term && d.termOpens(&b, h):
			d.open(b, h)
		default:
			d.append(i, b, h)
		}
	}
	return d.withoutChrome(), d.titleClass
}

// resolve rejects a match whose {career} slot holds something else: "What is
// psychotherapy?" defines no psychotherapist.
func (d *divider) resolve(b *block.Block, h Head) Head {
	in := d.page.inflect
	if h.Class == profile.Comparison && !d.page.compares(h, d.name) {
		return Head{}
	}
	if h.Class == profile.None || h.Career == "" {
		return h
	}
	switch h.Class {
	case profile.Definition:
		if in.Same(d.name, h.Career) || h.Article != "" && in.Shares(d.name, h.Career) && d.cur.class != profile.FAQ {
			return h
		}
	case profile.Types, profile.Duties, profile.Workplace, profile.SeeAlso, profile.AlsoKnownAs:
		if in.Akin(d.name, h.Career) || h.Literals >= 5 {
			return h
		}
	case profile.Other:
		if h.Literals > 1 || b.Level > 0 || b.Style != block.StylePlain || in.Shares(d.name, h.Career) {
			return h // but a badge "Bright Outlook" heads nothing
		}
	default:
		return h
	}
	return Head{}
}

// title reports whether a heading is the page's title, which is no content.
func (d *divider) title(i int, b *block.Block, h Head) bool {
	if len(d.out) > 1 && !d.underLabels(b) {
		return false
	}
	section := h.Class != profile.None && h.Career == "" // "The role" stands for no career here
	same := b.Item == 0 && !section && d.page.inflect.Same(d.name, b.Text)
	switch {
	case d.cur.class == profile.SeeAlso || d.cur.class == profile.AlsoKnownAs || d.cur.class == profile.Types || d.question != nil && h.Class == profile.None:
		return false
	case same:
		d.titleDone = true
		return true
	case b.Level == 1 && (d.h1s < 3 || !d.titleDone) && !d.titleDone:
		if h.Class != profile.None {
			d.titleClass = h.Class
		}
		d.titleDone = true
		return h.Class != profile.None && d.again(i, h) || h.Class == profile.None && (d.mentions(b.Text) || d.h1s < 3) || h.Class != profile.None && d.h1s < 3
	case !d.titleDone && len(d.cur.blocks) == 0 && h.Class != profile.None && d.again(i, h):
		d.titleDone = true
		return true
	case !d.titleDone && len(d.cur.blocks) == 0 && b.Item == 0 && (h.Class == profile.None || h.Class == profile.Other) && d.titles(b.Text):
		d.titleDone = true
		return true
	}
	return false
}

// underLabels reports whether a heading of level 1 names the career below labels
// such as "Job profile", and forgets those: they open no section.
func (d *divider) underLabels(b *block.Block) bool {
	if b.Level > 1 || b.Item != 0 || b.Level == 0 && len(d.out) > 2 || d.titleDone || !d.page.inflect.Same(d.name, b.Text) && !d.titles(b.Text) {
		return false
	}
	for _, s := range d.out[1:] {
		if len(s.blocks) > 0 {
			return false
		}
	}
	for _, s := range d.out[1:] {
		d.page.Dropped = append(d.page.Dropped, s.head.Text)
	}
	d.out = d.out[:1]
	d.cur = d.out[0]
	return true
}

// titles reports whether the words of a page's first heading name the career as
// titles do: "Career profile: Crane Operators", "Becoming a Judge".
func (d *divider) titles(s string) bool {
	for _, c := range d.page.titleNames(s) {
		if d.page.inflect.Same(d.name, c.text) {
			return true
		}
	}
	return false
}

func (d *divider) mentions(s string) bool {
	return strings.Contains(d.page.inflect.Key(s), d.name.Key)
}

// again reports whether a later heading has the same class.
func (d *divider) again(i int, h Head) bool {
	for j := i + 1; j < len(d.page.Heads); j++ {
		if d.page.Heads[j].Class == h.Class && d.page.Blocks[j].Kind == block.Heading {
			return true
		}
	}
	return false
}

// opens reports whether a heading opens a new stretch, or belongs inside the
// one that is open.
func (d *divider) opens(i int, b *block.Block, h Head) bool {
	cur := d.cur
	known := h.Class != profile.None
	if !known && d.besides(b) {
		return true
	}
	deeper := b.Level > cur.level() && cur.level() > 0
	switch {
	case cur.class == profile.Drop:
		return known || b.Level > 0 && b.Level <= cur.level() || cur.level() == 0 && b.Level > 0
	case cur.class == profile.FAQ:
		return d.endsFAQ(i, b, h)
	case cur.class == profile.Comparison:
		if d.otherComparison(b, h, cur) || !deeper && h.Career != "" && d.page.inflect.Same(d.name, h.Career) && h.Class >= profile.Definition && h.Class <= profile.Workplace {
			return true // "Types of welders" is no side of "Welder vs. fabricator"
		}
		if !linksClass(h) && d.dimension(i, b, cur.info) {
			return false
		}
		if deeper || b.Level == 0 && cur.level() > 0 {
			return false
		}
		return known || b.Level > 0 || !plainTail(b, cur)
	case cur.class == profile.SeeAlso || cur.class == profile.AlsoKnownAs:
		if b.Level == 0 && (h.Class == profile.Other || h.Class == profile.Definition && h.Literals < 2 || !known) {
			// a career's name in a line of its own
			return known && h.Career == "" && b.Style != block.StylePlain
		}
		return known || !deeper && b.Level > 0
	case known:
		if h.Class == profile.Other || h.Class == profile.Comparison && h.Literals < 1 {
			return !deeper && !(b.Level == 0 && cur.level() > 0 && cur.class != profile.None && cur.class != profile.Other)
		}
		if h.Class == profile.Definition && h.Literals < 2 && h.Career == "" && deeper && cur.class != profile.None && cur.class != profile.Summary {
			return false
		}
		if h.Class == cur.class && deeper && (cur.class == profile.Types || cur.class == profile.Workplace) {
			return false
		}
		return true
	case b.Level > 0:
		return !deeper
	}
	return d.inferredOpens(i, b)
}

// besides reports whether a heading stands in another column of the page than the
// section that is open, which is complete: a box beside it belongs to none of its
// entries.
func (d *divider) besides(b *block.Block) bool {
	cur := d.cur
	if cur.head.Column == 0 || cur.head.Column == b.Column || len(cur.blocks) == 0 || asks(b) {
		return false
	}
	if (cur.class == profile.Duties || cur.class == profile.Types) && cur.items == 0 {
		return false // its entries may be cards, a column each
	}
	for c := b.Column; c != 0; c = d.page.Doc.Columns[c] {
		if c == cur.head.Column {
			return false
		}
	}
	return true
}

// inferredOpens decides for an unknown heading without a level.
func (d *divider) inferredOpens(i int, b *block.Block) bool {
	cur := d.cur
	body := d.hasBody(i)
	switch {
	case b.Item != 0 || cur.level() > 0:
		return b.Style == block.StyleTable && b.Item == 0 && (cur.class == profile.None || cur.class == profile.Summary)
	case cur.head.Text == "":
		return body && b.Style != block.StylePlain || b.Style == block.StyleTable
	case !body:
		return false
	case b.Style != cur.head.Style:
		return cur.head.Style == block.StylePlain && b.Style != block.StyleNumber && cur.class != profile.Types && cur.class != profile.Duties
	}
	switch cur.class {
	case profile.Duties, profile.Types:
		return cur.items > 0
	}
	return true
}

// linksClass reports whether a heading announces names of careers, which below
// a comparison look like its sides.
func linksClass(h Head) bool {
	return h.Class == profile.SeeAlso || h.Class == profile.AlsoKnownAs || h.Class == profile.Drop
}

// plainTail reports whether an unknown heading is too weak to end a comparison.
func plainTail(b *block.Block, cur *stretch) bool {
	return b.Style != cur.head.Style && b.Style == block.StylePlain
}

// hasBody reports whether text follows before the next heading.
func (d *divider) hasBody(i int) bool {
	return i+1 < len(d.page.Blocks) && d.page.Blocks[i+1].Kind != block.Heading
}

// termOpens reports whether a definition pair stands for a section.
func (d *divider) termOpens(b *block.Block, h Head) bool {
	switch h.Class {
	case profile.Definition, profile.Duties, profile.Types, profile.Workplace, profile.SeeAlso, profile.AlsoKnownAs, profile.FAQ:
		return d.cur.class != profile.FAQ && d.cur.class != profile.Comparison
	}
	return false
}

func (d *divider) open(b block.Block, h Head) {
	for id := b.Item; id != 0; id = d.page.Doc.Items[id].Parent {
		d.dissolved[id] = true
	}
	if h.Class == profile.Summary {
		d.summary, d.summaryOpen = b.Level, true
	} else if d.summaryOpen && b.Level <= d.summary {
		d.summaryOpen = false
	}
	class := h.Class
	if class == profile.None {
		class = profile.Other
	}
	b.Item = 0
	d.cur = &stretch{class: class, head: b, info: h, inSummary: d.summaryOpen}
	d.question, d.questionAt, d.answered, d.asked = nil, block.Block{}, false, true
	if class == profile.Comparison {
		d.question, d.questionAt = &d.cur.info, b
	}
	d.out = append(d.out, d.cur)
}

func (d *divider) append(i int, b block.Block, h Head) {
	b.Item = d.top(b.Item)
	if b.Kind == block.Item || b.Kind == block.Row || b.Kind == block.Term {
		d.cur.items++
	}
	if d.cur.class == profile.FAQ {
		d.asked = d.asked && (b.Kind != block.Heading || asks(&b) || h.Class == profile.Comparison)
		if b.Kind == block.Heading && (asks(&b) || h.Class == profile.Comparison) && !(d.question != nil && d.question.Class == profile.Comparison && d.question.Left != "" && b.Level > d.questionAt.Level && d.questionAt.Level > 0) {
			q := h
			d.question, d.questionAt, d.answered = &q, b, false
		} else if d.question != nil {
			d.answered = true
		}
	}
	d.page.Blocks[i], d.page.Heads[i] = b, h
	cur := d.cur
	if len(cur.blocks) == 0 {
		cur.from = i
	}
	if n := len(cur.blocks); cur.from+n == i { // the usual case: a part of the page's own list
		cur.blocks, cur.heads = d.page.Blocks[cur.from:i+1:i+1], d.page.Heads[cur.from:i+1:i+1]
		return
	}
	cur.from = -1
	cur.blocks, cur.heads = append(cur.blocks, b), append(cur.heads, h)
}

// top returns the outermost holder of an item that is an entry of a list: a
// panel is none, nor is one that holds whole sections.
func (d *divider) top(id int32) int32 {
	var top int32
	for ; id != 0; id = d.page.Doc.Items[id].Parent {
		if !d.dissolved[id] && d.page.Doc.Items[id].Kind != block.Panel {
			top = id
		}
	}
	return top
}
