package broker

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"careerstream/publish/intake"
	"careerstream/schemas/fault"
	"careerstream/schemas/stream"
	"careerstream/schemas/subject"
)

var _ intake.Publisher = (*Conn)(nil)

// outcomesAtOnce is how many outcomes are on the way to the server at once.
const outcomesAtOnce = 1000

// PublishOutcomes implements intake.Publisher. The outcome_id is the message
// id, so that a repeat within the stream's window is not stored again.
func (c *Conn) PublishOutcomes(ctx context.Context, messages []intake.Message) (duplicates int, err error) {
	// One caller at a time: the client counts what is on the way over all.
	c.publishing.Lock()
	defer c.publishing.Unlock()
	for len(messages) > 0 {
		n := min(len(messages), outcomesAtOnce)
		repeated, err := c.publishSome(ctx, messages[:n])
		if duplicates += repeated; err != nil {
			return duplicates, err
		}
		messages = messages[n:]
	}
	return duplicates, nil
}

func (c *Conn) publishSome(ctx context.Context, messages []intake.Message) (duplicates int, err error) {
	ctx, cancel := context.WithTimeout(ctx, requestTimeout)
	defer cancel()
	if !c.nc.IsConnected() {
		return 0, fault.New(fault.BrokerUnavailable, "publish outcomes: not connected")
	}
	acks := make([]jetstream.PubAckFuture, 0, len(messages))
	var problems []error
	for _, m := range messages {
		ack, err := c.js.PublishMsgAsync(&nats.Msg{
			Subject: subject.QuizOutcome(m.ID), Data: m.Body,
			Header: nats.Header{jetstream.MsgIDHeader: {m.ID}},
		})
		if err != nil {
			problems = append(problems, brokerFault("publish outcome "+m.ID, err))
			break
		}
		acks = append(acks, ack)
	}
	// Every answer is awaited, so that nothing is on the way afterwards.
	for i, ack := range acks {
		select {
		case got := <-ack.Ok():
			if got.Duplicate {
				duplicates++
			}
		case err := <-ack.Err():
			problems = append(problems, brokerFault("publish outcome "+messages[i].ID, err))
		case <-ctx.Done():
			return duplicates, fault.New(fault.BrokerUnavailable, "publish outcomes: %w", context.Cause(ctx))
		}
	}
	if len(problems) > 3 {
		problems = append(problems[:3], fmt.Errorf("and %d more", len(problems)-3))
	}
	return duplicates, errors.Join(problems...)
}

// Slugs returns the slug of every published career, sorted.
func (c *Conn) Slugs(ctx context.Context) ([]string, error) {
	s, err := c.stream(ctx, stream.Published)
	if err != nil {
		return nil, err
	}
	info, err := s.Info(ctx, jetstream.WithSubjectFilter(subject.AllPublished))
	if err != nil {
		return nil, brokerFault("list careers", err)
	}
	var slugs []string
	for name := range info.State.Subjects {
		slugs = append(slugs, strings.TrimPrefix(name, strings.TrimSuffix(subject.AllPublished, ">")))
	}
	slices.Sort(slugs)
	return slugs, nil
}

// Erase removes messages from a stream and overwrites them on disk. One that is
// gone already is no error. Errors are fault.BrokerUnavailable.
func (c *Conn) Erase(ctx context.Context, name string, seqs []uint64) error {
	s, err := c.stream(ctx, name)
	if err != nil {
		return err
	}
	for _, seq := range seqs {
		err := s.SecureDeleteMsg(ctx, seq)
		if err != nil {
			// The server has one error for every failure to delete.
			if _, getErr := s.GetMsg(ctx, seq); errors.Is(getErr, jetstream.ErrMsgNotFound) {
				continue
			}
		}
		if err != nil {
			return brokerFault(fmt.Sprintf("erase message %d of stream %s", seq, name), err)
		}
	}
	return nil
}
