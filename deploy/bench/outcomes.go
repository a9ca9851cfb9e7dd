package bench

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"runtime"
	"runtime/pprof"
	"slices"
	"strconv"
	"time"

	ch "github.com/ClickHouse/clickhouse-go/v2"
	"github.com/nats-io/nats.go/jetstream"

	"careerstream/deploy/app"
	"careerstream/deploy/simulate"
	"careerstream/publish/intake"
	"careerstream/publish/store"
	"careerstream/schemas/clickhouse"
	"careerstream/schemas/outcome"
	"careerstream/schemas/stream"
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
	// Profile, when set, takes a CPU profile of the drain.
	Profile io.Writer
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
	// P50 and P99 are seconds from before a publication until a query shows it.
	P50 float64 `json:"visible_p50"`
	P99 float64 `json:"visible_p99"`
}

// bareBatch is the rows of a bare insert.
const bareBatch = 50_000

// Outcomes runs the benchmark on engines of its own: their database and streams
// are empty before. dsn reaches the engine's ClickHouse.
func Outcomes(ctx context.Context, cfg Config, engines *app.Engines, dsn string) (Figures, error) {
	f := Figures{Outcomes: cfg.Outcomes, CPU: map[string]float64{}}
	if _, err := engines.Store.Migrate(ctx); err != nil {
		return f, err
	}
	b := &bench{Config: cfg, engines: engines, f: &f}
	for _, step := range []struct {
		name string
		run  func(context.Context) error
	}{
		{"publish", b.publish},
		{"bare read", b.read},
		{"bare insert", func(ctx context.Context) error { return b.insert(ctx, dsn) }},
		{"drain", b.drain},
	} {
		if err := step.run(ctx); err != nil {
			return f, fmt.Errorf("%s: %w", step.name, err)
		}
	}
	f.Ratio = f.Drain / min(f.Read, f.Insert)
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

func (b *bench) publish(ctx context.Context) error {
	s, err := b.simulation(1, b.Config.Outcomes)
	if err != nil {
		return err
	}
	var batch []intake.Message
	var took time.Duration
	send := func() error {
		begin := time.Now()
		_, err := b.engines.Broker.PublishOutcomes(ctx, batch)
		took += time.Since(begin)
		batch = batch[:0]
		return err
	}
	sent := 0
	err = s.Each(ctx, func(id, body []byte) error {
		batch = append(batch, intake.Message{ID: string(id), Body: slices.Clone(body)})
		b.f.Bytes += int64(len(body))
		if sent++; len(batch) == 2000 {
			return send()
		}
		return nil
	})
	if err == nil && len(batch) > 0 {
		err = send()
	}
	info, infoErr := b.engines.Broker.Log(stream.Quiz).Info(ctx)
	if err == nil {
		err = infoErr
	}
	b.f.Outcomes, b.f.Publish = int(info.Last), float64(sent)/took.Seconds()
	b.Say("published %d outcomes, %d MB, at %.0f/s", info.Last, b.f.Bytes>>20, b.f.Publish)
	return err
}

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
func (b *bench) drain(ctx context.Context) error {
	stages, err := app.ParseStages("quiz")
	if err != nil {
		return err
	}
	pipeline, err := app.NewPipeline(app.PipelineConfig{Stages: stages, Logger: b.Logger}, b.engines)
	if err != nil {
		return err
	}
	defer pipeline.Close()
	running, stop := context.WithCancel(ctx)
	ended := make(chan error, 1)
	defer func() { stop(); <-ended }()
	// Reports are computed every few seconds from what is stored; neither limit
	// has to share the machine with that.
	if err := b.engines.Store.Exec(ctx, "SYSTEM STOP VIEWS"); err != nil {
		return err
	}
	resetPeak()
	b.Say("memory before the drain: %d MB", peak()>>20)
	if b.Profile != nil {
		if err := pprof.StartCPUProfile(b.Profile); err != nil {
			return err
		}
		defer pprof.StopCPUProfile()
	}
	begin, before := time.Now(), cpu()
	go func() { ended <- pipeline.Run(running) }()
	if err := app.Drain(ctx, b.engines.Broker, nil); err != nil {
		return err
	}
	if b.Profile != nil {
		pprof.StopCPUProfile()
	}
	b.spent("drain", before, b.f.Outcomes)
	b.f.Drain = float64(b.f.Outcomes) / time.Since(begin).Seconds()
	b.f.PeakBytes = peak()
	var memory runtime.MemStats
	runtime.ReadMemStats(&memory)
	b.Say("drain: %.0f/s, peak memory %d MB, of which Go has taken %d MB", b.f.Drain, b.f.PeakBytes>>20, (memory.Sys-memory.HeapReleased)>>20)
	result, err := b.engines.Store.Query(ctx, "SELECT uniqExact(outcome_id) FROM "+b.engines.Store.Table(clickhouse.QuizOutcomes), store.QueryOptions{})
	if err != nil {
		return err
	}
	if stored := result.Rows[0][0].(uint64); stored != uint64(b.Config.Outcomes) {
		return fmt.Errorf("%d different outcomes are stored, want %d", stored, b.Config.Outcomes)
	}
	if err := b.engines.Store.Exec(ctx, "SYSTEM START VIEWS"); err != nil {
		return err
	}
	if b.Rate > 0 && b.Seconds > 0 {
		return b.visible(ctx)
	}
	return nil
}

func (b *bench) spent(step string, before float64, outcomes int) {
	b.f.CPU[step] = (cpu() - before) / float64(outcomes) * 1e6
	b.Say("processor time of %s: %.1f s for a million", step, b.f.CPU[step])
}
