package crawltest

import (
	"context"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"careerstream/ingest/crawl"
	"careerstream/schemas/fault"
	"careerstream/schemas/page"
)

// forgetful is a store that has lost its bodies while lost is set.
type forgetful struct {
	crawl.Bodies
	lost *atomic.Bool
}

func (f forgetful) Get(ctx context.Context, sha256 string) ([]byte, error) {
	if f.lost.Load() {
		return nil, fault.New(fault.BodyMissing, "no body %s", sha256)
	}
	return f.Bodies.Get(ctx, sha256)
}

// sitemapsUnchanged are not transferred again, and name what they named.
func sitemapsUnchanged(t *testing.T, ports Ports) {
	const n = 20
	var lost atomic.Bool
	ports.Bodies = forgetful{ports.Bodies, &lost}
	site, rig := NewSite(t), NewRig(ports)
	site.Fill(n)
	both := []string{Path(0), Path(1)}
	site.Sitemap("/two.xml", both...) // a page may stand in two of them
	spec := sources(site.URL("/sitemap.xml"), site.URL("/two.xml"))
	sitemaps := func() (whole, unchanged int) {
		for _, h := range site.Hits() {
			if strings.HasSuffix(h.Path, ".xml") && h.Status == http.StatusOK {
				whole++
			} else if strings.HasSuffix(h.Path, ".xml") && h.Status == http.StatusNotModified && h.Bytes == 0 {
				unchanged++
			}
		}
		return whole, unchanged
	}
	run := func(what string, whole, unchanged int, outcomes map[string]int) {
		t.Helper()
		s, _ := rig.crawl(t, Quick(), spec)
		want(t, s, true, outcomes)
		if w, u := sitemaps(); w != whole || u != unchanged || s.Sitemaps != 2 {
			t.Errorf("%s: %d whole sitemaps and %d unchanged of %d, want %d and %d of 2", what, w, u, s.Sitemaps, whole, unchanged)
		}
	}
	run("first", 2, 0, map[string]int{page.Changed: n})
	run("second", 0, 2, map[string]int{page.NotModified: n})
	// A page that the other sitemap names as before is not missing.
	var rest []string
	for i := 1; i < n; i++ {
		rest = append(rest, Path(i))
	}
	site.Sitemap("/sitemap.xml", rest...)
	run("one has changed", 1, 1, map[string]int{page.NotModified: n})
	lost.Store(true)
	run("bodies are lost", 2, 2, map[string]int{page.NotModified: n})
	lost.Store(false)
	site.Sitemap("/two.xml", Path(1))
	run("gone from both", 1, 1, map[string]int{page.NotModified: n - 1, page.Missing: 1})
	// Now and then they come whole, whatever they say.
	wholes := 0
	for range 16 {
		rig.crawl(t, Quick(), spec)
		w, _ := sitemaps()
		wholes += w
	}
	if wholes != 2 {
		t.Errorf("%d whole sitemaps in 16 runs, want each once", wholes)
	}
}
