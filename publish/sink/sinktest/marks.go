package sinktest

import (
	"bytes"
	"context"
	"sync"

	"careerstream/publish/sink"
	"careerstream/schemas/deadletter"
	"careerstream/schemas/fault"
)

// Marks is a bucket in memory with compare-and-set.
type Marks struct {
	mu       sync.Mutex
	values   map[string][]byte
	revision map[string]uint64
}

// NewMarks makes an empty bucket.
func NewMarks() *Marks {
	return &Marks{values: make(map[string][]byte), revision: make(map[string]uint64)}
}

// Load implements sink.Marks.
func (m *Marks) Load(_ context.Context, name string) (value []byte, revision uint64, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return bytes.Clone(m.values[name]), m.revision[name], nil
}

// Save implements sink.Marks.
func (m *Marks) Save(_ context.Context, name string, value []byte, revision uint64) (uint64, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.revision[name] != revision {
		return 0, fault.New(fault.LeaseLost, "mark %s is at revision %d, not %d", name, m.revision[name], revision)
	}
	m.revision[name]++
	m.values[name] = bytes.Clone(value)
	return m.revision[name], nil
}

// Letters keeps dead letters in memory, each once by its identity and state.
type Letters struct {
	mu      sync.Mutex
	letters []deadletter.Letter
}

// All returns every letter in the order of arrival.
func (l *Letters) All() []deadletter.Letter {
	l.mu.Lock()
	defer l.mu.Unlock()
	return append([]deadletter.Letter(nil), l.letters...)
}

// Bury implements sink.DeadLetters.
func (l *Letters) Bury(_ context.Context, letter deadletter.Letter) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, old := range l.letters {
		if old.Stage == letter.Stage && old.Stream == letter.Stream && old.Seq == letter.Seq && old.Kind == letter.Kind && old.State == letter.State {
			return nil
		}
	}
	l.letters = append(l.letters, letter)
	return nil
}

var (
	_ sink.Marks       = (*Marks)(nil)
	_ sink.DeadLetters = (*Letters)(nil)
	_ sink.Store       = (*Store)(nil)
	_ sink.Getter      = (*Log)(nil)
)
