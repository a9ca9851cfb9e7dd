package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/jedib0t/go-pretty/v6/table"

	"careerstream/deploy/app"
	"careerstream/deploy/broker"
	"careerstream/publish/store"
)

type migrateCmd struct {
	DryRun  bool `help:"Print what would be done and change nothing."`
	Rebuild bool `help:"Drop the tables and make them anew; the sinks fill them again from the streams."`
}

// Help is shown below the flags.
func (migrateCmd) Help() string {
	return "Example: careerstream migrate --dry-run"
}

// Run brings streams and tables up to date and prints what it did.
func (c migrateCmd) Run(ctx context.Context, p *program) error {
	if c.DryRun && c.Rebuild {
		return usage("--dry-run and --rebuild exclude each other")
	}
	return p.withEngines(ctx, app.Need{Broker: true, Store: true, AsIs: true}, func(engines *app.Engines) error {
		plan, planErr := c.streams(ctx, p, engines)
		steps, err := c.tables(ctx, engines.Store)
		if printErr := c.print(p, plan, steps); printErr != nil {
			return printErr
		}
		if c.DryRun && err == nil && planErr != nil {
			return incomplete("%v", planErr)
		}
		return errors.Join(planErr, err)
	})
}

func (c migrateCmd) print(p *program, plan broker.Plan, steps []store.Step) error {
	if p.JSON {
		return printJSON(p.stdout, map[string]any{"streams": plan, "tables": steps})
	}
	if len(plan) > 0 {
		if _, err := fmt.Fprint(p.stdout, plan); err != nil {
			return err
		}
	}
	t := newTable(p.stdout, "Tables", table.Row{"version", "migration", "applied"}, 60, 1)
	before := 0
	for _, step := range steps {
		if !step.New && !step.Unknown && !step.Applied.IsZero() {
			before++
			continue
		}
		t.AppendRow(table.Row{step.Version, step.Name, appliedText(step)})
	}
	if before < len(steps) {
		t.Render()
	}
	if before > 0 {
		_, err := fmt.Fprintf(p.stdout, "tables: %s applied before\n", plural(before, "migration"))
		return err
	}
	return nil
}

func (c migrateCmd) streams(ctx context.Context, p *program, engines *app.Engines) (broker.Plan, error) {
	if c.DryRun {
		return engines.Broker.Check(ctx, broker.AllSpecs(), p.Replicas)
	}
	return engines.Broker.Apply(ctx, broker.AllSpecs(), p.Replicas)
}

func (c migrateCmd) tables(ctx context.Context, s *store.Store) ([]store.Step, error) {
	switch {
	case c.DryRun:
		return s.Status(ctx)
	case c.Rebuild:
		return s.Rebuild(ctx)
	}
	return s.Migrate(ctx)
}

func appliedText(step store.Step) string {
	switch {
	case step.Unknown:
		return "by a newer careerstream"
	case step.New:
		return "now"
	case step.Applied.IsZero():
		return "not yet"
	}
	return step.Applied.UTC().Format("2006-01-02 15:04:05")
}
