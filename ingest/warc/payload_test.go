package warc

import (
	"bytes"
	"compress/flate"
	"compress/zlib"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/zstd"
)

// pack compresses s with what make returns.
func pack(t *testing.T, s string, make func(io.Writer) (io.WriteCloser, error)) string {
	t.Helper()
	var b bytes.Buffer
	w, err := make(&b)
	if err != nil {
		t.Fatal(err)
	}
	_, err = io.WriteString(w, s)
	if err = errors.Join(err, w.Close()); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func chunk(s string) string {
	var b strings.Builder
	for len(s) > 0 {
		n := min(len(s), 37)
		fmt.Fprintf(&b, "%x;x=y\r\n%s\r\n", n, s[:n])
		s = s[n:]
	}
	return b.String() + "0\r\nTrailer: x\r\n\r\n"
}

func payloadOf(t *testing.T, fields, block string, limits Limits) (Payload, error) {
	t.Helper()
	r, err := NewReader(strings.NewReader(record(fields, block)), limits)
	if err != nil {
		t.Fatal(err)
	}
	rec, err := r.Next()
	if err != nil {
		t.Fatal(err)
	}
	p, err := rec.Payload()
	if _, after := r.Next(); after != io.EOF {
		t.Errorf("after the record: %v", after)
	}
	return p, err
}

const http200 = "WARC-Type: response\r\nContent-Type: application/http; msgtype=response\r\n"

func TestCodings(t *testing.T) {
	t.Parallel()
	body := "<!doctype html><p>" + strings.Repeat("caf\u00e9 ", 50)
	zipped := string(zip(t, body))
	zlibbed := pack(t, body, func(w io.Writer) (io.WriteCloser, error) { return zlib.NewWriter(w), nil })
	raw := pack(t, body, func(w io.Writer) (io.WriteCloser, error) { return flate.NewWriter(w, 9) })
	br := pack(t, body, func(w io.Writer) (io.WriteCloser, error) { return brotli.NewWriter(w), nil })
	zst := pack(t, body, func(w io.Writer) (io.WriteCloser, error) { return zstd.NewWriter(w) })
	for _, c := range []struct {
		name, header, stored string
		notes                int
	}{
		{"none", "", body, 0},
		{"identity", "Content-Encoding: identity\r\n", body, 0},
		{"gzip", "Content-Encoding: GZIP\r\n", zipped, 0},
		{"x-gzip", "content-encoding: x-gzip\r\n", zipped, 0},
		{"gzip in two members", "Content-Encoding: gzip\r\n", string(zip(t, body[:10])) + string(zip(t, body[10:])), 0},
		{"bytes after gzip", "Content-Encoding: gzip\r\n", zipped + "\x00\x00", 1},
		{"deflate", "Content-Encoding: deflate\r\n", zlibbed, 0},
		{"raw deflate", "Content-Encoding: deflate\r\n", raw, 0},
		{"br", "Content-Encoding: br\r\n", br, 0},
		{"zstd", "Content-Encoding: zstd\r\n", zst, 0},
		{"two codings", "Content-Encoding: deflate, gzip\r\n", string(zip(t, zlibbed)), 0},
		{"two fields", "Content-Encoding: deflate\r\nContent-Encoding: gzip\r\n", string(zip(t, zlibbed)), 0},
		{"chunked", "Transfer-Encoding: chunked\r\n", chunk(body), 0},
		{"chunked gzip", "Transfer-Encoding: chunked\r\nContent-Encoding: gzip\r\n", chunk(zipped), 0},
		{"stored without chunks", "Transfer-Encoding: chunked\r\n", body, 1},
		{"stored decoded", "Transfer-Encoding: chunked\r\nContent-Encoding: gzip\r\n", body, 2},
		{"stored decoded from br", "Content-Encoding: br\r\n", body, 1},
		{"stored decoded from deflate", "Content-Encoding: deflate\r\n", body, 1},
		{"stored decoded from zstd", "Content-Encoding: zstd\r\n", body, 1},
		{"wrong Content-Length", "Content-Length: 3\r\n", body, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			p, err := payloadOf(t, http200, "HTTP/1.1 200 OK\r\nX-A: b\r\n"+c.header+"\r\n"+c.stored, Limits{})
			if err != nil || string(p.Body) != body || p.Status != 200 || p.Header.Get("X-A") != "b" || p.Truncated {
				t.Errorf("%+v: %v", p, err)
			}
			if len(p.Notes) != c.notes {
				t.Errorf("notes %q", p.Notes)
			}
		})
	}
}

func TestHeads(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		block, proto string
		status       int
		header, body string
	}{
		{"HTTP/1.0 404 Not Found\r\nX: y\r\n\r\nno", "HTTP/1.0", 404, "y", "no"},
		{"HTTP/2 200\nX:y\n\nyes", "HTTP/2", 200, "y", "yes"},
		{"HTTP/1.1 200 OK\r\nnonsense\r\nX: a\r\n  b\r\n\r\n", "HTTP/1.1", 200, "a b", ""},
		{"HTTP/1.1 100 Continue\r\nX: no\r\n\r\nHTTP/1.1 200 OK\r\nX: y\r\n\r\nyes", "HTTP/1.1", 200, "y", "yes"},
		{"HTTP/1.1 204 No Content", "HTTP/1.1", 204, "", ""},
		{"HTTP/1.1 301 Moved\r\nX: y", "HTTP/1.1", 301, "y", ""},
	} {
		p, err := payloadOf(t, http200, c.block, Limits{})
		if err != nil || p.Proto != c.proto || p.Status != c.status || p.Header.Get("X") != c.header || string(p.Body) != c.body {
			t.Errorf("%q: %+v: %v", c.block, p, err)
		}
	}
	p, err := payloadOf(t, "WARC-Type: resource\r\nContent-Type: text/plain\r\n", "HTTP/1.1 200 OK\r\n\r\n", Limits{})
	if err != nil || p.Status != 0 || p.Header.Get("Content-Type") != "text/plain" || string(p.Body) != "HTTP/1.1 200 OK\r\n\r\n" {
		t.Errorf("resource: %+v: %v", p, err)
	}
}

func TestPayloadErrors(t *testing.T) {
	t.Parallel()
	bomb := string(zip(t, strings.Repeat("\x00", 1<<20)))
	zipped := string(zip(t, strings.Repeat("some words ", 100)))
	for _, c := range []struct {
		name, fields, block string
		want                Problem
	}{
		{"warcinfo", "WARC-Type: warcinfo\r\n", "x", BadPayload},
		{"no status line", http200, "<html>", BadPayload},
		{"empty block", http200, "", BadPayload},
		{"status", http200, "HTTP/1.1 OK\r\n\r\n", BadPayload},
		{"interim only", http200, strings.Repeat("HTTP/1.1 100 Continue\r\n\r\n", 20), BadPayload},
		{"long head", http200, "HTTP/1.1 200 OK\r\nX: " + strings.Repeat("x", DefaultMaxHeader) + "\r\n\r\n", TooLarge},
		{"large body", http200, "HTTP/1.1 200 OK\r\n\r\n" + strings.Repeat("x", 5000), TooLarge},
		{"bomb", http200, "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n" + bomb, TooLarge},
		{"bomb in a bomb", http200, "HTTP/1.1 200 OK\r\nContent-Encoding: gzip, gzip\r\n\r\n" + string(zip(t, bomb)), TooLarge},
		{"unknown coding", http200, "HTTP/1.1 200 OK\r\nContent-Encoding: rot13\r\n\r\nx", BadPayload},
		{"many codings", http200, "HTTP/1.1 200 OK\r\nContent-Encoding: br, br, br, br\r\n\r\nx", BadPayload},
		{"gzip cut off", http200, "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n" + zipped[:len(zipped)-9], BadPayload},
		{"chunks cut off", http200, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabc", BadPayload},
		{"broken br", http200, "HTTP/1.1 200 OK\r\nContent-Encoding: br\r\n\r\n\xff\xff\xff\xff", BadPayload},
		{"broken zstd", http200, "HTTP/1.1 200 OK\r\nContent-Encoding: zstd\r\n\r\n\x28\xb5\x2f\xfd\xff\xff", BadPayload},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			p, err := payloadOf(t, c.fields, c.block, Limits{MaxBody: 4096})
			var e *Error
			if !errors.As(err, &e) || e.Problem != c.want || e.Stopped || p.Body != nil {
				t.Errorf("%+v: %v, want %s", p, err, c.want)
			}
		})
	}
	// What a record calls truncated is given as far as it goes.
	for name, block := range map[string]string{
		"gzip":   "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n" + zipped[:len(zipped)-9],
		"chunks": "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nff\r\nsome words",
		"plain":  "HTTP/1.1 200 OK\r\n\r\nsome words",
	} {
		p, err := payloadOf(t, http200+"WARC-Truncated: length\r\n", block, Limits{})
		if err != nil || !p.Truncated || !strings.HasPrefix(string(p.Body), "some words") {
			t.Errorf("%s: %+v: %v", name, p, err)
		}
	}
	p, err := payloadOf(t, http200+"WARC-Segment-Number: 1\r\n", "HTTP/1.1 200 OK\r\n\r\nsome", Limits{})
	if err != nil || !p.Truncated || len(p.Notes) != 1 {
		t.Errorf("segment: %+v: %v", p, err)
	}
}
