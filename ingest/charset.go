package ingest

import (
	"bytes"
	"fmt"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html/charset"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"

	"careerstream/schemas/fault"
)

// WHATWG names of the charsets that detection treats apart
// (https://encoding.spec.whatwg.org/#names-and-labels).
const (
	utf8Name    = "utf-8"
	latinName   = "windows-1252"
	replacement = "replacement"
)

// detection is the result of looking for a body's charset.
type detection struct {
	// name is the WHATWG name of the charset that the body is to be read in.
	name     string
	warnings []string
}

func (d *detection) warn(format string, args ...any) {
	d.warnings = append(d.warnings, fmt.Sprintf(format, args...))
}

// wide returns the charset when the body is UTF-16, which nothing else here can
// read: by its byte order mark or by the label that came with it. A label within
// a page cannot say so, since it could not have been read
// (https://html.spec.whatwg.org/multipage/parsing.html#prescan-a-byte-stream-to-determine-its-encoding).
func wide(body []byte, label string) string {
	switch {
	case bytes.HasPrefix(body, []byte{0xff, 0xfe}):
		return "utf-16le"
	case bytes.HasPrefix(body, []byte{0xfe, 0xff}):
		return "utf-16be"
	case bytes.HasPrefix(body, []byte{0xef, 0xbb, 0xbf}):
		return ""
	}
	if _, name := charset.Lookup(label); strings.HasPrefix(name, "utf-16") && bytes.IndexByte(body, 0) >= 0 {
		return name
	}
	return ""
}

// decodeWide decodes UTF-16. What is none is a fault.BadCharset.
func decodeWide(body []byte, name string) ([]byte, error) {
	e, _ := charset.Lookup(name)
	text, err := e.NewDecoder().Bytes(body)
	if err != nil {
		return nil, fault.New(fault.BadCharset, "decode %s: %w", name, err)
	}
	if !readsAsText(text) {
		return nil, fault.New(fault.BadCharset, "the bytes are no %s, though they are marked so", name)
	}
	return text, nil
}

// detectCharset finds the charset of a body in an ASCII-compatible charset.
// outer is the label that came with the body, inner the one in it; "" is none.
//
// The order is the standard's (byte order mark, outer, inner, guess), and every
// step must fit the whole body, where browsers look at 1024 bytes: a label that
// does not fit is a warning, not mojibake. Nothing that fits is a fault.BadCharset.
func detectCharset(body []byte, outer, inner string) (detection, error) {
	d := detection{warnings: []string{}}
	marked := bytes.HasPrefix(body, []byte{0xef, 0xbb, 0xbf})
	label := outer
	if label == "" {
		label = inner
	}
	declared, name := charset.Lookup(label)
	if strings.HasPrefix(name, "utf-16") {
		// It was readable without being UTF-16, so it is none.
		name = utf8Name
	}
	valid := utf8.Valid(body)
	if marked {
		if name != "" && name != utf8Name {
			d.warn("charset %q is declared, but the byte order mark says UTF-8", label)
		}
		label, name = utf8Name, utf8Name
	}
	switch {
	case label != "" && name == "" && !valid, name == replacement:
		return d, fault.New(fault.BadCharset, "charset %q is declared, which cannot be read", label)
	case label != "" && name == "":
		d.warn("charset %q is declared, which is unknown; read as UTF-8, which fits", label)
		d.name = utf8Name
	case (name == "" || name == utf8Name) && valid:
		d.name = utf8Name
	case name == "" || name == utf8Name:
		return d.notUTF8(body, label)
	case valid && singleByte(declared) && !ascii(body):
		// Text in a one-byte charset is UTF-8 by chance about never.
		d.warn("charset %q is declared, but the bytes are UTF-8", label)
		d.name = utf8Name
	default:
		text, err := declared.NewDecoder().Bytes(body)
		if err != nil || !readsAsText(text) {
			if valid {
				d.warn("charset %q is declared, but the bytes are UTF-8", label)
				d.name = utf8Name
				return d, nil
			}
			return d, fault.New(fault.BadCharset, "charset %q is declared, but the bytes do not fit it", label)
		}
		d.name = name
	}
	return d, nil
}

// notUTF8 decides on bytes that should be UTF-8, by label or for want of one,
// and are not.
func (d detection) notUTF8(body []byte, label string) (detection, error) {
	good, bad := countUTF8(body)
	// A few broken bytes in a UTF-8 page must not turn all its other
	// characters into mojibake.
	if good > bad {
		d.warn("%d bytes are not UTF-8 and will read as U+FFFD", bad)
		d.name = utf8Name
		return d, nil
	}
	text, err := charmap.Windows1252.NewDecoder().Bytes(body)
	if err != nil || !readsAsText(text) || !western(body) {
		if label == "" {
			return d, fault.New(fault.BadCharset, "no charset is declared, and the bytes are neither UTF-8 nor Western text")
		}
		return d, fault.New(fault.BadCharset, "charset %q is declared, but the bytes are neither UTF-8 nor Western text", label)
	}
	if label == "" {
		d.warn("no charset is declared; read as windows-1252")
	} else {
		d.warn("charset %q is declared, but the bytes are not; read as windows-1252", label)
	}
	d.name = latinName
	return d, nil
}

// countUTF8 counts well-formed sequences of more than one byte, and bytes that
// belong to no well-formed sequence.
func countUTF8(body []byte) (good, bad int) {
	for len(body) > 0 {
		r, size := utf8.DecodeRune(body)
		switch {
		case r == utf8.RuneError && size == 1:
			bad++
		case size > 1:
			good++
		}
		body = body[size:]
	}
	return good, bad
}

// readsAsText reports whether decoded text has at most one replacement or control
// character in a thousand.
func readsAsText(text []byte) bool {
	total, bad := 0, 0
	for _, r := range string(text) {
		total++
		switch {
		case r == 0, r == utf8.RuneError, r >= 0x80 && r <= 0x9f, r < 0x20 && !space(byte(r)) && r != 0x1b:
			bad++
		}
	}
	return bad*1000 <= total
}

// western reports whether bytes read as windows-1252 are mostly ASCII, as text in
// Western languages is. Cyrillic, Greek and East Asian charsets read as
// windows-1252 have more high bytes than letters.
func western(body []byte) bool {
	high, low := 0, 0
	for _, b := range body {
		switch {
		case b >= 0x80:
			high++
		case letter(b):
			low++
		}
	}
	return high <= low
}

func ascii(body []byte) bool {
	return bytes.IndexFunc(body, func(r rune) bool { return r >= utf8.RuneSelf }) < 0
}

// singleByte reports whether every byte is a character of its own in e.
func singleByte(e encoding.Encoding) bool {
	text, err := e.NewDecoder().Bytes([]byte{0xc3, 0xa9})
	return err == nil && utf8.RuneCount(text) == 2
}
