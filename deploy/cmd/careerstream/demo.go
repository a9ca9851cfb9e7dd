package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/alecthomas/kong"
	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"

	"careerstream/deploy/app"
	"careerstream/deploy/site"
	"careerstream/normalize"
	"careerstream/publish/store"
	"careerstream/schemas/career"
	"careerstream/schemas/stream"
)

type demoCmd struct {
	Once   bool   `help:"Exit when done instead of staying up."`
	Listen string `help:"Address of health and metrics while it stays up." default:"127.0.0.1:0"`
}

// Help is shown below the flags.
func (demoCmd) Help() string {
	return `Example: careerstream demo --once

The demo works in a folder of its own that is removed at the end; --data DIR names a new one to be kept.
CAREERSTREAM_DATA is left alone.`
}

// Run reads the sample site through the whole pipeline, changes one page, and
// proves that nothing is missing or double.
func (c demoCmd) Run(ctx context.Context, line *kong.Context, p *program) (err error) {
	if p.NATS != "" || p.ClickHouse != "" {
		return usage("demo runs on engines of its own; leave out --nats and --clickhouse")
	}
	if !given(line, "data") {
		// CAREERSTREAM_DATA names somebody's catalog: 20,000 made-up outcomes have
		// no place there.
		scratch, err := os.MkdirTemp("", "careerstream-demo-")
		if err != nil {
			return fmt.Errorf("make folder for the demo: %w", err)
		}
		defer func() { err = errors.Join(err, os.RemoveAll(scratch)) }()
		p.Data = filepath.Join(scratch, "data")
	} else if files, err := os.ReadDir(p.Data); err == nil && len(files) > 0 {
		return usage("--data %s: the demo wants a new or empty folder, so that it changes nobody's catalog", p.Data)
	}
	pages, err := site.New(site.Config{})
	if err != nil {
		return err
	}
	if err := pages.Start(ctx); err != nil {
		return fmt.Errorf("serve the sample site: %w", err)
	}
	defer func() { err = errors.Join(err, pages.Close()) }()
	parser, err := newParser("", "")
	if err != nil {
		return err
	}
	run := demo{program: p, site: pages, parser: parser, started: time.Now()}
	up := upCmd{Stages: "all", Listen: c.Listen}
	return up.serveWith(ctx, p, func(ctx context.Context, engines *app.Engines) error {
		if err := run.show(ctx, engines); err != nil {
			return err
		}
		if c.Once {
			return errDone
		}
		run.stayUp(engines)
		return nil
	})
}

// demo is one run of the demonstration.
type demo struct {
	*program
	site    *site.Site
	parser  *normalize.Parser
	started time.Time
}

func (d demo) show(ctx context.Context, engines *app.Engines) error {
	d.say("A sample site of %d career pages at %s is crawled: robots.txt, sitemaps, a redirect, linked articles.", d.site.Pages(), d.site.URL())
	if err := d.ingest(ctx, engines); err != nil {
		return err
	}
	for _, view := range demoViews {
		if err := d.query(ctx, engines.Store, view); err != nil {
			return err
		}
	}
	if err := d.edit(ctx, engines); err != nil {
		return err
	}
	d.say("%d outcomes of a career test over 30 days, a tenth of them sent twice:", demoOutcomes)
	cmd := quizSimulateCmd{Outcomes: demoOutcomes, Days: 30, Seed: 1, Wait: true}
	out, err := cmd.publish(ctx, d.program, engines)
	if err != nil {
		return err
	}
	if err := printImported(d.program, out); err != nil {
		return err
	}
	d.say("Is anything missing or double? careerstream reconcile says:")
	if err := (reconcileCmd{}).prove(ctx, d.program, engines); err != nil {
		return err
	}
	_, err = fmt.Fprintf(d.stdout, "\nDone in %.1f s.\n", time.Since(d.started).Seconds())
	return err
}

func (d demo) say(format string, args ...any) {
	fmt.Fprintf(d.stdout, "\n%s\n", text.Bold.Sprintf(format, args...))
}

func (d demo) ingest(ctx context.Context, engines *app.Engines) error {
	cmd := ingestCmd{Sources: []string{d.site.URL()}, Wait: true}
	cmd.crawlFlags = crawlFlags{AllowPrivate: []string{"127.0.0.1"}, Delay: time.Millisecond}
	r, err := cmd.takeAndWait(ctx, d.program, engines, d.parser)
	if err != nil {
		return err
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err := printResult(d.program, r); err != nil {
		return err
	}
	if !r.Crawl.Complete || r.Outcome == nil || r.Outcome.Dead > 0 {
		return errors.New("not all sample pages became records")
	}
	return nil
}

// demoView is a table that the demo ends with.
type demoView struct{ title, sql string }

var demoViews = []demoView{
	{"The catalog", `SELECT name, length(duties.id) AS duties, length(types.name) AS types, length(faqs.kind) AS faqs,
		length(sections.heading) AS sections, round(quality_score, 2) AS quality, arrayStringConcat(arraySlice(workplace_settings, 1, 3), ', ') AS works_in
		FROM careers FINAL ORDER BY quality_score DESC, slug LIMIT 26`},
	{"Which careers the pages point at most", `SELECT linked_career, uniqExact(slug) AS pages, arrayStringConcat(arraySlice(arraySort(groupUniqArray(slug)), 1, 4), ', ') AS for_example
		FROM career_links WHERE linked_career != '' GROUP BY linked_career ORDER BY pages DESC, linked_career LIMIT 8`},
	{"How complete the catalog is", `SELECT part, have, total, bar(share, 0, 1, 20) AS share FROM catalog_coverage WHERE part != 'pages'`},
}

func (d demo) query(ctx context.Context, s *store.Store, view demoView) error {
	result, err := s.Query(ctx, view.sql, store.QueryOptions{ReadOnly: true})
	if err != nil {
		return fmt.Errorf("ask for %q: %w", view.title, err)
	}
	header := make(table.Row, len(result.Columns))
	var right []int
	for i, column := range result.Columns {
		header[i] = strings.ReplaceAll(column.Name, "_", " ")
		if numeric(column.Type) {
			right = append(right, i+1)
		}
	}
	t := newTable(d.stdout, view.title, header, 48, right...)
	for _, row := range result.Rows {
		cells := make(table.Row, len(row))
		for i, value := range row {
			cells[i] = result.Columns[i].Text(value)
		}
		t.AppendRow(cells)
	}
	fmt.Fprintln(d.stdout)
	t.Render()
	return nil
}

// demoOutcomes are simulated.
const demoOutcomes = 20_000

// The page that the demo changes.
const (
	edited     = "/careers/plumber/"
	editedSlug = "plumber"
)

// edit changes one bullet of one page: one version must come of it.
func (d demo) edit(ctx context.Context, engines *app.Engines) error {
	value, _, err := engines.Broker.Bucket(stream.Careers).Get(ctx, editedSlug)
	if err != nil {
		return err
	}
	var before career.Published
	if err := decodePublished(value, &before); err != nil {
		return err
	}
	if len(before.Record.Duties) == 0 {
		return fmt.Errorf("sample page %s has no duties", edited)
	}
	old := firstWords(before.Record.Duties[0].Text, 4)
	changed := false
	d.site.Edit(d.site.Index(edited), func(body []byte) []byte {
		text := strings.Replace(string(body), old, "Every morning, "+strings.ToLower(old[:1])+old[1:], 1)
		changed = text != string(body)
		return []byte(text)
	})
	if !changed {
		return fmt.Errorf("sample page %s does not hold %q", edited, old)
	}
	d.say("Now somebody edits one bullet of one page, and the site is visited again.")
	if err := d.ingest(ctx, engines); err != nil {
		return err
	}
	if value, _, err = engines.Broker.Bucket(stream.Careers).Get(ctx, editedSlug); err != nil {
		return err
	}
	var after career.Published
	if err := decodePublished(value, &after); err != nil {
		return err
	}
	fmt.Fprintln(d.stdout)
	return printChanges(d.stdout, after)
}

func firstWords(s string, n int) string {
	fields := strings.SplitAfterN(s, " ", n+1)
	return strings.TrimSpace(strings.Join(fields[:min(n, len(fields))], ""))
}

func (d demo) stayUp(engines *app.Engines) {
	d.say("It stays up until Ctrl-C. Open %s/ in a browser. From another terminal, try:", engines.Endpoint().Web)
	fmt.Fprintf(d.stdout, "  careerstream --data %s show plumber\n  careerstream --data %s query \"SELECT slug, version FROM careers FINAL\"\n  curl %s/readyz\n",
		d.Data, d.Data, engines.Endpoint().Web)
}
