package app

import (
	"context"

	"careerstream/deploy/broker"
	"careerstream/publish/export"
	"careerstream/publish/sink"
	"careerstream/schemas/stream"
)

// Published is the stream of published versions, for exports.
func Published(conn *broker.Conn) export.Stream {
	return publishedLog{conn.Log(stream.Published), conn}
}

// publishedLog is a log with single messages.
type publishedLog struct {
	sink.Log
	conn *broker.Conn
}

var _ sink.Seeker = publishedLog{}

// Get implements export.Stream.
func (p publishedLog) Get(ctx context.Context, seq uint64) (sink.Raw, bool, error) {
	return p.conn.Get(ctx, p.Name(), seq)
}

// Seek implements sink.Seeker. A log that cannot tell is taken to have it.
func (p publishedLog) Seek(ctx context.Context, seq uint64) (uint64, bool, error) {
	if seeker, ok := p.Log.(sink.Seeker); ok {
		return seeker.Seek(ctx, seq)
	}
	return seq, true, nil
}
