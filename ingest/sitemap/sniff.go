package sitemap

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"regexp"
	"strings"
)

// Kind is what a document is.
type Kind string

// The kinds.
const (
	// Unknown: something else, or not enough to tell.
	Unknown Kind = ""
	// URLSet is a sitemap.
	URLSet Kind = "urlset"
	// Index is a list of sitemaps.
	Index Kind = "sitemapindex"
	// Text is a list of URLs, one a line.
	Text Kind = "text"
	// RSS is an RSS 2.0 feed.
	RSS Kind = "rss"
	// Atom is an Atom 1.0 feed (RFC 4287).
	Atom Kind = "atom"
	// HTML is a page, never a sitemap.
	HTML Kind = "html"
)

// IsSitemap reports whether Read can read a document of this kind.
func (k Kind) IsSitemap() bool { return k != Unknown && k != HTML }

// Sniff tells from a document's first bytes, plain or gzip, what it is. A few
// kilobytes are enough unless a long comment comes first; then, and where the
// prefix ends too early, the answer is Unknown.
func Sniff(prefix []byte) Kind {
	if len(prefix) > peekSize {
		prefix = prefix[:peekSize]
	}
	r, _, err := gunzip(bufio.NewReader(bytes.NewReader(prefix)))
	if err != nil {
		return Unknown
	}
	// A cut-off stream gives what it holds and then an error.
	plain, _ := io.ReadAll(io.LimitReader(r, peekSize))
	if _, text, err := decode(nil, plain); err == nil {
		return sniffText(text)
	}
	return Unknown
}

// misc is what may stand before a root element
// (https://www.w3.org/TR/xml/#NT-prolog).
var misc = regexp.MustCompile(`^(?s:\s+|<\?.*?\?>|<!--.*?-->|<!(?i:doctype)[^>\[]*(?:\[.*?\])?[^>]*>)`)

var (
	doctypeHTML = regexp.MustCompile(`^(?i)<!doctype\s+html`)
	root        = regexp.MustCompile(`^<(?:[A-Za-z_][\w.\-]*:)?([A-Za-z_][\w.\-]*)[\s/>]`)
)

// sniffText tells what UTF-8 text is.
func sniffText(text []byte) Kind {
	rest := bytes.TrimPrefix(text, []byte("\ufeff"))
	for {
		if doctypeHTML.Match(rest) {
			return HTML
		}
		found := misc.Find(rest)
		if len(found) == 0 {
			break
		}
		rest = rest[len(found):]
	}
	if m := root.FindSubmatch(rest); m != nil {
		return kindOfRoot(string(m[1]))
	}
	if startsMarkup(text) {
		return Unknown
	}
	for line := range bytes.Lines(rest) {
		line = bytes.TrimSpace(line)
		if len(line) > 0 && line[0] != '#' {
			if isWeb(string(line)) {
				return Text
			}
			return Unknown
		}
	}
	return Unknown
}

// kindOfRoot knows a root element by its local name; the namespace is too often
// wrong to count.
func kindOfRoot(local string) Kind {
	switch strings.ToLower(local) {
	case "urlset":
		return URLSet
	case "sitemapindex":
		return Index
	case "rss":
		return RSS
	case "feed":
		return Atom
	case "html", "head", "body", "title", "meta", "script", "div", "p", "h1":
		return HTML
	}
	return Unknown
}

func startsMarkup(text []byte) bool {
	text = bytes.TrimPrefix(text, []byte("\ufeff"))
	return bytes.HasPrefix(bytes.TrimSpace(text), []byte("<"))
}

func blank(text []byte) bool {
	return len(bytes.TrimSpace(bytes.TrimPrefix(text, []byte("\ufeff")))) == 0
}

// show quotes the beginning of what was found.
func show(b []byte) string {
	const limit = 80
	if len(b) > limit {
		return fmt.Sprintf("%q...", b[:limit])
	}
	return fmt.Sprintf("%q", b)
}
