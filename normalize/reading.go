package normalize

import (
	"context"
	"time"

	"careerstream/schemas/career"
	"careerstream/schemas/event"
	"careerstream/schemas/fault"
	"careerstream/schemas/page"
	"careerstream/schemas/subject"
)

// source is the stage's name in its events.
const source = "/careerstream/normalize"

// Rules by which this stage holds what it cannot judge as a record.
const (
	// Unreadable pages were read before and cannot be read any more.
	Unreadable = "unreadable"
	// Renamed pages are read as a career that another page has.
	Renamed = "renamed"
)

// readAs is the career that the page of a snapshot was read as last; ok is false
// for a page that was never read.
func (h *Handler) readAs(ctx context.Context, s page.Snapshot) (r page.Reading, seq uint64, ok bool, err error) {
	m, found, err := h.last.Last(ctx, subject.Read(s.Site, s.Key))
	if err != nil || !found || m.Event.Type != event.PageRead {
		return r, m.Seq, false, err
	}
	r, err = event.Data[page.Reading](m)
	return r, m.Seq, err == nil && r.Slug != "", nil
}

// newest reports whether no later message of the page is there.
func (h *Handler) newest(ctx context.Context, s page.Snapshot, seq uint64) (bool, error) {
	m, ok, err := h.last.Last(ctx, subject.Page(s.Site, s.Key))
	return !ok || m.Seq <= seq, err
}

// owns reports whether the page of a snapshot has the career slug, and returns the
// career's last record.
func (h *Handler) owns(ctx context.Context, s page.Snapshot, slug string) (career.Normalized, bool, error) {
	m, ok, err := h.last.Last(ctx, subject.Normalized(slug))
	if err != nil || !ok {
		return career.Normalized{}, false, err
	}
	n, err := event.Data[career.Normalized](m)
	return n, err == nil && n.Record.Source.URL == s.URL, nil
}

// accept says what a page that was read is to the catalog: its record, what it was
// read as, and the end of the career that it was read as before.
func (h *Handler) accept(ctx context.Context, m event.Message, s page.Snapshot, record career.Record, basis uint64) ([]event.Out, error) {
	before, seq, known, err := h.readAs(ctx, s)
	if err != nil {
		return nil, err
	}
	if known && before.Slug == record.Slug && before.Template == record.Source.Template {
		return h.register(ctx, m, record, career.Basis{Snapshot: basis})
	}
	newest, err := h.newest(ctx, s, m.Seq)
	if err != nil {
		return nil, err
	}
	var retired []event.Out
	if known && newest && before.Slug != record.Slug {
		outs, stop, err := h.rename(ctx, m, s, before, record)
		if err != nil || stop {
			return outs, err
		}
		retired = outs
	}
	outs, err := h.register(ctx, m, record, career.Basis{Snapshot: basis})
	if err != nil || known && !newest {
		return outs, err
	}
	// It comes last: until it is there, the rest is done again. An older snapshot
	// says it too where nothing did: that the page was a career page counts for ever.
	read, err := readEvent(m, s, record, seq)
	return append(append(outs, retired...), read), err
}

// readEvent is the event of what a page was read as, on condition that expect is
// still the sequence of the last one.
func readEvent(m event.Message, s page.Snapshot, record career.Record, expect uint64) (event.Out, error) {
	e, err := event.New(source, event.PageRead, s.Key, page.Reading{
		URL: s.URL, Site: s.Site, Key: s.Key, Slug: record.Slug, Template: record.Source.Template, Snapshot: m.Seq,
	})
	e.ID = event.ID("read", m.Event.ID, record.Slug, record.Source.Template)
	return event.Out{Subject: subject.Read(s.Site, s.Key), Event: e.CausedBy(m.Event), ExpectLast: &expect}, err
}

// rename retires the career that a page was read as before. A page that is read as
// another page's career is held instead (stop is true): a site whose pages all come
// out under one name must not end its careers.
func (h *Handler) rename(ctx context.Context, m event.Message, s page.Snapshot, before page.Reading, record career.Record) (outs []event.Out, stop bool, err error) {
	old, owns, err := h.owns(ctx, s, before.Slug)
	if err != nil || !owns || old.Record.Retired != nil {
		return nil, false, err
	}
	other, taken, err := h.last.Last(ctx, subject.Normalized(record.Slug))
	if err != nil {
		return nil, false, err
	}
	if taken {
		n, err := event.Data[career.Normalized](other)
		if err == nil && n.Record.Source.URL != s.URL && n.Record.Source.Site != page.LocalSite && n.Record.Retired == nil {
			outs, err := h.hold(ctx, m, s, before, record.Source.Template, false,
				career.Reason{Rule: Renamed, Text: "the page is read as " + record.Slug + " now, which " + n.Record.Source.URL + " has"})
			return outs, true, err
		}
	}
	old.Record.Retired = &career.Retirement{Since: s.FetchedAt.UTC(), Reason: page.Moved, MovedTo: s.URL, ReplacedBy: record.Slug}
	outs, err = h.register(ctx, m, old.Record, career.Basis{Snapshot: m.Seq})
	return outs, false, err
}

// unreadable holds the career of a page that was read before and cannot be read any
// more. For other pages cause is the verdict.
func (h *Handler) unreadable(ctx context.Context, m event.Message, s page.Snapshot, template string, cause error) ([]event.Out, error) {
	before, _, known, err := h.readAs(ctx, s)
	if err != nil {
		return nil, err
	}
	if !known {
		return h.unrelated(ctx, m, s, cause)
	}
	if newest, err := h.newest(ctx, s, m.Seq); err != nil || !newest {
		return nil, err
	}
	if _, owns, err := h.owns(ctx, s, before.Slug); err != nil {
		return nil, err
	} else if !owns {
		return nil, cause // another page has the career
	}
	return h.hold(ctx, m, s, before, template, fault.KindOf(cause) == fault.ConsentWall, career.Reason{Rule: Unreadable, Text: cause.Error()})
}

// unrelated notes that a page which only a list names holds no career, so that it
// is counted and is no dead letter. For other pages cause is the verdict.
func (h *Handler) unrelated(ctx context.Context, m event.Message, s page.Snapshot, cause error) ([]event.Out, error) {
	if !s.Listed || fault.KindOf(cause) != fault.NotACareerPage {
		return nil, cause
	}
	on := subject.Read(s.Site, s.Key)
	last, _, err := h.last.Last(ctx, on)
	if err != nil {
		return nil, err
	}
	if before, err := event.Data[page.Unrelated](last); err == nil && last.Event.Type == event.PageUnrelated && before.Snapshot >= m.Seq {
		return nil, nil
	}
	e, err := event.New(source, event.PageUnrelated, s.Key, page.Unrelated{
		URL: s.URL, Site: s.Site, Key: s.Key, Reason: cause.Error(), Snapshot: m.Seq,
	})
	if err != nil {
		return nil, err
	}
	e.ID = event.ID("unrelated", m.Event.ID)
	return []event.Out{{Subject: on, Event: e.CausedBy(m.Event), ExpectLast: &last.Seq}}, nil
}

// hold makes the events of a page without a record: that of its career, and first
// that of its template if there is none yet.
func (h *Handler) hold(ctx context.Context, m event.Message, s page.Snapshot, before page.Reading, template string, transient bool, reason career.Reason) ([]event.Out, error) {
	to := subject.Held(before.Slug)
	last, _, err := h.last.Last(ctx, to)
	if err != nil {
		return nil, err
	}
	prior, _ := event.Data[career.Held](last) // what is no hold counts as none
	if prior.Basis.Snapshot >= m.Seq {
		return nil, nil
	}
	if prior.State == career.Rejected && prior.TemplateAfter == template && len(prior.Reasons) > 0 && prior.Reasons[0].Rule == reason.Rule {
		return nil, nil // a person knows
	}
	at := m.Stored.UTC().Truncate(time.Millisecond)
	held := career.Held{
		Slug: before.Slug, State: career.HeldBack, Basis: career.Basis{Snapshot: m.Seq}, URL: s.URL, Site: s.Site,
		TemplateBefore: before.Template, TemplateAfter: template, Reasons: []career.Reason{reason}, Transient: transient, Since: at, At: at,
	}
	if prior.State == career.HeldBack {
		held.Since = prior.Since
	}
	if version, _, err := h.last.Last(ctx, subject.Published(before.Slug)); err != nil {
		return nil, err
	} else if p, err := event.Data[career.Published](version); err == nil {
		held.Version = p.Record.Version
	}
	var outs []event.Out
	if !transient {
		if outs, err = h.drift(ctx, m, held); err != nil {
			return nil, err
		}
	}
	e, err := event.New(source, event.RecordHeld, held.Slug, held)
	if err != nil {
		return nil, err
	}
	e.ID, e.Time = event.ID("unreadable", m.Event.ID, held.Slug), at
	return append(outs, event.Out{Subject: to, Event: e.CausedBy(m.Event), ExpectLast: &last.Seq}), nil
}

// drift is the event about the template of a hold, unless there is one.
func (h *Handler) drift(ctx context.Context, m event.Message, held career.Held) ([]event.Out, error) {
	d := held.Drift()
	to := subject.Drift(d.Site, d.Template)
	if _, known, err := h.last.Last(ctx, to); err != nil || known {
		return nil, err
	}
	e, err := event.New(source, event.DriftDetected, d.Site, d)
	if err != nil {
		return nil, err
	}
	e.ID, e.Time = event.ID("drift", m.Event.ID, d.Site, d.Template), d.At
	none := uint64(0)
	return []event.Out{{Subject: to, Event: e.CausedBy(m.Event), ExpectLast: &none}}, nil
}
