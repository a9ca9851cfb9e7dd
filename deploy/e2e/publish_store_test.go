package e2e

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"careerstream/deploy/chdb/chdbtest"
	"careerstream/publish/store"
)

// openStore opens a store on a database of its own, with the tables made.
func openStore(t testing.TB) *store.Store {
	t.Helper()
	engine := chdbtest.Engine(t)
	s, err := store.Open(store.Config{Dial: engine.Dialer(), Database: chdbtest.Database(t).Auth.Database})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("close store: %v", err)
		}
	})
	if _, err := s.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	return s
}

// ask runs a query and returns its rows as text.
func ask(t testing.TB, s *store.Store, format string, args ...any) [][]string {
	t.Helper()
	result, err := s.Query(t.Context(), fmt.Sprintf(format, args...), store.QueryOptions{})
	if err != nil {
		t.Fatalf("%s: %v", fmt.Sprintf(format, args...), err)
	}
	rows := make([][]string, len(result.Rows))
	for i, row := range result.Rows {
		for j, value := range row {
			rows[i] = append(rows[i], result.Columns[j].Text(value))
		}
	}
	return rows
}

func TestPublishMigrate(t *testing.T) {
	t.Parallel()
	begin := time.Now()
	s := openStore(t)
	t.Log("migrated in", time.Since(begin))
	steps, err := s.Migrate(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, step := range steps {
		if step.New || step.Applied.IsZero() {
			t.Errorf("second run: %+v", step)
		}
	}
	for _, view := range []string{"dead_letters", "career_duties", "career_types", "career_faqs", "career_comparisons", "career_workplaces", "career_links", "page_outcomes", "catalog_coverage", "catalog_changes", "catalog_freshness", "catalog_held"} {
		ask(t, s, "SELECT * FROM %s", view)
	}
	if err := s.Probe(t.Context()); err != nil {
		t.Error(err)
	}
	for _, row := range ask(t, s, "SELECT name FROM system.tables WHERE database = '%s' AND comment = ''", s.Database()) {
		t.Errorf("table %s has no comment", row[0])
	}
	for _, row := range ask(t, s, "SELECT table, name FROM system.columns WHERE database = '%s' AND comment = '' AND table IN (SELECT name FROM system.tables WHERE database = '%s' AND engine LIKE '%%MergeTree')", s.Database(), s.Database()) {
		t.Errorf("column %s.%s has no comment", row[0], row[1])
	}
}

// TestDroppedViewsComeBack drops views that later migrations have changed.
func TestDroppedViewsComeBack(t *testing.T) {
	t.Parallel()
	s := openStore(t)
	const definitions = "SELECT name, comment, as_select FROM system.tables WHERE database = '%s' AND name IN ('match_days_refresh', 'page_outcomes') ORDER BY name"
	want := ask(t, s, definitions, s.Database())
	if len(want) != 2 || !strings.Contains(want[0][2], "system.parts") {
		t.Fatalf("views %q", want)
	}
	for _, view := range []string{"match_days_refresh", "page_outcomes"} {
		if err := s.Exec(t.Context(), "DROP VIEW "+view+" SYNC"); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := s.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, ask(t, s, definitions, s.Database())); diff != "" {
		t.Error(diff)
	}
}

func TestPublishLedgerIsReadByItsKey(t *testing.T) {
	t.Parallel()
	s := openStore(t)
	if got, err := s.Stored(t.Context(), "pages", "PAGES"); err != nil || len(got) > 0 {
		t.Fatalf("empty ledger: %v, %v", got, err)
	}
	exec(t, s, "INSERT INTO ingest_ledger (sink, _stream, incarnation, first_seq, last_seq, _seq) SELECT 'pages', 'PAGES', 'one', number * 10 + 1, number * 10 + 10, number * 10 + 10 FROM numbers(1000000) SETTINGS insert_deduplication_token = 'x'")
	exec(t, s, "INSERT INTO ingest_ledger (sink, _stream, incarnation, first_seq, last_seq, _seq) VALUES ('records', 'PUBLISHED', 'two', 1, 99, 99)")
	begin := time.Now()
	got, err := s.Stored(t.Context(), "pages", "PAGES")
	if err != nil || len(got) != 1 || got["one"] != [2]uint64{1, 10_000_000} {
		t.Errorf("ledger %v, %v", got, err)
	}
	t.Logf("read in %v among a million rows", time.Since(begin))
	exec(t, s, "INSERT INTO ingest_ledger (sink, _stream, incarnation, first_seq, last_seq, _seq) VALUES ('pages', 'PAGES', 'two', 1, 5, 5)")
	if got, err = s.Stored(t.Context(), "pages", "PAGES"); err != nil || len(got) != 2 {
		t.Errorf("ledger of two streams %v, %v", got, err)
	}
}
