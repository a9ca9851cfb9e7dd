package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"

	"careerstream/deploy/app"
	"careerstream/publish/reconcile"
	"careerstream/schemas/fault"
	"careerstream/schemas/stream"
)

type reconcileCmd struct {
	From uint64 `help:"First sequence to check of every stream; 0 is the oldest." default:"0"`
	To   uint64 `help:"Last sequence to check; 0 is the newest." default:"0"`
}

// Help is shown below the flags.
func (reconcileCmd) Help() string {
	return `Example: careerstream reconcile --json

For every stream: messages published = stored + repeated + dead-lettered, and none stored twice. For every career: the table and
the bucket hold the last version published. The exit code is 3 when anything is missing, double or behind; a pipeline
that is still at work shows as missing what it has yet to store.`
}

// Run proves completeness.
func (c reconcileCmd) Run(ctx context.Context, p *program) error {
	return p.withEngines(ctx, app.Need{Broker: true, Store: true}, func(engines *app.Engines) error {
		return c.prove(ctx, p, engines)
	})
}

func (c reconcileCmd) prove(ctx context.Context, p *program, engines *app.Engines) error {
	report, err := reconcile.Run(ctx, reconcile.Config{
		Streams: reconcile.Streams(engines.Broker.Log), Dead: engines.Broker.Log(stream.Dead),
		Store: engines.Store, Bucket: engines.Broker.Bucket(stream.Careers), From: c.From, To: c.To,
	})
	if errors.Is(err, fault.StoreSchema) {
		return fmt.Errorf("%w; run: careerstream migrate", err)
	}
	if err != nil {
		return err
	}
	if p.JSON {
		err = printJSON(p.stdout, report)
	} else {
		printReport(p, report)
	}
	if err == nil && !report.OK {
		return incomplete("streams and tables do not agree; a pipeline that runs (careerstream up) stores what is missing, see: careerstream doctor")
	}
	return err
}

func printReport(p *program, report reconcile.Report) {
	t := newTable(p.stdout, "", table.Row{"", "stream → table", "published", "stored", "repeated", "dead-lettered", "missing", "double"}, 60, 3, 4, 5, 6, 7, 8)
	for _, s := range report.Streams {
		mark := yes()
		if s.Missing.Count+s.Double.Count > 0 {
			mark = no()
		}
		t.AppendRow(table.Row{mark, s.Stream + " → " + s.Table, s.Published, s.Stored, s.Repeated, s.DeadLettered, named(s.Missing), named(s.Double)})
	}
	t.Render()
	for _, latest := range []struct {
		where  string
		report *reconcile.LatestReport
	}{{"table careers", report.Careers}, {"bucket careers", report.Bucket}} {
		if latest.report == nil {
			continue
		}
		if latest.report.Stale == 0 {
			fmt.Fprintf(p.stdout, "%s %s: %d careers at their last version\n", yes(), latest.where, latest.report.Checked)
		} else {
			fmt.Fprintf(p.stdout, "%s %s: %d of %d careers behind: %s\n", no(), latest.where, latest.report.Stale, latest.report.Checked, strings.Join(latest.report.Slugs, ", "))
		}
	}
}

// named prints a count with the first sequences that it stands for.
func named(n reconcile.Named) string {
	if n.Count == 0 {
		return "0"
	}
	return fmt.Sprintf("%d: %s", n.Count, strings.Trim(strings.ReplaceAll(fmt.Sprint(n.Sequences), " ", ", "), "[]"))
}
