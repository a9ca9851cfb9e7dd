// Package quota limits requests a second for each client address, in bounded
// memory.
package quota

import (
	"fmt"
	"net/netip"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// DefaultAddresses is how many addresses are told apart at once, roughly; each
// takes about 150 bytes.
const DefaultAddresses = 8192

// Limiter is a token bucket for each client: an IPv4 address, or the 64 bits of
// an IPv6 address that name the network (RFC 4291 section 2.5.4). It is safe for
// concurrent use. Who has not been seen for long is forgotten, and may then send
// a burst again; a flood of addresses has older ones forgotten sooner.
type Limiter struct {
	rate  rate.Limit
	burst int
	size  int

	mu sync.Mutex
	// young are the addresses seen since old was young.
	young, old map[netip.Addr]*rate.Limiter
}

// New makes a limiter of perSecond requests a second and burst at once for an
// address; size is how many addresses a generation has, DefaultAddresses/2 if 0.
func New(perSecond float64, burst, size int) (*Limiter, error) {
	if size == 0 {
		size = DefaultAddresses / 2
	}
	if !(perSecond > 0) || burst < 1 || size < 1 {
		return nil, fmt.Errorf("configure rate limit: %v a second, burst %d, %d addresses: want positive", perSecond, burst, size)
	}
	return &Limiter{rate: rate.Limit(perSecond), burst: burst, size: size, young: make(map[netip.Addr]*rate.Limiter)}, nil
}

// Wait takes a request from the address (host:port, as in http.Request) and
// returns 0, or how long the client has to wait where it may not be served. What
// is no address shares one bucket.
func (l *Limiter) Wait(remote string, now time.Time) time.Duration {
	bucket := l.bucket(key(remote))
	if bucket.AllowN(now, 1) {
		return 0
	}
	missing := 1 - bucket.TokensAt(now)
	return max(time.Millisecond, time.Duration(missing/float64(l.rate)*float64(time.Second)))
}

func (l *Limiter) bucket(address netip.Addr) *rate.Limiter {
	l.mu.Lock()
	defer l.mu.Unlock()
	if bucket := l.young[address]; bucket != nil {
		return bucket
	}
	if len(l.young) >= l.size {
		l.old, l.young = l.young, make(map[netip.Addr]*rate.Limiter)
	}
	bucket := l.old[address]
	if bucket == nil {
		bucket = rate.NewLimiter(l.rate, l.burst)
	}
	l.young[address] = bucket
	return bucket
}

// Len is the number of addresses remembered.
func (l *Limiter) Len() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.young) + len(l.old)
}

func key(remote string) netip.Addr {
	port, err := netip.ParseAddrPort(remote)
	if err != nil {
		return netip.Addr{}
	}
	address := port.Addr().Unmap().WithZone("")
	if address.Is6() {
		if prefix, err := address.Prefix(64); err == nil {
			return prefix.Addr()
		}
	}
	return address
}
