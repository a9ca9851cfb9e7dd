package reconcile

import (
	"context"
	"errors"
	"slices"
	"time"

	"careerstream/publish/sink"
	"careerstream/schemas/fault"
)

// scanAll calls f for every message that exists in the spans, which are in
// order. Spans that are near each other are read in one go.
func scanAll(ctx context.Context, log sink.Log, spans []span, patience time.Duration, f func(sink.Raw)) error {
	for len(spans) > 0 {
		n := 1
		for n < len(spans) && spans[n].from-spans[n-1].to <= stretch {
			n++
		}
		group := spans[:n]
		spans = spans[n:]
		err := scan(ctx, log, span{group[0].from, group[n-1].to}, patience, func(raw sink.Raw) {
			if _, in := slices.BinarySearchFunc(group, raw.Seq, compare); in {
				f(raw)
			}
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func compare(s span, seq uint64) int {
	switch {
	case s.to < seq:
		return -1
	case s.from > seq:
		return 1
	}
	return 0
}

// silence is how long a stream may say nothing before it is asked why.
const silence = 200 * time.Millisecond

// scan calls f for every message of the span that exists.
func scan(ctx context.Context, log sink.Log, s span, patience time.Duration, f func(sink.Raw)) (err error) {
	reader, err := log.Tail(ctx, s.from)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, reader.Close()) }()
	waited := time.Duration(0)
	for next := s.from; next <= s.to; {
		// Where the rest is deleted there is nothing to wait for.
		step := min(patience, silence)
		wait, cancel := context.WithTimeout(ctx, step)
		raw, err := reader.Next(wait)
		cancel()
		if err != nil {
			if ctx.Err() != nil || wait.Err() == nil {
				return err
			}
			if waited += step; waited < patience {
				if deleted, err := sink.Deleted(ctx, log, next, s.to); err != nil || deleted {
					return err
				}
				continue
			}
			return silent(ctx, log, span{next, s.to})
		}
		waited = 0
		if raw.Seq > s.to {
			return nil
		}
		f(raw)
		next = raw.Seq + 1
	}
	return nil
}

// silent decides about a span that a stream gives nothing of: nil if all its
// messages are deleted.
func silent(ctx context.Context, log sink.Log, s span) error {
	deleted, err := sink.Deleted(ctx, log, s.from, s.to)
	if err != nil || deleted {
		return err
	}
	return fault.New(fault.BrokerUnavailable, "stream %s is silent from %d on: try again", log.Name(), s.from)
}
