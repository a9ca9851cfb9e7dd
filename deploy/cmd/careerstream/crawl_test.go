package main

import (
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"careerstream/deploy/site"
	"careerstream/schemas/page"
)

var (
	crawlPages = flag.Int("crawl.pages", 200, "pages of the sites of the crawl tests")
	crawlKills = flag.Int("crawl.kills", 8, "kills of the crawl test that kills")
)

// startSite serves a site for the length of the test.
func startSite(t *testing.T, config site.Config) *site.Site {
	t.Helper()
	s, err := site.New(config)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// crawlOf runs ingest over a site and checks the exit code.
func crawlOf(t *testing.T, code int, data string, s *site.Site, flags ...string) result {
	t.Helper()
	args := append([]string{"ingest", "--json", "--data", data, "--allow-private", "127.0.0.0/8", "--delay", "0", s.URL()}, flags...)
	e := runProgram(t, "", args...)
	if e.code != code {
		t.Fatalf("careerstream %s: exit code %d, want %d\n%s\n%s", strings.Join(args, " "), e.code, code, e.stdout, e.stderr)
	}
	return decodeOutput[result](t, e.stdout)
}

// wantRun compares a statement with the outcomes that must be in it, no others.
func wantRun(t *testing.T, what string, r result, published uint64, outcomes map[string]int) {
	t.Helper()
	if r.Crawl == nil || r.Outcome == nil {
		t.Fatalf("%s: result %+v has no statement", what, r)
	}
	total := 0
	for _, n := range outcomes {
		total += n
	}
	if d := cmp.Diff(outcomes, r.Crawl.Outcomes); d != "" || r.Crawl.Discovered != total || r.Crawl.StillDue != 0 || !r.Crawl.Complete {
		t.Errorf("%s: statement %+v (-want +got outcomes)\n%s", what, r.Crawl, d)
	}
	// A career that comes or goes changes the links of others besides.
	if r.Outcome.Published < published || (published == 0 && r.Outcome.Published > 0) || r.Outcome.Dead != 0 {
		t.Errorf("%s: %d versions published and %d dead letters, want %d and none", what, r.Outcome.Published, r.Outcome.Dead, published)
	}
}

// A site is fetched once; after that only what changed is, and what is gone is
// confirmed before it is retired.
func TestCrawl(t *testing.T) {
	t.Parallel()
	n, data := *crawlPages, t.TempDir()
	s := startSite(t, site.Config{Pages: n})
	first := crawlOf(t, exitOK, data, s)
	lost := first.Crawl.Outcomes[page.NoArticle] // linked by the pages, and not there
	delete(first.Crawl.Outcomes, page.NoArticle)
	first.Crawl.Discovered -= lost
	if first.Outcome.Published < uint64(n) {
		t.Errorf("%d versions of %d careers", first.Outcome.Published, n)
	}
	wantRun(t, "first run", first, first.Outcome.Published, map[string]int{page.Changed: n})
	// Versions of the pages' own: not those that only a link of another career made.
	own := func() int {
		row := queryRows(t, data, "SELECT toUInt32(countIf(causes != ['career-arrived'])) AS n FROM career_versions FINAL")[0]
		return int(row["n"].(float64))
	}
	before := own()
	run := func(what string, published uint64, outcomes map[string]int) site.Log {
		t.Helper()
		mark := len(s.Log())
		defer func() {
			if now := own(); now-before != int(published) {
				t.Errorf("%s: %d versions of the pages' own, want %d", what, now-before, published)
			} else {
				before = now
			}
		}()
		if lost > 0 {
			outcomes[page.NoArticle] = lost
		}
		wantRun(t, what, crawlOf(t, exitOK, data, s), published, outcomes)
		return s.Log()[mark:].Under("/careers/")
	}
	if bodies, _ := run("second run", 0, map[string]int{page.NotModified: n}).Bodies(); bodies != 0 {
		t.Errorf("second run: %d bodies were transferred again", bodies)
	}
	for i := range 7 {
		if err := s.Change(i); err != nil {
			t.Fatal(err)
		}
	}
	for i := range 2 {
		if err := s.Remove(10+i, 404+6*i); err != nil {
			t.Fatal(err)
		}
	}
	for range 3 {
		if _, err := s.Add(); err != nil {
			t.Fatal(err)
		}
	}
	changed := map[string]int{page.Changed: 10, page.NotModified: n - 9, page.Missing: 2}
	if bodies, _ := run("after changes", 10, changed).Where(func(r site.Request) bool { return r.Status == 200 }).Bodies(); bodies != 10 {
		t.Errorf("after changes: %d bodies, want those of the 10 pages that are new", bodies)
	}
	quiet := func() map[string]int { return map[string]int{page.NotModified: n + 1, page.Missing: 2} }
	run("second confirmation", 0, quiet())
	retired := quiet()
	delete(retired, page.Missing)
	retired[page.Retired] = 2
	run("third confirmation", 2, retired)
	rows := queryRows(t, data, "SELECT count() AS n, countIf(status = 'retired') AS retired FROM careers FINAL")
	if fmt.Sprint(rows[0]["n"], " ", rows[0]["retired"]) != fmt.Sprint(n+3, " 2") {
		t.Errorf("careers %v, want %d of which 2 are retired", rows[0], n+3)
	}
	// A page that comes back is no longer retired.
	if err := s.Restore(10); err != nil {
		t.Fatal(err)
	}
	back := crawlOf(t, exitOK, data, s)
	rows = queryRows(t, data, "SELECT countIf(status = 'retired') AS retired FROM careers FINAL")
	if back.Crawl.Outcomes[page.Changed] != 1 || back.Outcome.Published < 1 || fmt.Sprint(rows[0]["retired"]) != "1" {
		t.Errorf("a page came back: %+v, %+v, retired %v", back.Crawl, back.Outcome, rows[0]["retired"])
	}
	for table, least := range map[string]int{"page_checks": 5 * n, "ingest_runs": 6} {
		if rows := queryRows(t, data, "SELECT count() >= "+fmt.Sprint(least)+" AS enough FROM "+table); fmt.Sprint(rows[0]["enough"]) != "1" {
			t.Errorf("table %s has fewer than %d rows", table, least)
		}
	}
	mustRun(t, "reconcile", "--data", data)
}

// What a crawl wrote to an archive makes the same records on an empty system.
func TestCrawlArchive(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"site.warc", "site.warc.gz"} {
		data, again, s := t.TempDir(), t.TempDir(), startSite(t, site.Config{})
		file := filepath.Join(t.TempDir(), name)
		crawlOf(t, exitOK, data, s, "--warc-out", file)
		read := decodeOutput[result](t, mustRun(t, "ingest", "--json", "--data", again, file))
		if read.Statement == nil || read.Statement.FailedTotal() > 0 {
			t.Errorf("%s: statement %+v", name, read.Statement)
		}
		contents := func(dir string) map[string]string {
			found := map[string]string{}
			for _, row := range queryRows(t, dir, "SELECT slug, content_sha256, source_fetched_at, source_body_sha256 FROM careers FINAL") {
				found[row["slug"].(string)] = fmt.Sprint(row["content_sha256"], row["source_fetched_at"], row["source_body_sha256"])
			}
			return found
		}
		if d := cmp.Diff(contents(data), contents(again)); d != "" {
			t.Errorf("%s: records differ (-crawled +archived)\n%s", name, d)
		}
	}
}

// Processes that share a site are killed again and again: the run goes on, no
// page is fetched again but for those in flight, and the site's patience is
// kept throughout.
func TestCrawlSurvivesKills(t *testing.T) {
	t.Parallel()
	const processes, inFlight = 3, 9
	gap := 5 * time.Millisecond
	c := newCrash(t, 4)
	data := t.TempDir()
	s := startSite(t, site.Config{Pages: *crawlPages})
	startUp(t, data)
	start := func() *process {
		return launch(t, data, "ingest", "--json", "--no-wait", "--data", data, "--allow-private", "127.0.0.1", "--delay", gap.String(), "--factor", "0", s.URL())
	}
	var crawlers [processes]*process
	for i := range crawlers {
		crawlers[i] = start()
	}
	for kills := 0; kills < *crawlKills; kills++ {
		// The moment is one of the site's: so many requests later.
		until := len(s.Log()) + c.rng.IntN(max(*crawlPages/(*crawlKills), 2))
		if err := s.WaitBegun(t.Context(), until); err != nil {
			t.Fatal(err)
		}
		victim := c.rng.IntN(processes)
		if !outlives(crawlers[victim], 0) {
			t.Logf("the run was over after %d kills", kills)
			break
		}
		crawlers[victim].kill()
		crawlers[victim] = start()
	}
	for _, p := range crawlers {
		select {
		case <-p.done:
		case <-time.After(120 * time.Second):
			t.Fatalf("still crawling:\n%s", p.log)
		}
		if code := p.cmd.ProcessState.ExitCode(); code != exitOK {
			t.Fatalf("exit code %d:\n%s", code, p.log)
		}
	}
	log := s.Log().Where(func(r site.Request) bool { return !r.Aborted })
	if over := log.Overlaps(""); len(over) > 0 {
		t.Errorf("%d pairs of requests overlap, first %+v", len(over), over[0])
	}
	if least, ok := log.MinGap(""); !ok || least < gap {
		t.Errorf("smallest gap %s, want %s", least, gap)
	}
	counts := log.Under("/careers/").CountByPath()
	again := 0
	for _, n := range counts {
		again += n - 1
	}
	// Each process ran once over the site, or shared a run with the others: a
	// run that began after another's end asks again, with validators.
	bodies, _ := log.Under("/careers/").Bodies()
	if most := *crawlPages + *crawlKills*inFlight; bodies > most || len(counts) < *crawlPages {
		t.Errorf("%d bodies of %d pages, want at most %d", bodies, len(counts), most)
	}
	t.Logf("%d pages, %d bodies, %d requests again", len(counts), bodies, again)
	mustRun(t, "ingest", "--json", "--data", data, "--allow-private", "127.0.0.1", "--delay", "0", s.URL())
	rows := queryRows(t, data, "SELECT count() AS n, max(version) AS versions FROM careers FINAL")
	if fmt.Sprint(rows[0]["n"]) != fmt.Sprint(*crawlPages) {
		t.Errorf("careers %v, want %d", rows[0], *crawlPages)
	}
}

// A site that does everything to be a nuisance: each trouble is bounded, named
// and counted, and all good pages arrive.
func TestCrawlHostile(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	config := site.Hostile(30)
	config.Hosts = []string{"127.0.0.2"}
	s := startSite(t, config)
	e := runProgram(t, "", "ingest", "--json", "--data", data, "--allow-private", "127.0.0.2", "--delay", "0", "--timeout", "2s",
		"--retry-delay", "20ms", "--breaker-delay", "20ms", "--patience", "8s", "--max-pages", "400", "--follow", `/careers/|/calendar/`, s.URL())
	if e.code != exitIncomplete {
		t.Fatalf("exit code %d, want %d\n%s\n%s", e.code, exitIncomplete, e.stdout, e.stderr)
	}
	r := decodeOutput[result](t, e.stdout)
	if len(s.TrapLog()) > 0 {
		t.Errorf("private addresses were asked: %+v", s.TrapLog())
	}
	known := map[string]string{}
	for _, row := range queryRows(t, data, "SELECT source_url, name FROM careers FINAL") {
		known[strings.TrimPrefix(row["source_url"].(string), s.URL())] = row["name"].(string)
	}
	failed := map[string]string{}
	for _, f := range r.Crawl.Failures {
		failed[strings.TrimPrefix(f.URL, s.URL())] = f.Outcome
	}
	for _, want := range s.Expectations() {
		switch want.Want {
		case site.WantGood:
			if known[want.Path] == "" {
				t.Errorf("good page %s made no record", want.Path)
			}
		case site.WantTooLarge, site.WantRedirectLoop, site.WantRedirectPrivate, site.WantTooManyRedirects, site.WantContentType, site.WantEncoding,
			site.WantForbidden, site.WantMissing, site.WantGone, site.WantSlow, site.WantServerError, site.WantReset, site.WantRedirectScheme:
			// Of a loop of permanent redirects the last page fails, the others have moved.
			if !want.Sitemap && failed[want.Path] == "" && failed[want.Path+"?again=1"] == "" {
				t.Errorf("%s (%s) is not among the failures", want.Path, want.Want)
			}
		}
	}
	if r.Crawl.Why == "" || len(r.Crawl.Faults) < 8 {
		t.Errorf("why %q, faults %v", r.Crawl.Why, r.Crawl.Faults)
	}
	t.Logf("outcomes %v, faults %v", r.Crawl.Outcomes, maps.Collect(maps.All(r.Crawl.Faults)))
}

// Ctrl-C ends a crawl cleanly, and the next one goes on where it ended.
func TestCrawlInterrupted(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	s := startSite(t, site.Config{Pages: 60})
	p := launch(t, data, "ingest", "--json", "--data", data, "--allow-private", "127.0.0.1", "--delay", "20ms", "--factor", "0", s.URL())
	if err := s.WaitEnded(t.Context(), 20); err != nil {
		t.Fatal(err)
	}
	if code := p.interrupt(); code != exitInterrupted {
		t.Errorf("exit code %d after Ctrl-C:\n%s", code, p.log)
	}
	bodies, _ := s.Log().Under("/careers/").Bodies()
	r := crawlOf(t, exitOK, data, s)
	after, _ := s.Log().Under("/careers/").Bodies()
	if bodies == 0 || bodies >= 60 || after > 60+1 || r.Crawl.Outcomes[page.Changed] != 60 {
		t.Errorf("%d bodies before, %d after, outcomes %v: want each of 60 pages once", bodies, after, r.Crawl.Outcomes)
	}
}

// Wrong sources are told what is wrong with them, before anything is asked.
func TestCrawlUsage(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		args []string
		code int
		want string
	}{
		{[]string{"http://127.0.0.1:1/", "--allow-private", "loopback"}, exitUsage, "10.0.0.0/8"},
		{[]string{"https://"}, exitUsage, "no host"},
		{[]string{"https://careers.example/", "--contact", "nobody"}, exitUsage, "e-mail"},
		{[]string{"http://127.0.0.1:1/", "--patience", "1s", "--delay", "0"}, exitIncomplete, "--allow-private"},
		{[]string{}, exitUsage, "no source"},
	} {
		e := runProgram(t, "", append([]string{"ingest", "--json", "--data", t.TempDir()}, test.args...)...)
		if e.code != test.code || !strings.Contains(e.stderr+e.stdout, test.want) {
			t.Errorf("ingest %v: exit code %d, want %d and %q in\n%s\n%s", test.args, e.code, test.code, test.want, e.stdout, e.stderr)
		}
	}
}

// up keeps the sources of its configuration file fresh by itself.
func TestUpKeepsSourcesFresh(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	s := startSite(t, site.Config{Pages: 12})
	config := filepath.Join(t.TempDir(), "config.json")
	text := fmt.Sprintf(`{"source": [%q], "schedule": "1s", "delay": "1ms", "factor": 0.1, "allow_private": ["127.0.0.1"]}`, s.URL())
	if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	up := startUp(t, data, "--config", config)
	careers := func(n int) func() bool {
		return func() bool {
			e := runProgram(t, "", "query", "--data", data, "--format", "csv", "SELECT count() FROM careers FINAL")
			return strings.HasSuffix(strings.TrimSpace(e.stdout), fmt.Sprintf("\n%d", n)) // the tables come a moment after the process
		}
	}
	up.waitFor("the site's careers", 60*time.Second, careers(12))
	if _, err := s.Add(); err != nil {
		t.Fatal(err)
	}
	up.waitFor("a page that is new", 60*time.Second, careers(13))
	if again := s.Log().Under("/careers/").Where(func(r site.Request) bool { return r.Status == 304 }); len(again) > 0 {
		t.Errorf("%d pages were asked for again before their time", len(again))
	}
	if code := up.interrupt(); code != exitInterrupted && code != exitOK {
		t.Errorf("exit code %d after Ctrl-C:\n%s", code, up.log)
	}
}
