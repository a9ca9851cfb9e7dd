package fetch

import (
	"fmt"
	"sync"
	"sync/atomic"
	"time"
)

// paceSlots is how often a window is looked at.
const paceSlots = 8

// pace ends a body that comes too slowly: after the grace, every window must
// bring enough bytes. It costs nothing before the grace is over.
type pace struct {
	least  int64
	window time.Duration
	bytes  atomic.Int64
	slow   func(error)

	mu      sync.Mutex
	timer   *time.Timer
	stopped bool
	ticks   int
	marks   [paceSlots]int64 // bytes at the last ticks
}

// start watches until stop; slow is called at most once.
func (p *pace) start(grace time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.timer = time.AfterFunc(grace, p.tick)
}

func (p *pace) stop() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.stopped = true
	p.timer.Stop()
}

func (p *pace) tick() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.stopped {
		return
	}
	now, slot := p.bytes.Load(), p.ticks%paceSlots
	if p.ticks >= paceSlots && now-p.marks[slot] < p.least {
		p.slow(&LimitError{
			Limit: "minimum rate", Bound: fmt.Sprintf("%d bytes in %v", p.least, p.window),
			Got: now, kind: Slow,
		})
		return
	}
	p.marks[slot] = now
	p.ticks++
	p.timer.Reset(max(p.window/paceSlots, time.Millisecond))
}
