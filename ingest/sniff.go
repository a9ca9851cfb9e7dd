package ingest

import (
	"bytes"
	"fmt"
	"net/http"
	"path/filepath"
	"regexp"
	"strings"
	"unicode"

	"careerstream/schemas/page"
)

// signatures are of formats that can pass for text because they need not hold a
// NUL byte.
var signatures = []struct{ prefix, name string }{
	{"%PDF-", "a PDF document"},
	{"%!PS-", "a PostScript document"},
	{`{\rtf`, "an RTF document"},
	{"\x7fELF", "an ELF program"},
	{"\xd0\xcf\x11\xe0", "an old Office document"},
	{"\xff\xd8\xff", "a JPEG image"},
	{"\x1f\x8b", "gzip within gzip"},
}

// binaryKind says what body is when it is no text in any ASCII-compatible
// charset, and "" when it may be text. Only formats above are known by their
// first bytes alone: short signatures are also words ("BM" of a bitmap opens
// "BMX riders").
func binaryKind(body []byte) string {
	for _, s := range signatures {
		if bytes.HasPrefix(body, []byte(s.prefix)) {
			return s.name
		}
	}
	nul := bytes.IndexByte(body, 0)
	if nul < 0 && !mostlyControls(body) {
		return ""
	}
	// https://mimesniff.spec.whatwg.org/ knows images, archives, fonts, media.
	kind, _, _ := strings.Cut(http.DetectContentType(body), ";")
	if kind != "application/octet-stream" && !strings.HasPrefix(kind, "text/") {
		return kind
	}
	if looksUTF16(body) {
		return "perhaps UTF-16 without a byte order mark; a sidecar can state the charset"
	}
	if nul < 0 {
		return "binary data"
	}
	return fmt.Sprintf("binary data with a NUL at byte %d", nul)
}

// mostlyControls reports whether more than 1 in 100 bytes are control characters
// that no text has (https://mimesniff.spec.whatwg.org/#binary-data-byte). A few
// come from copied text and are harmless.
func mostlyControls(body []byte) bool {
	n := 0
	for _, b := range body {
		if b <= 0x08 || b == 0x0b || (b >= 0x0e && b <= 0x1a) || (b >= 0x1c && b <= 0x1f) || b == 0x7f {
			n++
		}
	}
	return n*100 > len(body)
}

// looksUTF16 reports whether nearly every other byte is NUL, as in Latin text.
func looksUTF16(body []byte) bool {
	var nul [2]int
	for i, b := range body {
		if b == 0 {
			nul[i%2]++
		}
	}
	return max(nul[0], nul[1])*20 > len(body)*9 && min(nul[0], nul[1])*20 < len(body)
}

// blank reports whether text shows nothing: white space, byte order marks and
// zero-width characters only.
func blank(text []byte) bool {
	return len(bytes.TrimFunc(text, func(r rune) bool {
		return unicode.IsSpace(r) || (r >= 0x200b && r <= 0x200d) || r == 0x2060 || r == 0xfeff
	})) == 0
}

// sniffLimit bounds what is looked at to tell HTML from text, in bytes.
const sniffLimit = 256 << 10

var (
	// preamble is what may stand before the first tag.
	preamble = regexp.MustCompile(`^(?:\x{FEFF}|\s|<!--(?s:.*?)-->|<\?xml(?s:.*?)\?>)*`)
	// opening is a first tag that makes a document HTML.
	opening = regexp.MustCompile(`^(?i:<!doctype\s+html|<(?:html|head|body|meta|title|link|base|script|style|noscript|` +
		`div|main|article|section|header|footer|nav|aside|h[1-6]|p|ul|ol|dl|table|figure|img|a|span|br|b|strong|em|font|center|form|iframe)[\s/>])`)
	// markup is a tag that running text does not hold by chance.
	markup = regexp.MustCompile(`(?i)</(?:html|body|head|title|div|main|article|section|h[1-6]|p|ul|ol|li|dl|dt|dd|table|tr|td|th|span|strong|em|a|b|i)\s*>|<(?:br|hr|p)\s*/?>`)
)

// mediaType tells HTML from plain text by content. The ending of name counts
// only where the content leaves doubt: text with a tag or two.
func mediaType(text []byte, name string) string {
	if len(text) > sniffLimit {
		text = text[:sniffLimit]
	}
	rest := text[len(preamble.Find(text)):]
	if opening.Match(rest) {
		return page.HTML
	}
	enough := 3
	name = strings.TrimSuffix(strings.ToLower(name), ".gz")
	switch filepath.Ext(name) {
	case ".html", ".htm", ".xhtml", ".shtml":
		enough = 1
	}
	if len(markup.FindAllIndex(text, enough)) >= enough {
		return page.HTML
	}
	return page.Text
}
