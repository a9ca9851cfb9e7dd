package normalize

import (
	"context"
	"strconv"
	"strings"

	"careerstream/schemas/career"
	"careerstream/schemas/event"
	"careerstream/schemas/fault"
	"careerstream/schemas/page"
	"careerstream/schemas/subject"
)

// Bodies reads page bodies.
type Bodies interface {
	// Get returns the body with a SHA-256 (64 hex digits), verified. Errors are
	// fault.BodyMissing or fault.BrokerUnavailable.
	Get(ctx context.Context, sha256 string) ([]byte, error)
}

// Handler is the stage: page.fetched and page.gone in, record.normalized out, and
// page.read where a page is read as something new.
//
// A page that only a list names and that holds no career is no dead letter, but
// noted (page.unrelated).
//
// A page that was read before and cannot be read any more is no dead letter: its
// career is held (record.held), and its template reported once (drift.detected).
//
// The last message of a career's subject is always of its newest state: an older
// one that comes late, or a repeat, changes nothing. A career belongs to the
// site that brought it first; only a file that names no URL gives way.
//
// An article makes no record of its own: the records of the pages that link it
// are made again, with its text.
type Handler struct {
	parser *Parser
	bodies Bodies
	last   event.LastReader
}

// NewHandler returns the stage.
func NewHandler(parser *Parser, bodies Bodies, last event.LastReader) *Handler {
	return &Handler{parser, bodies, last}
}

var _ event.Handler = (*Handler)(nil)

// Handle implements event.Handler. Beside the faults of Parse there are
// fault.BodyMissing, and fault.SlugTaken for a career that another site's page
// has already. Those of Parse are for pages that were never read.
func (h *Handler) Handle(ctx context.Context, m event.Message) ([]event.Out, error) {
	if m.Event.Type == event.PageGone {
		return h.gone(ctx, m)
	}
	snapshot, err := event.Data[page.Snapshot](m)
	if err != nil {
		return nil, err
	}
	if snapshot.Kind == page.Article {
		return h.parents(ctx, m, snapshot)
	}
	in, err := h.input(ctx, snapshot)
	if err != nil {
		return nil, err
	}
	record, template, err := h.parser.parse(in)
	if fault.ClassOf(err) == fault.Poison {
		return h.unreadable(ctx, m, snapshot, template, err)
	}
	if err != nil {
		return nil, err
	}
	basis, err := h.complete(ctx, snapshot, record, m.Seq)
	if err != nil {
		return nil, err
	}
	return h.accept(ctx, m, snapshot, *record, basis)
}

// read makes the record of a snapshot, with the articles that it links, and
// returns the newest message of the pages stream that went into it.
func (h *Handler) read(ctx context.Context, snapshot page.Snapshot, seq uint64) (*career.Record, uint64, error) {
	in, err := h.input(ctx, snapshot)
	if err != nil {
		return nil, 0, err
	}
	record, err := h.parser.Parse(in)
	if err != nil {
		return nil, 0, err
	}
	seq, err = h.complete(ctx, snapshot, record, seq)
	return record, seq, err
}

// complete adds to a record what does not stand on its page.
func (h *Handler) complete(ctx context.Context, snapshot page.Snapshot, record *career.Record, seq uint64) (uint64, error) {
	record.Quality.Warnings = append(record.Quality.Warnings, snapshot.Warnings...)
	return h.attach(ctx, snapshot.Site, record, seq)
}

func (h *Handler) input(ctx context.Context, snapshot page.Snapshot) (Input, error) {
	body, err := h.bodies.Get(ctx, snapshot.BodySHA256)
	return Input{
		Body: body, MediaType: snapshot.MediaType, Charset: snapshot.Charset, URL: snapshot.URL,
		Site: snapshot.Site, FetchedAt: snapshot.FetchedAt, BodySHA256: snapshot.BodySHA256,
	}, err
}

// register makes the record the career's newest one, unless it is not. The basis
// has the newest message of the pages stream that went into it.
func (h *Handler) register(ctx context.Context, m event.Message, record career.Record, basis career.Basis) ([]event.Out, error) {
	at, err := h.place(ctx, record, basis)
	if err != nil || at.late {
		return nil, err
	}
	return h.normalized(m, record, basis, at.seq)
}

// place is how a record stands to the career's last one.
type place struct {
	// before is the last record, nil without one, with its basis, and seq its
	// sequence, 0 then.
	before *career.Record
	basis  career.Basis
	seq    uint64
	// late: the last record is not to be overridden.
	late bool
}

// place looks up the career's last record. fault.SlugTaken says that it is of
// another site.
func (h *Handler) place(ctx context.Context, record career.Record, basis career.Basis) (place, error) {
	last, ok, err := h.last.Last(ctx, subject.Normalized(record.Slug))
	if err != nil || !ok {
		return place{}, err
	}
	at := place{seq: last.Seq}
	// A stray message that is no record is simply overwritten.
	before, err := event.Data[career.Normalized](last)
	if err == nil {
		at.before, at.basis = &before.Record, before.Basis
	}
	if !before.Basis.Before(basis) {
		at.late = true
		return at, nil
	}
	if site := before.Record.Source.Site; site != "" && site != record.Source.Site && site != page.LocalSite {
		return at, fault.New(fault.SlugTaken, "%s: career %q belongs to %s", record.Source.URL, record.Slug, before.Record.Source.URL)
	}
	return at, nil
}

// normalized is the event of a record, on condition that expect is still the
// sequence of the career's last one.
func (h *Handler) normalized(m event.Message, record career.Record, basis career.Basis, expect uint64) ([]event.Out, error) {
	hash, err := record.ContentSHA256()
	if err != nil {
		return nil, err
	}
	e, err := event.New(source, event.RecordNormalized, record.Slug, career.Normalized{Record: record, Basis: basis})
	if err != nil {
		return nil, fault.New(fault.Internal, "%s: %w", strings.TrimSpace(record.Source.URL), err)
	}
	parts := []string{"normalize", m.Event.ID, record.Slug, hash}
	if basis.Replay > 0 {
		parts = append(parts, strconv.FormatUint(basis.Replay, 10))
	}
	e.ID = event.ID(parts...)
	return []event.Out{{Subject: subject.Normalized(record.Slug), Event: e.CausedBy(m.Event), ExpectLast: &expect}}, nil
}
