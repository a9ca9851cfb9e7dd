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
				w.stated(n.FirstChild.Data)
			}
		case atom.Img:
			w.doc.alt(attr(n, "alt"))
		case atom.Button:
			w.target(n)
			if !w.toggle(n, w.classOf(n)) {
				w.box(n)
			}
		default:
			if n.DataAtom == atom.A {
				w.doc.Anchors = append(w.doc.Anchors, n)
			}
			w.target(n)
			if linkButton(n) {
				w.box(n)
			}
		}
	}
	if len(w.occupations) == 1 {
		w.doc.Occupation = w.occupation(w.occupations[0])
	}
}

// Canonical returns the canonical link that a page states in its head, or "".
func Canonical(root *html.Node) string {
	for n := root; n != nil; n = next(root, n) {
		if n.DataAtom == atom.Body {
			return ""
		}
		if n.DataAtom == atom.Link && strings.EqualFold(attr(n, "rel"), "canonical") {
			return strings.TrimSpace(attr(n, "href"))
		}
	}
	return ""
}

// tabLabel notes the label of a tab for the pane that it shows.
func (w *walker) tabLabel(n *html.Node, id string) {
	tab := attr(n, "role") == "tab"
	for p, up := n, 0; p != nil && up < 4 && !tab; p, up = p.Parent, up+1 {
		tab = attr(p, "role") == "tablist" || strings.Contains(attr(p, "class"), "tabs")
	}
	if !tab {
		return
	}
	var b strings.Builder
	for c := next(n, n); c != nil; c = next(n, c) {
		if c.Type == html.TextNode {
			b.WriteString(c.Data)
		}
	}
	if label := text.Clean(b.String()); label != "" && len(label) < 100 {
		if w.tabs == nil {
			w.tabs = map[string]string{}
		}
		w.tabs[id] = label
	}
}

// maxPane is how many nodes of a pane are searched for a heading.
const maxPane = 1000

// pane emits the label of a tab, or of a section that says what it is, as the
// heading of an element that has none.
func (w *walker) pane(n *html.Node) {
	label := ""
	if w.tabs != nil {
		label = w.tabs[attr(n, "id")]
	}
	if label == "" {
		if label = attr(n, "aria-label"); label == "" {
			return
		}
		if label = text.Clean(label); label == "" || len(label) > 100 || w.rules.Telling == nil || !w.rules.Telling(label) {
			return
		}
		switch n.DataAtom {
		case atom.Section, atom.Article, atom.Div, atom.Ul, atom.Ol, atom.Aside, atom.Nav:
		default:
			return
		}
	}
	for c, seen := next(n, n), 0; c != nil && seen < maxPane; c, seen = next(n, c), seen+1 {
		switch c.DataAtom {
		case atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6:
			return
		}
		if c.Type == html.TextNode && text.Clean(c.Data) == label {
			return // shown all the same
		}
	}
	w.doc.add(Block{Kind: Heading, Level: 2, Text: label, Item: w.item(), Main: w.mains > 0})
}

// target notes the ids that an element promises to show.
func (w *walker) target(n *html.Node) {
	for i := range n.Attr {
		val := n.Attr[i].Val
		if val == "" || val[0] != '#' && n.Attr[i].Key != "aria-controls" {
			continue
		}
		switch n.Attr[i].Key {
		case "href", "data-target", "data-bs-target", "data-href":
			if len(val) > 1 && val[0] == '#' {
				w.targets[val[1:]] = struct{}{}
				w.tabLabel(n, val[1:])
			}
		case "aria-controls":
			for id := range strings.FieldsSeq(val) {
				w.targets[id] = struct{}{}
				w.tabLabel(n, id)
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
