package fetch

import (
	"crypto/tls"
	"errors"
	"net"
	"sync"
	"sync/atomic"
)

// conn counts a connection's bytes and copies them to whoever listens.
type conn struct {
	net.Conn
	read, wrote atomic.Int64
	barred      atomic.Bool
	tap         atomic.Pointer[tap]
}

// errRepeat ends the transport's own repetition of a request.
var errRepeat = errors.New("connection lost after the request was sent")

func (c *conn) Read(b []byte) (int, error) {
	n, err := c.Conn.Read(b)
	c.read.Add(int64(n))
	if t := c.tap.Load(); t != nil {
		t.received(b[:n])
	}
	return n, err
}

func (c *conn) Write(b []byte) (int, error) {
	if c.barred.Load() {
		_ = c.Close()
		return 0, errRepeat
	}
	// Before the write: the answer may be there before it returns.
	if t := c.tap.Load(); t != nil {
		t.sent(b)
	}
	n, err := c.Conn.Write(b)
	c.wrote.Add(int64(n))
	return n, err
}

// ours finds the conn in what the transport holds, and says whether several
// requests may share it (HTTP/2).
func ours(nc net.Conn) (c *conn, shared bool) {
	switch nc := nc.(type) {
	case *conn:
		return nc, false
	case *tls.Conn:
		c, _ = nc.NetConn().(*conn)
		return c, nc.ConnectionState().NegotiatedProtocol == "h2"
	}
	return nil, false
}

// tap keeps one exchange's bytes, up to a limit each way.
type tap struct {
	mu       sync.Mutex
	limit    int
	request  []byte
	response []byte
	over     bool
}

func (t *tap) sent(b []byte) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.request = append(t.request, b[:min(len(b), t.limit-len(t.request))]...)
}

func (t *tap) received(b []byte) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if room := t.limit - len(t.response); len(b) > room {
		b, t.over = b[:room], true
	}
	t.response = append(t.response, b...)
}

// take ends the recording.
func (t *tap) take() (request, response []byte, over bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	request, response, over = t.request, t.response, t.over
	t.request, t.response, t.limit = nil, nil, 0
	return request, response, over
}
