package pages_test

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"careerstream/publish/pages"
	"careerstream/publish/report"
	"careerstream/schemas/career"
	"careerstream/schemas/deadletter"
	"careerstream/schemas/fault"
	"careerstream/schemas/page"
)

// adminToken of the world.
const adminToken = "open-sesame"

// noon is the time in the world.
var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

// world stands in for the broker and ClickHouse: it holds careers, letters and
// holds in memory, and may be broken on purpose.
type world struct {
	mu       sync.Mutex
	versions map[string][]career.Published
	held     map[string]career.Held
	letters  []pages.Letter
	// redriven are the letters that were ordered, storeErr and brokerErr outages.
	redriven            []uint64
	storeErr, brokerErr error
	empty               bool
}

const attack = `</title><script>alert(1)</script>`

func newWorld(t *testing.T) *world {
	t.Helper()
	data, err := os.ReadFile("testdata/versions.json")
	if err != nil {
		t.Fatal(err)
	}
	var list []career.Published
	if err := json.Unmarshal(data, &list); err != nil {
		t.Fatal(err)
	}
	w := &world{versions: map[string][]career.Published{}, held: map[string]career.Held{}}
	for _, p := range list {
		w.versions[p.Record.Slug] = append(w.versions[p.Record.Slug], p)
	}
	architect := &w.versions["architect"][0].Record
	architect.Codes = []career.Code{
		{Scheme: "onet-soc", Version: "30.3", Code: "17-1011.00", Title: "Architects, Except Landscape and Naval", Relation: "exact", Confidence: 0.97, Method: "title", Evidence: "the name is the title"},
		{Scheme: "esco", Code: "2161.1", URI: "http://data.europa.eu/esco/occupation/1", Title: "architect", Relation: "exact", Confidence: 0.9, Method: "title"},
	}
	evil := w.versions["accountant"][0]
	evil.Record.Slug, evil.Record.Name, evil.Record.AlsoKnownAs = "evil", "Evil "+attack, []string{`" onclick="alert(2)`}
	evil.Record.Source.URL = "javascript:alert(3)"
	evil.Record.Sections = []career.Section{{Heading: attack, Text: []string{"<img src=x onerror=alert(4)>"}}}
	w.versions["evil"] = []career.Published{evil}
	retired := w.versions["carpenter"][0]
	retired.Record.Slug, retired.Record.Name = "cooper", "Cooper"
	retired.Record.Retired = &career.Retirement{Since: noon.Add(-48 * time.Hour), Reason: page.NotFound, ReplacedBy: "carpenter"}
	w.versions["cooper"] = []career.Published{retired}
	w.hold()
	for i, kind := range []fault.Kind{fault.NotACareerPage, fault.NotACareerPage, fault.SchemaViolation, fault.TooLarge} {
		l := deadletter.Letter{
			Stage: "normalize", Kind: string(kind), Reason: "https://careers.example/" + fmt.Sprint(i) + ": " + attack, State: deadletter.Open,
			Stream: "PAGES", Seq: uint64(40 + i), Subject: "page.fetched.careers_example.0a", FailedAt: noon.Add(-time.Duration(i+1) * time.Hour), Deliveries: 1,
			Original: []byte(`{"url":"https://careers.example/","note":"` + strings.ReplaceAll(attack, `"`, "") + `"}`), Header: map[string][]string{"Nats-Msg-Id": {"abc"}},
		}
		if kind == fault.TooLarge {
			l.Stage, l.Stream, l.Seq, l.Origin, l.Original = "ingest", "", 0, "/srv/pages/huge.html", nil
		}
		w.letters = append(w.letters, pages.Letter{Letter: l, At: uint64(i + 1)})
	}
	return w
}

// hold holds a damaged record of the plumber.
func (w *world) hold() {
	good := w.versions["plumber"][2].Record
	bad := good
	bad.Duties, bad.FAQs = bad.Duties[:2], nil
	bad.Duties = slices.Clone(bad.Duties)
	bad.Duties[1].Text += " Accept all cookies to go on."
	w.held["plumber"] = career.Held{
		Slug: "plumber", State: career.HeldBack, Record: &bad, Basis: career.Basis{Snapshot: 77}, ContentSHA256: strings.Repeat("ab", 32), Version: 3,
		URL: good.Source.URL, Site: good.Source.Site, TemplateBefore: "t1", TemplateAfter: "t2",
		Reasons: []career.Reason{{Rule: "section-lost", Field: "faqs", Text: "All of 4 questions are gone."}, {Rule: "shrunk", Field: "duties", Text: "Of 9 duties 2 are left."}},
		Since:   noon.Add(-3 * time.Hour), At: noon.Add(-time.Hour),
	}
	w.held["chef"] = career.Held{Slug: "chef", State: career.Rejected, Site: "careers.example", Version: 1, Since: noon.Add(-50 * time.Hour), At: noon.Add(-49 * time.Hour), Note: "a consent wall"}
}

func (w *world) Find(_ context.Context, f pages.Filter) (pages.Found, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if strings.HasPrefix(f.After, "!") {
		return pages.Found{}, fmt.Errorf("%w: %q", pages.ErrCursor, f.After)
	}
	var list []pages.Listing
	for slug, versions := range w.versions {
		r := versions[len(versions)-1].Record
		l := pages.Listing{Slug: slug, Name: r.Name, AlsoKnownAs: r.AlsoKnownAs, Site: r.Source.Site, Status: r.Status(), Quality: r.Quality.Score, Version: r.Version, Updated: r.ValidFrom, Parts: []string{"definition"}}
		if len(r.Codes) > 0 {
			l.Parts = append(l.Parts, "codes")
		}
		if strings.Contains(strings.ToLower(r.Name), strings.ToLower(f.Query)) && (f.Status == "" || f.Status == l.Status) && (f.Site == "" || f.Site == l.Site) &&
			(f.Has == "" || slices.Contains(l.Parts, f.Has)) && l.Quality >= f.MinQuality && slug > f.After && !w.empty {
			list = append(list, l)
		}
	}
	slices.SortFunc(list, func(a, b pages.Listing) int { return cmp.Compare(a.Slug, b.Slug) })
	found := pages.Found{Careers: list, Total: len(list)}
	if len(list) > f.Limit {
		found.Careers, found.Next = list[:f.Limit], list[f.Limit-1].Slug
	}
	return found, w.brokerErr
}

func (w *world) Latest(_ context.Context, slug string) (career.Published, bool, error) {
	versions := w.versions[slug]
	if len(versions) == 0 {
		return career.Published{}, false, nil
	}
	return versions[len(versions)-1], true, nil
}

func (w *world) Version(_ context.Context, slug string, number uint64) (career.Published, bool, error) {
	for _, p := range w.versions[slug] {
		if p.Record.Version == number {
			return p, true, w.brokerErr
		}
	}
	return career.Published{}, false, w.brokerErr
}

func (w *world) Versions(_ context.Context, slug string) ([]pages.Version, error) {
	var list []pages.Version
	for _, p := range w.versions[slug] {
		list = append(list, pages.Version{Number: p.Record.Version, ValidFrom: p.Record.ValidFrom, Quality: p.Record.Quality.Score})
	}
	return list, nil
}

func (w *world) Heir(slug string) string {
	return map[string]string{"pipe-fixer": "plumber", "cooper": "carpenter"}[slug]
}

func (w *world) Name(slug string) string {
	versions := w.versions[slug]
	if len(versions) == 0 {
		return ""
	}
	return versions[len(versions)-1].Record.Name
}

func (w *world) Summary() pages.Summary {
	if w.empty {
		return pages.Summary{Ready: true}
	}
	return pages.Summary{Ready: true, Active: 7, Careers: 8, Versions: 9, Published: noon.Add(-time.Minute), Sites: []string{"careers.example"}, Parts: []pages.Coverage{{Part: "definition", Have: 7}, {Part: "codes", Have: 1}}}
}

func (w *world) Health() pages.Health {
	if w.storeErr != nil {
		return pages.Health{Troubles: []string{"ClickHouse is away"}}
	}
	return pages.Health{Ready: true}
}

func (w *world) Lags(context.Context) ([]pages.Lag, error) {
	return []pages.Lag{{Stage: "normalize", Left: 12}, {Stage: "enrich"}, {Stage: "gate"}, {Stage: "records"}, {Stage: "quiz-0", Left: 1}, {Stage: "quiz-1", Left: 2}}, w.brokerErr
}

func (w *world) Runs(context.Context, int) ([]page.Run, error) {
	if w.empty {
		return nil, w.brokerErr
	}
	return []page.Run{
		{ID: "b", Sources: []string{"https://careers.example/sitemap.xml"}, EndedAt: noon.Add(-time.Minute), Discovered: 45, Outcomes: map[string]int{page.Changed: 1, page.NotModified: 44}, Complete: true},
		{ID: "a", Sources: []string{"https://careers.example/sitemap.xml"}, EndedAt: noon.Add(-time.Hour), Discovered: 45, Outcomes: map[string]int{page.Changed: 30}, StillDue: 15, Why: "stopped by a person; run it again to go on"},
	}, w.brokerErr
}

type holds struct{ *world }

func (w holds) List(context.Context) ([]career.Held, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	var list []career.Held
	for _, h := range w.held {
		list = append(list, h)
	}
	if w.empty {
		list = nil
	}
	return list, w.brokerErr
}

func (w holds) Get(_ context.Context, slug string) (career.Held, bool, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	h, ok := w.held[slug]
	return h, ok, w.brokerErr
}

func (w holds) Decide(_ context.Context, d pages.Decision) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	h := w.held[d.Slug]
	if h.State != career.HeldBack || h.ContentSHA256 != d.ContentSHA256 || h.Basis.Snapshot != d.Snapshot {
		return pages.ErrDecided
	}
	h.State, h.Note, h.At = d.State, d.Note, noon
	w.held[d.Slug] = h
	return nil
}

type letters struct{ *world }

func (w letters) List(context.Context) ([]pages.Letter, error) {
	if w.empty {
		return nil, w.brokerErr
	}
	return w.letters, w.brokerErr
}

func (w letters) Get(_ context.Context, at uint64) (pages.Letter, bool, error) {
	for _, l := range w.letters {
		if l.At == at {
			return l, true, w.brokerErr
		}
	}
	return pages.Letter{}, false, w.brokerErr
}

func (w letters) Redrive(_ context.Context, at []uint64) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.redriven = append(w.redriven, at...)
	return len(at), w.brokerErr
}

func (w *world) State() (time.Time, error) { return noon.Add(-10 * time.Minute), w.storeErr }

func (w *world) Activity(context.Context) (pages.Activity, error) {
	a := pages.Activity{Hour: pages.Counts{Pages: 30, Versions: 9, Outcomes: 1200}, Day: pages.Counts{Pages: 60, Versions: 18, Outcomes: 20_000}}
	for i := range 14 {
		day := pages.DayCounts{Day: noon.AddDate(0, 0, i-13)}
		if !w.empty {
			day.Counts = pages.Counts{Pages: uint64(i), Versions: uint64(i / 2), Outcomes: uint64(100 * i)}
		}
		a.Days = append(a.Days, day)
	}
	return a, nil
}

func (w *world) Freshness(context.Context) ([]pages.Age, error) {
	if w.empty {
		return nil, nil
	}
	return []pages.Age{{Slug: "plumber", Name: "Plumber", Verified: noon.Add(-time.Hour)}, {Slug: "architect", Name: "Architect", Verified: noon.AddDate(0, 0, -200)}}, nil
}

func (w *world) Inbound(context.Context, string) ([]pages.Relation, error) {
	return []pages.Relation{{Slug: "architect", Name: "Architect", Kind: "see_also"}}, nil
}

func (w *world) Similar(context.Context, string, int) ([]pages.Neighbour, error) {
	return []pages.Neighbour{{Slug: "carpenter", Name: "Carpenter", Score: 0.42, Shared: []string{"measure", "tools"}}}, nil
}

// Make makes reports of made-up numbers in the shapes of the real ones.
func (w *world) Make(_ context.Context, name string, opt report.Options) (report.Report, error) {
	since, until := noon.Truncate(24*time.Hour).AddDate(0, 0, -29), noon.Truncate(24*time.Hour)
	head := report.Head{Report: name, Title: name, Since: since, Until: until, First: since, Last: until, Outcomes: 3000, Entered: 1000, Chosen: 90, Made: noon}
	if w.empty {
		head.Outcomes, head.Notes = 0, []string{"There is no outcome yet."}
	}
	names := [][2]string{{"plumber", "Plumber"}, {"architect", "Architect"}, {"evil", "Evil " + attack}}
	value := func(v float64) *float64 { return &v }
	pick := func(slug string) bool {
		return !w.empty && (len(opt.Careers) == 0 || slices.Contains(opt.Careers, slug))
	}
	switch name {
	case report.LeaderboardName:
		l := report.Leaderboard{Head: head, Before: 2500}
		for i, n := range names {
			if pick(n[0]) {
				share := 0.5 / float64(i+1)
				l.Places = append(l.Places, report.Place{Position: uint64(i + 1), Career: n[0], Name: n[1], Outcomes: uint64(3000 * share), Share: &share, ShareLow: value(share - 0.01), ShareHigh: value(share + 0.01), Verdict: "rising", ShareChange: value(0.02)})
			}
		}
		return l, nil
	case report.TrendsName:
		t := report.Trends{Head: head}
		for _, n := range names {
			trend := report.Trend{Career: n[0], Name: n[1]}
			for d := range 30 {
				trend.Days = append(trend.Days, report.TrendDay{Day: since.AddDate(0, 0, d), Career: n[0], Outcomes: uint64(40 + d), DayOutcomes: 100, Share: value(0.4 + float64(d)/100)})
				trend.Outcomes += uint64(40 + d)
			}
			if pick(n[0]) {
				t.Careers = append(t.Careers, trend)
			}
		}
		return t, nil
	case report.FunnelName:
		f := report.Funnel{Head: head}
		for _, n := range names {
			if pick(n[0]) {
				f.Entries = append(f.Entries, report.Entry{EntryCareer: n[0], Name: n[1], Tests: 400, Matched: 200, Chosen: 20, MatchRate: 0.5, MatchRateAll: 0.3, ChoiceRate: value(0.1)})
			}
		}
		return f, nil
	}
	t := report.Traits{Head: head}
	for _, n := range names {
		if pick(n[0]) {
			t.Profiles = append(t.Profiles, report.Profile{Career: n[0], Name: n[1], Outcomes: 400, Traits: []report.TraitMean{{Career: n[0], Trait: "openness", Outcomes: 400, Mean: 0.6, EveryoneMean: 0.5, Difference: 0.1}}})
		}
	}
	return t, nil
}

// config of the pages of the world.
func config() pages.Config {
	return pages.Config{
		AdminToken: adminToken, Now: func() time.Time { return noon }, Refresh: time.Second,
		Attributions: []pages.Attribution{{Schemes: []string{"onet-soc"}, Text: "Information from the O*NET database.", URL: "https://www.onetcenter.org/"}},
	}
}

// reader is a browser without a screen.
type reader struct {
	*testing.T
	base   string
	client *http.Client
}

func (w *world) serve(t *testing.T, cfg pages.Config) reader {
	t.Helper()
	p, err := pages.New(cfg, pages.Deps{Catalog: w, Pipeline: w, Holds: holds{w}, Letters: letters{w}, Reports: w, Similar: w})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(p)
	t.Cleanup(server.Close)
	jar, _ := cookiejar.New(nil)
	client := server.Client()
	client.Jar = jar
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return reader{t, server.URL, client}
}

// answer is a page as received.
type answer struct {
	*http.Response
	*goquery.Document
}

func (r reader) do(method, path string, form url.Values, header ...string) answer {
	r.Helper()
	req, err := http.NewRequestWithContext(r.Context(), method, r.base+path, strings.NewReader(form.Encode()))
	if err != nil {
		r.Fatal(err)
	}
	if form != nil {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for i := 0; i+1 < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	res, err := r.client.Do(req)
	if err != nil {
		r.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	doc, err := goquery.NewDocumentFromReader(res.Body)
	if err != nil {
		r.Fatal(err)
	}
	return answer{res, doc}
}

func (r reader) get(path string) answer {
	r.Helper()
	return r.do(http.MethodGet, path, nil)
}

func (a answer) text(selector string) string {
	return strings.Join(strings.Fields(a.Find(selector).Text()), " ")
}

// everyPage is a path to each page.
func everyPage() []string {
	return []string{
		"/", "/catalog", "/catalog?q=plumb", "/careers/plumber", "/careers/plumber?version=2", "/careers/architect", "/careers/evil", "/careers/cooper",
		"/trends", "/trends?career=plumber", "/held", "/held/plumber", "/held/chef", "/dead", "/dead?kind=too-large", "/dead/1", "/dead/4", "/login", "/nowhere", "/careers/nobody",
	}
}
