package broker

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"careerstream/publish/sink"
	"careerstream/schemas/fault"
)

// latestBatch is how many messages Latest asks for at once; they are all that it
// holds.
const latestBatch = 32

// Latest visits the last message of each subject that pattern matches, in the
// order of their sequences, and tells how many are left after it. A message that
// comes meanwhile may be visited too, after the one that it replaces. It stops at
// the first error of visit and returns it. Other errors are
// fault.BrokerUnavailable; nothing can be said then of the messages not visited.
func (c *Conn) Latest(ctx context.Context, stream, pattern string, visit func(raw sink.Raw, left uint64) error) error {
	op := "read the latest messages of " + pattern
	var consumer jetstream.Consumer
	err := c.do(ctx, op, func(ctx context.Context) (err error) {
		consumer, err = c.js.CreateConsumer(ctx, stream, jetstream.ConsumerConfig{
			DeliverPolicy: jetstream.DeliverLastPerSubjectPolicy, FilterSubject: pattern,
			AckPolicy: jetstream.AckNonePolicy, MemoryStorage: true, Replicas: 1, InactiveThreshold: 5 * time.Minute,
		})
		return err
	})
	if err != nil {
		return err
	}
	info := consumer.CachedInfo()
	defer func() {
		if c.Connected() {
			ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
			defer cancel()
			_ = c.js.DeleteConsumer(ctx, stream, info.Name)
		}
	}()
	for left, delivered := info.NumPending, uint64(0); left > 0; {
		if err := ctx.Err(); err != nil {
			return err
		}
		batch, err := consumer.Fetch(int(min(left, latestBatch)), jetstream.FetchMaxWait(requestTimeout))
		if err != nil {
			return brokerFault(op, err)
		}
		for msg := range batch.Messages() {
			meta, err := msg.Metadata()
			if err != nil {
				return fault.New(fault.Internal, "%s: %w", op, err)
			}
			if delivered++; meta.Sequence.Consumer != delivered {
				return fault.New(fault.BrokerUnavailable, "%s: message %d was lost on the way", op, delivered)
			}
			left = meta.NumPending
			raw := sink.Raw{Subject: msg.Subject(), Seq: meta.Sequence.Stream, Stored: meta.Timestamp, Header: msg.Headers(), Body: msg.Data()}
			if err := visit(raw, left); err != nil {
				return err
			}
		}
		if err := batch.Error(); err != nil && !errors.Is(err, nats.ErrTimeout) {
			return brokerFault(op, err)
		}
		if left > 0 {
			// What is left may have been deleted meanwhile.
			if left, err = c.pending(ctx, consumer, op); err != nil {
				return err
			}
		}
	}
	return nil
}

func (c *Conn) pending(ctx context.Context, consumer jetstream.Consumer, op string) (left uint64, err error) {
	err = c.do(ctx, op, func(ctx context.Context) error {
		info, err := consumer.Info(ctx)
		if err != nil {
			return fmt.Errorf("read its state: %w", err)
		}
		left = info.NumPending
		return nil
	})
	return left, err
}
