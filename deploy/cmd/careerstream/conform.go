package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"

	"github.com/jedib0t/go-pretty/v6/table"

	"careerstream/deploy/app"
	"careerstream/deploy/broker"
	"careerstream/publish/feed/conformance"
	"careerstream/publish/sink"
	"careerstream/schemas/career"
	"careerstream/schemas/event"
	"careerstream/schemas/stream"
	"careerstream/schemas/subject"
)

type conformCmd struct {
	State  string `help:"The consumer's state: lines of JSON with slug, version and content_sha256 (its log will do), or one JSON object of slug to version and content_sha256; - for standard input." placeholder:"FILE"`
	Golden bool   `help:"Print events that a consumer must cope with, and the state that follows from them in the last line; with --state, compare with that state. No broker is needed."`
}

// Help is shown below the flags.
func (conformCmd) Help() string {
	return `Example: careerstream conform --state careers.ndjson

The consumer is held against the last version of each career in the stream of what is published. Exit code 3 when it has
another idea of the catalog. Where the feed lags, so that the bucket has not everything yet, that is said by career, and
whether it explains what the consumer lacks. Compare when the consumer is idle: what is published meanwhile shows as stale
or ahead.`
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
	var report conformance.Report
	if c.Golden {
		var ours conformance.State
		ours, err = conformance.Expected()
		report = conformance.Compare(ours, theirs)
	} else {
		err = p.withEngines(ctx, app.Need{Broker: true}, func(engines *app.Engines) error {
			// The bucket first: what comes meanwhile makes it lag, and never lead.
			bucket, err := bucketState(ctx, engines.Broker)
			if err != nil {
				return err
			}
			published, err := publishedState(ctx, engines.Broker)
			report = conformance.CompareFeed(published, bucket, theirs)
			return err
		})
	}
	if err != nil {
		return err
	}
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

// publishedState reads the last version of each career from the stream.
func publishedState(ctx context.Context, conn *broker.Conn) (conformance.State, error) {
	state := make(conformance.State)
	err := conn.Latest(ctx, stream.Published, subject.AllPublished, func(raw sink.Raw, _ uint64) error {
		e, err := event.Decode(raw.Header, raw.Body)
		if err != nil {
			return fmt.Errorf("message %d of %s: %w", raw.Seq, stream.Published, err)
		}
		var published career.Published
		if err := json.Unmarshal(e.Data, &published); err != nil {
			return fmt.Errorf("message %d of %s: %w", raw.Seq, stream.Published, err)
		}
		state[published.Record.Slug] = conformance.Known{Version: published.Record.Version, ContentSHA256: published.ContentSHA256}
		return nil
	})
	return state, err
}

// bucketState reads the bucket of latest records.
func bucketState(ctx context.Context, conn *broker.Conn) (conformance.State, error) {
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
			continue // the feed has yet to write it, which the stream tells
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
			kind := d.Kind
			if d.Lag {
				kind += ", as the bucket"
			}
			t.AppendRow(table.Row{d.Slug, kind, d.Ours, d.Theirs})
		}
		t.Render()
	}
	if err := printLagging(w, report); err != nil {
		return err
	}
	mark := yes()
	if len(report.Differences) > 0 {
		mark = no()
	}
	_, err := fmt.Fprintf(w, "%s %d of %d careers are the same\n", mark, report.Same, report.Careers)
	return err
}

// shownLagging is how many careers are named that the bucket lacks.
const shownLagging = 10

// printLagging says what the feed has yet to do.
func printLagging(w io.Writer, report conformance.Report) error {
	if len(report.Lagging) == 0 {
		return nil
	}
	explained := 0
	for _, d := range report.Differences {
		if d.Lag {
			explained++
		}
	}
	_, err := fmt.Fprintf(w, "%s the feed lags: the bucket careers has not the last version of %d of %d careers; start careerstream up with the stage feed, or wait for it\n", no(), len(report.Lagging), report.Careers)
	for i, b := range report.Lagging {
		if i == shownLagging && err == nil {
			_, err = fmt.Fprintf(w, "    and %d more\n", len(report.Lagging)-i)
			break
		}
		if err == nil {
			_, err = fmt.Fprintf(w, "    %s: version %d is published, the bucket has %d\n", b.Slug, b.Published, b.Bucket)
		}
	}
	if explained > 0 && err == nil {
		_, err = fmt.Fprintf(w, "    that explains %d of %d differences\n", explained, len(report.Differences))
	}
	return err
}
