package worker

import (
	"context"
	"fmt"
	"sync"
	"time"

	"careerstream/deploy/broker"
	"careerstream/publish/sink"
	"careerstream/schemas/deadletter"
	"careerstream/schemas/event"
	"careerstream/schemas/fault"
)

// Worker runs one stage: its stream, and the orders to redrive its dead letters.
type Worker struct {
	cfg     Config
	conn    *broker.Conn
	engine  *engine
	redrive *Redriver
}

// New returns a worker that Run starts. Errors name every wrong setting.
func New(cfg Config, conn *broker.Conn) (*Worker, error) {
	cfg, err := cfg.withDefaults()
	if err != nil {
		return nil, fmt.Errorf("make worker: %w", err)
	}
	w := &Worker{cfg: cfg, conn: conn, engine: newEngine(cfg.Consumer.Name, cfg.Consumer, cfg.Tuning, conn)}
	w.engine.process = func(ctx context.Context, d *delivery) error { return w.step(ctx, cfg.Consumer.Stream, d.raw) }
	w.engine.bury = w.bury
	w.redrive, err = NewRedriver(RedriveConfig{Tuning: cfg.Tuning, Stage: cfg.Consumer.Name, Process: w.step}, conn)
	if err != nil {
		return nil, err
	}
	return w, nil
}

// Run works until ctx ends and everything in hand has a verdict or was given
// back. It waits through every outage, and returns nil. Call it once.
func (w *Worker) Run(ctx context.Context) error {
	w.cfg.Logger.Debug("worker starts", "stage", w.cfg.Consumer.Name, "workers", w.cfg.Consumer.Workers)
	var both sync.WaitGroup
	both.Go(func() { w.engine.run(ctx) })
	both.Go(func() { w.redrive.engine.run(ctx) })
	both.Wait()
	// The last acknowledgements leave with us; one that does not costs a repeat.
	if err := w.conn.Flush(context.WithoutCancel(ctx)); err != nil {
		w.cfg.Logger.Debug("flush at the end", "stage", w.cfg.Consumer.Name, "error", err)
	}
	return nil
}

// Status of the stage. It asks nobody and never blocks.
func (w *Worker) Status() Status { return w.engine.board.get() }

// Drained waits until every message of the stream up to seq has a verdict: it
// is handled or dead-lettered. Errors: what ends ctx.
func (w *Worker) Drained(ctx context.Context, seq uint64) error {
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		progress, err := w.conn.Progress(ctx, w.cfg.Consumer.Stream, w.cfg.Consumer.Name)
		if err == nil && progress.Floor >= seq {
			return nil
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return fmt.Errorf("wait until %s has worked off %s up to %d: %w", w.cfg.Consumer.Name, w.cfg.Consumer.Stream, seq, context.Cause(ctx))
		}
	}
}

// step is the whole way of one message: decode, validate, handle, validate
// what comes out, publish.
func (w *Worker) step(ctx context.Context, stream string, raw sink.Raw) error {
	e, err := event.Decode(raw.Header, raw.Body)
	if err != nil {
		return err
	}
	log := w.cfg.Logger.With("stage", w.cfg.Consumer.Name, "seq", raw.Seq, "subject", raw.Subject, "trace", event.TraceID(e.TraceParent))
	if err := w.cfg.Validate(e); err != nil {
		return err
	}
	outs, err := w.cfg.Handler.Handle(ctx, event.Message{Stream: stream, Seq: raw.Seq, Subject: raw.Subject, Stored: raw.Stored, Event: e})
	if err != nil {
		return err
	}
	for i := range outs {
		if outs[i].Event.Time.IsZero() {
			outs[i].Event.Time = w.cfg.Clock().UTC()
		}
		if err := w.cfg.Validate(outs[i].Event); err != nil {
			return fault.New(fault.SchemaViolation, "%s made an event on %s that breaks its own contract, an error of this program: %w", w.cfg.Consumer.Name, outs[i].Subject, err)
		}
	}
	if err := w.conn.PublishAll(ctx, outs); err != nil {
		return err
	}
	log.Debug("handled", "published", len(outs))
	return nil
}

func (w *Worker) bury(ctx context.Context, d *delivery, cause error) error {
	return bury(ctx, w.conn, letterOf(w.cfg.Consumer.Name, w.cfg.Consumer.Stream, d, cause), 0)
}

// letterOf makes the letter of a message that this stage gives up.
func letterOf(stage, stream string, d *delivery, cause error) deadletter.Letter {
	letter := deadletter.Letter{
		Stage: stage, Kind: string(fault.KindOf(cause)), Reason: reason(cause), State: deadletter.Open,
		Stream: stream, Seq: d.raw.Seq, Subject: d.raw.Subject,
		Original: d.raw.Body, Header: d.raw.Header, Deliveries: d.deliveries,
	}
	if e, err := event.Decode(d.raw.Header, d.raw.Body); err == nil {
		letter.TraceParent = e.TraceParent
	}
	return letter
}
