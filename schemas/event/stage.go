package event

import (
	"context"
	"encoding/json"
	"time"

	"careerstream/schemas/fault"
)

// Message is an event as it was read from a stream.
type Message struct {
	// Stream and Seq name the message for ever.
	Stream string
	Seq    uint64
	// Subject it was published on.
	Subject string
	// Stored is when the stream took it.
	Stored time.Time
	// Event is its decoded envelope.
	Event Event
}

// Data decodes the message's data. What does not fit T is a fault.SchemaViolation.
func Data[T any](m Message) (T, error) {
	var v T
	if err := json.Unmarshal(m.Event.Data, &v); err != nil {
		return v, fault.New(fault.SchemaViolation, "%s %d: read data of %s: %w", m.Stream, m.Seq, m.Event.Type, err)
	}
	return v, nil
}

// Out is an event to publish.
type Out struct {
	// Subject to publish on.
	Subject string
	// Event with its ID set; a zero Time is set by the publisher.
	Event Event
	// ExpectLast, when set, publishes only if the last message on Subject has
	// this sequence (0: none yet). Otherwise the publisher reports
	// fault.Conflict and the whole message is handled again on the new state.
	ExpectLast *uint64
}

// Handler is a stage: a function of the message and of what it looks up.
//
// It may be called again for a message that it has handled, and then returns
// the same events or none. It is called by several workers at once. A nil error
// means: publish the events, in order, then acknowledge. An error is a verdict
// by its fault kind; then no event is published. It returns promptly, with an
// error, when ctx is cancelled.
type Handler interface {
	Handle(ctx context.Context, m Message) ([]Out, error)
}

// LastReader reads the last message of a subject.
type LastReader interface {
	// Last returns the last message stored on exactly this subject, and false
	// when there is none. It sees every message whose publication was
	// acknowledged before the call. A message that is no event comes with a zero
	// Event: its sequence still counts for Out.ExpectLast, so that a stray
	// message on a subject does not block it. Errors are fault.BrokerUnavailable.
	Last(ctx context.Context, subject string) (Message, bool, error)
}
