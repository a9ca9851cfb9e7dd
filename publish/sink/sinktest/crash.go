package sinktest

import (
	"context"
	"errors"
	"sync"

	"careerstream/publish/columns"
	"careerstream/publish/sink"
	"careerstream/schemas/deadletter"
)

// ErrDead is what every operation of a killed process returns.
var ErrDead = errors.New("the process is dead")

// Process is one process: it counts what it does to the outside and can die at
// any step. The zero value never dies.
type Process struct {
	// DieAt is the step, counted from 1, at which the process dies; 0 is never.
	DieAt int
	// DieOn is the name of the step that it dies at, the first time; "" is none.
	DieOn string
	// After makes it die after the step has had its effect: the answer is lost.
	After bool

	mu    sync.Mutex
	steps []string
	dead  chan struct{}
}

// Died is closed when the process is dead.
func (p *Process) Died() <-chan struct{} {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.died()
}

func (p *Process) died() chan struct{} {
	if p.dead == nil {
		p.dead = make(chan struct{})
	}
	return p.dead
}

// Steps lists what the process did.
func (p *Process) Steps() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]string(nil), p.steps...)
}

// Marks are the marks as the process uses them.
func (p *Process) Marks(m sink.Marks) sink.Marks { return mortalMarks{p, m} }

// Letters are the dead letters as the process uses them.
func (p *Process) Letters(l sink.DeadLetters) sink.DeadLetters { return mortalLetters{p, l} }

// Store is the store as the process uses it.
func (p *Process) Store(s sink.Store) sink.Store { return mortalStore{p, s} }

type mortalMarks struct {
	p *Process
	m sink.Marks
}

func (m mortalMarks) Load(ctx context.Context, name string) (value []byte, revision uint64, err error) {
	err = m.p.do(ctx, "load", func() (err error) {
		value, revision, err = m.m.Load(ctx, name)
		return err
	})
	return value, revision, err
}

func (m mortalMarks) Save(ctx context.Context, name string, value []byte, revision uint64) (next uint64, err error) {
	err = m.p.do(ctx, "save", func() (err error) {
		next, err = m.m.Save(ctx, name, value, revision)
		return err
	})
	return next, err
}

type mortalLetters struct {
	p *Process
	l sink.DeadLetters
}

func (l mortalLetters) Bury(ctx context.Context, letter deadletter.Letter) error {
	return l.p.do(ctx, "bury", func() error { return l.l.Bury(ctx, letter) })
}

type mortalStore struct {
	p *Process
	s sink.Store
}

func (s mortalStore) Insert(ctx context.Context, table, token string, block columns.Block) error {
	return s.p.do(ctx, "insert "+table, func() error { return s.s.Insert(ctx, table, token, block) })
}

func (s mortalStore) Stored(ctx context.Context, name, stream string) (stored map[string][2]uint64, err error) {
	err = s.p.do(ctx, "ledger", func() (err error) {
		stored, err = s.s.Stored(ctx, name, stream)
		return err
	})
	return stored, err
}

func (s mortalStore) Holds(ctx context.Context, table, stream string, seq uint64) (held bool, err error) {
	err = s.p.do(ctx, "look", func() (err error) {
		held, err = s.s.Holds(ctx, table, stream, seq)
		return err
	})
	return held, err
}

func (s mortalStore) HoldsAll(ctx context.Context, table, column string, ids [][16]byte) (held bool, err error) {
	err = s.p.do(ctx, "look", func() (err error) {
		held, err = s.s.HoldsAll(ctx, table, column, ids)
		return err
	})
	return held, err
}

// do runs one step unless the process is dead or dies at it. Steps of several
// goroutines do not overlap.
func (p *Process) do(ctx context.Context, name string, step func() error) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	select {
	case <-p.died():
		return ErrDead
	default:
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	p.steps = append(p.steps, name)
	if len(p.steps) != p.DieAt && name != p.DieOn {
		return step()
	}
	if p.After {
		_ = step() //nolint:errcheck // nobody is left to hear of it
	}
	close(p.died())
	return ErrDead
}
