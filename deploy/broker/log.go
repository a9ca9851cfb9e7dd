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
func (c *Conn) Log(stream string) sink.Log { return streamLog{conn: c, name: stream} }

// Part returns the ordered log of one subject of a stream. Its sequences are
// the stream's, with gaps where other subjects have theirs.
func (c *Conn) Part(stream, subject string) sink.Log { return streamLog{c, stream, subject, true} }

// Matching returns the ordered log of the subjects of a stream that match a
// pattern with wildcards. It is read by a consumer of its own; for one of many
// subjects that are read side by side there is Part.
func (c *Conn) Matching(stream, pattern string) sink.Log {
	return streamLog{conn: c, name: stream, subject: pattern}
}

type streamLog struct {
	conn *Conn
	name string
	// subject bounds the log to a part of the stream; "" is all of it.
	subject string
	// small says that messages are small and many, and that the subject is one of
	// several that are read side by side.
	small bool
}

var _ sink.Seeker = streamLog{}

// Name implements sink.Log.
func (l streamLog) Name() string { return l.name }

// Info implements sink.Log. The stream's leader answers.
func (l streamLog) Info(ctx context.Context) (sink.LogInfo, error) {
	var state sink.LogInfo
	err := l.conn.do(ctx, "read state of stream "+l.name, func(ctx context.Context) error {
		s, err := l.conn.js.Stream(ctx, l.name)
		if err != nil {
			return err
		}
		info := s.CachedInfo()
		state = sink.LogInfo{
			Incarnation: incarnation(info.Created),
			First:       info.State.FirstSeq, Last: info.State.LastSeq, Head: info.State.LastSeq,
		}
		if l.subject == "" {
			return nil
		}
		last, err := s.GetLastMsgForSubject(ctx, l.subject)
		if errors.Is(err, jetstream.ErrMsgNotFound) {
			state.Last = 0
			return nil
		}
		if err != nil {
			return err
		}
		state.Last, state.Head = last.Sequence, max(state.Head, last.Sequence)
		return nil
	})
	return state, err
}

// Seek implements sink.Seeker.
func (l streamLog) Seek(ctx context.Context, seq uint64) (next uint64, found bool, err error) {
	err = l.conn.do(ctx, "look for a message of stream "+l.name, func(ctx context.Context) error {
		s, err := l.conn.stream(ctx, l.name)
		if err != nil {
			return err
		}
		message, err := s.GetMsg(ctx, max(seq, 1), jetstream.WithGetMsgSubject(cmp.Or(l.subject, ">")))
		if errors.Is(err, jetstream.ErrMsgNotFound) {
			return nil
		}
		if err == nil {
			next, found = message.Sequence, true
		}
		return err
	})
	return next, found, err
}

// Tail implements sink.Log.
func (l streamLog) Tail(ctx context.Context, from uint64) (sink.Reader, error) {
	info, err := l.Info(ctx)
	if err != nil {
		return nil, err
	}
	if l.small && l.subject != "" {
		return l.conn.fanOf(l.name).tail(ctx, l, info.Incarnation, max(from, 1)), nil
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
