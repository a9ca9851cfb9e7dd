package sitemap

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"
)

func TestW3CDates(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"1997":                         "1997-01-01T00:00:00Z",
		"1997-07":                      "1997-07-01T00:00:00Z",
		"1997-07-16":                   "1997-07-16T00:00:00Z",
		"1997-07-16T19:20+01:00":       "1997-07-16T19:20:00+01:00",
		"1997-07-16T19:20:30+01:00":    "1997-07-16T19:20:30+01:00",
		"1997-07-16T19:20:30.45+01:00": "1997-07-16T19:20:30.45+01:00",
		"1994-11-05T13:15:30Z":         "1994-11-05T13:15:30Z",
		"1994-11-05T13:15Z":            "1994-11-05T13:15:00Z",
		"2024-02-30":                   "",
		"2024-13":                      "",
		"2024-01-01T10:00:00":          "",
		"2024-01-01 10:00:00Z":         "",
		"2024-01-01T10:00:00,5Z":       "",
		"2024-1-1":                     "",
		"20240101":                     "",
		"yesterday":                    "",
		"":                             "",
	} {
		got, ok := parseW3C(in)
		if ok != (want != "") || ok && got.Format(time.RFC3339Nano) != want {
			t.Errorf("%q: %s %t, want %q", in, got.Format(time.RFC3339Nano), ok, want)
		}
	}
	if got, ok := parseDate("Sat, 07 Sep 2002 09:42:31 GMT", true); !ok || got.Unix() != 1031391751 {
		t.Errorf("RFC 822 date: %s %t", got, ok)
	}
	if _, ok := parseDate("Sat, 07 Sep 2002 09:42:31 GMT", false); ok {
		t.Error("a sitemap has no RFC 822 dates")
	}
}

func TestSniff(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]Kind{
		"":                                     Unknown,
		"<":                                    Unknown,
		"<url":                                 Unknown,
		"  \n<urlset>":                         URLSet,
		"<sm:urlset xmlns:sm='x'>":             URLSet,
		"<sitemapindex\n":                      Index,
		"<?xml version='1.0'?><!-- a --><feed": Unknown,
		"<?xml version='1.0'?><?xml-stylesheet href='x'?><!-- a\n<urlset> --><feed xmlns='a'>": Atom,
		"<!DOCTYPE rss [<!ENTITY a 'b'>]><rss version='2.0'>":                                  RSS,
		"<!doctype HTML><title>urlset</title>":                                                 HTML,
		"<html lang=en>":                                                                       HTML,
		"https://e.com/":                                                                       Text,
		"# pages\n\nhttp://e.com/a\nnonsense":                                                  Text,
		"ftp://e.com/":                                                                         Unknown,
		"hello https://e.com/":                                                                 Unknown,
		"%PDF-1.4":                                                                             Unknown,
		"\x1f\x8b":                                                                             Unknown,
	} {
		if got := Sniff([]byte(in)); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
	long := compress(t, []byte(head+urls(1000)))
	if got := Sniff(long[:200]); got != URLSet {
		t.Errorf("beginning of gzip: %q", got)
	}
	if HTML.IsSitemap() || Unknown.IsSitemap() || !Text.IsSitemap() {
		t.Error("IsSitemap")
	}
}

func TestWarningsAreBounded(t *testing.T) {
	t.Parallel()
	doc := head + strings.Repeat("<url><loc>/relative</loc></url>\n", 1000) + "</urlset>"
	_, report, err := read([]byte(doc), Limits{MaxWarnings: 3})
	if err != nil || report.Skipped != 1000 || len(report.Warnings) != 4 || report.Warnings[3] != "and 997 more warnings" {
		t.Errorf("%+v %v", report, err)
	}
	if want := `line 2: URL "/relative" is relative`; report.Warnings[0] != want {
		t.Errorf("%s, want %s", report.Warnings[0], want)
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(head + urls(2) + "</urlset>"))
	f.Add([]byte("<sitemapindex><sitemap><loc> https://e.com/a.xml.gz </loc><lastmod>2024</lastmod></sitemap></sitemapindex>"))
	f.Add([]byte("https://e.com/\n#\nx\r\n"))
	f.Add([]byte("<rss><channel><item><guid>https://e.com/</guid><pubDate>x</pubDate></item></channel></rss>"))
	f.Add([]byte("<feed><entry><link rel='self' href='x'/><link href='https://e.com/'/></entry></feed>"))
	f.Add([]byte("\xff\xfe<\x00a\x00>\x00"))
	f.Add([]byte("<?xml version='1.0' encoding='shift_jis'?><urlset><url><loc>&amp;&nbsp;&#x0;"))
	f.Add(compress(f, []byte(head)))
	f.Fuzz(func(t *testing.T, doc []byte) {
		limits := Limits{MaxBytes: 1 << 16, MaxURLs: 20, MaxWarnings: 5}
		entries, report, err := read(doc, limits)
		if len(entries) != report.Entries || report.Entries+report.Skipped > 20 || len(report.Warnings) > 6 || report.Bytes > 1<<16 {
			t.Fatalf("report %+v of %d entries", report, len(entries))
		}
		for _, e := range entries {
			if badLoc(e.Loc) != "" || !(e.Priority >= 0 && e.Priority <= 1) {
				t.Fatalf("bad entry %+v", e)
			}
		}
		if err == nil && !report.Kind.IsSitemap() {
			t.Fatalf("no error for %q", report.Kind)
		}
		if kind := Sniff(doc); kind != Unknown && report.Kind != Unknown && kind != report.Kind {
			t.Fatalf("Sniff %q, Read %q", kind, report.Kind)
		}
	})
}

func BenchmarkRead50000(b *testing.B) {
	var doc bytes.Buffer
	doc.WriteString(head)
	for i := range DefaultMaxURLs {
		fmt.Fprintf(&doc, "<url><loc>https://example.com/careers/career-%d/</loc><lastmod>2024-05-06T07:08:09+00:00</lastmod><changefreq>weekly</changefreq><priority>0.8</priority></url>\n", i)
	}
	doc.WriteString("</urlset>")
	b.SetBytes(int64(doc.Len()))
	b.ReportAllocs()
	for b.Loop() {
		report, err := Read(bytes.NewReader(doc.Bytes()), Limits{}, func(Entry) error { return nil })
		if err != nil || report.Entries != DefaultMaxURLs {
			b.Fatal(report.Entries, err)
		}
	}
}
