package sink

import "context"

// Turns bounds how many large batches are in memory at once, over all sinks
// that share it: a batch needs a turn to grow over smallBatch, from before it
// grows until it is stored. So a backlog is stored in few large inserts, and
// the memory that this takes depends neither on the backlog nor on the number of
// sinks. Who has little to store never waits for a turn.
type Turns chan struct{}

// NewTurns makes n turns, 1 or more.
func NewTurns(n int) Turns { return make(Turns, n) }

// smallBatch is the size in bytes that a batch may have without a turn (1 MiB).
const smallBatch = 1 << 20

// grow waits until the batch may grow over smallBatch, or ctx ends.
func (b *batch) grow(ctx context.Context, turns Turns) error {
	select {
	case turns <- struct{}{}:
		b.turn = turns
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// mayGrow reports that the batch needs no turn, or has one.
func (b *batch) mayGrow(turns Turns) bool {
	return turns == nil || b.turn != nil || b.bytes < smallBatch
}

// release gives the batch's turn back, if it has one. What holds a batch last
// calls it.
func (b *batch) release() {
	if b.turn != nil {
		<-b.turn
		b.turn = nil
	}
}
