package main

import (
	"fmt"
	"strings"
	"testing"

	"careerstream/deploy/sample"
	"careerstream/schemas/career"
)

// A page that comes out damaged never replaces a good record; a person decides.

// keeperPage is the page of a career; what it leaves out is damage.
func keeperPage(name, duties string) []sample.File {
	body := fmt.Sprintf(`<!doctype html><title>What does a %[1]s do?</title><main><h1>What does a %[1]s do?</h1>
<h2>What is a %[1]s?</h2><p>A %[1]s looks after what others have forgotten, in every season of the year.</p>%[2]s
<h2>What is the workplace of a %[1]s like?</h2><p>Most work in small rooms with a window to the north.</p></main>`, name, duties)
	file := slugOf(name) + ".html"
	return []sample.File{{Name: file, Body: []byte(body)}, {Name: file + ".meta.json", Body: fmt.Appendf(nil, `{"url": "https://keepers.example/%s/"}`, slugOf(name))}}
}

const keeperDuties = `<h2>Duties</h2><ul><li><b>Sorting:</b> They sort what came in.</li><li><b>Labelling:</b> They write labels.</li><li><b>Lending:</b> They lend things out.</li></ul>`

func TestHeldRecords(t *testing.T) {
	t.Parallel()
	data, pages := t.TempDir(), t.TempDir()
	write := func(files []sample.File) {
		t.Helper()
		if err := sample.Write(pages, files); err != nil {
			t.Fatal(err)
		}
	}
	names := []string{"Lamp Keeper", "Clock Keeper", "Map Keeper", "Bell Keeper"}
	for _, name := range names {
		write(keeperPage(name, keeperDuties))
	}
	mustRun(t, "ingest", "--data", data, pages)

	write(keeperPage("Lamp Keeper", ""))
	write(keeperPage("Clock Keeper", ""))
	write([]sample.File{{Name: "map-keeper.html", Body: []byte(`<html><body><div id="app"></div><p>Please enable JavaScript.</p></body></html>`)}})
	e := runProgram(t, "", "ingest", "--json", "--data", data, pages)
	if r := decodeOutput[result](t, e.stdout); e.code != exitIncomplete || r.Outcome.Held != 3 || len(r.Held) != 3 || r.Outcome.Dead != 0 || r.Outcome.Published != 0 || !strings.Contains(e.stderr, "careerstream held list") {
		t.Fatalf("ingest: code %d, %+v, %s", e.code, r, e.stderr)
	}

	rows := decodeOutput[[]holdRow](t, mustRun(t, "held", "list", "--json", "--data", data))
	if len(rows) != 3 || rows[0].Slug != "clock-keeper" || rows[0].Reasons[0].Rule != "section-lost" || !rows[0].Releasable || rows[0].Version != 1 ||
		rows[2].Slug != "map-keeper" || rows[2].Releasable || rows[2].Reasons[0].Rule != "unreadable" {
		t.Fatalf("holds %+v", rows)
	}
	if out := mustRun(t, "held", "list", "--data", data, "--template", rows[2].Template); !strings.Contains(out, "map-keeper") || strings.Contains(out, "clock-keeper") {
		t.Errorf("list of a template:\n%s", out)
	}
	if out := mustRun(t, "held", "show", "lamp-keeper", "--data", data); !strings.Contains(out, "section-lost duties") || !strings.Contains(out, "window to the north") {
		t.Errorf("show:\n%s", out)
	}
	changes := decodeOutput[[]career.Change](t, mustRun(t, "held", "diff", "lamp-keeper", "--json", "--data", data))
	if len(changes) < 3 || changes[0].Kind != career.Removed {
		t.Errorf("diff %+v", changes)
	}
	stale := queryRows(t, data, "SELECT slug, stale_since IS NOT NULL AS stale FROM catalog_freshness WHERE stale ORDER BY slug")
	if len(stale) != 3 || len(queryRows(t, data, "SELECT slug FROM catalog_held WHERE releasable")) != 2 {
		t.Errorf("stale careers: %v", stale)
	}
	if n := len(queryRows(t, data, "SELECT template FROM drift_events FINAL")); n != 2 {
		t.Errorf("%d drift events, want one a template", n)
	}

	if e := runProgram(t, "", "held", "release", "--data", data, "map-keeper"); e.code != exitIncomplete || !strings.Contains(e.stderr, "--profiles") {
		t.Errorf("release of an unreadable page: code %d, %s", e.code, e.stderr)
	}
	mustRun(t, "held", "release", "--data", data, "lamp-keeper", "--note", "there are no duties any more")
	if r := decodeOutput[career.Record](t, mustRun(t, "show", "lamp-keeper", "--json", "--data", data)); r.Version != 2 || len(r.Duties) != 0 {
		t.Errorf("released: version %d with %d duties", r.Version, len(r.Duties))
	}
	if e := runProgram(t, "", "held", "release", "--data", data, "lamp-keeper"); e.code != exitIncomplete || !strings.Contains(e.stderr, "nothing is held") {
		t.Errorf("release again: code %d, %s", e.code, e.stderr)
	}
	mustRun(t, "held", "reject", "--data", data, "--site", "keepers.example")
	if out := mustRun(t, "held", "list", "--data", data); !strings.Contains(out, "nothing is held back") {
		t.Errorf("after the decisions:\n%s", out)
	}
	// The release has taught: the like of it on that template passes.
	write(keeperPage("Bell Keeper", ""))
	if e := runProgram(t, "", "ingest", "--json", "--data", data, pages); e.code != exitOK || decodeOutput[result](t, e.stdout).Outcome.Published != 1 {
		t.Errorf("a page like the released one: code %d\n%s%s", e.code, e.stdout, e.stderr)
	}
	if r := decodeOutput[career.Record](t, mustRun(t, "show", "clock-keeper", "--json", "--data", data)); r.Version != 1 || len(r.Duties) != 3 {
		t.Errorf("rejected: version %d with %d duties", r.Version, len(r.Duties))
	}
}
