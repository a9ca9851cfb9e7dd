package block

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// Strictness says how much HTML leaves out as boilerplate.
type Strictness uint8

// The levels of strictness. A page on which a stricter one finds nothing may
// have broken markup that put the content inside of boilerplate.
const (
	Strict Strictness = iota // by tag, role, class and visibility
	Lax                      // nothing but scripts and styles
)

// Options of one reading.
type Options struct {
	Rules      *Rules
	Strictness Strictness
	// IgnoreBold takes bold text for plain, for pages that never close a tag.
	IgnoreBold bool
}

// HTML walks a parsed page once and returns its blocks. It does not change the
// tree and does not recurse.
func HTML(root *html.Node, opts Options) *Doc {
	w := &walker{
		doc: &Doc{}, rules: opts.Rules, opts: opts,
		classes: make(map[string]classInfo, 64), ids: make(map[string]classInfo, 64),
		outline: newOutline(), buf: make([]byte, 0, 1024),
	}
	w.doc.Items, w.doc.Columns = append(w.doc.Items, ItemInfo{}), append(w.doc.Columns, 0)
	w.survey(root)
	w.walk(root)
	w.flush()
	w.doc.Template = w.outline.fingerprint()
	return w.doc
}

type walker struct {
	doc   *Doc
	rules *Rules
	opts  Options

	// survey results
	targets map[string]struct{}     // ids that a link or button on the page shows
	holds   map[*html.Node]struct{} // elements that hold h1, main or article
	boxes   map[*html.Node]struct{} // boxes of buttons that speak to the reader
	tabs    map[string]string       // labels of tabs by the id of their pane

	occupations []map[string]any // stated as JSON-LD

	classes, ids map[string]classInfo // what the page's attributes say

	// the text being gathered
	buf                []byte
	space              bool
	leadStart, leadEnd int
	leadOpen           bool
	linkBytes          int
	linkEnds           []int
	lines              []line
	bold, links, pre   int

	// the place in the tree
	level    uint8 // of the open heading
	style    uint32
	items    []int32
	terms    []int32 // the last term of each open dl
	first    Kind
	mains    int
	h1Only   int // inside a page header, of which only h1 counts
	h1Inside int

	cellParts []string

	outline outline
}

// walk visits every node below root in page order.
func (w *walker) walk(root *html.Node) {
	n := root
	for {
		down := false
		switch n.Type {
		case html.TextNode:
			w.text(n.Data)
		case html.ElementNode:
			down = w.enter(n)
			if down && n.FirstChild == nil {
				w.leave(n)
				down = false
			}
		case html.DocumentNode:
			down = n.FirstChild != nil
		}
		if down {
			n = n.FirstChild
			continue
		}
		for n != root && n.NextSibling == nil {
			n = n.Parent
			if n.Type == html.ElementNode {
				w.leave(n)
			}
		}
		if n == root {
			return
		}
		n = n.NextSibling
	}
}

func (w *walker) item() int32 {
	if len(w.items) == 0 {
		return 0
	}
	return w.items[len(w.items)-1]
}

// enter opens an element and reports whether to go into it.
func (w *walker) enter(n *html.Node) bool {
	switch n.DataAtom {
	case atom.Script, atom.Style, atom.Template, atom.Noscript, atom.Iframe, atom.Svg, atom.Object, atom.Canvas,
		atom.Audio, atom.Video, atom.Map, atom.Select, atom.Datalist, atom.Textarea, atom.Input, atom.Img, atom.Head,
		atom.Math, atom.Embed, atom.Progress, atom.Meter, atom.Link, atom.Meta, atom.Title:
		return false
	case atom.Br:
		w.breakLine()
		return false
	case atom.Hr:
		w.flush()
		return false
	}
	info := w.classOf(n)
	if !w.keep(n, info) {
		if block(n) {
			w.flush()
		}
		return false
	}
	if !block(n) {
		w.openInline(n, info)
		return true
	}
	w.openBlock(n, info)
	w.pane(n)
	if n.DataAtom == atom.Table {
		if isData(n) {
			w.table(n)
			w.leave(n)
			return false
		}
	}
	return true
}

// openInline opens an element that does not break the line.
func (w *walker) openInline(n *html.Node, info classInfo) {
	if w.inlineBold(n, info) {
		w.bold++
	}
	if n.DataAtom == atom.A && attr(n, "href") != "" {
		w.links++
		if s := n.PrevSibling; s != nil && s.DataAtom == atom.A {
			w.space = w.space || len(w.buf) > 0 // two links are two, whatever parts them on the screen
		}
	}
}

func (w *walker) openBlock(n *html.Node, info classInfo) {
	if w.level > 0 && len(w.lines) == 0 && len(w.buf) == 0 {
		// <h2><div>Title</div></h2>: still the heading.
	} else {
		w.flush()
		w.level = 0
	}
	w.outline.push(n, info)
	if column(n, info) {
		w.doc.Columns = append(w.doc.Columns, w.doc.column)
		w.doc.column = int32(len(w.doc.Columns) - 1)
	}
	w.style = StyleNone
	if info.heading && w.opts.Strictness == Strict {
		w.style = uint32(info.shape)%1_000_000 + 1000
	}
	if w.blockBold(n, info) {
		w.bold++
	}
	if w.root(n) {
		w.mains++
		w.doc.HasMain = true
	}
	if question(n) {
		w.style = StyleQuestion
	}
	switch n.DataAtom {
	case atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6:
		w.level = n.Data[1] - '0'
		if n.DataAtom == atom.H1 {
			w.h1Inside++
		}
	case atom.Li:
		w.items = append(w.items, w.doc.newItem(ListItem, w.item()))
		w.first = Item
	case atom.Dl:
		w.terms = append(w.terms, 0)
	case atom.Dt:
		id := w.doc.newItem(Pair, w.item())
		if len(w.terms) > 0 {
			w.terms[len(w.terms)-1] = id
		}
		w.items = append(w.items, id)
		w.first = Term
	case atom.Dd:
		if len(w.terms) > 0 && w.terms[len(w.terms)-1] != 0 {
			w.items = append(w.items, w.terms[len(w.terms)-1])
		} else {
			w.items = append(w.items, w.doc.newItem(ListItem, w.item()))
			w.first = Item
		}
	case atom.Details:
		w.items = append(w.items, w.doc.newItem(Panel, w.item()))
	case atom.Summary:
		w.style = StyleSummary
	case atom.Th:
		w.style = StyleBold
	case atom.Button:
		w.style = StyleSummary
	case atom.Pre:
		w.pre++
	case atom.Header:
		if w.pageHeader(n) {
			w.h1Only++
		}
	default:
		switch attr(n, "role") {
		case "heading":
			w.level = 2
			if l := attr(n, "aria-level"); len(l) == 1 && l[0] >= '1' && l[0] <= '6' {
				w.level = l[0] - '0'
			}
		}
	}
}

// column reports whether an element is a column of the page's layout.
func column(n *html.Node, info classInfo) bool {
	return info.column || n.DataAtom == atom.Aside || n.DataAtom == atom.Td
}

// root reports whether an element says that it holds the page's content.
func (w *walker) root(n *html.Node) bool {
	return n.DataAtom == atom.Main || attr(n, "role") == "main" || w.rules.Root.Matches(n)
}

// leave closes what enter opened.
func (w *walker) leave(n *html.Node) {
	if !block(n) {
		info := w.classOf(n)
		if w.inlineBold(n, info) {
			w.bold--
		}
		if n.DataAtom == atom.A && attr(n, "href") != "" {
			w.links--
			if len(w.buf) > 0 {
				w.linkEnds = append(w.linkEnds, len(w.buf))
			}
		}
		return
	}
	w.flush()
	w.level, w.style = 0, StyleNone
	info := w.classOf(n)
	if w.blockBold(n, info) {
		w.bold--
	}
	if column(n, info) {
		w.doc.column = w.doc.Columns[w.doc.column]
	}
	w.outline.pop()
	if w.root(n) {
		w.mains--
	}
	switch n.DataAtom {
	case atom.H1:
		w.h1Inside--
	case atom.Li, atom.Dt, atom.Dd, atom.Details:
		w.items = w.items[:len(w.items)-1]
		w.first = 0
	case atom.Dl:
		w.terms = w.terms[:len(w.terms)-1]
	case atom.Pre:
		w.pre--
	case atom.Header:
		if w.pageHeader(n) {
			w.h1Only--
		}
	}
}

// inlineBold reports whether an inline element sets its text off.
func (w *walker) inlineBold(n *html.Node, info classInfo) bool {
	if w.opts.IgnoreBold {
		return false
	}
	switch n.DataAtom {
	case atom.B, atom.Strong, atom.U, atom.Big, atom.Dfn:
		return true
	case atom.Font:
		size := attr(n, "size")
		return size >= "4" && size <= "7" || strings.HasPrefix(size, "+")
	case atom.A, atom.Em, atom.I:
		return false
	}
	return info.name || info.bold || boldStyle(attr(n, "style"))
}

// blockBold reports whether a block element sets all its text off.
func (w *walker) blockBold(n *html.Node, info classInfo) bool {
	return !w.opts.IgnoreBold && (info.bold || info.name && !info.heading && n.DataAtom == atom.Div || boldStyle(attr(n, "style")))
}

func boldStyle(style string) bool {
	if style == "" {
		return false
	}
	i := strings.Index(strings.ToLower(style), "font-weight")
	if i < 0 {
		return false
	}
	val := strings.TrimLeft(style[i+len("font-weight"):], ": ")
	return strings.HasPrefix(val, "bold") || len(val) >= 3 && val[0] >= '6' && val[0] <= '9' && val[1:3] == "00"
}

// block reports whether an element breaks the line around it.
func block(n *html.Node) bool {
	switch n.DataAtom {
	case atom.A, atom.Abbr, atom.B, atom.Bdi, atom.Bdo, atom.Big, atom.Cite, atom.Code, atom.Data, atom.Del, atom.Dfn,
		atom.Em, atom.Font, atom.I, atom.Ins, atom.Kbd, atom.Label, atom.Mark, atom.Nobr, atom.Output, atom.Q, atom.Rp,
		atom.Rt, atom.Ruby, atom.S, atom.Samp, atom.Slot, atom.Small, atom.Span, atom.Strike, atom.Strong, atom.Sub,
		atom.Sup, atom.Time, atom.Tt, atom.U, atom.Var, atom.Wbr, atom.Picture, atom.Acronym:
		return false
	case 0:
		return strings.IndexByte(n.Data, '-') > 0
	}
	return true
}
