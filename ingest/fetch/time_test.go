package fetch

import (
	"context"
	"errors"
	"io"
	"net"
	"strings"
	"testing"
	"time"
)

const htmlHead = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 100000\r\n\r\n"

// drip sends head, then one byte whenever every has passed.
func drip(head string, every time.Duration) func(net.Conn, <-chan struct{}) {
	return func(c net.Conn, gone <-chan struct{}) {
		tick := time.NewTicker(every)
		defer tick.Stop()
		for _, err := io.WriteString(c, head); err == nil; _, err = io.WriteString(c, "x") {
			select {
			case <-tick.C:
			case <-gone:
				return
			}
		}
	}
}

func TestTimes(t *testing.T) {
	t.Parallel()
	quiet := func(_ net.Conn, gone <-chan struct{}) { <-gone }
	for _, c := range []struct {
		name  string
		talk  func(net.Conn, <-chan struct{})
		set   func(*Config)
		limit string
		kind  Kind
		got   int64
	}{
		{"no answer", quiet, func(c *Config) { c.HeaderTimeout = 40 * time.Millisecond }, "response header time", Timeout, 0},
		{"header byte by byte", drip("HTTP/1.1 200 OK\r\nX-Slow: ", 10*time.Millisecond),
			func(c *Config) { c.HeaderTimeout = 80 * time.Millisecond }, "response header time", Timeout, 20},
		{"body byte by byte", drip(htmlHead, 10*time.Millisecond),
			func(c *Config) {
				c.MinRateGrace, c.MinRateWindow = 20*time.Millisecond, 80*time.Millisecond
			}, "minimum rate", Slow, 0},
		{"silent body", drip(htmlHead, time.Hour),
			func(c *Config) {
				c.MinRateGrace, c.MinRateWindow = 20*time.Millisecond, 40*time.Millisecond
			}, "minimum rate", Slow, 0},
		{"whole request", drip(htmlHead, 10*time.Millisecond),
			func(c *Config) { c.TotalTimeout = 100 * time.Millisecond }, "total time", Timeout, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			cfg := quick()
			c.set(&cfg)
			r, err := newClient(t, cfg, Deps{}).Get(t.Context(), Request{URL: listen(t, c.talk)})
			assertLimit(t, c.name, err, c.limit)
			var l *LimitError
			if r.Kind != c.kind || errors.As(err, &l) && l.Got < c.got {
				t.Errorf("kind %s, %v", r.Kind, err)
			}
		})
	}
}

// Steady is enough, however long it takes.
func TestSteadyBodyIsNotSlow(t *testing.T) {
	t.Parallel()
	const piece = 4 << 10
	u := listen(t, func(c net.Conn, _ <-chan struct{}) {
		_, err := io.WriteString(c, "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\n\r\n")
		tick := time.NewTicker(20 * time.Millisecond)
		defer tick.Stop()
		for i := 0; i < 20 && err == nil; i++ {
			_, err = io.WriteString(c, strings.Repeat("y", piece))
			<-tick.C
		}
	})
	cfg := quick()
	cfg.MinRateGrace, cfg.MinRateWindow, cfg.MinRateBytes = time.Millisecond, 200*time.Millisecond, 1
	if r, err := newClient(t, cfg, Deps{}).Get(t.Context(), Request{URL: u}); err != nil || len(r.Body) != 20*piece {
		t.Fatalf("%d bytes, %v", len(r.Body), err)
	}
}

func TestPace(t *testing.T) {
	t.Parallel()
	var got error
	p := &pace{least: 10, window: time.Hour, slow: func(err error) { got = err }}
	p.start(time.Hour)
	defer p.stop()
	for range paceSlots { // a first window that brings 10 bytes
		p.tick()
		p.bytes.Add(2)
	}
	for range paceSlots {
		p.tick()
	}
	if got == nil || !strings.Contains(got.Error(), "10 bytes in 1h0m0s") {
		t.Errorf("a silent window passed: %v", got)
	}
	got = nil
	q := &pace{least: 10, window: time.Hour, slow: func(err error) { got = err }}
	q.start(time.Hour)
	defer q.stop()
	for range 10 * paceSlots {
		q.tick()
		q.bytes.Add(2)
	}
	if got != nil {
		t.Errorf("16 bytes a window are enough: %v", got)
	}
}

func TestSlowErrorPageStaysWhatItIs(t *testing.T) {
	t.Parallel()
	cfg := quick()
	cfg.MinRateGrace, cfg.MinRateWindow = 10*time.Millisecond, 40*time.Millisecond
	u := listen(t, drip("HTTP/1.1 410 Gone\r\nContent-Length: 100000\r\n\r\n", 10*time.Millisecond))
	if r, err := newClient(t, cfg, Deps{}).Get(t.Context(), Request{URL: u}); r.Kind != Gone || r.Status != 410 {
		t.Fatalf("%s, %v", r.Kind, err)
	}
}

func TestCallerStops(t *testing.T) {
	t.Parallel()
	c := newClient(t, quick(), Deps{})
	asked := make(chan struct{})
	u := listen(t, func(c net.Conn, gone <-chan struct{}) { close(asked); <-gone })
	ctx, cancel := context.WithCancel(t.Context())
	go func() { <-asked; cancel() }()
	if r, err := c.Get(ctx, Request{URL: u}); r.Kind != Canceled || !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %s, %v", r.Kind, err)
	}
	ctx, cancel = context.WithTimeout(t.Context(), 30*time.Millisecond)
	defer cancel()
	u = listen(t, func(_ net.Conn, gone <-chan struct{}) { <-gone })
	if r, err := c.Get(ctx, Request{URL: u}); r.Kind != Timeout {
		t.Errorf("deadline: %s, %v", r.Kind, err)
	}
}

func TestRefusedAndReset(t *testing.T) {
	t.Parallel()
	c := newClient(t, quick(), Deps{})
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	at := l.Addr().String()
	_ = l.Close()
	if _, err := c.Get(t.Context(), Request{URL: parse(t, "http://"+at+"/")}); KindOf(err) != Refused {
		t.Errorf("closed port: %v", err)
	}
	abort := func(head string) func(net.Conn, <-chan struct{}) {
		return func(c net.Conn, _ <-chan struct{}) {
			_, _ = io.WriteString(c, head)
			_ = c.(*net.TCPConn).SetLinger(0) // close sends RST
		}
	}
	if _, err := c.Get(t.Context(), Request{URL: listen(t, abort(""))}); KindOf(err) != Reset {
		t.Errorf("reset before the header: %v", err)
	}
	// The RST may overtake the header.
	if r, err := c.Get(t.Context(), Request{URL: listen(t, abort(htmlHead+"<p>"))}); r.Kind != Reset || r.Body != nil {
		t.Errorf("reset in the body: %v", err)
	}
}
