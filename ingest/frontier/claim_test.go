package frontier

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"careerstream/schemas/fault"
)

// bucket is a key-value store in memory that can fail.
type bucket struct {
	mu   sync.Mutex
	seq  uint64
	data map[string][]byte
	revs map[string]uint64
	// fail, if not nil, fails a write; lost stores it all the same.
	fail func() (lost bool, err error)
}

func newBucket() *bucket { return &bucket{data: map[string][]byte{}, revs: map[string]uint64{}} }

func (b *bucket) Get(_ context.Context, key string) ([]byte, uint64, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.data[key], b.revs[key], nil
}

func (b *bucket) Put(_ context.Context, key string, value []byte, revision uint64) (uint64, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	lost, err := false, error(nil)
	if b.fail != nil {
		if lost, err = b.fail(); err != nil && !lost {
			return 0, err
		}
	}
	if b.revs[key] != revision {
		return 0, fault.New(fault.Conflict, "revision %d, not %d", b.revs[key], revision)
	}
	b.seq++
	b.data[key], b.revs[key] = value, b.seq
	return b.seq, err
}

const ttl = 10 * time.Second

func process(b *bucket, id, machine string, pid int) *Claims {
	return NewClaims(b, Owner{ID: id, Machine: machine, PID: pid}, ttl, time.Now)
}

func try(t *testing.T, c *Claims) *Claim {
	t.Helper()
	claim, ok, err := c.Try(t.Context(), "a.example:8080")
	if err != nil || ok != (claim != nil) {
		t.Fatalf("Try = %v, %t, %v", claim, ok, err)
	}
	return claim
}

func TestOneProcessOwnsAHost(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := newBucket()
		one, two := process(b, "1", "m1", 1), process(b, "2", "m2", 1)
		claim := try(t, one)
		if claim == nil || !claim.Clean() || try(t, one) != nil || try(t, two) != nil {
			t.Fatal("not exactly the first one has it")
		}
		held, stop := claim.Keep(t.Context())
		claim.Change(func(h *Host) { h.Gap = time.Second })
		<-time.After(5 * ttl)
		if held.Err() != nil || !claim.Held() || try(t, two) != nil {
			t.Fatal("a claim that is renewed is lost")
		}
		stop(true)
		next := try(t, two)
		if next == nil || !next.Clean() || next.Host().Gap != time.Second {
			t.Fatalf("given back: %+v", next)
		}
	})
}

func TestSilentOwnerLosesTheHost(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := newBucket()
		one, two := process(b, "1", "m1", 1), process(b, "2", "m2", 1)
		claim := try(t, one) // and is never renewed
		if try(t, two) != nil {
			t.Fatal("taken at once")
		}
		<-time.After(ttl - 1)
		if try(t, two) != nil || claim.Held() {
			t.Fatal("taken too soon, or still thought to be held")
		}
		<-time.After(1)
		next := try(t, two)
		if next == nil || next.Clean() {
			t.Fatalf("not taken over: %+v", next)
		}
		if err := claim.Save(t.Context()); !errors.Is(err, fault.LeaseLost) {
			t.Errorf("the old owner saves: %v", err)
		}
	})
}

func TestDeadOwnerOfTheSameMachine(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := newBucket()
		const noProcess = 1 << 30
		try(t, process(b, "1", "m", noProcess))
		if claim := try(t, process(b, "2", "m", 1)); claim == nil || claim.Clean() {
			t.Error("a dead process keeps the host")
		}
	})
}

// A claim that cannot be renewed ends before anybody else may have it, and an
// answer that got lost does not end it.
func TestBrokerThatFails(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := newBucket()
		one, two := process(b, "1", "m1", 1), process(b, "2", "m2", 1)
		claim := try(t, one)
		held, stop := claim.Keep(t.Context())
		defer stop(true)
		answers := 0
		down := fault.New(fault.BrokerUnavailable, "no answer")
		b.mu.Lock()
		b.fail = func() (bool, error) {
			if answers++; answers%3 == 0 {
				return true, down
			}
			return false, nil
		}
		b.mu.Unlock()
		<-time.After(3 * ttl)
		if held.Err() != nil {
			t.Fatalf("lost answers end the claim: %v", context.Cause(held))
		}
		b.mu.Lock()
		b.fail = func() (bool, error) { return false, down }
		b.mu.Unlock()
		lost := time.Now()
		if try(t, two) != nil {
			t.Fatal("taken")
		}
		<-held.Done()
		if late := time.Since(lost); late >= ttl || !errors.Is(context.Cause(held), fault.LeaseLost) {
			t.Errorf("ended after %s: %v", late, context.Cause(held))
		}
	})
}
