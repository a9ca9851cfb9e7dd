package broker

import (
	"strings"
	"sync"
	"time"

	"careerstream/schemas/fault"
)

// space watches the disk under the server in this process. A stream of
// nats-server whose write failed for lack of space never writes again, even when
// there is space, and does not answer its publishers. So publishers stop
// while some space is left, and a server that was hit all the same is started anew.
type space struct {
	dir  string
	need uint64
	free func(dir string) (uint64, error)
	// hit tells, once, that a write of the server failed.
	hit chan struct{}

	mu     sync.Mutex
	failed bool
	asked  time.Time
	left   uint64
}

// askAgain is how long one look at the disk holds. What can be written
// meanwhile is far less than what is kept free.
const askAgain = 100 * time.Millisecond

func newSpace(dir string, need uint64) *space {
	return &space{dir: dir, need: need, free: freeSpace, hit: make(chan struct{}, 1)}
}

// check returns a fault.BrokerFull when nothing should be written now.
func (s *space) check() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.failed {
		return fault.New(fault.BrokerFull, "a write to %s failed for lack of space", s.dir)
	}
	if now := time.Now(); now.Sub(s.asked) > askAgain {
		left, err := s.free(s.dir)
		if err != nil {
			return fault.New(fault.BrokerUnavailable, "look for space in %s: %w", s.dir, err)
		}
		s.asked, s.left = now, left
	}
	if s.left < s.need {
		return fault.New(fault.BrokerFull, "%d MiB are free in %s, %d MiB are kept for the broker's own files", s.left>>20, s.dir, s.need>>20)
	}
	return nil
}

// enough looks at the disk now, whatever failed before.
func (s *space) enough() bool {
	left, err := s.free(s.dir)
	return err == nil && left >= s.need
}

// heard listens to the server's errors for the one that no publisher is told.
func (s *space) heard(message string) {
	if !strings.Contains(message, "no space left on device") && !strings.Contains(message, "disk quota exceeded") {
		return
	}
	s.mu.Lock()
	s.failed = true
	s.mu.Unlock()
	select {
	case s.hit <- struct{}{}:
	default:
	}
}

// healed forgets the failure, and a hit that came of the same one.
func (s *space) healed() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.failed, s.asked = false, time.Time{}
	select {
	case <-s.hit:
	default:
	}
}
