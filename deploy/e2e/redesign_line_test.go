package e2e

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"testing"
	"time"

	"careerstream/enrich/drift"
	"careerstream/normalize"
	"careerstream/publish/gate"
	"careerstream/schemas/career"
	"careerstream/schemas/event"
	"careerstream/schemas/fault"
	"careerstream/schemas/jsonschema"
	"careerstream/schemas/page"
	"careerstream/schemas/stream"
	"careerstream/schemas/subject"
)

// line is a page's way with the real stages but for the links, one event after the other, over
// streams in memory that keep the broker's promises: conditions, and last messages.
type line struct {
	t        testing.TB
	validate func(event.Event) error
	stages   map[string]event.Handler
	guard    *drift.Guard
	bodies   map[string][]byte
	last     map[string]event.Message
	seqs     map[string]uint64
	stored   map[string][]event.Message
	dead     []error
	now      time.Time
}

func newLine(t testing.TB) *line {
	t.Helper()
	must := func(err error) {
		if err != nil {
			t.Helper()
			t.Fatal(err)
		}
	}
	validator, err := jsonschema.New()
	must(err)
	parser, err := normalize.New(normalize.Config{})
	must(err)
	guard, err := drift.New(drift.Config{})
	must(err)
	l := &line{
		t: t, validate: validator.Event, guard: guard, bodies: map[string][]byte{}, last: map[string]event.Message{},
		seqs: map[string]uint64{}, stored: map[string][]event.Message{}, now: time.Date(2026, 5, 1, 0, 0, 0, 0, time.UTC),
	}
	clock := func() time.Time { return l.now }
	l.stages = map[string]event.Handler{
		stream.Pages: normalize.NewHandler(parser, l, l), stream.Normalized: plain{},
		stream.Enriched: gate.New(gate.Config{Clock: clock, Guard: l}, l), stream.Held: gate.NewRelease(gate.Config{Clock: clock}, l),
	}
	return l
}

// plain takes records from one stream to the next without links: they make no
// damage, and take most of the time.
type plain struct{}

func (plain) Handle(_ context.Context, m event.Message) ([]event.Out, error) {
	n, err := event.Data[career.Normalized](m)
	if err != nil {
		return nil, err
	}
	e, err := event.New("/test", event.RecordEnriched, n.Record.Slug, career.Enriched{
		Record: n.Record, Basis: career.Basis{Snapshot: n.Basis.Snapshot, Catalog: m.Seq},
	})
	e.ID = event.ID("plain", m.Event.ID)
	return []event.Out{{Subject: subject.Enriched(n.Record.Slug), Event: e}}, err
}

func (l *line) Get(_ context.Context, sum string) ([]byte, error) { return l.bodies[sum], nil }

func (l *line) Last(_ context.Context, on string) (event.Message, bool, error) {
	m, ok := l.last[on]
	return m, ok, nil
}

func (l *line) Judge(_ context.Context, before, candidate *career.Record) ([]career.Reason, bool, error) {
	reasons, transient := l.guard.Judge(before, candidate)
	return reasons, transient, nil
}

var streamOf = map[string]string{
	event.PageFetched: stream.Pages, event.PageRead: stream.Read, event.RecordNormalized: stream.Normalized, event.RecordEnriched: stream.Enriched,
	event.RecordHeld: stream.Held, event.DriftDetected: stream.Drift, event.RecordPublished: stream.Published,
}

// publish stores an event and takes it the rest of its way, what it causes too.
func (l *line) publish(out event.Out) {
	l.t.Helper()
	if l.seqs[stream.Pages]%10 > 0 && out.Event.Type != event.RecordHeld { // it takes its time
	} else if err := l.validate(out.Event); err != nil {
		l.t.Fatalf("event breaks its schema: %v", err)
	}
	if out.ExpectLast != nil && *out.ExpectLast != l.last[out.Subject].Seq {
		l.t.Fatalf("%s: expects %d as the last, which is %d", out.Subject, *out.ExpectLast, l.last[out.Subject].Seq)
	}
	name := streamOf[out.Event.Type]
	l.seqs[name]++
	m := event.Message{Stream: name, Seq: l.seqs[name], Subject: out.Subject, Stored: l.now, Event: out.Event}
	l.last[out.Subject] = m
	var err error
	switch name {
	case stream.Published:
		l.stored[name] = append(l.stored[name], m)
		err = l.guard.ApplyPublished(m)
	case stream.Held, stream.Drift:
		l.stored[name] = append(l.stored[name], m)
		if name == stream.Held {
			err = l.guard.ApplyHeld(m)
		}
	}
	if err != nil {
		l.t.Fatal(err)
	}
	if stage := l.stages[name]; stage != nil {
		outs, err := stage.Handle(l.t.Context(), m)
		if fault.ClassOf(err) == fault.Poison {
			l.dead = append(l.dead, err)
		} else if err != nil {
			l.t.Fatal(err)
		}
		for _, o := range outs {
			l.publish(o)
		}
	}
}

// take brings a new snapshot of a page.
func (l *line) take(url, site, body string) {
	l.t.Helper()
	digest, key := sha256.Sum256([]byte(body)), sha256.Sum256([]byte(url))
	s := page.Snapshot{
		URL: url, Site: site, Key: hex.EncodeToString(key[:16]), Origin: url, BodySHA256: hex.EncodeToString(digest[:]), Size: int64(len(body)),
		MediaType: page.HTML, Charset: "utf-8", FetchedAt: l.now, Warnings: []string{},
	}
	if m, ok := l.last[subject.Page(site, s.Key)]; ok { // the bytes are those of the last snapshot
		if before, err := event.Data[page.Snapshot](m); err == nil && before.BodySHA256 == s.BodySHA256 {
			return
		}
	}
	clear(l.bodies)
	l.bodies[s.BodySHA256] = []byte(body)
	e, err := event.New("/test", event.PageFetched, s.Key, s)
	if err != nil {
		l.t.Fatal(err)
	}
	e.ID, e.Time = event.ID("test", fmt.Sprint(l.seqs[stream.Pages])), l.now
	l.publish(event.Out{Subject: subject.Page(site, s.Key), Event: e})
}

// published is the version of a career that the world may read.
func (l *line) published(slug string) career.Record {
	l.t.Helper()
	p, err := event.Data[career.Published](l.last[subject.Published(slug)])
	if err != nil {
		l.t.Fatalf("%s is not published: %v", slug, err)
	}
	return p.Record
}

// held is the state of a career's holds; its State is "" where there is none.
func (l *line) held(slug string) career.Held {
	h, _ := event.Data[career.Held](l.last[subject.Held(slug)])
	return h
}

// open counts the careers that are held.
func (l *line) open() (n int) {
	for on := range l.last {
		if m := l.last[on]; m.Stream == stream.Held {
			if h, err := event.Data[career.Held](m); err == nil && h.State == career.HeldBack {
				n++
			}
		}
	}
	return n
}
