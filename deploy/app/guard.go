package app

import (
	"context"
	"log/slog"

	"golang.org/x/sync/errgroup"

	"careerstream/deploy/broker"
	"careerstream/enrich/drift"
	"careerstream/publish/gate"
	"careerstream/schemas/career"
	"careerstream/schemas/stream"
)

// guard keeps a drift guard up to date with the broker's streams.
type guard struct {
	*drift.Guard
	conn *broker.Conn
	log  *slog.Logger
}

var _ gate.Guard = (*guard)(nil)

func newGuard(cfg drift.Config, conn *broker.Conn, log *slog.Logger) (*guard, error) {
	g, err := drift.New(cfg)
	if err != nil {
		return nil, err
	}
	return &guard{g, conn, log}, nil
}

// run feeds the guard until ctx ends.
func (g *guard) run(ctx context.Context) {
	var group errgroup.Group
	group.Go(func() error {
		follow(ctx, g.conn.Log(stream.Published), func() uint64 { at, _ := g.Positions(); return at }, g.ApplyPublished, g.log)
		return nil
	})
	group.Go(func() error {
		follow(ctx, g.conn.Log(stream.Held), func() uint64 { _, at := g.Positions(); return at }, g.ApplyHeld, g.log)
		return nil
	})
	_ = group.Wait()
}

// Judge implements gate.Guard: it waits until the guard knows all that is in the
// streams now.
func (g *guard) Judge(ctx context.Context, before, candidate *career.Record) ([]career.Reason, bool, error) {
	// Of a part the last message that is still there counts, which will come.
	published, err := g.conn.Log(stream.Published).Info(ctx)
	if err != nil {
		return nil, false, err
	}
	held, err := g.conn.Log(stream.Held).Info(ctx)
	if err != nil {
		return nil, false, err
	}
	if err := g.WaitFor(ctx, published.Last, held.Last); err != nil {
		return nil, false, err
	}
	reasons, transient := g.Guard.Judge(before, candidate)
	return reasons, transient, nil
}
