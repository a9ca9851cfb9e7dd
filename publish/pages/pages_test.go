package pages_test

import (
	"encoding/csv"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"careerstream/publish/pages"
	"careerstream/schemas/fault"
)

// TestEveryPageIsWellMade holds all pages to what readers, screen readers and the
// security policy ask for.
func TestEveryPageIsWellMade(t *testing.T) {
	t.Parallel()
	for _, empty := range []bool{false, true} {
		w := newWorld(t)
		w.empty = empty
		r := w.serve(t, config())
		for _, path := range everyPage() {
			a := r.get(path)
			if policy := a.Header.Get("Content-Security-Policy"); !strings.HasPrefix(policy, "default-src 'none'") || strings.Contains(policy, "unsafe") {
				t.Errorf("%s: policy %q", path, policy)
			}
			checkMarkup(t, path, a)
			checkAddresses(t, path, a)
		}
	}
}

func checkMarkup(t *testing.T, path string, a answer) {
	t.Helper()
	for selector, want := range map[string]int{"html[lang]": 1, "head title": 1, "h1": 1, "main": 1, "header nav[aria-label]": 1, "a.skip[href='#main']": 1} {
		if n := a.Find(selector).Length(); n != want {
			t.Errorf("%s: %d of %s, want %d", path, n, selector, want)
		}
	}
	level := 0
	a.Find("h1, h2, h3, h4").Each(func(_ int, h *goquery.Selection) {
		next := int(goquery.NodeName(h)[1] - '0')
		if next > level+1 {
			t.Errorf("%s: heading %q of level %d follows level %d", path, h.Text(), next, level)
		}
		level = next
	})
	ids := map[string]bool{}
	a.Find("[id]").Each(func(_ int, s *goquery.Selection) {
		if id := s.AttrOr("id", ""); ids[id] {
			t.Errorf("%s: id %q is there twice", path, id)
		} else {
			ids[id] = true
		}
	})
	a.Find("[aria-labelledby], [aria-describedby]").Each(func(_ int, s *goquery.Selection) {
		for id := range strings.FieldsSeq(s.AttrOr("aria-labelledby", "") + " " + s.AttrOr("aria-describedby", "")) {
			if !ids[id] {
				t.Errorf("%s: nothing has the id %q", path, id)
			}
		}
	})
	a.Find("table").Each(func(_ int, s *goquery.Selection) {
		if s.Find("caption").Length() != 1 || s.Find("th:not([scope])").Length() > 0 {
			t.Errorf("%s: a table without caption or scope: %.80q", path, s.Text())
		}
	})
	a.Find("svg.chart").Each(func(_ int, s *goquery.Selection) {
		// A drawing of links is a group with the same as lists, any other an image with a table.
		role, same := "img", "details table"
		if s.Find("a").Length() > 0 {
			role, same = "group", "details ul"
		}
		if s.AttrOr("role", "") != role || s.Find("title").First().Text() == "" || s.Find("desc").Text() == "" || s.Closest("figure").Find(same).Length() == 0 {
			t.Errorf("%s: a chart without role, title, description or what it shows as text", path)
		}
	})
	a.Find("svg.chart a").Each(func(_ int, s *goquery.Selection) {
		if href := s.AttrOr("href", ""); s.Closest("figure").Find("details ul a[href='"+href+"']").Length() == 0 {
			t.Errorf("%s: the drawing leads to %q, the lists do not", path, href)
		}
	})
	a.Find("input:not([type=hidden]):not([hidden]), select").Each(func(_ int, s *goquery.Selection) {
		if a.Find("label[for='"+s.AttrOr("id", "?")+"']").Length() != 1 {
			t.Errorf("%s: field %q has no label", path, s.AttrOr("name", ""))
		}
	})
	if n := a.Find("[style], style, [onclick], [onerror], script:not([src])").Length(); n > 0 {
		t.Errorf("%s: %d elements that the policy forbids", path, n)
	}
}

// checkAddresses lets links lead elsewhere where they say so, and nothing be
// loaded from there.
func checkAddresses(t *testing.T, path string, a answer) {
	t.Helper()
	a.Find("[src], link[href], form[action], image, use, iframe, object").Each(func(_ int, s *goquery.Selection) {
		address := s.AttrOr("src", s.AttrOr("href", s.AttrOr("action", "?")))
		if !strings.HasPrefix(address, "/") || strings.HasPrefix(address, "//") {
			t.Errorf("%s: loads or sends to %q", path, address)
		}
	})
	a.Find("a[href]").Each(func(_ int, s *goquery.Selection) {
		href, rel := s.AttrOr("href", ""), s.AttrOr("rel", "")
		if u, err := url.Parse(href); err != nil || u.Scheme != "" && (u.Scheme != "https" && u.Scheme != "http" || !strings.Contains(rel, "noopener")) {
			t.Errorf("%s: link %q with rel %q", path, href, rel)
		}
	})
}

func TestStatuses(t *testing.T) {
	t.Parallel()
	r := newWorld(t).serve(t, config())
	for path, want := range map[string]struct {
		status int
		text   string
	}{
		"/careers/nobody":                        {404, "There is no such career"},
		"/careers/Not%20A%20Slug":                {404, "There is no such career"},
		"/careers/cooper":                        {410, "replaced by"},
		"/careers/plumber?version=9":             {404, "There is no such version"},
		"/careers/plumber?version=x":             {404, "There is no such version"},
		"/nowhere":                               {404, "There is no such page"},
		"/held/nobody":                           {404, "Nothing is held there"},
		"/dead/99":                               {404, "There is no such dead letter"},
		"/dead/x":                                {404, "There is no such dead letter"},
		"/catalog?after=!":                       {400, "This page of the list is gone"},
		"/catalog?q=" + strings.Repeat("a", 201): {400, "too much to search for"},
		"/trends?since=tomorrow":                 {400, "The period is not one"},
		"/trends/nothing.csv":                    {404, "There is no such page"},
		"/assets/none.css":                       {404, "There is no such page"},
	} {
		a := r.get(path)
		if a.StatusCode != want.status || !strings.Contains(a.text("main"), want.text) {
			t.Errorf("%s: %d %q, want %d and %q", path, a.StatusCode, a.text("h1"), want.status, want.text)
		}
	}
	if a := r.get("/careers/pipe-fixer"); a.StatusCode != http.StatusFound || a.Header.Get("Location") != "/careers/plumber" {
		t.Errorf("an alias leads to %d %q", a.StatusCode, a.Header.Get("Location"))
	}
	if a := r.do(http.MethodPost, "/catalog", url.Values{}); a.StatusCode != http.StatusMethodNotAllowed || a.Header.Get("Allow") != "GET, HEAD" {
		t.Errorf("POST to the catalog: %d, allowed is %q", a.StatusCode, a.Header.Get("Allow"))
	}
	if a := r.do(http.MethodDelete, "/dead", url.Values{}); a.StatusCode != http.StatusMethodNotAllowed || a.Header.Get("Allow") != "GET, HEAD, POST" {
		t.Errorf("DELETE of dead letters: %d, allowed is %q", a.StatusCode, a.Header.Get("Allow"))
	}
}

// TestPagesAreCompressed, but for those that hold the token of a form.
func TestPagesAreCompressed(t *testing.T) {
	t.Parallel()
	r := newWorld(t).serve(t, config())
	coding := func() string {
		return r.do(http.MethodGet, "/trends", nil, "Accept-Encoding", "gzip").Header.Get("Content-Encoding")
	}
	if got := coding(); got != "gzip" {
		t.Errorf("coding %q, want gzip", got)
	}
	if plain := r.do(http.MethodGet, "/trends", nil, "Accept-Encoding", "identity"); plain.Header.Get("Content-Encoding") != "" || plain.Find("h1").Length() != 1 {
		t.Error("who takes no gzip gets it")
	}
	if a := r.do(http.MethodPost, "/login", url.Values{"token": {adminToken}, "next": {"/"}}); a.StatusCode != http.StatusSeeOther {
		t.Fatalf("login: %d", a.StatusCode)
	}
	if got := coding(); got != "" {
		t.Errorf("a page with a token has coding %q", got)
	}
	if head := r.do(http.MethodHead, "/trends", nil); head.StatusCode != http.StatusOK || head.ContentLength < 1000 {
		t.Errorf("HEAD: %d of %d bytes", head.StatusCode, head.ContentLength)
	}
}

func TestTextOfPagesIsNoMarkup(t *testing.T) {
	t.Parallel()
	r := newWorld(t).serve(t, config())
	a := r.get("/careers/evil")
	if got := a.text("h1"); got != "Evil "+attack {
		t.Errorf("name %q", got)
	}
	for _, path := range append(everyPage(), "/catalog?q=%3Cscript%3Ealert(5)%3C/script%3E", "/held?done=released&career=%3Cscript%3E") {
		a := r.get(path)
		if n := a.Find("script:not([src^='/assets/']), img, [onclick], a[href^='javascript']").Length(); n > 0 {
			t.Errorf("%s: %d elements come from a text", path, n)
		}
	}
}

func TestCareerPage(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	r := w.serve(t, config())
	record := w.versions["plumber"][2].Record
	a := r.get("/careers/plumber")
	if n := a.Find("#duties ~ ul li").Length(); n != len(record.Duties) {
		t.Errorf("%d duties, want %d", n, len(record.Duties))
	}
	comparisons := 0
	for _, q := range record.FAQs {
		if q.Comparison != nil {
			comparisons++
		}
	}
	if n := a.Find("table.versus").Length(); n != comparisons || n == 0 {
		t.Errorf("%d comparisons as tables, want %d", n, comparisons)
	}
	if n := a.Find("td.sentence mark").Length(); n != len(record.Facts) || n == 0 {
		t.Errorf("%d facts with their words marked, want %d", n, len(record.Facts))
	}
	a.Find("td.sentence + td a").Each(func(_ int, s *goquery.Selection) {
		if a.Find(s.AttrOr("href", "#?")).Length() != 1 {
			t.Errorf("fact leads to %q, which is not there", s.AttrOr("href", ""))
		}
	})
	if a.Find("#trend ~ figure svg.chart.wide").Length() != 1 || !strings.Contains(a.text("#related ~ ul"), "Carpenter") || a.Find("a[href='/held/plumber']").Length() != 1 {
		t.Error("trend, similar careers or the held record are missing")
	}
	for _, drawing := range []string{"wide", "middle", "narrow"} {
		links := a.Find("figure.graph svg." + drawing + " a")
		if links.Length() < 3 || links.FilterFunction(func(_ int, s *goquery.Selection) bool { return s.AttrOr("href", "") == "/careers/architect" }).Length() == 0 {
			t.Errorf("the %s graph has %d links: %q", drawing, links.Length(), links.Text())
		}
	}
	if a.Find("#versions ~ div tbody tr").Length() != 3 {
		t.Errorf("versions %q", a.text("#versions ~ div"))
	}
	old := r.get("/careers/plumber?version=2")
	if !strings.Contains(old.text("main"), "You are reading version 2") || old.Find(".changes li").Length() == 0 || old.Find(".changes ins").Length() == 0 {
		t.Error("an old version does not say so, or what changed in it")
	}
	codes := r.get("/careers/architect")
	if !strings.Contains(codes.text("main"), "17-1011.00") || !strings.Contains(codes.text("main"), "Information from the O*NET database.") {
		t.Error("codes or what must be said of them are missing")
	}
}

// TestCatalogSorts: the heads of columns sort, keep what is filtered, and say by
// what the list is sorted.
func TestCatalogSorts(t *testing.T) {
	t.Parallel()
	r := newWorld(t).serve(t, config())
	a := r.get("/catalog?sort=quality&status=active")
	if sorted := a.Find("th[aria-sort]"); sorted.Length() != 1 || sorted.AttrOr("aria-sort", "") != "descending" || !strings.Contains(sorted.Text(), "Quality") {
		t.Errorf("sorted by %q", a.text("th[aria-sort]"))
	}
	if n := a.Find("thead a[href='/catalog?sort=updated&status=active']").Length(); n != 1 {
		t.Errorf("%d heads sort by the last change, want 1", n)
	}
}

// TestTrendsTakesNames: whoever types a name means the career.
func TestTrendsTakesNames(t *testing.T) {
	t.Parallel()
	r := newWorld(t).serve(t, config())
	a := r.get("/trends?career=Plumber&career=PLUMBER")
	if picked := a.Find("input[type=checkbox]:checked"); picked.Length() != 1 || picked.AttrOr("value", "") != "plumber" {
		t.Errorf("%d careers are picked: %q", picked.Length(), picked.AttrOr("value", ""))
	}
}

func TestCatalogFilters(t *testing.T) {
	t.Parallel()
	r := newWorld(t).serve(t, config())
	for query, want := range map[string]string{"?q=plumb": "/careers/plumber", "?status=retired": "/careers/cooper", "?has=codes": "/careers/architect"} {
		a := r.get("/catalog" + query)
		if links := a.Find("table.list tbody a"); links.Length() != 1 || links.AttrOr("href", "") != want {
			t.Errorf("%s lists %q", query, a.text("table.list tbody"))
		}
	}
	if a := r.get("/catalog?q=zebra"); !strings.Contains(a.text(".empty"), "No career fits") {
		t.Errorf("nothing found says %q", a.text(".empty"))
	}
}

// TestClickHouseAway: careers go on, the rest says since when it is missing, and
// comes back by itself.
func TestClickHouseAway(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.storeErr = fault.New(fault.StoreUnavailable, "no answer")
	r := w.serve(t, config())
	for path, missing := range map[string]int{"/": 2, "/catalog": 0, "/careers/plumber": 2, "/careers/plumber?version=1": 0, "/trends": 4, "/held/plumber": 0, "/dead": 0} {
		a := r.get(path)
		if n := a.Find(".note.warn:contains('Unavailable since 23 Nov 2026, 11:50 UTC')").Length(); a.StatusCode != 200 || n != missing {
			t.Errorf("%s: %d with %d missing sections, want %d", path, a.StatusCode, n, missing)
		}
	}
	if a := r.get("/trends/leaderboard.csv"); a.StatusCode != http.StatusServiceUnavailable {
		t.Errorf("CSV: %d, want 503", a.StatusCode)
	}
	w.storeErr = nil
	if a := r.get("/trends"); strings.Contains(a.text("main"), "Unavailable") {
		t.Error("trends do not come back")
	}
}

func TestBrokerAway(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.brokerErr = fault.New(fault.BrokerUnavailable, "no answer")
	r := w.serve(t, config())
	for path, want := range map[string]int{"/": 200, "/careers/plumber": 200, "/careers/plumber?version=1": 503, "/held": 503, "/dead": 503, "/catalog": 503} {
		a := r.get(path)
		if a.StatusCode != want || want == 503 && a.Header.Get("Retry-After") == "" {
			t.Errorf("%s: %d, want %d", path, a.StatusCode, want)
		}
	}
}

func TestTrendsForm(t *testing.T) {
	t.Parallel()
	r := newWorld(t).serve(t, config())
	a := r.get("/trends?career=plumber&career=plumber")
	if n := a.Find("figure svg.chart.wide").Length(); n != 6 {
		t.Errorf("%d charts, want 6", n)
	}
	if got := a.Find("input[type=checkbox]:checked"); got.Length() != 1 || got.AttrOr("value", "") != "plumber" {
		t.Errorf("%d careers are picked", got.Length())
	}
	files := 0
	a.Find("a[download]").Each(func(_ int, s *goquery.Selection) {
		files++
		res := r.get(s.AttrOr("href", ""))
		rows, err := csv.NewReader(strings.NewReader(res.Document.Text())).ReadAll()
		if err != nil || len(rows) < 2 || !strings.HasPrefix(res.Header.Get("Content-Type"), "text/csv") {
			t.Errorf("%s: %d rows, %v", s.AttrOr("href", ""), len(rows), err)
		}
	})
	if files != 6 {
		t.Errorf("%d files, want one for each chart", files)
	}
}

func TestOverviewFragment(t *testing.T) {
	t.Parallel()
	r := newWorld(t).serve(t, config())
	a := r.get("/?part=live")
	if a.Find("h1, header").Length() != 0 || a.Find("#lag").Length() != 1 || !strings.Contains(a.text("tbody"), "Outcomes3") {
		t.Errorf("fragment %.300q", a.text("body"))
	}
	whole := r.get("/")
	if whole.Find("[data-live='1']").Length() != 1 || whole.Find("noscript").Length() != 1 {
		t.Error("the page does not renew itself")
	}
}

func TestNewChecksConfig(t *testing.T) {
	t.Parallel()
	_, err := pages.New(pages.Config{AdminToken: "short", Refresh: time.Millisecond, Patience: -1}, pages.Deps{})
	if err == nil {
		t.Fatal("a bad configuration is taken")
	}
	for _, want := range []string{"5 bytes", "refresh 1ms", "patience -1", "catalog"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%v does not name %q", err, want)
		}
	}
	if errors.Is(err, pages.ErrCursor) {
		t.Error("a problem of the configuration is one of a cursor")
	}
}
