package e2e

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"log/slog"
	"sync"
	"testing"
	"time"

	"careerstream/deploy/broker"
	"careerstream/publish/feed"
	"careerstream/publish/gate"
	"careerstream/publish/reconcile"
	"careerstream/publish/sink"
	"careerstream/publish/store"
	"careerstream/schemas/career"
	"careerstream/schemas/deadletter"
	"careerstream/schemas/event"
	"careerstream/schemas/page"
	"careerstream/schemas/stream"
	"careerstream/schemas/subject"
)

// publishWorld is a real broker and a real database.
type publishWorld struct {
	t     testing.TB
	conn  *broker.Conn
	store *store.Store
	gate  *gate.Gate
	feed  *feed.Feed
}

func newPublishWorld(t testing.TB) *publishWorld {
	t.Helper()
	embedded, err := broker.Start(t.Context(), broker.Config{Dir: t.TempDir(), Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := embedded.Close(); err != nil {
			t.Errorf("close broker: %v", err)
		}
	})
	conn := embedded.Conn()
	if _, err := conn.Apply(t.Context(), broker.AllSpecs(), 0); err != nil {
		t.Fatal(err)
	}
	return &publishWorld{
		t: t, conn: conn, store: openStore(t),
		gate: gate.New(gate.Config{}, conn), feed: feed.New(conn.Bucket(stream.Careers)),
	}
}

func (w *publishWorld) publish(out event.Out) uint64 {
	w.t.Helper()
	seq, _, err := w.conn.Publish(w.t.Context(), out)
	if err != nil {
		w.t.Fatal(err)
	}
	return seq
}

// enrich publishes an enriched record and takes it through gate and feed. It
// returns the sequence of the published version, 0 if there was nothing new.
func (w *publishWorld) enrich(r career.Record, catalog uint64) uint64 {
	w.t.Helper()
	r.FillLists()
	e := w.event(event.RecordEnriched, r.Slug, career.Enriched{Record: r, Basis: career.Basis{Snapshot: 1, Catalog: catalog}})
	e.ID = event.ID("enrich", r.Slug, fmt.Sprint(catalog))
	seq := w.publish(event.Out{Subject: subject.Enriched(r.Slug), Event: e})
	outs, err := w.gate.Handle(w.t.Context(), event.Message{Stream: stream.Enriched, Seq: seq, Event: e})
	if err != nil {
		w.t.Fatal(err)
	}
	if len(outs) == 0 {
		return 0
	}
	seq = w.publish(outs[0])
	if _, err := w.feed.Handle(w.t.Context(), event.Message{Stream: stream.Published, Seq: seq, Event: outs[0].Event}); err != nil {
		w.t.Fatal(err)
	}
	return seq
}

func (w *publishWorld) event(typ, about string, data any) event.Event {
	w.t.Helper()
	e, err := event.New("/careerstream/test", typ, about, data)
	if err != nil {
		w.t.Fatal(err)
	}
	e.Time = time.Date(2026, 5, 1, 0, 0, 0, 0, time.UTC)
	return e
}

// pages publishes n snapshots of different pages, numbered from first.
func (w *publishWorld) pages(first, n int) uint64 {
	w.t.Helper()
	outs := make([]event.Out, n)
	for i := range outs {
		outs[i] = w.page(first + i)
	}
	if err := w.conn.PublishAll(w.t.Context(), outs); err != nil {
		w.t.Fatal(err)
	}
	info, err := w.conn.Log(stream.Pages).Info(w.t.Context())
	if err != nil {
		w.t.Fatal(err)
	}
	return info.Last
}

func (w *publishWorld) page(i int) event.Out {
	url := fmt.Sprintf("https://example.com/careers/%d", i)
	sum := sha256.Sum256([]byte(url))
	s := page.Snapshot{
		URL: url, Site: "example.com", Key: hex.EncodeToString(sum[:16]), Origin: url, BodySHA256: hex.EncodeToString(sum[:]),
		Size: int64(i), MediaType: page.HTML, Charset: "utf-8", FetchedAt: time.Date(2026, 5, 1, 0, 0, i%60, 0, time.UTC), Warnings: []string{},
	}
	e := w.event(event.PageFetched, s.Key, s)
	e.ID = event.ID("page", url)
	return event.Out{Subject: subject.Page(s.Site, s.Key), Event: e}
}

func (w *publishWorld) sinks() map[string]sinkSpec {
	return map[string]sinkSpec{
		sink.PagesSink:   {stream.Pages, sink.Pages()},
		sink.RecordsSink: {stream.Published, sink.Records()},
		sink.LettersSink: {stream.Dead, sink.Letters()},
	}
}

type sinkSpec struct {
	stream  string
	encoder sink.Encoder
}

// outside is how a sink reaches the world, for tests that come between.
type outside struct {
	marks   sink.Marks
	letters sink.DeadLetters
	store   sink.Store
}

func (w *publishWorld) outside() outside {
	return outside{w.conn.Marks(), w.conn.DeadLetters(), w.store}
}

// start runs a sink until stop or the end of the test.
func (w *publishWorld) start(name string, o outside, cfg sink.Config) (s *sink.Sink, stop func()) {
	w.t.Helper()
	spec := w.sinks()[name]
	cfg.Name = name
	if cfg.LeaseTTL == 0 {
		cfg.LeaseTTL = 250 * time.Millisecond
	}
	if cfg.Linger == 0 {
		cfg.Linger = 20 * time.Millisecond
	}
	cfg.MaxDelay = 50 * time.Millisecond
	s, err := sink.New(cfg, w.conn.Log(spec.stream), o.marks, o.letters, o.store, spec.encoder)
	if err != nil {
		w.t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(w.t.Context())
	var wg sync.WaitGroup
	wg.Go(func() {
		if err := s.Run(ctx); err != nil {
			w.t.Errorf("run sink %s: %v", name, err)
		}
	})
	stop = sync.OnceFunc(func() { cancel(); wg.Wait() })
	w.t.Cleanup(stop)
	return s, stop
}

// until polls a condition.
func (w *publishWorld) until(what string, condition func() bool) {
	w.t.Helper()
	deadline := time.After(time.Minute)
	tick := time.NewTicker(2 * time.Millisecond)
	defer tick.Stop()
	for !condition() {
		select {
		case <-tick.C:
		case <-deadline:
			w.t.Fatalf("timed out: %s", what)
		}
	}
}

func (w *publishWorld) stored(s *sink.Sink, seq uint64) {
	w.t.Helper()
	w.until(fmt.Sprintf("sink %s up to %d", s.Status().Sink, seq), func() bool { return s.Status().Done >= seq })
}

// drain runs every sink until it has stored everything published.
func (w *publishWorld) drain() {
	w.t.Helper()
	w.drainSinks(sink.PagesSink, sink.RecordsSink, sink.LettersSink)
}

func (w *publishWorld) drainSinks(names ...string) {
	w.t.Helper()
	for _, name := range names {
		info, err := w.conn.Log(w.sinks()[name].stream).Info(w.t.Context())
		if err != nil {
			w.t.Fatal(err)
		}
		s, stop := w.start(name, w.outside(), sink.Config{})
		w.stored(s, info.Last)
		stop()
	}
}

func (w *publishWorld) reconcile() reconcile.Report {
	w.t.Helper()
	report, err := reconcile.Run(w.t.Context(), reconcile.Config{
		Streams: reconcile.Streams(w.conn.Log), Dead: w.conn.Log(stream.Dead),
		Store: w.store, Bucket: w.conn.Bucket(stream.Careers),
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return report
}

func (w *publishWorld) agree() reconcile.Report {
	w.t.Helper()
	w.drainSinks(sink.LettersSink)
	report := w.reconcile()
	if !report.OK {
		data, err := json.MarshalIndent(report, "", "  ")
		if err != nil {
			w.t.Fatal(err)
		}
		w.t.Errorf("streams and tables differ:\n%s", data)
	}
	return report
}

func (w *publishWorld) letters() []deadletter.Letter {
	w.t.Helper()
	log := w.conn.Log(stream.Dead)
	info, err := log.Info(w.t.Context())
	if err != nil {
		w.t.Fatal(err)
	}
	var out []deadletter.Letter
	for seq := uint64(1); seq <= info.Last; seq++ {
		letter, ok, err := w.conn.Letter(w.t.Context(), stream.Dead, seq)
		if err != nil {
			w.t.Fatal(err)
		}
		if ok {
			out = append(out, letter)
		}
	}
	return out
}

// fullRecord has something in every part.
func fullRecord(slug string) career.Record {
	r := career.Record{
		Slug: slug, Name: "Psychotherapist", Plural: "Psychotherapists", AlsoKnownAs: []string{"Therapist"},
		Definition:  career.Definition{Paragraphs: []string{"One.", "Two — “quoted”."}},
		DutiesIntro: []string{"They:"},
		Duties:      []career.Duty{{ID: "a", Name: "A", Text: "does a"}, {ID: "b", Text: "does b"}},
		TypesIntro:  []string{"Types:"},
		Types:       []career.Type{{Name: "Family Therapist", Abbreviation: "LMFT", Text: "families", Career: "family-therapist"}},
		Workplace:   career.Workplace{Paragraphs: []string{"Offices."}, Settings: []string{"hospital", "private-practice"}},
		FAQs: []career.FAQ{
			{Kind: career.QA, Question: "Hard?", Answer: []string{"Yes.", "No."}},
			{Kind: career.Versus, Question: "P vs Q", Answer: []string{}, Comparison: &career.Comparison{
				Left: "P", Right: "Q", RightCareer: "q", Intro: "intro", Summary: "sum",
				Dimensions: []career.Dimension{{Name: "Training", Left: "l1", Right: "r1"}, {Name: "Method", Left: "l2", Right: "r2"}},
			}},
			{Kind: career.Versus, Question: "P vs Z", Comparison: &career.Comparison{Left: "P", Right: "Z"}},
		},
		SeeAlso:  []career.Link{{Name: "Counselor", Career: "counselor"}, {Name: "Poet"}},
		Sections: []career.Section{{Heading: "Pay", Level: 2, Text: []string{"Much."}, Rows: [][]string{{"a", "b"}, {"c"}}}, {Heading: "Empty", Level: 3}},
		Source: career.Source{
			URL: "https://example.com/careers/" + slug, Site: "example.com", FetchedAt: time.Date(2026, 5, 1, 2, 3, 4, 567e6, time.UTC),
			BodySHA256: "00", Profile: "generic", Template: "t", Extractor: "1",
		},
		Quality: career.Quality{Score: 0.75, Missing: []string{"pay"}, Warnings: []string{"short"}},
	}
	r.FillLists()
	return r
}
