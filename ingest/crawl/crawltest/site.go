package crawltest

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// Hit is one request that a Site has answered.
type Hit struct {
	Path        string
	Status      int
	Conditional bool
	// Bytes of the body.
	Bytes int
	// Start and End are on the site's own clock.
	Start, End time.Time
}

// Site is a web site on loopback that can be changed while it is crawled.
type Site struct {
	server *httptest.Server

	mu     sync.Mutex
	pages  map[string]string
	answer map[string]http.HandlerFunc
	hits   []Hit
	busy   int
	most   int
}

// NewSite serves an empty site until the test ends. Its robots.txt is a 404.
func NewSite(t testing.TB) *Site {
	t.Helper()
	s := &Site{pages: map[string]string{}, answer: map[string]http.HandlerFunc{}}
	s.server = httptest.NewServer(http.HandlerFunc(s.serve))
	t.Cleanup(s.server.Close)
	return s
}

// URL is the address of a path.
func (s *Site) URL(path string) string { return s.server.URL + path }

// Host is the site's host and port.
func (s *Site) Host() string { return strings.TrimPrefix(s.server.URL, "http://") }

// Set makes a path answer with a body; the sitemap is told of nothing.
func (s *Site) Set(path, body string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.pages[path] = body
	delete(s.answer, path)
}

// Handle makes a path answer by a handler.
func (s *Site) Handle(path string, answer http.HandlerFunc) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.answer[path] = answer
}

// Status makes a path answer with a status and nothing else.
func (s *Site) Status(path string, status int) {
	s.Handle(path, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(status) })
}

// Remove makes a path a 404.
func (s *Site) Remove(path string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.pages, path)
	delete(s.answer, path)
}

// Career is the page that paths of careers show.
func Career(i int, text string) string {
	return fmt.Sprintf("<!doctype html><html><head><title>Career %d</title></head><body><h1>What does a career %d do?</h1><p>%s</p></body></html>", i, i, text)
}

// Path is the path of the i-th career.
func Path(i int) string { return fmt.Sprintf("/careers/%04d", i) }

// Fill sets n careers and a sitemap of them all.
func (s *Site) Fill(n int) {
	var paths []string
	for i := range n {
		s.Set(Path(i), Career(i, "First text."))
		paths = append(paths, Path(i))
	}
	s.Sitemap("/sitemap.xml", paths...)
}

// Sitemap sets a sitemap of paths.
func (s *Site) Sitemap(path string, paths ...string) {
	var b strings.Builder
	b.WriteString(`<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">`)
	for _, p := range paths {
		fmt.Fprintf(&b, "<url><loc>%s</loc></url>", s.URL(p))
	}
	b.WriteString("</urlset>")
	s.Set(path, b.String())
}

// Hits returns the log and empties it.
func (s *Site) Hits() []Hit {
	s.mu.Lock()
	defer s.mu.Unlock()
	hits := s.hits
	s.hits = nil
	return hits
}

// Overlap is the largest number of requests that were answered at once.
func (s *Site) Overlap() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.most
}

func (s *Site) serve(w http.ResponseWriter, r *http.Request) {
	start := time.Now()
	s.mu.Lock()
	s.busy++
	s.most = max(s.most, s.busy)
	body, found := s.pages[r.URL.Path]
	answer := s.answer[r.URL.Path]
	s.mu.Unlock()
	l := &logged{ResponseWriter: w, status: http.StatusOK}
	// The log is complete before the client can see the end of the answer.
	defer func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.busy--
		s.hits = append(s.hits, Hit{
			Path: r.URL.Path, Status: l.status, Bytes: l.bytes, Start: start, End: time.Now(),
			Conditional: r.Header.Get("If-None-Match") != "" || r.Header.Get("If-Modified-Since") != "",
		})
	}()
	switch {
	case answer != nil:
		answer(l, r)
	case !found:
		l.WriteHeader(http.StatusNotFound)
	default:
		reply(l, r, body)
	}
}

// reply answers with an ETag, and with 304 to one that holds.
func reply(w http.ResponseWriter, r *http.Request, body string) {
	sum := sha256.Sum256([]byte(body))
	tag := `"` + hex.EncodeToString(sum[:8]) + `"`
	w.Header().Set("ETag", tag)
	kind := "text/html; charset=utf-8"
	if strings.HasPrefix(body, "<?xml") {
		kind = "application/xml"
	} else if r.URL.Path == "/robots.txt" {
		kind = "text/plain"
	}
	w.Header().Set("Content-Type", kind)
	if slices.Contains(r.Header.Values("If-None-Match"), tag) {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	_, _ = w.Write([]byte(body))
}

type logged struct {
	http.ResponseWriter
	status int
	bytes  int
}

func (l *logged) WriteHeader(status int) {
	l.status = status
	l.ResponseWriter.WriteHeader(status)
}

func (l *logged) Write(p []byte) (int, error) {
	l.bytes += len(p)
	return l.ResponseWriter.Write(p)
}

// Unwrap lets http.ResponseController reach the connection.
func (l *logged) Unwrap() http.ResponseWriter { return l.ResponseWriter }
