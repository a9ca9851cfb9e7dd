package main

import (
	"encoding/json"
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
// other and parses their HTML, and ratio what the crawl reaches of it. cpu-ms/page
// is the program's own time on the first crawl, start and end included: on a machine
// that does other things too it is what to compare. versions/page tells how often a
// career was published again because another one had arrived.
//
// Where the time goes (a CPU profile of 2,000 pages): two fifths in ClickHouse, for
// inserts and the merges after them, so that the size of batches counts most; a
// quarter in the stages, a third of that for checking what they publish against its
// schema; a tenth in the broker; a twelfth in reading JSON for sinks and indexes.
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
	var first, again, cpu time.Duration
	versions := 0
	for b.Loop() {
		data := b.TempDir()
		args := []string{"ingest", "--json", "--data", data, "--allow-private", "127.0.0.1", "--delay", "0", s.URL()}
		run := measure(b, exitOK, args...)
		first, cpu = first+run.wall, cpu+run.cpu
		var statement struct {
			Outcome struct{ Published int }
		}
		if err := json.Unmarshal([]byte(run.stdout), &statement); err != nil {
			b.Fatal(err)
		}
		versions += statement.Outcome.Published
		again += measure(b, exitOK, args...).wall
	}
	bare := fetchBare(b, s)
	done := float64(pages * b.N)
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(done/first.Seconds(), "pages/s")
	b.ReportMetric(cpu.Seconds()*1000/done, "cpu-ms/page")
	b.ReportMetric(float64(versions)/done, "versions/page")
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
