package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"golang.org/x/sync/errgroup"

	"careerstream/deploy/app"
	"careerstream/ingest/crawl"
	"careerstream/normalize"
	"careerstream/publish/intake"
)

type upCmd struct {
	Stages             string        `help:"Stages to run: all, none (engines only), or a list." default:"all" placeholder:"LIST"`
	Listen             string        `help:"Address of the web pages, the API, health and metrics." default:"127.0.0.1:8080" env:"CAREERSTREAM_LISTEN"`
	NATSListen         string        `name:"nats-listen" help:"Address of the embedded NATS server (default: a free loopback port)." placeholder:"ADDR"`
	NATSToken          string        `name:"nats-token" help:"Token that others log in with there (default: made up at every start)." env:"CAREERSTREAM_NATS_TOKEN" placeholder:"SECRET"`
	ClickHouseListen   string        `name:"clickhouse-listen" help:"Address of the embedded ClickHouse, for curl and dashboards (default: a free loopback port)." placeholder:"ADDR"`
	ClickHousePassword string        `name:"clickhouse-password" help:"Password of users careerstream and reader there (default: one made up for each; the log shows the reader's)." env:"CAREERSTREAM_CLICKHOUSE_PASSWORD" placeholder:"SECRET"`
	WriteToken         string        `name:"write-token" help:"Take outcomes by POST /v1/outcomes from who sends this token; without one nobody may." env:"CAREERSTREAM_WRITE_TOKEN" placeholder:"SECRET"`
	AdminToken         string        `name:"admin-token" help:"Let who logs in with this token on the web pages release, reject and redrive; without one nobody may." env:"CAREERSTREAM_ADMIN_TOKEN" placeholder:"SECRET"`
	OutcomeRate        int           `name:"outcome-rate" help:"Outcomes a second taken that way." default:"5000"`
	MaxBody            int64         `name:"max-body" help:"Largest request taken that way, in bytes." default:"8388608"`
	Sources            []string      `name:"source" help:"URL of a site, sitemap or page to keep fresh; may be given several times, or as a list in the file of --config." sep:"none" env:"CAREERSTREAM_SOURCES" placeholder:"URL"`
	Schedule           time.Duration `help:"How often the sources are looked at; each page is visited when its own time has come." default:"1h"`
	MaxPageBytes       int64         `name:"max-page-bytes" help:"Largest page that is taken from a source, in bytes." default:"10485760"`
	stageFlags
	crawlFlags
	readFlags
}

// Help is shown below the flags.
func (upCmd) Help() string {
	return `Example: careerstream up --listen 127.0.0.1:9000 --source https://careers.example/ --contact you@example.com

GET /readyz on the address says 200 while all is well, and 503 with what is wrong and what to do while it is not.`
}

// Run works until the program is told to stop.
func (c upCmd) Run(ctx context.Context, p *program) error {
	return c.serveWith(ctx, p, func(_ context.Context, engines *app.Engines) error {
		c.greet(p, engines)
		return nil
	})
}

// serveWith opens the engines, runs the stages and calls work beside them once
// all is announced. It stays up after work until ctx ends, unless work returns
// errDone, or fails.
func (c upCmd) serveWith(ctx context.Context, p *program, work func(context.Context, *app.Engines) error) error {
	stages, err := app.ParseStages(c.Stages)
	if err != nil {
		return usage("--stages: %v", err)
	}
	stageConfig, err := c.pipeline(p, stages)
	if err != nil {
		return err
	}
	config, err := p.appConfig()
	if err != nil {
		return err
	}
	config.Share = true
	config.NATSListen, config.NATSToken = c.NATSListen, c.NATSToken
	config.ClickHouseListen, config.ClickHousePassword = c.ClickHouseListen, c.ClickHousePassword
	return p.withConfig(ctx, config, need(stages), func(engines *app.Engines) error {
		if !engines.Owner {
			return fmt.Errorf("process %d is up on this data directory already; stop it, or name another one with --data", engines.Endpoint().PID)
		}
		registry := prometheus.NewRegistry()
		registry.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
		stageConfig.Registry = registry
		pipeline, err := app.NewPipeline(stageConfig, engines)
		if err != nil {
			return err
		}
		defer pipeline.Close()
		outcomes, err := intake.New(intake.Config{
			Token: c.WriteToken, Rate: c.OutcomeRate, MaxBody: c.MaxBody, MaxOutcome: engines.Broker.MaxPayload(),
		}, engines.Broker)
		if err != nil {
			return usage("%v", err)
		}
		reads, err := c.readAPI(p, engines)
		if err != nil {
			return err
		}
		routes := map[string]http.Handler{"/v1/outcomes": outcomes}
		maps.Copy(routes, reads.Routes())
		pages, err := app.NewPages(app.PagesConfig{AdminToken: c.AdminToken, ReadToken: c.ReadToken, Reads: reads, Logger: p.log}, pipeline, engines)
		if err != nil {
			return usage("%v", err)
		}
		routes["/"] = pages
		web, err := app.NewWeb(ctx, c.Listen, pipeline.Health, registry, routes, p.log)
		if err != nil {
			return err
		}
		group, ctx := errgroup.WithContext(ctx)
		group.Go(func() error { return pipeline.Run(ctx) })
		group.Go(func() error { return web.Run(ctx) })
		group.Go(func() error { return reads.Run(ctx) })
		if len(c.Sources) > 0 {
			group.Go(func() error { return c.keepFresh(ctx, p, engines, stageConfig.Parser) })
		}
		group.Go(func() error {
			if err := engines.Announce(web.URL()); err != nil {
				return err
			}
			return work(ctx, engines)
		})
		if err := group.Wait(); !errors.Is(err, errDone) {
			return err
		}
		return nil
	})
}

// keepFresh visits the sources again and again, until ctx ends.
func (c upCmd) keepFresh(ctx context.Context, p *program, engines *app.Engines, parser *normalize.Parser) error {
	cfg, err := c.config(p, c.MaxPageBytes)
	if err != nil {
		return err
	}
	crawler, err := app.NewCrawler(cfg, engines.Broker, parser)
	if err != nil {
		return usage("%v", err)
	}
	options := c.options()
	options.OnlyDue = true
	return errors.Join(crawler.Schedule(ctx, crawl.Spec{Sources: c.Sources, Options: options}, c.Schedule, p.log), crawler.Close())
}

// errDone ends what would otherwise stay up.
var errDone = errors.New("done")

// need leaves ClickHouse alone in a process without sinks.
func need(stages []string) app.Need {
	return app.Need{Broker: true, Store: len(stages) == 0 || app.HasSink(stages)}
}

func (c upCmd) greet(p *program, engines *app.Engines) {
	endpoint := engines.Endpoint()
	attrs := []any{"web", endpoint.Web, "stages", c.Stages}
	if c.NATSListen != "" {
		attrs = append(attrs, "nats", shownAddress(endpoint.NATS, c.NATSToken))
	}
	if c.ClickHouseListen != "" {
		attrs = append(attrs, "clickhouse", shownAddress(engines.ReadersClickHouse(), c.ClickHousePassword))
	}
	p.log.Info("up", attrs...)
}

// shownAddress is what a person may paste into curl or a dashboard. A secret that
// was given is known to who needs it, and stays out of the log.
func shownAddress(address, given string) string {
	u, err := url.Parse(address)
	switch {
	case err != nil || u.User == nil || given == "":
		return address
	case u.User.String() == url.User(given).String():
		u.User = url.User("xxxxx") // a token
	}
	return u.Redacted()
}
