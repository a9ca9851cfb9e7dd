package bench

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"runtime"
	"runtime/pprof"
	"slices"
	"strconv"
	"time"

	ch "github.com/ClickHouse/clickhouse-go/v2"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"careerstream/deploy/app"
	"careerstream/deploy/simulate"
	"careerstream/publish/store"
	"careerstream/schemas/clickhouse"
	"careerstream/schemas/outcome"
	"careerstream/schemas/stream"
	"careerstream/schemas/subject"
)

// Config of a run.
type Config struct {
	// Outcomes of the backlog.
	Outcomes int
	// Careers of the made-up catalog.
	Careers int
	// Rate is how many outcomes a second are published while the time to
	// visibility is measured, for Seconds; 0 leaves it out.
	Rate, Seconds int
	Logger        *slog.Logger
	// DrainOnly leaves out the limits and the time to visibility, so that what
	// they leave in memory does not count.
	DrainOnly bool
	// Profile and Heap, when set, take profiles of the drain: of the CPU, and of
	// Go's heap where it was largest.
	Profile, Heap io.Writer
	// Say takes a line about what goes on.
	Say func(format string, args ...any)
}

// Figures of a run; rates are in outcomes a second.
type Figures struct {
	Outcomes int     `json:"outcomes"`
	Bytes    int64   `json:"bytes"`
	Publish  float64 `json:"publish_rate"`
	// Read and Insert are the limits: a bare ordered read of the stream, and a
	// bare batch insert of the same rows.
	Read   float64 `json:"bare_read_rate"`
	Insert float64 `json:"bare_insert_rate"`
	// Drain is the pipeline's: from the stream into stored rows, with manifest,
	// tokens and ledger.
	Drain float64 `json:"drain_rate"`
	// Ratio is Drain by the lower limit.
	Ratio float64 `json:"ratio"`
	// CPU is processor time by step, in seconds for a million outcomes, both
	// engines included: it does not depend on who else uses the machine.
	CPU map[string]float64 `json:"cpu_seconds_per_million"`
	// PeakBytes is the resident memory's highest value during the drain, with
	// both engines in the process; 0 where the system does not tell.
	PeakBytes int64 `json:"peak_bytes"`
	// BeforeBytes is the resident memory just before the drain.
	BeforeBytes int64 `json:"before_bytes"`
	// HeapBytes is the most that was alive on Go's heap during the drain.
	HeapBytes int64 `json:"heap_bytes"`
	// P50 and P99 are seconds from before a publication until a query shows it.
	P50 float64 `json:"visible_p50"`
	P99 float64 `json:"visible_p99"`
}

// bareBatch is the rows of a bare insert.
const bareBatch = 50_000

// Publish makes the backlog on a broker of its own, whose streams are empty
// before. It should be another process that drains it, so that what this one
// leaves in memory does not count.
func Publish(ctx context.Context, cfg Config, engines *app.Engines) (Figures, error) {
	var f Figures
	b := &bench{Config: cfg, engines: engines, f: &f}
	if err := b.publish(ctx); err != nil {
		return f, fmt.Errorf("publish: %w", err)
	}
	return f, nil
}

// Outcomes runs the benchmark on what Publish made and adds to its figures.
// The database is empty before; dsn reaches it.
func Outcomes(ctx context.Context, cfg Config, f Figures, engines *app.Engines, dsn string) (Figures, error) {
	if _, err := engines.Store.Migrate(ctx); err != nil {
		return f, err
	}
	info, err := engines.Broker.Log(stream.Quiz).Info(ctx)
	if err != nil {
		return f, err
	}
	f.Outcomes, f.CPU = int(info.Last), map[string]float64{}
	b := &bench{Config: cfg, engines: engines, f: &f}
	type step struct {
		name string
		run  func(context.Context) error
	}
	steps := []step{
		{"bare read", b.read},
		{"bare insert", func(ctx context.Context) error { return b.insert(ctx, dsn) }},
		{"drain", b.drain},
		{"time to visibility", b.visible},
	}
	if cfg.DrainOnly {
		steps = steps[2:3]
	}
	for _, step := range steps {
		if err := step.run(ctx); err != nil {
			return f, fmt.Errorf("%s: %w", step.name, err)
		}
	}
	if !cfg.DrainOnly {
		f.Ratio = f.Drain / min(f.Read, f.Insert)
	}
	return f, nil
}

type bench struct {
	Config
	engines *app.Engines
	f       *Figures
}

// careers makes slugs as long as real ones.
func (b *bench) simulation(seed uint64, n int) (*simulate.Simulation, error) {
	slugs := make([]string, b.Careers)
	for i := range slugs {
		slugs[i] = "career-number-" + strconv.Itoa(i)
	}
	return simulate.New(simulate.Config{Outcomes: n, Days: 30, Until: simulate.Midnight(time.Now()), Seed: seed, Careers: slugs})
}

// publish sends as a plain client does: with a header, but without a message
// id, because a backlog is older than the time for which the broker keeps those
// in memory.
func (b *bench) publish(ctx context.Context) error {
	s, err := b.simulation(1, b.Config.Outcomes)
	if err != nil {
		return err
	}
	js := b.engines.Broker.JetStream()
	acks := make([]jetstream.PubAckFuture, 0, publishAtOnce)
	var took time.Duration
	begin := time.Now()
	settle := func() error {
		for _, ack := range acks {
			select {
			case <-ack.Ok():
			case err := <-ack.Err():
				return err
			case <-ctx.Done():
				return ctx.Err()
			}
		}
		acks = acks[:0]
		took += time.Since(begin)
		return nil
	}
	sent := 0
	err = s.Each(ctx, func(id, body []byte) error {
		if len(acks) == 0 {
			begin = time.Now()
		}
		ack, err := js.PublishMsgAsync(&nats.Msg{
			Subject: subject.QuizOutcome(string(id)), Data: slices.Clone(body),
			Header: nats.Header{jetstream.ExpectedStreamHeader: {stream.Quiz}, "Outcome-Id": {string(id)}},
		})
		if err != nil {
			return err
		}
		acks = append(acks, ack)
		b.f.Bytes += int64(len(body))
		if sent++; len(acks) == publishAtOnce {
			return settle()
		}
		return nil
	})
	if err == nil {
		err = settle()
	}
	b.f.Publish = float64(sent) / took.Seconds()
	b.Say("published %d outcomes, %d MB, at %.0f/s", sent, b.f.Bytes>>20, b.f.Publish)
	return err
}

const publishAtOnce = 1000

// read is the least that anybody who reads the stream in order has to do.
func (b *bench) read(ctx context.Context) error {
	consumer, err := b.engines.Broker.JetStream().OrderedConsumer(ctx, stream.Quiz, jetstream.OrderedConsumerConfig{})
	if err != nil {
		return err
	}
	done := make(chan struct{})
	before := cpu()
	left := b.f.Outcomes
	begin := time.Now()
	consuming, err := consumer.Consume(func(jetstream.Msg) {
		if left--; left == 0 {
			close(done)
		}
	}, jetstream.PullMaxMessages(5000))
	if err != nil {
		return err
	}
	defer consuming.Stop()
	select {
	case <-done:
	case <-ctx.Done():
		return ctx.Err()
	}
	b.spent("read", before, b.f.Outcomes)
	b.f.Read = float64(b.f.Outcomes) / time.Since(begin).Seconds()
	b.Say("bare ordered read: %.0f/s", b.f.Read)
	return nil
}

// insert sends the same rows in the client's own way. Making them is not timed.
func (b *bench) insert(ctx context.Context, dsn string) error {
	options, err := ch.ParseDSN(dsn)
	if err != nil {
		return err
	}
	options.ReadTimeout = 5 * time.Minute
	conn, err := ch.Open(options)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close() }() // only a benchmark's
	table := b.engines.Store.Table("bench_outcomes")
	if err := b.engines.Store.Exec(ctx, "CREATE TABLE "+table+" AS "+b.engines.Store.Table(clickhouse.QuizOutcomes)); err != nil {
		return err
	}
	s, err := b.simulation(1, b.Config.Outcomes)
	if err != nil {
		return err
	}
	var reader outcome.Reader
	var rows []outcome.Row
	var took time.Duration
	inserted, used := 0, 0.0
	flush := func() error {
		begin, before := time.Now(), cpu()
		if err := insertRows(ctx, conn, table, rows); err != nil {
			return err
		}
		took += time.Since(begin)
		used += cpu() - before
		inserted += len(rows)
		rows = rows[:0]
		return nil
	}
	// A million rows say enough.
	enough := fmt.Errorf("enough")
	err = s.Each(ctx, func(_, body []byte) error {
		row, err := reader.Read(nil, slices.Clone(body), time.Now())
		if err != nil {
			return err
		}
		if rows = append(rows, *row); len(rows) < bareBatch {
			return nil
		}
		if err := flush(); err != nil {
			return err
		}
		if inserted >= 1_000_000 {
			return enough
		}
		return nil
	})
	if err == nil && len(rows) > 0 {
		err = flush()
	}
	if err != nil && err != enough { //nolint:errorlint // a mark of our own
		return err
	}
	b.spent("insert", cpu()-used, inserted)
	b.f.Insert = float64(inserted) / took.Seconds()
	b.Say("bare insert: %.0f/s", b.f.Insert)
	return b.engines.Store.Exec(ctx, "DROP TABLE "+table+" SYNC")
}

func insertRows(ctx context.Context, conn ch.Conn, table string, rows []outcome.Row) error {
	batch, err := conn.PrepareBatch(ctx, "INSERT INTO "+table+" (outcome_id, quiz, quiz_version, taken_at, session, locale, entry_career, chosen,"+
		" traits.name, traits.value, matches.career, matches.score, matches.rank, _stream, _seq, _stored)")
	if err != nil {
		return err
	}
	defer func() { _ = batch.Close() }() // Send says it all
	now := time.Now()
	for i := range rows {
		r := &rows[i]
		if err := batch.Append(r.UUID(), r.Quiz, r.QuizVersion, r.TakenAt, r.Session, r.Locale, r.EntryCareer, r.Chosen,
			r.TraitNames, r.TraitValues, r.Careers, r.Scores, r.Ranks, stream.Quiz, uint64(i), now); err != nil {
			return err
		}
	}
	return batch.Send()
}

// drain runs the sinks of outcomes until everything is stored.
func (b *bench) drain(ctx context.Context) (err error) {
	// Reports are computed every few seconds from what is stored; neither limit
	// has to share the machine with that.
	if err := b.engines.Store.Exec(ctx, "SYSTEM STOP VIEWS"); err != nil {
		return err
	}
	resetPeak()
	b.f.BeforeBytes = peak()
	b.Say("memory before the drain: %d MB", b.f.BeforeBytes>>20)
	watching, unwatch := context.WithCancel(ctx)
	defer unwatch()
	watched := make(chan error, 1)
	go func() {
		most, err := watchHeap(watching, b.Heap)
		b.f.HeapBytes = most
		watched <- err
	}()
	if b.Profile != nil {
		if err := pprof.StartCPUProfile(b.Profile); err != nil {
			return err
		}
		defer pprof.StopCPUProfile()
	}
	begin, before := time.Now(), cpu()
	stop, err := b.pipeline(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, stop()) }()
	if err := app.Drain(ctx, b.engines.Broker, nil); err != nil {
		return err
	}
	if b.Profile != nil {
		pprof.StopCPUProfile()
	}
	b.spent("drain", before, b.f.Outcomes)
	b.f.Drain = float64(b.f.Outcomes) / time.Since(begin).Seconds()
	b.f.PeakBytes = peak()
	unwatch()
	if err := <-watched; err != nil {
		return err
	}
	var memory runtime.MemStats
	runtime.ReadMemStats(&memory)
	b.Say("drain: %.0f/s, peak memory %d MB, of which Go has taken %d MB; Go's heap at most %d MB",
		b.f.Drain, b.f.PeakBytes>>20, (memory.Sys-memory.HeapReleased)>>20, b.f.HeapBytes>>20)
	result, err := b.engines.Store.Query(ctx, "SELECT uniqExact(outcome_id) FROM "+b.engines.Store.Table(clickhouse.QuizOutcomes), store.QueryOptions{})
	if err != nil {
		return err
	}
	if stored := result.Rows[0][0].(uint64); stored != uint64(b.Config.Outcomes) {
		return fmt.Errorf("%d different outcomes are stored, want %d", stored, b.Config.Outcomes)
	}
	return b.engines.Store.Exec(ctx, "SYSTEM START VIEWS")
}

// pipeline runs the sinks of outcomes until stop is called.
func (b *bench) pipeline(ctx context.Context) (stop func() error, err error) {
	stages, err := app.ParseStages("quiz")
	if err != nil {
		return nil, err
	}
	pipeline, err := app.NewPipeline(app.PipelineConfig{Stages: stages, Logger: b.Logger}, b.engines)
	if err != nil {
		return nil, err
	}
	running, cancel := context.WithCancel(ctx)
	ended := make(chan error, 1)
	go func() { ended <- pipeline.Run(running) }()
	return func() error {
		cancel()
		defer pipeline.Close()
		return <-ended
	}, nil
}

func (b *bench) spent(step string, before float64, outcomes int) {
	b.f.CPU[step] = (cpu() - before) / float64(outcomes) * 1e6
	b.Say("processor time of %s: %.1f s for a million", step, b.f.CPU[step])
}
