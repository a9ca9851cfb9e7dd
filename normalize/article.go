package normalize

import (
	"net/url"
	"strings"

	"careerstream/normalize/block"
	"careerstream/normalize/profile"
	"careerstream/normalize/section"
	"careerstream/normalize/text"
	"careerstream/schemas/career"
	"careerstream/schemas/fault"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// Bounds of the search for articles in one page.
const (
	maxArticles = 200
	// maxBack is how many nodes before a link its question may stand.
	maxBack = 4000
	// maxLabel is the longest text of a link, or of a question, in bytes.
	maxLabel = 400
)

// linkArticles notes at each FAQ the article that its answer goes on at: a link
// of the page's own host whose text the profile names, after the question and
// before the next one.
func linkArticles(doc *block.Doc, prof *profile.Profile, pageURL string, rec *career.Record) {
	if len(rec.FAQs) == 0 || len(doc.Anchors) == 0 {
		return
	}
	if pageURL == "" || strings.HasPrefix(pageURL, "file:") {
		pageURL = doc.Canonical
	}
	base, err := url.Parse(pageURL)
	if err != nil || base.Host == "" {
		return
	}
	questions := make(map[string]int, len(rec.FAQs))
	for i, faq := range rec.FAQs {
		key := text.Fold(faq.Question)
		if _, known := questions[key]; !known && key != "" {
			questions[key] = i
		}
	}
	links := 0
	for _, a := range doc.Anchors {
		target, ok := article(a, prof, base)
		if !ok {
			continue
		}
		if links++; links > maxArticles {
			return
		}
		if i, ok := questionBefore(a, questions); ok && rec.FAQs[i].Article == nil {
			rec.FAQs[i].Article = &career.Article{URL: target, Text: []string{}}
		}
	}
}

// article returns where a link leads that an answer goes on at.
func article(a *html.Node, prof *profile.Profile, base *url.URL) (string, bool) {
	label, ok := textOf(a)
	if !ok || label == "" {
		return "", false
	}
	if m, ok := prof.Articles.Full(text.Tokens(label)); !ok || m.Literals == 0 {
		return "", false
	}
	for _, attr := range a.Attr {
		if attr.Key != "href" {
			continue
		}
		target, err := base.Parse(strings.TrimSpace(attr.Val))
		if err != nil || target.Host != base.Host || target.Scheme != base.Scheme || target.Path == base.Path {
			return "", false
		}
		target.Fragment, target.RawFragment = "", ""
		return target.String(), true
	}
	return "", false
}

// questionBefore finds the question that stands last before a node.
func questionBefore(n *html.Node, questions map[string]int) (int, bool) {
	for range maxBack {
		if n = previous(n); n == nil {
			return 0, false
		}
		if n.Type != html.ElementNode || !labels(n.DataAtom) {
			continue
		}
		label, ok := textOf(n)
		if !ok {
			continue
		}
		if i, ok := questions[text.Fold(block.StripNumber(label))]; ok {
			return i, true
		}
	}
	return 0, false
}

// labels tells the elements in which questions stand.
func labels(a atom.Atom) bool {
	switch a {
	case atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6, atom.Summary, atom.Dt, atom.Button,
		atom.Strong, atom.B, atom.P, atom.Span, atom.Div, atom.A, atom.Li, atom.Legend, atom.Th, atom.Td:
		return true
	}
	return false
}

// textOf returns the cleaned text of an element, and false if it is too long.
func textOf(n *html.Node) (string, bool) {
	var b strings.Builder
	var walk func(*html.Node) bool
	walk = func(n *html.Node) bool {
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			if c.Type == html.TextNode {
				b.WriteString(c.Data)
			}
			if b.Len() > maxLabel || !walk(c) {
				return false
			}
		}
		return true
	}
	ok := walk(n)
	return text.Clean(b.String()), ok
}

// previous gives the node before n in page order, or nil.
func previous(n *html.Node) *html.Node {
	if n.PrevSibling == nil {
		return n.Parent
	}
	n = n.PrevSibling
	for n.LastChild != nil {
		n = n.LastChild
	}
	return n
}

// ParseArticle reads the text of an article in page order, headings included,
// without the page's title and boilerplate. Errors are faults: EmptyPage, TooDeep,
// BadCharset.
func (p *Parser) ParseArticle(in Input) ([]string, error) {
	doc, err := p.document(in)
	if err != nil {
		return nil, err
	}
	pg := section.Prepare(doc, p.profile(in, doc.Canonical), p.inflect)
	var out []string
	for i := range pg.Blocks {
		b := &pg.Blocks[i]
		if b.Kind == block.Heading && b.Level == 1 {
			continue
		}
		switch {
		case b.Kind == block.Row:
			out = append(out, strings.Join(b.Cells, ": "))
		case b.Text != "":
			out = append(out, b.Text)
		}
	}
	if len(out) == 0 {
		return nil, fault.New(fault.EmptyPage, "%s: article shows no text", in.name())
	}
	return out, nil
}
