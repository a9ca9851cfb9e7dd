package worker

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"careerstream/deploy/broker"
	"careerstream/publish/sink"
	"careerstream/schemas/deadletter"
	"careerstream/schemas/event"
	"careerstream/schemas/fault"
	"careerstream/schemas/stream"
	"careerstream/schemas/subject"
)

// RedriveConfig of a redriver.
type RedriveConfig struct {
	Tuning
	// Stage whose orders are followed: a consumer's or a sink's name.
	Stage string
	// Process handles one message of a stream outside its order. It may be called
	// again for a message that it has handled. Its error is a verdict by kind.
	Process func(ctx context.Context, stream string, raw sink.Raw) error
}

// Redriver follows the orders to process dead messages of one stage again. A
// success publishes the letter as resolved, a failure as open with the new reason.
// A Worker has its own; sinks run one beside them.
type Redriver struct {
	cfg    RedriveConfig
	conn   *broker.Conn
	engine *engine
}

// redriveWait is the AckWait of orders.
const redriveWait = 6 * time.Second

// NewRedriver returns a redriver that Run starts.
func NewRedriver(cfg RedriveConfig, conn *broker.Conn) (*Redriver, error) {
	var problems []error
	if cfg.Stage == "" || cfg.Process == nil {
		problems = append(problems, fmt.Errorf("redriver of stage %q: want a stage and a process", cfg.Stage))
	}
	tuning, err := cfg.Tuning.withDefaults(1)
	if err := errors.Join(append(problems, err)...); err != nil {
		return nil, fmt.Errorf("make redriver: %w", err)
	}
	cfg.Tuning = tuning
	spec := stream.Consumer{
		Name: cfg.Stage, Description: "orders to redrive " + cfg.Stage, Stream: stream.Redrive,
		Filter: subject.Redrive(cfg.Stage), AckWait: redriveWait, MaxAckPending: 64, Workers: 1,
	}
	r := &Redriver{cfg: cfg, conn: conn, engine: newEngine(cfg.Stage+"/redrive", spec, tuning, conn)}
	r.engine.outage.aside = true // the stage asks the same broker
	r.engine.process, r.engine.bury = r.process, r.bury
	return r, nil
}

// Run follows orders until ctx ends; see Worker.Run.
func (r *Redriver) Run(ctx context.Context) error {
	r.engine.run(ctx)
	if err := r.conn.Flush(context.WithoutCancel(ctx)); err != nil {
		r.cfg.Logger.Debug("flush at the end", "stage", r.cfg.Stage, "error", err)
	}
	return nil
}

// Status of the redriver.
func (r *Redriver) Status() Status { return r.engine.board.get() }

func (r *Redriver) process(ctx context.Context, d *delivery) error {
	e, err := event.Decode(d.raw.Header, d.raw.Body)
	if err != nil {
		return err
	}
	order, err := event.Data[deadletter.Redrive](event.Message{Stream: stream.Redrive, Seq: d.raw.Seq, Event: e})
	if err != nil {
		return err
	}
	letter, found, err := r.conn.Letter(ctx, stream.Dead, order.Letter)
	if err != nil {
		return err
	}
	if !found || letter.Stage != r.cfg.Stage || letter.Stream != order.Stream || letter.Seq != order.Seq {
		return fault.New(fault.BadEnvelope, "redrive order for %s %d names letter %d, which is not its letter", order.Stream, order.Seq, order.Letter)
	}
	d.order, d.letter = &order, letter
	raw, err := r.original(ctx, letter)
	if err != nil {
		return err
	}
	if err := r.cfg.Process(ctx, letter.Stream, raw); err != nil {
		return err
	}
	letter.State = deadletter.Resolved
	return r.conn.Bury(ctx, letter, order.Letter)
}

// original reads the message of a letter from its stream. A stream that was made
// anew has another message under the number, or none: then the letter's copy is
// the original.
func (r *Redriver) original(ctx context.Context, letter deadletter.Letter) (sink.Raw, error) {
	raw, found, err := r.conn.Get(ctx, letter.Stream, letter.Seq)
	if err != nil {
		return sink.Raw{}, err
	}
	id := first(letter.Header[jetstream.MsgIDHeader])
	if found && raw.Subject == letter.Subject && (id == "" || id == first(raw.Header[jetstream.MsgIDHeader])) {
		return raw, nil
	}
	if len(letter.Original) == 0 {
		return sink.Raw{}, fault.New(fault.RetriesExhausted, "message %s %d is no longer in its stream, and its letter holds no copy", letter.Stream, letter.Seq)
	}
	return sink.Raw{Subject: letter.Subject, Seq: letter.Seq, Stored: letter.FailedAt, Header: letter.Header, Body: letter.Original}, nil
}

func (r *Redriver) bury(ctx context.Context, d *delivery, cause error) error {
	if d.order == nil {
		// The order itself is what cannot be processed.
		return bury(ctx, r.conn, letterOf(r.cfg.Stage, stream.Redrive, d, cause), 0)
	}
	letter := d.letter
	letter.Kind, letter.Reason, letter.State = string(fault.KindOf(cause)), reason(cause), deadletter.Open
	letter.Deliveries += d.deliveries
	letter.FailedAt = time.Time{}
	return bury(ctx, r.conn, letter, d.order.Letter)
}

// maxReason bounds the reason in a letter, in bytes.
const maxReason = 4 << 10

func reason(cause error) string {
	text := cause.Error()
	if len(text) > maxReason {
		text = text[:maxReason]
	}
	return text
}

// bury publishes a letter; one over the broker's limit goes without the original.
func bury(ctx context.Context, conn *broker.Conn, letter deadletter.Letter, order uint64) error {
	err := conn.Bury(ctx, letter, order)
	if errors.Is(err, fault.EventTooLarge) {
		letter.Original, letter.Header = nil, nil
		err = conn.Bury(ctx, letter, order)
	}
	return err
}

func first(values []string) string {
	if len(values) == 0 {
		return ""
	}
	return values[0]
}
