package frontier

import (
	"context"
	"errors"
	"sync"
	"time"

	"careerstream/schemas/fault"
)

// Claims takes hosts for one process. It is safe for concurrent use.
//
// A process owns a host while its own write is the last one on the host's
// state. Another takes it over when the state has not changed for a TTL of
// its own clock, so that no two machines' clocks are compared, or at once when
// the owner was a process of the same machine and is dead.
type Claims struct {
	states States
	me     Owner
	ttl    time.Duration
	now    func() time.Time

	mu   sync.Mutex
	seen map[string]sighting
	mine map[string]bool
}

// sighting is what was last seen of a state that another process owns.
type sighting struct {
	revision uint64
	since    time.Time
}

// NewClaims returns the claims of me, each for ttl unless renewed. now must be
// monotonic, as time.Now is.
func NewClaims(states States, me Owner, ttl time.Duration, now func() time.Time) *Claims {
	return &Claims{states: states, me: me, ttl: ttl, now: now, seen: map[string]sighting{}, mine: map[string]bool{}}
}

// Claim is the right to ask a host. Its Host is a working copy, which each
// write stores. It is safe for concurrent use.
type Claim struct {
	claims *Claims
	name   string

	mu       sync.Mutex
	host     Host
	revision uint64
	saved    time.Time
	held     bool
	clean    bool
}

// Try takes the host if it is free and reports whether it did. It also says no
// while this process has the host already. Errors are those of States.
func (c *Claims) Try(ctx context.Context, host string) (*Claim, bool, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.mine[host] {
		return nil, false, nil
	}
	data, revision, err := c.states.Get(ctx, HostKey(host))
	if err != nil {
		return nil, false, err
	}
	h, err := decodeHost(data)
	if err != nil {
		return nil, false, err
	}
	now := c.now()
	seen := c.seen[host]
	if seen.since.IsZero() || seen.revision != revision {
		seen = sighting{revision, now}
		c.seen[host] = seen
	}
	clean := h.Owner.ID == ""
	if !clean && !h.Owner.gone(c.me) && now.Sub(seen.since) < c.ttl {
		return nil, false, nil
	}
	claim := &Claim{claims: c, name: host, host: h, revision: revision, held: true, clean: clean}
	if err := claim.write(ctx); err != nil {
		if errors.Is(err, fault.Conflict) {
			err = nil
		}
		return nil, false, err
	}
	c.mine[host] = true
	return claim, true, nil
}

// Clean reports whether the host was free, not taken from a process that may
// have asked it just before.
func (c *Claim) Clean() bool { return c.clean }

// Host returns the working copy.
func (c *Claim) Host() Host {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.host
}

// Change changes the working copy; the next write stores it.
func (c *Claim) Change(change func(*Host)) {
	c.mu.Lock()
	defer c.mu.Unlock()
	change(&c.host)
}

// Save stores the working copy. fault.LeaseLost means that another process
// owns the host; after any other error the next Save settles what was written.
func (c *Claim) Save(ctx context.Context) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.lost(c.write(ctx))
}

func (c *Claim) lost(err error) error {
	if errors.Is(err, fault.Conflict) {
		c.held = false
		return fault.New(fault.LeaseLost, "host %s: another process took it: %w", c.name, err)
	}
	return err
}

// write stores the working copy under our name.
func (c *Claim) write(ctx context.Context) error {
	if !c.held {
		return fault.New(fault.LeaseLost, "host %s: the lease is gone", c.name)
	}
	h := c.host
	begin := c.claims.now()
	h.Owner, h.Beat = c.claims.me, begin.UTC()
	data, err := h.encode()
	if err != nil {
		return err
	}
	revision, err := c.claims.states.Put(ctx, HostKey(c.name), data, c.revision)
	if errors.Is(err, fault.Conflict) {
		revision, err = c.settle(ctx, data, err)
	}
	if err != nil {
		return err
	}
	c.revision, c.saved = revision, begin
	return nil
}

// settle finds out who won after a conflict: an earlier write of our own whose
// answer got lost is no reason to give up, since we alone write our ID.
func (c *Claim) settle(ctx context.Context, data []byte, conflict error) (uint64, error) {
	current, revision, err := c.claims.states.Get(ctx, HostKey(c.name))
	if err != nil {
		return 0, err
	}
	h, err := decodeHost(current)
	if err != nil {
		return 0, err
	}
	if h.Owner.ID != c.claims.me.ID {
		return 0, conflict
	}
	c.revision = revision
	return c.claims.states.Put(ctx, HostKey(c.name), data, revision)
}

// Keep renews the claim until stop is called. The returned context ends, with
// a fault.LeaseLost as its cause, when the claim is lost or could not be
// renewed in time: a quarter of a TTL before anybody else may take it. stop
// waits for the renewing to end and gives the host back, so that a standby need
// not wait, unless release is false.
func (c *Claim) Keep(ctx context.Context) (held context.Context, stop func(release bool)) {
	held, cancel := context.WithCancelCause(ctx)
	// Renewing goes on while an orderly stop waits for the request in flight.
	renewing, end := context.WithCancel(context.WithoutCancel(ctx))
	var done sync.WaitGroup
	done.Go(func() {
		ticker := time.NewTicker(max(c.claims.ttl/5, time.Millisecond))
		defer ticker.Stop()
		for {
			select {
			case <-renewing.Done():
				return
			case <-ticker.C:
			}
			if err := c.beat(renewing); err != nil {
				cancel(err)
				return
			}
		}
	})
	return held, func(release bool) {
		end()
		done.Wait()
		cancel(nil)
		if release {
			c.release(context.WithoutCancel(ctx))
		}
		c.claims.mu.Lock()
		delete(c.claims.mine, c.name)
		c.claims.mu.Unlock()
	}
}

// beat renews the claim. A failure that leaves time for another try is none.
func (c *Claim) beat(ctx context.Context) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	left := c.claims.ttl*3/4 - c.claims.now().Sub(c.saved)
	if left <= 0 {
		c.held = false
		return fault.New(fault.LeaseLost, "host %s: the lease could not be renewed for %s", c.name, c.claims.now().Sub(c.saved))
	}
	attempt, cancel := context.WithTimeout(ctx, left)
	defer cancel()
	err := c.lost(c.write(attempt))
	switch {
	case err == nil, ctx.Err() != nil:
		return nil
	case errors.Is(err, fault.LeaseLost):
		return err
	case attempt.Err() != nil:
		c.held = false
		return fault.New(fault.LeaseLost, "host %s: renew the lease: %w", c.name, err)
	}
	return nil
}

// Held reports whether the claim is surely still ours. Ask right before a
// request: a process that was stopped for a while may not know.
func (c *Claim) Held() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.held && c.claims.now().Sub(c.saved) < c.claims.ttl*3/4
}

// release gives the host back. A failure is no loss: the TTL does it.
func (c *Claim) release(ctx context.Context) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.held {
		return
	}
	c.held = false
	h := c.host
	h.Owner, h.Beat = Owner{}, c.claims.now().UTC()
	data, err := h.encode()
	if err != nil {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, max(c.claims.ttl/2, 100*time.Millisecond))
	defer cancel()
	// The error changes nothing: the lease runs out by itself.
	_, _ = c.claims.states.Put(ctx, HostKey(c.name), data, c.revision)
}
