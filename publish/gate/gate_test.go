package gate_test

import (
	"context"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"careerstream/publish/gate"
	"careerstream/schemas/career"
	"careerstream/schemas/event"
	"careerstream/schemas/fault"
	"careerstream/schemas/subject"
)

// streams keeps the last message of each subject and counts like a stream.
type streams struct {
	t    *testing.T
	seq  uint64
	last map[string]event.Message
}

func (s *streams) Last(_ context.Context, subject string) (event.Message, bool, error) {
	m, ok := s.last[subject]
	return m, ok, nil
}

// publish stores an event, and reports whether its condition held.
func (s *streams) publish(out event.Out) (event.Message, bool) {
	if out.ExpectLast != nil && *out.ExpectLast != s.last[out.Subject].Seq {
		return event.Message{}, false
	}
	s.seq++
	m := event.Message{Stream: "S", Seq: s.seq, Subject: out.Subject, Event: out.Event}
	s.last[out.Subject] = m
	return m, true
}

func (s *streams) enriched(r career.Record, catalog uint64) event.Message {
	s.t.Helper()
	e, err := event.New("/careerstream/enrich", event.RecordEnriched, r.Slug, career.Enriched{Record: r, Basis: career.Basis{Snapshot: 1, Catalog: catalog}})
	if err != nil {
		s.t.Fatal(err)
	}
	sum, err := r.ContentSHA256()
	if err != nil {
		s.t.Fatal(err)
	}
	e.ID = event.ID("enrich", r.Slug, sum, time.Unix(int64(catalog), 0).String())
	m, _ := s.publish(event.Out{Subject: subject.Enriched(r.Slug), Event: e})
	return m
}

func fixture(t *testing.T) (*streams, *gate.Gate, *time.Time) {
	s := &streams{t: t, last: make(map[string]event.Message)}
	now := time.Date(2026, 3, 1, 12, 0, 0, 123456789, time.UTC)
	return s, gate.New(gate.Config{Clock: func() time.Time { return now }}, s), &now
}

func handle(t *testing.T, g *gate.Gate, m event.Message) []event.Out {
	t.Helper()
	out, err := g.Handle(t.Context(), m)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func published(t *testing.T, out event.Out) career.Published {
	t.Helper()
	p, err := event.Data[career.Published](event.Message{Event: out.Event})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestVersionsCountUpWithTheirChanges(t *testing.T) {
	t.Parallel()
	s, g, now := fixture(t)
	r := psychotherapist()
	first := handle(t, g, s.enriched(r, 5))
	if len(first) != 1 || *first[0].ExpectLast != 0 || first[0].Subject != "record.published.psychotherapist" {
		t.Fatalf("first: %+v", first)
	}
	p := published(t, first[0])
	if p.Record.Version != 1 || !p.Record.ValidFrom.Equal(time.Date(2026, 3, 1, 12, 0, 0, 123000000, time.UTC)) {
		t.Errorf("version %d from %v", p.Record.Version, p.Record.ValidFrom)
	}
	if diff := cmp.Diff([]career.Change{{Kind: career.Added, Field: "record"}}, p.Changes); diff != "" {
		t.Error(diff)
	}
	if p.ContentSHA256 == "" || first[0].Event.CausationID == "" || first[0].Event.TraceParent == "" {
		t.Errorf("incomplete: %+v", first[0].Event)
	}
	s.publish(first[0])

	*now = now.Add(-time.Hour) // the clock is set back
	r.Duties[1].Text = "Help at once."
	second := handle(t, g, s.enriched(r, 9))
	q := published(t, second[0])
	if q.Record.Version != 2 || *second[0].ExpectLast != s.last["record.published.psychotherapist"].Seq {
		t.Errorf("second: version %d, expects %d", q.Record.Version, *second[0].ExpectLast)
	}
	if !q.Record.ValidFrom.After(p.Record.ValidFrom) {
		t.Errorf("version 2 is valid from %v, before version 1", q.Record.ValidFrom)
	}
	want := []career.Change{{Kind: career.Changed, Field: "duties[crisis-intervention].text", Before: "Help in a crisis.", After: "Help at once.",
		Sentences: []career.SentenceChange{{Kind: career.Removed, Before: "Help in a crisis."}, {Kind: career.Added, After: "Help at once."}}}}
	if diff := cmp.Diff(want, q.Changes); diff != "" {
		t.Error(diff)
	}
}

func TestRepeatsAndLateMessagesPublishNothing(t *testing.T) {
	t.Parallel()
	s, g, _ := fixture(t)
	r := psychotherapist()
	m := s.enriched(r, 5)
	out := handle(t, g, m)
	if again := handle(t, g, m); again[0].Event.ID != out[0].Event.ID {
		t.Error("a repeat before publication has another id")
	}
	s.publish(out[0])
	if out := handle(t, g, m); len(out) != 0 {
		t.Errorf("repeat: %+v", out)
	}
	if out := handle(t, g, s.enriched(r, 8)); len(out) != 0 {
		t.Errorf("same content: %+v", out)
	}
	older := r
	older.Name = "Shrink"
	if out := handle(t, g, s.enriched(older, 4)); len(out) != 0 {
		t.Errorf("older state of the catalog: %+v", out)
	}
}

func TestOvertakenRecordDoesNotComeBack(t *testing.T) {
	t.Parallel()
	s, g, _ := fixture(t)
	r := psychotherapist()
	s.publish(handle(t, g, s.enriched(r, 5))[0])
	other := r
	other.Name = "Shrink"
	late := s.enriched(other, 6)
	back := s.enriched(r, 7) // as published: no new version
	if out := handle(t, g, back); len(out) != 0 {
		t.Fatalf("back as before: %+v", out)
	}
	if out := handle(t, g, late); len(out) != 0 {
		t.Errorf("the late record came back: %+v", out)
	}
}

func TestOneOfTwoRacingVersionsWins(t *testing.T) {
	t.Parallel()
	s, g, _ := fixture(t)
	a, b := psychotherapist(), psychotherapist()
	b.Name = "Shrink"
	ma, mb := s.enriched(a, 5), s.enriched(b, 6)
	outA, outB := handle(t, g, ma), handle(t, g, mb)
	if _, ok := s.publish(outB[0]); !ok {
		t.Fatal("first is refused")
	}
	if _, ok := s.publish(outA[0]); ok {
		t.Error("both got version 1")
	}
	if out := handle(t, g, ma); len(out) != 0 {
		t.Errorf("loser tried again: %+v", out)
	}
}

func TestBadMessagesArePoison(t *testing.T) {
	t.Parallel()
	_, g, _ := fixture(t)
	for want, e := range map[fault.Kind]event.Event{
		fault.UnknownType:     {Type: "other"},
		fault.SchemaViolation: {Type: event.RecordEnriched, Data: []byte(`{"record":{"slug":""}}`)},
	} {
		if _, err := g.Handle(t.Context(), event.Message{Event: e}); fault.KindOf(err) != want {
			t.Errorf("error %v, want %s", err, want)
		}
	}
}
