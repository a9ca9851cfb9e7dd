package broker

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/nats-io/nats.go/jetstream"

	"careerstream/publish/sink"
	"careerstream/schemas/event"
	"careerstream/schemas/fault"
	"careerstream/schemas/stream"
)

// Last implements event.LastReader. It sees every acknowledged publication:
// Apply lets any server that holds the stream answer (AllowDirect) only where
// one does, so with replicas the leader answers, never a follower behind it.
func (c *Conn) Last(ctx context.Context, subject string) (event.Message, bool, error) {
	s, err := c.streamOf(ctx, subject)
	if err != nil {
		return event.Message{}, false, err
	}
	raw, err := c.last(ctx, s, subject)
	if err != nil || raw == nil {
		return event.Message{}, false, err
	}
	m := event.Message{Stream: s.CachedInfo().Config.Name, Seq: raw.Sequence, Subject: raw.Subject, Stored: raw.Time}
	// What is no event has its place all the same: see LastReader.
	if e, err := event.Decode(raw.Header, raw.Data); err == nil {
		m.Event = e
	}
	return m, true, nil
}

// Get returns the message with a sequence, and false when the stream does not
// hold it (any more). Errors are fault.BrokerUnavailable.
func (c *Conn) Get(ctx context.Context, stream string, seq uint64) (sink.Raw, bool, error) {
	s, err := c.stream(ctx, stream)
	if err != nil {
		return sink.Raw{}, false, err
	}
	var raw *jetstream.RawStreamMsg
	err = c.do(ctx, fmt.Sprintf("read message %s %d", stream, seq), func(ctx context.Context) (err error) {
		raw, err = s.GetMsg(ctx, seq)
		return err
	})
	if errors.Is(err, jetstream.ErrMsgNotFound) {
		return sink.Raw{}, false, nil
	}
	if err != nil {
		return sink.Raw{}, false, err
	}
	return sink.Raw{Subject: raw.Subject, Seq: raw.Sequence, Stored: raw.Time, Header: raw.Header, Body: raw.Data}, true, nil
}

// last returns the last message of a subject, nil when there is none.
func (c *Conn) last(ctx context.Context, s jetstream.Stream, subject string) (raw *jetstream.RawStreamMsg, err error) {
	err = c.do(ctx, "read last message on "+subject, func(ctx context.Context) (err error) {
		raw, err = s.GetLastMsgForSubject(ctx, subject)
		return err
	})
	if errors.Is(err, jetstream.ErrMsgNotFound) {
		return nil, nil
	}
	return raw, err
}

// streamOf returns the stream that holds a subject.
func (c *Conn) streamOf(ctx context.Context, subject string) (jetstream.Stream, error) {
	for _, spec := range stream.Streams() {
		for _, pattern := range spec.Subjects {
			if prefix, ok := strings.CutSuffix(pattern, ">"); ok && strings.HasPrefix(subject, prefix) {
				return c.stream(ctx, spec.Name)
			}
		}
	}
	return nil, fault.New(fault.Internal, "no stream holds subject %q", subject)
}
