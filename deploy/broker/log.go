package broker

import (
	"cmp"
	"context"
	"errors"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"careerstream/publish/sink"
)

// Log returns the ordered log of a stream.
func (c *Conn) Log(stream string) sink.Log { return streamLog{c, stream, ""} }

// Part returns the ordered log of one subject of a stream. Its sequences are
// the stream's, with gaps where other subjects have theirs.
func (c *Conn) Part(stream, subject string) sink.Log { return streamLog{c, stream, subject} }

type streamLog struct {
	conn *Conn
	name string
	// subject bounds the log to a part of the stream; "" is all of it.
	subject string
}

var _ sink.Seeker = streamLog{}

// Name implements sink.Log.
func (l streamLog) Name() string { return l.name }

// Info implements sink.Log. The stream's leader answers.
func (l streamLog) Info(ctx context.Context) (sink.LogInfo, error) {
	s, err := l.conn.js.Stream(ctx, l.name)
	if err != nil {
		return sink.LogInfo{}, brokerFault("read state of stream "+l.name, err)
	}
	info := s.CachedInfo()
	state := sink.LogInfo{
		Incarnation: incarnation(info.Created),
		First:       info.State.FirstSeq, Last: info.State.LastSeq, Head: info.State.LastSeq,
	}
	if l.subject == "" {
		return state, nil
	}
	last, err := s.GetLastMsgForSubject(ctx, l.subject)
	switch {
	case errors.Is(err, jetstream.ErrMsgNotFound):
		state.Last = 0
	case err != nil:
		return sink.LogInfo{}, brokerFault("read state of "+l.subject, err)
	default:
		state.Last, state.Head = last.Sequence, max(state.Head, last.Sequence)
	}
	return state, nil
}

// Seek implements sink.Seeker.
func (l streamLog) Seek(ctx context.Context, seq uint64) (uint64, bool, error) {
	s, err := l.conn.stream(ctx, l.name)
	if err != nil {
		return 0, false, err
	}
	next, err := s.GetMsg(ctx, max(seq, 1), jetstream.WithGetMsgSubject(cmp.Or(l.subject, ">")))
	if errors.Is(err, jetstream.ErrMsgNotFound) {
		return 0, false, nil
	}
	if err != nil {
		return 0, false, brokerFault("look for a message of stream "+l.name, err)
	}
	return next.Sequence, true, nil
}

// Tail implements sink.Log.
func (l streamLog) Tail(ctx context.Context, from uint64) (sink.Reader, error) {
	info, err := l.Info(ctx)
	if err != nil {
		return nil, err
	}
	r := &reader{log: l, incarnation: info.Incarnation, next: max(from, 1)}
	if r.session, err = r.open(ctx); err != nil {
		return nil, err
	}
	return r, nil
}

// incarnation is the moment of the stream's creation: the server keeps it over
// restarts, updates and restores, and no two creations of one name share it.
func incarnation(created time.Time) string { return created.UTC().Format(time.RFC3339Nano) }
