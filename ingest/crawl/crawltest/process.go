package crawltest

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"

	"careerstream/ingest/crawl"
	"careerstream/ingest/fetch"
	"careerstream/ingest/frontier"
	"careerstream/schemas/deadletter"
	"careerstream/schemas/event"
	"careerstream/schemas/fault"
	"careerstream/schemas/page"
)

// errDead is what a killed process gets from everything it does.
var errDead = errors.New("the process is dead")

// Process is one process: it counts what it publishes, and it can be killed.
// The zero value lives for ever.
type Process struct {
	// DieAt is the write, counted from 1, at which it dies; 0 is never. After
	// makes it die when the write is stored but not answered.
	DieAt int64
	After bool

	writes atomic.Int64
	dead   atomic.Bool
	mu     sync.Mutex
	died   chan struct{}
	count  map[string]int
}

// Died is closed when the process is dead.
func (p *Process) Died() <-chan struct{} {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.died == nil {
		p.died = make(chan struct{})
	}
	return p.died
}

// Kill ends the process: nothing that it does from now on has an effect.
func (p *Process) Kill() {
	p.Died() // makes the channel
	if !p.dead.Swap(true) {
		close(p.died)
	}
}

// Count is how many events of a type it has published, repeats left out;
// "visit", "state", "body" and "letter" count its other writes.
func (p *Process) Count(typ string) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.count[typ]
}

func (p *Process) add(what string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.count == nil {
		p.count = map[string]int{}
	}
	p.count[what]++
}

// write does one write unless the process is dead by then.
func (p *Process) write(what string, op func() error) error {
	if p.dead.Load() {
		return fault.New(fault.BrokerUnavailable, "%s: %w", what, errDead)
	}
	fatal := p.DieAt > 0 && p.writes.Add(1) == p.DieAt
	if fatal && !p.After {
		p.Kill()
		return fault.New(fault.BrokerUnavailable, "%s: %w", what, errDead)
	}
	err := op()
	if err == nil {
		p.add(what)
	}
	if fatal {
		p.Kill()
		return fault.New(fault.BrokerUnavailable, "%s: %w", what, errDead)
	}
	return err
}

// Ports are the broker as the process uses it.
func (p *Process) Ports(b Ports) Ports {
	m := mortal{p, b}
	return Ports{mortalFrontier{m}, mortalStates{m}, mortalBodies{m}, mortalStream{m}, b.Last, mortalLetters{m}}
}

// Getter is the network as the process uses it.
func (p *Process) Getter(g crawl.Getter) crawl.Getter { return mortalGetter{p, g} }

type mortal struct {
	p *Process
	b Ports
}

type mortalFrontier struct{ mortal }

func (m mortalFrontier) Put(ctx context.Context, v page.Visit, rev uint64) (next uint64, err error) {
	err = m.p.write("visit", func() error { next, err = m.b.Frontier.Put(ctx, v, rev); return err })
	return next, err
}

func (m mortalFrontier) Get(ctx context.Context, host, key string) (page.Visit, uint64, bool, error) {
	return m.b.Frontier.Get(ctx, host, key)
}

func (m mortalFrontier) Follow(ctx context.Context, host string) (frontier.Follower, error) {
	return m.b.Frontier.Follow(ctx, host)
}

type mortalStates struct{ mortal }

func (m mortalStates) Get(ctx context.Context, key string) ([]byte, uint64, error) {
	return m.b.States.Get(ctx, key)
}

func (m mortalStates) Put(ctx context.Context, key string, data []byte, rev uint64) (next uint64, err error) {
	err = m.p.write("state", func() error { next, err = m.b.States.Put(ctx, key, data, rev); return err })
	return next, err
}

type mortalBodies struct{ mortal }

func (m mortalBodies) Get(ctx context.Context, sha256 string) ([]byte, error) {
	return m.b.Bodies.Get(ctx, sha256)
}

func (m mortalBodies) Put(ctx context.Context, sha256 string, body []byte) error {
	return m.p.write("body", func() error { return m.b.Bodies.Put(ctx, sha256, body) })
}

type mortalStream struct{ mortal }

func (m mortalStream) Publish(ctx context.Context, out event.Out) (seq uint64, duplicate bool, err error) {
	err = m.p.write("event", func() error {
		seq, duplicate, err = m.b.Publisher.Publish(ctx, out)
		if err == nil && !duplicate {
			m.p.add(out.Event.Type)
		}
		return err
	})
	return seq, duplicate, err
}

type mortalLetters struct{ mortal }

func (m mortalLetters) Bury(ctx context.Context, letter deadletter.Letter) error {
	return m.p.write("letter", func() error { return m.b.DeadLetters.Bury(ctx, letter) })
}

type mortalGetter struct {
	p *Process
	g crawl.Getter
}

// Get is cut off by the death, as a socket is.
func (m mortalGetter) Get(ctx context.Context, req fetch.Request) (*fetch.Response, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	if m.p.dead.Load() {
		cancel()
	}
	done := make(chan struct{})
	defer close(done)
	go func() {
		select {
		case <-m.p.Died():
			cancel()
		case <-done:
		}
	}()
	return m.g.Get(ctx, req)
}
