package main

import (
	"cmp"
	"errors"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"careerstream/deploy/app"
	"careerstream/deploy/sample"
	"careerstream/schemas/event"
)

// What was set aside is processed after the mend, once, and is then as if it
// had never been dead.

// lampPage is a page in words that only lampProfile knows.
func lampPage(career string) sample.File {
	plural := career + "s"
	return sample.File{Name: slugOf(career) + ".html", Body: []byte("<!DOCTYPE html><title>" + career + "</title><h1>" + career + "</h1>" +
		"<h2>Wat is een " + career + "?</h2><p>" + plural + " light the lamps of the town when the evening comes.</p>" +
		"<h2>Wat doet een " + career + "?</h2><ul><li><b>Lighting:</b> They light the lamps one by one.</li>" +
		"<li><b>Cleaning:</b> They clean the glass of each lamp.</li></ul>" +
		"<h2>Waar werkt een " + career + "?</h2><p>Most " + plural + " work in the streets of old towns.</p>")}
}

func slugOf(career string) string { return strings.ReplaceAll(strings.ToLower(career), " ", "-") }

// lampSite writes pages about careers and the profile that they need.
func lampSite(t *testing.T, careers ...string) (pages, profiles string) {
	t.Helper()
	pages, profiles = t.TempDir(), t.TempDir()
	files := make([]sample.File, 0, 2*len(careers))
	for _, career := range careers {
		page := lampPage(career)
		sidecar := `{"url": "https://lamps.example/` + slugOf(career) + `/"}`
		files = append(files, page, sample.File{Name: page.Name + ".meta.json", Body: []byte(sidecar)})
	}
	if err := errors.Join(sample.Write(pages, files), sample.Write(profiles, []sample.File{{Name: "lamps.json", Body: []byte(lampProfile)}})); err != nil {
		t.Fatal(err)
	}
	return pages, profiles
}

const lampProfile = `{"name": "lamps", "hosts": ["lamps.example"], "headings": {
	"definition": ["wat is een {career}"], "duties": ["wat doet een {career}"], "workplace": ["waar werkt een {career}"]}}
`

// TestRedriveAfterProfile: a page in words that nobody knows is dead until a
// profile says what they mean.
func TestRedriveAfterProfile(t *testing.T) {
	t.Parallel()
	p := &poisoned{t: t, data: t.TempDir()}
	pages, profiles := lampSite(t, "Lamplighter")
	if err := sample.Write(pages, sample.Generate(0, 10, 1)); err != nil {
		t.Fatal(err)
	}
	if e := runProgram(t, "", "ingest", "--data", p.data, pages); e.code != exitIncomplete {
		t.Fatalf("ingest: code %d, want %d\n%s%s", e.code, exitIncomplete, e.stdout, e.stderr)
	}
	letters := p.letters("--kind", "not-a-career-page", "--stage", "normalize")
	if len(letters) != 1 || !strings.Contains(letters[0].Hint, "--profiles") {
		t.Fatalf("letters: %+v", letters)
	}
	if rows := queryRows(t, p.data, "SELECT slug FROM careers FINAL"); len(rows) != 1 {
		t.Errorf("careers beside the dead one: %v", rows)
	}
	redrive := func(code int, want app.Redriven, flags ...string) {
		t.Helper()
		e := runProgram(t, "", append([]string{"dead", "redrive", "--json", "--data", p.data}, flags...)...)
		if got := decodeOutput[app.Redriven](t, e.stdout); e.code != code || got != want {
			t.Fatalf("dead redrive %v: code %d, %+v, want %d, %+v\n%s", flags, e.code, got, code, want, e.stderr)
		}
	}
	redrive(exitIncomplete, app.Redriven{Ordered: 1, DeadAgain: 1})
	redrive(exitOK, app.Redriven{Ordered: 1, Resolved: 1}, "--profiles", profiles)
	redrive(exitOK, app.Redriven{}, "--profiles", profiles)
	p.resolved("lamplighter", 1)
}

// resolved checks that nothing is dead any more and the career is known everywhere.
func (p *poisoned) resolved(slug string, letters int) {
	t := p.t
	t.Helper()
	if open := p.letters(); len(open) != 0 {
		t.Errorf("still dead: %+v", open)
	}
	all := p.letters("--all")
	if len(all) != letters || slices.ContainsFunc(all, func(l letterRow) bool { return l.State != "resolved" }) {
		t.Errorf("letters: %+v, want %d, resolved", all, letters)
	}
	rows := queryRows(t, p.data, "SELECT stage, seq, state FROM dead_letters")
	if len(rows) != letters || slices.ContainsFunc(rows, func(r map[string]any) bool { return r["state"] != "resolved" }) {
		t.Errorf("dead_letters: %v, want %d, resolved", rows, letters)
	}
	mustRun(t, "show", "--data", p.data, slug)
	for _, table := range []string{"careers FINAL", "career_versions"} {
		if rows := queryRows(t, p.data, "SELECT slug FROM "+table+" WHERE slug = '"+slug+"'"); len(rows) != 1 {
			t.Errorf("%s holds %s %d times", table, slug, len(rows))
		}
	}
	for _, s := range p.reconciled().Streams {
		if s.DeadLettered != 0 {
			t.Errorf("reconcile still counts %d dead messages of %s", s.DeadLettered, s.Stream)
		}
	}
}

// TestRedriveKilled: the pipeline dies again and again while it redrives, and
// every message is processed once all the same.
func TestRedriveKilled(t *testing.T) {
	t.Parallel()
	p := &poisoned{t: t, data: t.TempDir()}
	seed := cmp.Or(*crashSeed, rand.Uint64())
	t.Logf("repeat the choices with -crash.seed=%d", seed)
	rng := rand.New(rand.NewPCG(seed, 3))
	careers := make([]string, 100)
	for i := range careers {
		careers[i] = sample.GeneratedName(i)
	}
	pages, profiles := lampSite(t, careers...)
	if e := runProgram(t, "", "ingest", "--data", p.data, pages); e.code != exitIncomplete {
		t.Fatalf("ingest: code %d, want %d\n%s%s", e.code, exitIncomplete, e.stdout, e.stderr)
	}
	if dead := len(p.letters()); dead != len(careers) {
		t.Fatalf("%d letters, want %d", dead, len(careers))
	}
	var left []int
	for range 4 {
		up := startUp(t, p.data, "--profiles", profiles)
		conn := place{data: p.data}.connect(t)
		answers := func() uint64 {
			outcome, err := app.Count(t.Context(), conn)
			if err != nil {
				t.Fatal(err)
			}
			return outcome.Dead
		}
		before := answers()
		redrive := launch(t, p.data, "dead", "redrive", "--data", p.data)
		up.waitFor("the first answer", 30*time.Second, func() bool { return answers() > before })
		outlives(redrive, time.Duration(rng.Float64()*float64(60*time.Millisecond)))
		up.kill()
		redrive.kill()
		left = append(left, len(p.letters()))
	}
	t.Logf("open letters after each kill: %v", left)
	p.process = startUp(t, p.data, "--profiles", profiles)
	mustRun(t, "dead", "redrive", "--data", p.data)
	p.drained("all")
	p.resolved(slugOf(careers[0]), len(careers))
	rows := queryRows(t, p.data, "SELECT slug, count() AS rows, uniqExact(version) AS versions, max(version) AS newest FROM career_versions GROUP BY slug")
	if len(rows) != len(careers) {
		t.Errorf("%d careers, want %d", len(rows), len(careers))
	}
	for _, row := range rows {
		if row["rows"] != row["versions"] || row["rows"] != row["newest"] {
			t.Errorf("versions of a career: %v", row)
		}
	}
}

// TestRowRejected: a row that ClickHouse does not take is found among its
// neighbours, set aside, and stored after the mend.
func TestRowRejected(t *testing.T) {
	t.Parallel()
	slug := slugOf(sample.GeneratedName(17))
	for _, tt := range []struct{ table, sink, check string }{
		{"careers", "records", "slug != '" + slug + "'"},
		{"career_versions", "records", "slug != '" + slug + "'"},
		{"page_fetches", "pages", "NOT endsWith(url, '/" + slug + "/')"},
	} {
		t.Run(tt.table, func(t *testing.T) {
			t.Parallel()
			p := &poisoned{t: t, data: t.TempDir()}
			p.start("all")
			p.take(1)
			p.drained("all")
			mustRun(t, "query", "--data", p.data, "--write", "ALTER TABLE "+tt.table+" ADD CONSTRAINT picky CHECK "+tt.check)
			p.start("none")
			p.take(40)
			p.start("all")
			p.drained("all")

			letters := p.letters()
			if len(letters) != 1 || letters[0].Stage != tt.sink || letters[0].Kind != "row-rejected" || !strings.Contains(letters[0].Reason, "picky") {
				t.Fatalf("letters: %+v\n%s", letters, p.log)
			}
			row := queryRows(t, p.data, "SELECT original, traceparent FROM dead_letters")[0]
			if original, trace := row["original"].(string), row["traceparent"].(string); !strings.Contains(original, slug) || event.TraceID(trace) == "" {
				t.Errorf("letter has original %q, trace %q", original, trace)
			}
			known := queryRows(t, p.data, "SELECT slug FROM careers FINAL WHERE slug != '"+slug+"'")
			fetched := queryRows(t, p.data, "SELECT DISTINCT url FROM page_fetches WHERE NOT endsWith(url, '/"+slug+"/')")
			if len(known) != p.pages-1 || len(fetched) != p.pages-1 {
				t.Errorf("%d neighbours in careers, %d in page_fetches, want %d", len(known), len(fetched), p.pages-1)
			}
			p.reconciled()

			mustRun(t, "query", "--data", p.data, "--write", "ALTER TABLE "+tt.table+" DROP CONSTRAINT picky")
			mustRun(t, "dead", "redrive", "--data", p.data)
			p.drained("all")
			p.resolved(slug, 1)
			if rows := queryRows(t, p.data, "SELECT url FROM page_fetches WHERE endsWith(url, '/"+slug+"/')"); len(rows) != 1 {
				t.Errorf("page_fetches holds the page %d times", len(rows))
			}
		})
	}
}
