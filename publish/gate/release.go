package gate

import (
	"context"
	"time"

	"careerstream/schemas/career"
	"careerstream/schemas/event"
	"careerstream/schemas/fault"
	"careerstream/schemas/subject"
)

// Release is an event.Handler: record.held with state released in, record.published
// out. A released record is the next version of its career, unless a later one was
// published meanwhile. Other states need nothing.
type Release struct {
	clock func() time.Time
	last  event.LastReader
}

// NewRelease makes the stage; of cfg only the clock counts.
func NewRelease(cfg Config, last event.LastReader) *Release {
	if cfg.Clock == nil {
		cfg.Clock = time.Now
	}
	return &Release{cfg.Clock, last}
}

var _ event.Handler = (*Release)(nil)

// Handle implements event.Handler.
func (r *Release) Handle(ctx context.Context, m event.Message) ([]event.Out, error) {
	if m.Event.Type != event.RecordHeld {
		return nil, fault.New(fault.UnknownType, "%s %d is a %s, want %s", m.Stream, m.Seq, m.Event.Type, event.RecordHeld)
	}
	h, err := event.Data[career.Held](m)
	if err != nil {
		return nil, err
	}
	if h.State != career.Released || h.Record == nil {
		return nil, nil
	}
	last, seq, ok, err := lastVersion(ctx, r.last, h.Slug)
	if err != nil {
		return nil, err
	}
	if ok && (last.Basis.Catalog >= h.Basis.Catalog || last.ContentSHA256 == h.ContentSHA256) {
		return nil, nil
	}
	next := version(r.clock, *h.Record, h.Basis, last, ok, h.ContentSHA256)
	next.Causes = Causes(last, next, true)
	e, err := event.New(source, event.RecordPublished, h.Slug, next)
	if err != nil {
		return nil, err
	}
	e.ID, e.Time = event.ID("release", m.Event.ID, h.Slug, h.ContentSHA256), next.Record.ValidFrom
	return []event.Out{{Subject: subject.Published(h.Slug), Event: e.CausedBy(m.Event), ExpectLast: &seq}}, nil
}
