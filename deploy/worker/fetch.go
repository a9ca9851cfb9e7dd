package worker

import (
	"context"
	"errors"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"careerstream/deploy/broker"
	"careerstream/schemas/fault"
)

// A fetch is one pull request that lives until it is filled; the server sends a
// heartbeat meanwhile, and two missing ones end the fetch.
const (
	fetchExpiry    = 30 * time.Second
	fetchHeartbeat = 2 * time.Second
	// fetchAlive is after how long an open fetch has had a heartbeat, or it would
	// have ended.
	fetchAlive = 2*fetchHeartbeat + time.Second
	// drainWait bounds the wait for messages on the way at a stop.
	drainWait = time.Second
	// openWait bounds the search for the consumer: a server that just starts may
	// never answer.
	openWait = time.Second
)

// fetch fills queue until ctx ends.
func (e *engine) fetch(ctx context.Context, queue chan<- *delivery) {
	source := &source{engine: e}
	for e.room(ctx) {
		err := source.once(ctx, queue)
		if err == nil {
			source.well()
			continue
		}
		if ctx.Err() != nil {
			return
		}
		source.failures++
		e.outage.failed(err)
		e.board.fetching(err, e.tune.Clock())
		retry := time.NewTimer(e.backoff(source.failures))
		select {
		case <-retry.C:
		case <-e.conn.Changed():
		case <-ctx.Done():
		}
		retry.Stop()
	}
}

// room waits until half of the places are free and no worker waits for the
// infrastructure or an operator; false when ctx ends first.
func (e *engine) room(ctx context.Context) bool {
	for {
		if !e.calm(ctx) {
			return false
		}
		if 2*e.free() >= e.tune.Prefetch {
			return true
		}
		select {
		case <-e.freed:
		case <-ctx.Done():
			return false
		}
	}
}

// source fetches from the consumer, and makes it anew when it is gone.
type source struct {
	*engine
	consumer jetstream.Consumer
	had      bool
	// failures in a row.
	failures int
}

// well notes that fetching works, with or without messages.
func (s *source) well() {
	if s.failures > 0 {
		s.failures = 0
		s.board.fetching(nil, s.tune.Clock())
		s.outage.over()
	}
}

// once fetches as many messages as there is room for, however long that takes.
// The library's iterator is bounded to that number, because it would buffer more
// messages than we can keep alive.
func (s *source) once(ctx context.Context, queue chan<- *delivery) error {
	changed := s.conn.Changed()
	if !s.conn.Connected() {
		return fault.New(fault.BrokerUnavailable, "fetch from %s/%s: not connected", s.spec.Stream, s.spec.Name)
	}
	if err := s.open(ctx); err != nil {
		return err
	}
	// A fetch does not outlive its connection: the server has forgotten it.
	fetching, cancel := context.WithCancel(ctx)
	watched := make(chan struct{})
	defer func() { cancel(); <-watched }()
	go func() {
		defer close(watched)
		s.watchFetch(fetching, cancel, changed)
	}()
	room := s.free()
	limit := max(s.tune.FetchBytes, s.conn.MaxPayload()+broker.HeaderAllowance)
	messages, err := s.consumer.Messages(jetstream.PullMaxMessagesWithBytesLimit(room, limit), jetstream.StopAfter(room),
		jetstream.PullExpiry(fetchExpiry), jetstream.PullHeartbeat(fetchHeartbeat))
	if err != nil {
		return fault.New(fault.BrokerUnavailable, "fetch from %s/%s: %w", s.spec.Stream, s.spec.Name, err)
	}
	for range room {
		msg, err := messages.Next(jetstream.NextContext(fetching))
		if err != nil {
			s.drain(messages, queue)
			return s.failed(ctx, err)
		}
		s.enqueue(msg, queue)
	}
	messages.Stop()
	return nil
}

// watchFetch ends a fetch whose connection has changed, and notes that it works
// where no message tells so: an idle stage would count as failing until there is
// work again.
func (s *source) watchFetch(fetching context.Context, end func(), changed <-chan struct{}) {
	alive := time.NewTimer(s.alive)
	defer alive.Stop()
	for {
		select {
		case <-changed:
			end()
			return
		case <-fetching.Done():
			return
		case <-alive.C:
			s.well()
		}
	}
}

func (s *source) enqueue(msg jetstream.Msg, queue chan<- *delivery) {
	if d := s.hold(msg); d != nil {
		queue <- d
	}
}

// drain withdraws the pull request and takes what is already on the way, which
// would otherwise be nobody's until AckWait is over.
func (s *source) drain(messages jetstream.MessagesContext, queue chan<- *delivery) {
	if !s.conn.Connected() {
		messages.Stop()
		return
	}
	messages.Drain()
	for {
		msg, err := messages.Next(jetstream.NextMaxWait(drainWait))
		if err != nil {
			return
		}
		s.enqueue(msg, queue)
	}
}

// failed tells the end of a worker from the loss of a connection or consumer.
func (s *source) failed(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return nil
	}
	if !errors.Is(err, context.Canceled) {
		s.consumer = nil
	}
	return fault.New(fault.BrokerUnavailable, "fetch from %s/%s: %w", s.spec.Stream, s.spec.Name, err)
}

func (s *source) open(ctx context.Context) error {
	if s.consumer != nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, openWait)
	defer cancel()
	consumer, created, err := s.conn.Consumer(ctx, s.spec)
	if err != nil {
		return err
	}
	if created && s.had {
		s.log.Warn("consumer was deleted and is made anew; its stream is handled from the start, which repeats nothing", "consumer", s.spec.Stream+"/"+s.spec.Name)
	}
	s.consumer, s.had = consumer, true
	return nil
}
