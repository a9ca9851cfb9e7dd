package e2e

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"careerstream/deploy/chdb/chdbtest"
	"careerstream/publish/reconcile"
	"careerstream/publish/sink"
	"careerstream/publish/sink/sinktest"
	"careerstream/publish/store"
	"careerstream/schemas/event"
	"careerstream/schemas/fault"
	"careerstream/schemas/stream"
	"careerstream/schemas/subject"
)

// TestPublishCrashAtEveryStep kills the records sink at each of its steps,
// before and after the step's effect, on the real broker and database.
func TestPublishCrashAtEveryStep(t *testing.T) {
	t.Parallel()
	for _, after := range []bool{false, true} {
		t.Run(fmt.Sprintf("after=%v", after), func(t *testing.T) {
			t.Parallel()
			w := newPublishWorld(t)
			// A message that is no event, and one row that the server rejects.
			exec(t, w.store, "ALTER TABLE career_versions ADD CONSTRAINT no_poison CHECK name != 'Poison'")
			catalog, last := uint64(0), uint64(0)
			for step := 1; ; step++ {
				for i := range 3 {
					catalog++
					r := fullRecord(fmt.Sprintf("career-%d", i))
					r.Plural = fmt.Sprint(catalog)
					if i == 1 {
						r.Name = "Poison"
					}
					last = w.enrich(r, catalog)
				}
				e := w.event(event.RecordPublished, "broken", map[string]any{"record": 5})
				e.ID = event.ID("broken", fmt.Sprint(step))
				last = w.publish(event.Out{Subject: subject.Published("broken"), Event: e})

				p := &sinktest.Process{DieAt: step, After: after}
				o := w.outside()
				s, stop := w.start(sink.RecordsSink, outside{p.Marks(o.marks), p.Letters(o.letters), p.Store(o.store)}, sink.Config{LeaseTTL: 10 * time.Second})
				died := false
				w.until("death or end", func() bool {
					select {
					case <-p.Died():
						died = true
					default:
					}
					return died || s.Status().Done == last
				})
				stop()
				s, stop = w.start(sink.RecordsSink, o, sink.Config{MaxRows: 3, LeaseTTL: 50 * time.Millisecond})
				w.stored(s, last)
				stop()
				all, err := reconcile.Run(t.Context(), reconcile.Config{
					Streams: reconcile.Streams(w.conn.Log)[1:2], Dead: w.conn.Log(stream.Dead), Store: w.store, Bucket: w.conn.Bucket(stream.Careers),
				})
				if err != nil || !all.OK {
					t.Fatalf("step %d of %v: %v, %+v", step, p.Steps(), err, all)
				}
				report := all.Streams[0]
				if want := uint64(2 * step); report.DeadLettered != want || report.Published != last {
					t.Fatalf("step %d: %d dead-lettered, want %d; %d published, want %d", step, report.DeadLettered, want, report.Published, last)
				}
				if !died {
					w.agree()
					t.Logf("%d steps: %v", len(p.Steps()), p.Steps())
					return
				}
			}
		})
	}
}

func exec(t testing.TB, s *store.Store, format string, args ...any) {
	t.Helper()
	if err := s.Exec(t.Context(), fmt.Sprintf(format, args...)); err != nil {
		t.Fatalf("%s: %v", fmt.Sprintf(format, args...), err)
	}
}

func TestPublishPoisonRowIsIsolated(t *testing.T) {
	t.Parallel()
	w := newPublishWorld(t)
	last := w.pages(1, 2000)
	exec(t, w.store, "ALTER TABLE page_fetches ADD CONSTRAINT small CHECK size != 1234")
	s, stop := w.start(sink.PagesSink, w.outside(), sink.Config{})
	w.stored(s, last)
	stop()
	letters := w.letters()
	if len(letters) != 1 || letters[0].Seq != 1234 || letters[0].Kind != string(fault.RowRejected) {
		t.Fatalf("letters %+v, want one for 1234", letters)
	}
	if reason := letters[0].Reason; !strings.Contains(reason, "constraint small") || strings.Contains(reason, "example.com") || strings.Contains(reason, "1234") {
		t.Errorf("reason %q: want the constraint without values", reason)
	}
	w.drain()
	w.agree()

	// After the fix the letter's message is stored by itself, once.
	exec(t, w.store, "ALTER TABLE page_fetches DROP CONSTRAINT small")
	raw, _, err := w.conn.Get(t.Context(), stream.Pages, 1234)
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := s.StoreOne(t.Context(), raw); err != nil {
			t.Fatal(err)
		}
	}
	if both := w.agree().Streams[0].Both; both.Count != 1 {
		t.Errorf("both %+v, want 1234", both)
	}
}

func TestPublishPausesUntilMended(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name       string
		break_     []string
		mend       []string
		want       fault.Kind
		wantReason string
	}{
		{"table renamed", []string{"RENAME TABLE page_fetches TO hidden"}, []string{"RENAME TABLE hidden TO page_fetches"}, fault.StoreSchema, "page_fetches"},
		{"column missing", []string{"ALTER TABLE page_fetches DROP COLUMN charset"}, []string{"ALTER TABLE page_fetches ADD COLUMN charset String"}, fault.StoreSchema, "charset"},
		{"column of another type", []string{"ALTER TABLE page_fetches DROP COLUMN charset", "ALTER TABLE page_fetches ADD COLUMN charset UUID"}, []string{"ALTER TABLE page_fetches DROP COLUMN charset", "ALTER TABLE page_fetches ADD COLUMN charset String"}, fault.StoreSchema, "charset"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			w := newPublishWorld(t)
			for _, sql := range test.break_ {
				exec(t, w.store, "%s", sql)
			}
			last := w.pages(1, 50)
			s, _ := w.start(sink.PagesSink, w.outside(), sink.Config{})
			w.until("pause", func() bool { return s.Status().State == sink.Paused && s.Status().Errors > 1 })
			if got := s.Status(); got.Kind != test.want || !strings.Contains(got.Reason, test.wantReason) || got.Done != 0 {
				t.Errorf("status %+v", got)
			}
			for _, sql := range test.mend {
				exec(t, w.store, "%s", sql)
			}
			w.stored(s, last)
			if letters := w.letters(); len(letters) > 0 {
				t.Errorf("%d dead letters, want none", len(letters))
			}
			w.agree()
		})
	}
}

func TestPublishWrongPasswordAndReadOnly(t *testing.T) {
	t.Parallel()
	w := newPublishWorld(t)
	last := w.pages(1, 5)
	url, err := chdbtest.Engine(t).Listen("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	host := strings.TrimPrefix(url, "http://")
	for login, want := range map[string]fault.Kind{
		"careerstream:wrong":   fault.StoreDenied,
		"reader:reader-secret": fault.StoreReadOnly,
	} {
		login, want := login, want
		other, err := store.Open(store.Config{DSN: "http://" + login + "@" + host, Database: w.store.Database()})
		if err != nil {
			t.Fatal(err)
		}
		o := w.outside()
		o.store = other
		s, stop := w.start(sink.PagesSink, o, sink.Config{})
		w.until("pause", func() bool { return s.Status().State == sink.Paused })
		if got := s.Status(); got.Kind != want || strings.Contains(got.Reason, "secret") {
			t.Errorf("%s: status %+v, want %s", login, got, want)
		}
		stop()
		if err := other.Close(); err != nil {
			t.Error(err)
		}
	}
	s, _ := w.start(sink.PagesSink, w.outside(), sink.Config{})
	w.stored(s, last)
	w.agree()
}

func TestPublishRebuildFillsTheTablesAgain(t *testing.T) {
	t.Parallel()
	w := newPublishWorld(t)
	last := w.pages(1, 300)
	s, _ := w.start(sink.PagesSink, w.outside(), sink.Config{})
	w.stored(s, last)
	// The sink runs on and is idle; it notices by itself.
	if _, err := w.store.Rebuild(t.Context()); err != nil {
		t.Fatal(err)
	}
	w.until("filled again", func() bool { return s.Status().Stored == 2*last })
	if report := w.agree(); report.Streams[0].Stored != last {
		t.Errorf("report %+v", report.Streams[0])
	}
	// And it notices before it stores the next batch.
	if _, err := w.store.Rebuild(t.Context()); err != nil {
		t.Fatal(err)
	}
	last = w.pages(301, 10)
	w.until("filled once more", func() bool { return s.Status().Stored >= 600+last && s.Status().Done == last })
	w.agree()
}

func TestReconcileNamesWhatDiffers(t *testing.T) {
	t.Parallel()
	w := newPublishWorld(t)
	last := w.pages(1, 300)
	w.enrich(fullRecord("x"), 1)
	w.enrich(fullRecord("y"), 2)
	w.drain()
	if report := w.agree(); report.Streams[0].Stored != last {
		t.Errorf("report %+v", report.Streams[0])
	}

	exec(t, w.store, "ALTER TABLE page_fetches DELETE WHERE _seq BETWEEN 100 AND 129 SETTINGS mutations_sync = 2")
	// A copy of a row under another token; merges would make one of the two.
	exec(t, w.store, "SYSTEM STOP MERGES page_fetches")
	exec(t, w.store, "INSERT INTO page_fetches SELECT * FROM page_fetches WHERE _seq = 7 SETTINGS insert_deduplication_token = 'again'")
	exec(t, w.store, "ALTER TABLE careers DELETE WHERE slug = 'y' SETTINGS mutations_sync = 2")
	if _, err := w.conn.Bucket(stream.Careers).Put(t.Context(), "x", []byte(`{}`), revision(t, w, "x")); err != nil {
		t.Fatal(err)
	}
	report := w.reconcile()
	pages := report.Streams[0]
	if report.OK || pages.Missing.Count != 30 || pages.Double.Count != 1 || pages.Published != last {
		t.Errorf("report %+v", report)
	}
	var want []uint64
	for seq := uint64(100); seq < 120; seq++ {
		want = append(want, seq)
	}
	if diff := cmp.Diff(want, pages.Missing.Sequences); diff != "" {
		t.Errorf("missing (-want +got):\n%s", diff)
	}
	if !slices.Equal(pages.Double.Sequences, []uint64{7}) || !slices.Equal(report.Careers.Slugs, []string{"y"}) || !slices.Equal(report.Bucket.Slugs, []string{"x"}) {
		t.Errorf("report %+v, careers %+v, bucket %+v", report, report.Careers, report.Bucket)
	}

	part, err := reconcile.Run(t.Context(), reconcile.Config{Streams: reconcile.Streams(w.conn.Log)[:1], Dead: w.conn.Log(stream.Dead), Store: w.store, From: 125, To: 200})
	if err != nil {
		t.Fatal(err)
	}
	if got := part.Streams[0]; got.From != 125 || got.To != 200 || got.Missing.Count != 5 || got.Published != 76 || part.Careers != nil {
		t.Errorf("range: %+v", part)
	}
}

func revision(t *testing.T, w *publishWorld, key string) uint64 {
	t.Helper()
	_, revision, err := w.conn.Bucket(stream.Careers).Get(t.Context(), key)
	if err != nil {
		t.Fatal(err)
	}
	return revision
}
