package crawltest

import (
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"careerstream/schemas/event"
	"careerstream/schemas/fault"
	"careerstream/schemas/page"
)

// robotsTxt: what it forbids is not asked for, what it names is a source.
func robotsTxt(t *testing.T, ports Ports) {
	site, rig := NewSite(t), NewRig(ports)
	site.Fill(6)
	site.Set("/", "<html><p>Welcome.")
	site.Set("/robots.txt", "User-agent: *\nDisallow: /careers/0003\nSitemap: "+site.URL("/sitemap.xml")+"\n")
	s, _ := rig.crawl(t, Quick(), sources(site.URL("/")))
	want(t, s, true, map[string]int{page.Changed: 5, page.RobotsDenied: 1})
	hits := count(site.Hits())
	if hits[Path(3)] != 0 || hits["/robots.txt"] != 1 {
		t.Errorf("requests: %v", hits)
	}
	if len(s.Failures) != 1 || !strings.Contains(s.Failures[0].Reason, "disallow: /careers/0003 (line 2)") {
		t.Errorf("failures: %+v", s.Failures)
	}
	// A robots.txt that names nothing is no source of anything.
	bare := NewSite(t)
	if s, _ := rig.crawl(t, Quick(), sources(bare.URL("/robots.txt"))); s.Complete || !strings.Contains(s.Why, "name no page") {
		t.Errorf("robots.txt without sitemaps: %+v", s)
	}
	// The copy is used for a day, by whoever asks.
	if s, _ := rig.crawl(t, Quick(), sources(site.URL("/robots.txt"))); s.Discovered != 6 || s.Sitemaps != 2 || !s.Complete {
		t.Errorf("robots.txt as a source: %+v", s)
	}
	if n := count(site.Hits())["/robots.txt"]; n != 0 {
		t.Errorf("robots.txt was fetched %d times again", n)
	}
	rig.ahead.Store(int64(25 * time.Hour))
	rig.crawl(t, Quick(), sources(site.URL("/")))
	if n := count(site.Hits())["/robots.txt"]; n != 1 {
		t.Errorf("robots.txt was fetched %d times a day later, want once", n)
	}
}

// robotsRedirected: robots.txt may be elsewhere, and counts all the same.
func robotsRedirected(t *testing.T, ports Ports) {
	site, rig := NewSite(t), NewRig(ports)
	site.Fill(3)
	site.Handle("/robots.txt", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/rules", http.StatusFound) })
	site.Set("/rules", "User-agent: careerstream\nDisallow: /careers/0001")
	s, _ := rig.crawl(t, Quick(), sources(site.URL("/sitemap.xml")))
	want(t, s, true, map[string]int{page.Changed: 2, page.RobotsDenied: 1})
}

// rateLimited: one page that always answers 429 does not hold the run.
func rateLimited(t *testing.T, ports Ports) {
	site, rig := NewSite(t), NewRig(ports)
	site.Fill(4)
	site.Status(Path(2), http.StatusTooManyRequests)
	s, _ := rig.crawl(t, Quick(), sources(site.URL("/sitemap.xml")))
	want(t, s, false, map[string]int{page.Changed: 3, page.Unreachable: 1})
	if n := count(site.Hits())[Path(2)]; n != 3 {
		t.Errorf("asked %d times, want 3", n)
	}
}

// robotsThatFails: while robots.txt is a 503 nothing else is asked for.
func robotsThatFails(t *testing.T, ports Ports) {
	site, rig := NewSite(t), NewRig(ports)
	site.Fill(3)
	var tries atomic.Int64
	site.Handle("/robots.txt", func(w http.ResponseWriter, _ *http.Request) {
		if tries.Add(1) <= 7 {
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		w.WriteHeader(http.StatusForbidden)
	})
	s, _ := rig.crawl(t, Quick(), sources(site.URL("/sitemap.xml")))
	want(t, s, true, map[string]int{page.Changed: 3})
	for i, h := range site.Hits()[:8] {
		if h.Path != "/robots.txt" {
			t.Errorf("request %d is %s", i+1, h.Path)
		}
	}
}

func crawlDelay(t *testing.T, ports Ports) {
	site, rig := NewSite(t), NewRig(ports)
	site.Fill(4)
	site.Set("/robots.txt", "User-agent: *\nCrawl-delay: 0.05\n")
	s, _ := rig.crawl(t, Quick(), sources(site.URL("/sitemap.xml")))
	want(t, s, true, map[string]int{page.Changed: 4})
	polite(t, site, site.Hits(), 50*time.Millisecond)

	slow := NewSite(t)
	slow.Fill(4)
	slow.Set("/robots.txt", "User-agent: *\nCrawl-delay: 3600\n")
	s, _ = rig.crawl(t, Quick(), sources(slow.URL("/sitemap.xml")))
	if s.Complete || len(s.Failures) != 1 || !strings.Contains(s.Failures[0].Reason, "crawl delay of 1h") || len(slow.Hits()) != 1 {
		t.Errorf("%+v", s)
	}
}

// retryAfter: nothing comes before the time that a 429 names, and the page counts.
func retryAfter(t *testing.T, ports Ports) {
	site, rig := NewSite(t), NewRig(ports)
	site.Fill(4)
	var asked atomic.Int64
	site.Handle(Path(1), func(w http.ResponseWriter, r *http.Request) {
		if asked.Add(1) == 1 {
			w.Header().Set("Retry-After", "1")
			w.WriteHeader(http.StatusTooManyRequests)
			return
		}
		reply(w, r, Career(1, "Later."))
	})
	s, _ := rig.crawl(t, Quick(), sources(site.URL("/sitemap.xml")))
	want(t, s, true, map[string]int{page.Changed: 4})
	hits := site.Hits()
	for i, h := range hits {
		if h.Status != http.StatusTooManyRequests {
			continue
		}
		if i+1 == len(hits) {
			t.Fatal("nothing came after the 429")
		}
		if gap := hits[i+1].Start.Sub(h.End); gap < 990*time.Millisecond {
			t.Errorf("%s came %s after the 429", hits[i+1].Path, gap)
		}
	}
}

// breaker: a site that fails for a while is asked seldom, and no page is lost.
func breaker(t *testing.T, ports Ports) {
	site, rig := NewSite(t), NewRig(ports)
	site.Fill(12)
	var asked atomic.Int64
	for i := range 12 {
		site.Handle(Path(i), func(w http.ResponseWriter, r *http.Request) {
			if n := asked.Add(1); n > 3 && n <= 12 {
				w.WriteHeader(http.StatusBadGateway)
				return
			}
			reply(w, r, Career(i, "There."))
		})
	}
	cfg := Quick()
	cfg.Breaker.Initial, cfg.Breaker.Max = 40*time.Millisecond, 80*time.Millisecond
	s, _ := rig.crawl(t, cfg, sources(site.URL("/sitemap.xml")))
	want(t, s, true, map[string]int{page.Changed: 12})
	// Four failures that open nothing, then five of which each opens it.
	hits, failed := careers(site.Hits()), 0
	for i, h := range hits[:len(hits)-1] {
		if h.Status != http.StatusBadGateway {
			continue
		}
		if failed++; failed >= 5 && hits[i+1].Start.Sub(h.End) < 40*time.Millisecond {
			t.Errorf("request %d came %s after failure %d", i+2, hits[i+1].Start.Sub(h.End), failed)
		}
	}
}

// patience: a site that is down does not hold the run for ever.
func patience(t *testing.T, ports Ports) {
	site, down, rig := NewSite(t), NewSite(t), NewRig(ports)
	site.Fill(5)
	down.Fill(8)
	for i := range 8 {
		if i > 2 {
			down.Status(Path(i), http.StatusInternalServerError)
		}
	}
	cfg := Quick()
	cfg.Patience, cfg.MaxTries = 150*time.Millisecond, 50
	s, _ := rig.crawl(t, cfg, sources(site.URL("/sitemap.xml"), down.URL("/sitemap.xml")))
	want(t, s, false, map[string]int{page.Changed: 8, page.Unreachable: 5})
	if s.Faults[string(fault.ServerError)] != 5 || !strings.Contains(s.Why, "5 pages could not be reached") {
		t.Errorf("faults %v, why %q", s.Faults, s.Why)
	}
	// It is up again: the next run gets the rest.
	down.Fill(8)
	s, _ = rig.crawl(t, cfg, sources(site.URL("/sitemap.xml"), down.URL("/sitemap.xml")))
	want(t, s, true, map[string]int{page.Changed: 5, page.NotModified: 8})
}

func redirects(t *testing.T, ports Ports) {
	site, other, rig := NewSite(t), NewSite(t), NewRig(ports)
	to := func(from, target string, status int) {
		site.Handle(from, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Location", target)
			w.WriteHeader(status)
		})
	}
	site.Fill(1)
	site.Set("/careers/new", Career(7, "New address."))
	site.Set("/careers/now", Career(8, "For now."))
	to("/careers/old", "/careers/new", http.StatusMovedPermanently)
	to("/careers/temporary", "/careers/now", http.StatusFound)
	to("/careers/loop", "/careers/loop2", http.StatusMovedPermanently)
	to("/careers/loop2", "/careers/loop", http.StatusMovedPermanently)
	to("/careers/spin", "/careers/spin", http.StatusFound)
	to("/careers/away", other.URL("/"), http.StatusFound)
	site.Sitemap("/sitemap.xml", Path(0), "/careers/old", "/careers/temporary", "/careers/loop", "/careers/spin", "/careers/away")
	s, _ := rig.crawl(t, Quick(), sources(site.URL("/sitemap.xml")))
	want(t, s, true, map[string]int{page.Changed: 3, page.Redirected: 2, page.Failed: 3})
	if s.Faults[string(fault.BadRedirect)] != 3 || len(other.Hits()) != 0 {
		t.Errorf("faults: %v", s.Faults)
	}
	for _, f := range s.Failures {
		if !strings.Contains(f.Reason, "loop") && !strings.Contains(f.Reason, "off-site") {
			t.Errorf("%s failed: %s", f.URL, f.Reason)
		}
	}
	// A page that was there moves: the old one ends and names the new one.
	to(Path(0), "/careers/new", http.StatusPermanentRedirect)
	s, p := rig.crawl(t, Quick(), sources(site.URL("/sitemap.xml")))
	if s.Outcomes[page.Redirected] != 3 || p.Count(event.PageGone) != 1 || p.Count(event.PageFetched) != 0 {
		t.Errorf("%+v, %d gone", s, p.Count(event.PageGone))
	}
	site.Set(Path(0), Career(0, "First text."))
	if s, p := rig.crawl(t, Quick(), sources(site.URL("/sitemap.xml"))); p.Count(event.PageFetched) != 1 {
		t.Errorf("the page that came back is not published: %+v", s)
	}
}
