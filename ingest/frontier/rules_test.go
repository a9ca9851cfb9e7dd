package frontier

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"careerstream/schemas/page"
)

var noon = time.Date(2026, 5, 4, 12, 0, 0, 0, time.UTC)

func TestBreaker(t *testing.T) {
	t.Parallel()
	cfg := BreakerConfig{Failures: 3, Initial: time.Second, Max: 5 * time.Second}
	var b Breaker
	var open []time.Duration
	for range 7 {
		b.Failed(cfg, noon)
		if b.Open() {
			open = append(open, b.Until.Sub(noon))
		}
	}
	if diff := cmp.Diff([]time.Duration{time.Second, 2 * time.Second, 4 * time.Second, 5 * time.Second, 5 * time.Second}, open); diff != "" {
		t.Errorf("open for (-want +got):\n%s", diff)
	}
	if b.Succeeded(); b != (Breaker{}) {
		t.Errorf("after a success: %+v", b)
	}
	for range 100 {
		b.Failed(cfg, noon)
	}
	if b.Until.Sub(noon) != cfg.Max {
		t.Errorf("after a hundred failures open for %s", b.Until.Sub(noon))
	}
}

func TestGap(t *testing.T) {
	t.Parallel()
	p := Pace{Delay: time.Second, Factor: 2, MaxGap: 10 * time.Second}
	for _, tt := range []struct{ last, crawlDelay, want time.Duration }{
		{0, 0, time.Second},
		{3 * time.Second, 0, 6 * time.Second},
		{time.Minute, 0, 10 * time.Second},
		{time.Minute, 30 * time.Second, 30 * time.Second},
		{-time.Second, 0, time.Second},
	} {
		if got := p.Gap(tt.last, tt.crawlDelay); got != tt.want {
			t.Errorf("Gap(%s, %s) = %s, want %s", tt.last, tt.crawlDelay, got, tt.want)
		}
	}
	if got := (Pace{}).Gap(time.Hour, 0); got != 0 {
		t.Errorf("no delay is %s", got)
	}
}

func TestProofs(t *testing.T) {
	t.Parallel()
	var p Proofs
	for range 9 {
		p.Saw(true, true)
		p.Saw(false, false)
	}
	if p.Saw(true, true); p.Proven() {
		t.Error("proven by nine unchanged pages")
	}
	if p.Saw(false, false); !p.Proven() {
		t.Error("not proven by ten of each")
	}
	for _, lie := range [][2]bool{{false, true}, {true, false}} {
		q := p
		if q.Saw(lie[0], lie[1]); q != (Proofs{}) {
			t.Errorf("after a lie: %+v", q)
		}
	}
}

func TestGuard(t *testing.T) {
	t.Parallel()
	g := Guard{Share: 0.2, Count: 10}
	for _, tt := range []struct {
		missing, known int
		want           bool
	}{{10, 10, false}, {11, 55, false}, {11, 54, true}, {0, 0, false}, {11, 0, true}} {
		if reason, got := g.Holds("a.example", tt.missing, tt.known); got != tt.want || got != strings.Contains(reason, "a.example") {
			t.Errorf("%d of %d: %t %q, want %t", tt.missing, tt.known, got, reason, tt.want)
		}
	}
}

func TestInterval(t *testing.T) {
	t.Parallel()
	r := Revisit{Start: 24 * time.Hour, Min: time.Hour, Max: 48 * time.Hour}
	v := page.Visit{State: page.Due}
	var got []time.Duration
	for _, outcome := range []string{page.Changed, page.Unchanged, page.NotModified, page.Changed, page.Changed} {
		v = r.Answered(v, outcome, noon)
		if v.State != page.Done || v.Outcome != outcome || !v.VisitedAt.Equal(noon) {
			t.Errorf("visit: %+v", v)
		}
		got = append(got, v.Due.Sub(noon))
	}
	if diff := cmp.Diff([]time.Duration{24 * time.Hour, 36 * time.Hour, 48 * time.Hour, 24 * time.Hour, 12 * time.Hour}, got); diff != "" {
		t.Errorf("intervals (-want +got):\n%s", diff)
	}
	if v.Visits != 5 || v.Changes != 3 {
		t.Errorf("%d visits, %d changes", v.Visits, v.Changes)
	}
	rapid.Check(t, func(t *rapid.T) {
		v := page.Visit{Interval: rapid.Int64Range(0, 1<<32).Draw(t, "interval")}
		next := time.Duration(r.Answered(v, rapid.SampledFrom([]string{page.Changed, page.Unchanged}).Draw(t, "outcome"), noon).Interval) * time.Second
		if next < r.Min || next > r.Max {
			t.Fatalf("interval %s is out of bounds", next)
		}
	})
}

func TestMisses(t *testing.T) {
	t.Parallel()
	r := Revisit{Start: time.Hour, Min: time.Hour, Max: time.Hour}
	v := page.Visit{Run: "1"}
	for i, run := range []string{"1", "2", "3"} {
		v.Run = run
		v = r.Refused(v, page.Missing, "", "", noon)
		if !MissPending(v) || !WouldMiss(v) {
			t.Fatalf("run %s: %+v", run, v)
		}
		v = r.Missed(v, 3, noon.Add(time.Duration(i)*time.Hour))
		if MissPending(v) || !WouldMiss(v) || v.Misses != i+1 || !v.MissedSince.Equal(noon) || v.Retired != (i == 2) {
			t.Fatalf("run %s: %+v", run, v)
		}
	}
	held := HeldBack(r.Refused(page.Visit{Run: "1"}, page.Missing, "", "", noon), "too many")
	if MissPending(held) || !WouldMiss(held) || held.Misses != 0 {
		t.Errorf("held: %+v", held)
	}
	if v = r.Answered(v, page.Changed, noon); v.Retired || v.Misses != 0 || !v.MissedSince.IsZero() || WouldMiss(v) {
		t.Errorf("back again: %+v", v)
	}
}

func TestAsk(t *testing.T) {
	t.Parallel()
	ask := Ask{URL: "http://a/", Host: "a", Key: "k", Kind: page.Career, Via: page.ViaLink, ViaKey: "p", Depth: 2, Run: "1", At: noon}
	first, changed := ask.Apply(page.Visit{}, false)
	want := page.Visit{URL: "http://a/", Host: "a", Key: "k", Kind: page.Career, Via: page.ViaLink, ViaKey: "p", Depth: 2, Run: "1", AskedAt: noon, Due: noon, State: page.Due}
	if diff := cmp.Diff(want, first); diff != "" || !changed {
		t.Errorf("new (-want +got):\n%s", diff)
	}
	if _, changed := ask.Apply(first, true); changed {
		t.Error("a repeat changes something")
	}
	done := first
	done.State, done.Outcome, done.Due, done.Tries = page.Done, page.Changed, noon.Add(time.Hour), 2
	next := ask
	next.Run, next.At = "2", noon.Add(time.Minute)
	if v, _ := next.Apply(done, true); v.State != page.Due || v.Run != "2" || v.Tries != 0 || !v.Due.Equal(next.At) {
		t.Errorf("next run: %+v", v)
	}
	next.OnlyDue = true
	if v, _ := next.Apply(done, true); v.State != page.Done || v.Run != "2" || v.Outcome != page.Fresh || !v.Due.Equal(done.Due) {
		t.Errorf("before its time: %+v", v)
	}
	next.At = noon.Add(2 * time.Hour)
	if v, _ := next.Apply(done, true); v.State != page.Due {
		t.Errorf("in its time: %+v", v)
	}

	// A sitemap's word is kept when a link leads there, too.
	sitemap := Ask{URL: ask.URL, Host: "a", Key: "k", Kind: page.Career, Via: page.ViaSitemap, ViaKey: "s", Run: "1", At: noon}
	v, changed := sitemap.Apply(done, true)
	if !changed || v.Via != page.ViaSitemap || v.ViaKey != "s" || v.State != page.Done {
		t.Errorf("sitemap after link: %+v", v)
	}
	next.Run = "3"
	if v, _ := next.Apply(v, true); v.Via != page.ViaSitemap || v.ViaKey != "s" {
		t.Errorf("link after sitemap: %+v", v)
	}
	v.Via = page.ViaAbsent
	if v, _ := next.Apply(v, true); v.Via != page.ViaLink {
		t.Errorf("link to an absent page: %+v", v)
	}

	article := Ask{URL: ask.URL, Host: "a", Key: "k", Kind: page.Article, Via: page.ViaArticle, Parent: "p1", Run: "1", At: noon}
	one, _ := article.Apply(page.Visit{}, false)
	article.Parent = "p2"
	two, changed := article.Apply(one, true)
	// An article stays one when a sitemap lists it, and a page that a career page
	// calls the rest of its answer becomes one; a seed says nothing.
	for _, tt := range []struct{ was, asked, want string }{
		{page.Article, page.Career, page.Article}, {page.Career, page.Article, page.Article},
		{page.Seed, page.Career, page.Career}, {page.Career, page.Seed, page.Career}, {page.Sitemap, page.Career, page.Sitemap},
	} {
		old := one
		old.Kind = tt.was
		if v, _ := (Ask{Kind: tt.asked, Run: "2"}).Apply(old, true); v.Kind != tt.want {
			t.Errorf("%s asked for as %s is %s, want %s", tt.was, tt.asked, v.Kind, tt.want)
		}
	}
	if diff := cmp.Diff([]string{"p1", "p2"}, two.Parents); diff != "" || !changed || len(one.Parents) != 1 {
		t.Errorf("parents (-want +got):\n%s", diff)
	}
}
