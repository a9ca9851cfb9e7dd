package e2e

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"careerstream/deploy/chdb/chdbtest"
	"careerstream/publish/store"
	"careerstream/schemas/career"
)

const grafana = "../grafana"

// dashboard is what the test reads of one.
type dashboard struct {
	file       string
	UID        string `json:"uid"`
	Title      string `json:"title"`
	Timezone   string `json:"timezone"`
	Templating struct {
		List []struct {
			Name, Type, Query string
			Datasource        datasource
		}
	} `json:"templating"`
	Panels []panel `json:"panels"`
}

type datasource struct{ Type, UID string }

type panel struct {
	ID                       int
	Type, Title, Description string
	Datasource               datasource
	GridPos                  struct{ X, Y, W, H int }
	Targets                  []struct {
		RefID, RawSQL, QueryType, EditorType string
		Format                               int
		Datasource                           datasource
	}
	FieldConfig struct {
		Defaults  struct{ Unit string }
		Overrides []struct{ Matcher struct{ ID, Options string } }
	}
}

func dashboards(t *testing.T) []dashboard {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(grafana, "dashboards", "*.json"))
	if err != nil || len(files) != 2 {
		t.Fatalf("dashboards %v, %v", files, err)
	}
	var all []dashboard
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		d := dashboard{file: filepath.Base(file)}
		if err := json.Unmarshal(text, &d); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		all = append(all, d)
	}
	return all
}

func TestGrafanaDashboardsAreSound(t *testing.T) {
	t.Parallel()
	want := datasource{"grafana-clickhouse-datasource", "careerstream"}
	source, err := os.ReadFile(filepath.Join(grafana, "provisioning", "datasources", "careerstream.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(source), "type: "+want.Type+"\n") || !strings.Contains(string(source), "uid: "+want.UID+"\n") || !strings.Contains(string(source), "username: reader\n") {
		t.Errorf("the data source is not %+v with user reader", want)
	}
	if m := regexp.MustCompile(`(?m)^\s+(password|host|port): (.*)$`).FindAllStringSubmatch(string(source), -1); len(m) != 3 || slices.ContainsFunc(m, func(m []string) bool { return !strings.HasPrefix(m[2], "${CAREERSTREAM_CLICKHOUSE_") }) {
		t.Errorf("host, port and password are %q, want variables", m)
	}
	uids := map[string]string{}
	for _, d := range dashboards(t) {
		if d.UID == "" || len(d.UID) > 40 || uids[d.UID] != "" || d.Title == "" || d.Timezone != "utc" {
			t.Errorf("%s: uid %q (also of %q), title %q, time zone %q", d.file, d.UID, uids[d.UID], d.Title, d.Timezone)
		}
		uids[d.UID] = d.file
		for _, v := range d.Templating.List {
			if v.Datasource != want {
				t.Errorf("%s: variable %s has data source %+v", d.file, v.Name, v.Datasource)
			}
		}
		seen := map[any]bool{}
		for i, p := range d.Panels {
			if p.Title == "" || p.Description == "" || p.FieldConfig.Defaults.Unit == "" || p.Datasource != want || len(p.Targets) == 0 {
				t.Errorf("%s: panel %d lacks a title, description, unit, query or the data source: %+v", d.file, p.ID, p)
			}
			if seen[p.ID] || seen[p.Title] {
				t.Errorf("%s: two panels %d %q", d.file, p.ID, p.Title)
			}
			seen[p.ID], seen[p.Title] = true, true
			g := p.GridPos
			if g.W < 1 || g.H < 1 || g.X < 0 || g.X+g.W > 24 {
				t.Errorf("%s: %s is at %+v", d.file, p.Title, g)
			}
			for _, other := range d.Panels[:i] {
				o := other.GridPos
				if g.X < o.X+o.W && o.X < g.X+g.W && g.Y < o.Y+o.H && o.Y < g.Y+g.H {
					t.Errorf("%s: %s covers %s", d.file, p.Title, other.Title)
				}
			}
			for _, q := range p.Targets {
				series := q.QueryType == "timeseries" && q.Format == 0
				if q.RefID == "" || q.RawSQL == "" || q.EditorType != "sql" || q.Datasource != want || series != (p.Type == "timeseries") || !series && (q.QueryType != "table" || q.Format != 1) {
					t.Errorf("%s: %s: query %+v", d.file, p.Title, q)
				}
			}
		}
		text, err := os.ReadFile(filepath.Join(grafana, "dashboards", d.file))
		if err != nil {
			t.Fatal(err)
		}
		if foreign := regexp.MustCompile(`(?i)[a-z]+://|//[a-z0-9.-]+\.[a-z]{2,}`).FindAllString(string(text), -1); len(foreign) > 0 {
			t.Errorf("%s names other hosts: %q", d.file, foreign)
		}
	}
}

// period is what the time picker of a dashboard shows.
type period struct{ from, to time.Time }

var macro = regexp.MustCompile(`\$__([A-Za-z_]+)(?:\(([^()]*)\))?`)

// fillIn puts the plugin's macros and Grafana's variables in, as those do
// (https://github.com/grafana/clickhouse-datasource, pkg/macros).
func fillIn(t *testing.T, sql string, p period, careers []string) string {
	t.Helper()
	quoted := make([]string, len(careers))
	for i, c := range careers {
		quoted[i] = "'" + c + "'"
	}
	sql = strings.NewReplacer(
		"${__from:date:YYYY-MM-DD}", p.from.Format(time.DateOnly), "${__to:date:YYYY-MM-DD}", p.to.Format(time.DateOnly),
		"${career:singlequote}", strings.Join(quoted, ","),
	).Replace(sql)
	at := func(t time.Time) string { return fmt.Sprintf("toDateTime(%d)", t.Unix()) }
	sql = macro.ReplaceAllStringFunc(sql, func(call string) string {
		m := macro.FindStringSubmatch(call)
		switch m[1] {
		case "timeFilter":
			return fmt.Sprintf("%s >= %s AND %s <= %s", m[2], at(p.from), m[2], at(p.to))
		case "timeInterval":
			return fmt.Sprintf("toStartOfInterval(toDateTime(%s), INTERVAL 60 second)", m[2])
		}
		return call
	})
	if strings.Contains(sql, "$") {
		t.Errorf("a macro or variable that is not known here is left in\n%s", sql)
	}
	return sql
}

// dashboardWorld has something for every panel.
func dashboardWorld(t *testing.T) *publishWorld {
	t.Helper()
	w := newPublishWorld(t)
	w.pages(1, 3)
	w.enrich(fullRecord("psychotherapist"), 1)
	changed := fullRecord("psychotherapist")
	changed.Plural = "Others"
	w.enrich(changed, 2)
	w.enrich(career.Record{Slug: "actor", Name: "Actor", Source: fullRecord("actor").Source}, 3)
	w.drain()
	storeOutcomes(t, w.store, "outcomes", makeOutcomes(1, 600))
	refresh(t, w.store)
	exec(t, w.store, "INSERT INTO page_checks (site, key, url, outcome, at, _seq) VALUES ('example.com', 'k', 'https://example.com/careers/1', 'changed', now64(3), 1), ('example.com', 'k', 'https://example.com/careers/1', 'not-modified', now64(3), 2)")
	exec(t, w.store, "INSERT INTO ingest_runs (id, sources, started_at, ended_at, discovered, outcomes, faults, complete, _seq) VALUES ('r', ['https://example.com/'], now64(3) - 5, now64(3), 3, map('changed', 2, 'failed', 1), map('not-found', 1), true, 1)")
	exec(t, w.store, "INSERT INTO dead_letter_events (stage, kind, reason, state, stream, seq, failed_at, _seq) VALUES ('normalize', 'empty-page', 'page is empty', 'open', 'PAGES', 77, now64(3), 1)")
	return w
}

// TestGrafanaQueries runs every query of the dashboards as the user of the data
// source.
func TestGrafanaQueries(t *testing.T) {
	t.Parallel()
	w := dashboardWorld(t)
	reader, err := store.Open(store.Config{DSN: "http://reader:x@embedded:80", Dial: chdbtest.Engine(t).Dialer(), Database: w.store.Database()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := reader.Close(); err != nil {
			t.Error(err)
		}
	})
	if err := reader.Exec(t.Context(), "TRUNCATE TABLE page_checks"); err == nil {
		t.Fatal("the user of the data source may write")
	}
	run := func(where, sql string) store.Result {
		t.Helper()
		result, err := reader.Query(t.Context(), sql, store.QueryOptions{ReadOnly: true})
		if err != nil {
			t.Errorf("%s: %v\n%s", where, err, sql)
		} else if len(result.Rows) == 0 {
			t.Errorf("%s shows nothing\n%s", where, sql)
		}
		return result
	}
	always := period{time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(2100, 1, 1, 0, 0, 0, 0, time.UTC)}
	for _, d := range dashboards(t) {
		shown, careers := always, []string(nil)
		if d.UID == "careerstream-match-trends" {
			shown = period{reportSince, reportUntil}
		}
		for _, v := range d.Templating.List {
			result := run(d.file+": variable "+v.Name, fillIn(t, v.Query, shown, nil))
			for _, row := range result.Rows[:min(2, len(result.Rows))] {
				careers = append(careers, result.Columns[0].Text(row[0]))
			}
			if len(result.Columns) != 1 {
				t.Errorf("%s: variable %s has %d columns", d.file, v.Name, len(result.Columns))
			}
		}
		for _, p := range d.Panels {
			for _, q := range p.Targets {
				where := d.file + ": " + p.Title
				result := run(where, fillIn(t, q.RawSQL, shown, careers))
				checkPanel(t, where, p, result)
			}
		}
	}
}

// checkPanel holds the columns against what the panel needs of them.
func checkPanel(t *testing.T, where string, p panel, result store.Result) {
	t.Helper()
	if len(result.Columns) == 0 {
		return
	}
	names, numbers := make([]string, len(result.Columns)), 0
	for i, c := range result.Columns {
		names[i] = c.Name
		if strings.Contains(c.Type, "Int") || strings.Contains(c.Type, "Float") {
			numbers++
		}
	}
	for _, o := range p.FieldConfig.Overrides {
		if o.Matcher.ID != "byName" || !slices.Contains(names, o.Matcher.Options) {
			t.Errorf("%s: override of %q, columns are %v", where, o.Matcher.Options, names)
		}
	}
	switch p.Type {
	case "timeseries":
		if names[0] != "time" || !strings.HasPrefix(result.Columns[0].Type, "DateTime") || numbers == 0 {
			t.Errorf("%s: columns %+v, want time and numbers", where, result.Columns)
			return
		}
		if !slices.IsSortedFunc(result.Rows, func(a, b []any) int { return a[0].(time.Time).Compare(b[0].(time.Time)) }) {
			t.Errorf("%s: rows are not in the order of time", where)
		}
	case "stat":
		if len(names) != 1 || numbers != 1 || len(result.Rows) != 1 {
			t.Errorf("%s: columns %+v in %d rows, want one number", where, result.Columns, len(result.Rows))
		}
	case "barchart", "bargauge":
		if len(names) != 2 || numbers != 1 {
			t.Errorf("%s: columns %+v, want a name and a number", where, result.Columns)
		}
	}
}
