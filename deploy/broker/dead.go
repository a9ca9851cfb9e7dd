package broker

import (
	"context"
	"strconv"
	"time"

	"careerstream/publish/sink"
	"careerstream/schemas/deadletter"
	"careerstream/schemas/event"
	"careerstream/schemas/fault"
	"careerstream/schemas/subject"
)

// DeadLetters returns where letters are buried: stream DEAD.
func (c *Conn) DeadLetters() sink.DeadLetters { return deadLetters{c} }

type deadLetters struct{ conn *Conn }

// Bury implements sink.DeadLetters.
func (d deadLetters) Bury(ctx context.Context, letter deadletter.Letter) error {
	return d.conn.Bury(ctx, letter, 0)
}

// Bury publishes letter as an event on dead.<stage>.<kind>. order is the
// sequence of the letter that a redrive answers, or 0: it tells the outcome of
// a redrive from the repeat of an earlier letter, which is dropped. An empty
// State is deadletter.Open, a zero FailedAt is now; an original over
// deadletter.MaxOriginal is left out.
func (c *Conn) Bury(ctx context.Context, letter deadletter.Letter, order uint64) error {
	if letter.State == "" {
		letter.State = deadletter.Open
	}
	if letter.FailedAt.IsZero() {
		letter.FailedAt = c.now().UTC().Truncate(time.Millisecond)
	}
	if letter.Original == nil || len(letter.Original) > deadletter.MaxOriginal {
		letter.Original = []byte{}
	}
	if letter.Header == nil {
		letter.Header = map[string][]string{}
	}
	number := strconv.FormatUint(letter.Seq, 10)
	e, err := event.New("/careerstream/"+letter.Stage, event.MessageDead, letter.Stage+"/"+letter.Stream+"/"+number, letter)
	if err != nil {
		return fault.New(fault.Internal, "bury %s: %w", e.Subject, err)
	}
	e.ID = event.ID("dead", letter.Stage, letter.Stream, number, letter.Origin, letter.Kind, letter.State, strconv.FormatUint(order, 10))
	e.TraceParent = event.ChildTrace(letter.TraceParent, e.ID)
	_, _, err = c.Publish(ctx, event.Out{Subject: subject.Dead(letter.Stage, letter.Kind), Event: e})
	return err
}

// Letter reads the letter with a sequence of stream DEAD, and false when it is
// not there. Errors: fault.BrokerUnavailable, and the kinds of event.Decode.
func (c *Conn) Letter(ctx context.Context, dead string, seq uint64) (deadletter.Letter, bool, error) {
	raw, ok, err := c.Get(ctx, dead, seq)
	if err != nil || !ok {
		return deadletter.Letter{}, false, err
	}
	e, err := event.Decode(raw.Header, raw.Body)
	if err != nil {
		return deadletter.Letter{}, false, err
	}
	letter, err := event.Data[deadletter.Letter](event.Message{Stream: dead, Seq: seq, Event: e})
	return letter, err == nil, err
}

// Redrive orders the stage of a letter to process its message again. seq is the
// letter's sequence in stream DEAD. A repeat of the order changes nothing.
func (c *Conn) Redrive(ctx context.Context, seq uint64, letter deadletter.Letter) error {
	if letter.Stream == "" || letter.Seq == 0 {
		return fault.New(fault.Internal, "redrive letter %d: %s never was a message; give it to ingest again", seq, letter.Origin)
	}
	number := strconv.FormatUint(letter.Seq, 10)
	e, err := event.New("/careerstream/dead", event.MessageRedrive, letter.Stage+"/"+letter.Stream+"/"+number,
		deadletter.Redrive{Letter: seq, Stream: letter.Stream, Seq: letter.Seq})
	if err != nil {
		return fault.New(fault.Internal, "redrive letter %d: %w", seq, err)
	}
	e.ID = event.ID("redrive", letter.Stage, letter.Stream, number, strconv.FormatUint(seq, 10))
	e.TraceParent = event.ChildTrace(letter.TraceParent, e.ID)
	_, _, err = c.Publish(ctx, event.Out{Subject: subject.Redrive(letter.Stage), Event: e})
	return err
}
