package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"careerstream/deploy/app"
	"careerstream/deploy/bench"
)

type benchCmd struct {
	Outcomes benchOutcomesCmd `cmd:"" help:"How fast a backlog of outcomes becomes rows."`
}

type benchOutcomesCmd struct {
	Outcomes int    `help:"Outcomes of the backlog." default:"300000"`
	Careers  int    `help:"Careers of the made-up catalog." default:"200"`
	Rate     int    `help:"Outcomes a second while the time to visibility is measured; 0 leaves it out." default:"2000"`
	Seconds  int    `help:"For how long." default:"10"`
	Profile  string `help:"Write a CPU profile of the drain." placeholder:"FILE"`
}

// Help is shown below the flags.
func (benchOutcomesCmd) Help() string {
	return `Example: careerstream bench outcomes --outcomes 1000000

It works on engines of its own in a scratch folder, or in --data, which has to be new. The two limits are measured in
the same run: a bare ordered read of the same stream, and a bare insert of the same rows by the same client library.`
}

// Run measures and prints.
func (c benchOutcomesCmd) Run(ctx context.Context, p *program) (err error) {
	if p.NATS != "" || p.ClickHouse != "" {
		return usage("bench runs on engines of its own; leave out --nats and --clickhouse")
	}
	if p.Data == "" {
		scratch, err := os.MkdirTemp("", "careerstream-bench-")
		if err != nil {
			return fmt.Errorf("make folder for the benchmark: %w", err)
		}
		defer func() { err = errors.Join(err, os.RemoveAll(scratch)) }()
		p.Data = filepath.Join(scratch, "data")
	}
	var profile io.Writer
	if c.Profile != "" {
		file, err := os.Create(c.Profile)
		if err != nil {
			return fmt.Errorf("make profile: %w", err)
		}
		defer func() { err = errors.Join(err, file.Close()) }()
		profile = file
	}
	config, err := p.appConfig()
	if err != nil {
		return err
	}
	config.Share = true
	return p.withConfig(ctx, config, app.Need{Broker: true, Store: true}, func(engines *app.Engines) error {
		say := func(format string, args ...any) { fmt.Fprintf(p.stderr, format+"\n", args...) }
		f, err := bench.Outcomes(ctx, bench.Config{
			Outcomes: c.Outcomes, Careers: c.Careers, Rate: c.Rate, Seconds: c.Seconds, Logger: p.log, Say: say, Profile: profile,
		}, engines, engines.Endpoint().ClickHouse)
		if err != nil {
			return err
		}
		if p.JSON {
			return printJSON(p.stdout, f)
		}
		fmt.Fprintf(p.stdout, "%d outcomes: drained at %.0f/s, %.2f of the slower limit (read %.0f/s, insert %.0f/s); peak memory %d MB\n",
			f.Outcomes, f.Drain, f.Ratio, f.Read, f.Insert, f.PeakBytes>>20)
		if f.P99 > 0 {
			fmt.Fprintf(p.stdout, "from publication to visible at %d/s: p50 %.2f s, p99 %.2f s\n", c.Rate, f.P50, f.P99)
		}
		return nil
	})
}
