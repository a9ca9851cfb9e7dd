package app

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"golang.org/x/sync/errgroup"

	"careerstream/deploy/broker"
	"careerstream/deploy/worker"
	"careerstream/enrich"
	"careerstream/enrich/catalog"
	"careerstream/enrich/drift"
	"careerstream/enrich/setting"
	"careerstream/normalize"
	"careerstream/publish/feed"
	"careerstream/publish/gate"
	"careerstream/publish/sink"
	"careerstream/schemas/event"
	"careerstream/schemas/jsonschema"
	"careerstream/schemas/stream"
)

// PipelineConfig says which stages run in this process and how.
type PipelineConfig struct {
	// Stages by name; see StageNames.
	Stages []string
	// Parser reads pages for stage normalize.
	Parser *normalize.Parser
	// Knowledge of stage enrich.
	Knowledge Knowledge
	// Drift holds the thresholds of the drift guard.
	Drift drift.Config
	// Registry takes the metrics; nil keeps none.
	Registry prometheus.Registerer
	Logger   *slog.Logger
}

// Pipeline is the stages that run in this process.
type Pipeline struct {
	cfg     PipelineConfig
	engines *Engines
	bodies  *broker.Bodies
	catalog *catalog.Catalog
	guard   *guard
	workers []*worker.Worker
	sinks   []*sink.Sink
	redrive []*worker.Redriver
	tables  tables
	// members is nil where no sink is shared.
	members *members
}

// NewPipeline builds the stages on the engines. The caller closes it after Run.
func NewPipeline(cfg PipelineConfig, engines *Engines) (_ *Pipeline, err error) {
	p := &Pipeline{cfg: cfg, engines: engines, catalog: catalog.New()}
	p.tables = tables{store: engines.Store, log: cfg.Logger, since: time.Now()}
	if p.guard, err = newGuard(cfg.Drift, engines.Broker, cfg.Logger); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			p.Close()
		}
	}()
	tuning := worker.Tuning{Logger: cfg.Logger}
	if cfg.Registry != nil {
		if tuning.Metrics, err = worker.NewMetrics(cfg.Registry); err != nil {
			return nil, fmt.Errorf("register metrics: %w", err)
		}
	}
	if err := p.addWorkers(tuning); err != nil {
		return nil, err
	}
	if err := p.addSinks(tuning); err != nil {
		return nil, err
	}
	return p, nil
}

func (p *Pipeline) addWorkers(tuning worker.Tuning) error {
	validator, err := jsonschema.New()
	if err != nil {
		return err
	}
	validate := newValidated(validator.Event)
	if p.bodies, err = p.engines.Broker.Bodies(); err != nil {
		return err
	}
	for _, consumer := range stream.Consumers() {
		if !slices.Contains(p.cfg.Stages, consumer.Name) {
			continue
		}
		handler, err := p.handler(consumer.Name)
		if err != nil {
			return fmt.Errorf("set up stage %s: %w", consumer.Name, err)
		}
		w, err := worker.New(worker.Config{
			Tuning: tuning, Consumer: consumer, Handler: handler, Validate: validate.event,
		}, p.engines.Broker)
		if err != nil {
			return err
		}
		p.workers = append(p.workers, w)
	}
	return nil
}

// How long enrichment waits for the neighbours of a career: 100 ms after the last
// page, and in a burst until 32 more have come, which is 3.2 s at the 10 pages a
// second that make one, and less at more.
const (
	enrichAhead = 32
	enrichQuiet = 100 * time.Millisecond
)

// handler makes the pure part of a stage.
func (p *Pipeline) handler(name string) (event.Handler, error) {
	conn := p.engines.Broker
	switch name {
	case stream.Normalize:
		return normalize.NewHandler(p.cfg.Parser, p.bodies, conn), nil
	case stream.Enrich:
		vocabulary, err := setting.New()
		if err != nil {
			return nil, err
		}
		taxonomies, facts, err := p.cfg.Knowledge.load(p.cfg.Logger)
		if err != nil {
			return nil, err
		}
		return enrich.New(enrich.Deps{
			Catalog: p.catalog, Last: conn, Settings: vocabulary, Facts: facts, Codes: taxonomies, Ahead: enrichAhead, Quiet: enrichQuiet,
		})
	case stream.Gate:
		return gate.New(gate.Config{Guard: p.guard}, conn), nil
	case stream.Release:
		return gate.NewRelease(gate.Config{}, conn), nil
	case stream.Feed:
		return feed.New(conn.Bucket(stream.Careers)), nil
	}
	return nil, fmt.Errorf("no handler for stage %s", name)
}

func (p *Pipeline) addSinks(tuning worker.Tuning) error {
	conn := p.engines.Broker
	for _, s := range sinks() {
		if !slices.Contains(p.cfg.Stages, s.name) {
			continue
		}
		if p.engines.Store == nil {
			return fmt.Errorf("set up sink %s: no ClickHouse", s.name)
		}
		config := s.config
		config.Name, config.Logger = s.name, p.cfg.Logger
		if s.partition >= 0 {
			if p.members == nil {
				p.members = newMembers(conn.Bucket(stream.Marks), p.cfg.Logger)
			}
			p.members.runs = append(p.members.runs, s.partition)
			config.Wanted = func() bool { return p.members.wants(s.partition) }
		}
		writer, err := sink.New(config, s.log(conn), conn.Marks(), conn.DeadLetters(), p.engines.Store, s.encoder())
		if err != nil {
			return err
		}
		p.sinks = append(p.sinks, writer)
		redriver, err := worker.NewRedriver(worker.RedriveConfig{
			Tuning: tuning, Stage: s.name,
			Process: func(ctx context.Context, _ string, raw sink.Raw) error { return writer.StoreOne(ctx, raw) },
		}, conn)
		if err != nil {
			return err
		}
		p.redrive = append(p.redrive, redriver)
	}
	return nil
}

// Run works until ctx ends and what is in hand is finished. It waits through
// outages of the engines; an error is a fault of the program.
func (p *Pipeline) Run(ctx context.Context) error {
	group, ctx := errgroup.WithContext(ctx)
	if slices.Contains(p.cfg.Stages, stream.Enrich) {
		group.Go(func() error {
			follow(ctx, p.engines.Broker.Log(stream.Normalized), p.catalog.Position, p.catalog.Apply, p.cfg.Logger)
			return nil
		})
	}
	if slices.Contains(p.cfg.Stages, stream.Gate) {
		group.Go(func() error {
			p.guard.run(ctx)
			return nil
		})
	}
	for _, w := range p.workers {
		group.Go(func() error { return w.Run(ctx) })
	}
	if len(p.sinks) > 0 {
		group.Go(func() error { return p.runSinks(ctx) })
	}
	return group.Wait()
}

// runSinks makes sure of the tables first: a sink that inserts into a server
// that does not drop repeats would break its promise.
func (p *Pipeline) runSinks(ctx context.Context) error {
	if err := p.tables.prepare(ctx); err != nil {
		return nil // ctx has ended
	}
	group, ctx := errgroup.WithContext(ctx)
	if p.members != nil {
		group.Go(func() error { return p.members.run(ctx) })
	}
	for _, s := range p.sinks {
		group.Go(func() error { return s.Run(ctx) })
	}
	for _, r := range p.redrive {
		group.Go(func() error { return r.Run(ctx) })
	}
	group.Go(func() error {
		p.tables.watch(ctx)
		return nil
	})
	return group.Wait()
}

// wait waits for a delay and returns false when ctx ends first.
func wait(ctx context.Context, delay time.Duration) bool {
	timer := time.NewTimer(delay)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return true
	}
}

// Close releases what the stages hold besides the engines.
func (p *Pipeline) Close() {
	if p.bodies != nil {
		p.bodies.Close()
	}
}
