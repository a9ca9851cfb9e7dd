package warc

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

var update = flag.Bool("update", false, "rewrite golden files")

var noon = time.Date(2024, 5, 6, 12, 0, 0, 123456789, time.UTC)

// config writes the same bytes in every run.
func config() Config {
	return Config{
		Info:  []Field{{"software", "example/1.0"}, {"operator", "someone@example.com"}},
		Clock: func() time.Time { return noon },
		Rand:  rand.NewChaCha8([32]byte{1}),
	}
}

func open(t testing.TB, path string) *Writer {
	t.Helper()
	w, err := Open(path, config())
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func closed(t testing.TB, w *Writer) {
	t.Helper()
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
}

func capture(url, body string) Capture {
	return Capture{
		URL: url, Date: noon.Add(time.Second), IP: netip.MustParseAddr("192.0.2.7"),
		Request:  Message{Start: "GET / HTTP/1.1", Header: http.Header{"Host": {"example.com"}, "User-Agent": {"example/1.0"}}},
		Response: Message{Start: "HTTP/1.1 200 OK", Header: http.Header{"Content-Type": {"text/html"}, "Etag": {`"1"`}}, Body: []byte(body)},
	}
}

// got is what a test compares of a record.
type got struct {
	Type   Type
	URI    string
	Status int
	Body   string
}

// readAll gives the records and the first error.
func readAll(t testing.TB, file []byte, limits Limits) ([]got, error) {
	t.Helper()
	r, err := NewReader(bytes.NewReader(file), limits)
	if err != nil {
		t.Fatal(err)
	}
	var all []got
	var first error
	for rec, err := range r.All() {
		if err != nil {
			if first == nil {
				first = err
			}
			continue
		}
		g := got{Type: rec.Type, URI: rec.TargetURI}
		if rec.Type == Response || rec.Type == Resource || rec.Type == Revisit {
			p, err := rec.Payload()
			if err != nil {
				if first == nil {
					first = err
				}
				continue
			}
			g.Status, g.Body = p.Status, string(p.Body)
		}
		all = append(all, g)
	}
	return all, first
}

func TestWriterGolden(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "x.warc")
	w := open(t, path)
	first, err := w.Write(capture("https://example.com/a", "<p>hello"))
	if err != nil {
		t.Fatal(err)
	}
	again := capture("https://example.com/a", "<p>hello")
	of := Original{Profile: IdenticalPayload, PayloadDigest: first.PayloadDigest, ID: first.ID, TargetURI: again.URL, Date: again.Date}
	if _, err := w.Revisit(again, of); err != nil {
		t.Fatal(err)
	}
	again.Response, again.Request = Message{Start: "HTTP/1.1 304 Not Modified", Header: http.Header{"Etag": {`"1"`}}}, Message{}
	of.Profile = NotModified
	if _, err := w.Revisit(again, of); err != nil {
		t.Fatal(err)
	}
	cut := capture("https://example.com/cut", "<p>he")
	cut.Truncated, cut.Request, cut.Date, cut.IP = "length", Message{}, time.Time{}, netip.Addr{}
	if _, err := w.Write(cut); err != nil {
		t.Fatal(err)
	}
	size := w.Size()
	closed(t, w)
	closed(t, w)
	b, err := os.ReadFile(path)
	if err != nil || int64(len(b)) != size {
		t.Fatalf("%d bytes, Size %d: %v", len(b), size, err)
	}
	const golden = "testdata/written.warc"
	if *update {
		if err := os.WriteFile(golden, b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(b)); diff != "" {
		t.Error(diff)
	}
	// Every field that the reader knows, read back.
	r, err := NewReader(bytes.NewReader(b), Limits{VerifyDigests: true})
	if err != nil {
		t.Fatal(err)
	}
	var originals []Original
	var types []Type
	for rec, err := range r.All() {
		if err != nil {
			t.Fatal(err)
		}
		types = append(types, rec.Type)
		if o, ok := rec.Original(); ok {
			originals = append(originals, o)
			p, err := rec.Payload()
			if err != nil || p.Body != nil || p.Header.Get("Etag") != `"1"` || p.Truncated {
				t.Errorf("revisit payload %+v: %v", p, err)
			}
		}
		if rec.Type == Response && rec.TargetURI == "https://example.com/a" {
			if rec.ID != first.ID || rec.Offset != first.Offset || rec.PayloadDigest() != first.PayloadDigest || !rec.Date.Equal(noon.Add(time.Second)) {
				t.Errorf("%+v is not what was written: %+v", rec, first)
			}
		}
	}
	if diff := cmp.Diff([]Type{Warcinfo, Response, Request, Revisit, Request, Revisit, Response}, types); diff != "" {
		t.Error(diff)
	}
	identical := of
	identical.Profile = IdenticalPayload
	if diff := cmp.Diff([]Original{identical, of}, originals); diff != "" {
		t.Error(diff)
	}
}

func TestWriterRefuses(t *testing.T) {
	t.Parallel()
	w := open(t, filepath.Join(t.TempDir(), "x.warc"))
	size := w.Size()
	for name, change := range map[string]func(*Capture){
		"relative URL":     func(c *Capture) { c.URL = "/a" },
		"URL with newline": func(c *Capture) { c.URL = "https://e.com/\r\nWARC-Type: x" },
		"URL with space":   func(c *Capture) { c.URL = "https://e.com/a b" },
		"no status line":   func(c *Capture) { c.Response.Start = "" },
		"two status lines": func(c *Capture) { c.Response.Start = "HTTP/1.1 200 OK\r\nX: y" },
		"request line":     func(c *Capture) { c.Request.Start = "GET /\n" },
		"truncated":        func(c *Capture) { c.Truncated = "length\r\nX: y" },
	} {
		c := capture("https://example.com/", "x")
		change(&c)
		if _, err := w.Write(c); err == nil {
			t.Errorf("%s is written", name)
		}
	}
	c := capture("https://example.com/", "x")
	if _, err := w.Revisit(c, Original{}); err == nil {
		t.Error("revisit without a profile is written")
	}
	if _, err := w.Revisit(c, Original{Profile: IdenticalPayload, PayloadDigest: "sha1:X"}); err == nil {
		t.Error("revisit with another digest is written")
	}
	if w.Size() != size {
		t.Errorf("refusals wrote %d bytes", w.Size()-size)
	}
	closed(t, w)
	if _, err := w.Write(c); !errors.Is(err, errClosed) {
		t.Errorf("write after close: %v", err)
	}
	if _, err := Open(filepath.Join(t.TempDir(), "y.warc"), Config{Info: []Field{{"a", "b\nc"}}}); err == nil {
		t.Error("warcinfo with a newline is written")
	}
	if _, err := Open(filepath.Join(t.TempDir(), "no", "y.warc"), Config{}); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("no folder: %v", err)
	}
}

func TestRoundTrip(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	n := 0
	rapid.Check(t, func(rt *rapid.T) {
		n++
		ending := rapid.SampledFrom([]string{".warc", ".warc.gz"}).Draw(rt, "ending")
		path := filepath.Join(dir, fmt.Sprintf("%d%s", n, ending))
		w := open(t, path)
		want := []got{{Type: Warcinfo}}
		for i := range rapid.IntRange(0, 4).Draw(rt, "captures") {
			body := string(rapid.SliceOfN(rapid.SampledFrom([]byte("WARC/1.1\r\n\x00\x1f\x8b\xff:0a")), 0, 60).Draw(rt, "body"))
			c := capture(fmt.Sprintf("https://example.com/%d", i), body)
			c.Response.Header.Set("X-Odd", string(rapid.SliceOfN(rapid.SampledFrom([]byte("a \r\n\t:")), 0, 8).Draw(rt, "value")))
			if rapid.Bool().Draw(rt, "with request") {
				c.Request.Body = []byte(body)
			} else {
				c.Request.Start = ""
			}
			if _, err := w.Write(c); err != nil {
				rt.Fatal(err)
			}
			want = append(want, got{Response, c.URL, 200, body})
			if c.Request.Start != "" {
				want = append(want, got{Type: Request, URI: c.URL})
			}
			if rapid.IntRange(0, 3).Draw(rt, "reopen") == 0 {
				closed(t, w)
				w = open(t, path)
				if w.Cut() != 0 {
					rt.Fatalf("%d bytes of a whole file are cut off", w.Cut())
				}
				want = append(want, got{Type: Warcinfo})
			}
		}
		closed(t, w)
		b, err := os.ReadFile(path)
		if err != nil {
			rt.Fatal(err)
		}
		all, err := readAll(t, b, Limits{VerifyDigests: true})
		if diff := cmp.Diff(want, all); err != nil || diff != "" {
			rt.Fatalf("%v\n%s", err, diff)
		}
	})
}

func TestConcurrentWrites(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "x.warc.gz")
	w := open(t, path)
	const writers, each = 4, 20
	var group sync.WaitGroup
	for i := range writers {
		group.Go(func() {
			for j := range each {
				if _, err := w.Write(capture(fmt.Sprintf("https://example.com/%d/%d", i, j), strings.Repeat("x", j*100))); err != nil {
					t.Error(err)
				}
			}
		})
	}
	group.Wait()
	closed(t, w)
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	all, err := readAll(t, b, Limits{VerifyDigests: true})
	if err != nil || len(all) != 1+2*writers*each {
		t.Errorf("%d records: %v", len(all), err)
	}
}

func BenchmarkWrite(b *testing.B) {
	for _, name := range []string{"x.warc", "x.warc.gz"} {
		b.Run(name, func(b *testing.B) {
			w := open(b, filepath.Join(b.TempDir(), name))
			defer closed(b, w)
			c := capture("https://example.com/", strings.Repeat("<p>Some words of a page, 40 bytes each. ", 1000))
			b.SetBytes(int64(len(c.Response.Body)))
			b.ReportAllocs()
			for b.Loop() {
				if _, err := w.Write(c); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// Two writers at one file would write over each other.
func TestOneWriterAFile(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "a.warc")
	first, err := Open(path, Config{})
	if err != nil {
		t.Fatal(err)
	}
	if second, err := Open(path, Config{}); err == nil || !strings.Contains(err.Error(), "another process") {
		t.Errorf("a second writer: %v, %v", second, err)
	}
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	again, err := Open(path, Config{})
	if err != nil {
		t.Fatal(err)
	}
	if err := again.Close(); err != nil {
		t.Error(err)
	}
}
