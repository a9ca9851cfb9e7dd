package sitemap

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "rewrite golden files")

func compress(t testing.TB, b []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	z := gzip.NewWriter(&out)
	if _, err := z.Write(b); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func read(doc []byte, limits Limits) ([]Entry, Report, error) {
	var all []Entry
	report, err := Read(bytes.NewReader(doc), limits, func(e Entry) error {
		all = append(all, e)
		return nil
	})
	return all, report, err
}

// Every file in testdata has its entries, report and error beside it, and reads
// the same compressed and byte by byte.
func TestGolden(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/*.in")
	if err != nil || len(files) == 0 {
		t.Fatalf("no input files: %v", err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			t.Parallel()
			doc, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			entries, report, err := read(doc, Limits{})
			got := render(t, entries, report, err)
			golden := strings.TrimSuffix(file, ".in") + ".golden"
			if *update {
				if err := os.WriteFile(golden, got, 0o600); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), string(got)); diff != "" {
				t.Error(diff)
			}
			entries, report, err = read(compress(t, doc), Limits{})
			if !report.Gzip {
				t.Error("gzip is not reported")
			}
			report.Gzip = false
			if diff := cmp.Diff(string(want), string(render(t, entries, report, err))); diff != "" {
				t.Errorf("compressed: %s", diff)
			}
			entries = nil
			report, err = Read(iotest.OneByteReader(bytes.NewReader(doc)), Limits{}, func(e Entry) error {
				entries = append(entries, e)
				return nil
			})
			if diff := cmp.Diff(string(want), string(render(t, entries, report, err))); diff != "" {
				t.Errorf("byte by byte: %s", diff)
			}
			if len(doc) < peekSize && report.Kind != Sniff(doc) || report.Kind != Sniff(compress(t, doc)) {
				t.Errorf("Sniff says %q and %q, Read %q", Sniff(doc), Sniff(compress(t, doc)), report.Kind)
			}
		})
	}
}

func render(t *testing.T, entries []Entry, report Report, err error) []byte {
	t.Helper()
	out := map[string]any{"entries": entries, "report": report}
	if err != nil {
		out["error"] = err.Error()
	}
	b, err := json.MarshalIndent(out, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	return append(b, '\n')
}

const head = `<?xml version="1.0" encoding="UTF-8"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">` + "\n"

func urls(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "<url><loc>https://e.com/%d</loc></url>\n", i)
	}
	return b.String()
}

func TestErrors(t *testing.T) {
	t.Parallel()
	deep := strings.Repeat("<a>", 1000)
	good := head + urls(3)
	zipped := compress(t, []byte(good+strings.Repeat("<!-- x -->\n", 2000)+"</urlset>"))
	flipped := bytes.Clone(compress(t, []byte(good+"</urlset>")))
	flipped[len(flipped)-6] ^= 1
	for _, c := range []struct {
		name    string
		doc     []byte
		limits  Limits
		want    Problem
		line    int
		entries int
	}{
		{"empty", nil, Limits{}, NotASitemap, 1, 0},
		{"blank", []byte(" \n\ufeff"), Limits{}, NotASitemap, 1, 0},
		{"html", []byte("<!DOCTYPE html>\n<html><body>no</body></html>"), Limits{}, IsHTML, 1, 0},
		{"xhtml", []byte(`<?xml version="1.0"?><!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN" "x"><html xmlns="http://www.w3.org/1999/xhtml"/>`), Limits{}, IsHTML, 1, 0},
		{"html fragment", []byte("<h1>Not found</h1>"), Limits{}, IsHTML, 1, 0},
		{"html after a long comment", []byte("<!--" + strings.Repeat("x\n", 5000) + "--><html></html>"), Limits{}, IsHTML, 5001, 0},
		{"doctype after a long comment", []byte("<!--" + strings.Repeat("x\n", 5000) + "--><!doctype HTML><p>"), Limits{}, IsHTML, 5001, 0},
		{"other root", []byte("<Error><Code>AccessDenied</Code></Error>"), Limits{}, NotASitemap, 1, 0},
		{"words", []byte("Not found"), Limits{}, NotASitemap, 1, 0},
		{"json", []byte(`{"error": 404}`), Limits{}, NotASitemap, 1, 0},
		{"only a comment", []byte("<!-- x -->"), Limits{}, NotASitemap, 1, 0},
		{"cut off in a tag", []byte(good + "<url><lo"), Limits{}, Truncated, 5, 3},
		{"cut off between entries", []byte(good), Limits{}, Truncated, 5, 3},
		{"broken markup", []byte(good + "<url><loc>https://e.com/x</loc></url <"), Limits{}, Malformed, 5, 3},
		{"control character", []byte(good + "\x01"), Limits{}, Malformed, 5, 3},
		{"too many", []byte(good + "</urlset>"), Limits{MaxURLs: 2}, TooMany, 4, 2},
		{"too many counts skipped ones", []byte(head + "<url/>\n<url/>\n<url><loc>https://e.com/</loc></url></urlset>"), Limits{MaxURLs: 2}, TooMany, 4, 0},
		{"too large", []byte(good + "</urlset>"), Limits{MaxBytes: int64(len(good) - 20)}, TooLarge, 4, 2},
		{"too large text", []byte("https://e.com/1\nhttps://e.com/2\n"), Limits{MaxBytes: 20}, TooLarge, 2, 1},
		{"too large gzip", zipped, Limits{MaxBytes: int64(len(good) + 10)}, TooLarge, 5, 3},
		{"gzip cut off", zipped[:len(zipped)-10], Limits{}, Truncated, 2005, 3},
		{"gzip checksum", flipped, Limits{}, Malformed, 5, 3},
		{"gzip header", []byte("\x1f\x8b\xff\xff\xff\xff\xff\xff\xff\xff\xff"), Limits{}, Malformed, 1, 0},
		{"deep", []byte(head + deep), Limits{}, Malformed, 2, 0},
		{"long text", []byte(good + "<url><loc>" + strings.Repeat("x", 2*maxToken)), Limits{}, TooLarge, 5, 3},
		{"long comment", []byte(good + "<!--" + strings.Repeat("<", 2*maxToken) + "-->"), Limits{}, TooLarge, 5, 3},
		{"long doctype", []byte("<!DOCTYPE urlset [" + strings.Repeat("<!ENTITY a 'b'>", maxToken/8) + "]><urlset/>"), Limits{}, TooLarge, 1, 0},
		{"long tag", []byte(good + "<url " + strings.Repeat(`a="b" `, maxToken) + ">"), Limits{}, TooLarge, 5, 3},
		{"unknown charset", []byte(`<?xml version="1.0" encoding="klingon"?><urlset/>`), Limits{}, Malformed, 1, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			entries, report, err := read(c.doc, c.limits)
			var e *Error
			if !errors.As(err, &e) || !errors.Is(err, c.want) || e.Line != c.line {
				t.Errorf("%v, want %s in line %d", err, c.want, c.line)
			}
			if len(entries) != c.entries || report.Entries != c.entries {
				t.Errorf("%d entries, report %d, want %d", len(entries), report.Entries, c.entries)
			}
		})
	}
}

func TestOtherErrors(t *testing.T) {
	t.Parallel()
	mine := errors.New("enough")
	n := 0
	report, err := Read(strings.NewReader(head+urls(5)), Limits{}, func(Entry) error {
		if n++; n == 3 {
			return mine
		}
		return nil
	})
	if err != mine || report.Entries != 2 {
		t.Errorf("%v after %d entries", err, report.Entries)
	}
	for _, good := range []string{"", head, "https://e.com/1\nhttps://e.com/2\n", head + urls(500)} {
		_, err = Read(io.MultiReader(strings.NewReader(good), iotest.ErrReader(mine)), Limits{}, func(Entry) error { return nil })
		if !errors.Is(err, mine) {
			t.Errorf("after %d bytes: %v", len(good), err)
		}
	}
}

// Not parallel: it measures what the process holds.
func TestMemoryDoesNotGrowWithDocument(t *testing.T) {
	const entries = 20_000
	r, w := io.Pipe()
	go func() {
		_, err := io.WriteString(w, head)
		unit := "<url><loc>https://e.com/" + strings.Repeat("x", 1000) + "</loc></url>\n<!-- " + strings.Repeat("y", 1000) + " -->\n"
		for range entries {
			if err != nil {
				break
			}
			_, err = io.WriteString(w, unit)
		}
		if err == nil {
			_, err = io.WriteString(w, "</urlset>")
		}
		w.CloseWithError(err)
	}()
	var held []uint64
	n := 0
	report, err := Read(r, Limits{}, func(Entry) error {
		if n++; n%5000 == 0 {
			runtime.GC()
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			held = append(held, m.HeapAlloc)
		}
		return nil
	})
	if err != nil || report.Entries != entries || report.Bytes < 40_000_000 {
		t.Fatalf("%+v: %v", report, err)
	}
	if slices.Max(held)-held[0] > 4<<20 {
		t.Errorf("the heap grows with the document: %d", held)
	}
}

// Entities that a document defines are never expanded.
func TestEntityBomb(t *testing.T) {
	t.Parallel()
	doc := `<!DOCTYPE urlset [<!ENTITY a "https://e.com/x"><!ENTITY b "&a;&a;"><!ENTITY f SYSTEM "file:///etc/passwd">]>` +
		"<urlset><url><loc>&a;</loc></url><url><loc>https://e.com/?&b;</loc></url><url><loc>&f;</loc></url></urlset>"
	entries, report, err := read([]byte(doc), Limits{})
	if err != nil || len(entries) != 1 || entries[0].Loc != "https://e.com/?&b;" || report.Skipped != 2 {
		t.Errorf("%+v %+v %v", entries, report, err)
	}
}

func TestCharsets(t *testing.T) {
	t.Parallel()
	doc := func(label string) string {
		return `<?xml version="1.0" encoding="` + label + `"?><urlset><url><loc>https://e.com/caf` + "\u00e9" + `</loc></url></urlset>`
	}
	wide := func(order binary.AppendByteOrder) []byte {
		var b []byte
		for _, u := range utf16.Encode([]rune("\ufeff" + doc("utf-16"))) {
			b = order.AppendUint16(b, u)
		}
		return b
	}
	latin := bytes.ReplaceAll([]byte(doc("ISO-8859-1")), []byte("\u00e9"), []byte{0xe9})
	for name, in := range map[string][]byte{
		"utf-8": []byte(doc("utf-8")), "mark": []byte("\xef\xbb\xbf" + doc("UTF-8")), "latin": latin,
		"utf-16le": wide(binary.LittleEndian), "utf-16be": wide(binary.BigEndian),
		"utf-16 that is none": []byte(doc("utf-16")),
	} {
		entries, report, err := read(in, Limits{})
		if err != nil || len(entries) != 1 || entries[0].Loc != "https://e.com/caf\u00e9" {
			t.Errorf("%s: %+v %v", name, entries, err)
		}
		if Sniff(in) != URLSet || report.Kind != URLSet {
			t.Errorf("%s: %q, Sniff %q", name, report.Kind, Sniff(in))
		}
	}
	bad := bytes.ReplaceAll([]byte(doc("utf-8")+"\n"), []byte("\u00e9"), []byte{0xe9})
	if entries, report, err := read(bad, Limits{}); err != nil || len(entries) != 0 || len(report.Warnings) != 1 {
		t.Errorf("broken UTF-8: %+v %q %v", entries, report.Warnings, err)
	}
}

// What follows the compressed data is no part of them, as gzip(1) has it; further
// members are.
func TestGzipMembersAndTheRest(t *testing.T) {
	t.Parallel()
	const head, tail = `<urlset><url><loc>https://a.example/1</loc></url>`, `<url><loc>https://a.example/2</loc></url></urlset>`
	pack := func(s string) string {
		var b bytes.Buffer
		z := gzip.NewWriter(&b)
		if _, err := z.Write([]byte(s)); err != nil {
			t.Fatal(err)
		}
		if err := z.Close(); err != nil {
			t.Fatal(err)
		}
		return b.String()
	}
	for name, body := range map[string]string{
		"padding": pack(head+tail) + strings.Repeat("\x00", 512), "junk": pack(head+tail) + "junk", "two members": pack(head) + pack(tail),
		"an empty one between, and junk": pack(head) + pack("") + pack(tail) + "\x1f",
	} {
		report, err := Read(strings.NewReader(body), Limits{}, func(Entry) error { return nil })
		if err != nil || report.Entries != 2 || !report.Gzip {
			t.Errorf("%s: %+v, %v", name, report, err)
		}
	}
}
