package crawltest

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"careerstream/ingest"
	"careerstream/ingest/crawl"
	"careerstream/schemas/event"
	"careerstream/schemas/fault"
	"careerstream/schemas/page"
	"careerstream/schemas/subject"
)

// last returns the last event on the subject of a URL.
func last(t *testing.T, ports Ports, url string) event.Message {
	t.Helper()
	_, site, key, err := ingest.Locate(url)
	if err != nil {
		t.Fatal(err)
	}
	m, _, err := ports.Last.Last(t.Context(), subject.Page(site, key))
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// retirement takes three runs that miss a page, and is taken back.
func retirement(t *testing.T, ports Ports) {
	const n = 20
	site, rig := NewSite(t), NewRig(ports)
	site.Fill(n)
	spec := sources(site.URL("/sitemap.xml"))
	rig.crawl(t, Quick(), spec)
	// One page is a 404 that the sitemap still names, one is there but named no
	// more, one is neither.
	site.Remove(Path(1))
	var paths []string
	for i := range n {
		if i != 2 && i != 3 {
			paths = append(paths, Path(i))
		}
	}
	site.Sitemap("/sitemap.xml", paths...)
	site.Remove(Path(3))
	for run := 1; run <= 2; run++ {
		s, p := rig.crawl(t, Quick(), spec)
		want(t, s, true, map[string]int{page.NotModified: n - 3, page.Missing: 3})
		if p.Count(event.PageGone) != 0 {
			t.Errorf("run %d: a page is gone already", run)
		}
	}
	s, p := rig.crawl(t, Quick(), spec)
	want(t, s, true, map[string]int{page.NotModified: n - 3, page.Retired: 3})
	if p.Count(event.PageGone) != 3 {
		t.Errorf("%d pages are gone, want 3", p.Count(event.PageGone))
	}
	g, err := event.Data[page.Gone](last(t, ports, site.URL(Path(1))))
	if err != nil || g.Reason != page.NotFound || g.Confirmations != 3 || g.Status != 404 || g.Last.BodySHA256 == "" {
		t.Errorf("gone: %+v, %v", g, err)
	}
	if g, err := event.Data[page.Gone](last(t, ports, site.URL(Path(2)))); err != nil || g.Reason != page.Absent {
		t.Errorf("gone: %+v, %v", g, err)
	}
	// Retired pages that nothing names are left alone; one that is named and
	// still missing is not retired again.
	site.Hits()
	s, p = rig.crawl(t, Quick(), spec)
	want(t, s, true, map[string]int{page.NotModified: n - 3, page.Retired: 1})
	if hits := count(site.Hits()); p.Count(event.PageGone) != 0 || hits[Path(2)] != 0 || hits[Path(3)] != 0 {
		t.Errorf("%d gone again, requests %v", p.Count(event.PageGone), hits)
	}
	// The same bytes are there again.
	site.Fill(n)
	s, p = rig.crawl(t, Quick(), spec)
	want(t, s, true, map[string]int{page.NotModified: n - 3, page.Changed: 3})
	if p.Count(event.PageFetched) != 3 || last(t, ports, site.URL(Path(2))).Event.Type != event.PageFetched {
		t.Errorf("%d pages came back, want 3", p.Count(event.PageFetched))
	}
}

// guard: a site that loses a third of its pages at once loses none.
func guard(t *testing.T, ports Ports) {
	const n = 40
	site, rig := NewSite(t), NewRig(ports)
	site.Fill(n)
	spec := sources(site.URL("/sitemap.xml"))
	rig.crawl(t, Quick(), spec)
	for i := range 14 {
		site.Remove(Path(i))
	}
	for range 4 {
		s, p := rig.crawl(t, Quick(), spec)
		want(t, s, false, map[string]int{page.NotModified: n - 14, page.Held: 14})
		if p.Count(event.PageGone) != 0 || !strings.Contains(s.Why, "14 pages are missing all at once") {
			t.Errorf("%d gone, why %q", p.Count(event.PageGone), s.Why)
		}
	}
	// An empty sitemap is no reason to ask for all of them.
	site.Sitemap("/sitemap.xml")
	site.Hits()
	s, _ := rig.crawl(t, Quick(), spec)
	want(t, s, false, map[string]int{page.Held: n})
	if hits := careers(site.Hits()); len(hits) != 0 {
		t.Errorf("%d pages were asked for", len(hits))
	}
	site.Fill(n)
	s, _ = rig.crawl(t, Quick(), spec)
	want(t, s, true, map[string]int{page.NotModified: n})
}

// scope takes URLs by their folder.
type scope struct{ pages, articles string }

func (s scope) Page(url string) bool { return s.pages != "" && strings.Contains(url, s.pages) }
func (s scope) Article(url, text string) bool {
	return s.articles != "" && strings.Contains(url, s.articles) && (text == "Continue reading" || text == "")
}

func (s scope) Version() string { return s.pages + " " + s.articles }

// articles are published with the career pages that link them.
func articles(t *testing.T, ports Ports) {
	site, rig := NewSite(t), NewRig(ports)
	rig.scope = scope{articles: "/articles/"}
	site.Fill(3)
	body := func(i int, paths ...string) string {
		s := Career(i, "Short ...")
		for _, p := range paths {
			s += fmt.Sprintf("<a href=%q>Continue reading</a>", p)
		}
		return s
	}
	site.Set(Path(0), body(0, "/articles/a")+"<a href=/articles/else>Something else</a>")
	site.Set(Path(1), body(1, "/articles/a", "/articles/lost"))
	site.Set("/articles/a", Career(9, "The whole answer.")+"<a href=/articles/b>more</a>")
	spec := sources(site.URL("/sitemap.xml"))
	s, _ := rig.crawl(t, Quick(), spec)
	want(t, s, true, map[string]int{page.Changed: 4, page.NoArticle: 1})
	parents := func() []string {
		got, err := event.Data[page.Snapshot](last(t, ports, site.URL("/articles/a")))
		if err != nil || got.Kind != page.Article {
			t.Fatalf("article: %+v, %v", got, err)
		}
		return got.Parents
	}
	key := func(i int) string {
		_, _, key, err := ingest.Locate(site.URL(Path(i)))
		if err != nil {
			t.Fatal(err)
		}
		return key
	}
	if got := parents(); !slices.Equal(got, slices.Sorted(slices.Values([]string{key(0), key(1)}))) {
		t.Errorf("parents are %v, want %s and %s", got, key(0), key(1))
	}
	// A third page links it, and nothing of it is transferred again.
	site.Set(Path(2), body(2, "/articles/a"))
	s, p := rig.crawl(t, Quick(), spec)
	if got := parents(); len(got) != 3 || !slices.Contains(got, key(2)) || p.Count(event.PageFetched) != 2 {
		t.Errorf("parents are %v after %d snapshots, %+v", got, p.Count(event.PageFetched), s)
	}
	// Then all is quiet.
	s, p = rig.crawl(t, Quick(), spec)
	want(t, s, true, map[string]int{page.NotModified: 4, page.NoArticle: 1})
	if p.Count(event.PageFetched) != 0 {
		t.Errorf("%d snapshots", p.Count(event.PageFetched))
	}
}

// sameText: bytes that differ in what no reader sees publish nothing.
func sameText(t *testing.T, ports Ports) {
	site, rig := NewSite(t), NewRig(ports)
	n := 0
	site.Handle("/careers/a", func(w http.ResponseWriter, _ *http.Request) {
		n++
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = fmt.Fprintf(w, "<html><body data-n=%d><!-- %d --><script>var n = %d</script><p>The  same%s text.", n, n, n, strings.Repeat(" ", n))
	})
	var got []string
	for range 2 {
		s, p := rig.crawl(t, Quick(), sources(site.URL("/careers/a")))
		for outcome := range s.Outcomes {
			got = append(got, fmt.Sprint(outcome, p.Count(event.PageFetched)))
		}
	}
	if want := []string{page.Changed + "1", page.SameText + "0"}; !slices.Equal(got, want) {
		t.Errorf("outcomes %v, want %v", got, want)
	}
}

// nestedSitemaps: an index, one of whose sitemaps vanishes and one of which breaks.
func nestedSitemaps(t *testing.T, ports Ports) {
	site, rig := NewSite(t), NewRig(ports)
	site.Fill(40)
	index := func(paths ...string) {
		var b strings.Builder
		b.WriteString(`<?xml version="1.0"?><sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">`)
		for _, p := range paths {
			fmt.Fprintf(&b, "<sitemap><loc>%s</loc></sitemap>", site.URL(p))
		}
		site.Set("/index.xml", b.String()+"</sitemapindex>")
	}
	site.Sitemap("/2.xml", "/careers/two")
	site.Set("/careers/two", Career(2, "two"))
	index("/sitemap.xml", "/2.xml")
	spec := sources(site.URL("/index.xml"))
	s, _ := rig.crawl(t, Quick(), spec)
	want(t, s, true, map[string]int{page.Changed: 41})
	if s.Sitemaps != 3 {
		t.Errorf("%d sitemaps read, want 3", s.Sitemaps)
	}
	index("/sitemap.xml")
	s, _ = rig.crawl(t, Quick(), spec)
	want(t, s, true, map[string]int{page.NotModified: 40, page.Missing: 1})
	// A sitemap that cannot be read takes nothing away.
	site.Set("/sitemap.xml", `<?xml version="1.0"?><urlset><url><loc>`+site.URL(Path(0))+`</loc></url><url><lo`)
	s, _ = rig.crawl(t, Quick(), spec)
	if s.Complete || s.SitemapsFailed != 1 || s.Outcomes[page.NotModified] != 1 || s.Outcomes[page.Held] != 0 || s.Faults[string(fault.BadSitemap)] != 1 {
		t.Errorf("%+v", s)
	}
}

// lastmod is believed once it has proved true, and no longer than that.
func lastmod(t *testing.T, ports Ports) {
	const n = 30
	site, rig := NewSite(t), NewRig(ports)
	mod := make([]time.Time, n)
	body := make([]string, n)
	fill := func() {
		var b strings.Builder
		b.WriteString(`<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">`)
		for i := range n {
			site.Handle(Path(i), func(w http.ResponseWriter, _ *http.Request) { // no validators
				w.Header().Set("Content-Type", "text/html; charset=utf-8")
				_, _ = w.Write([]byte(body[i]))
			})
			fmt.Fprintf(&b, "<url><loc>%s</loc><lastmod>%s</lastmod></url>", site.URL(Path(i)), mod[i].UTC().Format(time.RFC3339))
		}
		site.Set("/sitemap.xml", b.String()+"</urlset>")
	}
	for i := range n {
		mod[i], body[i] = rig.Now().Add(-time.Hour), Career(i, "One.")
	}
	cfg := Quick()
	cfg.TrustLastmod = true
	spec := sources(site.URL("/sitemap.xml"))
	fill()
	rig.crawl(t, cfg, spec)
	rig.ahead.Store(int64(time.Hour))
	for i := range 10 {
		mod[i], body[i] = rig.Now(), Career(i, "Two.")
	}
	fill()
	s, _ := rig.crawl(t, cfg, spec)
	// Ten proofs of each kind are enough for the rest of the same run.
	if s.Outcomes[page.Changed] != 10 || s.Outcomes[page.Unchanged] < 10 || s.Outcomes[page.Unchanged]+s.Outcomes[page.Fresh] != 20 {
		t.Errorf("while it is proved: %v", s.Outcomes)
	}
	rig.ahead.Store(int64(2 * time.Hour))
	s, _ = rig.crawl(t, cfg, spec)
	if s.Outcomes[page.Fresh] < n/2 || s.Outcomes[page.Fresh]+s.Outcomes[page.Unchanged] != n {
		t.Errorf("proved: %v", s.Outcomes)
	}
	// All pages change and the sitemap lies; some of the samples tell.
	for i := range n {
		body[i] = Career(i, "Three.")
	}
	fill()
	for range 40 {
		if s, _ = rig.crawl(t, cfg, spec); s.Outcomes[page.Fresh] == 0 {
			break
		}
	}
	if s.Outcomes[page.Fresh] != 0 {
		t.Errorf("a lie is believed: %v", s.Outcomes)
	}
}

// stopped: a run that is cancelled says so and goes on under the same name.
func stopped(t *testing.T, ports Ports) {
	const n = 30
	site, rig := NewSite(t), NewRig(ports)
	site.Fill(n)
	ctx, cancel := context.WithCancel(t.Context())
	var once sync.Once
	site.Handle(Path(5), func(w http.ResponseWriter, r *http.Request) {
		once.Do(cancel)
		reply(w, r, Career(5, "x"))
	})
	cfg := Quick()
	cfg.Delay = 5 * time.Millisecond
	spec := sources(site.URL("/sitemap.xml"))
	s, err := rig.Crawler(t, &Process{}, cfg).Run(ctx, spec, nil)
	if err != nil || s.Complete || s.StillDue == 0 || !strings.Contains(s.Why, "stopped") || !strings.Contains(s.Why, "again") {
		t.Errorf("%+v, %v", s, err)
	}
	rest, p := rig.crawl(t, cfg, spec)
	want(t, rest, true, map[string]int{page.Changed: n})
	if rest.ID != s.ID || p.Count(event.RunConcluded) != 1 {
		t.Errorf("run %s goes on as %s, concluded %d times", s.ID, rest.ID, p.Count(event.RunConcluded))
	}
	for path, times := range count(site.Hits()) {
		if times != 1 {
			t.Errorf("%s was fetched %d times", path, times)
		}
	}
}

// failures are counted by kind, buried, and their neighbours all arrive.
func failures(t *testing.T, ports Ports) {
	site, rig := NewSite(t), NewRig(ports)
	site.Fill(3)
	site.Status("/careers/refused", http.StatusForbidden)
	site.Status("/careers/broken", http.StatusInternalServerError)
	site.Set("/careers/empty", " ")
	site.Set("/careers/noindex", "<html><meta name=robots content=noindex><p>Not for you.")
	site.Handle("/careers/picture", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "image/png")
		_, _ = w.Write([]byte("\x89PNG"))
	})
	paths := []string{Path(0), Path(1), Path(2), "/careers/refused", "/careers/broken", "/careers/empty", "/careers/noindex", "/careers/picture", "/careers/lost"}
	site.Sitemap("/sitemap.xml", paths...)
	cfg := Quick()
	cfg.Patience = 200 * time.Millisecond
	s, p := rig.crawl(t, cfg, sources(site.URL("/sitemap.xml"), "http://127.0.0.1:1/"))
	want(t, s, false, map[string]int{page.Changed: 3, page.NoIndex: 1, page.Failed: 4, page.Unreachable: 2})
	for kind, n := range map[fault.Kind]int{
		fault.AccessDenied: 1, fault.ServerError: 1, fault.EmptyPage: 1, fault.WrongType: 1, fault.NotFound: 1, fault.HostUnreachable: 1,
	} {
		if s.Faults[string(kind)] != n {
			t.Errorf("%d are %s, want %d", s.Faults[string(kind)], kind, n)
		}
	}
	if p.Count("letter") != 4 {
		t.Errorf("%d letters, want 4", p.Count("letter"))
	}
	// What is mended resolves its letter.
	for _, path := range paths[3:] {
		site.Set(path, Career(3, "Mended "+path))
	}
	s, p = rig.crawl(t, Quick(), sources(site.URL("/sitemap.xml")))
	want(t, s, true, map[string]int{page.Changed: 6, page.NotModified: 3})
	if p.Count("letter") != 4 {
		t.Errorf("%d letters resolved, want 4", p.Count("letter"))
	}
}

// onlyDue leaves pages alone until their time has come.
func onlyDue(t *testing.T, ports Ports) {
	const n = 12
	site, rig := NewSite(t), NewRig(ports)
	site.Fill(n)
	spec := sources(site.URL("/sitemap.xml"))
	spec.Options.OnlyDue = true
	rig.crawl(t, Quick(), spec)
	site.Hits()
	s, _ := rig.crawl(t, Quick(), spec)
	want(t, s, true, map[string]int{page.Fresh: n})
	if hits := careers(site.Hits()); len(hits) != 0 {
		t.Errorf("%d pages were asked for before their time", len(hits))
	}
	rig.ahead.Store(int64(25 * time.Hour))
	s, _ = rig.crawl(t, Quick(), spec)
	want(t, s, true, map[string]int{page.NotModified: n})
}

// otherSources: a run over one page of a site, or one that runs at the same
// time, takes nothing away from the others.
func otherSources(t *testing.T, ports Ports) {
	const n = 15
	site, rig := NewSite(t), NewRig(ports)
	site.Fill(n)
	site.Set("/robots.txt", "Sitemap: "+site.URL("/sitemap.xml"))
	site.Set("/", "<p>Welcome.")
	site.Sitemap("/sitemap.xml", "/", Path(0), Path(1), Path(2))
	whole, one := sources(site.URL("/")), sources(site.URL(Path(1)))
	s, _ := rig.crawl(t, Quick(), whole)
	want(t, s, true, map[string]int{page.Changed: 3})
	s, _ = rig.crawl(t, Quick(), one)
	want(t, s, true, map[string]int{page.NotModified: 1})
	// The site's first page is also in its sitemap, and leads to pages all the same.
	s, _ = rig.crawl(t, Quick(), whole)
	want(t, s, true, map[string]int{page.NotModified: 3})
	site.Sitemap("/sitemap.xml", "/", Path(0), Path(2))
	s, _ = rig.crawl(t, Quick(), whole)
	want(t, s, true, map[string]int{page.NotModified: 2, page.Missing: 1})

	// Of two runs at once over the same pages each misses none, and the one that
	// loses pages to the other says so.
	site.Fill(n)
	cfg := Quick()
	cfg.Delay = 2 * time.Millisecond
	var wg sync.WaitGroup
	for _, spec := range []crawl.Spec{whole, sources(site.URL("/sitemap.xml"))} {
		c := rig.Crawler(t, &Process{}, cfg)
		wg.Go(func() {
			s, err := c.Run(t.Context(), spec, nil)
			if err != nil || s.Outcomes[page.Missing] != 0 || (s.Discovered-s.StillDue < n && !strings.Contains(s.Why, "another run")) {
				t.Errorf("%+v, %v", s, err)
			}
		})
	}
	wg.Wait()
}

// helper: a process without a run of its own does the work of another's.
func helper(t *testing.T, ports Ports) {
	site, rig := NewSite(t), NewRig(ports)
	site.Fill(20)
	ctx, cancel := context.WithCancel(t.Context())
	cfg := Quick()
	help := rig.Crawler(t, &Process{}, cfg)
	done := make(chan struct{})
	go func() {
		defer close(done)
		if err := help.Work(ctx); err != nil {
			t.Error(err)
		}
	}()
	s, _ := rig.crawl(t, cfg, sources(site.URL("/sitemap.xml")))
	want(t, s, true, map[string]int{page.Changed: 20})
	polite(t, site, site.Hits(), 0)
	cancel()
	<-done
}
