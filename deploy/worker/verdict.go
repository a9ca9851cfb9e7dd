package worker

import (
	"context"
	"errors"
	"math/rand/v2"
	"runtime/debug"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"careerstream/schemas/fault"
)

// quickConflicts is how often a lost race is run again at once.
const quickConflicts = 5

// surelyFailed is how often a message fails in one process before that counts
// for more than deliveries, some of which may have gone to processes that died.
const surelyFailed = 3

// handle brings a message to its verdict. take ends when the worker shall stop,
// work when its grace time is over, too.
func (e *engine) handle(take, work context.Context, d *delivery) {
	defer e.unsuspect(work, d)
	if !e.calm(take) {
		e.giveBack(d)
		return
	}
	for try, conflicts := 1, 0; ; try++ {
		err := e.attempt(work, d)
		if err == nil {
			e.recovered(d, try)
			e.forget(d)
			e.settle(d, jetstream.Msg.Ack)
			e.board.update(func(s *Status) { s.Handled++ })
			e.metrics.onHandled(e.stage, e.tune.Clock().Sub(d.taken))
			return
		}
		if work.Err() != nil {
			e.giveBack(d)
			return
		}
		if delay, ok := postponed(err); ok {
			e.settle(d, func(msg jetstream.Msg) error { return msg.NakWithDelay(delay) })
			return
		}
		kind := fault.KindOf(err)
		e.metrics.onFailed(e.stage, kind)
		e.board.update(func(s *Status) { s.LastError = err.Error() })
		switch {
		case kind.Info().Class == fault.Poison:
			e.dead(take, work, d, err)
			return
		case kind == fault.Conflict && conflicts < quickConflicts:
			conflicts++
		case kind.Info().Class == fault.Pause || infrastructure(kind):
			if !e.wait(take, d, err, try) {
				e.giveBack(d)
				return
			}
		case e.exhausted(d):
			e.dead(take, work, d, fault.New(fault.RetriesExhausted, "gave up after %d deliveries: %w", d.deliveries, err))
			return
		default:
			e.recovered(d, try)
			delay := fault.DelayOf(err)
			if delay <= 0 {
				delay = e.backoff(int(d.deliveries))
			}
			e.log.Info("message is tried again later", "seq", d.raw.Seq, "subject", d.raw.Subject, "deliveries", d.deliveries, "delay", delay, "kind", kind, "error", err)
			e.settle(d, func(msg jetstream.Msg) error { return msg.NakWithDelay(delay) })
			return
		}
	}
}

// exhausted counts a failed try, and reports whether it was the last allowed one.
func (e *engine) exhausted(d *delivery) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	if len(e.failures) > max(e.spec.MaxAckPending, e.tune.Prefetch) {
		clear(e.failures) // of messages that ended in other processes
	}
	e.failures[d.raw.Seq]++
	return d.deliveries >= uint64(e.tune.MaxTries) && e.failures[d.raw.Seq] >= min(e.tune.MaxTries, surelyFailed)
}

func (e *engine) forget(d *delivery) {
	e.mu.Lock()
	defer e.mu.Unlock()
	delete(e.failures, d.raw.Seq)
}

// calm waits until no other message waits for the infrastructure or an operator:
// to start one more would only fail, too. False when the worker shall stop.
func (e *engine) calm(take context.Context) bool {
	for take.Err() == nil {
		clear := e.board.clear()
		if clear == nil {
			return true
		}
		select {
		case <-clear:
		case <-take.Done():
		}
	}
	return false
}

// infrastructure kinds would fail every message: the message is held and tried
// for ever, because it is not at fault, and a NAK could not be sent anyway.
func infrastructure(kind fault.Kind) bool {
	switch kind {
	case fault.BrokerUnavailable, fault.StoreUnavailable, fault.LeaseLost, fault.Conflict:
		return true
	}
	return false
}

// attempt runs process once, guarded against panics and endless work.
func (e *engine) attempt(work context.Context, d *delivery) (err error) {
	ctx, cancel := context.WithTimeout(work, e.tune.Timeout)
	defer cancel()
	defer func() {
		if p := recover(); p != nil {
			e.log.Error("handler panicked", "seq", d.raw.Seq, "subject", d.raw.Subject, "panic", p, "stack", string(debug.Stack()))
			err = fault.New(fault.Panic, "panic: %v", p)
		}
	}()
	if err := e.suspect(ctx, d); err != nil {
		return err
	}
	err = e.process(ctx, d)
	if err != nil && fault.KindOf(err) == fault.Internal && errors.Is(ctx.Err(), context.DeadlineExceeded) {
		return fault.New(fault.Timeout, "not done after %s: %w", e.tune.Timeout, err)
	}
	return err
}

// dead buries the message and ends it. A letter that cannot be written is tried
// for ever: nothing may be ended without one.
func (e *engine) dead(take, work context.Context, d *delivery, cause error) {
	kind := fault.KindOf(cause)
	for try := 1; ; try++ {
		err := e.bury(work, d, cause)
		if err == nil {
			e.recovered(d, try)
			break
		}
		if work.Err() != nil || !e.wait(take, d, err, try) {
			e.giveBack(d)
			return
		}
	}
	e.forget(d)
	e.settle(d, func(msg jetstream.Msg) error { return msg.TermWithReason(string(kind)) })
	e.board.update(func(s *Status) { s.Dead++ })
	e.metrics.onDead(e.stage, kind)
	e.log.Warn("message dead-lettered", "seq", d.raw.Seq, "subject", d.raw.Subject, "deliveries", d.deliveries, "kind", kind, "error", cause, "hint", kind.Info().Hint)
}

// wait holds the message, kept alive by heartbeats, until it is time for the
// next try; false when the worker shall stop.
func (e *engine) wait(take context.Context, d *delivery, err error, try int) bool {
	e.outage.failed(err)
	e.board.wait(d, err, e.tune.Clock())
	delay := fault.DelayOf(err)
	if delay <= 0 {
		delay = e.backoff(try)
	}
	retry := time.NewTimer(delay)
	defer retry.Stop()
	select {
	case <-retry.C:
		return true
	case <-take.Done():
		return false
	}
}

// recovered ends the waiting of a message, if it did wait.
func (e *engine) recovered(d *delivery, try int) {
	if e.board.resume(d, e.tune.Clock()) && try > 1 {
		e.outage.over()
	}
}

// giveBack lets another worker take the message at once. It is the one NAK
// without delay, for a worker that stops.
func (e *engine) giveBack(d *delivery) {
	e.board.resume(d, e.tune.Clock())
	e.settle(d, jetstream.Msg.Nak)
}

// backoff is BackoffMin, doubled with each try up to BackoffMax, and jittered by
// half so that messages that failed together do not come back together.
func (e *engine) backoff(try int) time.Duration {
	delay := e.tune.BackoffMin
	for range min(try-1, 32) {
		if delay *= 2; delay >= e.tune.BackoffMax {
			break
		}
	}
	delay = min(delay, e.tune.BackoffMax)
	if delay < 2 {
		return delay
	}
	return delay/2 + rand.N(delay/2)
}
