package worker

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"careerstream/schemas/fault"
	"careerstream/schemas/stream"
)

// A message that was delivered very often is suspected of killing the process.
// But deliveries count restarts and delayed retries, too, and a process that is
// killed from outside dies at whatever is first in its queue. So a suspect waits
// until the process has lived for a while, which lets its neighbours go first,
// and then is tried with a count of such tries stored before and removed at any
// verdict, a stop included. Each count that is found is a death at this message
// in a process that was well without it.

func (e *engine) suspectKey(d *delivery) string {
	return "suspect." + e.spec.Stream + "." + e.spec.Name + "." + strconv.FormatUint(d.raw.Seq, 10)
}

// later asks for a message to be delivered again after a delay. It says nothing
// about the message.
type later struct{ delay time.Duration }

func (l later) Error() string {
	return fmt.Sprintf("suspected of killing the process; tried in %s", l.delay)
}

// postponed returns the delay of a later, and false for any other error.
func postponed(err error) (time.Duration, bool) {
	var l later
	return l.delay, errors.As(err, &l)
}

func (e *engine) suspect(ctx context.Context, d *delivery) error {
	if d.suspected || d.deliveries <= uint64(e.tune.CrashLimit) {
		return nil
	}
	if lived := e.tune.Clock().Sub(e.began); lived < e.tune.CrashCalm {
		return later{e.tune.CrashCalm - lived}
	}
	bucket := e.conn.Bucket(stream.Marks)
	value, revision, err := bucket.Get(ctx, e.suspectKey(d))
	if err != nil {
		return err
	}
	deaths, _ := strconv.ParseUint(string(value), 10, 64)
	if deaths >= uint64(e.tune.CrashDeaths) {
		d.suspected = true
		return fault.New(fault.CrashLoop, "the process died on %s %d %d times, with %d deliveries altogether", e.spec.Stream, d.raw.Seq, deaths, d.deliveries)
	}
	e.log.Warn("message delivered very often; watching it for a crash", "seq", d.raw.Seq, "subject", d.raw.Subject, "deliveries", d.deliveries, "deaths", deaths)
	if _, err := bucket.Put(ctx, e.suspectKey(d), strconv.AppendUint(nil, deaths+1, 10), revision); err != nil {
		return err
	}
	d.suspected = true
	return nil
}

func (e *engine) unsuspect(ctx context.Context, d *delivery) {
	if !d.suspected {
		return
	}
	if err := e.conn.Bucket(stream.Marks).Delete(context.WithoutCancel(ctx), e.suspectKey(d)); err != nil {
		e.log.Warn("mark of a suspected message stays", "seq", d.raw.Seq, "error", err)
	}
}
