package ingest

import (
	"context"
	"encoding/hex"
	"fmt"
)

// run is the publishing half of one run. It is used by one goroutine.
type run struct {
	*Ingester
	taker     Taker
	statement Statement
	// urls remembers, by page key, where a URL was met first: a few hundred
	// bytes a page.
	urls map[[16]byte]string
}

// publish accounts for the jobs in their order and frees a slot for each. It
// returns why it ended before the last one, or nil.
func (r *run) publish(ctx context.Context, order <-chan job, slots <-chan struct{}, accounted func(origin string)) error {
	for {
		var j job
		var more bool
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case j, more = <-order:
		}
		if !more {
			return nil
		}
		var out outcome
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case out = <-j.done:
		}
		if err := r.account(ctx, j.entry.Origin, out); err != nil {
			return err
		}
		<-slots
		accounted(j.entry.Origin)
	}
}

// account takes or buries one page. An error means that ctx ended before that.
func (r *run) account(ctx context.Context, origin string, out outcome) error {
	if out.err != nil && ctx.Err() != nil {
		return context.Cause(ctx) // the fault may be the cancellation's
	}
	if out.err == nil {
		out.err = r.take(ctx, origin, &out.page)
	}
	if out.err == nil {
		return nil
	}
	if ctx.Err() != nil {
		return out.err
	}
	if err := r.taker.Bury(ctx, origin, out.err); err != nil {
		return err
	}
	r.statement.failed(origin, out.err)
	return nil
}

// take stores a page's body and publishes its snapshot. A poison error is the
// page's own; any other means that ctx ended.
func (r *run) take(ctx context.Context, origin string, p *Page) error {
	s := &p.Snapshot
	if key, err := hex.DecodeString(s.Key); err == nil && len(key) == 16 {
		if first, met := r.urls[[16]byte(key)]; met {
			s.Warnings = append(s.Warnings, fmt.Sprintf("%s has the same URL in this run; the later page counts", first))
		} else {
			r.urls[[16]byte(key)] = origin
		}
	}
	seq, taken, err := r.taker.Take(ctx, origin, p)
	if err != nil {
		return err
	}
	if taken {
		r.statement.Taken++
	} else {
		r.statement.Unchanged++
	}
	r.statement.Bytes += s.Size
	r.statement.LastSeq = max(r.statement.LastSeq, seq)
	r.statement.warned(origin, s.Warnings)
	return nil
}
