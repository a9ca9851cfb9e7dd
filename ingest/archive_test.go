package ingest_test

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"careerstream/ingest"
	"careerstream/ingest/warc"
	"careerstream/schemas/fault"
)

func TestArchives(t *testing.T) {
	t.Parallel()
	const html = "<html><body><h1>Baker</h1><p>Bakes.</p></body></html>"
	day := time.Date(2026, 5, 4, 3, 2, 1, 123456789, time.UTC)
	for _, name := range []string{"a.warc", "a.warc.gz"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), name)
			w, err := warc.Open(path, warc.Config{})
			if err != nil {
				t.Fatal(err)
			}
			write := func(url, status, media, body, kind string) {
				t.Helper()
				c := warc.Capture{URL: url, Date: day, Response: warc.Message{
					Start: "HTTP/1.1 " + status, Header: http.Header{"Content-Type": {media}, "Etag": {`"1"`}}, Body: []byte(body),
				}}
				if kind != "" {
					c.Fields = warc.Header{{Name: ingest.KindField, Value: kind}}
				}
				if _, err := w.Write(c); err != nil {
					t.Fatal(err)
				}
			}
			write("https://a.example/robots.txt", "200 OK", "text/plain", "User-agent: *", "")
			write("https://a.example/sitemap.txt", "200 OK", "text/plain", "https://a.example/baker\nhttps://a.example/other\n", "")
			write("https://a.example/sitemap.xml", "200 OK", "application/xml", "<urlset/>", "")
			write("https://a.example/baker", "200 OK", "text/html; charset=utf-8", html, "")
			write("https://a.example/more", "200 OK", "text/html", html, "article")
			write("https://a.example/moved", "301 Moved", "text/html", html, "")
			write("https://a.example/gone", "404 Not Found", "text/html", html, "")
			write("https://a.example/photo", "200 OK", "image/png", "\x89PNG", "")
			if err := w.Close(); err != nil {
				t.Fatal(err)
			}
			var urls []string
			for entry := range (ingest.Files{Sources: []string{path}}).Entries(t.Context()) {
				c, err := entry.Take(t.Context())
				if err != nil {
					t.Fatal(err)
				}
				p, err := ingest.Snap(entry.Origin, c)
				if err != nil {
					t.Fatal(err)
				}
				s := p.Snapshot
				urls = append(urls, s.URL+" "+s.Kind)
				if string(p.Body) != html || !s.FetchedAt.Equal(day) || s.ETag != `"1"` || !strings.HasPrefix(entry.Origin, path+"#") {
					t.Errorf("%s: snapshot %+v", entry.Origin, s)
				}
			}
			if d := cmp.Diff([]string{"https://a.example/more article", "https://a.example/baker "}, urls); d != "" {
				t.Error(d)
			}

			// Cut off, the file is a fault that names it, after what it still holds.
			whole, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, whole[:len(whole)-10], 0o644); err != nil {
				t.Fatal(err)
			}
			var got []string
			for entry := range (ingest.Archives{Paths: []string{path, path + ".none"}}).Entries(t.Context()) {
				if entry.Err != nil {
					got = append(got, fmt.Sprint(fault.KindOf(entry.Err)))
					if !strings.Contains(entry.Err.Error(), path) {
						t.Errorf("%v does not name the file", entry.Err)
					}
					continue
				}
				got = append(got, "page")
			}
			if d := cmp.Diff([]string{"page", "page", "bad-archive", "unreadable-file"}, got); d != "" {
				t.Error(d)
			}
		})
	}
}
