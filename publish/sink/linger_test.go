package sink

import (
	"testing"
	"time"
)

// Cheap batches come often, dear ones seldom, and none waits without bounds.
func TestLinger(t *testing.T) {
	t.Parallel()
	const least = 200 * time.Millisecond
	for _, tt := range []struct{ cost, want time.Duration }{
		{0, least},
		{20 * time.Millisecond, least},
		{50 * time.Millisecond, 400 * time.Millisecond},
		{time.Second, longestLinger - longestLinger%costShare},
		{1 << 62, longestLinger - longestLinger%costShare},
	} {
		l := linger{least: least}
		l.learn(tt.cost)
		if got := l.now(); got != tt.want {
			t.Errorf("after a batch that took %v the next lingers %v, want %v", tt.cost, got, tt.want)
		}
	}
	none := linger{}
	none.learn(time.Second)
	if got := none.now(); got != 0 {
		t.Errorf("without a linger a batch lingers %v", got)
	}
}
