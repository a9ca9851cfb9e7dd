package broker

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"careerstream/publish/sink"
)

// Bounds of a fan.
const (
	// branchQueue is how many messages wait for the reader of a part.
	branchQueue = 1024
	// maxRewind is how many messages are read again at most, so that a part which
	// begins behind the others can join them.
	maxRewind = 200_000
	// maxStall is how long one part may hold up others that wait.
	maxStall = 10 * time.Second
)

// fan reads a stream once for all readers of its parts in this process: the
// server walks over every message for each consumer, whatever it filters. A part
// that is far behind the others, or holds them up, is read alone.
type fan struct {
	whole streamLog
	// hungry counts the branches that wait for a message.
	hungry atomic.Int32

	// joining is held while a branch comes or goes.
	joining sync.Mutex
	// mu is held for moments only; the pump takes it too.
	mu       sync.Mutex
	branches map[string]*branch // by subject
	// position is the lowest sequence not yet looked at; it is behind the message in
	// hand, which the pump's end brings back.
	position uint64
	// stop ends the pump and waits for its end; nil when there is none, and then
	// there is no branch either.
	stop func()
	// incarnation of the stream that the pump reads.
	incarnation string
}

// branch is the reader of one part.
type branch struct {
	fan   *fan
	log   streamLog
	queue chan sink.Raw
	// closed ends a wait for room in the queue.
	closed chan struct{}
	// ended closes when nothing more comes into the queue; then err says why, and
	// nil means that the part has to be read alone.
	ended chan struct{}
	err   error
	// due is the lowest sequence not yet queued; it is the pump's.
	due uint64
	// next is the lowest sequence not yet returned; it and alone are the reader's.
	next  uint64
	alone *reader
	// incarnation of the stream when the branch was made.
	incarnation string
}

var _ sink.Reader = (*branch)(nil)

// fanOf returns the stream's fan.
func (c *Conn) fanOf(stream string) *fan {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.fans[stream] == nil {
		c.fans[stream] = &fan{whole: streamLog{conn: c, name: stream, small: true}, branches: make(map[string]*branch)}
	}
	return c.fans[stream]
}

// tail adds a reader of a part from a sequence on.
func (f *fan) tail(ctx context.Context, log streamLog, incarnation string, from uint64) *branch {
	b := &branch{
		fan: f, log: log, incarnation: incarnation, due: from, next: from,
		queue: make(chan sink.Raw, branchQueue), closed: make(chan struct{}), ended: make(chan struct{}),
	}
	f.joining.Lock()
	defer f.joining.Unlock()
	f.mu.Lock()
	defer f.mu.Unlock()
	running := f.stop != nil
	if running && (f.branches[log.subject] != nil || f.incarnation != incarnation || from+maxRewind < f.position) {
		close(b.ended)
		return b
	}
	if running && from < f.position {
		// Before the pump knows b, so that it hands b nothing out of order.
		f.halt()
	}
	if len(f.branches) == 0 {
		f.position, f.incarnation = from, incarnation
	}
	f.branches[log.subject] = b
	if f.stop == nil {
		f.position = min(f.position, from)
		f.pump(ctx)
	}
	return b
}

// halt ends the pump. The caller holds the lock, which is open meanwhile.
func (f *fan) halt() {
	stop := f.stop
	f.stop = nil
	f.mu.Unlock()
	stop()
	f.mu.Lock()
}

// pump reads on from f.position. The caller holds the lock.
func (f *fan) pump(ctx context.Context) {
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	done := make(chan struct{})
	f.stop = func() { cancel(); <-done }
	source := &reader{log: f.whole, incarnation: f.incarnation, next: f.position}
	go func() {
		defer close(done)
		defer cancel()
		err := f.run(ctx, source)
		_ = source.Close() // never fails
		if ctx.Err() == nil {
			f.fail(err)
		}
	}()
}

func (f *fan) run(ctx context.Context, source *reader) error {
	for {
		raw, err := source.Next(ctx)
		if err != nil {
			return err
		}
		// At once: a branch that comes now has to see that it is late.
		f.mu.Lock()
		f.position = raw.Seq + 1
		b := f.branches[raw.Subject]
		f.mu.Unlock()
		if b == nil || raw.Seq < b.due {
			continue
		}
		if !b.hand(ctx, raw) {
			f.mu.Lock()
			f.position = min(f.position, raw.Seq)
			f.mu.Unlock()
			return ctx.Err()
		}
		b.due = raw.Seq + 1
	}
}

// hand queues a message; false means that ctx has ended. A branch that takes
// none for long, while others wait, is left to itself.
func (b *branch) hand(ctx context.Context, raw sink.Raw) bool {
	select {
	case b.queue <- raw:
		return true
	default:
	}
	stall := time.NewTicker(maxStall)
	defer stall.Stop()
	for {
		select {
		case b.queue <- raw:
			return true
		case <-b.closed:
			return true
		case <-ctx.Done():
			return false
		case <-stall.C:
		}
		if b.fan.hungry.Load() > 0 {
			b.fan.mu.Lock()
			defer b.fan.mu.Unlock()
			b.fan.leave(b, nil)
			return true
		}
	}
}

// leave takes a branch out. The caller holds the lock.
func (f *fan) leave(b *branch, err error) {
	if f.branches[b.log.subject] == b {
		delete(f.branches, b.log.subject)
		b.err = err
		close(b.ended)
	}
}

// fail ends all branches with the error.
func (f *fan) fail(err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.stop = nil
	for _, b := range f.branches {
		f.leave(b, err)
	}
}

// Next implements sink.Reader, as reader.Next does.
func (b *branch) Next(ctx context.Context) (sink.Raw, error) {
	if b.alone != nil {
		return b.alone.Next(ctx)
	}
	select {
	case raw := <-b.queue:
		b.next = raw.Seq + 1
		return raw, nil
	default:
	}
	if raw, ok, err := b.wait(ctx); ok || err != nil {
		return raw, err
	}
	b.alone = &reader{log: b.log, incarnation: b.incarnation, next: b.next}
	return b.alone.Next(ctx)
}

// wait waits for a message; without one or an error the branch is alone.
func (b *branch) wait(ctx context.Context) (sink.Raw, bool, error) {
	b.fan.hungry.Add(1)
	defer b.fan.hungry.Add(-1)
	select {
	case raw := <-b.queue:
		b.next = raw.Seq + 1
		return raw, true, nil
	case <-b.closed:
		return sink.Raw{}, false, errReaderClosed
	case <-ctx.Done():
		return sink.Raw{}, false, fmt.Errorf("read stream %s: %w", b.log.name, context.Cause(ctx))
	case <-b.ended:
	}
	select {
	case raw := <-b.queue: // queued before the end
		b.next = raw.Seq + 1
		return raw, true, nil
	default:
		return sink.Raw{}, false, b.err
	}
}

// Close implements sink.Reader. The last branch ends the pump.
func (b *branch) Close() error {
	select {
	case <-b.closed:
		return nil
	default:
	}
	close(b.closed)
	if b.alone != nil {
		return b.alone.Close()
	}
	f := b.fan
	f.joining.Lock()
	defer f.joining.Unlock()
	f.mu.Lock()
	defer f.mu.Unlock()
	f.leave(b, errReaderClosed)
	if len(f.branches) == 0 && f.stop != nil {
		f.halt()
	}
	return nil
}
