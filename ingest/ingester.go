package ingest

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"runtime/debug"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"careerstream/schemas/event"
	"careerstream/schemas/fault"
	"careerstream/schemas/page"
)

// Stage is the stage's name in dead letters.
const Stage = "ingest"

// source is the event source of snapshots.
const source = "/careerstream/ingest"

// Config of an Ingester. A zero field has its default.
type Config struct {
	// MaxPageBytes bounds a page, packed and unpacked, in bytes; from 1, default
	// page.DefaultMaxBytes (10 MiB).
	MaxPageBytes int64
	// Workers read and hash pages at once; 1 to 64, default 2. About
	// 2*Workers*MaxPageBytes of memory is the most that pages take.
	Workers int
	// RetryInitial and RetryMax are the first and the longest delay between
	// tries while the broker fails; defaults 100 ms and 5 s.
	RetryInitial time.Duration
	RetryMax     time.Duration
}

func (c Config) withDefaults() Config {
	c.MaxPageBytes = cmp.Or(c.MaxPageBytes, page.DefaultMaxBytes)
	c.Workers = cmp.Or(c.Workers, 2)
	c.RetryInitial = cmp.Or(c.RetryInitial, 100*time.Millisecond)
	c.RetryMax = cmp.Or(c.RetryMax, 5*time.Second)
	return c
}

func (c Config) validate() error {
	var errs []error
	if c.MaxPageBytes < 1 {
		errs = append(errs, fmt.Errorf("max page bytes is %d, want at least 1", c.MaxPageBytes))
	}
	if c.Workers < 1 || c.Workers > 64 {
		errs = append(errs, fmt.Errorf("workers is %d, want 1 to 64", c.Workers))
	}
	if c.RetryInitial < 0 || c.RetryMax < c.RetryInitial {
		errs = append(errs, fmt.Errorf("retry delays are %s to %s, want them positive and in this order", c.RetryInitial, c.RetryMax))
	}
	return errors.Join(errs...)
}

// Deps are what an Ingester works with. Bodies, Publisher, Last and DeadLetters
// are required.
type Deps struct {
	Bodies      Bodies
	Publisher   Publisher
	Last        event.LastReader
	DeadLetters DeadLetters
	// Stdin is read for the source "-"; nil makes that source a fault.
	Stdin io.Reader
	// Clock gives the time; default time.Now.
	Clock func() time.Time
	// Log; default slog.DiscardHandler.
	Log *slog.Logger
}

func (d Deps) withDefaults() Deps {
	if d.Clock == nil {
		d.Clock = time.Now
	}
	if d.Log == nil {
		d.Log = slog.New(slog.DiscardHandler)
	}
	return d
}

func (d Deps) validate() error {
	var errs []error
	for _, dep := range []struct {
		name    string
		missing bool
	}{
		{"Bodies", d.Bodies == nil}, {"Publisher", d.Publisher == nil},
		{"Last", d.Last == nil}, {"DeadLetters", d.DeadLetters == nil},
	} {
		if dep.missing {
			errs = append(errs, fmt.Errorf("%s is missing", dep.name))
		}
	}
	return errors.Join(errs...)
}

// Ingester takes pages. It is safe for concurrent use; runs at the same time
// are kept apart by compare-and-set on each page.
type Ingester struct {
	cfg  Config
	deps Deps
}

// New returns an Ingester, or an error that names every bad setting.
func New(cfg Config, deps Deps) (*Ingester, error) {
	cfg, deps = cfg.withDefaults(), deps.withDefaults()
	if err := errors.Join(cfg.validate(), deps.validate()); err != nil {
		return nil, fmt.Errorf("configure ingest: %w", err)
	}
	return &Ingester{cfg: cfg, deps: deps}, nil
}

// Run takes the pages of local sources: files, folders, globs and Stdin. See
// RunSource. It fails only when there is no source.
func (in *Ingester) Run(ctx context.Context, sources []string, progress func(Progress)) (Statement, error) {
	if len(sources) == 0 {
		return newStatement(), errors.New("no source is given: name files, folders, globs or - for standard input")
	}
	return in.RunSource(ctx, Files{
		Sources: sources, MaxBytes: in.cfg.MaxPageBytes, Stdin: in.deps.Stdin, Clock: in.deps.Clock,
	}, progress)
}

// ahead bounds how far the walk runs ahead of the reading, in entries. An entry
// is small; the lead gives progress a total.
const ahead = 4096

// job is an entry on its way; done gets its outcome once.
type job struct {
	entry Entry
	done  chan outcome
}

type outcome struct {
	page Page
	err  error
}

// RunSource takes the pages of one source. Pages are read by several workers
// and published in the order of the source, by one. A page's fault is a dead
// letter and not an error. While the broker fails, tries go on until ctx ends.
// Cancelling ctx stops the run cleanly: the statement then is not complete and
// says why, and the error is nil. What was taken stays taken; a new run finds
// it unchanged. progress, if not nil, is called after every page, never by two
// goroutines at once.
func (in *Ingester) RunSource(ctx context.Context, src Source, progress func(Progress)) (Statement, error) {
	work, cancel := context.WithCancel(ctx)
	defer cancel()

	var (
		discovered atomic.Int64
		walked     atomic.Bool
		order      = make(chan job, ahead)
		jobs       = make(chan job, ahead)
		// A slot is one page in memory. It is taken before the job, so that the
		// holders of all slots are always the earliest jobs and the publisher,
		// which frees them in order, never waits for a job without a slot.
		slots = make(chan struct{}, 2*in.cfg.Workers)
	)
	var group errgroup.Group
	group.Go(func() error {
		defer close(order)
		defer close(jobs)
		for entry := range src.Entries(work) {
			j := job{entry: entry, done: make(chan outcome, 1)}
			for _, queue := range []chan job{order, jobs} {
				select {
				case queue <- j:
				case <-work.Done():
					return nil
				}
			}
			discovered.Add(1)
		}
		// Cancelled, the source may have ended early.
		walked.Store(work.Err() == nil)
		return nil
	})
	for range in.cfg.Workers {
		group.Go(func() error {
			for {
				select {
				case slots <- struct{}{}:
				case <-work.Done():
					return nil
				}
				j, more := <-jobs
				if !more {
					return nil
				}
				j.done <- in.read(work, j.entry)
			}
		})
	}

	r := run{Ingester: in, taker: in.taker(), statement: newStatement(), urls: make(map[[16]byte]string)}
	why := r.publish(work, order, slots, func(origin string) {
		if progress == nil {
			return
		}
		s := &r.statement
		progress(Progress{
			Discovered: max(int(discovered.Load()), s.Accounted()), Walked: walked.Load(),
			Taken: s.Taken, Unchanged: s.Unchanged, Failed: s.FailedTotal(), Bytes: s.Bytes, Origin: origin,
		})
	})
	cancelled := ctx.Err()
	complete := why == nil && walked.Load()
	cancel()
	if err := group.Wait(); err != nil {
		return r.statement, err
	}
	r.statement.Discovered = int(discovered.Load())
	r.statement.conclude(complete, cancelled, why)
	return r.statement, nil
}

func (in *Ingester) taker() Taker {
	return Taker{
		Bodies: in.deps.Bodies, Publisher: in.deps.Publisher, Last: in.deps.Last, DeadLetters: in.deps.DeadLetters,
		Clock: in.deps.Clock, Log: in.deps.Log, RetryInitial: in.cfg.RetryInitial, RetryMax: in.cfg.RetryMax,
	}
}

// conclude says whether the run is complete, and if not, why.
func (s *Statement) conclude(complete bool, cancelled, why error) {
	s.Complete = complete
	s.Discovered = max(s.Discovered, s.Accounted())
	if complete {
		return
	}
	why = cmp.Or(why, cancelled, context.Canceled)
	s.Why = fmt.Sprintf("stopped after %d of %d pages found so far: %v; run it again to take the rest, what was taken stays taken",
		s.Accounted(), s.Discovered, why)
}

// read takes one page off its source. A panic is the page's fault and not the
// run's end.
func (in *Ingester) read(ctx context.Context, entry Entry) (out outcome) {
	defer func() {
		if p := recover(); p != nil {
			in.deps.Log.ErrorContext(ctx, "panic", "origin", entry.Origin, "panic", p, "stack", string(debug.Stack()))
			out = outcome{err: fault.New(fault.Panic, "%s: %v", entry.Origin, p)}
		}
	}()
	if entry.Err != nil {
		return outcome{err: entry.Err}
	}
	capture, err := entry.Take(ctx)
	if err != nil {
		return outcome{err: err}
	}
	p, err := Snap(entry.Origin, capture)
	return outcome{page: p, err: err}
}
