package fetch

import (
	"context"
	"net/http/httptrace"
	"net/netip"
	"sync"
	"time"
)

// attempt follows one call through the transport. The transport calls it from
// its own goroutines, perhaps after the call ended.
type attempt struct {
	cancel  context.CancelCauseFunc
	headers time.Duration
	rawMax  int // bytes; 0 keeps nothing

	mu          sync.Mutex
	conn        *conn
	shared      bool
	read, wrote int64 // conn's counts when the request began
	tap         *tap
	timer       *time.Timer
	remote      netip.AddrPort
	reused      bool
}

func (a *attempt) trace(ctx context.Context) context.Context {
	return httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{GotConn: a.gotConn})
}

// gotConn runs before a request is written. The transport repeats a GET by
// itself when a kept connection breaks, even when the server has seen it; then
// the second connection is barred, so that one call never is two requests.
func (a *attempt) gotConn(info httptrace.GotConnInfo) {
	a.mu.Lock()
	defer a.mu.Unlock()
	c, shared := ours(info.Conn)
	if c == nil {
		return
	}
	if a.conn != nil && !a.shared && a.conn.wrote.Load() > a.wrote {
		if !shared {
			c.barred.Store(true)
		}
		a.cancel(errRepeat)
		return
	}
	a.conn, a.shared, a.reused = c, shared, info.Reused
	a.read, a.wrote = c.read.Load(), c.wrote.Load()
	a.remote, _ = netip.ParseAddrPort(c.RemoteAddr().String())
	if a.rawMax > 0 && !shared {
		a.tap = &tap{limit: a.rawMax}
		c.tap.Store(a.tap)
	}
	if a.timer != nil {
		a.timer.Stop()
	}
	a.timer = time.AfterFunc(a.headers, func() {
		a.cancel(&LimitError{Limit: "response header time", Bound: a.headers.String(), Got: a.received(), kind: Timeout})
	})
}

// received is what came over the connection since the request began, in bytes.
func (a *attempt) received() int64 {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.conn == nil {
		return 0
	}
	return a.conn.read.Load() - a.read
}

// connected says where the request went, once a connection is there.
func (a *attempt) connected() (remote netip.AddrPort, reused bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.remote, a.reused
}

// answered ends the wait for headers.
func (a *attempt) answered() {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.timer != nil {
		a.timer.Stop()
	}
}

// recorded ends the recording and returns it; ok is false where there is none.
func (a *attempt) recorded() (request, response []byte, over, ok bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.tap == nil {
		return nil, nil, false, false
	}
	a.conn.tap.CompareAndSwap(a.tap, nil)
	request, response, over = a.tap.take()
	return request, response, over, true
}
