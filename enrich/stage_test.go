package enrich

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"careerstream/enrich/catalog"
	"careerstream/enrich/fact"
	"careerstream/enrich/setting"
	"careerstream/schemas/career"
	"careerstream/schemas/event"
	"careerstream/schemas/fault"
	"careerstream/schemas/stream"
	"careerstream/schemas/subject"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// tester is what *testing.T and *rapid.T share.
type tester interface {
	Helper()
	Fatal(args ...any)
	Fatalf(format string, args ...any)
	Errorf(format string, args ...any)
	Context() context.Context
}

// log is the streams of normalized and enriched records in memory, with the guarantees of
// event.LastReader.
type log struct {
	mu       sync.Mutex
	messages []event.Message
	last     map[string]event.Message
	// fail, when set, is what Last returns.
	fail error
}

var _ event.LastReader = (*log)(nil)

func newLog() *log { return &log{last: make(map[string]event.Message)} }

func (l *log) publish(t tester, r career.Record) event.Message {
	t.Helper()
	l.mu.Lock()
	defer l.mu.Unlock()
	seq := uint64(len(l.messages) + 1)
	e, err := event.New("/test", event.RecordNormalized, r.Slug, career.Normalized{Record: r, Basis: career.Basis{Snapshot: 100 + seq}})
	if err != nil {
		t.Fatal(err)
	}
	e.ID = event.ID("test", fmt.Sprint(seq))
	m := event.Message{Stream: stream.Normalized, Seq: seq, Subject: subject.Normalized(r.Slug), Event: e}
	l.messages = append(l.messages, m)
	l.last[m.Subject] = m
	return m
}

// store makes an event the latest on its subject.
func (l *log) store(out event.Out) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.last[out.Subject] = event.Message{Stream: stream.Enriched, Subject: out.Subject, Event: out.Event}
}

func (l *log) Last(ctx context.Context, subject string) (event.Message, bool, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if err := errors.Join(l.fail, ctx.Err()); err != nil {
		return event.Message{}, false, err
	}
	m, found := l.last[subject]
	return m, found, nil
}

// vocabulary is read once; the property test makes many stages.
var (
	vocabulary = sync.OnceValues(setting.New)
	extractor  = sync.OnceValues(func() (*fact.Extractor, error) { return fact.New(fact.Config{}) })
)

func newStage(t tester, index Index, last event.LastReader) *Stage {
	t.Helper()
	settings, err := vocabulary()
	if err != nil {
		t.Fatal(err)
	}
	facts, err := extractor()
	if err != nil {
		t.Fatal(err)
	}
	s, err := New(Deps{Catalog: index, Last: last, Settings: settings, Facts: facts})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func handle(t tester, s *Stage, m event.Message) []career.Enriched {
	t.Helper()
	outs, err := s.Handle(t.Context(), m)
	if err != nil {
		t.Fatalf("handle %d: %v", m.Seq, err)
	}
	records := make([]career.Enriched, len(outs))
	for i, out := range outs {
		records[i], err = event.Data[career.Enriched](event.Message{Event: out.Event})
		if err != nil {
			t.Fatal(err)
		}
		slug := records[i].Record.Slug
		if out.Subject != subject.Enriched(slug) || out.Event.Subject != slug || out.Event.Type != event.RecordEnriched ||
			out.Event.CausationID != m.Event.ID || out.Event.ID == "" || out.Event.TraceParent == "" || out.ExpectLast != nil {
			t.Errorf("envelope of %s is wrong: %+v", slug, out)
		}
	}
	return records
}

func slugs(records []career.Enriched) string {
	var list []string
	for _, e := range records {
		list = append(list, fmt.Sprintf("%s@%d", e.Record.Slug, e.Basis.Catalog))
	}
	return strings.Join(list, " ")
}

func full() career.Record {
	return career.Record{
		Slug: "psychotherapist", Name: "Psychotherapist", Plural: "Psychotherapists",
		Definition: career.Definition{Paragraphs: []string{strings.Repeat("word ", 60)}},
		Duties:     []career.Duty{{ID: "a", Name: "Listen", Text: strings.Repeat("word ", 20)}},
		Types: []career.Type{
			{Name: "Clinical Psychologists", Career: "stale"},
			{Name: "Psychotherapists"},
			{Name: "Marriage and Family Therapists", Abbreviation: "LMFT"},
		},
		Workplace: career.Workplace{Paragraphs: []string{"They work in clinics, rarely in offices."}},
		FAQs: []career.FAQ{{
			Kind: career.Versus, Question: "Psychotherapist vs Psychoanalyst",
			Comparison: &career.Comparison{Left: "Psychotherapist", Right: "Psychoanalyst", Dimensions: []career.Dimension{{Name: "Training"}}},
		}},
		SeeAlso: []career.Link{{Name: "Psychoanalyst"}, {Name: "Psychotherapist"}, {Name: "Astronaut"}},
		Quality: career.Quality{Warnings: []string{"from reading"}},
	}
}

func TestHandle(t *testing.T) {
	t.Parallel()
	l, c := newLog(), catalog.New()
	s := newStage(t, c, l)
	first := l.publish(t, full())
	second := l.publish(t, career.Record{Slug: "psychoanalyst", Name: "Psychoanalyst"})
	third := l.publish(t, career.Record{Slug: "clinical-psychologist", Name: "Clinical Psychologist"})
	for _, m := range []event.Message{first, second} {
		if err := c.Apply(m); err != nil {
			t.Fatal(err)
		}
	}
	if got := slugs(handle(t, s, first)); got != "psychotherapist@2" {
		t.Errorf("message 1 makes %s", got)
	}
	if got := slugs(handle(t, s, second)); got != "psychoanalyst@2 psychotherapist@2" {
		t.Errorf("message 2 makes %s", got)
	}
	if err := c.Apply(third); err != nil {
		t.Fatal(err)
	}
	made := handle(t, s, third)
	if got := slugs(made); got != "clinical-psychologist@3 psychotherapist@3" {
		t.Fatalf("message 3 makes %s", got)
	}

	got := made[1]
	if got.Basis.Snapshot != 101 {
		t.Errorf("basis snapshot is %d, want 101", got.Basis.Snapshot)
	}
	r := got.Record
	links := map[string]string{
		"type": r.Types[0].Career, "own type": r.Types[1].Career, "unknown type": r.Types[2].Career,
		"left": r.FAQs[0].Comparison.LeftCareer, "right": r.FAQs[0].Comparison.RightCareer,
		"see also": r.SeeAlso[0].Career, "own see also": r.SeeAlso[1].Career, "unknown see also": r.SeeAlso[2].Career,
	}
	want := map[string]string{
		"type": "clinical-psychologist", "own type": "", "unknown type": "",
		"left": "psychotherapist", "right": "psychoanalyst",
		"see also": "psychoanalyst", "own see also": "", "unknown see also": "",
	}
	if diff := cmp.Diff(want, links); diff != "" {
		t.Errorf("links (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"clinic"}, r.Workplace.Settings); diff != "" {
		t.Errorf("settings (-want +got):\n%s", diff)
	}
	if links := r.Quality.Parts[3]; links.Name != "links" || links.Value != 0.6 {
		t.Errorf("part %+v: want 3 of 5 links", links)
	}
	r.Quality.Parts = nil
	wantQuality := career.Quality{Score: 0.836, Missing: []string{}, Warnings: []string{"from reading"}}
	if diff := cmp.Diff(wantQuality, r.Quality); diff != "" {
		t.Errorf("quality (-want +got):\n%s", diff)
	}

	again := handle(t, s, third)
	if diff := cmp.Diff(made, again); diff != "" {
		t.Errorf("a repeat makes something else (-first +second):\n%s", diff)
	}
}

func TestUnchangedNamesCauseOneEvent(t *testing.T) {
	t.Parallel()
	l, c := newLog(), catalog.New()
	s := newStage(t, c, l)
	popular := l.publish(t, career.Record{Slug: "nurse", Name: "Nurse"})
	apply := func(m event.Message) event.Message {
		if err := c.Apply(m); err != nil {
			t.Fatal(err)
		}
		return m
	}
	apply(popular)
	for i := range 50 {
		apply(l.publish(t, career.Record{Slug: fmt.Sprintf("c%d", i), Name: fmt.Sprintf("C%d", i), SeeAlso: []career.Link{{Name: "Nurses"}}}))
	}
	same := apply(l.publish(t, career.Record{Slug: "nurse", Name: "Nurse", Definition: career.Definition{Paragraphs: []string{"New text."}}}))
	if got := len(handle(t, s, same)); got != 1 {
		t.Errorf("unchanged names cause %d events, want 1", got)
	}
	renamed := apply(l.publish(t, career.Record{Slug: "nurse", Name: "Care Giver"}))
	for range 2 { // also after a crash before the acknowledgement
		if got := len(handle(t, s, renamed)); got != 51 {
			t.Errorf("changed names cause %d events, want 51", got)
		}
	}
}

func TestAmbiguousNames(t *testing.T) {
	t.Parallel()
	l, c := newLog(), catalog.New()
	s := newStage(t, c, l)
	var last event.Message
	for _, r := range []career.Record{
		{Slug: "coach-a", Name: "Coach"}, {Slug: "coach-b", Name: "Coach"},
		{Slug: "x", Name: "X", SeeAlso: []career.Link{{Name: "Coaches"}, {Name: "The Coach"}, {Name: "Coach"}, {Name: "coach"}}},
	} {
		last = l.publish(t, r)
		if err := c.Apply(last); err != nil {
			t.Fatal(err)
		}
	}
	r := handle(t, s, last)[0].Record
	for _, link := range r.SeeAlso {
		if link.Career != "" {
			t.Errorf("ambiguous %q is linked to %s", link.Name, link.Career)
		}
	}
	want := []string{
		`see_also: "Coaches" fits several careers equally: coach-a, coach-b`,
		`see_also: "The Coach" fits several careers equally: coach-a, coach-b`,
		`see_also: "Coach" fits several careers equally: coach-a, coach-b`,
		`see_also: "coach" fits several careers equally: coach-a, coach-b`,
	}
	if diff := cmp.Diff(want, r.Quality.Warnings); diff != "" {
		t.Errorf("warnings (-want +got):\n%s", diff)
	}
}

func TestVerdicts(t *testing.T) {
	t.Parallel()
	l, c := newLog(), catalog.New()
	s := newStage(t, c, l)
	good := l.publish(t, career.Record{Slug: "a", Name: "A", SeeAlso: []career.Link{{Name: "B"}}})

	foreign := good
	foreign.Event.Type = event.RecordPublished
	broken := good
	broken.Event.Data = []byte(`{"record": []}`)
	elsewhere := good
	elsewhere.Subject = subject.Normalized("b")
	for _, test := range []struct {
		name string
		m    event.Message
		want fault.Kind
	}{
		{"foreign type", foreign, fault.UnknownType},
		{"broken data", broken, fault.SchemaViolation},
		{"foreign subject", elsewhere, fault.SchemaViolation},
	} {
		if _, err := s.Handle(t.Context(), test.m); fault.KindOf(err) != test.want {
			t.Errorf("%s: %v, want %s", test.name, err, test.want)
		}
	}

	ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
	defer cancel()
	if _, err := s.Handle(ctx, good); fault.KindOf(err) != fault.Timeout {
		t.Errorf("catalog behind: %v, want %s", err, fault.Timeout)
	}
	if err := c.Apply(good); err != nil {
		t.Fatal(err)
	}
	newer := l.publish(t, career.Record{Slug: good.Event.Subject, Name: "A"}) // good alone needs no broker
	if err := c.Apply(newer); err != nil {
		t.Fatal(err)
	}
	l.fail = fault.New(fault.BrokerUnavailable, "no answer")
	if _, err := s.Handle(t.Context(), good); fault.KindOf(err) != fault.BrokerUnavailable {
		t.Errorf("broker down: %v, want %s", err, fault.BrokerUnavailable)
	}
	l.fail = nil

	// A neighbour whose latest message is bad stops nobody else.
	bad := l.publish(t, career.Record{Slug: "a", Name: "A"})
	bad.Event.Data = []byte(`7`)
	l.last[bad.Subject] = bad
	b := l.publish(t, career.Record{Slug: "b", Name: "B"})
	_ = c.Apply(bad) // an error by intent
	if err := c.Apply(b); err != nil {
		t.Fatal(err)
	}
	if got := slugs(handle(t, s, b)); got != "b@4" {
		t.Errorf("beside a bad record: %s, want b@4", got)
	}
}

// restless publishes a newer record whenever the last one is read.
type restless struct {
	*log
	t *testing.T
	c *catalog.Catalog
}

func (r restless) Last(ctx context.Context, subject string) (event.Message, bool, error) {
	m, found, err := r.log.Last(ctx, subject)
	if applyErr := r.c.Apply(r.publish(r.t, career.Record{Slug: "a", Name: "A"})); applyErr != nil {
		r.t.Error(applyErr)
	}
	return m, found, err
}

func TestRecordThatNeverRests(t *testing.T) {
	t.Parallel()
	l, c := newLog(), catalog.New()
	m := l.publish(t, career.Record{Slug: "a", Name: "A"})
	for _, m := range []event.Message{m, l.publish(t, career.Record{Slug: "a", Name: "A"})} {
		if err := c.Apply(m); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := newStage(t, c, restless{l, t, c}).Handle(t.Context(), m); fault.KindOf(err) != fault.Conflict {
		t.Errorf("Handle = %v, want %s", err, fault.Conflict)
	}
}

func TestNewNamesWhatIsMissing(t *testing.T) {
	t.Parallel()
	_, err := New(Deps{})
	for _, want := range []string{"Catalog", "Last", "Settings"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("New(Deps{}) = %v, want it to name %s", err, want)
		}
	}
}

// In a burst a record is made once, when those that it names have come.
func TestBurst(t *testing.T) {
	t.Parallel()
	l, c := newLog(), catalog.New()
	a := l.publish(t, career.Record{Slug: "a", Name: "A", SeeAlso: []career.Link{{Name: "B"}}})
	b := l.publish(t, career.Record{Slug: "b", Name: "B"})
	s := newStage(t, c, l)
	s.deps.Ahead, s.deps.Quiet = 1, time.Hour
	if err := c.Apply(a); err != nil {
		t.Fatal(err)
	}
	done := make(chan string, 1)
	go func() { done <- slugs(handle(t, s, a)) }()
	if err := c.Apply(b); err != nil {
		t.Fatal(err)
	}
	if got := <-done; got != "a@2" {
		t.Errorf("the first of two: %s, want a@2", got)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.Handle(ctx, b); fault.KindOf(err) != fault.Timeout {
		t.Errorf("the last one, stopped: %v, want %s", err, fault.Timeout)
	}
}
