package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/jedib0t/go-pretty/v6/progress"
	"github.com/jedib0t/go-pretty/v6/table"

	"careerstream/deploy/app"
	"careerstream/ingest"
	"careerstream/ingest/crawl"
	"careerstream/normalize"
	"careerstream/schemas/deadletter"
	"careerstream/schemas/fault"
	"careerstream/schemas/page"
)

type ingestCmd struct {
	Sources      []string `arg:"" name:"source" optional:"" help:"URLs of sites, sitemaps and pages; files, folders, globs and WARC files; or - for standard input."`
	URLs         string   `name:"urls" help:"File with more URLs, one a line." type:"existingfile" placeholder:"FILE"`
	MaxPageBytes int64    `help:"Largest page that is taken, in bytes." default:"10485760"`
	Wait         bool     `help:"Wait until the pages have gone all their way." default:"true" negatable:""`
	ListOthers   bool     `name:"list-others" help:"List the pages that are no career pages."`
	stageFlags
	crawlFlags
}

// Help is shown below the flags.
func (ingestCmd) Help() string {
	return `Example: careerstream ingest https://careers.example/
         careerstream ingest pages/ more/*.html archive.warc.gz

A site is visited by its robots.txt and sitemaps, one request at a time, and again only where something changed.
The run goes on where it was stopped. Pages that are gone are retired after --retire-after runs.
Pages that a sitemap or an archive lists and that hold no career are counted; --list-others lists them.

FILE.meta.json beside a page may say where it came from: {"url": "...", "fetched_at": "2026-05-04T09:00:00Z"}.
The exit code is 0 only when every page was taken and has become a record; 3 says that some have not,
or that records look damaged and are held back.`
}

// result is what an ingest comes to.
type result struct {
	// Statement of the local sources; nil without any.
	Statement *ingest.Statement `json:"statement,omitempty"`
	// Crawl is the statement of the run over sites; nil without any.
	Crawl *page.Run `json:"crawl,omitempty"`
	// Outcome of the way after ingest; nil when nobody waited for it.
	Outcome *app.Outcome `json:"outcome,omitempty"`
	// Dead are the first messages that could not be processed meanwhile.
	Dead []letterRow `json:"dead,omitempty"`
	// Held are the first records that were kept back meanwhile.
	Held []holdRow `json:"held,omitempty"`
	// Unrelated are the first pages of sites and archives that hold no career.
	Unrelated []page.Unrelated `json:"unrelated,omitempty"`
	// fruitless: no page of the sites holds one.
	fruitless bool
	// listOthers prints Unrelated, too.
	listOthers bool
}

// Run takes the pages, waits for them, and says what became of them.
func (c ingestCmd) Run(ctx context.Context, p *program) error {
	var r result
	if p.LogLevel == "auto" {
		p.log = slog.New(exceptListed{p.log.Handler()})
	}
	err := p.withEngines(ctx, app.Need{Stages: true}, func(engines *app.Engines) error {
		var err error
		r, err = c.ingest(ctx, p, engines)
		return err
	})
	if err != nil {
		return err
	}
	r.listOthers = c.ListOthers
	if err := printResult(p, r); err != nil {
		return err
	}
	code := exitIncomplete
	if ctx.Err() != nil {
		code = exitInterrupted
	}
	switch {
	case r.Statement != nil && !r.Statement.Complete:
		return &exitError{code, "partial: " + r.Statement.Why}
	case r.Statement != nil && r.Statement.FailedTotal() > 0:
		return incomplete("%s could not be taken; see: careerstream dead list", plural(r.Statement.FailedTotal(), "page"))
	case r.Crawl != nil && !r.Crawl.Complete:
		return &exitError{code, "partial: " + r.Crawl.Why}
	case r.Crawl != nil && r.Crawl.Outcomes[page.Failed] > 0:
		return incomplete("%s could not be taken; see: careerstream dead list", plural(r.Crawl.Outcomes[page.Failed], "page"))
	case r.fruitless:
		return incomplete("none of %s found holds a career: correct the source, or add a profile for the site (--profiles DIR)", plural(r.Outcome.Unrelated, "page"))
	case r.Outcome != nil && r.Outcome.Dead > 0:
		return incomplete("%s could not be processed; see: careerstream dead list", plural(r.Outcome.Dead, "message"))
	case r.Outcome != nil && r.Outcome.Held > 0:
		return incomplete("%s held back because they look damaged, the versions before stay; see: careerstream held list", plural(r.Outcome.Held, "record"))
	case ctx.Err() != nil:
		return ctx.Err()
	case r.Statement != nil && r.Statement.Discovered == 0:
		return incomplete("no page was found in %s", strings.Join(c.Sources, ", "))
	}
	return nil
}

func (c ingestCmd) ingest(ctx context.Context, p *program, engines *app.Engines) (result, error) {
	var r result
	config, err := c.pipeline(p, app.StageNames())
	if err != nil {
		return r, err
	}
	err = app.WithPipeline(ctx, config, engines, func(ctx context.Context) (err error) {
		r, err = c.takeAndWait(ctx, p, engines, config.Parser)
		return err
	})
	return r, err
}

// takeAndWait takes the pages and, with Wait, waits for the stages, which some
// process runs.
func (c ingestCmd) takeAndWait(ctx context.Context, p *program, engines *app.Engines, parser *normalize.Parser) (r result, err error) {
	var before app.Outcome
	var read uint64
	err = engines.Patiently(ctx, p.log, func(int) (err error) {
		if before, err = app.Count(ctx, engines.Broker); err != nil {
			return err
		}
		read, err = app.ReadSoFar(ctx, engines.Broker)
		return err
	})
	if err != nil {
		return r, err
	}
	if err := c.takeAll(ctx, p, engines, parser, &r); err != nil || !c.Wait || ctx.Err() != nil {
		return r, err
	}
	if err := waitForPages(ctx, p, engines); err != nil {
		return r, err
	}
	err = engines.Patiently(ctx, p.log, func(int) error { return r.findOutcome(ctx, engines, before, read) })
	return r, err
}

// findOutcome counts what came out of the stages since before, and lists what
// needs a person; read is how many readings there were.
func (r *result) findOutcome(ctx context.Context, engines *app.Engines, before app.Outcome, read uint64) error {
	after, err := app.Count(ctx, engines.Broker)
	if err != nil {
		return err
	}
	outcome := after.Since(before)
	r.Outcome, r.Dead = &outcome, nil
	if err := r.findUnrelated(ctx, engines, read); err != nil {
		return err
	}
	if r.Held, err = openHolds(ctx, engines, before.Held+1, &outcome); err != nil || outcome.Dead == 0 {
		return err
	}
	// What ingest itself could not take is in the statements.
	letters, err := app.LettersFrom(ctx, engines.Broker, before.Dead+1)
	outcome.Dead = 0
	for _, l := range letters {
		if l.Stage == ingest.Stage || l.State != deadletter.Open {
			continue
		}
		if outcome.Dead++; len(r.Dead) < ingest.MaxListed {
			r.Dead = append(r.Dead, rowOf(l))
		}
	}
	return err
}

// takeAll takes what is on disk first, then what is on sites.
func (c ingestCmd) takeAll(ctx context.Context, p *program, engines *app.Engines, parser *normalize.Parser, r *result) error {
	local, urls, err := c.split()
	if err != nil {
		return err
	}
	if len(local)+len(urls) == 0 {
		return usage("no source is given: name the URL of a site or sitemap, files, folders, globs or - for standard input")
	}
	if len(local) > 0 {
		statement, err := c.take(ctx, p, engines, local)
		if err != nil {
			return err
		}
		r.Statement = &statement
		if !statement.Complete {
			return nil
		}
	}
	if len(urls) == 0 {
		return nil
	}
	cfg, err := c.config(p, c.MaxPageBytes)
	if err != nil {
		return err
	}
	run, err := crawlSites(ctx, p, engines, cfg, parser, crawl.Spec{Sources: urls, Options: c.options()})
	r.Crawl = &run
	return err
}

// split tells sources on disk from URLs.
func (c ingestCmd) split() (local, urls []string, err error) {
	for _, source := range c.Sources {
		if isURL(source) {
			urls = append(urls, source)
		} else {
			local = append(local, source)
		}
	}
	if c.URLs != "" {
		more, err := readURLs(c.URLs)
		if err != nil {
			return nil, nil, err
		}
		urls = append(urls, more...)
	}
	return local, urls, nil
}

func (c ingestCmd) take(ctx context.Context, p *program, engines *app.Engines, sources []string) (ingest.Statement, error) {
	bodies, err := engines.Broker.Bodies()
	if err != nil {
		return ingest.Statement{}, err
	}
	defer bodies.Close()
	ingester, err := ingest.New(ingest.Config{MaxPageBytes: c.MaxPageBytes}, ingest.Deps{
		Bodies: bodies, Publisher: engines.Broker, Last: engines.Broker, DeadLetters: engines.Broker.DeadLetters(),
		Stdin: p.stdin, Log: p.log,
	})
	if err != nil {
		return ingest.Statement{}, usage("%v", err)
	}
	bar := newStepBar(p, "pages")
	defer bar.stop()
	return ingester.Run(ctx, sources, func(s ingest.Progress) {
		bar.set(int64(s.Taken+s.Unchanged+s.Failed), int64(s.Discovered))
	})
}

// waitForPages shows how much is left until nothing is.
func waitForPages(ctx context.Context, p *program, engines *app.Engines) error {
	bar := newStepBar(p, "records")
	defer bar.stop()
	var most uint64
	quiet := time.Now()
	last := uint64(0)
	return app.Drain(ctx, engines.Broker, func(lags []app.Lag) {
		left := uint64(0)
		for _, lag := range lags {
			left += lag.Left
		}
		most = max(most, left)
		bar.set(int64(most-left), int64(most))
		if left != last {
			last, quiet = left, time.Now()
		}
		if left > 0 && !engines.Embedded() && time.Since(quiet) > 10*time.Second {
			quiet = time.Now()
			p.log.Warn("nothing moves; is every stage up? try: careerstream doctor", "left", left)
		}
	})
}

// stepBar shows how far a step is: a bar on a terminal, a line now and then
// elsewhere.
type stepBar struct {
	p      *program
	name   string
	writer progress.Writer
	bar    *progress.Tracker
	began  time.Time
	shown  time.Time
	// remark stands behind the numbers.
	remark string
}

func newStepBar(p *program, name string) *stepBar {
	b := &stepBar{p: p, name: name, began: time.Now(), shown: time.Now()}
	if isTerminal(os.Stderr) {
		b.writer = newProgress(p)
		b.bar = &progress.Tracker{Message: name, Total: 1}
		b.writer.AppendTracker(b.bar)
		go b.writer.Render()
	}
	return b
}

// note sets what stands behind the numbers while it is so.
func (b *stepBar) note(text string, so bool) {
	b.remark = ""
	if so {
		b.remark = ", " + text
	}
}

func (b *stepBar) set(done, total int64) {
	if b.writer != nil {
		b.bar.UpdateMessage(b.name + b.remark)
		b.bar.UpdateTotal(max(total, 1))
		b.bar.SetValue(done)
		return
	}
	if time.Since(b.shown) > 5*time.Second {
		b.shown = time.Now()
		fmt.Fprintf(b.p.stderr, "%s: %d of %d, %.0f/s%s\n", b.name, done, total, float64(done)/time.Since(b.began).Seconds(), b.remark)
	}
}

func (b *stepBar) stop() {
	if b.writer != nil {
		b.bar.MarkAsDone()
		stopProgress(b.writer)
	}
}

func printResult(p *program, r result) error {
	if p.JSON {
		return printJSON(p.stdout, r)
	}
	t := newTable(p.stdout, "Pages", table.Row{"what", "count"}, 80, 2)
	if s := r.Statement; s != nil {
		t.AppendRow(table.Row{"found", s.Discovered})
		t.AppendRow(table.Row{"taken", s.Taken})
		t.AppendRow(table.Row{"unchanged", s.Unchanged})
		for _, kind := range sortedKinds(s.Failed) {
			t.AppendRow(table.Row{"failed: " + kind.Info().Label, s.Failed[kind]})
		}
	}
	if r.Crawl != nil {
		appendRun(t, *r.Crawl)
	}
	if r.Outcome != nil {
		t.AppendSeparator()
		t.AppendRow(table.Row{"records read", r.Outcome.Normalized})
		t.AppendRow(table.Row{"not a career page", r.Outcome.Unrelated})
		t.AppendRow(table.Row{"versions published", r.Outcome.Published})
		t.AppendRow(table.Row{"held back", r.Outcome.Held})
		t.AppendRow(table.Row{"could not be processed", r.Outcome.Dead})
	}
	t.Render()
	var errs []error
	if s := r.Statement; s != nil {
		errs = append(errs, printFailures(p.stdout, *s))
	}
	if r.Crawl != nil {
		errs = append(errs, printRun(p.stdout, *r.Crawl))
	}
	errs = append(errs, printDead(p.stdout, r), printHeld(p.stdout, r))
	if r.listOthers {
		errs = append(errs, printUnrelated(p.stdout, r))
	}
	if s := r.Statement; s != nil {
		errs = append(errs, printWarnings(p.stdout, *s))
	}
	return errors.Join(errs...)
}

func sortedKinds(counts map[fault.Kind]int) []fault.Kind {
	kinds := make([]fault.Kind, 0, len(counts))
	for kind := range counts {
		kinds = append(kinds, kind)
	}
	slices.SortFunc(kinds, cmp.Compare[fault.Kind])
	return kinds
}

func printFailures(w io.Writer, s ingest.Statement) error {
	if len(s.Failures) == 0 {
		return nil
	}
	t := newTable(w, "Not taken", table.Row{"where", "why", "what to do"}, 60)
	for _, f := range s.Failures {
		t.AppendRow(table.Row{f.Origin, f.Reason, f.Kind.Info().Hint})
	}
	t.Render()
	return printMore(w, s.FailedTotal()-len(s.Failures))
}

func printDead(w io.Writer, r result) error {
	if len(r.Dead) == 0 {
		return nil
	}
	printLetters(w, "Could not be processed", r.Dead)
	return printMore(w, int(r.Outcome.Dead)-len(r.Dead))
}

func printWarnings(w io.Writer, s ingest.Statement) error {
	if len(s.Warnings) == 0 {
		return nil
	}
	t := newTable(w, "Warnings", table.Row{"where", "what"}, 90)
	for _, warning := range s.Warnings {
		t.AppendRow(table.Row{warning.Origin, warning.Text})
	}
	t.Render()
	return printMore(w, s.Warned-len(s.Warnings))
}

func printMore(w io.Writer, n int) error {
	if n <= 0 {
		return nil
	}
	_, err := fmt.Fprintf(w, "... and %d more\n", n)
	return err
}
