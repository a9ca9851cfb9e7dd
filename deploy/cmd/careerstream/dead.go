package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/jedib0t/go-pretty/v6/table"

	"careerstream/deploy/app"
	"careerstream/schemas/deadletter"
	"careerstream/schemas/fault"
)

type deadCmd struct {
	List    deadListCmd    `cmd:"" help:"List dead letters."`
	Show    deadShowCmd    `cmd:"" help:"Print one dead letter with the original message."`
	Redrive deadRedriveCmd `cmd:"" help:"Process dead messages again, after the cause is mended."`
}

type deadFilter struct {
	Stage string `help:"Only letters of this stage." placeholder:"STAGE"`
	Kind  string `help:"Only letters of this fault kind." placeholder:"KIND"`
}

func (f deadFilter) keeps(l deadletter.Letter) bool {
	return (f.Stage == "" || f.Stage == l.Stage) && (f.Kind == "" || f.Kind == l.Kind)
}

type deadListCmd struct {
	deadFilter
	All bool `help:"Also letters that are resolved."`
}

// Help is shown below the flags.
func (deadListCmd) Help() string {
	return "Example: careerstream dead list --kind not-a-career-page"
}

// letterRow is a letter as the list shows it.
type letterRow struct {
	Letter   uint64     `json:"letter"`
	State    string     `json:"state"`
	Stage    string     `json:"stage"`
	Kind     fault.Kind `json:"kind"`
	Message  string     `json:"message"`
	Reason   string     `json:"reason"`
	Hint     string     `json:"hint"`
	FailedAt time.Time  `json:"failed_at"`
}

func rowOf(l app.Letter) letterRow {
	message := l.Origin
	if l.Stream != "" {
		message = fmt.Sprintf("%s %d", l.Stream, l.Seq)
	}
	kind := fault.Kind(l.Kind)
	return letterRow{l.At, l.State, l.Stage, kind, message, l.Reason, kind.Info().Hint, l.FailedAt}
}

// Run lists the latest letter of each dead message.
func (c deadListCmd) Run(ctx context.Context, p *program) error {
	return p.withEngines(ctx, app.Need{Broker: true}, func(engines *app.Engines) error {
		letters, err := app.Letters(ctx, engines.Broker)
		if err != nil {
			return err
		}
		rows := []letterRow{}
		for _, l := range letters {
			if c.keeps(l.Letter) && (c.All || l.State == deadletter.Open) {
				rows = append(rows, rowOf(l))
			}
		}
		if p.JSON {
			return printJSON(p.stdout, rows)
		}
		if len(rows) == 0 {
			_, err := fmt.Fprintln(p.stdout, "no dead letters")
			return err
		}
		printLetters(p.stdout, "Dead letters", rows)
		return nil
	})
}

func printLetters(w io.Writer, title string, rows []letterRow) {
	t := newTable(w, title, table.Row{"letter", "stage", "message", "why", "what to do"}, 50, 1)
	for _, r := range rows {
		t.AppendRow(table.Row{r.Letter, r.Stage, r.Message, r.Reason, r.Hint})
	}
	t.Render()
}

type deadShowCmd struct {
	Letter uint64 `arg:"" help:"The letter's number in the list."`
}

// Help is shown below the flags.
func (deadShowCmd) Help() string { return "Example: careerstream dead show 1" }

// Run prints the letter as JSON, the original decoded where it is JSON itself.
func (c deadShowCmd) Run(ctx context.Context, p *program) error {
	return p.withEngines(ctx, app.Need{Broker: true}, func(engines *app.Engines) error {
		letter, ok, err := engines.Broker.Letter(ctx, "DEAD", c.Letter)
		if err != nil {
			return err
		}
		if !ok {
			return fmt.Errorf("no dead letter %d; list them with: careerstream dead list --all", c.Letter)
		}
		shown := struct {
			deadletter.Letter
			Original any    `json:"original"`
			Hint     string `json:"hint"`
		}{letter, string(letter.Original), fault.Kind(letter.Kind).Info().Hint}
		if json.Valid(letter.Original) {
			shown.Original = json.RawMessage(letter.Original)
		}
		return printJSON(p.stdout, shown)
	})
}

type deadRedriveCmd struct {
	deadFilter
	Letters []uint64 `arg:"" optional:"" name:"letter" help:"Numbers of letters; without any, all open ones that the filters keep."`
	stageFlags
	Timeout string `help:"How long to wait for the stages." default:"1m"`
}

// Help is shown below the flags.
func (deadRedriveCmd) Help() string {
	return `Example: careerstream dead redrive --stage normalize

Input that never became a message (stage ingest) has nothing to redrive: ingest it again.`
}

// Run orders the stages to process the messages again, waits, and says what
// became of them.
func (c deadRedriveCmd) Run(ctx context.Context, p *program) error {
	patience, err := time.ParseDuration(c.Timeout)
	if err != nil || patience <= 0 {
		return usage("--timeout %q: want a duration such as 30s", c.Timeout)
	}
	config, err := c.pipeline(p, app.StageNames())
	if err != nil {
		return err
	}
	var summary app.Redriven
	err = p.withEngines(ctx, app.Need{Stages: true}, func(engines *app.Engines) error {
		return app.WithPipeline(ctx, config, engines, func(ctx context.Context) error {
			ctx, cancel := context.WithTimeoutCause(ctx, patience, errors.New("the stages did not answer in time; is the pipeline up?"))
			defer cancel()
			summary, err = app.Redrive(ctx, engines.Broker, func(l app.Letter) bool {
				return c.keeps(l.Letter) && (len(c.Letters) == 0 || containsLetter(c.Letters, l.At))
			})
			if err == nil && engines.Embedded() {
				// The stages end with this process, so what came of the messages
				// goes the rest of its way now.
				err = app.Drain(ctx, engines.Broker, nil)
			}
			return err
		})
	})
	if err != nil {
		return err
	}
	if p.JSON {
		if err := printJSON(p.stdout, summary); err != nil {
			return err
		}
	} else if _, err := fmt.Fprintf(p.stdout, "ordered %d, resolved %d, dead again %d, to be ingested again %d\n",
		summary.Ordered, summary.Resolved, summary.DeadAgain, summary.Ingest); err != nil {
		return err
	}
	if summary.Resolved < summary.Ordered {
		return incomplete("%d messages are still dead; see: careerstream dead list", summary.Ordered-summary.Resolved)
	}
	return nil
}

func containsLetter(list []uint64, at uint64) bool {
	for _, letter := range list {
		if letter == at {
			return true
		}
	}
	return false
}
