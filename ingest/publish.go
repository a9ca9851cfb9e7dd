package ingest

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"

	"github.com/cenkalti/backoff/v5"

	"careerstream/schemas/deadletter"
	"careerstream/schemas/event"
	"careerstream/schemas/fault"
	"careerstream/schemas/page"
	"careerstream/schemas/subject"
)

// run is the publishing half of one run. It is used by one goroutine.
type run struct {
	*Ingester
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
	if err := r.bury(ctx, origin, out.err); err != nil {
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
	// Also for an unchanged page: this is how a lost body comes back.
	err := r.retry(ctx, "store body of "+origin, func() error {
		return r.deps.Bodies.Put(ctx, s.BodySHA256, p.Body)
	})
	if err != nil {
		return err
	}

	var (
		seq   uint64
		taken bool
		tried string
	)
	err = r.retry(ctx, "publish snapshot of "+origin, func() error {
		on := subject.Page(s.Site, s.Key)
		last, found, err := r.deps.Last.Last(ctx, on)
		if err != nil {
			return err
		}
		if found && same(last, *s) {
			// An earlier try of ours may have been stored and its answer lost.
			seq, taken = last.Seq, last.Event.ID == tried
			return nil
		}
		out, err := snapshotEvent(on, *s, last.Seq)
		if err != nil {
			return backoff.Permanent(err)
		}
		tried = out.Event.ID
		seq, _, err = r.deps.Publisher.Publish(ctx, out)
		taken = true
		return err
	})
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

// same reports whether the last snapshot shows the page as it is now. One that
// cannot be read is not the same.
func same(last event.Message, s page.Snapshot) bool {
	if last.Event.Type != event.PageFetched {
		return false
	}
	old, err := event.Data[page.Snapshot](last)
	return err == nil && old.BodySHA256 == s.BodySHA256 && old.URL == s.URL &&
		old.MediaType == s.MediaType && old.Charset == s.Charset
}

// snapshotEvent is the event that follows the one with sequence prev on its
// subject. Its ID names prev, so that a page that changes back is an update.
func snapshotEvent(on string, s page.Snapshot, prev uint64) (event.Out, error) {
	e, err := event.New(source, event.PageFetched, s.Key, s)
	if err != nil {
		return event.Out{}, err
	}
	e.ID = event.ID(Stage, on, s.BodySHA256, strconv.FormatUint(prev, 10))
	e.TraceParent = event.NewTrace(e.ID)
	return event.Out{Subject: on, Event: e, ExpectLast: &prev}, nil
}

// bury publishes a dead letter. An error means that ctx ended.
func (r *run) bury(ctx context.Context, origin string, reason error) error {
	r.deps.Log.WarnContext(ctx, "page not taken", "origin", origin, "kind", fault.KindOf(reason), "err", reason)
	letter := deadletter.Letter{
		Stage: Stage, Kind: string(fault.KindOf(reason)), Reason: reason.Error(), State: deadletter.Open,
		Origin: origin, Original: []byte{}, Header: map[string][]string{}, FailedAt: r.deps.Clock().UTC(),
	}
	return r.retry(ctx, "bury "+origin, func() error { return r.deps.DeadLetters.Bury(ctx, letter) })
}

// retry calls op until it succeeds, fails with a poison fault, or ctx ends. An
// outage is two lines in the log: when it begins and when it is over.
func (r *run) retry(ctx context.Context, what string, op func() error) error {
	var last error
	failures, logged := 0, false
	delays := backoff.NewExponentialBackOff()
	delays.InitialInterval, delays.MaxInterval = r.cfg.RetryInitial, r.cfg.RetryMax
	_, err := backoff.Retry(ctx, func() (struct{}, error) {
		err := op()
		var permanent *backoff.PermanentError
		switch {
		case err == nil:
			if logged {
				r.deps.Log.InfoContext(ctx, "recovered", "op", what, "failures", failures)
			}
			return struct{}{}, nil
		case errors.As(err, &permanent):
			return struct{}{}, err
		case fault.ClassOf(err) == fault.Poison:
			return struct{}{}, backoff.Permanent(err)
		}
		if ctx.Err() == nil {
			// A conflict is another run's page and no outage.
			if !logged && !errors.Is(err, fault.Conflict) {
				logged = true
				r.deps.Log.WarnContext(ctx, "trying again", "op", what, "err", err, "hint", fault.KindOf(err).Info().Hint)
			}
			last = err
			failures++
		}
		return struct{}{}, err
	}, backoff.WithBackOff(delays), backoff.WithMaxElapsedTime(0))
	if err != nil && ctx.Err() != nil && last != nil {
		return fmt.Errorf("%s: %w (tried %d times, last error: %w)", what, context.Cause(ctx), failures, last)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	return nil
}
