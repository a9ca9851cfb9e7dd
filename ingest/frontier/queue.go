package frontier

import (
	"container/heap"
	"time"

	"careerstream/schemas/page"
)

// queue holds a host's due URLs: ready ones by priority, the others by their
// time. An item whose URL has changed is dropped when it comes up.
type queue struct {
	ready byPriority
	later byTime
}

type item struct {
	key      string
	rev      uint64
	priority int
	due      time.Time
}

// add puts a URL where it waits for its time; peek moves it on.
func (q *queue) add(v page.Visit, rev uint64) {
	heap.Push(&q.later, item{v.Key, rev, Priority(v), v.Due})
}

type byPriority []item

func (h byPriority) Len() int      { return len(h) }
func (h byPriority) Swap(i, j int) { h[i], h[j] = h[j], h[i] }
func (h *byPriority) Push(x any)   { *h = append(*h, x.(item)) }
func (h *byPriority) Pop() any {
	last := len(*h) - 1
	x := (*h)[last]
	*h = (*h)[:last]
	return x
}

func (h byPriority) Less(i, j int) bool {
	a, b := h[i], h[j]
	if a.priority != b.priority {
		return a.priority < b.priority
	}
	if !a.due.Equal(b.due) {
		return a.due.Before(b.due)
	}
	return a.rev < b.rev
}

type byTime []item

func (h byTime) Len() int           { return len(h) }
func (h byTime) Swap(i, j int)      { h[i], h[j] = h[j], h[i] }
func (h byTime) Less(i, j int) bool { return h[i].due.Before(h[j].due) }
func (h *byTime) Push(x any)        { *h = append(*h, x.(item)) }
func (h *byTime) Pop() any {
	last := len(*h) - 1
	x := (*h)[last]
	*h = (*h)[:last]
	return x
}
