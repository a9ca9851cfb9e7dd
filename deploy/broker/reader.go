package broker

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"careerstream/publish/sink"
	"careerstream/schemas/fault"
)

// Bounds of a reader's prefetch: bytes on the way or waiting, and messages
// already unpacked.
const (
	prefetchBytes = 2 << 20
	unpacked      = 512
	// prefetchMessages bounds by number where messages are small: the bytes have to
	// leave room for one of the largest size.
	prefetchMessages = 4096
)

// reader reads a stream in order through an ephemeral consumer, and makes a new
// one at the first unread message when the consumer, the connection or a
// message is lost. The client's ordered consumer does the same, but retries
// inside Next where no context reaches it.
type reader struct {
	log         streamLog
	incarnation string
	next        uint64 // the lowest sequence not yet returned
	session     *session
	closed      bool
}

var _ sink.Reader = (*reader)(nil)

// errReaderClosed is what Next gives after Close.
var errReaderClosed = errors.New("reader is closed")

// Next implements sink.Reader. It waits through outages. It fails with
// fault.ForeignIncarnation when the stream was made anew meanwhile.
func (r *reader) Next(ctx context.Context) (sink.Raw, error) {
	for {
		if r.closed {
			return sink.Raw{}, errReaderClosed
		}
		if r.session == nil {
			if err := r.reopen(ctx); err != nil {
				return sink.Raw{}, err
			}
		}
		select {
		case raw := <-r.session.out:
			r.next = raw.Seq + 1
			return raw, nil
		default:
		}
		select {
		case raw := <-r.session.out:
			r.next = raw.Seq + 1
			return raw, nil
		case <-r.session.broken:
			// What is unpacked is read again, so that it comes once and in order.
			r.session.stop(ctx)
			r.session = nil
		case <-ctx.Done():
			return sink.Raw{}, fmt.Errorf("read stream %s: %w", r.log.name, context.Cause(ctx))
		}
	}
}

// Close implements sink.Reader.
func (r *reader) Close() error {
	r.closed = true
	if r.session != nil {
		r.session.stop(r.session.ctx)
		r.session = nil
	}
	return nil
}

// reopen tries until there is a session, ctx ends, or the stream is another one.
func (r *reader) reopen(ctx context.Context) error {
	for delay := 50 * time.Millisecond; ; delay = min(2*delay, 2*time.Second) {
		info, err := r.log.Info(ctx)
		if err == nil && info.Incarnation != r.incarnation {
			return fault.New(fault.ForeignIncarnation, "read stream %s: it was made anew at %s while it was read", r.log.name, info.Incarnation)
		}
		if err == nil {
			if r.session, err = r.open(ctx); err == nil {
				return nil
			}
		}
		r.log.conn.log.Debug("reader waits for the broker", "stream", r.log.name, "seq", r.next, "error", err)
		retry := time.NewTimer(delay)
		select {
		case <-retry.C:
		case <-r.log.conn.Changed():
			retry.Stop()
		case <-ctx.Done():
			retry.Stop()
			return fmt.Errorf("read stream %s: %w", r.log.name, context.Cause(ctx))
		}
	}
}

// session is one ephemeral consumer and what it has delivered.
type session struct {
	conn   *Conn
	stream string
	name   string
	// ctx outlives the call that opened the session; stop cancels it.
	ctx    context.Context
	cancel context.CancelFunc
	out    chan sink.Raw
	broken chan struct{}
	once   sync.Once
	pull   jetstream.ConsumeContext
	// delivered is the consumer's own count; a gap in it is a lost message, a gap
	// in the stream's sequences only a deleted one.
	delivered uint64
}

func (r *reader) open(ctx context.Context) (*session, error) {
	conn := r.log.conn
	op := fmt.Sprintf("read stream %s from %d", r.log.name, r.next)
	if !conn.Connected() {
		return nil, fault.New(fault.BrokerUnavailable, "%s: not connected", op)
	}
	changed := conn.Changed()
	var consumer jetstream.Consumer
	err := conn.do(ctx, op, func(ctx context.Context) (err error) {
		consumer, err = conn.js.CreateConsumer(ctx, r.log.name, jetstream.ConsumerConfig{
			DeliverPolicy: jetstream.DeliverByStartSequencePolicy, OptStartSeq: r.next, FilterSubject: r.log.subject,
			AckPolicy: jetstream.AckNonePolicy, MemoryStorage: true, Replicas: 1,
			InactiveThreshold: time.Minute,
		})
		return err
	})
	if err != nil {
		return nil, err
	}
	s := &session{
		conn: conn, stream: r.log.name, name: consumer.CachedInfo().Name,
		out: make(chan sink.Raw, unpacked), broken: make(chan struct{}),
	}
	s.ctx, s.cancel = context.WithCancel(context.WithoutCancel(ctx))
	most := max(prefetchBytes, conn.MaxPayload()+prefetchBytes)
	var prefetch jetstream.PullConsumeOpt = jetstream.PullMaxBytes(most)
	if r.log.small {
		prefetch = jetstream.PullMaxMessagesWithBytesLimit(prefetchMessages, most)
	}
	s.pull, err = consumer.Consume(s.take,
		prefetch,
		jetstream.PullExpiry(10*time.Second), jetstream.PullHeartbeat(2*time.Second),
		jetstream.ConsumeErrHandler(func(_ jetstream.ConsumeContext, err error) { s.lost(err) }))
	if err != nil {
		s.cancel()
		return nil, brokerFault(op, err)
	}
	// Messages without acknowledgement that were on the way when the connection
	// broke are gone, and only a new consumer sends them again.
	go func() {
		select {
		case <-changed:
			s.fail()
		case <-s.ctx.Done():
		}
	}()
	return s, nil
}

func (s *session) take(msg jetstream.Msg) {
	meta, err := msg.Metadata()
	if err != nil || meta.Sequence.Consumer != s.delivered+1 {
		s.fail()
		return
	}
	s.delivered++
	raw := sink.Raw{Subject: msg.Subject(), Seq: meta.Sequence.Stream, Stored: meta.Timestamp, Header: msg.Headers(), Body: msg.Data()}
	select {
	case s.out <- raw:
	case <-s.ctx.Done():
	}
}

// lost ends the session for what it cannot recover from. The end of a pull that
// was filled, or that found nothing, is no loss.
func (s *session) lost(err error) {
	if errors.Is(err, jetstream.ErrMaxBytesExceeded) || errors.Is(err, jetstream.ErrBatchCompleted) {
		return
	}
	s.conn.log.Debug("reader starts anew", "stream", s.stream, "error", err)
	s.fail()
}

func (s *session) fail() { s.once.Do(func() { close(s.broken) }) }

// stop ends the session and removes its consumer, which would go by itself in
// a minute.
func (s *session) stop(ctx context.Context) {
	s.fail()
	s.cancel()
	s.pull.Stop()
	if s.conn.Connected() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
		defer cancel()
		_ = s.conn.js.DeleteConsumer(ctx, s.stream, s.name)
	}
}
