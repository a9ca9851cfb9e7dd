package fetch

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"net/url"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/flate"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zlib"
	"github.com/klauspost/compress/zstd"
)

func pack(t testing.TB, coding string, body []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	var w io.WriteCloser
	switch coding {
	case "gzip":
		w = gzip.NewWriter(&b)
	case "deflate":
		w = zlib.NewWriter(&b)
	case "raw":
		w, _ = flate.NewWriter(&b, 6)
	case "br":
		w = brotli.NewWriter(&b)
	case "zstd":
		w, _ = zstd.NewWriter(&b, zstd.WithEncoderConcurrency(1))
	default:
		return body
	}
	if _, err := w.Write(body); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func half(b []byte) []byte { return b[:len(b)/2] }

func TestCodings(t *testing.T) {
	t.Parallel()
	text := []byte("<html><p>" + strings.Repeat("A career is a path. ", 5000))
	zip := pack(t, "gzip", text)
	for _, c := range []struct {
		name, coding string
		wire         []byte
		want         Kind
	}{
		{"none", "", text, OK},
		{"identity", "identity", text, OK},
		{"gzip", "gzip", zip, OK},
		{"x-gzip", "X-Gzip", zip, OK},
		{"gzip members", "gzip", append(pack(t, "gzip", text[:100]), pack(t, "gzip", text[100:])...), OK},
		{"gzip padded", "gzip", append(bytes.Clone(zip), 0, 0, 0), OK},
		{"zlib", "deflate", pack(t, "deflate", text), OK},
		{"raw deflate", "deflate", pack(t, "raw", text), OK},
		{"brotli", "br", pack(t, "br", text), OK},
		{"zstd", "zstd", pack(t, "zstd", text), OK},
		{"two", "gzip, br", pack(t, "br", zip), OK},
		{"three", "gzip, gzip, gzip", zip, BadEncoding},
		{"unknown", "compress", zip, BadEncoding},
		{"gzip that is none", "gzip", text, BadEncoding},
		{"brotli that is none", "br", bytes.Repeat([]byte{0xff}, 100), BadEncoding},
		{"zstd that is none", "zstd", text, BadEncoding},
		{"gzip cut", "gzip", zip[:len(zip)-9], Truncated},
		{"zlib cut", "deflate", half(pack(t, "deflate", text)), Truncated},
		{"brotli cut", "br", half(pack(t, "br", text)), Truncated},
		{"zstd cut", "zstd", half(pack(t, "zstd", text)), Truncated},
		{"gzip checksum", "gzip", append(bytes.Clone(zip[:len(zip)-8]), 1, 2, 3, 4, 5, 6, 7, 8), BadEncoding},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			u := serve(t, func(w http.ResponseWriter, r *http.Request) {
				if got := r.Header.Get("Accept-Encoding"); got != acceptEncoding {
					t.Errorf("Accept-Encoding %q", got)
				}
				w.Header().Set("Content-Type", "text/html")
				if c.coding != "" {
					w.Header().Set("Content-Encoding", c.coding)
				}
				_, _ = w.Write(c.wire)
			})
			r, err := newClient(t, quick(), Deps{}).Get(t.Context(), Request{URL: u})
			if r.Kind != c.want {
				t.Fatalf("%s, %v; want %s", r.Kind, err, c.want)
			}
			if c.want == OK && (!bytes.Equal(r.Body, text) || r.WireBytes != int64(len(c.wire))) {
				t.Errorf("%d bytes of body, %d on the wire", len(r.Body), r.WireBytes)
			}
			if c.want != OK && r.Body != nil {
				t.Error("a body in spite of the error")
			}
		})
	}
}

func TestEmptyBodyInEveryCoding(t *testing.T) {
	t.Parallel()
	for _, coding := range []string{"gzip", "deflate", "br", "zstd"} {
		u := serve(t, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Encoding", coding)
			sendPage(w, "")
		})
		if r, err := newClient(t, quick(), Deps{}).Get(t.Context(), Request{URL: u}); err != nil || len(r.Body) != 0 {
			t.Errorf("%s: %v", coding, err)
		}
	}
}

// Ten GiB of zeros in 10 MiB, and in 30 KiB: neither memory nor time.
func TestBombs(t *testing.T) { // not parallel: it looks at the heap
	member := pack(t, "gzip", make([]byte, 8<<20))
	const members = 10 << 30 / (8 << 20)
	var nested bytes.Buffer
	z, _ := gzip.NewWriterLevel(&nested, gzip.BestSpeed)
	for range members {
		_, _ = z.Write(member)
	}
	_ = z.Close()
	for _, c := range []struct {
		name, coding string
		send         func(w io.Writer)
	}{
		{"gzip", "gzip", func(w io.Writer) {
			for range members {
				if _, err := w.Write(member); err != nil {
					return
				}
			}
		}},
		{"gzip of gzip", "gzip, gzip", func(w io.Writer) { _, _ = w.Write(nested.Bytes()) }},
		{"zstd", "zstd", func(w io.Writer) { _, _ = w.Write(pack(t, "zstd", make([]byte, 12<<20))) }},
		{"brotli", "br", func(w io.Writer) { _, _ = w.Write(pack(t, "br", make([]byte, 12<<20))) }},
	} {
		u := serve(t, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/html")
			w.Header().Set("Content-Encoding", c.coding)
			c.send(w)
		})
		cl := newClient(t, quick(), Deps{})
		var before, after runtime.MemStats
		if c.name == "zstd" || c.name == "brotli" {
			_, err := cl.Get(t.Context(), Request{URL: u})
			assertLimit(t, c.name, err, "decoded body")
			continue // their encoders' memory is the test's own
		}
		runtime.ReadMemStats(&before)
		r, err := cl.Get(t.Context(), Request{URL: u})
		runtime.ReadMemStats(&after)
		assertLimit(t, c.name, err, "decoded body")
		if grown := after.TotalAlloc - before.TotalAlloc; grown > 50<<20 {
			t.Errorf("%s: %d bytes allocated", c.name, grown)
		}
		t.Logf("%s: %v, %d bytes read, %d allocated", c.name, r.Duration(), r.WireBytes, after.TotalAlloc-before.TotalAlloc)
	}
}

func assertLimit(t *testing.T, what string, err error, limit string) {
	t.Helper()
	var l *LimitError
	if !errors.As(err, &l) || l.Limit != limit || KindOf(err) != l.kind {
		t.Errorf("%s: %v, want the limit %q", what, err, limit)
	}
}

func TestSizes(t *testing.T) {
	t.Parallel()
	const html = "Content-Type: text/html\r\n"
	for _, c := range []struct {
		name  string
		talk  func(w io.Writer) error
		limit string
	}{
		{"10 GiB announced", func(w io.Writer) error {
			_, err := io.WriteString(w, "HTTP/1.1 200 OK\r\n"+html+"Content-Length: 10737418240\r\n\r\n")
			return err
		}, "announced body"},
		{"10 GiB of gzip announced", func(w io.Writer) error {
			_, err := io.WriteString(w, "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n"+html+"Content-Length: 10737418240\r\n\r\n")
			return err
		}, "announced body"},
		{"endless chunks", func(w io.Writer) error {
			_, err := io.WriteString(w, "HTTP/1.1 200 OK\r\n"+html+"Transfer-Encoding: chunked\r\n\r\n")
			for err == nil {
				_, err = io.WriteString(w, "1000\r\n"+strings.Repeat("x", 0x1000)+"\r\n")
			}
			return nil
		}, "body"},
		{"endless without length", func(w io.Writer) error {
			_, err := io.WriteString(w, "HTTP/1.1 200 OK\r\n"+html+"\r\n")
			for err == nil {
				_, err = io.WriteString(w, strings.Repeat("x", 0x1000))
			}
			return nil
		}, "body"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			u := listen(t, talking(c.talk))
			cfg := quick()
			cfg.MaxWireBytes = 1 << 20
			r, err := newClient(t, cfg, Deps{}).Get(t.Context(), Request{URL: u})
			assertLimit(t, c.name, err, c.limit)
			if r.Kind != TooLarge || r.WireBytes > 2<<20 {
				t.Errorf("kind %s, %d bytes read", r.Kind, r.WireBytes)
			}
		})
	}
}

func TestHeaderSize(t *testing.T) {
	t.Parallel()
	for name, head := range map[string]string{
		"one line":   "HTTP/1.1 200 OK\r\nX-Big: " + strings.Repeat("x", 70<<10) + "\r\n\r\n",
		"many lines": "HTTP/1.1 200 OK\r\n" + strings.Repeat("X-Small: abcdefgh\r\n", 5000) + "\r\n",
		"no end":     strings.Repeat("y", 70<<10),
	} {
		r, err := newClient(t, quick(), Deps{}).Get(t.Context(), Request{URL: listen(t, say(head))})
		if r.Kind != TooLarge {
			t.Errorf("%s: %v, want too large", name, err)
		}
	}
}

func TestLengths(t *testing.T) {
	t.Parallel()
	head := func(length string) string {
		return "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n" + length + "\r\n"
	}
	zip := string(pack(t, "gzip", []byte("12345")))
	for _, c := range []struct {
		name, answer string
		want         Kind
		body         string
	}{
		{"exact", head("Content-Length: 5\r\n") + "12345", OK, "12345"},
		{"more than said", head("Content-Length: 3\r\nConnection: close\r\n") + "12345", OK, "123"},
		{"less than said", head("Content-Length: 9\r\n") + "12345", Truncated, ""},
		{"less than said, gzip whole", head("Content-Encoding: gzip\r\nContent-Length: 999\r\n") + zip, Truncated, ""},
		{"no number", head("Content-Length: five\r\n") + "12345", Protocol, ""},
		{"negative", head("Content-Length: -5\r\n") + "12345", Protocol, ""},
		{"two that differ", head("Content-Length: 5\r\nContent-Length: 4\r\n") + "12345", Protocol, ""},
		{"chunks without end", head("Transfer-Encoding: chunked\r\n") + "5\r\n12345\r\n", Truncated, ""},
		{"chunks without numbers", head("Transfer-Encoding: chunked\r\n") + "x\r\n12345\r\n", Protocol, ""},
		{"by close", head("") + "12345", OK, "12345"},
		{"nothing", "", Reset, ""},
		{"half a header", "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n", Reset, ""},
		{"half a header line", "HTTP/1.1 200 OK\r\nContent-", Protocol, ""},
		{"not HTTP", "220 mail.example ESMTP\r\n", Protocol, ""},
		{"bad status", "HTTP/1.1 abc OK\r\n\r\n", Protocol, ""},
		{"bad header", "HTTP/1.1 200 OK\r\nno colon here\r\n\r\n", Protocol, ""},
		{"switching", "HTTP/1.1 101 Switching Protocols\r\n\r\n", UnexpectedStatus, ""},
		{"interim first", "HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n" + head("Content-Length: 5\r\n") + "12345", OK, "12345"},
		{"endless interim", strings.Repeat("HTTP/1.1 103 Early Hints\r\nX: "+strings.Repeat("x", 1000)+"\r\n\r\n", 100), TooLarge, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			r, err := newClient(t, quick(), Deps{}).Get(t.Context(), Request{URL: listen(t, say(c.answer))})
			if r.Kind != c.want || string(r.Body) != c.body {
				t.Errorf("%s %q, %v; want %s %q", r.Kind, r.Body, err, c.want, c.body)
			}
		})
	}
}

func TestMedia(t *testing.T) {
	t.Parallel()
	u := serve(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header()["Content-Type"] = nil
		if ct := r.URL.Query().Get("t"); ct != "" {
			w.Header().Set("Content-Type", ct)
		}
		_, _ = io.WriteString(w, r.URL.Query().Get("b"))
	})
	c := newClient(t, quick(), Deps{})
	for i, tc := range []struct {
		ct, body string
		accept   []Media
		media    Media
		sniffed  bool
		kind     Kind
	}{
		{"text/html; charset=ISO-8859-1", "x", nil, HTML, false, OK},
		{"TEXT/HTML;charset", "x", nil, HTML, false, OK},
		{"application/xhtml+xml", "x", nil, HTML, false, OK},
		{"text/plain", "x", nil, Text, false, OK},
		{"", "<!doctype html><p>x", nil, HTML, true, OK},
		{"", "<?xml version='1.0'?><html xmlns='x'>", nil, HTML, true, OK},
		{"application/octet-stream", "some words", nil, Text, true, OK},
		{"garbage", "<html>", nil, HTML, true, OK},
		{"", "\x89PNG\r\n\x1a\n", nil, "", true, WrongType},
		{"image/png", "x", nil, "", false, WrongType},
		{"application/pdf", "x", nil, "", false, WrongType},
		{"application/json", "{}", nil, "", false, WrongType},
		{"text/xml", "<a/>", nil, "", false, WrongType},
		{"text/xml", "<a/>", []Media{XML}, XML, false, OK},
		{"application/rss+xml", "<a/>", []Media{XML, Gzip}, XML, false, OK},
		{"image/svg+xml", "<a/>", []Media{XML}, "", false, WrongType},
		{"application/x-gzip", "\x1f\x8b\x08", []Media{XML, Gzip}, Gzip, false, OK},
		{"", "\x1f\x8b\x08", []Media{XML, Gzip}, Gzip, true, OK},
		{"text/html", "x", []Media{XML}, "", false, WrongType},
		{"video/mp4", "x", []Media{Any}, "", false, OK},
	} {
		at := *u
		at.RawQuery = "t=" + url.QueryEscape(tc.ct) + "&b=" + url.QueryEscape(tc.body)
		r, err := c.Get(t.Context(), Request{URL: &at, Accept: tc.accept})
		if r.Kind != tc.kind || r.Media != tc.media || r.Sniffed != tc.sniffed {
			t.Errorf("%d %q: %s %q sniffed %v, %v", i, tc.ct, r.Kind, r.Media, r.Sniffed, err)
		}
		var te *TypeError
		if tc.kind == WrongType && (!errors.As(err, &te) || te.Got == "" || len(te.Want) == 0 || te.Sniffed != tc.sniffed) {
			t.Errorf("%d %q: %v", i, tc.ct, err)
		}
	}
}

func FuzzDecode(f *testing.F) {
	for _, coding := range []string{"gzip", "deflate", "raw", "br", "zstd"} {
		f.Add(uint8(len(coding)), pack(f, coding, []byte(strings.Repeat("career ", 50))))
	}
	lists := [][]string{{"gzip"}, {"deflate"}, {"br"}, {"zstd"}, {"gzip", "br"}, {"zstd", "gzip"}}
	f.Fuzz(func(t *testing.T, pick uint8, data []byte) {
		list := lists[int(pick)%len(lists)]
		body, done, err := decode(bytes.NewReader(data), list)
		defer done()
		if err != nil {
			return
		}
		if b, err := readUpTo(body, -1, 1<<20); err == nil && len(b) > 1<<20 {
			t.Errorf("%v: %s bytes", list, strconv.Itoa(len(b)))
		}
	})
}
