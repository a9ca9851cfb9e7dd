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
}

// Gate is an event.Handler. A record is published when it differs from the one
// published last and was computed from a later state of the catalog. Versions
// count from 1 without gaps: each is published on condition that the one before
// is still the last, whatever else runs at the same time.
type Gate struct {
	clock func() time.Time
	last  event.LastReader
}

// New makes a gate that looks up earlier records in last.
func New(cfg Config, last event.LastReader) *Gate {
	if cfg.Clock == nil {
		cfg.Clock = time.Now
	}
	return &Gate{clock: cfg.Clock, last: last}
}

var _ event.Handler = (*Gate)(nil)

// Handle returns one record.published event, or none when there is nothing new.
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
	to := subject.Published(slug)
	lastMessage, ok, err := g.last.Last(ctx, to)
	if err != nil {
		return nil, err
	}
	var last career.Published
	if ok {
		if last, err = event.Data[career.Published](lastMessage); err != nil {
			return nil, err
		}
		if last.Basis.Catalog >= in.Basis.Catalog || last.ContentSHA256 == sum {
			return nil, nil
		}
		undone, err := g.undone(ctx, in, last)
		if err != nil || undone {
			return nil, err
		}
	}
	next := g.version(in, last, ok, sum)
	released, err := g.released(ctx, slug, sum)
	if err != nil {
		return nil, err
	}
	next.Causes = Causes(last, next, released)
	out, err := event.New(source, event.RecordPublished, slug, next)
	if err != nil {
		return nil, err
	}
	out.ID = event.ID("gate", m.Event.ID, slug, sum)
	out.Time = next.Record.ValidFrom
	return []event.Out{{Subject: to, Event: out.CausedBy(m.Event), ExpectLast: &lastMessage.Seq}}, nil
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
func (g *Gate) version(in career.Enriched, last career.Published, ok bool, sum string) career.Published {
	next := career.Published{Record: in.Record, Basis: in.Basis, ContentSHA256: sum}
	next.Record.FillLists()
	next.Record.Version = last.Record.Version + 1
	next.Record.ValidFrom = g.clock().UTC().Truncate(time.Millisecond)
	if !ok {
		next.Changes = []career.Change{{Kind: career.Added, Field: "record"}}
		return next
	}
	// A clock that was set back must not put the versions out of order.
	if earliest := last.Record.ValidFrom.Add(time.Millisecond); next.Record.ValidFrom.Before(earliest) {
		next.Record.ValidFrom = earliest
	}
	next.Changes = Diff(last.Record, in.Record)
	return next
}
