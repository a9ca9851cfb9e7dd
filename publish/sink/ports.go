package sink

import (
	"context"
	"time"

	"careerstream/schemas/deadletter"
)

// Raw is a message as the stream holds it, not yet decoded.
type Raw struct {
	Subject string
	Seq     uint64
	// Stored is when the stream took the message.
	Stored time.Time
	Header map[string][]string
	// Body may be kept by the receiver and is never written to again.
	Body []byte
}

// LogInfo describes a stream.
type LogInfo struct {
	// Incarnation tells two streams of the same name apart: it changes when the
	// stream is deleted and made anew, and at no other time.
	Incarnation string
	// First and Last are the sequences of the oldest and newest message;
	// Last is 0 before the first message ever.
	First, Last uint64
	// Head is the newest sequence of the whole stream, where the log is a part
	// of it; 0 stands for Last. It never goes back, Last may when the newest
	// messages of the part are deleted.
	Head uint64
}

// Log reads one stream, or the part of it under one subject: then sequences of
// other subjects are no concern of it. Errors are fault.BrokerUnavailable.
type Log interface {
	// Name of the stream.
	Name() string
	// Info sees every message whose publication was acknowledged before the call.
	Info(ctx context.Context) (LogInfo, error)
	// Tail reads from sequence from on. Several readers may be open at once.
	Tail(ctx context.Context, from uint64) (Reader, error)
}

// Reader reads messages in the order of their sequences, each once. A sequence
// is left out only when its message was deleted from the stream.
type Reader interface {
	// Next blocks until there is a message or ctx ends. A cancelled Next loses
	// no message: the one that it would have returned comes with the next call.
	// It is not safe for concurrent use.
	Next(ctx context.Context) (Raw, error)
	// Close releases the reader; Next fails afterwards.
	Close() error
}

// Getter is what a Log may offer besides: with it, deleted messages at the end
// of a range are told from a stream that is slow.
type Getter interface {
	// Get returns the message with a sequence, and false when the stream does
	// not have it, any more or yet.
	Get(ctx context.Context, seq uint64) (Raw, bool, error)
}

// Seeker is what a Log may offer besides, and better.
type Seeker interface {
	// Seek returns the lowest sequence from seq on that the log has a message
	// of, and false when it has none.
	Seek(ctx context.Context, seq uint64) (uint64, bool, error)
}

// maxAsked bounds the messages that are asked for one by one.
const maxAsked = 10_000

// Deleted reports whether the log certainly has none of the messages from..to,
// which were published once. A Log that cannot tell: false.
func Deleted(ctx context.Context, log Log, from, to uint64) (bool, error) {
	if seeker, ok := log.(Seeker); ok {
		next, found, err := seeker.Seek(ctx, from)
		return err == nil && (!found || next > to), err
	}
	get, ok := log.(Getter)
	if !ok || to-from >= maxAsked {
		return false, nil
	}
	for seq := from; seq <= to; seq++ {
		if _, exists, err := get.Get(ctx, seq); err != nil || exists {
			return false, err
		}
	}
	return true, nil
}

// Marks keeps one small value a sink, written by compare-and-set.
type Marks interface {
	// Load returns the value and its revision; nil and 0 when there is none.
	Load(ctx context.Context, sink string) (value []byte, revision uint64, err error)
	// Save writes value if revision is still the current one (0: there is none)
	// and returns the new revision. Another writer in between gives fault.LeaseLost.
	Save(ctx context.Context, sink string, value []byte, revision uint64) (uint64, error)
}

// DeadLetters takes what a sink cannot store.
type DeadLetters interface {
	// Bury publishes the letter. A repeat of the same letter changes nothing.
	// After a nil error the letter survives a crash.
	Bury(ctx context.Context, letter deadletter.Letter) error
}
