package crawl

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"hash"
	"net/url"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// maxLinks bounds the links that are read from one page.
const maxLinks = 10_000

// content is what a crawl needs to know of an HTML page.
type content struct {
	// text is the SHA-256 of the element names, the visible text and the JSON-LD,
	// with white space as single spaces. Attributes, comments, scripts and styles
	// do not count: tokens and counters change there with every request.
	text string
	// links are the targets of <a href>, each once, in order, without those that
	// say nofollow.
	links []link
	// robots are the contents of robots meta elements.
	robots []string
	// cut counts links beyond maxLinks.
	cut int
}

// link is the target of links, with their texts, at most maxTexts of them.
type link struct {
	to    *url.URL
	texts []string
}

// Bounds of the texts of links: an image and a phrase often lead to one place.
const (
	maxTexts = 4
	maxText  = 200
)

// readContent reads an HTML page in an ASCII-compatible charset.
func readContent(body []byte, charset string, base *url.URL) content {
	r := reader{sum: sha256.New(), base: base, seen: map[string]int{}}
	r.write(charset)
	z := html.NewTokenizer(bytes.NewReader(body))
	z.SetMaxBuf(len(body) + 1)
	for {
		switch z.Next() {
		case html.ErrorToken:
			r.endLink()
			r.sum.Write(r.buf)
			r.text = hex.EncodeToString(r.sum.Sum(nil))
			return r.content
		case html.TextToken:
			if r.skip == 0 {
				text := z.Text()
				if r.inLink && len(r.label) < maxText {
					r.label = append(append(r.label, text[:min(len(text), maxText)]...), ' ')
				}
				r.words(text)
			}
		case html.StartTagToken, html.SelfClosingTagToken:
			r.start(z)
		case html.EndTagToken:
			name, _ := z.TagName()
			tag := atom.Lookup(name)
			if r.skip != 0 && tag == r.skip {
				r.skip = 0
			}
			if tag == atom.A {
				r.endLink()
			}
		}
	}
}

// reader is the state between tokens.
type reader struct {
	content
	sum  hash.Hash
	buf  []byte
	base *url.URL
	seen map[string]int
	// inLink is true within the link at index at, whose text is in label.
	inLink bool
	at     int
	label  []byte
	// skip is the element whose text does not count, or 0.
	skip atom.Atom
}

// write adds to what is hashed, in pieces that are worth a call.
func (r *reader) write(piece string) {
	r.buf = append(r.buf, piece...)
	if len(r.buf) >= 4096 {
		r.sum.Write(r.buf)
		r.buf = r.buf[:0]
	}
}

// words adds text: its words with a space before each.
func (r *reader) words(text []byte) {
	for word := range bytes.FieldsSeq(text) {
		r.buf = append(append(r.buf, ' '), word...)
		r.write("")
	}
}

func (r *reader) start(z *html.Tokenizer) {
	name, more := z.TagName()
	tag := atom.Lookup(name)
	r.buf = append(append(r.buf, '<'), name...)
	r.write("")
	switch tag {
	case atom.A, atom.Base, atom.Meta, atom.Script, atom.Style, atom.Template:
	default:
		return
	}
	var attrs attributes
	for more {
		var key, value []byte
		key, value, more = z.TagAttr()
		attrs.set(string(key), value)
	}
	switch tag {
	case atom.A:
		r.link(attrs)
	case atom.Base:
		if to, err := r.base.Parse(strings.TrimSpace(attrs.href)); err == nil && attrs.href != "" {
			r.base = to
		}
	case atom.Meta:
		if strings.EqualFold(strings.TrimSpace(attrs.name), "robots") && len(r.robots) < 100 {
			r.robots = append(r.robots, attrs.content)
		}
	case atom.Script:
		// Structured data is part of what the page says.
		if !strings.EqualFold(strings.TrimSpace(attrs.typ), "application/ld+json") {
			r.skip = tag
		}
	case atom.Style, atom.Template:
		r.skip = tag
	}
}

// endLink gives the link that was open its text.
func (r *reader) endLink() {
	if !r.inLink {
		return
	}
	l := &r.links[r.at]
	if text := strings.Join(strings.Fields(html.UnescapeString(string(r.label))), " "); text != "" && len(l.texts) < maxTexts {
		l.texts = append(l.texts, text)
	}
	r.inLink, r.label = false, r.label[:0]
}

func (r *reader) link(attrs attributes) {
	r.endLink()
	href := strings.TrimSpace(attrs.href)
	if href == "" || strings.HasPrefix(href, "#") {
		return
	}
	for rel := range strings.FieldsSeq(attrs.rel) {
		if strings.EqualFold(rel, "nofollow") {
			return
		}
	}
	to, err := r.base.Parse(href)
	if err != nil || (to.Scheme != "http" && to.Scheme != "https") || to.Host == "" {
		return
	}
	to.Fragment, to.RawFragment = "", ""
	key := to.String()
	at, found := r.seen[key]
	if !found {
		if len(r.links) >= maxLinks {
			r.cut++
			return
		}
		at = len(r.links)
		r.seen[key] = at
		r.links = append(r.links, link{to: to})
	}
	r.inLink, r.at = true, at
}

// attributes are those of an element that matter here.
type attributes struct{ href, rel, name, content, typ string }

// set keeps the first value of each, as browsers do.
func (a *attributes) set(key string, value []byte) {
	var to *string
	switch key {
	case "href":
		to = &a.href
	case "rel":
		to = &a.rel
	case "name":
		to = &a.name
	case "content":
		to = &a.content
	case "type":
		to = &a.typ
	default:
		return
	}
	if *to == "" {
		*to = string(value)
	}
}
