package site

import (
	"cmp"
	"slices"
	"strings"
	"time"
)

// Request is what the site remembers of one request.
type Request struct {
	Method string `json:"method"`
	// Path with the query, if there was one.
	Path string `json:"path"`
	// Host as asked for: address and port.
	Host string `json:"host"`
	// Remote is the client's address and port: one connection, one value.
	Remote string `json:"remote"`
	// Start is when the request's headers had been read.
	Start time.Time `json:"start"`
	// End is when the last piece of the answer was handed over, so never later
	// than the client can have read it to its end; of an aborted request it is
	// when the site noticed.
	End time.Time `json:"end"`
	// Aborted requests ended because the client went away, or the site closed.
	Aborted bool `json:"aborted,omitempty"`
	// Status sent; 0 when the connection was cut before any.
	Status int `json:"status"`
	// Conditional requests carry If-None-Match or If-Modified-Since.
	Conditional bool `json:"conditional"`
	// Bytes of body sent, as they went over the wire.
	Bytes     int64  `json:"bytes"`
	UserAgent string `json:"user_agent"`
	// Fault is the name of the fault that answered, or "".
	Fault string `json:"fault,omitempty"`
}

// Log is requests in the order in which they ended. It is a copy: slice it,
// sort it, filter it.
type Log []Request

// Where returns the requests that keep allows.
func (l Log) Where(keep func(Request) bool) Log {
	var out Log
	for _, r := range l {
		if keep(r) {
			out = append(out, r)
		}
	}
	return out
}

// Under returns the requests for paths that begin with prefix.
func (l Log) Under(prefix string) Log {
	return l.Where(func(r Request) bool { return strings.HasPrefix(r.Path, prefix) })
}

// On returns the requests to one host, address and port or the address alone.
func (l Log) On(host string) Log {
	return l.Where(func(r Request) bool { return r.Host == host || strings.HasPrefix(r.Host, host+":") })
}

// Hosts returns the hosts that were asked, sorted.
func (l Log) Hosts() []string {
	var hosts []string
	for _, r := range l {
		hosts = append(hosts, r.Host)
	}
	slices.Sort(hosts)
	return slices.Compact(hosts)
}

// Overlaps returns the pairs of requests to host that were served at the same
// time, the earlier one first: each with the longest running one before it, so
// there are at most as many pairs as requests. host "" checks every host by
// itself. A request that ends at the instant when another starts overlaps
// nothing.
func (l Log) Overlaps(host string) [][2]Request {
	var pairs [][2]Request
	for _, requests := range l.byHost(host) {
		last := 0
		for i := 1; i < len(requests); i++ {
			if requests[i].Start.Before(requests[last].End) {
				pairs = append(pairs, [2]Request{requests[last], requests[i]})
			}
			if requests[i].End.After(requests[last].End) {
				last = i
			}
		}
	}
	return pairs
}

// MinGap returns the shortest time between the end of a request and the start
// of the next one on the same host, negative when they overlap; ok is false
// when no host has two requests. host "" checks every host by itself.
func (l Log) MinGap(host string) (gap time.Duration, ok bool) {
	for _, pair := range l.Gaps(host) {
		if !ok || pair.Gap < gap {
			gap, ok = pair.Gap, true
		}
	}
	return gap, ok
}

// Gap is the time between two requests that follow each other on one host.
type Gap struct {
	Gap           time.Duration
	Before, After Request
}

// Gaps returns the gaps of host in the order of time; "" takes all hosts, one
// after the other. After is a request, Before the one that ended last of all
// that started earlier.
func (l Log) Gaps(host string) []Gap {
	var gaps []Gap
	for _, requests := range l.byHost(host) {
		last := 0
		for i := 1; i < len(requests); i++ {
			before, after := requests[last], requests[i]
			gaps = append(gaps, Gap{after.Start.Sub(before.End), before, after})
			if after.End.After(before.End) {
				last = i
			}
		}
	}
	return gaps
}

// byHost groups by host, sorted by host, each group by start.
func (l Log) byHost(host string) []Log {
	if host != "" {
		l = l.On(host)
	}
	var groups []Log
	for _, name := range l.Hosts() {
		group := l.Where(func(r Request) bool { return r.Host == name })
		slices.SortStableFunc(group, func(a, b Request) int { return a.Start.Compare(b.Start) })
		groups = append(groups, group)
	}
	return groups
}

// Bodies counts the answers of status 200 that carried a body, and its bytes.
func (l Log) Bodies() (answers int, bytes int64) {
	for _, r := range l {
		if r.Status == 200 && r.Bytes > 0 {
			answers++
			bytes += r.Bytes
		}
	}
	return answers, bytes
}

// CountByPath counts requests by path.
func (l Log) CountByPath() map[string]int {
	counts := map[string]int{}
	for _, r := range l {
		counts[r.Path]++
	}
	return counts
}

// CountByStatus counts requests by status.
func (l Log) CountByStatus() map[int]int {
	counts := map[int]int{}
	for _, r := range l {
		counts[r.Status]++
	}
	return counts
}

// Repeated returns what was asked for more than once on the same host, as
// host and path, sorted.
func (l Log) Repeated() []string {
	counts := map[string]int{}
	for _, r := range l {
		counts[r.Host+r.Path]++
	}
	var repeated []string
	for where, n := range counts {
		if n > 1 {
			repeated = append(repeated, where)
		}
	}
	slices.Sort(repeated)
	return repeated
}

// MaxConcurrent is the largest number of requests that were served at the same
// time, of all hosts together.
func (l Log) MaxConcurrent() int {
	type edge struct {
		at    time.Time
		delta int
	}
	edges := make([]edge, 0, 2*len(l))
	for _, r := range l {
		edges = append(edges, edge{r.Start, 1}, edge{r.End, -1})
	}
	slices.SortFunc(edges, func(a, b edge) int {
		return cmp.Or(a.at.Compare(b.at), cmp.Compare(a.delta, b.delta))
	})
	most, now := 0, 0
	for _, e := range edges {
		now += e.delta
		most = max(most, now)
	}
	return most
}
