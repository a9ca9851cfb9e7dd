package frontier

import (
	"container/heap"
	"maps"
	"slices"
	"sync"
	"time"

	"careerstream/schemas/page"
)

// View is a process's picture of the frontier: everything that was stored up to
// some revision, and what the process stored itself since then. It is safe for
// concurrent use. It takes about a kilobyte a URL.
//
// What names other URLs is stored as done only after them. So a View that holds
// a run's seeds and no due visit of the run has seen the run's end.
type View struct {
	mu     sync.Mutex
	visits map[string]*entry
	queues map[string]*queue
	runs   map[string]*Tally
	named  map[string][]string
	heirs  map[heir]int
	// changed is nil while nobody waits.
	changed chan struct{}
}

type entry struct {
	visit page.Visit
	rev   uint64
	busy  bool
}

// Tally counts what a run has asked for.
type Tally struct {
	// Pages counts pages and articles, and seeds not known yet to be sitemaps.
	Pages int
	// Due counts URLs that are to be fetched, sitemaps too.
	Due int
	// Outcomes counts the pages that are done, Bytes what their bodies took.
	Outcomes map[string]int
	Bytes    int64
}

// NewView returns an empty View.
func NewView() *View {
	return &View{
		visits: map[string]*entry{}, queues: map[string]*queue{}, runs: map[string]*Tally{}, named: map[string][]string{}, heirs: map[heir]int{},
	}
}

// Apply takes a state in, unless a later one is known.
func (w *View) Apply(v page.Visit, rev uint64) {
	w.mu.Lock()
	defer w.mu.Unlock()
	e := w.visits[v.Key]
	if e == nil {
		e = &entry{}
		w.visits[v.Key] = e
	} else {
		if e.rev >= rev {
			return
		}
		w.count(e.visit, -1)
	}
	w.name(e.visit, v)
	e.visit, e.rev = v, rev
	w.count(v, 1)
	if v.State == page.Due {
		q := w.queues[v.Host]
		if q == nil {
			q = &queue{}
			w.queues[v.Host] = q
		}
		q.add(v, rev)
	}
	w.notify()
}

// name remembers by which pages a URL is named.
func (w *View) name(old, v page.Visit) {
	if v.ViaKey != "" && v.ViaKey != old.ViaKey && v.Via != page.ViaSitemap {
		w.named[v.ViaKey] = append(w.named[v.ViaKey], v.Key)
	}
	for _, parent := range v.Parents {
		if parent != v.ViaKey && !slices.Contains(old.Parents, parent) {
			w.named[parent] = append(w.named[parent], v.Key)
		}
	}
}

// Named returns the states of the URLs that the page key named when it was read
// last, and perhaps some that it named before.
func (w *View) Named(key string) []page.Visit {
	w.mu.Lock()
	defer w.mu.Unlock()
	var named []page.Visit
	for _, k := range w.named[key] {
		if v := w.visits[k].visit; v.ViaKey == key || slices.Contains(v.Parents, key) {
			named = append(named, v)
		}
	}
	return named
}

// heir is where pages have moved to in a run.
type heir struct{ run, url string }

// Heirs returns how many URLs of a run a redirect leads to url.
func (w *View) Heirs(run, url string) int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.heirs[heir{run, url}]
}

func (w *View) count(v page.Visit, n int) {
	if v.State == page.Done && v.Outcome == page.Redirected {
		to := heir{v.Run, v.MovedTo}
		if w.heirs[to] += n; w.heirs[to] == 0 {
			delete(w.heirs, to)
		}
	}
	t := w.runs[v.Run]
	if t == nil {
		t = &Tally{Outcomes: map[string]int{}}
		w.runs[v.Run] = t
	}
	if v.State == page.Due {
		t.Due += n
	}
	if v.Kind == page.Sitemap || v.Kind == page.Index {
		return
	}
	t.Pages += n
	if v.State == page.Done {
		t.Outcomes[v.Outcome] += n
		t.Bytes += int64(n) * v.Bytes
	}
}

// Changed is closed at the next Apply or Free.
func (w *View) Changed() <-chan struct{} {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.changed == nil {
		w.changed = make(chan struct{})
	}
	return w.changed
}

// notify tells those who wait, if any do.
func (w *View) notify() {
	if w.changed != nil {
		close(w.changed)
		w.changed = nil
	}
}

// Get returns a URL's state and revision.
func (w *View) Get(key string) (page.Visit, uint64, bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	e := w.visits[key]
	if e == nil {
		return page.Visit{}, 0, false
	}
	return e.visit, e.rev, true
}

// All returns every state that keep wants, in no order.
func (w *View) All(keep func(page.Visit) bool) []page.Visit {
	w.mu.Lock()
	defer w.mu.Unlock()
	var all []page.Visit
	for _, e := range w.visits {
		if keep(e.visit) {
			all = append(all, e.visit)
		}
	}
	return all
}

// Count returns the tally of a run.
func (w *View) Count(run string) Tally {
	w.mu.Lock()
	defer w.mu.Unlock()
	t := w.runs[run]
	if t == nil {
		return Tally{Outcomes: map[string]int{}}
	}
	c := *t
	c.Outcomes = maps.Clone(t.Outcomes)
	return c
}

// Left returns how many pages a run has asked for and how many URLs are due.
func (w *View) Left(run string) (pages, due int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if t := w.runs[run]; t != nil {
		return t.Pages, t.Due
	}
	return 0, 0
}

// Hosts returns the hosts with a URL whose time has come by now, or is soon.
func (w *View) Hosts(now time.Time) []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	var hosts []string
	for host, q := range w.queues {
		if _, at, ok := w.peek(q, now); ok && !at.After(now) {
			hosts = append(hosts, host)
		}
	}
	return hosts
}

// Take returns the host's next URL whose time has come and keeps it from being
// taken again until Free or a new state. Without one it returns when the next
// time comes, or the zero time.
func (w *View) Take(host string, now time.Time) (v page.Visit, rev uint64, wait time.Time, ok bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	q := w.queues[host]
	if q == nil {
		return page.Visit{}, 0, time.Time{}, false
	}
	e, at, found := w.peek(q, now)
	if !found || at.After(now) {
		return page.Visit{}, 0, at, false
	}
	heap.Pop(&q.ready)
	e.busy = true
	return e.visit, e.rev, time.Time{}, true
}

// Free gives back a URL that was taken and has no new state.
func (w *View) Free(key string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	e := w.visits[key]
	if e == nil || !e.busy {
		return
	}
	e.busy = false
	if e.visit.State == page.Due {
		w.queues[e.visit.Host].add(e.visit, e.rev)
	}
	w.notify()
}

// peek returns the first URL that is ready, or else the time of the next one.
func (w *View) peek(q *queue, now time.Time) (*entry, time.Time, bool) {
	for len(q.later) > 0 {
		first := q.later[0]
		if e := w.current(first); e != nil && first.due.After(now) {
			break
		} else if heap.Pop(&q.later); e != nil {
			heap.Push(&q.ready, first)
		}
	}
	for len(q.ready) > 0 {
		if e := w.current(q.ready[0]); e != nil {
			return e, q.ready[0].due, true
		}
		heap.Pop(&q.ready)
	}
	if len(q.later) > 0 {
		return nil, q.later[0].due, true
	}
	return nil, time.Time{}, false
}

// current returns the entry that an item stands for, or nil when it has changed
// since or is taken.
func (w *View) current(i item) *entry {
	e := w.visits[i.key]
	if e == nil || e.rev != i.rev || e.busy {
		return nil
	}
	return e
}
