package worker

import (
	"cmp"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"careerstream/schemas/event"
	"careerstream/schemas/stream"
)

// Tuning is what workers and redrivers have in common. Zero values are defaults.
type Tuning struct {
	// Logger; default slog.Default().
	Logger *slog.Logger
	// Metrics, shared by all stages of a process; nil counts nothing.
	Metrics *Metrics
	// Clock; default time.Now.
	Clock func() time.Time
	// Timeout of one call of the handler; it becomes a fault.Timeout. Default 2 min.
	Timeout time.Duration
	// Grace is how long work in hand may go on after a stop; default 10 s.
	Grace time.Duration
	// BackoffMin and BackoffMax bound the delay between two tries: doubled each
	// try, jittered by half. Default 250 ms and 30 s.
	BackoffMin, BackoffMax time.Duration
	// MaxTries is how often a message is delivered before it is dead-lettered as
	// fault.RetriesExhausted; default 12. Faults of the infrastructure do not
	// count, and the last three tries at least must have failed in this process:
	// deliveries to processes that died say nothing.
	MaxTries int
	// CrashLimit is how often a message is delivered before it is suspected of
	// killing the process; default 10. From then on it is tried only by a process
	// that has run for CrashCalm (default 5 s), and dead-lettered as
	// fault.CrashLoop after CrashDeaths (default 3) of these have died on it.
	CrashLimit  int
	CrashDeaths int
	CrashCalm   time.Duration
	// Prefetch is the number of messages held, the ones in work included; default
	// four times the workers, and 8 at least. Each is kept alive until its verdict.
	Prefetch int
	// FetchBytes bounds one fetch, in bytes; default 16 MiB, and never less than
	// the broker's largest message.
	FetchBytes int
}

func (t Tuning) withDefaults(workers int) (Tuning, error) {
	t.Logger = cmp.Or(t.Logger, slog.Default())
	t.Timeout = cmp.Or(t.Timeout, 2*time.Minute)
	t.Grace = cmp.Or(t.Grace, 10*time.Second)
	t.BackoffMin = cmp.Or(t.BackoffMin, 250*time.Millisecond)
	t.BackoffMax = cmp.Or(t.BackoffMax, 30*time.Second)
	t.MaxTries = cmp.Or(t.MaxTries, 12)
	t.CrashLimit = cmp.Or(t.CrashLimit, 10)
	t.CrashDeaths = cmp.Or(t.CrashDeaths, 3)
	t.CrashCalm = cmp.Or(t.CrashCalm, 5*time.Second)
	t.Prefetch = cmp.Or(t.Prefetch, max(4*workers, 8))
	t.FetchBytes = cmp.Or(t.FetchBytes, 16<<20)
	if t.Clock == nil {
		t.Clock = time.Now
	}
	var problems []error
	if t.BackoffMin < 0 || t.BackoffMax < t.BackoffMin {
		problems = append(problems, fmt.Errorf("backoff is %s to %s: want a range", t.BackoffMin, t.BackoffMax))
	}
	if t.Timeout < 0 || t.Grace < 0 {
		problems = append(problems, fmt.Errorf("timeout is %s and grace %s: want 0 or more", t.Timeout, t.Grace))
	}
	if t.MaxTries < 1 || t.CrashLimit < 1 || t.CrashDeaths < 1 || t.CrashCalm < 0 {
		problems = append(problems, fmt.Errorf("max tries is %d, crash limit %d, crash deaths %d, crash calm %s: want 1 or more, calm 0 or more", t.MaxTries, t.CrashLimit, t.CrashDeaths, t.CrashCalm))
	}
	if t.Prefetch < workers || t.FetchBytes < 0 {
		problems = append(problems, fmt.Errorf("prefetch is %d messages and %d bytes: want the %d workers' or more", t.Prefetch, t.FetchBytes, workers))
	}
	return t, errors.Join(problems...)
}

// Config of the worker of one stage.
type Config struct {
	Tuning
	// Consumer names the stage, its stream and its durable consumer, which is
	// created if it is not there.
	Consumer stream.Consumer
	// Handler is the stage.
	Handler event.Handler
	// Validate checks events that come in and go out against their schema; nil
	// checks nothing. Its errors are fault.SchemaViolation or fault.UnknownType.
	Validate func(event.Event) error
}

func (c Config) withDefaults() (Config, error) {
	var problems []error
	if c.Consumer.Name == "" || c.Consumer.Stream == "" || c.Consumer.Filter == "" {
		problems = append(problems, fmt.Errorf("worker consumer %q of stream %q with filter %q: want all three", c.Consumer.Name, c.Consumer.Stream, c.Consumer.Filter))
	}
	if c.Consumer.Workers < 1 || c.Consumer.AckWait < time.Second {
		problems = append(problems, fmt.Errorf("worker %s: %d workers, ack wait %s: want 1 worker and 1s or more", c.Consumer.Name, c.Consumer.Workers, c.Consumer.AckWait))
	}
	if c.Handler == nil {
		problems = append(problems, fmt.Errorf("worker %s: no handler", c.Consumer.Name))
	}
	if c.Validate == nil {
		c.Validate = func(event.Event) error { return nil }
	}
	tuning, err := c.Tuning.withDefaults(c.Consumer.Workers)
	c.Tuning = tuning
	return c, errors.Join(append(problems, err)...)
}
