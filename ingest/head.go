package ingest

import (
	"bytes"
	"html"
	"strings"
)

// head is what an HTML page says about itself in the tags before its body.
type head struct {
	// charset is the label of <meta charset> or of the http-equiv form, or "".
	charset string
	// canonical is the href of <link rel="canonical">, or "".
	canonical string
	// ogURL is the content of <meta property="og:url">, or "".
	ogURL string
}

// maxHead bounds the scan of a page that never opens its body, in bytes. Real
// pages put long scripts and styles before the tags that matter.
const maxHead = 1 << 20

// scanHead reads the tags up to <body> or </head>. It is no parser: it knows
// comments, quoted attributes and elements whose content is raw text, which is
// what it takes not to be fooled by markup inside them. The document must be in
// an ASCII-compatible charset. The first value of each kind counts.
func scanHead(doc []byte) head {
	if len(doc) > maxHead {
		doc = doc[:maxHead]
	}
	var h head
	// An element without an end here has none further on; asking again for each
	// of a thousand would take quadratic time.
	endless := make(map[string]bool)
	for {
		start := bytes.IndexByte(doc, '<')
		if start < 0 {
			return h
		}
		doc = doc[start+1:]
		switch {
		case bytes.HasPrefix(doc, []byte("!--")):
			// "-->" may overlap the opening: "<!-->" is a whole comment.
			doc = after(doc[1:], "-->")
		case len(doc) > 0 && (doc[0] == '!' || doc[0] == '?'):
			doc = after(doc, ">")
		case len(doc) > 0 && doc[0] == '/':
			name, rest := tagName(doc[1:])
			if name == "head" {
				return h
			}
			doc = after(rest, ">")
		case len(doc) > 0 && letter(doc[0]):
			var name string
			name, doc = tagName(doc)
			var attrs map[string]string
			attrs, doc = attributes(doc)
			switch name {
			case "body":
				return h
			case "meta":
				h.meta(attrs)
			case "link":
				h.link(attrs)
			case "script", "style", "title", "textarea", "template", "noscript":
				if endless[name] {
					continue
				}
				rest, found := afterEnd(doc, name)
				if found {
					doc = rest
				}
				endless[name] = !found
			}
		}
	}
}

func (h *head) meta(attrs map[string]string) {
	label := attrs["charset"]
	if label == "" && strings.EqualFold(strings.TrimSpace(attrs["http-equiv"]), "content-type") {
		label = contentCharset(attrs["content"])
	}
	if h.charset == "" {
		h.charset = strings.TrimSpace(label)
	}
	property := attrs["property"]
	if property == "" {
		property = attrs["name"]
	}
	if h.ogURL == "" && strings.EqualFold(property, "og:url") {
		h.ogURL = strings.TrimSpace(attrs["content"])
	}
}

func (h *head) link(attrs map[string]string) {
	if h.canonical != "" {
		return
	}
	for _, rel := range strings.Fields(attrs["rel"]) {
		if strings.EqualFold(rel, "canonical") {
			h.canonical = strings.TrimSpace(attrs["href"])
		}
	}
}

// contentCharset finds charset= in a content attribute
// (https://html.spec.whatwg.org/multipage/urls-and-fetching.html#extracting-character-encodings-from-meta-elements).
func contentCharset(content string) string {
	for rest := strings.ToLower(content); ; {
		_, value, found := strings.Cut(rest, "charset")
		if !found {
			return ""
		}
		rest = value
		value, found = strings.CutPrefix(strings.TrimLeft(value, " \t\r\n\f"), "=")
		if !found {
			continue
		}
		value = strings.TrimLeft(value, " \t\r\n\f")
		if value != "" && (value[0] == '"' || value[0] == '\'') {
			value, _, _ = strings.Cut(value[1:], value[:1])
			return value
		}
		if end := strings.IndexAny(value, "; \t\r\n\f"); end >= 0 {
			value = value[:end]
		}
		return value
	}
}

func letter(b byte) bool { return (b|0x20) >= 'a' && (b|0x20) <= 'z' }

func space(b byte) bool { return b == ' ' || b == '\t' || b == '\n' || b == '\r' || b == '\f' }

// after returns what follows the first mark, or nothing.
func after(doc []byte, mark string) []byte {
	if i := bytes.Index(doc, []byte(mark)); i >= 0 {
		return doc[i+len(mark):]
	}
	return nil
}

// afterEnd returns what follows the end tag of a raw text element; the rest of
// its tag is skipped as text. An element that never ends is skipped alone: more
// is gained by reading on than by giving up.
func afterEnd(doc []byte, name string) (rest []byte, found bool) {
	for {
		i := bytes.Index(doc, []byte("</"))
		if i < 0 {
			return nil, false
		}
		doc = doc[i+2:]
		if len(doc) >= len(name) && strings.EqualFold(string(doc[:len(name)]), name) {
			return doc[len(name):], true
		}
	}
}

func tagName(doc []byte) (string, []byte) {
	end := 0
	for end < len(doc) && !space(doc[end]) && doc[end] != '>' && doc[end] != '/' {
		end++
	}
	return strings.ToLower(string(doc[:end])), doc[end:]
}

// attributes reads to the end of the tag. Of several attributes with one name
// the first counts, as in browsers.
func attributes(doc []byte) (map[string]string, []byte) {
	attrs := make(map[string]string)
	for {
		for len(doc) > 0 && (space(doc[0]) || doc[0] == '/') {
			doc = doc[1:]
		}
		if len(doc) == 0 {
			return attrs, nil
		}
		if doc[0] == '>' {
			return attrs, doc[1:]
		}
		end := 1 // a leading "=" belongs to the name
		for end < len(doc) && !space(doc[end]) && doc[end] != '>' && doc[end] != '/' && doc[end] != '=' {
			end++
		}
		name := strings.ToLower(string(doc[:end]))
		doc = bytes.TrimLeft(doc[end:], " \t\r\n\f")
		value := ""
		if len(doc) > 0 && doc[0] == '=' {
			value, doc = attributeValue(bytes.TrimLeft(doc[1:], " \t\r\n\f"))
		}
		if _, found := attrs[name]; !found {
			attrs[name] = html.UnescapeString(value)
		}
	}
}

func attributeValue(doc []byte) (string, []byte) {
	if len(doc) > 0 && (doc[0] == '"' || doc[0] == '\'') {
		value, rest, found := bytes.Cut(doc[1:], doc[:1])
		if !found {
			return "", nil
		}
		return string(value), rest
	}
	end := 0
	for end < len(doc) && !space(doc[end]) && doc[end] != '>' {
		end++
	}
	return string(doc[:end]), doc[end:]
}
