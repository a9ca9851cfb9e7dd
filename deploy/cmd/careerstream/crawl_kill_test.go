package main

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"careerstream/deploy/datadir"
	"careerstream/deploy/site"
	"careerstream/schemas/page"
)

// resultIn finds the result that a process printed among what it logged.
func (p *process) resultIn() (r result) {
	p.t.Helper()
	text := "\n" + p.log.String()
	at := strings.Index(text, "\n{")
	if at < 0 || json.NewDecoder(strings.NewReader(text[at:])).Decode(&r) != nil || r.Crawl == nil {
		p.t.Fatalf("no result of a crawl in:\n%s", text)
	}
	return r
}

// The process that holds the broker is killed under crawlers, and now and then a
// crawler: the run goes on, its statement is right, no page is fetched again but
// for those in flight, and the site's patience is kept throughout.
func TestCrawlSurvivesBrokerKills(t *testing.T) {
	t.Parallel()
	const crawlers, inFlight = 2, 9
	gap := 5 * time.Millisecond
	c := newCrash(t, 5)
	data := t.TempDir()
	s := startSite(t, site.Config{Pages: *crawlPages, Others: 10})
	// Without sinks it holds the broker alone, and is soon back.
	address := crashAddress(t, c.rng)
	broker := []string{
		"up", "--data", data, "--listen", "127.0.0.1:0", "--stages", "normalize,enrich,gate,release,feed",
		"--nats-listen", address, "--nats-token", "of-the-test",
	}
	begin := func() *process {
		p := launch(t, data, broker...)
		p.waitFor("its endpoint", 60*time.Second, func() bool {
			e, ok, err := datadir.Dir(data).Endpoint(t.Context())
			return err == nil && ok && e.PID == p.cmd.Process.Pid
		})
		return p
	}
	crawl := func() *process {
		return launch(t, data, "ingest", "--json", "--no-wait", "--nats", "nats://of-the-test@"+address, "--allow-private", "127.0.0.1", "--delay", gap.String(),
			"--factor", "0", "--lease", "3s", s.URL())
	}
	ended := func(p *process) bool {
		select {
		case <-p.done:
			return true
		default:
			return false
		}
	}
	// gaveUp is a crawler that began while the broker was away.
	gaveUp := func(p *process) bool {
		log := p.log.String()
		return ended(p) && (strings.Contains(log, "connect to nats") || strings.Contains(log, "set up streams: broker-unavailable"))
	}
	up := begin()
	all := []*process{crawl(), crawl()}
	// begun waits for requests. With all crawlers gone none would come.
	begun := func(until int) {
		for {
			wait, cancel := context.WithTimeout(t.Context(), 2*time.Second)
			err := s.WaitBegun(wait, until)
			over := wait.Err() != nil && t.Context().Err() == nil
			cancel()
			if err == nil {
				return
			}
			if !over {
				t.Fatal(err)
			}
			for i := range all {
				if gaveUp(all[i]) {
					all[i] = crawl()
				}
			}
			if ended(all[0]) && ended(all[1]) {
				return
			}
		}
	}
	kills := 0
	for ; kills < *crawlKills; kills++ {
		until := len(s.Log()) + c.rng.IntN(max(*crawlPages/(*crawlKills), 2))
		begun(until)
		victim := c.rng.IntN(crawlers)
		if gaveUp(all[victim]) {
			all[victim] = crawl()
		}
		if ended(all[victim]) {
			break
		}
		if kills%3 == 2 {
			all[victim].kill()
			all[victim] = crawl()
			continue
		}
		up.kill()
		up = begin()
	}
	t.Logf("%d kills", kills)
	bodies, repeats := 0, map[string]int{}
	for i := range all {
		for {
			select {
			case <-all[i].done:
			case <-time.After(120 * time.Second):
				t.Fatalf("still crawling:\n%s\n%s", all[i].log, up.log)
			}
			if !gaveUp(all[i]) {
				break
			}
			all[i] = crawl()
		}
	}
	for _, p := range all {
		if code := p.cmd.ProcessState.ExitCode(); code != exitOK {
			t.Fatalf("exit code %d:\n%s", code, p.log)
		}
		run := p.resultIn().Crawl
		good := run.Outcomes[page.Changed] + run.Outcomes[page.NotModified]
		if want := *crawlPages + 10; !run.Complete || good != want || run.Discovered != want+run.Outcomes[page.NoArticle] || run.StillDue != 0 {
			t.Errorf("statement %+v, want %d pages, all good", run, want)
		}
	}
	log := s.Log().Where(func(r site.Request) bool { return !r.Aborted })
	if over := log.Overlaps(""); len(over) > 0 {
		t.Errorf("%d pairs of requests overlap, first %+v", len(over), over[0])
	}
	if least, ok := log.MinGap(""); !ok || least < gap {
		t.Errorf("smallest gap %s, want %s", least, gap)
	}
	for path, n := range log.Where(func(r site.Request) bool { return r.Status == 200 && r.Bytes > 0 }).CountByPath() {
		if path != "/robots.txt" && !strings.HasPrefix(path, "/sitemap") && path != "/" {
			bodies += n
			repeats[path] = n - 1
		}
	}
	if most := *crawlPages + 10 + kills*inFlight; bodies > most || len(repeats) < *crawlPages {
		t.Errorf("%d bodies of %d pages, want at most %d", bodies, len(repeats), most)
	}
	t.Logf("%d pages, %d bodies", len(repeats), bodies)
	up.interrupt()
	mustRun(t, "ingest", "--json", "--data", data, "--allow-private", "127.0.0.1", "--delay", "0", s.URL())
	rows := queryRows(t, data, "SELECT count() AS n FROM careers FINAL")
	if fmt.Sprint(rows[0]["n"]) != fmt.Sprint(*crawlPages) {
		t.Errorf("careers %v, want %d", rows[0], *crawlPages)
	}
	mustRun(t, "reconcile", "--data", data)
}
