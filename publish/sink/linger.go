package sink

import (
	"sync/atomic"
	"time"
)

// costShare is how many times the price of a batch the next one lingers: inserts
// then take a ninth of the time at most. A batch costs the server about the same
// with 10 rows as with 500, in parts to write and to merge again later; without
// this a busy machine stores batches of ten and has little time left to make rows.
const costShare = 8

// A batch takes at most maxLingers times Config.Linger because of a backlog.
// Because batches are dear it takes maxDear times that, since a machine that
// stores a whole batch a second is overloaded and stays so, but not over
// longestLinger: somebody may watch for what was published.
const (
	maxLingers    = 4
	maxDear       = 10
	longestLinger = 1500 * time.Millisecond
)

// linger is how long a batch waits for more messages.
type linger struct {
	// least is Config.Linger.
	least time.Duration
	// cost of the batch before, in nanoseconds.
	cost atomic.Int64
}

// learn notes how long it took to store a batch.
func (l *linger) learn(cost time.Duration) { l.cost.Store(int64(cost)) }

// now is how long the next batch lingers: the least or more.
func (l *linger) now() time.Duration {
	most := min(maxDear*l.least, longestLinger)
	cost := min(time.Duration(l.cost.Load()), most/costShare)
	return max(l.least, cost*costShare)
}
