package site_test

import (
	"io"
	"net/http"
	"testing"
	"time"

	"careerstream/deploy/site"
)

// BenchmarkBareClient is what a keep-alive client gets out of the site at most.
func BenchmarkBareClient(b *testing.B) {
	const pages = 200
	s, err := site.New(site.Config{Pages: pages})
	if err != nil {
		b.Fatal(err)
	}
	if err := s.Start(b.Context()); err != nil {
		b.Fatal(err)
	}
	defer s.Close()
	transport := &http.Transport{DisableCompression: true}
	defer transport.CloseIdleConnections()
	c := &http.Client{Transport: transport, Timeout: time.Minute}
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		resp, err := c.Get(s.PageURL(i % pages))
		if err != nil {
			b.Fatal(err)
		}
		n, err := io.Copy(io.Discard, resp.Body)
		resp.Body.Close()
		if err != nil {
			b.Fatal(err)
		}
		b.SetBytes(n)
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "pages/s")
}
