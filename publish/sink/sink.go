package sink

import (
	"context"
	"errors"
	"fmt"
	"time"

	"golang.org/x/sync/errgroup"

	"careerstream/schemas/fault"
)

// Sink stores one stream. Any number of processes may run the same sink: one
// writes, the others stand by.
type Sink struct {
	cfg     Config
	log     Log
	letters DeadLetters
	target  Store
	encoder Encoder
	lease   *lease
	board   board
	outage  *outage
	linger  linger
	// news are about the stream or the tables, from the heartbeat to the session.
	news chan error
}

// New makes a sink that reads log and writes to store what encoder makes of it.
func New(cfg Config, log Log, marks Marks, letters DeadLetters, store Store, encoder Encoder) (*Sink, error) {
	cfg = cfg.withDefaults()
	if err := cfg.check(); err != nil {
		return nil, fmt.Errorf("configure sink %s: %w", cfg.Name, err)
	}
	if len(encoder.tables) == 0 {
		return nil, fmt.Errorf("configure sink %s: the encoder writes no table", cfg.Name)
	}
	s := &Sink{
		cfg: cfg, log: log, letters: letters, target: store, encoder: encoder,
		lease:  &lease{marks: marks, sink: cfg.Name, me: self(), ttl: cfg.LeaseTTL, now: cfg.Now},
		linger: linger{least: cfg.Linger},
		outage: newOutage(cfg.Logger, cfg.Now, cfg.MaxDelay), news: make(chan error, 1),
	}
	s.board.status = Status{Sink: cfg.Name, Stream: log.Name(), State: Standby, Since: cfg.Now()}
	return s, nil
}

// Status says what the sink is doing. It is safe for concurrent use.
func (s *Sink) Status() Status { return s.board.read() }

// Run stores until ctx ends. Then it stores the batch in hand, within
// Config.Grace, gives the lease back and returns nil. Failures of the store or
// the broker do not end it. Run may be called once.
func (s *Sink) Run(ctx context.Context) error {
	for {
		if err := s.stand(ctx); err != nil {
			return nil // ctx has ended
		}
		if err := s.reign(ctx); ctx.Err() != nil {
			return s.leave(ctx, err)
		}
		if !s.cfg.Wanted() {
			s.cfg.Logger.Info("handing over to another process")
			if err := s.leave(ctx, nil); err != nil {
				return err
			}
			continue
		}
		s.cfg.Logger.Info("another process has taken over")
	}
}

// stand waits until the lease is ours. It fails only when ctx ends.
func (s *Sink) stand(ctx context.Context) error {
	var seen sighting
	announced := false
	for {
		if !s.cfg.Wanted() {
			s.board.enter(Standby, nil, s.cfg.Now())
			if err := pause(ctx, s.cfg.LeaseTTL/10); err != nil {
				return err
			}
			continue
		}
		ok, other, err := s.lease.try(ctx, &seen)
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case ok:
			s.outage.over()
			return nil
		case err != nil:
			s.fail(ctx, err)
		default:
			s.board.enter(Standby, nil, s.cfg.Now())
			if announced {
				break
			}
			announced = true
			s.cfg.Logger.Info("standing by", "owner_pid", other.PID, "owner_host", other.Host)
		}
		if err := pause(ctx, s.cfg.LeaseTTL/10); err != nil {
			return err
		}
	}
}

// reign stores while the lease is ours and ctx lasts.
func (s *Sink) reign(ctx context.Context) error {
	taking, stopTaking := context.WithCancel(ctx)
	defer stopTaking()
	// Work in hand goes on after a stop, but not without the lease.
	working, stopWorking := context.WithCancel(context.WithoutCancel(ctx))
	defer stopWorking()
	defer context.AfterFunc(ctx, func() {
		timer := time.AfterFunc(s.cfg.Grace, stopWorking)
		context.AfterFunc(working, func() { timer.Stop() })
	})()
	var group errgroup.Group
	over := make(chan struct{})
	group.Go(func() error {
		err := s.heartbeat(working, over, stopTaking)
		if err != nil {
			stopTaking()
			stopWorking()
		}
		return err
	})
	group.Go(func() error {
		defer close(over)
		return s.persist(taking, working)
	})
	return group.Wait()
}

// heartbeat renews the lease until over closes; an error means that it is lost.
// It stops the taking of messages when another process should write.
func (s *Sink) heartbeat(ctx context.Context, over <-chan struct{}, stopTaking func()) error {
	tick := time.NewTicker(s.cfg.LeaseTTL / 5)
	defer tick.Stop()
	sick, beats := fault.Kind(""), 0
	for {
		select {
		case <-over:
			return nil
		case <-tick.C:
		}
		if !s.cfg.Wanted() {
			stopTaking()
		}
		err := s.lease.beat(ctx)
		if err != nil && fault.KindOf(err) == fault.LeaseLost {
			return err
		}
		// A reader waits through an outage of the broker, so it shows here.
		if err != nil && s.Status().State == Running {
			s.board.enter(stateOf(err), err, s.cfg.Now())
			sick = fault.KindOf(err)
		}
		if err == nil && sick != "" {
			// Not if the work itself has failed for another reason meanwhile.
			if s.Status().Kind == sick {
				s.board.enter(Running, nil, s.cfg.Now())
			}
			sick = ""
		}
		s.look(ctx)
		if beats++; beats%5 == 0 {
			s.lookAtTables(ctx)
		}
	}
}

// lookAtTables notices that the tables were dropped while nothing is published.
// Any other failure shows in the work itself.
func (s *Sink) lookAtTables(ctx context.Context) {
	if s.Status().State != Running {
		return
	}
	if err := s.inStep(ctx); err != nil && ctx.Err() == nil {
		s.tell(err)
	}
}

// tell interrupts the session with what makes it pointless to go on.
func (s *Sink) tell(err error) {
	select {
	case s.news <- err:
	default: // there are some already
	}
}

// look asks how long the stream is, and whether it is still the same one.
func (s *Sink) look(ctx context.Context) {
	info, err := s.log.Info(ctx)
	if err != nil {
		return
	}
	known := s.lease.manifest().Incarnation
	if known == "" || known == info.Incarnation {
		s.board.change(func(st *Status) { st.Last = max(st.Last, info.Last) })
		return
	}
	s.tell(fault.New(fault.ForeignIncarnation, "stream %s was made anew", s.log.Name()))
}

// persist works session after session, with a delay after each failure.
func (s *Sink) persist(taking, working context.Context) error {
	for {
		err := s.session(taking, working)
		if taking.Err() != nil || fault.KindOf(err) == fault.LeaseLost {
			return err
		}
		if err := pause(taking, s.fail(taking, err)); err != nil {
			return nil
		}
	}
}

// session settles what a session before left, then stores batch after batch.
// It returns nil only when taking has ended.
func (s *Sink) session(taking, working context.Context) error {
	select {
	case <-s.news: // position sees for itself
	default:
	}
	m, err := s.position(taking)
	if err != nil {
		return err
	}
	if m.Pending != nil {
		b, err := s.reread(taking, *m.Pending)
		if err != nil {
			return err
		}
		if err := s.commit(working, b); err != nil {
			return err
		}
		m.Done = b.last
	}
	// A broker without disk space can be read, but takes no mark.
	if err := s.lease.save(taking, func(*manifest) {}); err != nil {
		return err
	}
	s.well()
	c, err := s.collect(taking, m.Done+1)
	if err != nil {
		return err
	}
	defer c.close()
	for {
		more, err := s.runOnce(working, c)
		if err != nil || !more {
			return err
		}
	}
}

// runOnce stores one batch and reports whether more may come.
func (s *Sink) runOnce(ctx context.Context, c *collector) (bool, error) {
	var b batch
	var ok bool
	select {
	case err := <-s.news:
		return false, err
	case b, ok = <-c.batches:
		if !ok {
			return false, c.err
		}
	}
	start := time.Now()
	if err := s.commit(ctx, b); err != nil {
		return false, err
	}
	s.linger.learn(time.Since(start))
	s.well()
	return true, nil
}

func (s *Sink) well() {
	s.outage.over()
	s.board.enter(Running, nil, s.cfg.Now())
}

// fail notes a failure and returns the delay before the next try.
func (s *Sink) fail(ctx context.Context, err error) time.Duration {
	s.board.enter(stateOf(err), err, s.cfg.Now())
	return s.outage.failed(ctx, err)
}

// stateOf is the state that a failure means.
func stateOf(err error) State {
	if fault.ClassOf(err) == fault.Pause {
		return Paused
	}
	return Retrying
}

// leave gives the lease back after a stop.
func (s *Sink) leave(ctx context.Context, err error) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), s.cfg.Grace)
	defer cancel()
	if releaseErr := s.lease.release(ctx); releaseErr != nil {
		s.cfg.Logger.Warn("lease not given back: a standby waits for it to run out", "error", releaseErr.Error())
	}
	s.board.enter(Standby, nil, s.cfg.Now())
	if err != nil && !errors.Is(err, context.Canceled) {
		s.cfg.Logger.Warn("stopped with a batch unfinished: the next start completes it", "error", err.Error())
	}
	return nil
}

// StoreOne stores one message outside of the stream's order: one that was
// dead-lettered and is to be tried again. A repeat changes nothing. Its error
// is a fault: a message that still cannot be decoded or is still rejected is
// poison. It needs no lease.
func (s *Sink) StoreOne(ctx context.Context, raw Raw) error {
	value, err := s.encoder.read(raw)
	if err != nil {
		return err
	}
	info, err := s.log.Info(ctx)
	if err != nil {
		return err
	}
	for _, table := range s.encoder.tables {
		// A row that one table rejected is in those before it.
		held, err := s.target.Holds(ctx, table.name, s.log.Name(), raw.Seq)
		if err != nil {
			return fmt.Errorf("look for %s %d: %w", s.log.Name(), raw.Seq, err)
		}
		if held {
			continue
		}
		token := fmt.Sprintf("%s:%s:redrive:%d:%s", s.log.Name(), info.Incarnation, raw.Seq, table.name)
		block := table.block([]any{value})
		if err := s.insertSurely(ctx, table.name, token, block, s.holds(table, block)); err != nil {
			return fmt.Errorf("store %s %d: %w", s.log.Name(), raw.Seq, err)
		}
	}
	return nil
}

// pause waits, or fails when ctx ends first.
func pause(ctx context.Context, delay time.Duration) error {
	timer := time.NewTimer(delay)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
