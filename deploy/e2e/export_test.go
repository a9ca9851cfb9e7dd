package e2e

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"careerstream/deploy/app"
	"careerstream/deploy/chdb/chdbtest"
	"careerstream/publish/export"
	"careerstream/publish/export/release"
	"careerstream/publish/export/table"
	"careerstream/publish/sink"
	"careerstream/schemas/career"
)

// exportedCareers have something in every column, texts that formats stumble
// over, and parts that are empty.
func exportedCareers() []career.Record {
	full := fullRecord("psychotherapist")
	full.AlsoKnownAs = []string{`the "doctor", they say`, "[x]", `a\b`}
	full.Definition.Paragraphs = []string{"One, two.", "=1+1\ttab", "‘quoted’ — 心理"}
	full.Duties = append(full.Duties, career.Duty{ID: "c", Name: "", Text: " blanks at the ends "})
	full.FAQs[0].Article = &career.Article{URL: "https://example.com/a", Text: []string{"Long.", "Longer."}, BodySHA256: "00"}
	full.Aliases = []string{"shrink", "therapist"}
	full.Codes = []career.Code{{Scheme: "onet-soc", Version: "30.3", Code: "19-3033.00", Title: "Clinical", Relation: "broad", Confidence: 0.8125, Method: "title", Evidence: "e"}}
	full.Facts = []career.Fact{
		{Kind: "pay", Value: "usd", Label: "Pay", Field: "sections[0].text", Sentence: "$1", Start: 1, End: 2, Confidence: 0.9, Rule: "r", Pay: &career.Pay{Currency: "USD", Duration: "P1Y", Median: 51250.5, Percentile10: 3, Percentile90: 9, MinValue: 1, MaxValue: 2, Typical: 4, Year: 2025}},
		{Kind: "hours", Value: "40", Label: "Hours", Confidence: 0.5, Week: &career.Range{Min: 37.5, Max: 40}},
		{Kind: "experience", Value: "2", Label: "Years", Confidence: 1, Years: &career.Range{Min: 2}},
	}
	retired := fullRecord("counselor")
	retired.Name, retired.Source.Site = "Counselor", "other.example"
	retired.Retired = &career.Retirement{Since: time.Date(2026, 6, 7, 8, 9, 10, 11e6, time.UTC), Reason: "moved", MovedTo: "https://x/", ReplacedBy: "psychotherapist"}
	empty := career.Record{Slug: "actor", Name: "Actor", Source: career.Source{URL: "https://example.com/actor", Site: "example.com", FetchedAt: full.Source.FetchedAt}}
	return []career.Record{full, retired, empty}
}

// exportWorld publishes the careers, one of them twice, and stores them in parts.
func exportWorld(t *testing.T) *publishWorld {
	t.Helper()
	w := newPublishWorld(t)
	for i, r := range exportedCareers() {
		first := r
		first.Plural = "before"
		w.enrich(first, uint64(2*i+1))
		w.drainSinks(sink.RecordsSink) // a part of its own
		w.enrich(r, uint64(2*i+2))
	}
	w.drainSinks(sink.RecordsSink)
	return w
}

func releaseOf(t *testing.T, w *publishWorld, o export.Options) (string, release.Manifest) {
	t.Helper()
	parent := t.TempDir()
	var err error
	if o.Format == export.Parquet {
		_, err = export.FromTables(t.Context(), w.store, parent, "r", o)
	} else {
		_, err = export.FromStream(t.Context(), app.Published(w.conn), parent, "r", o)
	}
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(parent, "r")
	m, err := release.Verify(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	return dir, m
}

// load inserts a file into a new table by ClickHouse's own reader of the format.
func load(t *testing.T, w *publishWorld, name, file, format string, spec table.Table) {
	t.Helper()
	var columns []string
	for _, c := range spec.Columns {
		typ := map[table.Type]string{table.Text: "String", table.List: "Array(String)", table.Whole: "UInt64", table.Real: "Float64", table.Time: "Nullable(DateTime64(3, 'UTC'))"}[c.Type]
		if c.Type == table.List && format != "Parquet" {
			typ = "String" // JSON
		}
		columns = append(columns, "`"+c.Name+"` "+typ)
	}
	exec(t, w.store, "CREATE TABLE %s (%s) ENGINE = Memory", name, strings.Join(columns, ", "))
	data, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = data.Close() }()
	dial := chdbtest.Engine(t).Dialer()
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true, DialContext: func(ctx context.Context, _, addr string) (net.Conn, error) { return dial(ctx, addr) }}}
	values := url.Values{
		"query": {"INSERT INTO " + name + " FORMAT " + format}, "database": {w.store.Database()},
		"date_time_input_format": {"best_effort"}, "input_format_null_as_default": {"0"},
	}
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://embedded:80/?"+values.Encode(), data)
	if err != nil {
		t.Fatal(err)
	}
	response, err := client.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	if text, err := io.ReadAll(response.Body); err != nil || response.StatusCode != http.StatusOK {
		t.Fatalf("load %s: %s %s, %v", file, response.Status, text, err)
	}
}

// readBack returns the rows of a loaded table in one form.
func readBack(t *testing.T, w *publishWorld, name, format string, spec table.Table) [][]string {
	t.Helper()
	var columns []string
	for _, c := range spec.Columns {
		sql := "`" + c.Name + "`"
		switch {
		case c.Type == table.List && format != "Parquet":
			sql = "toString(JSONExtract(" + sql + ", 'Array(String)'))"
		case c.Type == table.Time:
			sql = "ifNull(toString(" + sql + "), '-')"
		default:
			sql = "toString(" + sql + ")"
		}
		columns = append(columns, sql)
	}
	return ask(t, w.store, "SELECT %s FROM %s ORDER BY ALL", strings.Join(columns, ", "), name)
}

// TestExportFormatsAgree reads CSV and Parquet back with ClickHouse: they hold the
// same rows, made by different code, and the views have as many.
func TestExportFormatsAgree(t *testing.T) {
	t.Parallel()
	w := exportWorld(t)
	csvDir, csvManifest := releaseOf(t, w, export.Options{Format: export.CSV})
	parquetDir, parquetManifest := releaseOf(t, w, export.Options{Format: export.Parquet})
	if csvManifest.Source != parquetManifest.Source || csvManifest.Counts != parquetManifest.Counts || csvManifest.Counts.Careers != 3 || csvManifest.Counts.Retired != 1 {
		t.Errorf("manifests:\n%+v %+v\n%+v %+v", csvManifest.Source, csvManifest.Counts, parquetManifest.Source, parquetManifest.Counts)
	}
	if diff := cmp.Diff(csvManifest.Warnings, parquetManifest.Warnings); diff != "" || len(csvManifest.Warnings) != 1 {
		t.Errorf("warnings (-csv +parquet):\n%s", diff)
	}
	for i, spec := range table.All() {
		load(t, w, "from_csv_"+spec.Name, filepath.Join(csvDir, spec.Name+".csv"), "CSVWithNames", spec)
		load(t, w, "from_parquet_"+spec.Name, filepath.Join(parquetDir, spec.Name+".parquet"), "Parquet", spec)
		fromCSV := readBack(t, w, "from_csv_"+spec.Name, "CSV", spec)
		fromParquet := readBack(t, w, "from_parquet_"+spec.Name, "Parquet", spec)
		if diff := cmp.Diff(fromCSV, fromParquet); diff != "" {
			t.Errorf("table %s (-csv +parquet):\n%s", spec.Name, diff)
		}
		if n := len(fromCSV); n == 0 || n != csvManifest.Files[i].Rows || n != parquetManifest.Files[i].Rows {
			t.Errorf("table %s has %d rows, the manifests say %d and %d", spec.Name, n, csvManifest.Files[i].Rows, parquetManifest.Files[i].Rows)
		}
	}
	for _, part := range []string{"duties", "types", "faqs", "comparisons", "links", "codes", "facts"} {
		counts := ask(t, w.store, "SELECT (SELECT count() FROM career_%s), (SELECT count() FROM from_parquet_%s)", part, part)
		if counts[0][0] != counts[0][1] {
			t.Errorf("view career_%s has %s rows, the export %s", part, counts[0][0], counts[0][1])
		}
	}
	rows := ask(t, w.store, "SELECT definition, also_known_as[1], retired_since IS NULL FROM from_parquet_careers WHERE slug = 'psychotherapist'")
	if want := []string{"One, two.\n\n=1+1\ttab\n\n‘quoted’ — 心理", `the "doctor", they say`, "1"}; !slices.Equal(rows[0], want) {
		t.Errorf("parquet has %q, want %q", rows[0], want)
	}
}

// TestExportRecordsRoundTrip compares each line with the record that was published.
func TestExportRecordsRoundTrip(t *testing.T) {
	t.Parallel()
	w := exportWorld(t)
	dir, _ := releaseOf(t, w, export.Options{Format: export.NDJSON})
	text, err := os.ReadFile(filepath.Join(dir, "careers.ndjson"))
	if err != nil {
		t.Fatal(err)
	}
	var got []career.Record
	for line := range strings.Lines(string(text)) {
		var r career.Record
		if err := json.Unmarshal([]byte(line), &r); err != nil {
			t.Fatal(err)
		}
		if r.Version != 2 || r.ValidFrom.IsZero() {
			t.Errorf("%s has version %d from %s", r.Slug, r.Version, r.ValidFrom)
		}
		r.Version, r.ValidFrom = 0, time.Time{}
		got = append(got, r)
	}
	want := exportedCareers()
	slices.Reverse(want) // which happens to be the order of the slugs
	for i := range want {
		want[i].FillLists()
	}
	if diff := cmp.Diff(want[0].Slug+want[1].Slug+want[2].Slug, "actorcounselorpsychotherapist"); diff != "" {
		t.Fatal(diff)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-published +exported):\n%s", diff)
	}
}

func TestExportParquetFilters(t *testing.T) {
	t.Parallel()
	w := exportWorld(t)
	moments := ask(t, w.store, "SELECT valid_from FROM career_versions FINAL WHERE slug = 'psychotherapist' ORDER BY version")
	first, err := time.Parse("2006-01-02 15:04:05.000", moments[0][0])
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range []export.Options{
		{Status: "active"}, {Status: "retired"}, {Site: "OTHER.example"}, {Site: "none.example"},
		{AsOf: first}, {AsOf: first.Add(-time.Hour)},
	} {
		o.Format = export.CSV
		_, fromStream := releaseOf(t, w, o)
		o.Format = export.Parquet
		_, fromTables := releaseOf(t, w, o)
		if fromStream.Counts != fromTables.Counts {
			t.Errorf("%+v: stream gives %+v, tables %+v", fromStream.Filter, fromStream.Counts, fromTables.Counts)
		}
		for i := range fromStream.Files {
			if fromStream.Files[i].Rows != fromTables.Files[i].Rows {
				t.Errorf("%+v: %s has %d rows, %s %d", o, fromStream.Files[i].Name, fromStream.Files[i].Rows, fromTables.Files[i].Name, fromTables.Files[i].Rows)
			}
		}
	}
}

// TestExportParquetIsDeterministic: how the rows lie in parts does not show.
func TestExportParquetIsDeterministic(t *testing.T) {
	t.Parallel()
	w := exportWorld(t)
	o := export.Options{Format: export.Parquet, Now: func() time.Time { return time.Unix(0, 0) }}
	sums := func() string {
		dir, _ := releaseOf(t, w, o)
		text, err := os.ReadFile(filepath.Join(dir, release.SumsName))
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	before := sums()
	exec(t, w.store, "OPTIMIZE TABLE career_versions FINAL")
	if after := sums(); before != after {
		t.Errorf("two releases of one state differ:\n%s\n%s", before, after)
	}
	cut := w.enrich(fullRecord("zoologist"), 99)
	if after := sums(); before != after {
		t.Error("a version that is not stored yet is in")
	}
	w.drainSinks(sink.RecordsSink)
	if _, m := releaseOf(t, w, o); m.Source.LastSequence != cut || m.Counts.Careers != 4 {
		t.Errorf("%+v %+v, want all up to %d", m.Source, m.Counts, cut)
	}
}

// TestExportOfNothing has empty tables that can be read.
func TestExportOfNothing(t *testing.T) {
	t.Parallel()
	w := newPublishWorld(t)
	dir, m := releaseOf(t, w, export.Options{Format: export.Parquet})
	if m.Counts.Careers != 0 || len(m.Files) != len(table.All()) {
		t.Errorf("%+v", m)
	}
	spec := table.All()[1]
	load(t, w, "nothing", filepath.Join(dir, spec.Name+".parquet"), "Parquet", spec)
	if rows := ask(t, w.store, "SELECT count() FROM nothing"); fmt.Sprint(rows) != "[[0]]" {
		t.Errorf("%v", rows)
	}
}
