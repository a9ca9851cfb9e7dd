package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/jedib0t/go-pretty/v6/text"

	"careerstream/deploy/app"
	"careerstream/publish/export/compare"
	"careerstream/publish/export/release"
	"careerstream/publish/export/table"
)

type exportDiffCmd struct {
	Old string `arg:"" help:"Folder of the earlier release." type:"path"`
	New string `arg:"" help:"Folder of the later one." type:"path"`
}

// Help is shown below the flags.
func (exportDiffCmd) Help() string {
	return `Example: careerstream export diff releases/2026-10 releases/2026-11 --json

Both releases are verified first. They are of one format; parquet is read by a ClickHouse engine of its own, started for
it. With --json there is a line for each career that differs, and a last one that counts them.`
}

// Run compares two releases.
func (c exportDiffCmd) Run(ctx context.Context, p *program) (err error) {
	var engine *app.Unpacker
	defer func() {
		if engine != nil {
			err = errors.Join(err, engine.Close())
		}
	}()
	unpack := func(ctx context.Context, t table.Table, parquet io.Reader, csv io.Writer) (err error) {
		if engine == nil {
			download := p.downloadBar()
			engine, err = app.NewUnpacker(ctx, p.log, download.report)
			download.stop()
			if err != nil {
				return err
			}
		}
		return engine.Unpack(ctx, t, parquet, csv)
	}
	summary, err := compare.Releases(ctx, c.Old, c.New, unpack, func(changed compare.Career) error {
		if p.JSON {
			return printLine(p.stdout, changed)
		}
		return printDifference(p.stdout, changed)
	})
	if err != nil {
		return err
	}
	if p.JSON {
		return printLine(p.stdout, summary)
	}
	_, err = fmt.Fprintf(p.stdout, "%s (%s up to %d) to %s (up to %d): %d added, %d removed, %d changed, %d with the same content in another version, %d the same\n",
		summary.Old.Release, summary.Old.Source.Stream, summary.Old.Source.LastSequence, summary.New.Release, summary.New.Source.LastSequence,
		summary.Added, summary.Removed, summary.Changed, summary.Touched, summary.Same)
	return err
}

func printDifference(w io.Writer, c compare.Career) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s  (%s)\n", c.Kind, text.Bold.Sprint(c.Slug), c.Name)
	for _, change := range c.Changes {
		fmt.Fprintf(&b, "    %s %s\n", change.Kind, change.Field)
		if change.Before != "" {
			fmt.Fprintf(&b, "        %s\n", text.FgRed.Sprint("- "+shorten(change.Before)))
		}
		if change.After != "" {
			fmt.Fprintf(&b, "        %s\n", text.FgGreen.Sprint("+ "+shorten(change.After)))
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// shorten keeps a text to one line; --json has all of it.
func shorten(s string) string {
	const limit = 100
	s = strings.Join(strings.Fields(s), " ")
	if letters := []rune(s); len(letters) > limit {
		return string(letters[:limit]) + "…"
	}
	return s
}

type exportVerifyCmd struct {
	Dir string `arg:"" help:"Folder of the release." type:"path"`
}

// Help is shown below the flags.
func (exportVerifyCmd) Help() string { return "Example: careerstream export verify releases/2026-11" }

// Run checks the release.
func (c exportVerifyCmd) Run(ctx context.Context, p *program) error {
	m, err := release.Verify(ctx, c.Dir)
	if err != nil {
		return err
	}
	if p.JSON {
		return printJSON(p.stdout, m)
	}
	return printRelease(p.stdout, c.Dir, m)
}
