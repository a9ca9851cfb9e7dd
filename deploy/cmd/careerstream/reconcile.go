package main

import (
	"context"

	"careerstream/deploy/app"
)

type reconcileCmd struct {
	From uint64 `help:"First sequence to check." default:"0"`
	To   uint64 `help:"Last sequence to check; 0 is the newest." default:"0"`
}

// Run proves completeness.
func (c reconcileCmd) Run(ctx context.Context, p *program) error {
	return p.withEngines(ctx, app.Need{Broker: true, Store: true}, func(engines *app.Engines) error {
		return reconcileAndPrint(ctx, p, engines, c.From, c.To)
	})
}

func reconcileAndPrint(ctx context.Context, p *program, engines *app.Engines, from, to uint64) error {
	return nil
}
