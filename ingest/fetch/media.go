package fetch

import (
	"bytes"
	"errors"
	"mime"
	"net/http"
	"slices"
	"strings"
)

// Media is a family of media types that a caller can ask for.
type Media string

const (
	// HTML is text/html and application/xhtml+xml.
	HTML Media = "html"
	// Text is text/plain.
	Text Media = "text"
	// XML is text/xml, application/xml and every other "+xml".
	XML Media = "xml"
	// Gzip is application/gzip: a compressed file, as of a sitemap, whose body
	// is handed over as it is. (A Content-Encoding is always undone.)
	Gzip Media = "gzip"
	// Any is every type, for what is read whatever its label says (robots.txt).
	Any Media = "any"
)

// DefaultAccept is what a request without Accept takes.
func DefaultAccept() []Media { return []Media{HTML, Text} }

// acceptHeader is the Accept line (RFC 9110, section 12.5.1). Servers that
// cannot choose must not fail: */* stands last.
func acceptHeader(want []Media) string {
	var list []string
	for _, m := range want {
		switch m {
		case HTML:
			list = append(list, "text/html", "application/xhtml+xml")
		case Text:
			list = append(list, "text/plain;q=0.9")
		case XML:
			list = append(list, "application/xml", "text/xml")
		case Gzip:
			list = append(list, "application/gzip")
		}
	}
	return strings.Join(append(list, "*/*;q=0.1"), ", ")
}

// mediaOf is the family of a type without parameters, in lower case; "" for
// another.
func mediaOf(name string) Media {
	switch name {
	case "text/html", "application/xhtml+xml":
		return HTML
	case "text/plain":
		return Text
	case "text/xml", "application/xml":
		return XML
	case "application/gzip", "application/x-gzip":
		return Gzip
	case "image/svg+xml":
		return ""
	}
	if strings.HasSuffix(name, "+xml") {
		return XML
	}
	return ""
}

// declared reads a Content-Type. name is "" where the line says nothing: it is
// missing, malformed or one of the types that servers give to what they do not
// know (https://mimesniff.spec.whatwg.org/#interpreting-the-resource-metadata).
func declared(line string) (name, charset string) {
	name, params, err := mime.ParseMediaType(line)
	if err != nil {
		// A malformed parameter does not spoil the type before it.
		name, _, _ = strings.Cut(line, ";")
		name = strings.ToLower(strings.TrimSpace(name))
	}
	switch name {
	case "application/octet-stream", "binary/octet-stream", "unknown/unknown", "application/unknown", "*/*":
		return "", ""
	}
	if kind, sub, ok := strings.Cut(name, "/"); !ok || kind == "" || sub == "" {
		return "", ""
	}
	return name, params["charset"]
}

// sniff tells the type by content (https://mimesniff.spec.whatwg.org/).
func sniff(body []byte) string {
	name, _, _ := strings.Cut(http.DetectContentType(body), ";")
	if name == "text/xml" && bytes.Contains(bytes.ToLower(body[:min(len(body), 1024)]), []byte("<html")) {
		return "application/xhtml+xml"
	}
	return name
}

func wanted(name string, want []Media) error {
	if slices.Contains(want, Any) || slices.Contains(want, mediaOf(name)) {
		return nil
	}
	return &TypeError{Got: name, Want: want}
}

// sniffed notes that a type was told by content.
func sniffed(err error) error {
	var t *TypeError
	if errors.As(err, &t) {
		t.Sniffed = true
	}
	return err
}
