package crawltest

import (
	"context"
	"errors"
	"sync"

	"careerstream/ingest"
	"careerstream/ingest/crawl"
	"careerstream/ingest/frontier"
	"careerstream/schemas/deadletter"
	"careerstream/schemas/event"
	"careerstream/schemas/fault"
	"careerstream/schemas/page"
)

// Ports are the broker as a crawl uses it.
type Ports struct {
	Frontier    frontier.Frontier
	States      frontier.States
	Bodies      crawl.Bodies
	Publisher   ingest.Publisher
	Last        event.LastReader
	DeadLetters ingest.DeadLetters
}

// Memory is a broker in memory. It is safe for concurrent use.
type Memory struct {
	// Check, if not nil, refuses events; visits come as the events that they are
	// stored as.
	Check func(event.Event) error

	mu      sync.Mutex
	seq     uint64
	visits  map[string]stored
	log     []stored // changes of visits in their order
	changed chan struct{}
	states  map[string]value
	bodies  map[string][]byte
	last    map[string]event.Message
	seqs    map[string]uint64 // of event IDs
	letters map[string]deadletter.Letter
}

type stored struct {
	visit page.Visit
	rev   uint64
}

type value struct {
	data []byte
	rev  uint64
}

// NewMemory returns an empty broker.
func NewMemory() *Memory {
	return &Memory{
		visits: map[string]stored{}, changed: make(chan struct{}), states: map[string]value{}, bodies: map[string][]byte{},
		last: map[string]event.Message{}, seqs: map[string]uint64{}, letters: map[string]deadletter.Letter{},
	}
}

// Ports returns the broker as a crawl uses it.
func (m *Memory) Ports() Ports {
	return Ports{memoryFrontier{m}, memoryStates{m}, memoryBodies{m}, memoryStream{m}, memoryStream{m}, memoryLetters{m}}
}

type (
	memoryFrontier struct{ *Memory }
	memoryStates   struct{ *Memory }
	memoryBodies   struct{ *Memory }
	memoryStream   struct{ *Memory }
	memoryLetters  struct{ *Memory }
)

func (m memoryFrontier) Put(ctx context.Context, v page.Visit, rev uint64) (uint64, error) {
	if err := ctx.Err(); err != nil {
		return 0, fault.New(fault.BrokerUnavailable, "%w", err)
	}
	e, err := event.New("/careerstream/ingest", event.PageRequested, v.Key, v)
	if err == nil && m.Check != nil {
		err = m.Check(e)
	}
	if err != nil {
		return 0, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.visits[v.Key].rev != rev {
		return 0, fault.New(fault.Conflict, "visit %s is at revision %d, not %d", v.URL, m.visits[v.Key].rev, rev)
	}
	m.seq++
	s := stored{v, m.seq}
	m.visits[v.Key] = s
	m.log = append(m.log, s)
	close(m.changed)
	m.changed = make(chan struct{})
	return m.seq, nil
}

func (m memoryFrontier) Get(ctx context.Context, _, key string) (page.Visit, uint64, bool, error) {
	if err := ctx.Err(); err != nil {
		return page.Visit{}, 0, false, fault.New(fault.BrokerUnavailable, "%w", err)
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	s, found := m.visits[key]
	return s.visit, s.rev, found, nil
}

func (m memoryFrontier) Follow(_ context.Context, host string) (frontier.Follower, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return &follower{m: m.Memory, host: host, start: m.seq, closed: make(chan struct{})}, nil
}

// follower reads the log and leaves out what was replaced since.
type follower struct {
	m     *Memory
	host  string
	start uint64
	at    int
	told  bool
	once  sync.Once

	closed chan struct{}
}

func (f *follower) Next(ctx context.Context) (page.Visit, uint64, bool, error) {
	for {
		f.m.mu.Lock()
		for f.at < len(f.m.log) {
			s := f.m.log[f.at]
			caughtUp := s.rev > f.start
			f.at++
			if (f.host == "" || s.visit.Host == f.host) && (caughtUp || f.m.visits[s.visit.Key].rev == s.rev) {
				f.told = f.told || caughtUp
				f.m.mu.Unlock()
				return s.visit, s.rev, caughtUp, nil
			}
		}
		changed := f.m.changed
		f.m.mu.Unlock()
		if !f.told {
			f.told = true
			return page.Visit{}, 0, true, nil
		}
		select {
		case <-changed:
		case <-f.closed:
			return page.Visit{}, 0, false, errors.New("the follower is closed")
		case <-ctx.Done():
			return page.Visit{}, 0, false, context.Cause(ctx)
		}
	}
}

func (f *follower) Close() error {
	f.once.Do(func() { close(f.closed) })
	return nil
}

func (m memoryStates) Get(ctx context.Context, key string) ([]byte, uint64, error) {
	if err := ctx.Err(); err != nil {
		return nil, 0, fault.New(fault.BrokerUnavailable, "%w", err)
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.states[key].data, m.states[key].rev, nil
}

func (m memoryStates) Put(ctx context.Context, key string, data []byte, revision uint64) (uint64, error) {
	if err := ctx.Err(); err != nil {
		return 0, fault.New(fault.BrokerUnavailable, "%w", err)
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.states[key].rev != revision {
		return 0, fault.New(fault.Conflict, "key %s is at revision %d, not %d", key, m.states[key].rev, revision)
	}
	m.seq++
	m.states[key] = value{append([]byte(nil), data...), m.seq}
	return m.seq, nil
}

func (m memoryBodies) Get(ctx context.Context, sha256 string) ([]byte, error) {
	if err := ctx.Err(); err != nil {
		return nil, fault.New(fault.BrokerUnavailable, "%w", err)
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	body, found := m.bodies[sha256]
	if !found {
		return nil, fault.New(fault.BodyMissing, "no body %s", sha256)
	}
	return body, nil
}

func (m memoryBodies) Put(ctx context.Context, sha256 string, body []byte) error {
	if err := ctx.Err(); err != nil {
		return fault.New(fault.BrokerUnavailable, "%w", err)
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if _, found := m.bodies[sha256]; !found {
		m.bodies[sha256] = append([]byte(nil), body...)
	}
	return nil
}

func (m memoryStream) Publish(ctx context.Context, out event.Out) (uint64, bool, error) {
	if err := ctx.Err(); err != nil {
		return 0, false, fault.New(fault.BrokerUnavailable, "%w", err)
	}
	if m.Check != nil {
		if err := m.Check(out.Event); err != nil {
			return 0, false, err
		}
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if seq, found := m.seqs[out.Event.ID]; found {
		return seq, true, nil
	}
	if out.ExpectLast != nil && m.last[out.Subject].Seq != *out.ExpectLast {
		return 0, false, fault.New(fault.Conflict, "subject %s is at %d, not %d", out.Subject, m.last[out.Subject].Seq, *out.ExpectLast)
	}
	m.seq++
	m.seqs[out.Event.ID] = m.seq
	m.last[out.Subject] = event.Message{Stream: "MEMORY", Seq: m.seq, Subject: out.Subject, Event: out.Event}
	return m.seq, false, nil
}

func (m memoryStream) Last(ctx context.Context, subject string) (event.Message, bool, error) {
	if err := ctx.Err(); err != nil {
		return event.Message{}, false, fault.New(fault.BrokerUnavailable, "%w", err)
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	msg, found := m.last[subject]
	return msg, found, nil
}

func (m memoryLetters) Bury(ctx context.Context, letter deadletter.Letter) error {
	if err := ctx.Err(); err != nil {
		return fault.New(fault.BrokerUnavailable, "%w", err)
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.letters[letter.Stage+" "+letter.Origin] = letter
	return nil
}
