package frontier

import (
	"context"

	"careerstream/schemas/page"
)

// Frontier keeps the visits.
type Frontier interface {
	// Put stores v as its URL's state if the last state has revision rev (0:
	// none yet) and returns the new revision; fault.Conflict otherwise. So does
	// the repeat of a Put whose acknowledgement was lost: Get again. Revisions
	// grow with every Put of any URL. Other errors are fault.BrokerUnavailable,
	// fault.BrokerFull and fault.EventTooLarge.
	Put(ctx context.Context, v page.Visit, rev uint64) (uint64, error)
	// Get returns a URL's state; ok is false when there is none. It sees every
	// Put that was acknowledged before the call. Errors are fault.BrokerUnavailable.
	Get(ctx context.Context, host, key string) (v page.Visit, rev uint64, ok bool, err error)
	// Follow yields every current state of the host ("" is all hosts) and then
	// changes as they come, both in the order of their revisions.
	Follow(ctx context.Context, host string) (Follower, error)
}

// Follower is an open Follow.
type Follower interface {
	// Next waits for a state. caughtUp is true from the first item on after
	// which everything that was stored before Follow has been yielded; an item
	// without a URL may be yielded just to say so. Next fails when ctx ends,
	// when the Follower is closed, and when the broker stays away; then it is
	// done and Follow must be called again.
	Next(ctx context.Context) (v page.Visit, rev uint64, caughtUp bool, err error)
	// Close ends it and frees what it holds. A Next that waits fails.
	Close() error
}

// States is a key-value store that is written by compare-and-set.
type States interface {
	// Get returns the value of key and its revision; nil and 0 when there is
	// none. Errors are fault.BrokerUnavailable.
	Get(ctx context.Context, key string) (value []byte, revision uint64, err error)
	// Put writes value if revision is still the current one (0: there is none)
	// and returns the new revision; fault.Conflict otherwise, and for the repeat
	// of a Put whose acknowledgement was lost.
	Put(ctx context.Context, key string, value []byte, revision uint64) (uint64, error)
}
