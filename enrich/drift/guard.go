package drift

import (
	"context"
	"fmt"
	"sync"

	"careerstream/schemas/career"
	"careerstream/schemas/event"
	"careerstream/schemas/fault"
	"careerstream/schemas/subject"
)

// Guard knows what good records look like. It is safe for concurrent use; each
// stream is applied by one goroutine at a time.
type Guard struct {
	cfg Config

	mu              sync.RWMutex
	published, held uint64
	sites           map[string]*site
	// of is the site that a career's latest version is of.
	of       map[string]*site
	released map[finding]struct{}
	// moved is closed and replaced whenever a position moves.
	moved chan struct{}
}

// site is the latest versions of a site's living careers.
type site struct {
	records map[string]*measures
	// have counts the records with each field.
	have [all]int
}

// finding is what a person may accept for all pages of a template.
type finding struct{ site, template, rule, field string }

// New returns a guard that knows nothing yet, or an error that names every bad
// threshold.
func New(cfg Config) (*Guard, error) {
	cfg = cfg.withDefaults()
	if err := cfg.check(); err != nil {
		return nil, fmt.Errorf("configure drift guard: %w", err)
	}
	return &Guard{
		cfg: cfg, sites: make(map[string]*site), of: make(map[string]*site),
		released: make(map[finding]struct{}), moved: make(chan struct{}),
	}, nil
}

// ApplyPublished takes the next message of the published stream. One at or before
// the position is a repeat and changes nothing. A message that is no published
// record is an error for the log: the position moves on all the same.
func (g *Guard) ApplyPublished(m event.Message) error {
	p, err := decode[career.Published](m, event.RecordPublished)
	if err == nil && (p.Record.Slug == "" || m.Subject != subject.Published(p.Record.Slug)) {
		err = fault.New(fault.SchemaViolation, "%s %d: record of %q is on subject %s", m.Stream, m.Seq, p.Record.Slug, m.Subject)
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	if m.Seq <= g.published {
		return nil
	}
	if err == nil {
		g.put(&p.Record)
	}
	g.published = m.Seq
	g.move()
	return err
}

// ApplyHeld takes the next message of the stream of held records, as
// ApplyPublished does. A released one teaches.
func (g *Guard) ApplyHeld(m event.Message) error {
	h, err := decode[career.Held](m, event.RecordHeld)
	g.mu.Lock()
	defer g.mu.Unlock()
	if m.Seq <= g.held {
		return nil
	}
	if err == nil && h.State == career.Released {
		for _, r := range h.Reasons {
			g.released[finding{h.Site, h.TemplateAfter, r.Rule, r.Field}] = struct{}{}
		}
	}
	g.held = m.Seq
	g.move()
	return err
}

func decode[T any](m event.Message, want string) (T, error) {
	if m.Event.Type != want {
		var zero T
		return zero, fault.New(fault.UnknownType, "%s %d: type is %q, want %q", m.Stream, m.Seq, m.Event.Type, want)
	}
	return event.Data[T](m)
}

func (g *Guard) move() {
	close(g.moved)
	g.moved = make(chan struct{})
}

// put makes r the latest version of its career.
func (g *Guard) put(r *career.Record) {
	if s := g.of[r.Slug]; s != nil {
		before := s.records[r.Slug]
		s.tally(before, -1)
		delete(s.records, r.Slug)
		delete(g.of, r.Slug)
	}
	if r.Retired != nil {
		return
	}
	s := g.sites[r.Source.Site]
	if s == nil {
		s = &site{records: make(map[string]*measures)}
		g.sites[r.Source.Site] = s
	}
	m := measure(r)
	s.tally(&m, 1)
	s.records[r.Slug] = &m
	g.of[r.Slug] = s
}

func (s *site) tally(m *measures, by int) {
	for f := range all {
		if m.has(f) {
			s.have[f] += by
		}
	}
}

// Positions are the sequences of the last messages applied of the published stream
// and of that of held records.
func (g *Guard) Positions() (published, held uint64) {
	g.mu.RLock()
	defer g.mu.RUnlock()
	return g.published, g.held
}

// WaitFor blocks until both positions are at least those given. When ctx ends
// before, it returns a fault.Timeout that wraps the cause.
func (g *Guard) WaitFor(ctx context.Context, published, held uint64) error {
	for {
		g.mu.RLock()
		p, h, moved := g.published, g.held, g.moved
		g.mu.RUnlock()
		if p >= published && h >= held {
			return nil
		}
		select {
		case <-moved:
		case <-ctx.Done():
			return fault.New(fault.Timeout, "wait for the drift guard, which is at %d and %d, to reach %d and %d: %w", p, h, published, held, context.Cause(ctx))
		}
	}
}
