package site

import (
	"errors"
	"fmt"
	"hash/fnv"
	"net/http"
	"strings"
	"sync"
)

// Behavior answers a request in its own way, or does something to it and calls
// next, which answers well. It ends when the request's context does.
type Behavior func(w http.ResponseWriter, r *http.Request, next http.Handler)

// Fault makes some requests fare otherwise.
type Fault struct {
	// Name in the log, Request.Fault.
	Name string
	// Path that is hit, whatever the query; a path that ends in * stands for
	// all that begin so; "" for all paths under /careers/ except the list.
	Path string
	// Host that is hit, without port; "" for all.
	Host string
	// Share of the paths that are hit, above 0 and at most 1, chosen by the
	// Config's Seed, the same at every request. 0 means all.
	Share float64
	// Times is how many requests for one path on one host are hit; later ones
	// fare well. 0 means all.
	Times int
	// Do is what happens.
	Do Behavior
}

func validateFaults(faults []Fault) error {
	var problems []error
	for i, f := range faults {
		if f.Do == nil {
			problems = append(problems, fmt.Errorf("site: fault %d %q does nothing", i, f.Name))
		}
		if f.Share < 0 || f.Share > 1 {
			problems = append(problems, fmt.Errorf("site: fault %d %q hits a share of %g, want 0 to 1", i, f.Name, f.Share))
		}
		if f.Times < 0 {
			problems = append(problems, fmt.Errorf("site: fault %d %q hits %d times, want 0 or more", i, f.Name, f.Times))
		}
	}
	return errors.Join(problems...)
}

// hits tells whether the fault is meant for the request, Times aside.
func (f Fault) hits(r *http.Request, seed uint64) bool {
	path := r.URL.Path
	prefix, open := strings.CutSuffix(f.Path, "*")
	switch {
	case f.Path == "" && (path == "/careers/" || !strings.HasPrefix(path, "/careers/")),
		open && !strings.HasPrefix(path, prefix),
		f.Path != "" && !open && path != f.Path:
		return false
	}
	if f.Host != "" && f.Host != r.Host && !strings.HasPrefix(r.Host, f.Host+":") {
		return false
	}
	return f.Share == 0 || drawn(seed, f.Name, path) < f.Share
}

// drawn is a number of [0, 1) that depends on nothing but its arguments.
func drawn(seed uint64, name, path string) float64 {
	h := fnv.New64a()
	fmt.Fprintf(h, "%d\x00%s\x00%s", seed, name, path)
	sum := h.Sum64()
	// FNV mixes the last bytes badly into the high bits; finish as splitmix64 does.
	sum = (sum ^ sum>>30) * 0xbf58476d1ce4e5b9
	sum = (sum ^ sum>>27) * 0x94d049bb133111eb
	sum ^= sum >> 31
	return float64(sum>>11) / (1 << 53)
}

// faultTable is the faults in force with their counts.
type faultTable struct {
	faults []Fault
	seed   uint64

	mu   sync.Mutex
	hits map[faultHit]int
}

type faultHit struct {
	fault      int
	host, path string
}

func newFaultTable(faults []Fault, seed uint64) *faultTable {
	return &faultTable{faults: faults, seed: seed, hits: map[faultHit]int{}}
}

// apply runs the first fault that hits; what it calls next are the faults after
// it, and at last the site.
func (t *faultTable) apply(w http.ResponseWriter, r *http.Request, site http.Handler) {
	t.applyFrom(0, w, r, site)
}

func (t *faultTable) applyFrom(first int, w http.ResponseWriter, r *http.Request, site http.Handler) {
	for i := first; i < len(t.faults); i++ {
		if f := t.faults[i]; f.hits(r, t.seed) && t.take(i, r) {
			if answer, ok := w.(*response); ok {
				answer.fault = f.Name
			}
			f.Do(w, r, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { t.applyFrom(i+1, w, r, site) }))
			return
		}
	}
	site.ServeHTTP(w, r)
}

// take counts a hit and tells whether the fault still has one to give.
func (t *faultTable) take(i int, r *http.Request) bool {
	times := t.faults[i].Times
	if times == 0 {
		return true
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	hit := faultHit{i, r.Host, r.URL.Path}
	if t.hits[hit] >= times {
		return false
	}
	t.hits[hit]++
	return true
}
