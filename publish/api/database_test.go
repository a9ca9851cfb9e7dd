package api_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"careerstream/publish/api"
	"careerstream/publish/report"
	"careerstream/publish/store"
	"careerstream/schemas/fault"
)

// database answers the questions of reports with one career on one day; the real
// one is in the end-to-end tests. It can be away.
type database struct {
	mu  sync.Mutex
	err error
}

var _ report.Source = (*database)(nil)

func (d *database) set(err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.err = err
}

func (d *database) state() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.err
}

func (d *database) Exec(context.Context, string, ...any) error { return d.state() }

func (d *database) Table(name string) string { return name }

func (d *database) Query(_ context.Context, sql string, _ store.QueryOptions) (store.Result, error) {
	if err := d.state(); err != nil {
		return store.Result{}, err
	}
	day := time.Date(2026, 5, 1, 0, 0, 0, 0, time.UTC)
	for _, known := range []struct {
		part string
		rows []map[string]any
	}{
		{"min(day)", []map[string]any{{"first": day, "last": day, "days": 1}}},
		{"sum(entered)", []map[string]any{{"Outcomes": 5, "Entered": 2, "Chosen": 1}}},
		{"match_freshness", []map[string]any{{"as_of": day}}},
		{"sum(outcomes) AS Outcomes", []map[string]any{{"Outcomes": 4}}},
		{"slug AS Slug", []map[string]any{{"Slug": "welder", "Name": "Welder"}}},
		{"career AS Career", []map[string]any{{"Career": "welder"}}},
		{"match_leaderboard", []map[string]any{{"position": 1, "career": "welder", "outcomes": 5, "share": 0.5, "movement": -1, "verdict": "steady"}}},
		{"match_trends_daily", []map[string]any{{"day": day, "career": "welder", "outcomes": 5, "day_outcomes": 9}}},
		{"match_funnel", []map[string]any{{"entry_career": "welder", "tests": 3, "lift": nil}}},
		{"match_traits", []map[string]any{{"career": "welder", "trait": "calm", "mean": 0.5}}},
		{"catalog_coverage", []map[string]any{{"0": "example.com", "1": "duties", "2": uint64(1), "3": uint64(2), "4": 0.5}}},
	} {
		if strings.Contains(sql, known.part) {
			return table(known.rows), nil
		}
	}
	return store.Result{}, errors.New("no such question: " + sql)
}

// table orders columns by name.
func table(rows []map[string]any) store.Result {
	var result store.Result
	for _, name := range []string{
		"0", "1", "2", "3", "4", "Career", "Chosen", "Entered", "Name", "Outcomes", "Slug", "as_of", "career", "day", "day_outcomes", "days",
		"entry_career", "first", "last", "lift", "mean", "movement", "outcomes", "position", "share", "tests", "trait", "verdict",
	} {
		if _, found := rows[0][name]; found {
			result.Columns = append(result.Columns, store.Column{Name: name})
		}
	}
	for _, row := range rows {
		var values []any
		for _, column := range result.Columns {
			values = append(values, row[column.Name])
		}
		result.Rows = append(result.Rows, values)
	}
	return result
}

func withDatabase(d *database) func(*api.Deps, *httptest.Server) {
	return func(deps *api.Deps, _ *httptest.Server) { deps.Reports = d }
}

func TestReportsSaySinceWhenTheyAreAway(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 7, 1, 12, 0, 0, 0, time.UTC)
	var mu sync.Mutex
	clock := func() time.Time {
		mu.Lock()
		defer mu.Unlock()
		now = now.Add(time.Second)
		return now
	}
	d := &database{}
	w := newWorld(t, api.Config{Now: clock}, withDatabase(d))
	w.publish(record("welder", "Welder"))
	w.follow()
	if got := into[report.Leaderboard](t, w.get("/v1/trends/leaderboard")); got.Outcomes != 5 || len(got.Places) != 1 || got.Places[0].Name != "Welder" {
		t.Errorf("%+v", got)
	}
	d.set(fault.New(fault.StoreUnavailable, "connection refused"))
	var since []string
	for range 2 {
		got := w.get("/v1/trends/leaderboard")
		var p struct {
			Since string `json:"unavailable_since"`
		}
		if kind := problemOf(t, got, 503); kind != "reports-unavailable" || got.Header.Get("Retry-After") == "" {
			t.Error(kind)
		}
		if err := json.Unmarshal(got.body, &p); err != nil {
			t.Fatal(err)
		}
		since = append(since, p.Since)
	}
	if since[0] == "" || since[0] != since[1] {
		t.Errorf("away since %q", since)
	}
	if w.get("/v1/careers/welder").StatusCode != 200 || w.get("/v1/careers").StatusCode != 200 || w.get("/v1/changes").StatusCode != 200 {
		t.Error("careers are away with the reports")
	}
	if health := into[api.Health](t, w.get("/v1/health")); health.Status != api.HealthDegraded || health.ReportsAwaySince == nil {
		t.Errorf("%+v", health)
	}
	d.set(nil)
	if w.get("/v1/coverage").StatusCode != 200 || w.get("/v1/trends/daily").StatusCode != 200 {
		t.Error("reports stay away")
	}
	if health := into[api.Health](t, w.get("/v1/health")); health.Status != api.HealthOK {
		t.Errorf("%+v", health)
	}
	for query, parameter := range map[string]string{"since=soon": "since", "until=2026-13-01": "until", "since=2026-05-02&until=2026-05-01": "since", "top=0": "top", "format=csv": "format"} {
		got := w.get("/v1/trends/funnel?" + query)
		problemOf(t, got, 400)
		if !strings.Contains(string(got.body), `"parameter":"`+parameter+`"`) || strings.Contains(string(got.body), "--") {
			t.Errorf("%s: %s", query, got.body)
		}
	}
}
