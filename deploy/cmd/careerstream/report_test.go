package main

import (
	"encoding/csv"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// simulated returns a data directory with outcomes of some weeks.
func simulated(t *testing.T) string {
	t.Helper()
	data, slugs := t.TempDir(), filepath.Join(t.TempDir(), "slugs")
	list := strings.Fields("nurse chef librarian electrician architect paralegal carpenter dentist journalist accountant surveyor pilot")
	if err := os.WriteFile(slugs, []byte(strings.Join(list, "\n")+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	mustRun(t, "quiz", "simulate", "--data", data, "--outcomes", "2000", "--days", "40", "--careers", slugs, "--until", "2026-10-31")
	return data
}

func TestReport(t *testing.T) {
	t.Parallel()
	data := simulated(t)
	for _, name := range []string{"trends", "leaderboard", "funnel", "traits"} {
		table := mustRun(t, "report", name, "--data", data)
		if !strings.Contains(table, "2 Oct to 31 Oct 2026") || !strings.Contains(table, "each counted once") {
			t.Errorf("report %s prints\n%s", name, table)
		}
		if name == "trends" && !strings.ContainsAny(table, "▁▂▃▄▅▆▇█") {
			t.Errorf("no sparkline in\n%s", table)
		}
	}
	rows, err := csv.NewReader(strings.NewReader(mustRun(t, "report", "leaderboard", "--data", data, "--format", "csv", "--top", "3"))).ReadAll()
	if err != nil || len(rows) != 4 || rows[0][0] != "position" || rows[1][0] != "1" {
		t.Errorf("leaderboard as CSV: %v, %q", err, rows)
	}
	var object struct {
		Report   string
		Outcomes uint64
	}
	if err := json.Unmarshal([]byte(mustRun(t, "report", "traits", "--data", data, "--json")), &object); err != nil || object.Report != "traits" || object.Outcomes == 0 {
		t.Errorf("traits as JSON: %v, %+v", err, object)
	}
	for _, name := range []string{"trends", "funnel"} {
		if table := mustRun(t, "report", name, "--data", data, "--career", "it's \\ nobody"); !strings.Contains(table, "nobody") {
			t.Errorf("report %s of an unknown career prints\n%s", name, table)
		}
	}
	for _, flags := range [][]string{{"--since", "yesterday"}, {"--since", "0d"}, {"--until", "31.10.2026"}, {"--since", "2026-10-02", "--until", "2026-10-01"}, {"--top", "-1"}} {
		if e := runProgram(t, "", append([]string{"report", "trends", "--data", data}, flags...)...); e.code != exitUsage || !strings.Contains(e.stderr, flags[0]) {
			t.Errorf("report trends %v: code %d, %s", flags, e.code, e.stderr)
		}
	}
}

func TestReportOfNothing(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	for format, name := range map[string]string{"table": "trends", "csv": "traits", "json": "leaderboard", "html": "funnel"} {
		out := mustRun(t, "report", name, "--data", data, "--format", format)
		if format != "csv" && !strings.Contains(out, "There is no outcome yet.") {
			t.Errorf("report %s --format %s prints\n%s", name, format, out)
		}
	}
}

// TestReportInBrowser opens the pages in Chromium: the charts are there, the
// console is silent, and nothing but the page itself is asked for.
func TestReportInBrowser(t *testing.T) {
	t.Parallel()
	b := startBrowser(t)
	data, dir := simulated(t), t.TempDir()
	for name, charts := range map[string]int{"trends": 3, "leaderboard": 1, "funnel": 1, "traits": 1} {
		page := filepath.Join(dir, name+".html")
		mustRun(t, "report", name, "--data", data, "--format", "html", "--out", page)
		for _, width := range []int{1280, 800, 360} {
			b.call("Emulation.setDeviceMetricsOverride", map[string]any{"width": width, "height": 800, "deviceScaleFactor": 1, "mobile": width < 500}, nil)
			b.open("file://" + page)
			b.checkReport(name, page, charts)
		}
	}
	// The test itself notices what it forbids.
	bad := filepath.Join(dir, "bad.html")
	if err := os.WriteFile(bad, []byte(`<img src="https://example.org/x.png"><script>console.error("no")</script>`), 0o600); err != nil {
		t.Fatal(err)
	}
	b.open("file://" + bad)
	if len(b.requests()) != 2 || len(b.complaints()) == 0 {
		t.Errorf("a page that loads from elsewhere goes unnoticed: %v, %v", b.requests(), b.complaints())
	}
}

// checkReport holds the charts that are shown at this width to what readers need.
func (b *browser) checkReport(name, page string, charts int) {
	b.t.Helper()
	var seen struct {
		Charts, Titles, Descriptions, Marks, Tables, Clipped, Overlaps int
		Width, View, Text                                              float64
	}
	b.eval(`(() => {
		const svgs = [...document.querySelectorAll("figure svg")].filter(s => s.getBoundingClientRect().height > 50);
		const texts = svgs.flatMap(s => [...s.querySelectorAll("text")].map(t => [s.getBoundingClientRect(), t.getBoundingClientRect()])).filter(([, t]) => t.width > 0);
		const out = texts.filter(([s, t]) => t.left < s.left - 2 || t.right > s.right + 2 || t.top < s.top - 2 || t.bottom > s.bottom + 2);
		const cover = texts.filter(([, a], i) => texts.some(([, c], j) => j > i && Math.min(a.right, c.right) - Math.max(a.left, c.left) > 1 && Math.min(a.bottom, c.bottom) - Math.max(a.top, c.top) > 5));
		return {
			Charts: svgs.length,
			Titles: svgs.filter(s => s.querySelector(":scope > title")).length,
			Descriptions: svgs.filter(s => s.querySelector(":scope > desc").textContent.length > 10).length,
			Marks: svgs.flatMap(s => [...s.querySelectorAll("path, circle")]).filter(m => m.getBBox().width > 0).length,
			Tables: [...document.querySelectorAll("figure table")].filter(t => t.rows.length > 1).length,
			Clipped: out.length, Overlaps: cover.length, Width: document.documentElement.scrollWidth, View: innerWidth,
			Text: Math.min(...texts.map(([, t]) => t.height)),
		};
	})()`, &seen)
	if seen.Charts != charts || seen.Titles != charts || seen.Descriptions != charts || seen.Tables != charts || seen.Marks < 10 {
		b.t.Errorf("%s: %+v, want %d charts", name, seen, charts)
	}
	if seen.Clipped > 0 || seen.Overlaps > 0 || seen.Width > seen.View || seen.Text < 10 {
		b.t.Errorf("%s: %d labels leave their chart, %d cover another, the smallest is %v pixels high, page is %v wide in %v", name, seen.Clipped, seen.Overlaps, seen.Text, seen.Width, seen.View)
	}
	if complaints := b.complaints(); len(complaints) > 0 {
		b.t.Errorf("%s: console says %v", name, complaints)
	}
	if requests := b.requests(); !slices.Equal(requests, []string{"file://" + page}) {
		b.t.Errorf("%s asks for %v", name, requests)
	}
}
