package worker

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"careerstream/deploy/broker"
	"careerstream/schemas/stream"
)

// engine runs one durable consumer: a fetcher, the workers, and a heartbeat
// for every message that is held. It knows verdicts, not events.
type engine struct {
	stage   string
	spec    stream.Consumer
	tune    Tuning
	conn    *broker.Conn
	log     *slog.Logger
	board   *board
	outage  *outage
	metrics *Metrics
	lanes   *lanes

	// process does the work of one message, effects included; nil acknowledges.
	process func(context.Context, *delivery) error
	// bury makes the dead letter of a message that cannot be processed.
	bury func(context.Context, *delivery, error) error

	mu   sync.Mutex
	held map[uint64]*delivery
	// failures counts the failed tries of messages without a final verdict here.
	// There are never more than the consumer's MaxAckPending at once; beyond that,
	// what other processes have ended is forgotten with the rest.
	failures map[uint64]int
	freed    chan struct{}
	// alive is fetchAlive.
	alive time.Duration
	// began is when the engine was made.
	began time.Time
}

func newEngine(stage string, spec stream.Consumer, tune Tuning, conn *broker.Conn) *engine {
	log := tune.Logger.With("stage", stage)
	return &engine{
		stage: stage, spec: spec, tune: tune, conn: conn, log: log, metrics: tune.Metrics,
		board: newBoard(stage, tune.Clock()), outage: &outage{log: log, now: tune.Clock},
		lanes: newLanes(), alive: fetchAlive,
		held: make(map[uint64]*delivery), failures: make(map[uint64]int), began: tune.Clock(), freed: make(chan struct{}, 1),
	}
}

// run works until ctx ends. Then nothing more is taken, what is not started is
// given back at once, and work in hand goes on for the grace time.
func (e *engine) run(ctx context.Context) {
	work, stopWork := context.WithCancel(context.WithoutCancel(ctx))
	defer stopWork()
	var background, workers sync.WaitGroup
	background.Go(func() { e.heartbeat(work) })
	background.Go(func() { e.watch(work) })
	queue := make(chan *delivery, e.tune.Prefetch)
	for range e.spec.Workers {
		workers.Go(func() { e.workOff(ctx, work, queue) })
	}
	e.fetch(ctx, queue)
	close(queue)
	grace := time.AfterFunc(e.tune.Grace, stopWork)
	workers.Wait()
	grace.Stop()
	stopWork()
	background.Wait()
}

// heartbeat tells the server that every held message is alive, so that AckWait
// bounds the wait after a crash and not the length of the work.
func (e *engine) heartbeat(ctx context.Context) {
	tick := time.NewTicker(e.spec.AckWait / 3)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			e.beat()
		case <-ctx.Done():
			return
		}
	}
}

func (e *engine) beat() {
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, d := range e.held {
		// One that does not arrive is made up for by the next; without a
		// connection the message is redelivered, which repeats nothing.
		_ = d.msg.InProgress()
	}
}

// watch keeps the number of pending messages.
func (e *engine) watch(ctx context.Context) {
	tick := time.NewTicker(e.spec.AckWait / 3)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			progress, err := e.conn.Progress(ctx, e.spec.Stream, e.spec.Name)
			if err != nil {
				continue
			}
			e.board.update(func(s *Status) { s.Pending = progress.Pending })
			e.metrics.setPending(e.stage, progress.Pending)
		case <-ctx.Done():
			return
		}
	}
}

// hold takes a message up. It returns nil for one that is held already: the
// server thinks it lost, for instance after a restart, and the work goes on with
// the newer delivery to answer.
func (e *engine) hold(msg jetstream.Msg) *delivery {
	d, err := newDelivery(msg, e.tune.Clock())
	if err != nil {
		e.log.Warn("message without JetStream metadata dropped", "subject", msg.Subject(), "error", err)
		return nil
	}
	if d.deliveries > 1 {
		e.metrics.onRedelivered(e.stage)
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	if known, ok := e.held[d.raw.Seq]; ok {
		known.msg = msg
		return nil
	}
	e.held[d.raw.Seq] = d
	e.note()
	return d
}

// settle ends the heartbeat and sends the verdict, in this order: a heartbeat
// after a delayed NAK would undo the delay.
func (e *engine) settle(d *delivery, verdict func(jetstream.Msg) error) {
	e.mu.Lock()
	delete(e.held, d.raw.Seq)
	e.note()
	msg := d.msg
	e.mu.Unlock()
	if err := verdict(msg); err != nil {
		e.log.Debug("verdict not sent; the message comes again", "seq", d.raw.Seq, "error", err)
	}
	select {
	case e.freed <- struct{}{}:
	default:
	}
}

// note shows the number of held messages; the lock is held.
func (e *engine) note() {
	held := len(e.held)
	e.board.update(func(s *Status) { s.InFlight = held })
	e.metrics.setHeld(e.stage, held)
}

// free is the number of messages that may be fetched.
func (e *engine) free() int {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.tune.Prefetch - len(e.held)
}
