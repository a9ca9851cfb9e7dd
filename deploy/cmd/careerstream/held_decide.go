package main

import (
	"context"
	"errors"
	"time"

	"careerstream/deploy/app"
	"careerstream/schemas/career"
	"careerstream/schemas/fault"
)

type heldReleaseCmd struct {
	decision
	stageFlags
	Timeout string `help:"How long to wait for the stages." default:"1m"`
}

// Help is shown below the flags.
func (heldReleaseCmd) Help() string {
	return `Example: careerstream held release --template html:002fc6000142c753 --note "the new layout has no workplace"

What a release accepts is accepted for every page of that template from then on.`
}

// Run releases the holds and waits until they are published.
func (c heldReleaseCmd) Run(ctx context.Context, p *program) error {
	if err := c.check(); err != nil {
		return err
	}
	patience, err := time.ParseDuration(c.Timeout)
	if err != nil || patience <= 0 {
		return usage("--timeout %q: want a duration such as 30s", c.Timeout)
	}
	config, err := c.pipeline(p, app.StageNames())
	if err != nil {
		return err
	}
	out := decided{[]string{}, []string{}, []string{}, []string{}}
	err = p.withEngines(ctx, app.Need{Stages: true}, func(engines *app.Engines) error {
		return app.WithPipeline(ctx, config, engines, func(ctx context.Context) error {
			if err := c.decide(ctx, engines, career.Released, &out); err != nil || len(out.Done) == 0 {
				return err
			}
			ctx, cancel := context.WithTimeoutCause(ctx, patience, errors.New("the stages did not answer in time; is the pipeline up?"))
			defer cancel()
			return app.Drain(ctx, engines.Broker, nil)
		})
	})
	if err != nil {
		return err
	}
	return out.print(p, "released")
}

type heldRejectCmd struct{ decision }

// Help is shown below the flags.
func (heldRejectCmd) Help() string {
	return "Example: careerstream held reject dental-hygienist --note \"half the page is missing\""
}

// Run rejects the holds; the versions published before stay.
func (c heldRejectCmd) Run(ctx context.Context, p *program) error {
	if err := c.check(); err != nil {
		return err
	}
	out := decided{[]string{}, []string{}, []string{}, []string{}}
	err := p.withEngines(ctx, app.Need{Broker: true}, func(engines *app.Engines) error {
		return c.decide(ctx, engines, career.Rejected, &out)
	})
	if err != nil {
		return err
	}
	return out.print(p, "rejected")
}

// decide gives every hold that was asked for its state.
func (d decision) decide(ctx context.Context, engines *app.Engines, state string, out *decided) error {
	holds, err := d.wanted(ctx, engines, out)
	if err != nil {
		return err
	}
	for _, hold := range holds {
		if state == career.Released && hold.Record == nil {
			out.Unreadable = append(out.Unreadable, hold.Slug)
			continue
		}
		switch err := app.Decide(ctx, engines.Broker, hold, state, d.Note, time.Now()); {
		case errors.Is(err, fault.Conflict):
			out.Changed = append(out.Changed, hold.Slug)
		case err != nil:
			return err
		default:
			out.Done = append(out.Done, hold.Slug)
		}
	}
	return nil
}
