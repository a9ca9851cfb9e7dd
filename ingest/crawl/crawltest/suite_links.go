package crawltest

import (
	"fmt"
	"strings"
	"testing"

	"careerstream/ingest/crawl"
	"careerstream/schemas/page"
)

// links are followed within the scope; a second run, in which nothing is
// transferred, meets the same pages, and one whose link and page are gone is missed.
func links(t *testing.T, ports Ports) {
	site, rig := NewSite(t), NewRig(ports)
	rig.scope = scope{pages: "/careers/"}
	index := func(paths ...string) string {
		var b strings.Builder
		for _, p := range paths {
			fmt.Fprintf(&b, "<a href='%s'>x</a>", p)
		}
		return "<html><body><p>Careers." + b.String()
	}
	for i := range 4 {
		site.Set(Path(i), index(Path((i+1)%4), "/careers/hidden' rel='nofollow")+Career(i, "x"))
	}
	site.Set("/all", index(Path(0)+"#part", "/about", "mailto:a@b", "//127.0.0.9/careers/x"))
	s, _ := rig.crawl(t, Quick(), sources(site.URL("/all")))
	want(t, s, true, map[string]int{page.Changed: 5})
	s, _ = rig.crawl(t, Quick(), sources(site.URL("/all")))
	want(t, s, true, map[string]int{page.NotModified: 5})
	for path := range count(site.Hits()) {
		if path == "/about" || path == "/careers/hidden" {
			t.Errorf("%s was asked for", path)
		}
	}
	site.Set(Path(2), Career(2, "No link any more."))
	site.Remove(Path(3))
	s, _ = rig.crawl(t, Quick(), sources(site.URL("/all")))
	if s.Outcomes[page.Missing] != 1 || s.Outcomes[page.Changed] != 1 || !s.Complete {
		t.Errorf("%+v", s)
	}
}

// calendar: links without end end at the limits, which are named.
func calendar(t *testing.T, ports Ports) {
	site, rig := NewSite(t), NewRig(ports)
	rig.scope = scope{pages: "/careers/"}
	for i := range 60 {
		site.Set(fmt.Sprintf("/careers/day/%d", i), fmt.Sprintf("<html><p>Day %d.<a href=/careers/day/%d>next</a><a href=/careers/day/%d>after</a>", i, i+1, i+2))
	}
	spec := sources(site.URL("/careers/day/0"))
	spec.Options = crawl.Options{MaxDepth: 3}
	s, _ := rig.crawl(t, Quick(), spec)
	if !s.Complete || s.Discovered > 7 || s.Discovered < 4 || len(s.Warnings) != 1 || !strings.Contains(s.Warnings[0], "--max-depth") {
		t.Errorf("by depth: %+v", s)
	}
	spec.Options = crawl.Options{MaxDepth: 1000, MaxPages: 10}
	s, _ = rig.crawl(t, Quick(), spec)
	if s.Complete || s.Discovered != 10 || !strings.Contains(s.Why, "--max-pages") {
		t.Errorf("by pages: %+v", s)
	}
	site.Fill(60)
	spec.Sources = []string{site.URL("/sitemap.xml")}
	for _, most := range []int{1, 37} {
		spec.Options.MaxPages = most
		if s, _ = rig.crawl(t, Quick(), spec); s.Discovered != most || !strings.Contains(s.Why, fmt.Sprintf("%d URLs are beyond", 60-most)) {
			t.Errorf("%d pages of a sitemap: %+v", most, s)
		}
	}
}
