package worker

import (
	"context"
	"sync"
)

// lanes keep the messages of one subject in order and apart, however many workers
// there are: a subject is a page or a career, and two workers at one would only
// race, and could each decide on a state that the other has ended. Those of other
// subjects do not wait. What waits in a lane is among the held messages, so it is
// bounded as they are.
type lanes struct {
	mu sync.Mutex
	// waiting are the messages behind the one in work, by subject.
	waiting map[string][]*delivery
}

func newLanes() *lanes { return &lanes{waiting: make(map[string][]*delivery)} }

// run calls work with d and then with those that came for its subject meanwhile.
// Where another worker is at that subject, it leaves d to it.
func (l *lanes) run(d *delivery, work func(*delivery)) {
	if !l.enter(d) {
		return
	}
	for d != nil {
		work(d)
		d = l.next(d.raw.Subject)
	}
}

func (l *lanes) enter(d *delivery) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	behind, taken := l.waiting[d.raw.Subject]
	if taken {
		behind = append(behind, d)
	}
	l.waiting[d.raw.Subject] = behind
	return !taken
}

// next is the message that now has its turn; nil ends the lane.
func (l *lanes) next(subject string) *delivery {
	l.mu.Lock()
	defer l.mu.Unlock()
	behind := l.waiting[subject]
	if len(behind) == 0 {
		delete(l.waiting, subject)
		return nil
	}
	l.waiting[subject] = behind[1:]
	return behind[0]
}

// workOff handles the queue until it is closed and empty.
func (e *engine) workOff(take, work context.Context, queue <-chan *delivery) {
	for d := range queue {
		e.lanes.run(d, func(d *delivery) { e.handle(take, work, d) })
	}
}
