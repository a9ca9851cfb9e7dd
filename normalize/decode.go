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
func decode(in Input) ([]byte, error) {
	body := in.Body
	if len(body) == 0 {
		return nil, fault.New(fault.EmptyPage, "%s: page has no bytes", in.name())
	}
	enc, label, err := pick(body, in)
	if err != nil {
		return nil, err
	}
	switch {
	case enc == nil && utf8.Valid(body):
		body = bytes.TrimPrefix(body, []byte("\xef\xbb\xbf"))
	default:
		if enc == nil {
			enc = unicode.UTF8BOM // replaces what is no UTF-8, byte by byte
		}
		if body, err = enc.NewDecoder().Bytes(body); err != nil {
			return nil, fault.New(fault.BadCharset, "%s: decode as %s: %w", in.name(), label, err)
		}
	}
	zeros := bytes.Count(body, []byte{0})
	if bad := zeros + bytes.Count(body, []byte("\uFFFD")) + controls(body, enc != nil && enc != unicode.UTF8BOM); bad > 8 {
		if total := utf8.RuneCount(body); bad*maxUndecodable > total {
			return nil, fault.New(fault.BadCharset, "%s: %d of %d characters cannot be decoded as %s", in.name(), bad, total, label)
		}
	}
	if zeros > 0 {
		body = bytes.ReplaceAll(body, []byte{0}, nil)
	}
	return body, nil
}

// controls counts the C1 control characters, which single-byte encodings give
// for bytes that they leave undefined.
func controls(s []byte, single bool) (n int) {
	if !single {
		return 0
	}
	for i := 0; i+1 < len(s); i++ {
		if s[i] == 0xC2 && s[i+1] < 0xA0 && s[i+1] != 0x85 {
			n++
		}
	}
	return n
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
func looksHTML(s []byte) bool {
	head := strings.ToLower(string(s[:min(len(s), 4096)]))
	for _, tag := range []string{"<!doctype html", "<html", "<head", "<body", "<div", "<p>", "<h1", "<table", "<ul", "<title", "<h2", "<section", "<article", "<main"} {
		if strings.Contains(head, tag) {
			return true
		}
	}
	return false
}
