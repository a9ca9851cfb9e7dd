package normalize

import (
	"context"
	"errors"

	"careerstream/schemas/career"
	"careerstream/schemas/event"
	"careerstream/schemas/fault"
	"careerstream/schemas/page"
	"careerstream/schemas/subject"
)

// gone retires the career of a page that is there no more. What the page said
// last stays in the record. A page that only moved, its career with it, retires
// nothing, nor does one whose career another page has meanwhile.
func (h *Handler) gone(ctx context.Context, m event.Message) ([]event.Out, error) {
	record, basis, err := h.retire(ctx, m)
	if err != nil || record == nil {
		return nil, err
	}
	outs, err := h.register(ctx, m, *record, career.Basis{Snapshot: basis})
	if errors.Is(err, fault.SlugTaken) {
		return nil, nil
	}
	return outs, err
}

// retire makes the record of a page that is there no more, nil where it retires
// nothing, and returns the newest message that went into it.
func (h *Handler) retire(ctx context.Context, m event.Message) (*career.Record, uint64, error) {
	g, err := event.Data[page.Gone](m)
	if err != nil {
		return nil, 0, err
	}
	if g.Last.Kind == page.Article || g.Last.BodySHA256 == "" {
		return nil, 0, nil // an article's text stays; see attach
	}
	record, basis, err := h.read(ctx, g.Last, m.Seq)
	if fault.ClassOf(err) == fault.Poison {
		record, basis, err = h.known(ctx, g.Last, m.Seq)
	}
	if err != nil || record == nil {
		return nil, 0, err
	}
	last, ok, err := h.last.Last(ctx, subject.Normalized(record.Slug))
	if err != nil || !ok {
		return nil, 0, err
	}
	if before, err := event.Data[career.Normalized](last); err == nil && before.Record.Source.URL != record.Source.URL {
		return nil, 0, nil
	}
	record.Retired = &career.Retirement{Since: g.At.UTC(), Reason: g.Reason, MovedTo: g.MovedTo}
	if g.Reason == page.Moved {
		heir, err := h.heir(ctx, g)
		if err != nil {
			return nil, 0, err
		}
		if heir == record.Slug {
			return nil, 0, nil
		}
		record.Retired.ReplacedBy = heir
	}
	return record, basis, nil
}

// known is the record that a page was read as before it became unreadable; nil
// where it never was.
func (h *Handler) known(ctx context.Context, s page.Snapshot, seq uint64) (*career.Record, uint64, error) {
	reading, _, ok, err := h.readAs(ctx, s)
	if err != nil || !ok {
		return nil, 0, err
	}
	n, owns, err := h.owns(ctx, s, reading.Slug)
	if err != nil || !owns {
		return nil, 0, err
	}
	return &n.Record, seq, nil
}

// heir is the slug of the career on the page that a redirect leads to, or "".
func (h *Handler) heir(ctx context.Context, g page.Gone) (string, error) {
	if g.MovedKey == "" {
		return "", nil
	}
	snapshot, _, ok, err := h.snapshot(ctx, g.Site, g.MovedKey)
	if err != nil || !ok {
		return "", err
	}
	record, _, err := h.read(ctx, snapshot, 0)
	if fault.ClassOf(err) == fault.Poison {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	return record.Slug, nil
}
