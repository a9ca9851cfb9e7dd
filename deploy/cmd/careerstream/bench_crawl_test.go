package main

import (
	"net/http"
	"testing"
	"time"

	"golang.org/x/net/html"

	"careerstream/deploy/site"
)

// BenchmarkCrawl crawls a site on loopback without politeness, from start to
// stored rows and exit, and then again while nothing has changed:
//
//	go test -run '^$' -bench Crawl -benchtime 1x ./deploy/cmd/careerstream
//
// bare-pages/s is one keep-alive client that fetches the same pages one after the
// other and parses their HTML, and ratio what the crawl reaches of it.
func BenchmarkCrawl(b *testing.B) {
	const pages = 2000
	s, err := site.New(site.Config{Pages: pages})
	if err != nil {
		b.Fatal(err)
	}
	if err := s.Start(b.Context()); err != nil {
		b.Fatal(err)
	}
	defer func() {
		if err := s.Close(); err != nil {
			b.Error(err)
		}
	}()
	var first, again time.Duration
	for b.Loop() {
		data := b.TempDir()
		args := []string{"ingest", "--json", "--data", data, "--allow-private", "127.0.0.1", "--delay", "0", s.URL()}
		first += measure(b, exitOK, args...).wall
		again += measure(b, exitOK, args...).wall
	}
	bare := fetchBare(b, s)
	done := float64(pages * b.N)
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(done/first.Seconds(), "pages/s")
	b.ReportMetric(done/again.Seconds(), "unchanged-pages/s")
	b.ReportMetric(pages/bare.Seconds(), "bare-pages/s")
	b.ReportMetric(bare.Seconds()*float64(b.N)/first.Seconds(), "ratio")
}

// fetchBare fetches and parses every page of a site.
func fetchBare(b *testing.B, s *site.Site) time.Duration {
	b.Helper()
	client := &http.Client{Timeout: time.Minute}
	defer client.CloseIdleConnections()
	start := time.Now()
	for i := range s.Pages() {
		request, err := http.NewRequestWithContext(b.Context(), http.MethodGet, s.PageURL(i), nil)
		if err != nil {
			b.Fatal(err)
		}
		response, err := client.Do(request)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := html.Parse(response.Body); err != nil {
			b.Fatal(err)
		}
		if err := response.Body.Close(); err != nil {
			b.Fatal(err)
		}
	}
	return time.Since(start)
}
