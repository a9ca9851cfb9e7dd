package app

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"careerstream/publish/sink"
	"careerstream/schemas/event"
)

// follow feeds an index in memory with a stream from after its position on,
// through every outage, until ctx ends. A message that the index cannot read is
// logged and left out.
func follow(ctx context.Context, log sink.Log, position func() uint64, apply func(event.Message) error, logger *slog.Logger) {
	failures := 0
	for ctx.Err() == nil {
		before := position()
		err := followOnce(ctx, log, before+1, apply, logger)
		if err == nil || ctx.Err() != nil {
			continue
		}
		if position() > before {
			failures = 0
		}
		if failures++; failures == 1 {
			logger.Warn("cannot read a stream; what is made of it waits", "stream", log.Name(), "err", err)
		}
		if !wait(ctx, min(time.Duration(failures)*200*time.Millisecond, 3*time.Second)) {
			return
		}
	}
}

func followOnce(ctx context.Context, log sink.Log, from uint64, apply func(event.Message) error, logger *slog.Logger) (err error) {
	reader, err := log.Tail(ctx, from)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, reader.Close()) }()
	for {
		raw, err := reader.Next(ctx)
		if err != nil {
			return err
		}
		message := event.Message{Stream: log.Name(), Seq: raw.Seq, Subject: raw.Subject, Stored: raw.Stored}
		// What is no event is applied all the same: the position moves on.
		message.Event, err = event.Decode(raw.Header, raw.Body)
		if applied := apply(message); err == nil {
			err = applied
		}
		if err != nil {
			logger.Warn("a message cannot be read; it is left out", "stream", log.Name(), "seq", raw.Seq, "err", err)
		}
	}
}
