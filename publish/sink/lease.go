package sink

import (
	"context"
	"sync"
	"time"

	"careerstream/schemas/fault"
)

// lease is the right to write a sink, and the manifest that goes with it. A
// process has it while its own write is the last one on the mark.
//
// A standby takes it over when the mark has not changed for a TTL of the
// standby's own clock. It cannot have seen our last write before we began it,
// so until a TTL after that beginning nobody else can be the owner.
type lease struct {
	marks Marks
	sink  string
	me    owner
	ttl   time.Duration
	now   func() time.Time

	mu       sync.Mutex
	revision uint64
	m        manifest
	saved    time.Time
	held     bool
}

// sighting is what a standby last saw of the mark.
type sighting struct {
	revision uint64
	since    time.Time
}

// try takes the lease if it is free, and reports whether it did.
func (l *lease) try(ctx context.Context, seen *sighting) (bool, owner, error) {
	data, revision, err := l.marks.Load(ctx, l.sink)
	if err != nil {
		return false, owner{}, err
	}
	m, err := decodeManifest(data)
	if err != nil {
		return false, owner{}, err
	}
	now := l.now()
	if seen.since.IsZero() || seen.revision != revision {
		*seen = sighting{revision, now}
	}
	free := m.Owner.ID == "" || m.Owner.ID == l.me.ID || m.Owner.gone(l.me) || now.Sub(seen.since) >= l.ttl
	if !free {
		return false, m.Owner, nil
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.m, l.revision, l.held = m, revision, true
	if err := l.write(ctx, func(*manifest) {}); err != nil {
		l.held = false
		if fault.KindOf(err) == fault.LeaseLost {
			return false, m.Owner, nil
		}
		return false, owner{}, err
	}
	return true, l.me, nil
}

// save changes the manifest. fault.LeaseLost means that another process owns
// the sink; after any other error the change may or may not be written, and
// the next save settles it.
func (l *lease) save(ctx context.Context, change func(*manifest)) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.write(ctx, change)
}

func (l *lease) write(ctx context.Context, change func(*manifest)) error {
	if !l.held {
		return fault.New(fault.LeaseLost, "sink %s: the lease is gone", l.sink)
	}
	ctx, cancel := context.WithTimeout(ctx, max(l.ttl/2, time.Second))
	defer cancel()
	m := l.m
	change(&m)
	begin := l.now()
	m.Owner, m.Beat = l.me, begin.UTC()
	data, err := m.encode()
	if err != nil {
		return err
	}
	revision, err := l.marks.Save(ctx, l.sink, data, l.revision)
	if fault.KindOf(err) == fault.LeaseLost {
		revision, err = l.settle(ctx, data, err)
	}
	if err != nil {
		return err
	}
	l.m, l.revision, l.saved = m, revision, begin
	return nil
}

// settle finds out who won after a conflict: an earlier write of our own whose
// answer got lost is no reason to give up, since we alone write our id.
func (l *lease) settle(ctx context.Context, data []byte, conflict error) (uint64, error) {
	current, revision, err := l.marks.Load(ctx, l.sink)
	if err != nil {
		return 0, err
	}
	m, err := decodeManifest(current)
	if err != nil {
		return 0, err
	}
	if m.Owner.ID != l.me.ID {
		l.held = false
		return 0, conflict
	}
	revision, err = l.marks.Save(ctx, l.sink, data, revision)
	if fault.KindOf(err) == fault.LeaseLost {
		l.held = false
	}
	return revision, err
}

// hold makes sure that the lease is ours right now, and renews it where that
// is not certain. Call it before each insert.
func (l *lease) hold(ctx context.Context) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.held && l.now().Sub(l.saved) < l.ttl*3/4 {
		return nil
	}
	return l.write(ctx, func(*manifest) {})
}

// beat renews the lease unless something else just did.
func (l *lease) beat(ctx context.Context) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.held && l.now().Sub(l.saved) < l.ttl/10 {
		return nil
	}
	return l.write(ctx, func(*manifest) {})
}

// release gives the lease back, so that a standby need not wait.
func (l *lease) release(ctx context.Context) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.held {
		return nil
	}
	m := l.m
	m.Owner, m.Beat = owner{}, l.now().UTC()
	l.held = false
	data, err := m.encode()
	if err != nil {
		return err
	}
	_, err = l.marks.Save(ctx, l.sink, data, l.revision)
	return err
}

// manifest returns the manifest as last written.
func (l *lease) manifest() manifest {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.m
}
