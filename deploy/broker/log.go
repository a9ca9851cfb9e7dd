package broker

import (
	"context"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"careerstream/publish/sink"
)

// Log returns the ordered log of a stream.
func (c *Conn) Log(stream string) sink.Log { return streamLog{c, stream} }

type streamLog struct {
	conn *Conn
	name string
}

// Name implements sink.Log.
func (l streamLog) Name() string { return l.name }

// Info implements sink.Log. The stream's leader answers.
func (l streamLog) Info(ctx context.Context) (sink.LogInfo, error) {
	var info *jetstream.StreamInfo
	err := l.conn.do(ctx, "read state of stream "+l.name, func(ctx context.Context) error {
		s, err := l.conn.js.Stream(ctx, l.name)
		if err == nil {
			info = s.CachedInfo()
		}
		return err
	})
	if err != nil {
		return sink.LogInfo{}, err
	}
	return sink.LogInfo{Incarnation: incarnation(info.Created), First: info.State.FirstSeq, Last: info.State.LastSeq}, nil
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
