package worker

import (
	"sync"
	"time"

	"careerstream/schemas/fault"
)

// State of a worker.
type State string

// States, from best to worst.
const (
	// Running: it handles messages, or waits for one.
	Running State = "running"
	// Retrying: the infrastructure fails; it goes on by itself.
	Retrying State = "retrying"
	// Paused: somebody must act, see the kind's hint; then it goes on by itself.
	Paused State = "paused"
)

// Status is a worker's state of health.
type Status struct {
	Stage string `json:"stage"`
	State State  `json:"state"`
	// Kind of the fault that a worker is paused or retrying for, or "".
	Kind fault.Kind `json:"kind,omitempty"`
	// Since when the state holds.
	Since time.Time `json:"since"`
	// Pending messages of the stream not yet delivered, as of the last heartbeat.
	Pending uint64 `json:"pending"`
	// InFlight messages are held without a verdict.
	InFlight int `json:"in_flight"`
	// Handled and Dead count messages since the start.
	Handled uint64 `json:"handled"`
	Dead    uint64 `json:"dead"`
	// LastError is the latest error of any message, or "".
	LastError string `json:"last_error,omitempty"`
}

// board keeps the status. Several workers of a stage may wait at once; the
// stage runs again when the last of them does.
type board struct {
	mu      sync.Mutex
	status  Status
	waiting map[*delivery]fault.Kind
	changed chan struct{}
	// fetch is why the fetcher waits, or "".
	fetch fault.Kind
}

func newBoard(stage string, now time.Time) *board {
	return &board{
		status:  Status{Stage: stage, State: Running, Since: now},
		waiting: make(map[*delivery]fault.Kind), changed: make(chan struct{}),
	}
}

func (b *board) get() Status {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.status
}

func (b *board) update(f func(*Status)) {
	b.mu.Lock()
	defer b.mu.Unlock()
	f(&b.status)
}

// wait notes that who waits for err to pass.
func (b *board) wait(who *delivery, err error, now time.Time) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.waiting[who] = fault.KindOf(err)
	b.status.LastError = err.Error()
	b.settle(now)
}

// resume notes that who goes on, and says whether it did wait.
func (b *board) resume(who *delivery, now time.Time) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if _, ok := b.waiting[who]; !ok {
		return false
	}
	delete(b.waiting, who)
	b.settle(now)
	if len(b.waiting) == 0 {
		close(b.changed)
		b.changed = make(chan struct{})
	}
	return true
}

func (b *board) settle(now time.Time) {
	state, kind := Running, fault.Kind("")
	if b.fetch != "" {
		state, kind = Retrying, b.fetch
	}
	for _, k := range b.waiting {
		if k.Info().Class == fault.Pause {
			state, kind = Paused, k
		} else if state == Running {
			state, kind = Retrying, k
		}
	}
	if state != b.status.State || kind != b.status.Kind {
		b.status.State, b.status.Kind, b.status.Since = state, kind, now
	}
}

// clear returns nil when nobody waits, else a channel that is closed when that
// is so.
func (b *board) clear() <-chan struct{} {
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.waiting) == 0 {
		return nil
	}
	return b.changed
}

// fetching notes why the fetcher waits; nil when it goes on.
func (b *board) fetching(err error, now time.Time) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.fetch = ""
	if err != nil {
		b.fetch = fault.KindOf(err)
		b.status.LastError = err.Error()
	}
	b.settle(now)
}
