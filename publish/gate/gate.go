package gate

import (
	"context"
	"time"

	"careerstream/schemas/career"
	"careerstream/schemas/event"
	"careerstream/schemas/fault"
	"careerstream/schemas/subject"
)

// source is the gate's name in its events.
const source = "/careerstream/gate"

// Config of a gate.
type Config struct {
	// Clock gives the time that a version is valid from; default time.Now.
	Clock func() time.Time
	// Guard judges every version but the first; nil lets all pass.
	Guard Guard
}

// Gate is an event.Handler. A record is published when it differs from the one
// published last, was computed from a later state of the catalog, and the guard
// finds nothing wrong with it. Versions count from 1 without gaps: each is
// published on condition that the one before is still the last, whatever else runs
// at the same time.
type Gate struct {
	clock func() time.Time
	guard Guard
	last  event.LastReader
}

// New makes a gate that looks up earlier records in last.
func New(cfg Config, last event.LastReader) *Gate {
	if cfg.Clock == nil {
		cfg.Clock = time.Now
	}
	return &Gate{clock: cfg.Clock, guard: cfg.Guard, last: last}
}

var _ event.Handler = (*Gate)(nil)

// Handle returns one record.published event, or none when there is nothing new; of
// a record that looks damaged a record.held event instead, after a drift.detected
// event if its template is the first to. A good record also resolves the hold
// before it. What was held or rejected before is not held again.
func (g *Gate) Handle(ctx context.Context, m event.Message) ([]event.Out, error) {
	if m.Event.Type != event.RecordEnriched {
		return nil, fault.New(fault.UnknownType, "%s %d is a %s, want %s", m.Stream, m.Seq, m.Event.Type, event.RecordEnriched)
	}
	in, err := event.Data[career.Enriched](m)
	if err != nil {
		return nil, err
	}
	slug := in.Record.Slug
	if slug == "" {
		return nil, fault.New(fault.SchemaViolation, "%s %d: the record has no slug", m.Stream, m.Seq)
	}
	sum, err := in.Record.ContentSHA256()
	if err != nil {
		return nil, err
	}
	last, seq, ok, err := lastVersion(ctx, g.last, slug)
	if err != nil {
		return nil, err
	}
	c := candidate{message: m, in: in, sum: sum, last: last, seq: seq, first: !ok}
	if c.first {
		return g.publish(c)
	}
	if last.Basis.Catalog >= in.Basis.Catalog {
		return nil, nil
	}
	if c.hold, c.holdSeq, err = lastHold(ctx, g.last, slug); err != nil {
		return nil, err
	}
	if last.ContentSHA256 == sum {
		return g.resolve(c)
	}
	if undone, err := g.undone(ctx, in, last); err != nil || undone {
		return nil, err
	}
	return g.judge(ctx, c)
}

// candidate is a record on its way through the gate.
type candidate struct {
	message event.Message
	in      career.Enriched
	sum     string
	// last is the version that is published, the message seq; first is true where
	// there is none.
	last  career.Published
	seq   uint64
	first bool
	// hold is the last state of the career's holds, the message holdSeq; its State
	// is "" where there is none.
	hold    career.Held
	holdSeq uint64
}

// lastVersion reads the version that is published, and its sequence.
func lastVersion(ctx context.Context, reader event.LastReader, slug string) (career.Published, uint64, bool, error) {
	var p career.Published
	m, ok, err := reader.Last(ctx, subject.Published(slug))
	if err == nil && ok {
		p, err = event.Data[career.Published](m)
	}
	return p, m.Seq, ok, err
}

// publish makes the next version, after the end of an open hold.
func (g *Gate) publish(c candidate) ([]event.Out, error) {
	outs, err := g.resolve(c)
	if err != nil {
		return nil, err
	}
	next := version(g.clock, c.in.Record, c.in.Basis, c.last, !c.first, c.sum)
	next.Causes = Causes(c.last, next, false)
	out, err := event.New(source, event.RecordPublished, next.Record.Slug, next)
	if err != nil {
		return nil, err
	}
	out.ID = event.ID("gate", c.message.Event.ID, next.Record.Slug, c.sum)
	out.Time = next.Record.ValidFrom
	return append(outs, event.Out{Subject: subject.Published(next.Record.Slug), Event: out.CausedBy(c.message.Event), ExpectLast: &c.seq}), nil
}

// undone reports that a later record of the career is there whose content is
// already published: this one came late, and was overtaken without a version.
func (g *Gate) undone(ctx context.Context, in career.Enriched, last career.Published) (bool, error) {
	newest, ok, err := g.last.Last(ctx, subject.Enriched(in.Record.Slug))
	if err != nil || !ok {
		return false, err
	}
	later, err := event.Data[career.Enriched](newest)
	if err != nil || later.Basis.Catalog <= in.Basis.Catalog {
		return false, err
	}
	sum, err := later.Record.ContentSHA256()
	return sum == last.ContentSHA256, err
}

// version makes the next version of a record; last counts only if ok.
func version(clock func() time.Time, r career.Record, basis career.Basis, last career.Published, ok bool, sum string) career.Published {
	next := career.Published{Record: r, Basis: basis, ContentSHA256: sum}
	next.Record.FillLists()
	next.Record.Version = last.Record.Version + 1
	next.Record.ValidFrom = clock().UTC().Truncate(time.Millisecond)
	if !ok {
		next.Changes = []career.Change{{Kind: career.Added, Field: "record"}}
		return next
	}
	// A clock that was set back must not put the versions out of order.
	if earliest := last.Record.ValidFrom.Add(time.Millisecond); next.Record.ValidFrom.Before(earliest) {
		next.Record.ValidFrom = earliest
	}
	next.Changes = Diff(last.Record, r)
	return next
}
