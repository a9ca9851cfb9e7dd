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

// maxLingers bounds how many times Config.Linger a batch may take, be it because
// batches are expensive or because there is a backlog.
const maxLingers = 4

// longestLinger bounds what a batch waits because batches are expensive: somebody
// may watch what is published.
const longestLinger = time.Second

// linger is how long a batch waits for more messages.
type linger struct {
	// least is Config.Linger.
	least time.Duration
	// cost of the batch before, in nanoseconds.
	cost atomic.Int64
}

// learn notes how long it took to store a batch.
func (l *linger) learn(cost time.Duration) { l.cost.Store(int64(cost)) }

// now is how long the next batch lingers: from the least to maxLingers times that,
// but not over longestLinger for it.
func (l *linger) now() time.Duration {
	most := max(l.least, min(maxLingers*l.least, longestLinger))
	cost := min(time.Duration(l.cost.Load()), most/costShare)
	return max(l.least, cost*costShare)
}
