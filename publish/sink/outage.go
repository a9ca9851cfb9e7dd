package sink

import (
	"context"
	"log/slog"
	"time"

	"github.com/cenkalti/backoff/v5"

	"careerstream/schemas/fault"
)

// outage is a row of failures without a success between them. It logs the
// first failure of each kind and the end, and paces the tries.
type outage struct {
	log   *slog.Logger
	now   func() time.Time
	delay *backoff.ExponentialBackOff
	since time.Time
	count uint64
	kind  fault.Kind
}

func newOutage(log *slog.Logger, now func() time.Time, maxDelay time.Duration) *outage {
	delay := backoff.NewExponentialBackOff()
	delay.InitialInterval = min(100*time.Millisecond, maxDelay)
	delay.MaxInterval = maxDelay
	return &outage{log: log, now: now, delay: delay}
}

// failed counts a failure and returns the delay before the next try.
func (o *outage) failed(ctx context.Context, err error) time.Duration {
	kind := fault.KindOf(err)
	if o.count == 0 {
		o.since = o.now()
	}
	if o.count == 0 || kind != o.kind {
		level := slog.LevelWarn
		if kind.Info().Class == fault.Pause {
			level = slog.LevelError
		}
		o.log.Log(ctx, level, "storing stopped", "kind", string(kind), "class", string(kind.Info().Class), "error", err.Error(), "hint", kind.Info().Hint)
	}
	o.count++
	o.kind = kind
	delay := o.delay.NextBackOff()
	if asked := fault.DelayOf(err); asked > 0 {
		delay = min(asked, o.delay.MaxInterval)
	}
	return delay
}

// over ends the outage, if there is one.
func (o *outage) over() {
	if o.count == 0 {
		return
	}
	o.log.Info("recovered", "errors", o.count, "after", o.now().Sub(o.since).Round(time.Millisecond).String())
	o.count, o.kind = 0, ""
	o.delay.Reset()
}
