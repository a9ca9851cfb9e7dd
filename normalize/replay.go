package normalize

import (
	"context"

	"careerstream/schemas/career"
	"careerstream/schemas/event"
	"careerstream/schemas/page"
)

// Replayed is what today's code and profiles make of a page that was read before.
type Replayed struct {
	// Record of the page; nil where it has none to give: an article, or a page that
	// is gone and whose career is not retired by that.
	Record *career.Record
	// Basis of Record: the newest message of the pages stream that went into it,
	// and the replay's number.
	Basis career.Basis
	// Before is the career's last record, nil without one, and BeforeSeq its
	// sequence in the normalized stream, 0 then.
	Before    *career.Record
	BeforeSeq uint64
	// Late: the career's last record is of a newer snapshot, or of a later replay.
	Late bool
	// Outs are what makes Record the last one, and the page known as its; none where
	// it is late, or where it says the same as Before and the page is known.
	Outs []event.Out
}

// Replay reads the last message of a page again, as Handle would, and compares
// what comes out with the career's last record. number tells the replay from the
// first reading and from other replays; it is higher than any before, and not 0.
// Nothing is published here: that is the caller's part.
//
// Errors are those of Handle. m must be the last message on its subject.
func (h *Handler) Replay(ctx context.Context, m event.Message, number uint64) (Replayed, error) {
	record, snapshot, err := h.reread(ctx, m)
	if err != nil || record == nil {
		return Replayed{}, err
	}
	record.FillLists()
	r := Replayed{Record: record, Basis: career.Basis{Snapshot: snapshot, Replay: number}}
	at, err := h.place(ctx, *record, r.Basis)
	if err != nil {
		return r, err
	}
	if at.late {
		if at.late, err = h.overtaken(ctx, m, at, record, &r.Basis); err != nil {
			return r, err
		}
	}
	r.Before, r.BeforeSeq, r.Late = at.before, at.seq, at.late
	if r.Late {
		return r, nil
	}
	same, err := sameContent(r.Before, record)
	if err != nil {
		return r, err
	}
	if !same {
		if r.Outs, err = h.normalized(m, *record, r.Basis, at.seq); err != nil {
			return r, err
		}
	}
	return r, h.nowRead(ctx, m, &r)
}

// nowRead adds that a page is of a career, where nothing said so before: the
// drift guard knows its pages by that.
func (h *Handler) nowRead(ctx context.Context, m event.Message, r *Replayed) error {
	if m.Event.Type != event.PageFetched {
		return nil
	}
	s, err := event.Data[page.Snapshot](m)
	if err != nil {
		return err
	}
	_, seq, known, err := h.readAs(ctx, s)
	if err != nil || known {
		return err
	}
	out, err := readEvent(m, s, *r.Record, seq)
	r.Outs = append(r.Outs, out)
	return err
}

// overtaken reports whether the career's last record is newer than the page's last
// message m. It is not where it was read from m too, with an article besides that
// the page does not go on at any more; then basis comes up to it.
func (h *Handler) overtaken(ctx context.Context, m event.Message, at place, record *career.Record, basis *career.Basis) (bool, error) {
	up := career.Basis{Snapshot: at.basis.Snapshot, Replay: basis.Replay}
	if at.before == nil || at.before.Source.URL != record.Source.URL || !at.basis.Before(up) {
		return true, nil
	}
	// The page is looked up after its record: while m is still the last, nothing
	// newer can have gone into that.
	last, ok, err := h.last.Last(ctx, m.Subject)
	if err != nil || !ok || last.Seq != m.Seq {
		return true, err
	}
	*basis = up
	return false, nil
}

// reread makes the record that a page has of its own; an article is in those of
// the pages that link it.
func (h *Handler) reread(ctx context.Context, m event.Message) (*career.Record, uint64, error) {
	if m.Event.Type == event.PageGone {
		return h.retire(ctx, m)
	}
	snapshot, err := event.Data[page.Snapshot](m)
	if err != nil || snapshot.Kind == page.Article {
		return nil, 0, err
	}
	return h.read(ctx, snapshot, m.Seq)
}

func sameContent(a, b *career.Record) (bool, error) {
	if a == nil {
		return false, nil
	}
	x, err := a.ContentSHA256()
	if err != nil {
		return false, err
	}
	y, err := b.ContentSHA256()
	return x == y, err
}
