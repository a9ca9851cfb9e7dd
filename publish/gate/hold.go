package gate

import (
	"context"
	"time"

	"careerstream/schemas/career"
	"careerstream/schemas/event"
	"careerstream/schemas/subject"
)

// Guard judges whether a version looks damaged beside the one that is published.
type Guard interface {
	// Judge returns what looks damaged, the worst first; none lets the candidate
	// pass. transient tells that the trouble is likely to pass. It knows every
	// version and every release that was published before the call, or before the
	// process began; errors are faults, and the record is judged again.
	Judge(ctx context.Context, before, candidate *career.Record) (reasons []career.Reason, transient bool, err error)
}

// judge publishes a candidate, or holds it.
func (g *Gate) judge(ctx context.Context, c candidate) ([]event.Out, error) {
	same := c.hold.ContentSHA256 == c.sum
	if g.guard == nil || c.hold.State == career.Released && same {
		return g.publish(c)
	}
	reasons, transient, err := g.guard.Judge(ctx, &c.last.Record, &c.in.Record)
	switch {
	case err != nil:
		return nil, err
	case len(reasons) == 0:
		return g.publish(c)
	case c.in.Record.Retired != nil:
		return g.retire(c)
	case !later(c.in.Basis, c.hold.Basis) && c.hold.State != "", same && c.hold.State != career.Resolved:
		return nil, nil
	}
	return g.hold(ctx, c, reasons, transient)
}

// retire publishes that a career is retired. Its page was damaged at the end, so
// the rest stays what was known last.
func (g *Gate) retire(c candidate) ([]event.Out, error) {
	r := c.last.Record
	r.Retired, r.Aliases = c.in.Record.Retired, c.in.Record.Aliases
	sum, err := r.ContentSHA256()
	if err != nil {
		return nil, err
	}
	c.in.Record, c.sum = r, sum
	if sum == c.last.ContentSHA256 {
		return g.resolve(c)
	}
	return g.publish(c)
}

// hold keeps the candidate back. The event about its template comes first: once
// the hold is there, the record is not looked at again.
func (g *Gate) hold(ctx context.Context, c candidate, reasons []career.Reason, transient bool) ([]event.Out, error) {
	now := g.clock().UTC().Truncate(time.Millisecond)
	r, before := c.in.Record, c.last.Record
	r.FillLists()
	h := career.Held{
		Slug: r.Slug, State: career.HeldBack, Record: &r, Basis: c.in.Basis, ContentSHA256: c.sum, Version: before.Version,
		URL: r.Source.URL, Site: r.Source.Site, TemplateBefore: before.Source.Template, TemplateAfter: r.Source.Template,
		Reasons: reasons, Transient: transient, Since: now, At: now,
	}
	if c.hold.State == career.HeldBack {
		h.Since = c.hold.Since
	}
	var outs []event.Out
	if !transient {
		drift, known, err := g.drift(ctx, c.message, h)
		if err != nil {
			return nil, err
		}
		if !known {
			outs = append(outs, drift)
		}
	}
	held, err := g.state(c, h)
	return append(outs, held), err
}

// drift is the event about the template of a hold; known tells that there is one.
func (g *Gate) drift(ctx context.Context, m event.Message, h career.Held) (out event.Out, known bool, err error) {
	d := h.Drift()
	to := subject.Drift(d.Site, d.Template)
	if _, known, err = g.last.Last(ctx, to); err != nil || known {
		return out, known, err
	}
	e, err := event.New(source, event.DriftDetected, d.Site, d)
	if err != nil {
		return out, false, err
	}
	e.ID, e.Time = event.ID("drift", m.Event.ID, d.Site, d.Template), d.At
	none := uint64(0)
	return event.Out{Subject: to, Event: e.CausedBy(m.Event), ExpectLast: &none}, false, nil
}

// resolve ends the open hold of a career whose later record is good; without one
// it does nothing.
func (g *Gate) resolve(c candidate) ([]event.Out, error) {
	if c.hold.State != career.HeldBack || !later(c.in.Basis, c.hold.Basis) {
		return nil, nil
	}
	h := c.hold
	h.State, h.Record, h.At = career.Resolved, nil, g.clock().UTC().Truncate(time.Millisecond)
	out, err := g.state(c, h)
	return []event.Out{out}, err
}

// state is the event of a new state of a career's holds.
func (g *Gate) state(c candidate, h career.Held) (event.Out, error) {
	e, err := event.New(source, event.RecordHeld, h.Slug, h)
	if err != nil {
		return event.Out{}, err
	}
	e.ID, e.Time = event.ID("held", c.message.Event.ID, h.Slug, h.State, c.sum), h.At
	return event.Out{Subject: subject.Held(h.Slug), Event: e.CausedBy(c.message.Event), ExpectLast: &c.holdSeq}, nil
}

// lastHold reads the state of a career's holds and its sequence. A stray message
// that is none counts as no hold.
func lastHold(ctx context.Context, reader event.LastReader, slug string) (career.Held, uint64, error) {
	m, ok, err := reader.Last(ctx, subject.Held(slug))
	if err != nil || !ok || m.Event.Type != event.RecordHeld {
		return career.Held{}, m.Seq, err
	}
	h, err := event.Data[career.Held](m)
	if err != nil {
		return career.Held{}, m.Seq, nil
	}
	return h, m.Seq, nil
}

// later reports whether a basis is after another one. A page that could not be
// read has no state of the catalog, so the snapshot decides first; of one career
// it never goes back while the catalog goes on.
func later(a, b career.Basis) bool {
	return a.Snapshot > b.Snapshot || a.Snapshot == b.Snapshot && a.Catalog > b.Catalog
}
