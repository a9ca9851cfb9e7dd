package crawl_test

import (
	"testing"

	"careerstream/ingest/crawl"
	"careerstream/ingest/crawl/crawltest"
)

// BenchmarkCrawl is a first and a second run over 500 pages of a site on
// loopback without politeness, by one connection.
func BenchmarkCrawl(b *testing.B) {
	const n = 500
	site := crawltest.NewSite(b)
	site.Fill(n)
	b.ReportAllocs()
	for b.Loop() {
		rig := crawltest.NewRig(crawltest.NewMemory().Ports())
		for range 2 {
			c := rig.Crawler(b, &crawltest.Process{}, crawltest.Quick())
			s, err := c.Run(b.Context(), crawl.Spec{Sources: []string{site.URL("/sitemap.xml")}}, nil)
			if err != nil || !s.Complete || s.Discovered != n {
				b.Fatal(s, err)
			}
		}
	}
	b.ReportMetric(float64(2*n*b.N)/b.Elapsed().Seconds(), "pages/s")
}
