package ingest

import (
	"bytes"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/net/html/charset"

	"careerstream/schemas/fault"
	"careerstream/schemas/page"
)

func TestCharset(t *testing.T) {
	t.Parallel()
	long := "<!doctype html><html><head><title>x</title><script>" + strings.Repeat("// a < b \n", 500) + "</script><!-- <meta charset=koi8-r> -->"
	filler := strings.Repeat("Plain ASCII for more than a kilobyte. ", 60)
	tests := []struct {
		name, outer, body, want string
		warns                   bool
	}{
		{"ASCII", "", "A page.", "utf-8", false},
		{"UTF-8 without a label", "", "Un café.", "utf-8", false},
		{"UTF-8 after a kilobyte of ASCII", "", filler + "café", "utf-8", false},
		{"windows-1252 after a kilobyte of ASCII", "", filler + "caf\xe9", "windows-1252", true},
		{"UTF-8 with a byte order mark", "", "\ufeffUn café.", "utf-8", false},
		{"a byte order mark against a label", "iso-8859-1", "\ufeffUn café.", "utf-8", true},
		{"UTF-16LE", "", "\xff\xfeA\x00 \x00p\x00a\x00g\x00e\x00", "utf-16le", false},
		{"UTF-16BE", "", "\xfe\xff\x00A\x00 \x00p\x00a\x00g\x00e", "utf-16be", false},
		{"UTF-16 by sidecar", "utf-16le", "A\x00 \x00p\x00a\x00g\x00e\x00", "utf-16le", false},
		{"UTF-16 by mistake", "utf-16", "A page.", "utf-8", false},
		{"UTF-16 in a page that reads as ASCII", "", "<meta charset=utf-16><p>A page.", "utf-8", false},
		{"Latin 1 by sidecar is windows-1252", "ISO-8859-1", "caf\xe9", "windows-1252", false},
		{"meta", "", "<meta charset=\"windows-1251\"><p>\xcf\xf0\xe8\xe2\xe5\xf2", "windows-1251", false},
		{"meta, old form", "", `<META http-equiv='Content-Type' content='text/html; charset=Shift_JIS'><p>` + "\x90\x45\x8b\xc6", "shift_jis", false},
		{"meta after five kilobytes", "", long + "<meta charset=gbk></head><p>\xd6\xb0\xd2\xb5", "gbk", false},
		{"the sidecar goes before the page", "windows-1251", "<meta charset=utf-8><p>\xcf\xf0\xe8\xe2\xe5\xf2", "windows-1251", false},
		{"UTF-8 declared, windows-1252 found", "", "<meta charset=utf-8><p>It\x92s a caf\xe9", "windows-1252", true},
		{"UTF-8 declared, one byte broken", "", "<meta charset=utf-8><p>café, naïve, où \xff", "utf-8", true},
		{"UTF-8 cut within a character", "", "café, naïve, o\xc3", "utf-8", true},
		{"windows-1252 declared, UTF-8 found", "", "<meta charset=windows-1252><p>café", "utf-8", true},
		{"windows-1252 declared, ASCII found", "", "<meta charset=windows-1252><p>cafe", "windows-1252", false},
		{"unknown label, UTF-8 found", "klingon", "café", "utf-8", true},
		{"GBK declared, UTF-8 found", "", "<meta charset=gbk><p>" + strings.Repeat("ключ €é ", 9), "utf-8", true},
		{"ISO-2022-JP", "iso-2022-jp", "\x1b$B?&6H\x1b(B", "iso-2022-jp", false},
	}
	for _, test := range tests {
		p, err := Snap("x.html", Capture{Body: []byte(test.body), Name: "x.html", Charset: test.outer, FallbackURL: "file:///x.html"})
		if err != nil {
			t.Errorf("%s: %v", test.name, err)
			continue
		}
		if p.Snapshot.Charset != test.want || (len(p.Snapshot.Warnings) > 0) != test.warns {
			t.Errorf("%s: charset %s, warnings %q; want %s, warnings: %v", test.name, p.Snapshot.Charset, p.Snapshot.Warnings, test.want, test.warns)
		}
		if p.Snapshot.Warnings == nil {
			t.Errorf("%s: warnings are null", test.name)
		}
	}
}

func TestMediaType(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, file, body, want string }{
		{"doctype", "a.txt", "\ufeff\n<!DOCTYPE html><p>x", page.HTML},
		{"comment first", "", "<!-- saved --> <html lang=en>", page.HTML},
		{"XHTML", "", "<?xml version=\"1.0\"?>\n<html xmlns='x'>", page.HTML},
		{"fragment", "", "<h1>Nurse</h1>", page.HTML},
		{"text before markup", "", "Nurse<p>one</p><p>two</p>", page.HTML},
		{"text with one tag", "", "Press <b>now</b> to go on.", page.Text},
		{"text with one tag, named HTML", "a.HTML.gz", "Press <b>now</b> to go on.", page.HTML},
		{"text named HTML", "a.html", "What does a nurse do?", page.Text},
		{"text", "", "What is 1 < 2 and 3 > 2?", page.Text},
		{"text that looks like a bitmap", "", "BMX riders ride.", page.Text},
		{"other XML", "", "<?xml version='1.0'?><feed><entry/></feed>", page.Text},
		{"a tag of the same beginning", "", "<pre-order> now", page.Text},
	}
	for _, test := range tests {
		if got := mediaType([]byte(test.body), test.file); got != test.want {
			t.Errorf("%s: %s, want %s", test.name, got, test.want)
		}
	}
}

func TestHead(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, doc string
		want      head
	}{
		{"all", `<HEAD><Meta CharSet=UTF-8><link rel="alternate canonical" href="https://e.com/a?b=1&amp;c=2"><meta content=' https://e.com/og ' property=og:url>`,
			head{"UTF-8", "https://e.com/a?b=1&c=2", "https://e.com/og"}},
		{"the first counts", `<link rel=canonical href=https://e.com/1><link rel=canonical href=https://e.com/2><meta charset=a charset=b><meta charset=c>`,
			head{"a", "https://e.com/1", ""}},
		{"not in comments, scripts, titles", `<!-- <meta charset=a> --><script>"<meta charset=b>"</script><title><meta charset=c></title><style><meta charset=d></style>`, head{}},
		{"a comment that ends at once", `<!--><meta charset=a>`, head{charset: "a"}},
		{"a comment that never ends", `<!-- <meta charset=a>`, head{}},
		{"a script that never ends", `<script><meta charset=a>`, head{charset: "a"}},
		{"not in the body", `<head></head><link rel=canonical href=https://e.com/1>`, head{}},
		{"not after the body begins", `<body><link rel=canonical href=https://e.com/1>`, head{}},
		{"angle bracket in a value", `<meta name="a>b" content="<link rel=canonical href=https://e.com/x>"><meta charset='a'>`, head{charset: "a"}},
		{"slashes", `<meta/charset="a"/>`, head{charset: "a"}},
		{"quoted charset in content", `<meta http-equiv=content-type content="text/html; charset = 'koi8-r' ">`, head{charset: "koi8-r"}},
		{"content without the pragma", `<meta name=x content="text/html; charset=koi8-r">`, head{}},
		{"a value that never ends", `<meta charset="a`, head{}},
		{"a hundred thousand scripts that never end", strings.Repeat("<script>", 100_000) + `<meta charset=a>`, head{charset: "a"}},
		{"nothing", `a < b <`, head{}},
	}
	for _, test := range tests {
		if got := scanHead([]byte(test.doc)); got != test.want {
			t.Errorf("%s: %+v, want %+v", test.name, got, test.want)
		}
	}
}

func TestAddress(t *testing.T) {
	t.Parallel()
	tests := []struct{ raw, url, site string }{
		{"https://Example.COM/Careers/Nurse#top", "https://example.com/Careers/Nurse", "example.com"},
		{"HTTP://example.com:80", "http://example.com/", "example.com"},
		{"https://example.com:443/a?b=C", "https://example.com/a?b=C", "example.com"},
		{"https://example.com:8443/a", "https://example.com:8443/a", "example.com:8443"},
		{"https://example.com:/a", "https://example.com/a", "example.com"},
		{"https://me:secret@example.com/a", "https://example.com/a", "example.com"},
		{"http://[::1]:80/a", "http://[::1]/a", "[::1]"},
		{" https://example.com/a%2Fb ", "https://example.com/a%2Fb", "example.com"},
		{"//example.com/a", "", ""},
		{"/a", "", ""},
		{"mailto:a@example.com", "", ""},
		{"javascript:alert(1)", "", ""},
		{"https://", "", ""},
		{"https://exa mple.com/", "", ""},
		{"", "", ""},
	}
	for _, test := range tests {
		got, err := parseAddress(test.raw)
		if got.url != test.url || got.site != test.site || (err == nil) != (test.url != "") {
			t.Errorf("parseAddress(%q) = %+v, %v; want %s at %s", test.raw, got, err, test.url, test.site)
		}
	}
	if got := (address{url: "https://example.com/"}).key(); got != "0f115db062b7c0dd030b16878c99dea5" {
		t.Errorf("key is %s", got)
	}
	if got, err := fileURL("/a b/ü#?.html"); err != nil || got != "file:///a%20b/%C3%BC%23%3F.html" {
		t.Errorf("fileURL = %s, %v", got, err)
	}
}

func TestLocation(t *testing.T) {
	t.Parallel()
	const own = "file:///pages/nurse.html"
	tests := []struct {
		name, sidecar, head, url, site string
		warns                          int
	}{
		{"sidecar", "https://a.example/1", `<link rel=canonical href=https://b.example/2>`, "https://a.example/1", "a.example", 0},
		{"canonical", "", `<meta property=og:url content=https://c.example/3><link rel=canonical href=https://b.example/2>`, "https://b.example/2", "b.example", 0},
		{"og:url", "", `<meta property=og:url content=https://c.example/3>`, "https://c.example/3", "c.example", 0},
		{"relative canonical", "", `<link rel=canonical href=/2><meta property=og:url content=https://c.example/3>`, "https://c.example/3", "c.example", 1},
		{"nothing usable", "", `<link rel=canonical href=/2><meta property=og:url content="">`, own, page.LocalSite, 1},
		{"nothing", "", ``, own, page.LocalSite, 0},
	}
	for _, test := range tests {
		p, err := Snap("x", Capture{Body: []byte("<html><head>" + test.head + "</head><p>text"), URL: test.sidecar, FallbackURL: own})
		if err != nil {
			t.Errorf("%s: %v", test.name, err)
			continue
		}
		s := p.Snapshot
		if s.URL != test.url || s.Site != test.site || len(s.Warnings) != test.warns {
			t.Errorf("%s: %s at %s, warnings %q", test.name, s.URL, s.Site, s.Warnings)
		}
	}

	// The links of a UTF-16 page are found too.
	wide := "\xff\xfe"
	for _, r := range `<html><link rel=canonical href=https://b.example/2><p>x` {
		wide += string([]byte{byte(r), 0})
	}
	if p, err := Snap("x", Capture{Body: []byte(wide), FallbackURL: own}); err != nil || p.Snapshot.URL != "https://b.example/2" {
		t.Errorf("UTF-16: %+v, %v", p.Snapshot, err)
	}
}

func FuzzSnap(f *testing.F) {
	f.Add([]byte("<!doctype html><meta charset=utf-8><link rel=canonical href=https://e.com/a><p>caf\xe9"), "")
	f.Add([]byte("\xff\xfeA\x00"), "utf-16")
	f.Add([]byte("\x1b$B?&6H\x1b(B"), "iso-2022-jp")
	f.Add([]byte("<meta charset='a"), "klingon")
	f.Add([]byte{}, "")
	f.Fuzz(func(t *testing.T, body []byte, label string) {
		before := bytes.Clone(body)
		p, err := Snap("x", Capture{Body: body, Charset: label, FallbackURL: "file:///x"})
		if !bytes.Equal(before, body) {
			t.Fatal("Snap changes the body")
		}
		if err != nil {
			switch kind := fault.KindOf(err); kind {
			case fault.EmptyPage, fault.BinaryPage, fault.BadCharset:
			default:
				t.Fatalf("fault %s: %v", kind, err)
			}
			return
		}
		s := p.Snapshot
		e, name := charset.Lookup(s.Charset)
		if name != s.Charset {
			t.Fatalf("charset %q is no WHATWG name", s.Charset)
		}
		text, err := e.NewDecoder().Bytes(body)
		if err != nil || !utf8.Valid(text) {
			t.Fatalf("body does not decode as %s: %v", s.Charset, err)
		}
		if s.Charset == utf8Name && len(s.Warnings) == 0 && !utf8.Valid(body) {
			t.Fatal("broken UTF-8 without a warning")
		}
		if a, err := parseAddress(s.URL); err == nil && (a.url != s.URL || a.site != s.Site) {
			t.Fatalf("URL %q is not normalised: %q", s.URL, a.url)
		}
		again, err := Snap("x", Capture{Body: body, Charset: label, FallbackURL: "file:///x"})
		if diff := cmp.Diff(p, again); err != nil || diff != "" {
			t.Fatalf("Snap is no function: %v\n%s", err, diff)
		}
	})
}
