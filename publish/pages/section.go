package pages

import (
	"context"
	"encoding/csv"
	"net/http"
	"sync"
	"time"

	"careerstream/publish/report"
)

// section is a part of a page that may be missing while an engine is down: the
// rest of the page comes all the same.
type section[T any] struct {
	Data T
	// Missing says why it is, "" where it is not, and Since since when.
	Missing string
	Since   time.Time
}

// outage remembers since when ClickHouse has failed us.
type outage struct {
	mu    sync.Mutex
	since time.Time
}

// note returns since when it fails; the zero time where it does not.
func (o *outage) note(now time.Time, failed bool) time.Time {
	o.mu.Lock()
	defer o.mu.Unlock()
	switch {
	case !failed:
		o.since = time.Time{}
	case o.since.IsZero():
		o.since = now
	}
	return o.since
}

// stored reads a section from ClickHouse. It does not ask where ClickHouse is known
// to be away.
func stored[T any](ctx context.Context, p *Pages, what string, read func(context.Context) (T, error)) section[T] {
	var s section[T]
	since, err := p.Reports.State()
	if err != nil {
		p.away.note(since, true)
		return section[T]{Missing: hintOf(err), Since: since}
	}
	ctx, cancel := p.patient(ctx)
	defer cancel()
	s.Data, err = read(ctx)
	if err != nil && ctx.Err() != nil {
		err = context.Cause(ctx)
	}
	s.Since = p.away.note(p.cfg.Now(), err != nil)
	if err != nil {
		s.Missing = hintOf(err)
		p.cfg.Logger.Warn("a section of a page is missing", "section", what, "err", err)
	}
	return s
}

// asked is a section from the broker.
func asked[T any](ctx context.Context, p *Pages, what string, read func(context.Context) (T, error)) section[T] {
	var s section[T]
	ctx, cancel := p.patient(ctx)
	defer cancel()
	var err error
	if s.Data, err = read(ctx); err != nil {
		s.Missing = hintOf(err)
		p.cfg.Logger.Warn("a section of a page is missing", "section", what, "err", err)
	}
	return s
}

// figure is a chart with its numbers as a table and, at CSV, as a file.
type figure struct {
	report.Figure
	// ID is unique in the page.
	ID, CSV string
	// Links are the addresses of the first cells of the rows, or none.
	Links []string
	// Level of the heading.
	Level int
}

// writeCSV sends a table as a file (RFC 4180).
func writeCSV(w http.ResponseWriter, name string, g report.Grid) {
	h := w.Header()
	h.Set("Content-Type", "text/csv; charset=utf-8; header=present")
	h.Set("Content-Disposition", `attachment; filename="careerstream-`+name+`.csv"`)
	out := csv.NewWriter(w)
	header := make([]string, len(g.Columns))
	for i, column := range g.Columns {
		header[i] = column.Name
	}
	_ = out.Write(header) // a client that has gone needs no answer
	_ = out.WriteAll(g.Rows)
}
