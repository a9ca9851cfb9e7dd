package block

import (
	"strings"

	"careerstream/normalize/text"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// keep reports whether an element is content.
func (w *walker) keep(n *html.Node, info classInfo) bool {
	if w.rules.Keep.Matches(n) {
		return true
	}
	if w.rules.Drop.Matches(n) {
		return false
	}
	if w.opts.Strictness == Lax {
		return n.DataAtom != atom.Button
	}
	if _, holds := w.holds[n]; holds {
		return true
	}
	switch n.DataAtom {
	case atom.Aside:
		return w.telling(n)
	case atom.Nav:
		return w.telling(n) || w.headed(n)
	case atom.Footer, atom.Figcaption:
		return false
	case atom.Form:
		return len(strings.TrimSpace(deepText(n, maxForm))) > maxForm // some sites put all of a page in one
	case atom.Sup:
		return !reference(n)
	case atom.Button:
		return w.toggle(n, info)
	case atom.Body, atom.Html, atom.Main, atom.Article, atom.H1:
		return true
	}
	if w.hidden(n, info) {
		return false
	}
	switch attr(n, "role") {
	case "navigation", "banner", "contentinfo", "complementary", "search", "dialog", "alertdialog", "menu", "menubar", "toolbar":
		return false
	}
	if info.drop {
		switch n.DataAtom {
		case atom.H2, atom.H3, atom.Tr, atom.Td, atom.Th, atom.Tbody:
			return true
		}
		return w.telling(n)
	}
	if len(w.boxes) > 0 {
		if _, box := w.boxes[n]; box {
			return false
		}
	}
	return !w.advert(n)
}

// maxForm is the most text, in bytes, of a form that is only one.
const maxForm = 400

// telling reports whether the first heading within an element announces a part
// of a record.
func (w *walker) telling(n *html.Node) bool {
	if w.rules.Telling == nil {
		return false
	}
	for c, seen := next(n, n), 0; c != nil && seen < 60; c, seen = next(n, c), seen+1 {
		switch c.DataAtom {
		case atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6:
			return w.rules.Telling(text.Clean(deepText(c, 200)))
		}
	}
	return false
}

// headed reports whether the heading right before an element announces a part
// of a record: links to related careers are often marked up as navigation.
func (w *walker) headed(n *html.Node) bool {
	for s, up := n.PrevSibling, 0; s != nil && up < 4; s, up = s.PrevSibling, up+1 {
		if s.Type == html.TextNode && blank(s.Data) {
			continue
		}
		switch s.DataAtom {
		case atom.H2, atom.H3, atom.H4, atom.H5, atom.Header:
			return w.rules.Telling != nil && w.rules.Telling(text.Clean(deepText(s, 200)))
		}
		return false
	}
	return false
}

// reference reports whether a superscript is a mark such as "[1]".
func reference(n *html.Node) bool {
	s := strings.TrimSpace(deepText(n, 40))
	return strings.HasPrefix(s, "[") || s != "" && strings.Trim(s, "0123456789,* ") == ""
}

// deepText returns the text within an element, at most about limit bytes.
func deepText(n *html.Node, limit int) string {
	var b strings.Builder
	for c := next(n, n); c != nil && b.Len() <= limit; c = next(n, c) {
		if c.Type == html.TextNode && c.Parent.DataAtom != atom.Script && c.Parent.DataAtom != atom.Style {
			b.WriteString(c.Data)
			b.WriteByte(' ')
		}
	}
	return b.String()
}

// maxBox is the most text, in bytes, of a box around a button.
const maxBox = 300

// box notes the small box around a button or link button if it speaks to the
// reader: what it says is no content.
func (w *walker) box(button *html.Node) {
	var box *html.Node
	for p, up := button.Parent, 0; p != nil && up < 4; p, up = p.Parent, up+1 {
		switch p.DataAtom {
		case atom.Div, atom.Section, atom.P, atom.Form, atom.Center:
		default:
			up = 9
			continue
		}
		if len(strings.TrimSpace(deepText(p, maxBox))) > maxBox {
			break
		}
		box = p
	}
	if box == nil || box == button.Parent && box.DataAtom == atom.P {
		return
	}
	s := " " + strings.ToLower(deepText(box, maxBox)) + " "
	for _, word := range []string{" you ", " your ", " we ", " our ", " you'll ", " you?", " us "} {
		if strings.Contains(s, word) {
			if w.boxes == nil {
				w.boxes = map[*html.Node]struct{}{}
			}
			w.boxes[box] = struct{}{}
			return
		}
	}
}

// linkButton reports whether a link is dressed as a button.
func linkButton(n *html.Node) bool {
	if n.DataAtom != atom.A {
		return false
	}
	class := attr(n, "class")
	return class != "" && (strings.Contains(class, "btn") || strings.Contains(class, "button") || strings.Contains(class, "cta"))
}

// maxAdvert is the most text, in bytes, that an advertisement has.
const maxAdvert = 400

// advert reports whether an element is a small box whose first words say that
// it is an advertisement.
func (w *walker) advert(n *html.Node) bool {
	switch n.DataAtom {
	case atom.Div, atom.Section, atom.P, atom.Span, atom.Center, atom.Td:
	default:
		return false
	}
	first := n.FirstChild
	for depth := 0; first != nil && depth < 8; depth++ {
		if first.Type == html.TextNode {
			if blank(first.Data) {
				first = first.NextSibling
				continue
			}
			break
		}
		if first.Type != html.ElementNode || first.FirstChild == nil {
			first = first.NextSibling
			continue
		}
		first = first.FirstChild
	}
	if first == nil || first.Type != html.TextNode || len(first.Data) > 40 || !w.rules.AdLabels[text.Fold(first.Data)] {
		return false
	}
	size := 0
	for c := n.FirstChild; c != nil; {
		if c.Type == html.TextNode {
			size += len(c.Data)
		} else if c.DataAtom == atom.H1 || c.DataAtom == atom.H2 || size > maxAdvert {
			return false
		}
		if c = next(n, c); c == n {
			break
		}
	}
	return size <= maxAdvert
}

func blank(s string) bool {
	for i := range len(s) {
		if s[i] > ' ' {
			return false
		}
	}
	return true
}

// toggle reports whether a button is the heading of an accordion panel.
func (w *walker) toggle(n *html.Node, info classInfo) bool {
	if info.toggle {
		return true
	}
	for i := range n.Attr {
		switch n.Attr[i].Key {
		case "aria-expanded", "aria-controls", "data-toggle", "data-bs-toggle", "data-target", "data-bs-target":
			return true
		}
	}
	switch p := n.Parent; p.DataAtom {
	case atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6, atom.Dt, atom.Summary:
		return true
	}
	if n.NextSibling == nil || w.rules.Telling == nil {
		return false
	}
	s := text.Clean(deepText(n, 200))
	return w.rules.Telling(s) || strings.HasSuffix(s, "?") && opensPanel(n)
}

// question reports whether an element is the name of a schema.org Question.
func question(n *html.Node) bool {
	if attr(n, "itemprop") != "name" {
		return false
	}
	for p, up := n.Parent, 0; p != nil && up < 3; p, up = p.Parent, up+1 {
		if kind := attr(p, "itemtype"); kind != "" {
			return strings.HasSuffix(kind, "schema.org/Question")
		}
	}
	return false
}

// opensPanel reports whether a box of text comes right after a button.
func opensPanel(n *html.Node) bool {
	for s := n.NextSibling; s != nil; s = s.NextSibling {
		if s.Type == html.ElementNode {
			return (s.DataAtom == atom.Div || s.DataAtom == atom.Section) && len(strings.TrimSpace(deepText(s, 60))) > 12
		}
		if !blank(s.Data) {
			return false
		}
	}
	return false
}

// hidden reports whether an element is not shown and nothing on the page shows
// it: a tab or an accordion panel that is closed at first is content.
func (w *walker) hidden(n *html.Node, info classInfo) bool {
	hides := info.hidden
	for i := range n.Attr {
		a := &n.Attr[i]
		switch a.Key {
		case "hidden":
			hides = true
		case "aria-hidden":
			hides = hides || strings.EqualFold(a.Val, "true")
		case "style":
			hides = hides || concealed(a.Val)
		}
	}
	if !hides || info.toggle {
		return false
	}
	if attr(n, "role") == "tabpanel" || attr(n, "itemprop") == "text" || attr(n, "aria-labelledby") != "" && attr(n, "role") == "region" {
		return false
	}
	if id := attr(n, "id"); id != "" {
		if _, shown := w.targets[id]; shown {
			return false
		}
	}
	return !(panel(attr(n, "class")))
}

// panel reports whether a class names a part that opens on a click.
func panel(class string) bool {
	for _, word := range []string{"accordion", "collapse", "panel", "tab-pane", "tab-content", "answer", "expand", "faq"} {
		if strings.Contains(class, word) {
			return true
		}
	}
	return false
}

func concealed(style string) bool {
	for decl := range strings.SplitSeq(style, ";") {
		name, val, ok := strings.Cut(decl, ":")
		if !ok {
			continue
		}
		name, val = strings.ToLower(strings.TrimSpace(name)), strings.ToLower(strings.TrimSpace(val))
		if name == "display" && strings.HasPrefix(val, "none") || name == "visibility" && strings.HasPrefix(val, "hidden") {
			return true
		}
	}
	return false
}

// pageHeader reports whether a header element belongs to the page and not to
// an article or section of it.
func (w *walker) pageHeader(n *html.Node) bool {
	if w.opts.Strictness == Lax {
		return false
	}
	for p := n.Parent; p != nil; p = p.Parent {
		switch p.DataAtom {
		case atom.Article, atom.Main, atom.Section:
			return false
		}
		if attr(p, "role") == "main" {
			return false
		}
	}
	return true
}
