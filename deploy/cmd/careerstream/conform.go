package main

import (
	"context"
	"fmt"
	"io"
	"os"

	"github.com/jedib0t/go-pretty/v6/table"

	"careerstream/deploy/app"
	"careerstream/deploy/broker"
	"careerstream/publish/feed/conformance"
	"careerstream/schemas/career"
	"careerstream/schemas/stream"
)

type conformCmd struct {
	State  string `help:"The consumer's state: lines of JSON with slug, version and content_sha256 (its log will do), or one JSON object of slug to version and content_sha256; - for standard input." placeholder:"FILE"`
	Golden bool   `help:"Print events that a consumer must cope with, and the state that follows from them in the last line; with --state, compare with that state. No broker is needed."`
}

// Help is shown below the flags.
func (conformCmd) Help() string {
	return "Example: careerstream conform --state careers.ndjson\n\nExit code 3 when the consumer has another idea of the catalog. Compare when the consumer is idle: what is published meanwhile shows as stale or ahead."
}

// Run compares a consumer's state with the catalog.
func (c conformCmd) Run(ctx context.Context, p *program) error {
	if c.State == "" {
		if c.Golden {
			return printGolden(p.stdout)
		}
		return usage("give the consumer's state with --state FILE, or ask for --golden")
	}
	theirs, err := c.read(p)
	if err != nil {
		return err
	}
	var ours conformance.State
	if c.Golden {
		ours, err = conformance.Expected()
	} else {
		err = p.withEngines(ctx, app.Need{Broker: true}, func(engines *app.Engines) (err error) {
			ours, err = catalogState(ctx, engines.Broker)
			return err
		})
	}
	if err != nil {
		return err
	}
	report := conformance.Compare(ours, theirs)
	if p.JSON {
		err = printJSON(p.stdout, report)
	} else {
		err = printConformance(p.stdout, report)
	}
	if err == nil && len(report.Differences) > 0 {
		err = incomplete("the consumer differs in %d careers", len(report.Differences))
	}
	return err
}

func (c conformCmd) read(p *program) (conformance.State, error) {
	if c.State == "-" {
		return conformance.Read(p.stdin)
	}
	file, err := os.Open(c.State)
	if err != nil {
		return nil, usage("read the consumer's state: %v", err)
	}
	defer func() { _ = file.Close() }()
	return conformance.Read(file)
}

// catalogState reads the bucket of latest records.
func catalogState(ctx context.Context, conn *broker.Conn) (conformance.State, error) {
	slugs, err := conn.Slugs(ctx)
	if err != nil {
		return nil, err
	}
	state := make(conformance.State, len(slugs))
	for _, slug := range slugs {
		value, _, err := conn.Bucket(stream.Careers).Get(ctx, slug)
		if err != nil {
			return nil, err
		}
		if value == nil {
			continue // the feed has yet to write it
		}
		var published career.Published
		if err := decodePublished(value, &published); err != nil {
			return nil, fmt.Errorf("career %s: %w", slug, err)
		}
		state[slug] = conformance.Known{Version: published.Record.Version, ContentSHA256: published.ContentSHA256}
	}
	return state, nil
}

// printGolden prints the events and, as a note, the expected state.
func printGolden(w io.Writer) error {
	expected, err := conformance.Expected()
	if err != nil {
		return err
	}
	if _, err := w.Write(conformance.Events()); err != nil {
		return err
	}
	return printLine(w, map[string]any{"note": "expected", "state": expected})
}

func printConformance(w io.Writer, report conformance.Report) error {
	if len(report.Differences) > 0 {
		t := newTable(w, "", table.Row{"career", "consumer", "version here", "version there"}, 60, 3, 4)
		for _, d := range report.Differences {
			t.AppendRow(table.Row{d.Slug, d.Kind, d.Ours, d.Theirs})
		}
		t.Render()
	}
	mark := yes()
	if len(report.Differences) > 0 {
		mark = no()
	}
	_, err := fmt.Fprintf(w, "%s %d of %d careers are the same\n", mark, report.Same, report.Careers)
	return err
}
