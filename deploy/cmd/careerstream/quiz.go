package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/jedib0t/go-pretty/v6/progress"

	"careerstream/deploy/app"
	"careerstream/deploy/simulate"
	"careerstream/publish/intake"
)

type quizCmd struct {
	Import   quizImportCmd   `cmd:"" help:"Take outcomes from a file of one JSON text a line."`
	Simulate quizSimulateCmd `cmd:"" help:"Make up plausible outcomes over the catalog."`
}

type quizImportCmd struct {
	File string `arg:"" help:"File of outcomes, one JSON text a line, or - for standard input."`
	Wait bool   `help:"Wait until the outcomes are stored." default:"true" negatable:""`
}

// Help is shown below the flags.
func (quizImportCmd) Help() string {
	return `Example: careerstream quiz import outcomes.ndjson

A repeat of an outcome_id changes nothing. Lines that break a rule are named with the field, and the others stored;
the exit code is then 3. careerstream schemas careerstream.quiz.outcome.v1 prints the schema.`
}

// imported is what an import or a simulation comes to.
type imported struct {
	intake.Result
	Seconds float64 `json:"seconds"`
	// Stored says that everything accepted is in ClickHouse.
	Stored bool `json:"stored"`
}

// Run takes the outcomes and says what became of them.
func (c quizImportCmd) Run(ctx context.Context, p *program) error {
	from := p.stdin
	size := int64(0)
	if c.File != "-" {
		file, err := openInput(ctx, c.File)
		if err != nil {
			if ctx.Err() != nil {
				return err
			}
			return usage("%v; name a file of outcomes, or - for standard input", err)
		}
		defer func() { _ = file.Close() }() // only read
		if info, err := file.Stat(); err == nil {
			size = info.Size()
		}
		from = file
	}
	return p.importOutcomes(ctx, from, size, c.Wait)
}

// openInput opens a file to read. A named pipe may wait for its writer as long
// as ctx lets it.
func openInput(ctx context.Context, name string) (*os.File, error) {
	info, err := os.Stat(name)
	if err != nil {
		return nil, err
	}
	if info.IsDir() {
		return nil, fmt.Errorf("%s is a folder", name)
	}
	type opened struct {
		file *os.File
		err  error
	}
	done := make(chan opened, 1)
	go func() {
		file, err := os.Open(name)
		done <- opened{file, err}
	}()
	select {
	case o := <-done:
		return o.file, o.err
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// importOutcomes publishes lines, with a bar of size bytes (0: unknown), and
// prints the statement.
func (p *program) importOutcomes(ctx context.Context, from io.Reader, size int64, wait bool) error {
	var out imported
	err := p.withPipeline(ctx, p.brokerFirst(), func(ctx context.Context, engines *app.Engines) (err error) {
		out, err = p.takeOutcomes(ctx, engines, from, size, wait)
		return err
	})
	if err != nil {
		return err
	}
	return printImported(p, out)
}

// brokerFirst leaves ClickHouse alone where only the broker is named.
func (p *program) brokerFirst() app.Need {
	return app.Need{Broker: true, Store: p.ClickHouse != "" || p.NATS == ""}
}

// withPipeline opens the engines and runs the stages beside work, unless
// another process does.
func (p *program) withPipeline(ctx context.Context, need app.Need, work func(context.Context, *app.Engines) error) error {
	config, err := stageFlags{}.pipeline(p, app.StageNames())
	if err != nil {
		return err
	}
	return p.withEngines(ctx, need, func(engines *app.Engines) error {
		return app.WithPipeline(ctx, config, engines,
			func(ctx context.Context) error { return work(ctx, engines) })
	})
}

func (p *program) takeOutcomes(ctx context.Context, engines *app.Engines, from io.Reader, size int64, wait bool) (imported, error) {
	begin := time.Now()
	bar := &progress.Tracker{Message: "outcomes", Total: size, Units: progress.UnitsBytes}
	var writer progress.Writer
	if isTerminal(os.Stderr) && !p.JSON {
		writer = newProgress(p)
		writer.AppendTracker(bar)
		go writer.Render()
	}
	shown := begin
	counted := &countingReader{from: from}
	result, err := intake.Lines(ctx, counted, engines.PatientPublisher(p.log), engines.Broker.MaxPayload(), time.Now, func(r intake.Result) {
		bar.SetValue(counted.bytes)
		if writer == nil && time.Since(shown) > 5*time.Second {
			shown = time.Now()
			fmt.Fprintf(p.stderr, "%d outcomes published, %d refused\n", r.Accepted, r.Refused)
		}
	})
	if writer != nil {
		bar.MarkAsDone()
		stopProgress(writer)
	}
	out := imported{Result: result}
	if err != nil {
		return out, fmt.Errorf("%d outcomes published, then: %w; repeat the import, which stores none twice", result.Accepted, err)
	}
	if wait {
		if err := app.Drain(ctx, engines.Broker, nil); err != nil {
			return out, err
		}
		out.Stored = true
	}
	out.Seconds = time.Since(begin).Seconds()
	return out, nil
}

type countingReader struct {
	from  io.Reader
	bytes int64
}

// Read counts what it hands on.
func (r *countingReader) Read(b []byte) (int, error) {
	n, err := r.from.Read(b)
	r.bytes += int64(n)
	return n, err
}

// shownProblems bounds the problems printed for a person.
const shownProblems = 10

func printImported(p *program, out imported) error {
	if p.JSON {
		if err := printJSON(p.stdout, out); err != nil {
			return err
		}
	} else {
		state := "published"
		if out.Stored {
			state = "stored"
		}
		fmt.Fprintf(p.stdout, "%s %d of %d outcomes %s (%d of them repeats) in %.1f s\n", yes(), out.Accepted, out.Lines, state, out.Repeated, out.Seconds)
		for i, problem := range out.Problems {
			if i == shownProblems {
				fmt.Fprintf(p.stdout, "  and %d more; --json lists them\n", out.Refused-i)
				break
			}
			fmt.Fprintf(p.stdout, "%s line %d: %s\n", no(), problem.Line, problem.Detail)
		}
	}
	if out.Refused > 0 {
		return incomplete("%d of %d outcomes are refused", out.Refused, out.Lines)
	}
	return nil
}

type quizSimulateCmd struct {
	Outcomes int    `help:"How many different outcomes; a tenth is sent twice besides." default:"20000"`
	Days     int    `help:"Days that they spread over." default:"30"`
	Seed     uint64 `help:"The same seed, catalog and end give the same outcomes." default:"1"`
	Until    string `help:"Last day, as 2006-01-02 (default: yesterday, UTC)." placeholder:"DATE"`
	Out      string `help:"Write to a file, one JSON text a line, or - for standard output, instead of the stream." placeholder:"FILE"`
	Careers  string `help:"File of slugs, one a line, instead of the catalog." type:"existingfile" placeholder:"FILE"`
	Wait     bool   `help:"Wait until the outcomes are stored." default:"true" negatable:""`
}

// Help is shown below the flags.
func (quizSimulateCmd) Help() string {
	return `Example: careerstream quiz simulate --outcomes 20000 --days 30 --seed 7

One career rises and one falls; weekends are busy; 5 in 100 arrive up to three days late and 10 in 100 twice.`
}

// Run makes up the outcomes.
func (c quizSimulateCmd) Run(ctx context.Context, p *program) error {
	if c.Careers != "" && c.Out != "" {
		s, err := c.simulation(nil)
		if err != nil {
			return usage("%v", err)
		}
		return c.toFile(ctx, p, s)
	}
	if c.Out != "" {
		return p.withEngines(ctx, app.Need{Broker: true}, func(engines *app.Engines) error {
			s, err := c.simulationOver(ctx, engines)
			if err != nil {
				return err
			}
			return c.toFile(ctx, p, s)
		})
	}
	var out imported
	err := p.withPipeline(ctx, p.brokerFirst(), func(ctx context.Context, engines *app.Engines) (err error) {
		out, err = c.publish(ctx, p, engines)
		return err
	})
	if err != nil {
		return err
	}
	return printImported(p, out)
}

// publish sends the outcomes through the same door as an import.
func (c quizSimulateCmd) publish(ctx context.Context, p *program, engines *app.Engines) (out imported, err error) {
	s, err := c.simulationOver(ctx, engines)
	if err != nil {
		return out, err
	}
	reader, writer := io.Pipe()
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = writer.CloseWithError(writeLines(ctx, s, writer)) // documented to return nil
	}()
	out, err = p.takeOutcomes(ctx, engines, reader, 0, c.Wait)
	_ = reader.Close() // documented to return nil
	<-done
	return out, err
}

func (c quizSimulateCmd) simulationOver(ctx context.Context, engines *app.Engines) (*simulate.Simulation, error) {
	if c.Careers != "" {
		return c.simulation(nil)
	}
	slugs, err := engines.Broker.Slugs(ctx)
	if err != nil {
		return nil, err
	}
	if len(slugs) < 3 {
		return nil, fmt.Errorf("the catalog has %d careers: ingest pages first, or name a file of slugs with --careers", len(slugs))
	}
	return c.simulation(slugs)
}

func (c quizSimulateCmd) simulation(slugs []string) (*simulate.Simulation, error) {
	until := simulate.Midnight(time.Now())
	if c.Until != "" {
		day, err := time.Parse(time.DateOnly, c.Until)
		if err != nil {
			return nil, usage("--until %q: want a day such as 2026-01-31", c.Until)
		}
		until = day.AddDate(0, 0, 1)
	}
	if c.Careers != "" {
		file, err := os.Open(c.Careers)
		if err != nil {
			return nil, fmt.Errorf("open list of careers: %w", err)
		}
		defer func() { _ = file.Close() }() // only read
		for scanner := bufio.NewScanner(file); scanner.Scan(); {
			if slug := scanner.Text(); slug != "" {
				slugs = append(slugs, slug)
			}
		}
	}
	return simulate.New(simulate.Config{Outcomes: c.Outcomes, Days: c.Days, Until: until, Seed: c.Seed, Careers: slugs})
}

func (c quizSimulateCmd) toFile(ctx context.Context, p *program, s *simulate.Simulation) (err error) {
	if c.Out == "-" {
		return writeLines(ctx, s, p.stdout)
	}
	file, err := os.Create(c.Out)
	if err != nil {
		return fmt.Errorf("make file of outcomes: %w", err)
	}
	if err := errors.Join(writeLines(ctx, s, file), file.Close()); err != nil {
		return err
	}
	_, err = fmt.Fprintf(p.stdout, "%s: %s, a tenth of them twice; take them with: careerstream quiz import %[1]s\n", c.Out, plural(c.Outcomes, "outcome"))
	return err
}

func writeLines(ctx context.Context, s *simulate.Simulation, to io.Writer) error {
	w := bufio.NewWriterSize(to, 256<<10)
	err := s.Each(ctx, func(_, body []byte) error {
		if _, err := w.Write(body); err != nil {
			return err
		}
		return w.WriteByte('\n')
	})
	if err = errors.Join(err, w.Flush()); err != nil {
		return fmt.Errorf("write outcomes: %w", err)
	}
	return nil
}
