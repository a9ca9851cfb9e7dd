package block

import (
	"strings"

	"careerstream/normalize/text"
	"golang.org/x/net/html"
)

// answerBlocks reads the answer of a question stated as JSON-LD.
func (w *walker) answerBlocks(qa *QA) {
	if qa.html != "" {
		qa.Answer, qa.html = w.fragment(qa.html), ""
	}
}

// fragment reads a piece of HTML or of plain text into blocks, with the same rules
// as the page. HTML that is escaped once too often is HTML all the same.
func (w *walker) fragment(src string) (out []Block) {
	if !strings.Contains(src, "<") && strings.Contains(src, "&lt;") {
		src = html.UnescapeString(src)
	}
	if !strings.Contains(src, "<") {
		src = "<pre>" + src + "</pre>"
	}
	root, err := html.Parse(strings.NewReader(src))
	if err != nil {
		return nil
	}
	sub := HTML(root, w.opts)
	offset := int32(len(w.doc.Items)) - 1
	for _, info := range sub.Items[1:] {
		if info.Parent != 0 {
			info.Parent += offset
		}
		w.doc.Items = append(w.doc.Items, info)
	}
	for _, b := range sub.Blocks {
		if b.Column = 0; b.Item != 0 {
			b.Item += offset
		}
		out = append(out, b)
	}
	return out
}

// htmlText returns the text of a piece of HTML, a line a block.
func htmlText(src string) string {
	if !strings.ContainsAny(src, "<&") {
		return src
	}
	var b strings.Builder
	z := html.NewTokenizer(strings.NewReader(src))
	for {
		switch z.Next() {
		case html.ErrorToken:
			return b.String()
		case html.TextToken:
			for _, r := range string(z.Text()) {
				if text.Space(r) {
					r = ' '
				}
				b.WriteRune(r)
			}
		case html.StartTagToken, html.EndTagToken, html.SelfClosingTagToken:
			name, _ := z.TagName()
			switch string(name) {
			case "p", "br", "div", "li", "ul", "ol", "h1", "h2", "h3", "h4", "tr", "table":
				b.WriteByte('\n')
			}
		}
	}
}
