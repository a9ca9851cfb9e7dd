package crawltest

import (
	"context"
	"net/http"
	"net/netip"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"careerstream/ingest/crawl"
	"careerstream/ingest/fetch"
	"careerstream/ingest/frontier"
	"careerstream/schemas/event"
	"careerstream/schemas/page"
)

// Run runs the suite; each test has a broker of its own.
func Run(t *testing.T, broker func(t *testing.T) Ports) {
	for _, test := range []struct {
		name string
		run  func(*testing.T, Ports)
	}{
		{"Refresh", refresh},
		{"ThreeProcesses", threeProcesses},
		{"Killed", killed},
		{"Takeover", takeover},
		{"Robots", robotsTxt},
		{"RobotsRedirected", robotsRedirected},
		{"RateLimited", rateLimited},
		{"RobotsThatFails", robotsThatFails},
		{"CrawlDelay", crawlDelay},
		{"RetryAfter", retryAfter},
		{"Breaker", breaker},
		{"Patience", patience},
		{"Redirects", redirects},
		{"Retirement", retirement},
		{"Guard", guard},
		{"Links", links},
		{"Calendar", calendar},
		{"Articles", articles},
		{"SameText", sameText},
		{"NestedSitemaps", nestedSitemaps},
		{"SitemapsUnchanged", sitemapsUnchanged},
		{"SoftMissing", softMissing},
		{"Lastmod", lastmod},
		{"Stopped", stopped},
		{"Failures", failures},
		{"Helper", helper},
		{"OnlyDue", onlyDue},
		{"OtherSources", otherSources},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			test.run(t, broker(t))
		})
	}
}

// Rig makes crawlers over one broker.
type Rig struct {
	ports Ports
	// ahead is what the clock of all crawlers is ahead of the machine's.
	ahead atomic.Int64
	scope crawl.Scope
}

// NewRig returns a rig.
func NewRig(ports Ports) *Rig { return &Rig{ports: ports} }

// Now is the time of the rig's crawlers.
func (r *Rig) Now() time.Time { return time.Now().Add(time.Duration(r.ahead.Load())) }

// UserAgent of the suite's crawlers.
const UserAgent = "careerstream/1 (+https://careers.example/crawler)"

// Quick are settings for loopback: no delay, short waits.
func Quick() crawl.Config {
	return crawl.Config{
		UserAgent: UserAgent, NoDelay: true, RetryDelay: 10 * time.Millisecond, Patience: 20 * time.Second,
		Breaker:  frontier.BreakerConfig{Failures: 5, Initial: 20 * time.Millisecond, Max: 100 * time.Millisecond},
		LeaseTTL: 2 * time.Second, Poll: 20 * time.Millisecond,
		RetryInitial: time.Millisecond, RetryMax: 20 * time.Millisecond,
	}
}

// Client returns a client that reaches loopback.
func Client(t testing.TB) *fetch.Client {
	t.Helper()
	client, err := fetch.New(fetch.Config{
		UserAgent: UserAgent, AllowPrivate: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")},
	}, fetch.Deps{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(client.Close)
	return client
}

// Crawler returns the crawler of a process.
func (r *Rig) Crawler(t testing.TB, p *Process, cfg crawl.Config) *crawl.Crawler {
	t.Helper()
	ports := p.Ports(r.ports)
	c, err := crawl.New(cfg, crawl.Deps{
		Frontier: ports.Frontier, States: ports.States, Bodies: ports.Bodies, Publisher: ports.Publisher, Last: ports.Last,
		DeadLetters: ports.DeadLetters, Pages: p.Getter(Client(t)), Scope: r.scope, Clock: r.Now,
	})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// crawl runs a crawl to its end in a new process.
func (r *Rig) crawl(t *testing.T, cfg crawl.Config, spec crawl.Spec) (page.Run, *Process) {
	t.Helper()
	p := &Process{}
	statement, err := r.Crawler(t, p, cfg).Run(t.Context(), spec, nil)
	if err != nil {
		t.Fatal(err)
	}
	return statement, p
}

func sources(urls ...string) crawl.Spec { return crawl.Spec{Sources: urls} }

// want compares the outcomes of a statement and its verdict.
func want(t *testing.T, r page.Run, complete bool, outcomes map[string]int) {
	t.Helper()
	total := 0
	for outcome, n := range outcomes {
		total += n
		if r.Outcomes[outcome] != n {
			t.Errorf("%d pages are %s, want %d", r.Outcomes[outcome], outcome, n)
		}
	}
	if r.Complete != complete || r.Complete != (r.Why == "") || r.Discovered != total {
		t.Errorf("complete %v of %d pages, want %v of %d; why: %q", r.Complete, r.Discovered, complete, total, r.Why)
	}
	if t.Failed() {
		t.Logf("%+v", r)
	}
}

// get returns the requests for pages, without robots.txt and sitemaps.
func careers(hits []Hit) (pages []Hit) {
	for _, h := range hits {
		if len(h.Path) > 9 && h.Path[:9] == "/careers/" {
			pages = append(pages, h)
		}
	}
	return pages
}

func count(hits []Hit) map[string]int {
	n := map[string]int{}
	for _, h := range hits {
		n[h.Path]++
	}
	return n
}

// polite asserts that a site was never asked twice at once, nor sooner than gap
// after an answer.
func polite(t *testing.T, s *Site, hits []Hit, gap time.Duration) {
	t.Helper()
	if n := s.Overlap(); n > 1 {
		t.Errorf("%d requests at once", n)
	}
	for i := 1; i < len(hits); i++ {
		if got := hits[i].Start.Sub(hits[i-1].End); got < gap {
			t.Errorf("%s came %s after %s, want at least %s", hits[i].Path, got, hits[i-1].Path, gap)
		}
	}
}

// refresh is a first run, a second one that finds nothing, and a third one that
// finds 7 changed, 3 new and 2 lost pages.
func refresh(t *testing.T, ports Ports) {
	const n = 200
	site, rig := NewSite(t), NewRig(ports)
	site.Fill(n)
	spec := sources(site.URL("/sitemap.xml"))

	first, p := rig.crawl(t, Quick(), spec)
	want(t, first, true, map[string]int{page.Changed: n})
	if p.Count(event.PageFetched) != n || p.Count(event.PageChecked) != n || first.Sitemaps != 1 || first.Requests != n+2 {
		t.Errorf("%d snapshots, %d checks, %d requests", p.Count(event.PageFetched), p.Count(event.PageChecked), first.Requests)
	}
	// Politeness and crash-safety must not cost many writes a page.
	if visits := p.Count("visit"); visits > 2*n+10 {
		t.Errorf("%d visits written for %d pages", visits, n)
	}
	site.Hits()

	second, p := rig.crawl(t, Quick(), spec)
	want(t, second, true, map[string]int{page.NotModified: n})
	if p.Count(event.PageFetched) != 0 || second.ID == first.ID {
		t.Errorf("%d snapshots in run %s after %s", p.Count(event.PageFetched), second.ID, first.ID)
	}
	for _, h := range careers(site.Hits()) {
		if h.Bytes != 0 {
			t.Errorf("%s was transferred again", h.Path)
		}
	}

	for i := range 7 {
		site.Set(Path(i), Career(i, "Second text."))
	}
	var paths []string
	for i := range n + 3 {
		if i >= n {
			site.Set(Path(i), Career(i, "New."))
		}
		if i != 100 { // one leaves with its entry, one without
			paths = append(paths, Path(i))
		}
	}
	site.Sitemap("/sitemap.xml", paths...)
	site.Remove(Path(100))
	site.Remove(Path(101))
	third, p := rig.crawl(t, Quick(), spec)
	want(t, third, true, map[string]int{page.Changed: 10, page.NotModified: n - 9, page.Missing: 2})
	if p.Count(event.PageFetched) != 10 || p.Count(event.PageGone) != 0 {
		t.Errorf("%d snapshots, %d gone", p.Count(event.PageFetched), p.Count(event.PageGone))
	}
}

// threeProcesses share one run of two sites.
func threeProcesses(t *testing.T, ports Ports) {
	const n, gap = 30, 5 * time.Millisecond
	sites, rig := []*Site{NewSite(t), NewSite(t)}, NewRig(ports)
	var spec crawl.Spec
	for _, site := range sites {
		site.Fill(n)
		spec.Sources = append(spec.Sources, site.URL("/sitemap.xml"))
	}
	cfg := Quick()
	cfg.Delay = gap
	cfg.Hosts = 1 // so that two of them have work
	var wg sync.WaitGroup
	statements := make([]page.Run, 3)
	for i := range statements {
		c := rig.Crawler(t, &Process{}, cfg)
		wg.Go(func() {
			var err error
			if statements[i], err = c.Run(t.Context(), spec, nil); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	for i, s := range statements {
		want(t, s, true, map[string]int{page.Changed: 2 * n})
		if s.ID != statements[0].ID || !s.EndedAt.Equal(statements[0].EndedAt) {
			t.Errorf("statement %d is of run %s, the first of %s", i, s.ID, statements[0].ID)
		}
	}
	for _, site := range sites {
		hits := site.Hits()
		polite(t, site, hits, gap)
		for path, times := range count(hits) {
			if times != 1 {
				t.Errorf("%s was fetched %d times", path, times)
			}
		}
	}
}

// killed kills process after process at a write and lets the next one go on.
func killed(t *testing.T, ports Ports) {
	const n, gap = 60, 2 * time.Millisecond
	site, rig := NewSite(t), NewRig(ports)
	site.Fill(n)
	cfg := Quick()
	cfg.Delay, cfg.LeaseTTL = gap, 150*time.Millisecond
	deaths := 0
	for i := range 6 {
		p := &Process{DieAt: int64(9 + 7*i), After: i%2 == 1}
		ctx, cancel := context.WithCancel(t.Context())
		c := rig.Crawler(t, p, cfg)
		done := make(chan struct{})
		go func() {
			defer close(done)
			if _, err := c.Run(ctx, sources(site.URL("/sitemap.xml")), nil); err != nil {
				t.Error(err)
			}
		}()
		select {
		case <-p.Died():
			deaths++
		case <-done:
		}
		cancel()
		<-done
	}
	last, _ := rig.crawl(t, cfg, sources(site.URL("/sitemap.xml")))
	if deaths != 6 || !last.Complete || last.Discovered != n {
		t.Errorf("%d deaths, %+v", deaths, last)
	}
	hits := site.Hits()
	polite(t, site, hits, gap)
	again := 0
	for path, times := range count(hits) {
		if path != "/robots.txt" && path != "/sitemap.xml" {
			again += times - 1
		}
	}
	// What was in flight: the request and the eight answers being settled.
	if most := deaths * 9; again > most {
		t.Errorf("%d pages were fetched again after %d deaths, want at most %d", again, deaths, most)
	}
	if len(count(hits)) != n+2 {
		t.Errorf("%d URLs were fetched, want %d", len(count(hits)), n+2)
	}
}

// takeover lets a process die without giving its host back, while it asks.
func takeover(t *testing.T, ports Ports) {
	const gap = 30 * time.Millisecond
	site, rig := NewSite(t), NewRig(ports)
	site.Fill(5)
	asked, release := make(chan struct{}), make(chan struct{})
	var once sync.Once
	site.Handle(Path(2), func(w http.ResponseWriter, r *http.Request) {
		once.Do(func() { close(asked) })
		select {
		case <-release:
		case <-r.Context().Done():
		}
		reply(w, r, Career(2, "Late."))
	})
	cfg := Quick()
	cfg.Delay, cfg.LeaseTTL = gap, 200*time.Millisecond
	dead := &Process{}
	ctx, cancel := context.WithCancel(t.Context())
	c := rig.Crawler(t, dead, cfg)
	done := make(chan struct{})
	go func() {
		defer close(done)
		_, _ = c.Run(ctx, sources(site.URL("/sitemap.xml")), nil)
	}()
	<-asked
	dead.Kill()
	close(release)
	s, _ := rig.crawl(t, cfg, sources(site.URL("/sitemap.xml")))
	want(t, s, true, map[string]int{page.Changed: 5})
	cancel()
	<-done
	hits := site.Hits()
	polite(t, site, hits, gap)
	if n := count(hits)[Path(2)]; n != 2 {
		t.Errorf("the page in flight was fetched %d times, want 2", n)
	}
}
