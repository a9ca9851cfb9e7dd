package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"

	"github.com/jedib0t/go-pretty/v6/table"

	"careerstream/deploy/app"
	"careerstream/deploy/bench"
)

type benchCmd struct {
	Outcomes benchOutcomesCmd `cmd:"" help:"How fast a backlog of outcomes becomes rows."`
	Publish  benchPublishCmd  `cmd:"" hidden:"" help:"Make the backlog; bench outcomes runs it as a process of its own."`
}

// backlog is what the benchmark works on.
type backlog struct {
	Outcomes int `help:"Outcomes of the backlog." default:"300000"`
	Careers  int `help:"Careers of the made-up catalog." default:"200"`
}

type benchOutcomesCmd struct {
	backlog
	Rate      int    `help:"Outcomes a second while the time to visibility is measured; 0 leaves it out." default:"2000"`
	Seconds   int    `help:"For how long." default:"10"`
	Memory    []int  `help:"Measure instead how much memory draining these numbers of outcomes takes, each in a process of its own." placeholder:"N,N"`
	DrainOnly bool   `help:"Neither the limits nor the time to visibility." hidden:""`
	Profile   string `help:"Write a CPU profile of the drain." placeholder:"FILE"`
	Heap      string `help:"Write a profile of Go's heap where it was largest in the drain." placeholder:"FILE"`
}

// Help is shown below the flags.
func (benchOutcomesCmd) Help() string {
	return `Example: careerstream bench outcomes --outcomes 1000000
         careerstream bench outcomes --memory 100000,2000000

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
	if len(c.Memory) > 0 {
		return c.compareMemory(ctx, p)
	}
	var profiles [2]io.Writer
	for i, path := range []string{c.Profile, c.Heap} {
		if path == "" {
			continue
		}
		file, fileErr := os.Create(path)
		if fileErr != nil {
			return fmt.Errorf("make profile: %w", fileErr)
		}
		defer func() { err = errors.Join(err, file.Close()) }()
		profiles[i] = file
	}
	published, err := another(ctx, p, "publish", "--data", p.Data, "--outcomes", strconv.Itoa(c.Outcomes), "--careers", strconv.Itoa(c.Careers))
	if err != nil {
		return err
	}
	config, err := p.appConfig()
	if err != nil {
		return err
	}
	config.Share = true
	return p.withConfig(ctx, config, app.Need{Broker: true, Store: true}, func(engines *app.Engines) error {
		f, err := bench.Outcomes(ctx, bench.Config{
			Outcomes: c.Outcomes, Careers: c.Careers, Rate: c.Rate, Seconds: c.Seconds, DrainOnly: c.DrainOnly,
			Logger: p.log, Say: p.saying(), Profile: profiles[0], Heap: profiles[1],
		}, published, engines, engines.Endpoint().ClickHouse)
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

// saying prints a line about what goes on.
func (p *program) saying() func(format string, args ...any) {
	return func(format string, args ...any) { fmt.Fprintf(p.stderr, format+"\n", args...) }
}

// compareMemory drains backlogs of several sizes.
func (c benchOutcomesCmd) compareMemory(ctx context.Context, p *program) error {
	var all []bench.Figures
	for _, outcomes := range c.Memory {
		f, err := another(ctx, p, "outcomes", "--drain-only", "--data", filepath.Join(p.Data, strconv.Itoa(outcomes)), "--outcomes", strconv.Itoa(outcomes), "--careers", strconv.Itoa(c.Careers))
		if err != nil {
			return err
		}
		all = append(all, f)
	}
	if p.JSON {
		return printJSON(p.stdout, all)
	}
	t := newTable(p.stdout, "", table.Row{"outcomes", "MB published", "MB before the drain", "MB at most in it", "MB alive on Go's heap", "drained/s"}, 30, 1, 2, 3, 4, 5, 6)
	for _, f := range all {
		t.AppendRow(table.Row{f.Outcomes, f.Bytes >> 20, f.BeforeBytes >> 20, f.PeakBytes >> 20, f.HeapBytes >> 20, int(f.Drain)})
	}
	t.Render()
	return nil
}

// another runs a benchmark in a process of its own, so that what it leaves in
// memory is gone.
func another(ctx context.Context, p *program, args ...string) (f bench.Figures, err error) {
	self, err := os.Executable()
	if err != nil {
		return f, fmt.Errorf("find this program: %w", err)
	}
	cmd := exec.CommandContext(ctx, self, append([]string{"bench", "--json"}, args...)...)
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.Stderr = p.stderr
	out, err := cmd.Output()
	if err != nil {
		return f, fmt.Errorf("run %s: %w", args[0], err)
	}
	if err := json.Unmarshal(out, &f); err != nil {
		return f, fmt.Errorf("read figures: %w", err)
	}
	return f, nil
}

type benchPublishCmd struct {
	backlog
}

// Run publishes.
func (c benchPublishCmd) Run(ctx context.Context, p *program) error {
	return p.withEngines(ctx, app.Need{Broker: true}, func(engines *app.Engines) error {
		f, err := bench.Publish(ctx, bench.Config{Outcomes: c.Outcomes, Careers: c.Careers, Logger: p.log, Say: p.saying()}, engines)
		if err != nil {
			return err
		}
		return printJSON(p.stdout, f)
	})
}
