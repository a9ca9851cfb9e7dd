package site

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"net/http"
	"strings"
	"time"
	"unicode/utf16"
)

// accented is what pages in other charsets say; all of it is in windows-1252.
const accented = "The naïve café owner’s résumé costs 5 €."

// contentCorners behave well and hold odd things.
func contentCorners() []corner {
	declared := func(charset string, encode func([]byte) []byte) func([]byte) []byte {
		return func(good []byte) []byte { return encode(recharset(good, charset, accented)) }
	}
	latinText := "The naïve café owner has a résumé."
	return []corner{
		{name: "charset-header", want: WantGood, text: accented, media: "text/html; charset=windows-1252", body: declared("", windows1252)},
		{name: "charset-header-wins", want: WantGood, text: accented, media: "text/html; charset=windows-1252", body: declared("utf-8", windows1252)},
		{name: "charset-meta", want: WantGood, text: accented, media: "text/html", body: declared("windows-1252", windows1252)},
		{name: "charset-utf16", want: WantGood, text: accented, media: "text/html; charset=utf-16", body: declared("", utf16LE)},
		{name: "charset-undeclared", want: WantGood, text: latinText, media: "text/html", body: func(good []byte) []byte {
			return windows1252(recharset(good, "", latinText))
		}},
		{name: "charset-broken", want: WantCharset, body: declared("utf-8", windows1252)},
		{name: "charset-unknown", want: WantCharset, media: "text/html; charset=klingon-8", body: declared("klingon-8", windows1252)},
		{name: "noindex-header", want: WantNoindex, header: http.Header{"X-Robots-Tag": {"noindex, nofollow"}}},
		{name: "noindex-meta", want: WantNoindex, body: func(good []byte) []byte {
			return bytes.Replace(good, []byte("<head>"), []byte(`<head><meta name="robots" content="noindex">`), 1)
		}},
		{name: "consent-wall", want: WantNoCareer, body: func([]byte) []byte { return []byte(consentWall) }},
		{name: "empty", want: WantEmpty, body: func([]byte) []byte { return []byte{} }},
		{name: "empty-markup", want: WantEmpty, body: func([]byte) []byte {
			return []byte("<!DOCTYPE html><html><head><title></title></head><body></body></html>")
		}},
		{name: "deep", want: WantDeep, body: func([]byte) []byte {
			const depth = 50_000
			return []byte("<html><body>" + strings.Repeat("<div>", depth) + "deep" + strings.Repeat("</div>", depth) + "</body></html>")
		}},
	}
}

// consentWall is what some sites show instead of the page.
const consentWall = `<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Before you continue</title></head>
<body><div role="dialog"><h1>Before you continue</h1><p>We and our 812 partners store and read information on your device. You may change your mind at any time.</p>
<button>Accept all</button> <button>Reject all</button> <a href="/privacy/">More options</a></div></body></html>
`

// recharset declares another charset in a generated page, or none for "", and
// puts the sentence into its first paragraph.
func recharset(good []byte, charset, sentence string) []byte {
	meta := ""
	if charset != "" {
		meta = fmt.Sprintf(`<meta charset="%s">`, charset)
	}
	good = bytes.Replace(good, []byte(`<meta charset="utf-8">`), []byte(meta), 1)
	return bytes.Replace(good, []byte(" keeps things going."), []byte(" keeps things going. "+sentence), 1)
}

// windows1252 encodes what of it the pages use: Latin-1 and two signs that only
// windows-1252 has.
func windows1252(s []byte) []byte {
	var out []byte
	for _, r := range string(s) {
		switch {
		case r == '€':
			out = append(out, 0x80)
		case r == '’':
			out = append(out, 0x92)
		case r < 0x100:
			out = append(out, byte(r))
		default:
			out = append(out, '?')
		}
	}
	return out
}

// utf16LE encodes with a byte order mark.
func utf16LE(s []byte) []byte {
	out := []byte{0xff, 0xfe}
	for _, unit := range utf16.Encode([]rune(string(s))) {
		out = binary.LittleEndian.AppendUint16(out, unit)
	}
	return out
}

// Calendar makes pages under root without end: each day links to the next and
// the one before.
func Calendar(root string) Behavior {
	return func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		const layout = "2006/01/02"
		day, err := time.Parse(layout, strings.Trim(strings.TrimPrefix(r.URL.Path, root), "/"))
		if err != nil {
			day = epoch
		}
		link := func(day time.Time, text string) string {
			return fmt.Sprintf(`<a href="%s%s/">%s</a>`, root, day.Format(layout), text)
		}
		Serve(htmlType, fmt.Appendf(nil,
			"<!DOCTYPE html><html lang=\"en\"><head><title>%[1]s</title></head><body><h1>Events on %[1]s</h1><p>No events on this day.</p><p>%[2]s %[3]s</p></body></html>\n",
			day.Format(time.DateOnly), link(day.AddDate(0, 0, -1), "Previous day"), link(day.AddDate(0, 0, 1), "Next day")))(w, r, next)
	}
}
