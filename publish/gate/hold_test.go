package gate_test

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"testing"

	"careerstream/publish/gate"
	"careerstream/schemas/career"
	"careerstream/schemas/event"
	"careerstream/schemas/subject"
)

// strict holds what has fewer duties than before.
type strict struct{}

func (strict) Judge(_ context.Context, before, candidate *career.Record) ([]career.Reason, bool, error) {
	if len(candidate.Duties) >= len(before.Duties) {
		return nil, false, nil
	}
	return []career.Reason{{Rule: "test", Field: "duties", Text: "1 less"}}, candidate.Source.Template == "wall", nil
}

type holding struct {
	*streams
	gate    *gate.Gate
	release *gate.Release
}

func guarded(t *testing.T) *holding {
	t.Helper()
	s, _, _ := fixture(t)
	cfg := gate.Config{Guard: strict{}}
	return &holding{s, gate.New(cfg, s), gate.NewRelease(cfg, s)}
}

func page(duties int, template string) career.Record {
	r := psychotherapist()
	r.Source = career.Source{URL: "https://a.example/p", Site: "a.example", Template: template}
	r.Duties, r.Retired = nil, nil
	for i := range duties {
		r.Duties = append(r.Duties, career.Duty{ID: fmt.Sprint(i), Name: "D", Text: "does"})
	}
	return r
}

// enrichedOf is an enriched record of a snapshot at a state of the catalog.
func (h *holding) enrichedOf(r career.Record, snapshot, catalog uint64) event.Message {
	h.t.Helper()
	e, err := event.New("/careerstream/enrich", event.RecordEnriched, r.Slug, career.Enriched{Record: r, Basis: career.Basis{Snapshot: snapshot, Catalog: catalog}})
	if err != nil {
		h.t.Fatal(err)
	}
	e.ID = event.ID("enrich", r.Slug, fmt.Sprint(snapshot, catalog))
	m, _ := h.publish(event.Out{Subject: subject.Enriched(r.Slug), Event: e})
	return m
}

// do runs a stage and stores what it says; it returns the types of the events.
func (h *holding) do(stage event.Handler, m event.Message) (types []string) {
	h.t.Helper()
	outs, err := stage.Handle(h.t.Context(), m)
	if err != nil {
		h.t.Fatal(err)
	}
	for _, out := range outs {
		if _, ok := h.publish(out); !ok {
			h.t.Fatalf("condition on %s does not hold", out.Subject)
		}
		types = append(types, out.Event.Type)
	}
	return types
}

func (h *holding) hold() career.Held {
	held, err := event.Data[career.Held](h.last["record.held.psychotherapist"])
	if err != nil {
		h.t.Fatal(err)
	}
	return held
}

func (h *holding) version() (uint64, int) {
	p, err := event.Data[career.Published](h.last["record.published.psychotherapist"])
	if err != nil {
		h.t.Fatal(err)
	}
	return p.Record.Version, len(p.Record.Duties)
}

func expect(t *testing.T, what string, got []string, want ...string) {
	t.Helper()
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("%s: %v, want %v", what, got, want)
	}
}

func TestDamagedRecordsAreHeld(t *testing.T) {
	t.Parallel()
	h := guarded(t)
	expect(t, "first", h.do(h.gate, h.enrichedOf(page(5, "a"), 1, 1)), event.RecordPublished)
	damaged := h.enrichedOf(page(2, "b"), 2, 2)
	expect(t, "damaged", h.do(h.gate, damaged), event.DriftDetected, event.RecordHeld)
	expect(t, "repeat", h.do(h.gate, damaged))
	first := h.hold()
	if first.State != career.HeldBack || first.Version != 1 || first.TemplateBefore != "a" || first.TemplateAfter != "b" || first.Record == nil || len(first.Record.Duties) != 2 {
		t.Errorf("hold %+v", first)
	}
	expect(t, "same again", h.do(h.gate, h.enrichedOf(page(2, "b"), 3, 3)))
	expect(t, "damaged otherwise", h.do(h.gate, h.enrichedOf(page(1, "b"), 5, 5)), event.RecordHeld)
	if again := h.hold(); !again.Since.Equal(first.Since) || again.Basis.Catalog != 5 {
		t.Errorf("the second hold in a row: %+v", again)
	}
	expect(t, "late damaged", h.do(h.gate, h.enrichedOf(page(3, "b"), 4, 4)))
	if v, n := h.version(); v != 1 || n != 5 {
		t.Errorf("version %d with %d duties is published", v, n)
	}
	expect(t, "good again as published", h.do(h.gate, h.enrichedOf(page(5, "a"), 6, 6)), event.RecordHeld)
	if h.hold().State != career.Resolved {
		t.Errorf("state %s", h.hold().State)
	}
	expect(t, "held anew", h.do(h.gate, h.enrichedOf(page(2, "b"), 7, 7)), event.RecordHeld)
	expect(t, "good and new", h.do(h.gate, h.enrichedOf(page(6, "b"), 8, 8)), event.RecordHeld, event.RecordPublished)
	if v, n := h.version(); v != 2 || n != 6 || h.hold().State != career.Resolved {
		t.Errorf("version %d with %d duties, hold %s", v, n, h.hold().State)
	}
}

func TestWallsAreNoDrift(t *testing.T) {
	t.Parallel()
	h := guarded(t)
	h.do(h.gate, h.enrichedOf(page(5, "a"), 1, 1))
	expect(t, "wall", h.do(h.gate, h.enrichedOf(page(2, "wall"), 2, 2)), event.RecordHeld)
	if !h.hold().Transient {
		t.Error("not transient")
	}
}

// TestUnreadablePagesStayHeld: only a later snapshot ends the hold of a page that
// cannot be read; the old record may still be published with other links.
func TestUnreadablePagesStayHeld(t *testing.T) {
	t.Parallel()
	h := guarded(t)
	h.do(h.gate, h.enrichedOf(page(5, "a"), 1, 1))
	e, err := event.New("/test", event.RecordHeld, "psychotherapist", career.Held{Slug: "psychotherapist", State: career.HeldBack, Basis: career.Basis{Snapshot: 9}})
	if err != nil {
		t.Fatal(err)
	}
	h.publish(event.Out{Subject: subject.Held("psychotherapist"), Event: e})
	expect(t, "new links", h.do(h.gate, h.enrichedOf(page(6, "a"), 1, 2)), event.RecordPublished)
	if h.hold().State != career.HeldBack {
		t.Error("an older snapshot ended the hold")
	}
	expect(t, "good page", h.do(h.gate, h.enrichedOf(page(6, "a"), 10, 11)), event.RecordHeld)
	if h.hold().State != career.Resolved {
		t.Errorf("state %s", h.hold().State)
	}
}

func TestRetirementIsNeverHeld(t *testing.T) {
	t.Parallel()
	h := guarded(t)
	h.do(h.gate, h.enrichedOf(page(5, "a"), 1, 1))
	h.do(h.gate, h.enrichedOf(page(2, "b"), 2, 2))
	gone := page(2, "b")
	gone.Retired = &career.Retirement{Reason: "not-found"}
	expect(t, "gone", h.do(h.gate, h.enrichedOf(gone, 3, 3)), event.RecordHeld, event.RecordPublished)
	p, _ := event.Data[career.Published](h.last["record.published.psychotherapist"])
	if p.Record.Retired == nil || len(p.Record.Duties) != 5 || h.hold().State != career.Resolved {
		t.Errorf("retired %+v with %d duties, hold %s", p.Record.Retired, len(p.Record.Duties), h.hold().State)
	}
}

// decide does what a person does.
func (h *holding) decide(state string) event.Message {
	h.t.Helper()
	held := h.hold()
	held.State = state
	e, err := event.New("/careerstream/held", event.RecordHeld, held.Slug, held)
	if err != nil {
		h.t.Fatal(err)
	}
	before := h.last["record.held.psychotherapist"].Seq
	e.ID = event.ID("held", state, fmt.Sprint(before))
	m, _ := h.publish(event.Out{Subject: subject.Held(held.Slug), Event: e, ExpectLast: &before})
	return m
}

func TestRelease(t *testing.T) {
	t.Parallel()
	h := guarded(t)
	h.do(h.gate, h.enrichedOf(page(5, "a"), 1, 1))
	expect(t, "hold", h.do(h.gate, h.enrichedOf(page(2, "b"), 2, 2)), event.DriftDetected, event.RecordHeld)
	expect(t, "not released", h.do(h.release, h.last["record.held.psychotherapist"]))
	released := h.decide(career.Released)
	expect(t, "released", h.do(h.release, released), event.RecordPublished)
	expect(t, "repeat", h.do(h.release, released))
	if v, n := h.version(); v != 2 || n != 2 {
		t.Errorf("version %d with %d duties", v, n)
	}
	var p career.Published
	if err := json.Unmarshal(h.last["record.published.psychotherapist"].Event.Data, &p); err != nil || !slices.Contains(p.Causes, career.Released) {
		t.Errorf("causes %v (%v), want %s among them", p.Causes, err, career.Released)
	}
	expect(t, "the same page again", h.do(h.gate, h.enrichedOf(page(2, "b"), 3, 3)))
}

func TestReleaseIsOvertaken(t *testing.T) {
	t.Parallel()
	h := guarded(t)
	h.do(h.gate, h.enrichedOf(page(5, "a"), 1, 1))
	h.do(h.gate, h.enrichedOf(page(2, "b"), 2, 2))
	released := h.decide(career.Released)
	expect(t, "good page first", h.do(h.gate, h.enrichedOf(page(6, "b"), 3, 3)), event.RecordPublished)
	expect(t, "released late", h.do(h.release, released))
	if v, n := h.version(); v != 2 || n != 6 {
		t.Errorf("version %d with %d duties", v, n)
	}
}

// TestReplaysAreTheOperators: what a replay of a good page loses is published; a
// replay of a page that is held is not.
func TestReplaysAreTheOperators(t *testing.T) {
	t.Parallel()
	h := guarded(t)
	replayed := func(duties int, snapshot, catalog, replay uint64) event.Message {
		e, err := event.New("/careerstream/enrich", event.RecordEnriched, "psychotherapist", career.Enriched{
			Record: page(duties, "a"), Basis: career.Basis{Snapshot: snapshot, Catalog: catalog, Replay: replay},
		})
		if err != nil {
			t.Fatal(err)
		}
		e.ID = event.ID("replayed", fmt.Sprint(snapshot, catalog))
		m, _ := h.publish(event.Out{Subject: subject.Enriched("psychotherapist"), Event: e})
		return m
	}
	h.do(h.gate, h.enrichedOf(page(5, "a"), 1, 1))
	expect(t, "replay", h.do(h.gate, replayed(3, 1, 2, 1)), event.RecordPublished)
	expect(t, "damage", h.do(h.gate, h.enrichedOf(page(2, "a"), 2, 3)), event.DriftDetected, event.RecordHeld)
	expect(t, "replay of the damage", h.do(h.gate, replayed(1, 2, 4, 2)), event.RecordHeld)
	if _, n := h.version(); n != 3 {
		t.Errorf("%d duties are published", n)
	}
}

func TestRejectedStaysRejected(t *testing.T) {
	t.Parallel()
	h := guarded(t)
	h.do(h.gate, h.enrichedOf(page(5, "a"), 1, 1))
	h.do(h.gate, h.enrichedOf(page(2, "b"), 2, 2))
	expect(t, "rejected", h.do(h.release, h.decide(career.Rejected)))
	expect(t, "the same again", h.do(h.gate, h.enrichedOf(page(2, "b"), 3, 3)))
	expect(t, "other damage", h.do(h.gate, h.enrichedOf(page(1, "b"), 4, 4)), event.RecordHeld)
	if v, _ := h.version(); v != 1 {
		t.Errorf("version %d", v)
	}
}
