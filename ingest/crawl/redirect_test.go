package crawl_test

import (
	"fmt"
	"net/http"
	"testing"

	"pgregory.net/rapid"

	"careerstream/ingest/crawl"
	"careerstream/ingest/crawl/crawltest"
	"careerstream/schemas/page"
)

// However a site's pages redirect to each other, none is requested again: neither
// the page that moved nor where it moved to, also when a sitemap names both. A
// temporary redirect is part of the visit of each page that has it.
func TestRedirectsAreRequestedOnce(t *testing.T) {
	t.Parallel()
	const most = 7
	rapid.Check(t, func(rt *rapid.T) {
		site, rig := crawltest.NewSite(t), crawltest.NewRig(crawltest.NewMemory().Ports())
		n := rapid.IntRange(1, most).Draw(rt, "pages")
		temporary := rapid.Bool().Draw(rt, "temporary")
		var listed []string
		plain := map[string]bool{}
		for i := range n {
			path := crawltest.Path(i)
			switch to := rapid.IntRange(-2, n-1).Draw(rt, "to"); {
			case to < 0:
				site.Set(path, crawltest.Career(i, "Text."))
				plain[path] = true
			default:
				status := rapid.SampledFrom([]int{http.StatusMovedPermanently, http.StatusPermanentRedirect}).Draw(rt, "status")
				if temporary && rapid.Bool().Draw(rt, "this one") {
					status = http.StatusFound
				}
				site.Handle(path, func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, crawltest.Path(to), status) })
			}
			if i == 0 || rapid.Bool().Draw(rt, "listed") {
				listed = append(listed, path)
			}
		}
		site.Sitemap("/sitemap.xml", listed...)
		for run := range 2 {
			s, err := rig.Crawler(t, &crawltest.Process{}, crawltest.Quick()).Run(t.Context(), crawl.Spec{Sources: []string{site.URL("/sitemap.xml")}}, nil)
			if err != nil || s.StillDue != 0 {
				rt.Fatalf("%+v, %v", s, err)
			}
			requests := map[string]int{}
			for _, hit := range site.Hits() {
				requests[hit.Path]++
			}
			for path, times := range requests {
				bound := 1
				if temporary {
					bound = n
				}
				if times > bound {
					rt.Errorf("run %d: %s was requested %d times: %v", run, path, times, requests)
				}
			}
			for _, path := range listed {
				if plain[path] && requests[path] == 0 {
					rt.Errorf("run %d: %s was not requested", run, path)
				}
			}
			if !temporary && s.Outcomes[page.Failed] == 0 && s.Discovered != len(requests)-sides(requests) {
				rt.Errorf("run %d: %d pages discovered, %v requested", run, s.Discovered, requests)
			}
		}
	})
}

// sides counts what was requested beside pages.
func sides(requests map[string]int) (n int) {
	for _, path := range []string{"/robots.txt", "/sitemap.xml"} {
		if requests[path] > 0 {
			n++
		}
	}
	return n
}

// Names of a page that has moved stay known: the next run asks the old one again,
// once, and finds the new one by it.
func TestMovedPageIsFoundAgain(t *testing.T) {
	t.Parallel()
	site, rig := crawltest.NewSite(t), crawltest.NewRig(crawltest.NewMemory().Ports())
	site.Handle("/careers/old", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "/careers/new", http.StatusMovedPermanently)
	})
	site.Set("/careers/new", crawltest.Career(1, "Text."))
	site.Sitemap("/sitemap.xml", "/careers/old")
	for run, want := range []string{page.Changed, page.NotModified, page.NotModified} {
		s, err := rig.Crawler(t, &crawltest.Process{}, crawltest.Quick()).Run(t.Context(), crawl.Spec{Sources: []string{site.URL("/sitemap.xml")}}, nil)
		if err != nil || !s.Complete || fmt.Sprint(s.Outcomes) != fmt.Sprint(map[string]int{page.Redirected: 1, want: 1}) {
			t.Errorf("run %d: %+v, %v", run, s, err)
		}
	}
}
