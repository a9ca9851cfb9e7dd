package ingest

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strconv"
	"time"

	"github.com/cenkalti/backoff/v5"

	"careerstream/schemas/deadletter"
	"careerstream/schemas/event"
	"careerstream/schemas/fault"
	"careerstream/schemas/page"
	"careerstream/schemas/subject"
)

// Taker stores page bodies and publishes what became of pages. Local input and
// the crawler share it. All fields are required. It is safe for concurrent use.
type Taker struct {
	Bodies      Bodies
	Publisher   Publisher
	Last        event.LastReader
	DeadLetters DeadLetters
	// Clock gives the time of dead letters.
	Clock func() time.Time
	Log   *slog.Logger
	// RetryInitial and RetryMax are the first and the longest delay between
	// tries while the broker fails.
	RetryInitial time.Duration
	RetryMax     time.Duration
}

// Take stores the body and then publishes the snapshot, unless the last one on
// its subject shows the same page. It returns the sequence of the snapshot
// that counts, and whether it is this one. A poison error is the page's own;
// any other means that ctx ended.
func (t *Taker) Take(ctx context.Context, origin string, p *Page) (seq uint64, taken bool, err error) {
	s := &p.Snapshot
	// Also for an unchanged page: this is how a lost body comes back.
	if err := t.Store(ctx, origin, s.BodySHA256, p.Body); err != nil {
		return 0, false, err
	}
	on := subject.Page(s.Site, s.Key)
	return t.Supersede(ctx, "publish snapshot of "+origin, on, func(last event.Message, found bool) (event.Out, bool, error) {
		if found && same(last, *s) {
			return event.Out{}, false, nil
		}
		out, err := SnapshotEvent(on, *s, last.Seq)
		return out, true, err
	})
}

// Store stores a body. The error is as Take's.
func (t *Taker) Store(ctx context.Context, origin, sha256 string, body []byte) error {
	return t.Retry(ctx, "store body of "+origin, func() error { return t.Bodies.Put(ctx, sha256, body) })
}

// Supersede publishes the event that follows the last one on a subject. next
// makes it, or says that none is wanted; its event must name last.Seq in its ID
// and in ExpectLast. It is asked again when another writer comes in between.
// Supersede returns the sequence of the subject's last event and whether it is
// this one. A poison error is the event's own; any other means that ctx ended.
func (t *Taker) Supersede(ctx context.Context, what, on string,
	next func(last event.Message, found bool) (out event.Out, wanted bool, err error),
) (seq uint64, published bool, err error) {
	tried := ""
	err = t.Retry(ctx, what, func() error {
		last, found, err := t.Last.Last(ctx, on)
		if err != nil {
			return err
		}
		out, wanted, err := next(last, found)
		if err != nil {
			return backoff.Permanent(err)
		}
		if !wanted {
			// An earlier try of ours may have been stored and its answer lost.
			seq, published = last.Seq, found && last.Event.ID == tried
			return nil
		}
		tried = out.Event.ID
		seq, _, err = t.Publisher.Publish(ctx, out)
		published = true
		return err
	})
	if err != nil {
		return 0, false, err
	}
	return seq, published, nil
}

// same reports whether the last snapshot shows the page as it is now. One that
// cannot be read is not the same.
func same(last event.Message, s page.Snapshot) bool {
	if last.Event.Type != event.PageFetched {
		return false
	}
	old, err := event.Data[page.Snapshot](last)
	return err == nil && old.BodySHA256 == s.BodySHA256 && old.URL == s.URL &&
		old.MediaType == s.MediaType && old.Charset == s.Charset &&
		old.Kind == s.Kind && slices.Equal(old.Parents, s.Parents)
}

// SnapshotEvent is the event that follows the one with sequence prev on its
// subject. Its ID names prev, so that a page that changes back is an update.
func SnapshotEvent(on string, s page.Snapshot, prev uint64) (event.Out, error) {
	e, err := event.New(source, event.PageFetched, s.Key, s)
	if err != nil {
		return event.Out{}, err
	}
	e.ID = event.ID(Stage, on, s.BodySHA256, strconv.FormatUint(prev, 10))
	e.TraceParent = event.NewTrace(e.ID)
	return event.Out{Subject: on, Event: e, ExpectLast: &prev}, nil
}

// Bury publishes an open dead letter. An error means that ctx ended.
func (t *Taker) Bury(ctx context.Context, origin string, reason error) error {
	t.Log.WarnContext(ctx, "page not taken", "origin", origin, "kind", fault.KindOf(reason), "err", reason)
	return t.letter(ctx, origin, fault.KindOf(reason), reason.Error(), deadletter.Open)
}

// Resolve closes the letter that Bury wrote for this origin. An error means
// that ctx ended.
func (t *Taker) Resolve(ctx context.Context, origin string, kind fault.Kind, reason string) error {
	return t.letter(ctx, origin, kind, reason, deadletter.Resolved)
}

func (t *Taker) letter(ctx context.Context, origin string, kind fault.Kind, reason, state string) error {
	letter := deadletter.Letter{
		Stage: Stage, Kind: string(kind), Reason: reason, State: state,
		Origin: origin, Original: []byte{}, Header: map[string][]string{}, FailedAt: t.Clock().UTC(),
	}
	return t.Retry(ctx, "bury "+origin, func() error { return t.DeadLetters.Bury(ctx, letter) })
}

// Retry calls op until it succeeds, fails with a poison fault, or ctx ends. An
// outage is two lines in the log: when it begins and when it is over.
func (t *Taker) Retry(ctx context.Context, what string, op func() error) error {
	var last error
	failures, logged := 0, false
	delays := backoff.NewExponentialBackOff()
	delays.InitialInterval, delays.MaxInterval = t.RetryInitial, t.RetryMax
	_, err := backoff.Retry(ctx, func() (struct{}, error) {
		err := op()
		var permanent *backoff.PermanentError
		switch {
		case err == nil:
			if logged {
				t.Log.InfoContext(ctx, "recovered", "op", what, "failures", failures)
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
				t.Log.WarnContext(ctx, "trying again", "op", what, "err", err, "hint", fault.KindOf(err).Info().Hint)
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
