package site

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"sync"
	"time"
)

// trap is a server on a port that no crawler of the site has any business with.
type trap struct {
	recorder *recorder
	server   *http.Server
	serving  sync.WaitGroup

	mu  sync.Mutex
	url string
}

func newTrap(now func() time.Time) *trap {
	t := &trap{recorder: &recorder{now: now, changed: make(chan struct{})}}
	t.server = &http.Server{ReadHeaderTimeout: time.Minute, Handler: t.recorder.wrap(http.HandlerFunc(
		func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "private", http.StatusTeapot) }))}
	return t
}

func (t *trap) start(ctx context.Context) error {
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return fmt.Errorf("listen for the trap: %w", err)
	}
	t.mu.Lock()
	t.url = "http://" + l.Addr().String()
	t.mu.Unlock()
	t.serving.Go(func() { _ = t.server.Serve(l) }) // ends with close
	context.AfterFunc(ctx, func() { _ = t.server.Close() })
	return nil
}

func (t *trap) close() error {
	err := t.server.Close()
	t.serving.Wait()
	t.recorder.drain()
	return errors.Join(err, t.recorder.close())
}

// trapURL is the base URL of the trap, known once the site has started.
func (s *Site) trapURL() string {
	if s.trap == nil {
		return ""
	}
	s.trap.mu.Lock()
	defer s.trap.mu.Unlock()
	return s.trap.url
}
