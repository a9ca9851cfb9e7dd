package fetch

import (
	"io"
	"net/http"
	"strings"
	"testing"
)

// BenchmarkGet against BenchmarkBareClient is what safety costs.
func BenchmarkGet(b *testing.B) {
	for _, raw := range []bool{false, true} {
		b.Run(map[bool]string{false: "plain", true: "raw"}[raw], func(b *testing.B) {
			cfg := quick()
			cfg.KeepRaw = raw
			u := serve(b, benchPage)
			c := newClient(b, cfg, Deps{})
			b.ReportAllocs()
			for b.Loop() {
				if _, err := c.Get(b.Context(), Request{URL: u}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkBareClient(b *testing.B) {
	u := serve(b, benchPage)
	c := http.Client{Transport: &http.Transport{DisableCompression: true, MaxConnsPerHost: 1}}
	b.Cleanup(c.CloseIdleConnections)
	b.ReportAllocs()
	for b.Loop() {
		r, err := c.Get(u.String())
		if err != nil {
			b.Fatal(err)
		}
		if _, err := io.ReadAll(r.Body); err != nil {
			b.Fatal(err)
		}
		_ = r.Body.Close()
	}
}

func benchPage(w http.ResponseWriter, _ *http.Request) {
	sendPage(w, "<html>"+strings.Repeat("<p>A career is a path.", 2000)) // 44 KB
}
