package crawl

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"careerstream/ingest"
	"careerstream/ingest/frontier"
	"careerstream/schemas/page"
)

// source is the event source of what a crawl finds.
const source = "/careerstream/ingest"

// Crawler crawls. It is safe for concurrent use; crawlers of several processes
// share the frontier.
type Crawler struct {
	cfg    Config
	deps   Deps
	taker  *ingest.Taker
	claims *frontier.Claims

	mu    sync.Mutex
	plans map[string]*plan
}

// New returns a Crawler, or an error that names every bad setting.
func New(cfg Config, deps Deps) (*Crawler, error) {
	cfg, deps = cfg.withDefaults(), deps.withDefaults()
	if err := errors.Join(cfg.validate(), deps.validate()); err != nil {
		return nil, fmt.Errorf("configure crawl: %w", err)
	}
	return &Crawler{
		cfg: cfg, deps: deps, plans: map[string]*plan{},
		taker: &ingest.Taker{
			Bodies: deps.Bodies, Publisher: deps.Publisher, Last: deps.Last, DeadLetters: deps.DeadLetters,
			Clock: deps.Clock, Log: deps.Log, RetryInitial: cfg.RetryInitial, RetryMax: cfg.RetryMax,
		},
		claims: frontier.NewClaims(deps.States, frontier.Self(), cfg.LeaseTTL, time.Now),
	}, nil
}

// Progress says how far a run is.
type Progress struct {
	// Tally counts the run's pages so far, whoever visited them.
	frontier.Tally
	// Run is the run's ID.
	Run string
}

// Run visits the sources and what they name, and returns the statement. A run
// of the same sources and options that was stopped is continued, and one that
// is under way in another process is shared: both return the same statement.
// Cancelling ctx stops cleanly; the statement then is partial and says so, is
// not published, and the error is nil. While the broker fails, tries go on
// until ctx ends. Errors are bad sources and an archive that fails. progress, if
// not nil, is called several times a second, by one goroutine.
func (c *Crawler) Run(ctx context.Context, spec Spec, progress func(Progress)) (page.Run, error) {
	p, err := newPlan(spec)
	if err != nil {
		return page.Run{}, err
	}
	if err := c.begin(ctx, p); err != nil {
		if ctx.Err() != nil {
			return stopped(ctx, page.Run{Sources: p.sources, StartedAt: c.deps.Clock().UTC()}), nil
		}
		return page.Run{}, err
	}
	c.mu.Lock()
	c.plans[p.id] = p
	c.mu.Unlock()

	s := c.newSession()
	group, work := errgroup.WithContext(ctx)
	work, stop := context.WithCancel(work)
	defer stop()
	group.Go(func() error { return s.follow(work, p.followed()) })
	hosts, leave := context.WithCancel(work)
	hostsDone := make(chan struct{})
	group.Go(func() error {
		defer close(hostsDone)
		return s.dispatch(hosts)
	})
	var statement page.Run
	group.Go(func() error {
		defer stop()
		err := s.drive(work, p, progress)
		leave()
		<-hostsDone
		if err == nil {
			statement, err = s.conclude(work, p)
		}
		if err != nil && ctx.Err() != nil {
			last, done := context.WithTimeout(context.WithoutCancel(ctx), 2*time.Second)
			defer done()
			statement, err = stopped(ctx, s.statement(last, p)), nil
		}
		return err
	})
	if err := group.Wait(); err != nil && ctx.Err() == nil {
		return statement, err
	}
	if progress != nil {
		progress(Progress{Tally: s.view.Count(p.id), Run: p.id})
	}
	return statement, nil
}

// Work helps the runs of other processes until ctx ends, and then returns nil.
// The only other end is an archive that fails.
func (c *Crawler) Work(ctx context.Context) error {
	s := c.newSession()
	group, work := errgroup.WithContext(ctx)
	group.Go(func() error { return s.follow(work, "") })
	group.Go(func() error { return s.dispatch(work) })
	if err := group.Wait(); err != nil && ctx.Err() == nil {
		return err
	}
	return nil
}

// drive takes the run from its sources to its end.
func (s *session) drive(ctx context.Context, p *plan, progress func(Progress)) error {
	select {
	case <-s.caught:
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	for _, step := range []func(context.Context, *plan) error{s.askSeeds, s.askAbsent, s.judge} {
		if err := step(ctx, p); err != nil {
			return err
		}
		if err := s.settled(ctx, p.id, progress); err != nil {
			return err
		}
	}
	return nil
}

// settled waits until no URL of the run is due.
func (s *session) settled(ctx context.Context, run string, progress func(Progress)) error {
	ticker := time.NewTicker(200 * time.Millisecond)
	defer ticker.Stop()
	for {
		changed := s.view.Changed()
		if _, due := s.view.Left(run); due == 0 {
			return nil
		}
		select {
		case <-changed:
		case <-ticker.C:
			if progress != nil {
				progress(Progress{Tally: s.view.Count(run), Run: run})
			}
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}
