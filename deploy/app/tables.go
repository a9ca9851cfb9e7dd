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
// long ClickHouse takes to let us.
type tables struct {
	store *store.Store
	log   *slog.Logger

	mu    sync.Mutex
	ready bool
	since time.Time
	err   error
}

// prepare migrates and tests deduplication until both succeed. It fails only
// when ctx ends.
func (t *tables) prepare(ctx context.Context) error {
	for failures := 0; ; failures++ {
		err := t.once(ctx)
		if err == nil {
			if failures > 0 {
				t.log.Info("ClickHouse is ready", "errors", failures)
			}
			return nil
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if failures == 0 {
			kind := fault.KindOf(err)
			t.log.Warn("ClickHouse is not ready; storing waits for it", "kind", kind, "err", err, "hint", kind.Info().Hint)
		}
		if !wait(ctx, min(time.Duration(failures+1)*250*time.Millisecond, 3*time.Second)) {
			return ctx.Err()
		}
	}
}

func (t *tables) once(ctx context.Context) error {
	_, err := t.store.Migrate(ctx)
	if err == nil {
		err = t.store.Probe(ctx)
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.ready, t.err = err == nil, err
	if t.ready {
		t.since = time.Now()
	}
	return err
}

// state returns what hinders the sinks from starting, nil when nothing does,
// and since when that is so.
func (t *tables) state() (error, time.Time) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.err, t.since
}
