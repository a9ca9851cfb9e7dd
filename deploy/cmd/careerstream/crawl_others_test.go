package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"careerstream/deploy/site"
	"careerstream/schemas/page"
)

// A site's sitemap lists pages that hold no career: they are counted, run after
// run, and are no dead letters. A career page that holds none any more is held.
func TestCrawlOtherPages(t *testing.T) {
	t.Parallel()
	const careers, others = 20, 12
	data, s := t.TempDir(), startSite(t, site.Config{Pages: careers, Others: others})
	file := filepath.Join(t.TempDir(), "site.warc.gz")
	lost := 0
	check := func(what string, r result) {
		t.Helper()
		if r.Crawl == nil || !r.Crawl.Complete || r.Crawl.Discovered != careers+others+lost {
			t.Errorf("%s: statement %+v", what, r.Crawl)
		}
		if r.Outcome.Unrelated != others || len(r.Unrelated) != others || r.Outcome.Dead != 0 || len(r.Dead) > 0 || !strings.HasPrefix(r.Unrelated[0].URL, s.URL()+"/news/") {
			t.Errorf("%s: outcome %+v, unrelated %+v, dead %+v", what, r.Outcome, r.Unrelated, r.Dead)
		}
		if e := runProgram(t, "", "dead", "list", "--data", data); !strings.Contains(e.stdout, "no dead letters") {
			t.Errorf("%s:\n%s", what, e.stdout)
		}
	}
	first := crawlOf(t, exitOK, data, s, "--warc-out", file)
	lost = first.Crawl.Outcomes[page.NoArticle]
	check("first run", first)
	check("second run", crawlOf(t, exitOK, data, s))
	count := func(sql string) int { return int(queryRows(t, data, sql)[0]["n"].(float64)) }
	for outcome, want := range map[string]int{"unrelated": others, "published": careers, "waiting": 0, "broken": 0} {
		if n := count("SELECT toUInt32(count()) AS n FROM page_outcomes WHERE outcome = '" + outcome + "'"); n != want {
			t.Errorf("%d pages are %s, want %d", n, outcome, want)
		}
	}
	if n := count("SELECT toUInt32(total) AS n FROM catalog_coverage WHERE part = 'pages'"); n != careers {
		t.Errorf("coverage is of %d pages, want %d", n, careers)
	}

	// A page that was of a career is held, though the sitemap is all that names it.
	news := s.Body("/news/0/")
	if err := s.Edit(0, func([]byte) []byte { return news }); err != nil {
		t.Fatal(err)
	}
	held := crawlOf(t, exitIncomplete, data, s)
	if len(held.Held) != 1 || held.Outcome.Unrelated != others || held.Outcome.Dead != 0 {
		t.Errorf("a career page that holds none: held %+v, outcome %+v", held.Held, held.Outcome)
	}

	// The archive of the site is as the site is.
	again := decodeOutput[result](t, mustRun(t, "ingest", "--json", "--data", t.TempDir(), file))
	if again.Outcome.Unrelated != others || again.Outcome.Dead != 0 || again.Statement.FailedTotal() != 0 {
		t.Errorf("archive: outcome %+v, statement %+v", again.Outcome, again.Statement)
	}
	if e := runProgram(t, "", "ingest", "--data", t.TempDir(), "--list-others", file); !strings.Contains(e.stdout, "/news/7/") || !strings.Contains(e.stdout, "not a career page") {
		t.Errorf("listed on request:\n%s\n%s", e.stdout, e.stderr)
	}
}

// What somebody names must be a career page: a file, a URL, and at least one page
// of a site.
func TestCrawlNamedPages(t *testing.T) {
	t.Parallel()
	s := startSite(t, site.Config{Pages: 4, Others: 2})
	file := filepath.Join(t.TempDir(), "news.html")
	if err := os.WriteFile(file, s.Body("/news/0/"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, source := range []string{file, s.URL() + "/news/1/"} {
		e := runProgram(t, "", "ingest", "--json", "--data", t.TempDir(), "--allow-private", "127.0.0.1", "--delay", "0", source)
		r := decodeOutput[result](t, e.stdout)
		if e.code != exitIncomplete || len(r.Dead) != 1 || !strings.Contains(r.Dead[0].Reason, filepath.Base(source)) || r.Outcome.Unrelated != 0 {
			t.Errorf("%s: exit code %d, dead %+v\n%s", source, e.code, r.Dead, e.stderr)
		}
	}
	if err := s.SetFaults(site.Fault{Path: "/careers/*", Do: site.Serve("text/html", s.Body("/news/0/"))}); err != nil {
		t.Fatal(err)
	}
	e := runProgram(t, "", "ingest", "--data", t.TempDir(), "--allow-private", "127.0.0.1", "--delay", "0", s.URL())
	if e.code != exitIncomplete || !strings.Contains(e.stderr, "--profiles") {
		t.Errorf("a site without careers: exit code %d\n%s\n%s", e.code, e.stdout, e.stderr)
	}
}
