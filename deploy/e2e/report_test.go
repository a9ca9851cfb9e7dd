package e2e

import (
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"careerstream/publish/columns"
	"careerstream/publish/report"
	"careerstream/publish/store"
)

// storeOutcomes stores outcomes as a sink does, in one batch.
func storeOutcomes(t testing.TB, s *store.Store, token string, outcomes []taken) {
	t.Helper()
	of := func(name string, value func(taken) string) columns.Column { return columns.Of(name, outcomes, value) }
	block := columns.Block{Rows: len(outcomes), Columns: []columns.Column{
		of("outcome_id", func(o taken) string { return o.id }), of("quiz", func(taken) string { return "career-test" }),
		of("entry_career", func(o taken) string { return o.entry }), of("chosen", func(o taken) string { return o.chosen }),
		of("session", func(o taken) string { return "session of " + o.id }), of("_stream", func(o taken) string { return o.stream }),
		columns.Of("_seq", outcomes, func(o taken) uint64 { return o.seq }),
		columns.Of("taken_at", outcomes, func(o taken) time.Time { return o.at }), columns.Of("_stored", outcomes, func(o taken) time.Time { return o.at }),
		columns.Of("traits.name", outcomes, func(o taken) []string { return slices.Sorted(maps.Keys(o.traits)) }),
		columns.Of("traits.value", outcomes, func(o taken) []float64 {
			var values []float64
			for _, name := range slices.Sorted(maps.Keys(o.traits)) {
				values = append(values, o.traits[name])
			}
			return values
		}),
		columns.Of("matches.career", outcomes, func(o taken) []string {
			return collect(o, func(_ int, m match) string { return m.career })
		}),
		columns.Of("matches.score", outcomes, func(o taken) []float64 {
			return collect(o, func(_ int, m match) float64 { return m.score })
		}),
		columns.Of("matches.rank", outcomes, func(o taken) []uint16 { return collect(o, func(i int, _ match) uint16 { return uint16(i + 1) }) }),
	}}
	if err := s.Insert(t.Context(), "quiz_outcomes", token, block); err != nil {
		t.Fatal(err)
	}
}

func collect[V any](o taken, value func(int, match) V) []V {
	values := make([]V, len(o.matches))
	for i, m := range o.matches {
		values[i] = value(i, m)
	}
	return values
}

func refresh(t testing.TB, s *store.Store) {
	t.Helper()
	if err := report.Refresh(t.Context(), s); err != nil {
		t.Fatal(err)
	}
}

var (
	reportSince = time.Date(2026, 10, 10, 0, 0, 0, 0, time.UTC)
	reportUntil = time.Date(2026, 10, 29, 0, 0, 0, 0, time.UTC)
)

const reportPeriod = "(since = '2026-10-10', until = '2026-10-29')"

// rowsByKey asks for rows whose first columns are the key and whose others are
// numbers.
func rowsByKey(t *testing.T, s *store.Store, keys int, sql string) map[string][]number {
	t.Helper()
	got := make(map[string][]number)
	for _, row := range ask(t, s, "%s", sql) {
		var values []number
		for _, text := range row[keys:] {
			v := math.NaN()
			if text != "" {
				var err error
				if v, err = strconv.ParseFloat(text, 64); err != nil {
					t.Fatalf("%s: %v", sql, err)
				}
			}
			values = append(values, v)
		}
		key := strings.Join(row[:keys], " ")
		if got[key] != nil {
			t.Errorf("two rows of %s in %s", key, sql)
		}
		got[key] = values
	}
	return got
}

// compareReports computes every report in plain Go and compares each number.
func compareReports(t *testing.T, s *store.Store, stored []taken) {
	t.Helper()
	outcomes := once(stored)
	refresh(t, s)
	check := func(name string, want, got map[string][]number) {
		t.Helper()
		close := func(a, b float64) bool {
			return a == b || math.IsNaN(a) && math.IsNaN(b) || math.Abs(a-b) <= 1e-12*math.Max(1, math.Max(math.Abs(a), math.Abs(b)))
		}
		// Counts are far above the tolerance: they compare exactly.
		if diff := cmp.Diff(want, got, cmp.Comparer(close)); diff != "" {
			t.Errorf("%s differs from the independent computation (-want +got), %d against %d rows:\n%.3000s", name, len(want), len(got), diff)
		}
	}
	check("match_trends_daily", expectTrends(outcomes), rowsByKey(t, s, 2, "SELECT * FROM match_trends_daily"))
	check("match_leaderboard", expectLeaderboard(outcomes, reportSince, reportUntil),
		rowsByKey(t, s, 2, "SELECT career, verdict, * EXCEPT (career, verdict) FROM match_leaderboard"+reportPeriod))
	check("match_funnel", expectFunnel(outcomes, reportSince, reportUntil), rowsByKey(t, s, 1, "SELECT * FROM match_funnel"+reportPeriod))
	check("match_traits", expectTraits(outcomes, reportSince, reportUntil), rowsByKey(t, s, 2, "SELECT * FROM match_traits"+reportPeriod))
}

// dumpReports is every number of every report as text.
func dumpReports(t *testing.T, s *store.Store) [][]string {
	t.Helper()
	refresh(t, s)
	var all [][]string
	for _, sql := range []string{"match_trends_daily ORDER BY day, career", "match_leaderboard" + reportPeriod, "match_funnel" + reportPeriod, "match_traits" + reportPeriod} {
		all = append(all, ask(t, s, "SELECT * FROM %s", sql)...)
	}
	return all
}

// TestReportsAreRight stores outcomes in batches, then again, late, erased,
// and compares every number with one computed in plain Go each time.
func TestReportsAreRight(t *testing.T) {
	t.Parallel()
	s := openStore(t)
	compareReports(t, s, nil) // an empty database gives empty reports

	outcomes := makeOutcomes(1, 1200)
	storeOutcomes(t, s, "single", outcomes[:1])
	compareReports(t, s, outcomes[:1])

	early, late := outcomes[:1000], outcomes[1000:]
	for i, batch := range slices.Collect(slices.Chunk(early[1:], 300)) {
		storeOutcomes(t, s, fmt.Sprint("early ", i), batch)
	}
	compareReports(t, s, early)
	before := dumpReports(t, s)

	// The same day twice, as other messages of the stream.
	again := slices.Clone(early)
	for i := range again {
		again[i].seq += 100_000
	}
	storeOutcomes(t, s, "again", again)
	if diff := cmp.Diff(before, dumpReports(t, s)); diff != "" {
		t.Errorf("a repeat changes the reports:\n%.2000s", diff)
	}
	// Merges drop the repeats: nothing changes either.
	if err := s.Exec(t.Context(), "OPTIMIZE TABLE quiz_outcomes FINAL"); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(before, dumpReports(t, s)); diff != "" {
		t.Errorf("a merge changes the reports:\n%.2000s", diff)
	}

	storeOutcomes(t, s, "late", late)
	compareReports(t, s, outcomes)

	// A repeat that contradicts the first, in another month: the first counts.
	lie := outcomes[7]
	lie.seq, lie.at, lie.matches = 200_000, lie.at.AddDate(0, 1, 0), []match{{"a-lie", 1}}
	storeOutcomes(t, s, "lie", []taken{lie})
	compareReports(t, s, append(slices.Clone(outcomes), lie))

	// Erased outcomes are in no report, also where a whole day goes.
	gone := outcomes[3].day()
	if err := s.Exec(t.Context(), "ALTER TABLE quiz_outcomes DELETE WHERE toDate(taken_at) = '"+gone.Format(time.DateOnly)+"' SETTINGS mutations_sync = 2"); err != nil {
		t.Fatal(err)
	}
	compareReports(t, s, slices.DeleteFunc(append(slices.Clone(outcomes), lie), func(o taken) bool { return o.day().Equal(gone) }))

	// Once settled, a day is not computed again until something happens to it.
	const state = "SELECT sum(revision), countIf(NOT settled) FROM match_days FINAL"
	refresh(t, s)
	settled := ask(t, s, state)
	refresh(t, s)
	if again := ask(t, s, state); settled[0][1] != "0" || again[0][0] != settled[0][0] {
		t.Errorf("revisions and unsettled days: %v, then %v", settled, again)
	}
}

// TestReportsDoNotDependOnOrder replays the same outcomes into two databases
// in different order and batches.
func TestReportsDoNotDependOnOrder(t *testing.T) {
	t.Parallel()
	outcomes := makeOutcomes(2, 800)
	var dumps [2][][]string
	for i := range dumps {
		s := openStore(t)
		rng := rand.New(rand.NewPCG(9, uint64(i)))
		rng.Shuffle(len(outcomes), func(a, b int) { outcomes[a], outcomes[b] = outcomes[b], outcomes[a] })
		for n, batch := range slices.Collect(slices.Chunk(outcomes, 200+700*i)) {
			storeOutcomes(t, s, fmt.Sprint(n), batch)
		}
		dumps[i] = dumpReports(t, s)
	}
	if diff := cmp.Diff(dumps[0], dumps[1]); diff != "" || len(dumps[0]) == 0 {
		t.Errorf("order changes the reports:\n%.2000s", diff)
	}
}

// TestReportsMissNoInsert refreshes while outcomes are being stored: what was
// stored before a refresh is counted by it, and the fingerprint of a settled day
// is never newer than its numbers.
func TestReportsMissNoInsert(t *testing.T) {
	t.Parallel()
	s := openStore(t)
	outcomes := makeOutcomes(3, 800)
	var wg sync.WaitGroup
	half := len(outcomes) / 2
	wg.Go(func() {
		for i, batch := range slices.Collect(slices.Chunk(outcomes[half:], 20)) {
			storeOutcomes(t, s, fmt.Sprint("other ", i), batch)
		}
	})
	for i, batch := range slices.Collect(slices.Chunk(outcomes[:half], 60)) {
		storeOutcomes(t, s, fmt.Sprint("mine ", i), batch)
		refresh(t, s)
		counted, err := strconv.Atoi(ask(t, s, "SELECT sum(outcomes) FROM match_days FINAL")[0][0])
		if err != nil || counted < (i+1)*60 {
			t.Fatalf("refresh counts %d outcomes, %d are stored (%v)", counted, (i+1)*60, err)
		}
		for _, row := range ask(t, s, "SELECT day, rows, outcomes FROM match_days WHERE settled AND rows > outcomes") {
			t.Fatalf("a fingerprint is newer than its numbers: %v", row)
		}
	}
	wg.Wait()
	compareReports(t, s, outcomes)
}

// TestReportsKeepUpByThemselves waits for the database's own refresh.
func TestReportsKeepUpByThemselves(t *testing.T) {
	t.Parallel()
	s := openStore(t)
	begin := time.Now()
	storeOutcomes(t, s, "one", makeOutcomes(4, 1))
	ticker := time.NewTicker(100 * time.Millisecond)
	defer ticker.Stop()
	for ask(t, s, "SELECT sum(outcomes) FROM match_days FINAL")[0][0] != "1" {
		if time.Since(begin) > 2*time.Minute {
			t.Fatalf("not counted after %v: %v", time.Since(begin), ask(t, s, "SELECT * FROM match_freshness"))
		}
		<-ticker.C
	}
	t.Log("counted after", time.Since(begin))
	if fresh := ask(t, s, "SELECT lag_seconds, exception FROM match_freshness"); len(fresh) != 1 || fresh[0][1] != "" {
		t.Errorf("match_freshness: %v", fresh)
	}
}

// TestMatchVersions joins matches to the record in force on their day.
func TestMatchVersions(t *testing.T) {
	t.Parallel()
	s := openStore(t)
	at := func(day int) time.Time { return time.Date(2026, 10, day, 12, 0, 0, 0, time.UTC) }
	for i, day := range []int{5, 10} {
		sql := fmt.Sprintf("INSERT INTO career_versions (slug, name, version, valid_from, _seq) VALUES ('nurse', 'Nurse v%d', %d, '2026-10-%02d 12:00:00', %d)", i+1, i+1, day, i+1)
		if err := s.Exec(t.Context(), sql); err != nil {
			t.Fatal(err)
		}
	}
	var outcomes []taken
	for i, day := range []int{4, 5, 9, 10, 20} {
		outcomes = append(outcomes, taken{id: fmt.Sprintf("00000000-0000-4000-8000-%012d", i), at: at(day), matches: []match{{"nurse", 1}, {"nobody", 0.5}}, stream: "QUIZ", seq: uint64(i + 1)})
	}
	storeOutcomes(t, s, "a", outcomes)
	want := [][]string{{"4", "0", ""}, {"5", "1", "Nurse v1"}, {"9", "1", "Nurse v1"}, {"10", "2", "Nurse v2"}, {"20", "2", "Nurse v2"}}
	if diff := cmp.Diff(want, ask(t, s, "SELECT toDayOfMonth(taken_at), version, name FROM match_versions WHERE career = 'nurse' ORDER BY taken_at")); diff != "" {
		t.Errorf("versions as of the day (-want +got):\n%s", diff)
	}
	if got := ask(t, s, "SELECT count(), max(version) FROM match_versions WHERE career = 'nobody'"); got[0][0] != "5" || got[0][1] != "0" {
		t.Errorf("unknown career: %v", got)
	}
}
