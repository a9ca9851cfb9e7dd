package site

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"slices"
	"strconv"
	"sync"
	"time"
)

// Site is a web site on loopback. Its methods may be called by many goroutines
// at once, and while it serves.
type Site struct {
	config   Config
	pages    *catalog
	recorder *recorder
	trap     *trap   // nil unless hostile
	hostile  []Fault // of the hostile corner
	handler  http.Handler

	mu      sync.Mutex
	faults  *faultTable
	port    int
	server  *http.Server
	cancel  context.CancelFunc
	serving sync.WaitGroup
}

// New makes a site that does not listen yet. Its error joins all that is wrong
// with the Config.
func New(config Config) (*Site, error) {
	config = config.withDefaults()
	if err := config.validate(); err != nil {
		return nil, err
	}
	record, err := newRecorder(config.Now, config.LogFile)
	if err != nil {
		return nil, err
	}
	s := &Site{config: config, recorder: record}
	if config.Pages == 0 {
		s.pages, err = demoCatalog(config)
	} else {
		s.pages, err = generatedCatalog(config)
	}
	if err != nil {
		return nil, errors.Join(err, record.close())
	}
	if config.Hostile {
		s.trap = newTrap(config.Now)
		s.hostile = hostileFaults(s)
	}
	s.faults = newFaultTable(slices.Concat(s.hostile, config.Faults), config.Seed)
	s.handler = record.wrap(http.HandlerFunc(s.serve))
	return s, nil
}

// ServeHTTP answers one request as the site on the request's Host: what Start
// serves, for a server of the caller's own.
func (s *Site) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.handler.ServeHTTP(w, r) }

// Start listens on all hosts and serves until Close, or until ctx ends. It is
// called once.
func (s *Site) Start(ctx context.Context) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.server != nil {
		return errors.New("site: started twice")
	}
	listeners, err := listen(ctx, s.config.Hosts, s.config.Port)
	if err != nil {
		return err
	}
	ctx, s.cancel = context.WithCancel(ctx)
	s.port = listeners[0].Addr().(*net.TCPAddr).Port
	s.server = &http.Server{
		Handler:           s.handler,
		ReadHeaderTimeout: time.Minute,
		BaseContext:       func(net.Listener) context.Context { return ctx },
	}
	if s.trap != nil {
		if err := s.trap.start(ctx); err != nil {
			s.cancel()
			for _, l := range listeners {
				err = errors.Join(err, l.Close())
			}
			return err
		}
	}
	for _, l := range listeners {
		s.serving.Go(func() { _ = s.server.Serve(l) }) // ends with Close
	}
	context.AfterFunc(ctx, func() { _ = s.server.Close() })
	return nil
}

// listen opens the same port on all hosts.
func listen(ctx context.Context, hosts []string, port int) ([]net.Listener, error) {
	const tries = 20 // a port that is free on one address may be taken on another
	var last error
	for range tries {
		listeners, err := listenOnce(ctx, hosts, port)
		if err == nil || port != 0 || len(hosts) == 1 {
			return listeners, err
		}
		last = err
	}
	return nil, last
}

func listenOnce(ctx context.Context, hosts []string, port int) ([]net.Listener, error) {
	var listeners []net.Listener
	for _, host := range hosts {
		l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", net.JoinHostPort(host, strconv.Itoa(port)))
		if err != nil {
			for _, open := range listeners {
				err = errors.Join(err, open.Close())
			}
			return nil, fmt.Errorf("listen for the site: %w", err)
		}
		listeners = append(listeners, l)
		port = l.Addr().(*net.TCPAddr).Port
	}
	return listeners, nil
}

// Close cuts all connections, waits for the handlers and ends the log file.
// It may be called more than once; a site that never started may be closed too.
func (s *Site) Close() error {
	s.mu.Lock()
	server, cancel := s.server, s.cancel
	s.mu.Unlock()
	var err error
	if server != nil {
		cancel()
		err = server.Close()
		s.serving.Wait()
		s.recorder.drain()
	}
	if s.trap != nil {
		err = errors.Join(err, s.trap.close())
	}
	return errors.Join(err, s.recorder.close())
}

// URL is the base URL of the first host, without a slash at its end.
func (s *Site) URL() string { return s.URLs()[0] }

// URLs are the base URLs of all hosts.
func (s *Site) URLs() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	urls := make([]string, len(s.config.Hosts))
	for i, host := range s.config.Hosts {
		urls[i] = "http://" + net.JoinHostPort(host, strconv.Itoa(s.port))
	}
	return urls
}

// Log returns the requests that have ended, in the order of their ends. The
// length of an earlier Log is a mark: s.Log()[mark:] is what came since.
func (s *Site) Log() Log { return s.recorder.snapshot() }

// TrapLog returns the requests that reached the second server of a hostile
// site, to which its redirects to a private address lead: there must be none.
func (s *Site) TrapLog() Log {
	if s.trap == nil {
		return nil
	}
	return s.trap.recorder.snapshot()
}

// WaitBegun blocks until n requests have begun since the site was made.
func (s *Site) WaitBegun(ctx context.Context, n int) error {
	return s.recorder.wait(ctx, func(begun, _ int) bool { return begun >= n })
}

// WaitEnded blocks until n requests have ended since the site was made.
func (s *Site) WaitEnded(ctx context.Context, n int) error {
	return s.recorder.wait(ctx, func(_, ended int) bool { return ended >= n })
}

// WaitIdle blocks until no request is being served: for example until the site
// has noticed that a killed client is gone.
func (s *Site) WaitIdle(ctx context.Context) error {
	return s.recorder.wait(ctx, func(begun, ended int) bool { return begun == ended })
}

// SetFaults replaces the faults of the Config or of an earlier SetFaults. The
// counts of Fault.Times begin anew. A hostile site keeps its own faults.
func (s *Site) SetFaults(faults ...Fault) error {
	if err := validateFaults(faults); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = newFaultTable(slices.Concat(s.hostile, faults), s.config.Seed)
	return nil
}
