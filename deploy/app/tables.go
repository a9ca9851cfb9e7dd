package app

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"careerstream/publish/store"
	"careerstream/schemas/fault"
)

// tables brings ClickHouse's tables up to date before the sinks start, however
// long ClickHouse takes to let us, and then keeps an eye on it: a sink that has
// nothing to store, or waits for an answer, does not notice an outage.
type tables struct {
	store *store.Store
	log   *slog.Logger

	mu    sync.Mutex
	asked bool
	since time.Time
	err   error
}

// errNotAsked is the state before the first answer.
var errNotAsked = fault.New(fault.StoreUnavailable, "ClickHouse has not answered yet")

// How often ClickHouse is asked whether it is there, and how long it may take.
const (
	watchInterval = 2 * time.Second
	watchPatience = 3 * time.Second
)

// prepare migrates and tests deduplication until both succeed. It fails only
// when ctx ends.
func (t *tables) prepare(ctx context.Context) error {
	for failures := 0; ; failures++ {
		if err := t.try(ctx, t.once); err == nil || ctx.Err() != nil {
			return ctx.Err()
		}
		if !wait(ctx, min(time.Duration(failures+1)*250*time.Millisecond, 3*time.Second)) {
			return ctx.Err()
		}
	}
}

func (t *tables) once(ctx context.Context) error {
	if _, err := t.store.Migrate(ctx); err != nil {
		return err
	}
	return t.store.Probe(ctx)
}

// watch asks ClickHouse now and then until ctx ends.
func (t *tables) watch(ctx context.Context) {
	for wait(ctx, watchInterval) {
		_ = t.try(ctx, t.ping) // noted for state
	}
}

func (t *tables) ping(ctx context.Context) error {
	ctx, cancel := context.WithTimeoutCause(ctx, watchPatience, fault.New(fault.StoreUnavailable, "no answer within %s", watchPatience))
	defer cancel()
	if err := t.store.Ping(ctx); err != nil {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		return err
	}
	return nil
}

// try notes how a step went, and logs the beginning and the end of an outage.
func (t *tables) try(ctx context.Context, step func(context.Context) error) error {
	err := step(ctx)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	kind := fault.KindOf(err)
	switch {
	case err == nil && t.err != nil:
		t.log.Info("ClickHouse is ready", "after", time.Since(t.since).Round(time.Millisecond))
	case err != nil && (t.err == nil || fault.KindOf(t.err) != kind):
		t.log.Warn("ClickHouse is not ready; storing waits for it", "kind", kind, "err", err, "hint", kind.Info().Hint)
	}
	if (err == nil) != (t.err == nil) {
		t.since = time.Now()
	}
	t.asked, t.err = true, err
	return err
}

// state returns since when things are as they are, and what hinders storing,
// nil when nothing does.
func (t *tables) state() (time.Time, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if !t.asked {
		return t.since, errNotAsked
	}
	return t.since, t.err
}
