package main

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"careerstream/deploy/app"
	"careerstream/deploy/broker"
	"careerstream/deploy/datadir"
	"careerstream/deploy/sample"
	"careerstream/publish/reconcile"
	"careerstream/publish/store"
	"careerstream/schemas/career"
	"careerstream/schemas/stream"
)

// prove checks everything that must hold after the last, undisturbed ingest.
func (c *crash) prove(last result, took time.Duration, where place) {
	t := c.t
	t.Helper()
	if s := last.Statement; !s.Complete || s.Accounted() != len(c.editions) || last.Outcome == nil || last.Outcome.Dead != 0 {
		t.Errorf("last ingest: %+v, %+v; want all %d pages and no dead letter", s, last.Outcome, len(c.editions))
	}
	var report reconcile.Report
	proof := runProgram(t, "", append([]string{"reconcile", "--json"}, where.flags()...)...)
	if err := json.Unmarshal([]byte(proof.stdout), &report); err != nil || proof.code != exitOK || !report.OK {
		t.Errorf("reconcile: code %d, %v\n%s%s", proof.code, err, proof.stdout, proof.stderr)
	}
	tables := where.tables(t)
	c.proveBroker(where, tables)
	c.proveHistory(tables)
	c.provePages(tables)
	c.proveLedger(tables)
	c.proveContents(where, tables)
	var published, missing, double uint64
	for _, s := range report.Streams {
		published, missing, double = published+s.Published, missing+s.Missing.Count, double+s.Double.Count
	}
	t.Logf("%s in %s; %d messages to store, %d missing, %d double", c, took.Round(100*time.Millisecond), published, missing, double)
}

// connect opens the broker of the engines.
func (w place) connect(t *testing.T) *broker.Conn {
	t.Helper()
	address := w.nats
	if address == "" {
		endpoint, ok, err := datadir.Dir(w.data).Endpoint(t.Context())
		if err != nil || !ok {
			t.Fatalf("no endpoint: %v", err)
		}
		address = endpoint.NATS
	}
	conn, err := broker.Connect(t.Context(), broker.ConnectConfig{URL: address, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(conn.Close)
	return conn
}

// tables opens the ClickHouse of the engines.
func (w place) tables(t *testing.T) *store.Store {
	t.Helper()
	endpoint, ok, err := datadir.Dir(w.data).Endpoint(t.Context())
	if err != nil || !ok {
		t.Fatalf("no endpoint: %v", err)
	}
	tables, err := store.Open(store.Config{DSN: endpoint.ClickHouse, Database: "careerstream", Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = tables.Close() })
	return tables
}

// rowsOf runs SQL and returns its rows.
func rowsOf[T any](t *testing.T, tables *store.Store, sql string) []T {
	t.Helper()
	result, err := tables.Query(t.Context(), sql, store.QueryOptions{})
	if err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	var rows []T
	for _, values := range result.Rows {
		object := map[string]any{}
		for i, column := range result.Columns {
			object[column.Name] = store.JSON(values[i])
		}
		text, err := json.Marshal(object)
		if err != nil {
			t.Fatal(err)
		}
		rows = append(rows, decodeOutput[T](t, string(text)))
	}
	return rows
}

// none fails the test with the rows that a query finds; it must find none.
func none(t *testing.T, tables *store.Store, what, sql string) {
	t.Helper()
	if rows := rowsOf[map[string]any](t, tables, sql+" LIMIT 10"); len(rows) > 0 {
		t.Errorf("%s:\n%v", what, rows)
	}
}

// proveBroker: nothing is left to do, and nothing died.
func (c *crash) proveBroker(where place, tables *store.Store) {
	t := c.t
	t.Helper()
	conn := where.connect(t)
	lags, err := app.Lags(t.Context(), conn)
	if err != nil {
		t.Fatal(err)
	}
	for _, lag := range lags {
		if lag.Left != 0 {
			t.Errorf("stage %s has %d messages to go", lag.Stage, lag.Left)
		}
	}
	letters, err := app.Letters(t.Context(), conn)
	if err != nil {
		t.Fatal(err)
	}
	for i, l := range letters {
		if i == 10 {
			break
		}
		t.Errorf("dead letter %d, %s of %s: %s %d: %s", l.At, l.Kind, l.Stage, l.Stream, l.Seq, l.Reason)
	}
	if rows := rowsOf[map[string]any](t, tables, "SELECT * EXCEPT original FROM dead_letter_events LIMIT 3"); len(rows) > 0 {
		t.Errorf("dead letters in ClickHouse: %v", rows)
	}
}

// proveHistory: versions count from 1 without gaps, each differs from the one
// before, says how, and never goes back to an older page.
func (c *crash) proveHistory(tables *store.Store) {
	t := c.t
	t.Helper()
	none(t, tables, "versions with a gap or a repeat",
		`SELECT slug, groupArraySorted(100)(version) AS versions FROM career_versions GROUP BY slug
		HAVING count() != uniqExact(version) OR min(version) != 1 OR max(version) != count()`)
	none(t, tables, "versions without changes, or with columns that do not fit their record",
		"SELECT slug, version, `changes.kind` FROM career_versions WHERE empty(`changes.kind`)"+
			" OR JSONExtractUInt(record, 'version') != version OR JSONExtractString(record, 'slug') != slug"+
			" OR (version = 1) != (`changes.field` = ['record'])")
	none(t, tables, "versions that repeat the one before or do not follow it",
		`SELECT * FROM (SELECT slug, version, content_sha256, valid_from, basis_snapshot, basis_catalog, _seq,
			lagInFrame(content_sha256) OVER w AS was, lagInFrame(valid_from) OVER w AS was_from,
			lagInFrame(basis_snapshot) OVER w AS was_snapshot, lagInFrame(basis_catalog) OVER w AS was_catalog, lagInFrame(_seq) OVER w AS was_seq
			FROM career_versions WINDOW w AS (PARTITION BY slug ORDER BY version ROWS BETWEEN 1 PRECEDING AND CURRENT ROW))
		WHERE version > 1 AND (content_sha256 = was OR valid_from <= was_from OR basis_snapshot < was_snapshot OR basis_catalog <= was_catalog OR _seq <= was_seq)`)
	none(t, tables, "careers that are not at their last version",
		`SELECT c.slug, v.slug, c.version, v.newest FROM (SELECT slug, version, record FROM careers FINAL) AS c
		FULL JOIN (SELECT slug, max(version) AS newest, argMax(record, version) AS json FROM career_versions GROUP BY slug) AS v ON c.slug = v.slug
		WHERE c.version != v.newest OR c.record != v.json`)
	for _, table := range []string{"careers", "career_versions", "page_fetches"} {
		none(t, tables, "sequences twice in "+table, "SELECT _stream, _seq, count() FROM "+table+" GROUP BY _stream, _seq HAVING count() > 1")
	}
}

// provePages: a row for each snapshot, and the last one shows the page as it is.
func (c *crash) provePages(tables *store.Store) {
	t := c.t
	t.Helper()
	none(t, tables, "snapshots of the same bytes one after the other",
		`SELECT * FROM (SELECT url, _seq, body_sha256, lagInFrame(body_sha256) OVER (PARTITION BY site, key ORDER BY _seq ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) AS was FROM page_fetches)
		WHERE body_sha256 = was`)
	type fetch struct{ Origin, Body string }
	stored := map[string]string{}
	for _, f := range rowsOf[fetch](t, tables, "SELECT argMax(origin, _seq) AS Origin, argMax(body_sha256, _seq) AS Body FROM page_fetches GROUP BY site, key") {
		stored[filepath.Base(f.Origin)] = f.Body
	}
	for i, edition := range c.editions {
		name := sample.Generate(i, len(c.editions), edition)[0].Name
		body, err := os.ReadFile(filepath.Join(c.pages, name))
		if err != nil {
			t.Fatal(err)
		}
		sum := sha256.Sum256(body)
		if want := hex.EncodeToString(sum[:]); stored[name] != want {
			t.Errorf("last snapshot of %s has body %q, want %s", name, stored[name], want)
		}
	}
	if len(stored) != len(c.editions) {
		t.Errorf("snapshots of %d pages, want %d", len(stored), len(c.editions))
	}
}

// proveLedger: the ranges of each sink follow each other from 1 to its end and
// add up to the rows.
func (c *crash) proveLedger(tables *store.Store) {
	t := c.t
	t.Helper()
	type entry struct {
		Sink                                string
		First, Last, Messages, Stored, Dead uint64
	}
	next, stored := map[string]uint64{}, map[string]uint64{}
	for _, e := range rowsOf[entry](t, tables, "SELECT sink AS Sink, first_seq AS First, last_seq AS Last, messages AS Messages, stored AS Stored, dead AS Dead FROM ingest_ledger ORDER BY sink, first_seq, last_seq") {
		if e.First != next[e.Sink]+1 || e.Last < e.First || e.Messages != e.Last-e.First+1 || e.Stored != e.Messages || e.Dead != 0 {
			t.Errorf("ledger entry %+v after one that ends at %d", e, next[e.Sink])
		}
		next[e.Sink] = e.Last
		stored[e.Sink] += e.Stored
	}
	// Sinks of pages, of what was read in them, and of records: a stream each.
	const streams = 3
	type counts struct{ Pages, Records, Incarnations uint64 }
	rows := rowsOf[counts](t, tables, "SELECT (SELECT count() FROM page_fetches) AS Pages, (SELECT count() FROM career_versions) AS Records, (SELECT uniqExact(_stream, incarnation) FROM ingest_ledger) AS Incarnations")
	if n := rows[0]; stored["pages"] != n.Pages || stored["records"] != n.Records || n.Incarnations != streams {
		t.Errorf("the ledger says %v stored, the tables hold %+v", stored, n)
	}
}

// proveContents: table and bucket have what an undisturbed run over the final
// pages gives, byte for byte.
func (c *crash) proveContents(where place, tables *store.Store) {
	t := c.t
	t.Helper()
	fresh := t.TempDir()
	mustRun(t, c.ingestArgs("--data", fresh)...)
	undisturbed := startUp(t, fresh)
	want, got := contentsOf(t, place{data: fresh}.tables(t)), contentsOf(t, tables)
	undisturbed.kill()
	compareContents(t, "table careers", want, got)
	if len(want) != len(c.editions) {
		t.Errorf("the undisturbed run knows %d careers, want %d", len(want), len(c.editions))
	}
	bucket, held := where.connect(t).Bucket(stream.Careers), map[string]string{}
	shown := 0
	for slug := range want {
		value, _, err := bucket.Get(t.Context(), slug)
		if err != nil {
			t.Fatal(err)
		}
		var published career.Published
		if value != nil {
			published = decodeOutput[career.Published](t, string(value))
		}
		held[slug] = contentOf(t, published.Record)
		if shown++; shown <= 3 {
			record := decodeOutput[career.Record](t, mustRun(t, append([]string{"show", "--json", slug}, where.flags()...)...))
			compareContents(t, "show", map[string]string{slug: want[slug]}, map[string]string{slug: contentOf(t, record)})
		}
	}
	compareContents(t, "bucket careers", want, held)
}

func contentsOf(t *testing.T, tables *store.Store) map[string]string {
	t.Helper()
	contents := map[string]string{}
	for _, row := range rowsOf[struct{ Slug, Record string }](t, tables, "SELECT slug AS Slug, record AS Record FROM careers FINAL") {
		contents[row.Slug] = contentOf(t, decodeOutput[career.Record](t, row.Record))
	}
	return contents
}

func contentOf(t *testing.T, record career.Record) string {
	t.Helper()
	content, err := record.Content()
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

// compareContents names the first few differences.
func compareContents(t *testing.T, what string, want, got map[string]string) {
	t.Helper()
	different := 0
	for slug, content := range want {
		if got[slug] == content {
			continue
		}
		if different++; different <= 3 {
			var a, b any
			_ = json.Unmarshal([]byte(content), &a) // it was encoded from a record
			_ = json.Unmarshal([]byte(got[slug]), &b)
			t.Errorf("%s: %s (-undisturbed +got):\n%s", what, slug, cmp.Diff(a, b))
		}
	}
	if different > 0 || len(got) != len(want) {
		t.Errorf("%s: %d of %d careers differ, %d are there", what, different, len(want), len(got))
	}
}
