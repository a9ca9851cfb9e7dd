package sink

import (
	"sync"
	"time"

	"careerstream/schemas/fault"
)

// State of a sink.
type State string

// States.
const (
	// Standby: another process writes; this one takes over when it falls silent.
	Standby State = "standby"
	// Running: storing, or waiting for messages.
	Running State = "running"
	// Retrying: something failed that goes away by itself.
	Retrying State = "retrying"
	// Paused: something failed that somebody has to mend. Nothing is
	// acknowledged and nothing dead-lettered; storing resumes by itself.
	Paused State = "paused"
)

// Status is what a sink is doing, for health and progress.
type Status struct {
	Sink   string `json:"sink"`
	Stream string `json:"stream"`
	State  State  `json:"state"`
	// Kind, Reason and Hint say why the sink is Paused or Retrying.
	Kind   fault.Kind `json:"kind,omitempty"`
	Reason string     `json:"reason,omitempty"`
	Hint   string     `json:"hint,omitempty"`
	// Since is when State began.
	Since time.Time `json:"since"`
	// Errors counts the failures since the last success.
	Errors uint64 `json:"errors,omitempty"`
	// Done: every message up to this sequence is stored or dead-lettered.
	Done uint64 `json:"done"`
	// Last is the newest message of the stream that is known of.
	Last uint64 `json:"last"`
	// Batches, Stored, Dead and Bytes count since the start of this process:
	// batches, messages stored, messages dead-lettered, bytes of messages.
	Batches uint64 `json:"batches"`
	Stored  uint64 `json:"stored"`
	Dead    uint64 `json:"dead"`
	Bytes   uint64 `json:"bytes"`
}

// Behind counts the sequences that are not done yet.
func (s Status) Behind() uint64 {
	if s.Last <= s.Done {
		return 0
	}
	return s.Last - s.Done
}

// board holds the status for readers in other goroutines.
type board struct {
	mu     sync.Mutex
	status Status
}

func (b *board) read() Status {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.status
}

func (b *board) change(f func(*Status)) {
	b.mu.Lock()
	defer b.mu.Unlock()
	f(&b.status)
}

// enter sets the state; Since moves only when it is another one.
func (b *board) enter(state State, cause error, now time.Time) {
	b.change(func(s *Status) {
		if s.State != state {
			s.State, s.Since = state, now
		}
		s.Kind, s.Reason, s.Hint = "", "", ""
		if cause != nil {
			s.Kind, s.Reason = fault.KindOf(cause), cause.Error()
			s.Hint = s.Kind.Info().Hint
			s.Errors++
		} else {
			s.Errors = 0
		}
	})
}
