package crawl

import (
	"context"
	"errors"
	"sync"
	"time"

	"careerstream/ingest/frontier"
)

// session is one Run or Work: a picture of the frontier and the hosts that are
// asked on its behalf.
type session struct {
	*Crawler
	view *frontier.View
	// caught is closed when view shows what was stored before the session.
	caught chan struct{}
	once   sync.Once

	mu sync.Mutex
	// asking counts, by run and key, who asks for a URL that the view may not
	// show yet.
	asking map[string]map[string]int
}

func (c *Crawler) newSession() *session {
	return &session{Crawler: c, view: frontier.NewView(), caught: make(chan struct{}), asking: map[string]map[string]int{}}
}

// follow keeps the view up to date until ctx ends.
func (s *session) follow(ctx context.Context, host string) error {
	// The error is ctx's end: nothing else ends the tries.
	_ = s.taker.Retry(ctx, "follow the frontier", func() error { return s.followOnce(ctx, host) })
	return nil
}

func (s *session) followOnce(ctx context.Context, host string) (err error) {
	f, err := s.deps.Frontier.Follow(ctx, host)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	for {
		v, rev, caughtUp, err := f.Next(ctx)
		if err != nil {
			return err
		}
		if v.URL != "" {
			s.view.Apply(v, rev)
		}
		if caughtUp {
			s.once.Do(func() { close(s.caught) })
		}
	}
}

// dispatch asks every host that has due URLs and is free, until ctx ends. It
// returns when the last of them is given back; only an archive's failure is an
// error.
func (s *session) dispatch(ctx context.Context) error {
	select {
	case <-s.caught:
	case <-ctx.Done():
		return nil
	}
	var (
		wg     sync.WaitGroup
		mu     sync.Mutex
		broken error
		active = map[string]bool{}
		again  = map[string]time.Time{}
		ended  = make(chan struct{}, 1)
	)
	defer wg.Wait()
	wake := time.NewTicker(s.cfg.Poll)
	defer wake.Stop()
	for {
		changed := s.view.Changed()
		mu.Lock()
		if err := broken; err != nil {
			mu.Unlock()
			return err
		}
		for _, host := range s.view.Hosts(s.deps.Clock()) {
			if len(active) >= s.cfg.Hosts {
				break
			}
			if active[host] || time.Now().Before(again[host]) {
				continue
			}
			active[host] = true
			wg.Go(func() {
				taken, err := s.crawlHost(ctx, host)
				mu.Lock()
				defer mu.Unlock()
				delete(active, host)
				delete(again, host)
				if !taken {
					again[host] = time.Now().Add(s.cfg.Poll)
				}
				broken = errors.Join(broken, err)
				select {
				case ended <- struct{}{}:
				default:
				}
			})
		}
		mu.Unlock()
		// A change every few microseconds is no reason to look each time.
		calm := time.NewTimer(2 * time.Millisecond)
		select {
		case <-calm.C:
		case <-ctx.Done():
			calm.Stop()
			return nil
		}
		select {
		case <-changed:
		case <-ended:
		case <-wake.C:
		case <-ctx.Done():
			return nil
		}
	}
}
