package worker

import (
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"careerstream/publish/sink"
	"careerstream/schemas/deadletter"
)

// delivery is a message in our hands, from its fetch to its verdict.
type delivery struct {
	raw sink.Raw
	// deliveries counts this one, too.
	deliveries uint64
	// taken is when it was fetched.
	taken time.Time
	// msg takes the verdict. A redelivery of a message that is still held
	// replaces it; the engine's lock guards it.
	msg jetstream.Msg
	// suspected: a mark says that this process is at it; see suspect.go.
	suspected bool
	// Set by a redriver once it has read them.
	order  *deadletter.Redrive
	letter deadletter.Letter
}

func newDelivery(msg jetstream.Msg, now time.Time) (*delivery, error) {
	meta, err := msg.Metadata()
	if err != nil {
		return nil, err
	}
	return &delivery{
		msg: msg, taken: now, deliveries: meta.NumDelivered,
		raw: sink.Raw{
			Subject: msg.Subject(), Seq: meta.Sequence.Stream, Stored: meta.Timestamp,
			Header: msg.Headers(), Body: msg.Data(),
		},
	}, nil
}
