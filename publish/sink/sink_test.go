package sink_test

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"careerstream/publish/columns"
	"careerstream/publish/sink"
	"careerstream/publish/sink/sinktest"
	"careerstream/schemas/clickhouse"
	"careerstream/schemas/fault"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// lines stores the text of messages in two tables; "bad" cannot be decoded.
func lines() sink.Encoder {
	decode := func(raw sink.Raw) (sink.Raw, error) {
		switch string(raw.Body) {
		case "bad":
			return raw, fault.New(fault.SchemaViolation, "message %d is bad", raw.Seq)
		case "panic":
			panic("boom")
		}
		return raw, nil
	}
	block := func(rows []sink.Raw) columns.Block {
		return columns.Block{Rows: len(rows), Columns: []columns.Column{
			columns.Of("_seq", rows, func(r sink.Raw) uint64 { return r.Seq }),
			columns.Of("text", rows, func(r sink.Raw) string { return string(r.Body) }),
		}}
	}
	return sink.NewEncoder(decode, sink.Table[sink.Raw]{Name: "a", Block: block}, sink.Table[sink.Raw]{Name: "b", Block: block})
}

// world is everything outside of a sink.
type world struct {
	log     *sinktest.Log
	marks   *sinktest.Marks
	letters *sinktest.Letters
	store   *sinktest.Store
}

func newWorld() *world {
	return &world{sinktest.NewLog("LINES", "one"), sinktest.NewMarks(), &sinktest.Letters{}, sinktest.NewStore()}
}

func (w *world) fill(n int, special map[int]string) {
	for i := range n {
		body := fmt.Sprintf("line %d", i+1)
		if text, ok := special[i+1]; ok {
			body = text
		}
		w.log.Append("lines", []byte(body))
	}
}

func (w *world) start(t *testing.T, p *sinktest.Process, cfg sink.Config) (s *sink.Sink, stop func()) {
	t.Helper()
	cfg.Name = "lines"
	if cfg.LeaseTTL == 0 {
		cfg.LeaseTTL = 30 * time.Millisecond
	}
	if cfg.Linger == 0 {
		cfg.Linger = 5 * time.Millisecond
	}
	cfg.Grace, cfg.MaxDelay = time.Second, 5*time.Millisecond
	if p == nil {
		p = &sinktest.Process{}
	}
	s, err := sink.New(cfg, w.log, p.Marks(w.marks), p.Letters(w.letters), p.Store(w.store), lines())
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	wg.Go(func() {
		if err := s.Run(ctx); err != nil {
			t.Errorf("run: %v", err)
		}
	})
	stop = sync.OnceFunc(func() { cancel(); wg.Wait() })
	t.Cleanup(stop)
	return s, stop
}

// await polls until the condition holds.
func await(t *testing.T, what string, condition func() bool) {
	t.Helper()
	deadline := time.After(20 * time.Second)
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for !condition() {
		select {
		case <-tick.C:
		case <-deadline:
			t.Fatalf("timed out: %s", what)
		}
	}
}

func done(s *sink.Sink, seq uint64) func() bool {
	return func() bool { return s.Status().Done >= seq }
}

// exact demands that every message is in both tables once, or a dead letter.
func (w *world) exact(t *testing.T, n int, dead ...uint64) {
	t.Helper()
	var want []uint64
	for seq := uint64(1); seq <= uint64(n); seq++ {
		if !slices.Contains(dead, seq) {
			want = append(want, seq)
		}
	}
	for _, table := range []string{"a", "b"} {
		if diff := cmp.Diff(want, w.store.Seqs(table)); diff != "" {
			t.Errorf("table %s (-want +got):\n%s", table, diff)
		}
	}
	var buried []uint64
	for _, letter := range w.letters.All() {
		buried = append(buried, letter.Seq)
	}
	slices.Sort(buried)
	if diff := cmp.Diff(dead, buried); diff != "" {
		t.Errorf("dead letters (-want +got):\n%s", diff)
	}
}

func (w *world) without(t *testing.T, table string, n int, missing ...uint64) {
	t.Helper()
	var want []uint64
	for seq := uint64(1); seq <= uint64(n); seq++ {
		if !slices.Contains(missing, seq) {
			want = append(want, seq)
		}
	}
	if diff := cmp.Diff(want, w.store.Seqs(table)); diff != "" {
		t.Errorf("table %s (-want +got):\n%s", table, diff)
	}
}

func (w *world) buried(t *testing.T, want ...uint64) {
	t.Helper()
	var got []uint64
	for _, letter := range w.letters.All() {
		got = append(got, letter.Seq)
	}
	slices.Sort(got)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("dead letters (-want +got):\n%s", diff)
	}
}

func TestStoresEveryMessageOnce(t *testing.T) {
	t.Parallel()
	for _, cfg := range []sink.Config{{}, {MaxRows: 1}, {MaxRows: 7}, {MaxBytes: 1}, {MaxBytes: 50, Linger: time.Millisecond}} {
		w := newWorld()
		w.fill(100, map[int]string{13: "bad", 60: "panic"})
		s, stop := w.start(t, nil, cfg)
		await(t, "first hundred", done(s, 100))
		w.fill(20, nil)
		await(t, "twenty more", done(s, 120))
		stop()
		w.exact(t, 120, 13, 60)
	}
}

func TestStopFlushesWhatWasRead(t *testing.T) {
	t.Parallel()
	w := newWorld()
	s, stop := w.start(t, nil, sink.Config{Linger: time.Minute})
	await(t, "running", func() bool { return s.Status().State == sink.Running })
	w.fill(5, nil)
	// The linger is a minute, so only the stop can end the batch. Wait until
	// the reader has them all: a second sink sees none of it.
	await(t, "messages known", func() bool { return s.Status().Last == 5 })
	stop()
	if got := s.Status().Done; got != 5 {
		t.Errorf("done %d, want 5", got)
	}
	w.exact(t, 5)
}

func TestPauseAndRetryResumeByThemselves(t *testing.T) {
	t.Parallel()
	for _, kind := range []fault.Kind{fault.StoreDenied, fault.StoreSchema, fault.StoreReadOnly, fault.StoreFull, fault.StoreQuota, fault.StoreUnavailable, fault.Timeout, fault.Internal} {
		w := newWorld()
		var out logs
		s, stop := w.start(t, nil, sink.Config{Logger: slog.New(slog.NewTextHandler(&out, nil))})
		await(t, "running", func() bool { return s.Status().State == sink.Running })
		w.store.Fail(fault.New(kind, "it broke"))
		w.fill(30, nil)
		want := sink.Retrying
		if kind.Info().Class == fault.Pause {
			want = sink.Paused
		}
		await(t, "several failures", func() bool { return s.Status().Errors >= 3 })
		if got := s.Status(); got.State != want || got.Kind != kind || got.Done != 0 || got.Hint == "" {
			t.Errorf("%s: status %+v", kind, got)
		}
		w.store.Fail(nil)
		await(t, "recovery", done(s, 30))
		stop()
		w.exact(t, 30)
		if n := strings.Count(out.String(), "storing stopped"); n != 1 {
			t.Errorf("%s: %d lines of failure, want 1:\n%s", kind, n, out.String())
		}
		if !strings.Contains(out.String(), "recovered") {
			t.Errorf("%s: no line of recovery:\n%s", kind, out.String())
		}
	}
}

// logs collects log lines.
type logs struct {
	mu   sync.Mutex
	text strings.Builder
}

func (l *logs) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *logs) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

func TestOneWritesTheOthersStandBy(t *testing.T) {
	t.Parallel()
	w := newWorld()
	p := &sinktest.Process{}
	cfg := sink.Config{MaxRows: 3, LeaseTTL: 300 * time.Millisecond}
	first, stopFirst := w.start(t, p, cfg)
	await(t, "first runs", func() bool { return first.Status().State == sink.Running })
	second, stopSecond := w.start(t, nil, cfg)
	w.fill(50, nil)
	await(t, "first stores", done(first, 50))
	if got := second.Status().State; got != sink.Standby {
		t.Errorf("second is %s, want standby", got)
	}
	begin := time.Now()
	stopFirst() // gives the lease back
	await(t, "second runs", func() bool { return second.Status().State == sink.Running })
	if waited := time.Since(begin); waited > 250*time.Millisecond {
		t.Errorf("takeover after an orderly stop took %v", waited)
	}
	w.fill(10, nil)
	await(t, "second stores", done(second, 60))
	stopSecond()
	w.exact(t, 60)
}

func TestForeignStreamPauses(t *testing.T) {
	t.Parallel()
	w := newWorld()
	w.fill(10, nil)
	s, stop := w.start(t, nil, sink.Config{})
	await(t, "stored", done(s, 10))
	w.log.Remake("two")
	w.fill(3, nil)
	await(t, "pause while running", func() bool { return s.Status().Kind == fault.ForeignIncarnation })
	stop()
	again, _ := w.start(t, nil, sink.Config{})
	await(t, "pause after a start", func() bool { return again.Status().Kind == fault.ForeignIncarnation })
	w.exact(t, 10)
}

func TestDroppedTablesAreFilledAgain(t *testing.T) {
	t.Parallel()
	w := newWorld()
	w.fill(40, map[int]string{5: "bad"})
	s, stop := w.start(t, nil, sink.Config{MaxRows: 6})
	await(t, "stored", done(s, 40))
	stop()
	w.store = sinktest.NewStore()
	s, stop = w.start(t, nil, sink.Config{MaxRows: 6})
	await(t, "stored again", func() bool { return s.Status().Done == 40 && s.Status().Stored == 39 })
	stop()
	w.exact(t, 40, 5)
}

func TestLostMarkDoesNotStoreTwice(t *testing.T) {
	t.Parallel()
	w := newWorld()
	w.fill(40, nil)
	s, stop := w.start(t, nil, sink.Config{MaxRows: 6})
	await(t, "stored", done(s, 40))
	stop()
	w.marks = sinktest.NewMarks()
	w.fill(5, nil)
	s, stop = w.start(t, nil, sink.Config{MaxRows: 11})
	await(t, "the rest", done(s, 45))
	stop()
	w.exact(t, 45)
}

func TestDeletedMessagesAreLeftOut(t *testing.T) {
	t.Parallel()
	w := newWorld()
	w.fill(10, nil)
	w.log.Delete(1)
	w.log.Delete(5)
	s, stop := w.start(t, nil, sink.Config{MaxRows: 3})
	await(t, "stored", done(s, 10))
	stop()
	w.without(t, "a", 10, 1, 5)
	w.buried(t)
}

func TestStoreOneIsIdempotent(t *testing.T) {
	t.Parallel()
	w := newWorld()
	w.fill(3, nil)
	s, err := sink.New(sink.Config{Name: "lines"}, w.log, w.marks, w.letters, w.store, lines())
	if err != nil {
		t.Fatal(err)
	}
	raw, _, err := w.log.Get(t.Context(), 2)
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := s.StoreOne(t.Context(), raw); err != nil {
			t.Fatal(err)
		}
	}
	w.without(t, "a", 2, 1)
	raw.Body = []byte("bad")
	if err := s.StoreOne(t.Context(), raw); fault.KindOf(err) != fault.SchemaViolation {
		t.Errorf("error %v, want a schema violation", err)
	}
}

// A server that is killed at the wrong moment knows the token of an insert and
// has none of its rows: the repeat must not take its word for it.
func TestBurntTokens(t *testing.T) {
	t.Parallel()
	for _, table := range []string{"a", "b", clickhouse.IngestLedger} {
		for _, times := range []int{1, 3} {
			t.Run(fmt.Sprint(table, times), func(t *testing.T) {
				t.Parallel()
				w := newWorld()
				w.fill(20, nil)
				w.store.Burn(table, times)
				s, stop := w.start(t, nil, sink.Config{MaxRows: 5})
				await(t, "stored", done(s, 20))
				stop()
				w.without(t, "a", 20)
				w.without(t, "b", 20)
				if ledger := w.store.Seqs(clickhouse.IngestLedger); !slices.Equal(ledger, []uint64{5, 10, 15, 20}) {
					t.Errorf("the ledger has ranges that end at %v", ledger)
				}
				w.buried(t)
			})
		}
	}
}

// The same for a message that is stored again by itself.
func TestBurntTokenOfStoreOne(t *testing.T) {
	t.Parallel()
	w := newWorld()
	w.fill(2, nil)
	s, err := sink.New(sink.Config{Name: "lines"}, w.log, w.marks, w.letters, w.store, lines())
	if err != nil {
		t.Fatal(err)
	}
	raw, _, err := w.log.Get(t.Context(), 1)
	if err != nil {
		t.Fatal(err)
	}
	w.store.Burn("b", 1)
	if err := s.StoreOne(t.Context(), raw); fault.KindOf(err) != fault.StoreUnavailable {
		t.Fatalf("error %v, want the kill", err)
	}
	if err := s.StoreOne(t.Context(), raw); err != nil {
		t.Fatal(err)
	}
	w.without(t, "a", 1)
	w.without(t, "b", 1)
}

// A row that the second table rejects is in the first already, under the token
// of its batch.
func TestStoreOneLeavesAloneWhatIsStored(t *testing.T) {
	t.Parallel()
	w := newWorld()
	w.fill(5, nil)
	w.store.Refuse(func(table string, seq uint64) error {
		if table == "b" && seq == 3 {
			return fault.New(fault.RowRejected, "no")
		}
		return nil
	})
	s, stop := w.start(t, nil, sink.Config{})
	await(t, "stored", done(s, 5))
	stop()
	w.without(t, "a", 5)
	w.without(t, "b", 5, 3)
	w.store.Refuse(nil)
	raw, _, err := w.log.Get(t.Context(), 3)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.StoreOne(t.Context(), raw); err != nil {
		t.Fatal(err)
	}
	w.without(t, "a", 5)
	w.without(t, "b", 5)
}

func TestConfigSaysEverythingThatIsWrong(t *testing.T) {
	t.Parallel()
	w := newWorld()
	_, err := sink.New(sink.Config{Name: "A b", MaxRows: -1, MaxBytes: -1, Linger: -1, LeaseTTL: 1, MaxRejectedShare: 2}, w.log, w.marks, w.letters, w.store, lines())
	for _, part := range []string{"name", "rows a batch", "bytes a batch", "linger", "lease", "rejected share"} {
		if err == nil || !strings.Contains(err.Error(), part) {
			t.Errorf("error %v does not mention %q", err, part)
		}
	}
}

func TestLedgerTokensOfSinksDiffer(t *testing.T) {
	t.Parallel()
	w := newWorld()
	w.fill(4, nil)
	s, stop := w.start(t, nil, sink.Config{})
	await(t, "stored", done(s, 4))
	stop()
	if got := w.store.Seqs(clickhouse.IngestLedger); !slices.Equal(got, []uint64{4}) {
		t.Errorf("ledger %v, want one row for 4", got)
	}
}
