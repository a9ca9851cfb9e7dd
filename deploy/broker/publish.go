package broker

import (
	"context"
	"errors"
	"strconv"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"careerstream/schemas/event"
	"careerstream/schemas/fault"
)

// HeaderAllowance is what subject and headers may add to a message of
// MaxPayload in the server's own count, in bytes.
const HeaderAllowance = 64 << 10

// Publish stores the event in structured mode with its ID as Nats-Msg-Id and
// returns its sequence. duplicate says that the stream held it already, so that
// a publication whose acknowledgement was lost can be repeated: within the
// stream's window for any event, for ever for one with ExpectLast.
//
// Errors: fault.Conflict when ExpectLast does not hold, fault.EventTooLarge,
// fault.BrokerFull, fault.BrokerUnavailable (the event may be stored or not:
// repeat it).
func (c *Conn) Publish(ctx context.Context, out event.Out) (seq uint64, duplicate bool, err error) {
	msg, err := c.message(out)
	if err != nil {
		return 0, false, err
	}
	return c.publish(ctx, out, msg)
}

// PublishAll publishes the events in order and stops at the first that fails.
// All are encoded and measured before the first is sent.
func (c *Conn) PublishAll(ctx context.Context, outs []event.Out) error {
	msgs := make([]*nats.Msg, len(outs))
	for i, out := range outs {
		msg, err := c.message(out)
		if err != nil {
			return err
		}
		msgs[i] = msg
	}
	for i, out := range outs {
		if _, _, err := c.publish(ctx, out, msgs[i]); err != nil {
			return err
		}
	}
	return nil
}

func (c *Conn) message(out event.Out) (*nats.Msg, error) {
	if out.Subject == "" || out.Event.ID == "" {
		return nil, fault.New(fault.Internal, "publish %s on %q: event has no id or no subject", out.Event.Type, out.Subject)
	}
	if out.Event.Time.IsZero() {
		out.Event.Time = c.now()
	}
	body, err := out.Event.Encode()
	if err != nil {
		return nil, fault.New(fault.Internal, "publish on %s: %w", out.Subject, err)
	}
	msg := &nats.Msg{Subject: out.Subject, Data: body, Header: nats.Header{
		"Content-Type":        {event.ContentType},
		jetstream.MsgIDHeader: {out.Event.ID},
	}}
	if out.ExpectLast != nil {
		msg.Header[jetstream.ExpectedLastSubjSeqHeader] = []string{strconv.FormatUint(*out.ExpectLast, 10)}
	}
	if limit := c.MaxPayload(); limit > 0 && msg.Size() > limit {
		return nil, fault.New(fault.EventTooLarge, "publish on %s: event of %d bytes is over max_payload %d", out.Subject, msg.Size(), limit)
	}
	return msg, nil
}

func (c *Conn) publish(ctx context.Context, out event.Out, msg *nats.Msg) (uint64, bool, error) {
	ack, err := c.send(ctx, msg)
	if err == nil {
		return ack.Sequence, ack.Duplicate, nil
	}
	if errors.Is(err, fault.Conflict) && out.ExpectLast != nil {
		return c.stored(ctx, out, err)
	}
	return 0, false, err
}

// stored tells a lost race from a lost acknowledgement. A single server checks
// the expected sequence before the message id and so reports a repeat of a
// stored event as a conflict. If the event was stored, it is the first message
// on the subject after the expected one: nothing else could have let it pass.
func (c *Conn) stored(ctx context.Context, out event.Out, conflict error) (uint64, bool, error) {
	s, err := c.streamOf(ctx, out.Subject)
	if err != nil {
		return 0, false, err
	}
	var next *jetstream.RawStreamMsg
	err = c.do(ctx, "read message after "+strconv.FormatUint(*out.ExpectLast, 10)+" on "+out.Subject, func(ctx context.Context) (err error) {
		next, err = s.GetMsg(ctx, *out.ExpectLast+1, jetstream.WithGetMsgSubject(out.Subject))
		return err
	})
	if errors.Is(err, jetstream.ErrMsgNotFound) {
		return 0, false, conflict
	}
	if err != nil {
		return 0, false, err
	}
	if next.Header.Get(jetstream.MsgIDHeader) == out.Event.ID {
		return next.Sequence, true, nil
	}
	return 0, false, conflict
}
