package e2e

import (
	"encoding/json"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"careerstream/schemas/career"
	"careerstream/schemas/deadletter"
	"careerstream/schemas/stream"
)

func TestPublishRecordReachesTablesAndViews(t *testing.T) {
	t.Parallel()
	w := newPublishWorld(t)
	r := fullRecord("psychotherapist")
	w.enrich(r, 5)
	r.Duties = []career.Duty{r.Duties[0], {ID: "c", Name: "C", Text: "does c"}}
	r.Types, r.SeeAlso = nil, r.SeeAlso[:1]
	w.enrich(r, 6)
	w.enrich(fullRecord("plain"), 7)
	w.pages(1, 3)
	w.drain()
	report := w.agree()
	if report.Careers.Checked != 2 || report.Bucket.Checked != 2 || report.Streams[1].Stored != 3 || report.Streams[0].Stored != 3 {
		t.Errorf("report %+v", report)
	}

	for _, test := range []struct {
		sql  string
		want [][]string
	}{
		{"SELECT slug, version FROM careers FINAL ORDER BY slug", [][]string{{"plain", "1"}, {"psychotherapist", "2"}}},
		{"SELECT slug, version FROM career_versions ORDER BY ALL", [][]string{{"plain", "1"}, {"psychotherapist", "1"}, {"psychotherapist", "2"}}},
		{"SELECT id, position, name, text FROM career_duties WHERE slug = 'psychotherapist' ORDER BY position", [][]string{{"a", "1", "A", "does a"}, {"c", "2", "C", "does c"}}},
		{"SELECT career, name, abbreviation, type_career FROM career_types", [][]string{{"Psychotherapist", "Family Therapist", "LMFT", "family-therapist"}}},
		{"SELECT kind, question, answer FROM career_faqs WHERE slug = 'plain' ORDER BY position", [][]string{{"qa", "Hard?", "Yes.\n\nNo."}, {"comparison", "P vs Q", ""}, {"comparison", "P vs Z", ""}}},
		{"SELECT comparison, question, left_name, right_name, right_career, intro, summary, position, dimension, left_text, right_text FROM career_comparisons WHERE slug = 'plain' ORDER BY comparison, position", [][]string{
			{"1", "P vs Q", "P", "Q", "q", "intro", "sum", "1", "Training", "l1", "r1"},
			{"1", "P vs Q", "P", "Q", "q", "intro", "sum", "2", "Method", "l2", "r2"},
			{"2", "P vs Z", "P", "Z", "", "", "", "0", "", "", ""},
		}},
		{"SELECT setting, text FROM career_workplaces WHERE slug = 'plain' ORDER BY setting", [][]string{{"hospital", "Offices."}, {"private-practice", "Offices."}}},
		{"SELECT kind, linked_name, linked_career FROM career_links WHERE slug = 'psychotherapist' AND kind = 'see_also'", [][]string{{"see_also", "Counselor", "counselor"}}},
		{"SELECT kind, field, after FROM catalog_changes WHERE slug = 'psychotherapist' ORDER BY version, kind, field", [][]string{
			{"added", "record", ""}, {"added", "duties[c]", "C: does c"}, {"removed", "duties[b]", ""}, {"removed", "see_also[Poet]", ""}, {"removed", "types[Family Therapist]", ""},
		}},
		{"SELECT part, have, total FROM catalog_coverage WHERE part IN ('types', 'duties', 'pages') ORDER BY part", [][]string{{"duties", "2", "2"}, {"pages", "0", "3"}, {"types", "1", "2"}}},
		{"SELECT slug, version, versions, last_changed >= first_published, days_since_change FROM catalog_freshness ORDER BY slug", [][]string{{"plain", "1", "1", "1", "0"}, {"psychotherapist", "2", "2", "1", "0"}}},
		{"SELECT outcome, count() FROM page_outcomes GROUP BY outcome", [][]string{{"waiting", "3"}}},
		{"SELECT sink, max(last_seq), sum(stored), sum(dead) FROM ingest_ledger GROUP BY sink ORDER BY sink", [][]string{{"pages", "3", "3", "0"}, {"records", "3", "3", "0"}}},
		{"SELECT `sections.rows`, `sections.level` FROM careers FINAL WHERE slug = 'plain'", [][]string{{`[[["a","b"],["c"]],[]]`, "[2,3]"}}},
		{"SELECT source_fetched_at, quality_score FROM careers FINAL WHERE slug = 'plain'", [][]string{{"2026-05-01 02:03:04.567", "0.75"}}},
	} {
		got := ask(t, w.store, "%s", test.sql)
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", test.sql, diff)
		}
	}
	var stored career.Record
	if err := json.Unmarshal([]byte(ask(t, w.store, "SELECT record FROM careers FINAL WHERE slug = 'plain'")[0][0]), &stored); err != nil {
		t.Fatal(err)
	}
	want := fullRecord("plain")
	want.Version, want.ValidFrom = stored.Version, stored.ValidFrom
	if diff := cmp.Diff(want, stored); diff != "" {
		t.Errorf("column record (-want +got):\n%s", diff)
	}
}

// TestPublishEncodersFillEveryColumn compares what a sink writes with what the
// migrations make.
func TestPublishEncodersFillEveryColumn(t *testing.T) {
	t.Parallel()
	w := newPublishWorld(t)
	w.enrich(fullRecord("x"), 1)
	w.pages(1, 1)
	if err := w.conn.DeadLetters().Bury(t.Context(), deadletter.Letter{Stage: "normalize", Kind: "empty-page", State: deadletter.Open, Stream: stream.Pages, Seq: 1}); err != nil {
		t.Fatal(err)
	}
	for name, spec := range w.sinks() {
		raw, ok, err := w.conn.Get(t.Context(), spec.stream, 1)
		if err != nil || !ok {
			t.Fatalf("read %s: %v", spec.stream, err)
		}
		for _, table := range spec.encoder.Tables() {
			block, err := spec.encoder.Block(table, raw)
			if err != nil {
				t.Fatal(err)
			}
			var written, made []string
			for _, column := range block.Columns {
				written = append(written, column.Name)
			}
			for _, row := range ask(t, w.store, "SELECT name FROM system.columns WHERE database = '%s' AND table = '%s'", w.store.Database(), table) {
				made = append(made, row[0])
			}
			slices.Sort(written)
			slices.Sort(made)
			if diff := cmp.Diff(made, written); diff != "" {
				t.Errorf("sink %s, table %s (-made +written):\n%s", name, table, diff)
			}
		}
	}
}

func TestPublishDeadLettersShowTheLatestState(t *testing.T) {
	t.Parallel()
	w := newPublishWorld(t)
	w.pages(1, 2)
	letter := deadletter.Letter{Stage: "normalize", Kind: "empty-page", Reason: "no text", State: deadletter.Open, Stream: stream.Pages, Seq: 2, Original: []byte{0, 255, 'x'}, Header: map[string][]string{"a": {"b", "c"}}}
	if err := w.conn.DeadLetters().Bury(t.Context(), letter); err != nil {
		t.Fatal(err)
	}
	w.drain()
	query := "SELECT stage, kind, state, seq, hex(original), header['a'], reason FROM dead_letters"
	want := [][]string{{"normalize", "empty-page", "open", "2", "00FF78", `["b","c"]`, "no text"}}
	if diff := cmp.Diff(want, ask(t, w.store, "%s", query)); diff != "" {
		t.Error(diff)
	}
	if got := ask(t, w.store, "SELECT outcome, fault, reason FROM page_outcomes ORDER BY outcome"); !slices.EqualFunc(got, [][]string{{"broken", "empty-page", "no text"}, {"waiting", "", ""}}, slices.Equal) {
		t.Errorf("outcomes %v", got)
	}
	letter.State = deadletter.Resolved
	if err := w.conn.DeadLetters().Bury(t.Context(), letter); err != nil {
		t.Fatal(err)
	}
	w.drain()
	want[0][2] = "resolved"
	if diff := cmp.Diff(want, ask(t, w.store, "%s", query)); diff != "" {
		t.Error(diff)
	}
	w.agree()
}
