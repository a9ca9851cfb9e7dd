package block

import (
	"strings"

	"careerstream/normalize/text"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// survey reads, before the walk, what the page states about itself and what
// the walk must know of elements further down: which hidden parts a link or
// button shows, and which elements hold the content.
func (w *walker) survey(root *html.Node) {
	w.targets, w.holds = map[string]struct{}{}, map[*html.Node]struct{}{}
	for n := root; n != nil; n = next(root, n) {
		if n.Type != html.ElementNode {
			continue
		}
		switch n.DataAtom {
		case atom.H1, atom.Main, atom.Article:
			for p := n.Parent; p != nil; p = p.Parent {
				if _, seen := w.holds[p]; seen {
					break
				}
				w.holds[p] = struct{}{}
			}
		case atom.Title:
			if w.doc.Title == "" && n.FirstChild != nil && n.Parent != nil && n.Parent.DataAtom == atom.Head {
				w.doc.Title = flat(n)
			}
		case atom.Link:
			if w.doc.Canonical == "" && strings.EqualFold(attr(n, "rel"), "canonical") {
				w.doc.Canonical = strings.TrimSpace(attr(n, "href"))
			}
		case atom.Meta:
			if w.doc.Name == "" && attr(n, "property") == "og:title" {
				w.doc.Name = attr(n, "content")
			}
		case atom.Script:
			if n.FirstChild != nil && strings.Contains(strings.ToLower(attr(n, "type")), "ld+json") {
				w.doc.FAQs = append(w.doc.FAQs, readFAQs(n.FirstChild.Data)...)
				for i := range w.doc.FAQs {
					w.answerBlocks(&w.doc.FAQs[i])
				}
			}
		default:
			w.target(n)
		}
	}
}

// target notes the ids that an element promises to show.
func (w *walker) target(n *html.Node) {
	for i := range n.Attr {
		val := n.Attr[i].Val
		switch n.Attr[i].Key {
		case "href", "data-target", "data-bs-target", "data-href":
			if len(val) > 1 && val[0] == '#' {
				w.targets[val[1:]] = struct{}{}
			}
		case "aria-controls":
			for id := range strings.FieldsSeq(val) {
				w.targets[id] = struct{}{}
			}
		}
	}
}

// next gives the node after n in page order, or nil.
func next(root, n *html.Node) *html.Node {
	if n.FirstChild != nil {
		return n.FirstChild
	}
	for n != root {
		if n.NextSibling != nil {
			return n.NextSibling
		}
		n = n.Parent
	}
	return nil
}

// flat returns the direct text of an element.
func flat(n *html.Node) string {
	var b strings.Builder
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if c.Type == html.TextNode {
			b.WriteString(c.Data)
		}
	}
	return b.String()
}

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
	case atom.Nav, atom.Footer, atom.Aside, atom.Figcaption:
		return false
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
		return false
	}
	return !w.advert(n)
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
	if first == nil || first.Type != html.TextNode || len(first.Data) > 60 || !w.rules.AdLabels[text.Fold(first.Data)] {
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
