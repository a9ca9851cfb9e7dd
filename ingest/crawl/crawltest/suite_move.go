package crawltest

import (
	"net/http"
	"testing"

	"careerstream/schemas/event"
	"careerstream/schemas/page"
)

// softMissing: a site that answers with redirects to its front page, or to one
// list, for what is gone says that it is missing, and no more.
func softMissing(t *testing.T, ports Ports) {
	const n = 20
	site, rig := NewSite(t), NewRig(ports)
	site.Fill(n)
	spec := sources(site.URL("/sitemap.xml"))
	to := func(i int, target string) {
		site.Handle(Path(i), func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, target, http.StatusMovedPermanently) })
	}
	rig.crawl(t, Quick(), spec)
	for i := range n {
		to(i, "/")
	}
	// All at once is the site's trouble.
	s, p := rig.crawl(t, Quick(), spec)
	if s.Complete || s.Outcomes[page.Held] != n || p.Count(event.PageGone) != 0 {
		t.Errorf("all pages redirect to the front page: %+v, %d gone", s, p.Count(event.PageGone))
	}
	site.Fill(n)
	s, _ = rig.crawl(t, Quick(), spec)
	want(t, s, true, map[string]int{page.NotModified: n})
	// Two are missing until that is confirmed.
	to(0, "/")
	to(1, site.URL("/"))
	for run := range 3 {
		outcome := page.Missing
		if run == 2 {
			outcome = page.Retired
		}
		s, _ = rig.crawl(t, Quick(), spec)
		want(t, s, true, map[string]int{page.NotModified: n - 2, outcome: 2})
	}
	// A few pages may become one; a dozen have not.
	site.Set("/list", Career(99, "List."))
	cfg := Quick()
	cfg.Settlers = 1
	for i := 2; i < 12; i++ {
		to(i, "/list")
	}
	s, _ = rig.crawl(t, cfg, spec)
	if moved := s.Outcomes[page.Redirected]; moved < 3 || moved > 5 || s.Outcomes[page.Missing] != 10-moved || s.Outcomes[page.Retired] != 2 || !s.Complete || s.Outcomes[page.Failed] != 0 {
		t.Errorf("ten pages redirect to one list: %+v", s)
	}
}
