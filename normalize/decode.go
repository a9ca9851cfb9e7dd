package normalize

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"careerstream/schemas/fault"
	"careerstream/schemas/page"

	"golang.org/x/net/html/charset"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/unicode"
)

// maxUndecodable is the share of characters that may be undecodable, as 1/n.
const maxUndecodable = 50

// decode returns the body as UTF-8. A byte order mark wins over the charset
// stated, which wins over detection (meta element, validity as UTF-8, then
// windows-1252). Too many undecodable characters are a fault.BadCharset.
func decode(in Input) (string, error) {
	body := in.Body
	if len(body) == 0 {
		return "", fault.New(fault.EmptyPage, "%s: page has no bytes", in.name())
	}
	enc, label, err := pick(body, in)
	if err != nil {
		return "", err
	}
	var s string
	if enc == nil {
		s = strings.ToValidUTF8(string(bytes.TrimPrefix(body, []byte("\xef\xbb\xbf"))), "\uFFFD")
	} else {
		out, err := enc.NewDecoder().Bytes(body)
		if err != nil {
			return "", fault.New(fault.BadCharset, "%s: decode as %s: %w", in.name(), label, err)
		}
		s = string(out)
	}
	bad, total := 0, 0
	for _, r := range s {
		total++
		if r == utf8.RuneError || r == 0 || r >= 0x80 && r < 0xA0 && r != 0x85 || r < ' ' && r != '\n' && r != '\r' && r != '\t' && r != '\f' && r != 0x0B {
			bad++
		}
	}
	if bad > 8 && bad*maxUndecodable > total {
		return "", fault.New(fault.BadCharset, "%s: %d of %d characters cannot be decoded as %s", in.name(), bad, total, label)
	}
	if bad > 0 {
		s = strings.ReplaceAll(s, "\x00", "")
	}
	return s, nil
}

// pick chooses the encoding; nil is UTF-8.
func pick(body []byte, in Input) (encoding.Encoding, string, error) {
	switch {
	case bytes.HasPrefix(body, []byte("\xef\xbb\xbf")):
		return nil, "utf-8", nil
	case bytes.HasPrefix(body, []byte("\xff\xfe")):
		return unicode.UTF16(unicode.LittleEndian, unicode.UseBOM), "utf-16le", nil
	case bytes.HasPrefix(body, []byte("\xfe\xff")):
		return unicode.UTF16(unicode.BigEndian, unicode.UseBOM), "utf-16be", nil
	}
	if in.Charset != "" {
		enc, err := htmlindex.Get(in.Charset)
		if err != nil {
			return nil, "", fault.New(fault.BadCharset, "%s: unknown charset %q", in.name(), in.Charset)
		}
		name, err := htmlindex.Name(enc)
		if err == nil && name == "utf-8" {
			return nil, name, nil
		}
		return enc, name, nil
	}
	if utf8.Valid(body) && bytes.IndexByte(body, 0) < 0 {
		return nil, "utf-8", nil
	}
	if zeros := bytes.Count(body[:min(len(body), 1024)], []byte{0}); zeros*3 > min(len(body), 1024) {
		if body[0] == 0 {
			return unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM), "utf-16be", nil
		}
		return unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM), "utf-16le", nil
	}
	contentType := in.MediaType
	if contentType == "" {
		contentType = page.HTML
	}
	enc, name, certain := charset.DetermineEncoding(body, contentType)
	if !certain || name == "utf-8" {
		enc, name = charset.Lookup("windows-1252")
	}
	return enc, name, nil
}

// looksHTML reports whether a page without a media type is HTML.
func looksHTML(s string) bool {
	head := strings.ToLower(s[:min(len(s), 4096)])
	for _, tag := range []string{"<!doctype html", "<html", "<head", "<body", "<div", "<p>", "<h1", "<table", "<ul", "<title", "<h2", "<section", "<article", "<main"} {
		if strings.Contains(head, tag) {
			return true
		}
	}
	return false
}
