package ingest

import (
	"context"
	"iter"
	"time"

	"careerstream/schemas/deadletter"
	"careerstream/schemas/event"
)

// Bodies keeps page bodies.
type Bodies interface {
	// Put stores body under its SHA-256 (64 hex digits). A repeat changes
	// nothing and mends a body that was lost. After a nil error the body
	// survives a crash. The body is neither kept nor changed. Errors are
	// fault.BrokerUnavailable or fault.BrokerFull.
	Put(ctx context.Context, sha256 string, body []byte) error
}

// Publisher publishes events.
type Publisher interface {
	// Publish stores the event and returns its stream sequence. A repeat of an
	// event ID is not stored again: duplicate is true and seq is the first
	// one's. An ExpectLast that is not met gives fault.Conflict. After a nil
	// error the event survives a crash; after any other error but a Conflict it
	// may or may not have been stored.
	Publish(ctx context.Context, out event.Out) (seq uint64, duplicate bool, err error)
}

// DeadLetters takes what cannot become a page.
type DeadLetters interface {
	// Bury publishes the letter. A letter with the same stage and origin
	// replaces an earlier one. After a nil error the letter survives a crash.
	Bury(ctx context.Context, letter deadletter.Letter) error
}

// Source finds pages.
type Source interface {
	// Entries yields every page found, and a fault for every place that holds
	// none, in an order that depends on nothing but the input. It ends early,
	// without a word, when ctx is cancelled. It opens no page; Take does.
	Entries(ctx context.Context) iter.Seq[Entry]
}

// Entry is a page that was found, or a place where none could be.
type Entry struct {
	// Origin is the path, "-" or URL, for people.
	Origin string
	// Err, when set, is the fault of this place; Take is nil then.
	Err error
	// Take reads the page, holding at most the size limit and one byte of it.
	// It is called once, on any goroutine. Its errors are faults. It returns
	// promptly when ctx is cancelled.
	Take func(ctx context.Context) (Capture, error)
}

// Capture is a page's bytes and what came with them.
type Capture struct {
	// Body is the page's bytes, uncompressed, in the charset they came in.
	Body []byte
	// Name is a file name whose ending hints at the media type, or "".
	Name string
	// URL is where the page belongs, from outside the page: a sidecar, a
	// request. "" lets the page speak for itself.
	URL string
	// FallbackURL is used where neither URL nor the page says anything.
	FallbackURL string
	// Charset is the label that came with the page (a sidecar, HTTP), or "".
	Charset string
	// FetchedAt is when the page was taken.
	FetchedAt time.Time
	// ETag and LastModified are HTTP validators as received, or "".
	ETag         string
	LastModified string
	// Warnings name doubtful findings so far.
	Warnings []string
	// Kind is that of page.Snapshot; anything but page.Article is a career page.
	Kind string
	// Listed as in page.Snapshot.
	Listed bool
}
