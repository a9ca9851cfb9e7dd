package main

import (
	"context"
	"fmt"
	"slices"
	"time"

	"careerstream/deploy/app"
)

type forgetCmd struct {
	Session string        `help:"Session to erase." required:"" placeholder:"S"`
	Timeout time.Duration `help:"How long to wait for the sinks." default:"1m"`
}

// Help is shown below the flags.
func (forgetCmd) Help() string {
	return `Example: careerstream forget --session 778c3deb754e9b9e

Erases the session's outcomes from the stream, where they are overwritten, from the tables, and from what is computed of
them. Then everything is searched again: the exit code is 0 only when nothing is left. A command that was stopped half
way is simply repeated.`
}

// Run erases and proves it.
func (c forgetCmd) Run(ctx context.Context, p *program) error {
	var f app.Forgotten
	err := p.withPipeline(ctx, app.Need{Broker: true, Store: true}, func(ctx context.Context, engines *app.Engines) (err error) {
		ctx, cancel := context.WithTimeout(ctx, c.Timeout)
		defer cancel()
		if engines.Embedded() { // the sinks make the tables too, but later
			if _, err := engines.Store.Migrate(ctx); err != nil {
				return err
			}
		}
		f, err = app.Forget(ctx, engines, c.Session)
		return err
	})
	if err != nil {
		return err
	}
	if p.JSON {
		if err := printJSON(p.stdout, f); err != nil {
			return err
		}
	} else {
		fmt.Fprintf(p.stdout, "erased %d messages, %d dead letters\n", f.Messages, f.Letters)
		tables := make([]string, 0, len(f.Rows))
		for table := range f.Rows {
			tables = append(tables, table)
		}
		slices.Sort(tables)
		for _, table := range tables {
			fmt.Fprintf(p.stdout, "erased %d rows of %s\n", f.Rows[table], table)
		}
		mark := yes()
		if f.Left > 0 {
			mark = no()
		}
		fmt.Fprintf(p.stdout, "%s %d left in streams and tables\n", mark, f.Left)
	}
	if f.Left > 0 {
		return incomplete("%d messages or rows of the session are left; repeat the command", f.Left)
	}
	return nil
}
