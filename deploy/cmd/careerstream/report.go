package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/jedib0t/go-pretty/v6/table"

	"careerstream/publish/report"
	"careerstream/publish/store"
)

type reportCmd struct {
	Trends      trendsCmd      `cmd:"" help:"How often careers are matched, day by day."`
	Leaderboard leaderboardCmd `cmd:"" help:"Careers by how often they are matched, against the period before."`
	Funnel      funnelCmd      `cmd:"" help:"From a career's page through the test to that career."`
	Traits      traitsCmd      `cmd:"" help:"Mean traits of those matched with a career, against everyone."`
	Coverage    coverageCmd    `cmd:"" help:"How complete the catalog is, part by part and site by site."`
	Freshness   freshnessCmd   `cmd:"" help:"How old the knowledge about each career is."`
}

// reportFlags are the flags of every report.
type reportFlags struct {
	Career []string `help:"Slug of a career to show; repeat it for more. Default: the first of the period." placeholder:"SLUG"`
	Since  string   `help:"First day, such as 2026-10-01, or a number of days, such as 30d." default:"30d" placeholder:"DAY"`
	Until  string   `help:"Last day; default: the last with outcomes." placeholder:"DAY"`
	Top    int      `help:"How many careers to show where none is named; 0 shows all." default:"12"`
	Format string   `help:"Output format: ${enum}." enum:"table,csv,json,html" default:"table"`
	Out    string   `help:"Write to this file instead of standard output." placeholder:"FILE" type:"path"`
}

type trendsCmd struct{ reportFlags }
type leaderboardCmd struct{ reportFlags }
type funnelCmd struct{ reportFlags }
type traitsCmd struct{ reportFlags }

// Help is shown below the flags.
func (trendsCmd) Help() string {
	return `Example: careerstream report trends --career psychotherapist --since 90d --format html --out trends.html

7 days: share of all tests in the last 7 days against the 7 days before. What each number means is in the comment of
the view match_trends_daily.`
}

// Help is shown below the flags.
func (leaderboardCmd) Help() string {
	return `Example: careerstream report leaderboard --since 2026-10-01 --until 2026-10-31

A career is rising or falling only where a two-proportion z test against the period before says so after the
Benjamini-Hochberg correction over all careers (q below 0.05), and where there are enough outcomes for the test. "no previous period" says that there
is nothing to compare with.`
}

// Help is shown below the flags.
func (funnelCmd) Help() string {
	return `Example: careerstream report funnel --since 7d

matched: the career of the page is among the matches; lift: how much more often than in all tests; choice rate: chosen
of the matched.`
}

// Help is shown below the flags.
func (traitsCmd) Help() string {
	return `Example: careerstream report traits --career psychotherapist --format csv`
}

// Run prints the report.
func (c trendsCmd) Run(ctx context.Context, p *program) error {
	return c.run(ctx, p, report.TrendsName)
}

// Run prints the report.
func (c leaderboardCmd) Run(ctx context.Context, p *program) error {
	return c.run(ctx, p, report.LeaderboardName)
}

// Run prints the report.
func (c funnelCmd) Run(ctx context.Context, p *program) error {
	return c.run(ctx, p, report.FunnelName)
}

// Run prints the report.
func (c traitsCmd) Run(ctx context.Context, p *program) error {
	return c.run(ctx, p, report.TraitsName)
}

func (c reportFlags) run(ctx context.Context, p *program, name string) error {
	now := time.Now().UTC()
	if _, err := report.ParsePeriod(c.Since, c.Until, now); err != nil {
		return usage("%v", err)
	}
	if c.Top < 0 {
		return usage("--top %d: want 0 or more", c.Top)
	}
	if err := writable(c.Out); err != nil {
		return usage("--out %v", err)
	}
	return p.withStore(ctx, func(s *store.Store) error {
		if err := report.Refresh(ctx, s); err != nil {
			if ctx.Err() != nil {
				return err
			}
			p.log.Warn("the report may be some seconds old", "err", err)
		}
		made, err := report.Make(ctx, s, name, report.Options{Since: c.Since, Until: c.Until, Careers: c.Career, Top: c.Top, Now: now})
		if err != nil {
			return err
		}
		if c.Out == "" {
			return c.write(p.stdout, p, made)
		}
		return writeWhole(c.Out, func(w io.Writer) error { return c.write(w, p, made) })
	})
}

func (c reportFlags) write(w io.Writer, p *program, made report.Report) error {
	format := c.Format
	if p.JSON {
		format = "json"
	}
	switch format {
	case "json":
		return report.WriteJSON(w, made)
	case "csv":
		return report.WriteCSV(w, made)
	case "html":
		return report.WriteHTML(w, made)
	}
	return printGrid(w, made)
}

// printGrid prints the report's table with a line about what it covers.
func printGrid(w io.Writer, made report.Report) error {
	head, grid := made.About(), made.Grid()
	if len(grid.Rows) > 0 {
		header := make(table.Row, len(grid.Columns))
		var right []int
		for i, column := range grid.Columns {
			header[i] = column.Name
			if column.Right {
				right = append(right, i+1)
			}
		}
		t := newTable(w, fmt.Sprintf("%s, %s", head.Title, head.Period()), header, 60, right...)
		for _, cells := range grid.Rows {
			row := make(table.Row, len(cells))
			for i, cell := range cells {
				row[i] = cell
			}
			t.AppendRow(row)
		}
		t.Render()
	}
	for _, note := range head.Notes {
		if _, err := fmt.Fprintln(w, note); err != nil {
			return fmt.Errorf("print report: %w", err)
		}
	}
	as := ""
	if !head.AsOf.IsZero() {
		as = ", stored before " + head.AsOf.UTC().Format(time.DateTime) + " UTC"
	}
	_, err := fmt.Fprintf(w, "%d outcomes, each counted once%s.\n", head.Outcomes, as)
	return err
}

// writable looks early whether a file could be written there.
func writable(path string) error {
	if path == "" {
		return nil
	}
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		return fmt.Errorf("%s: is a folder; name a file in it", path)
	}
	if info, err := os.Stat(filepath.Dir(path)); err != nil || !info.IsDir() {
		return fmt.Errorf("%s: there is no folder %s; make it first", path, filepath.Dir(path))
	}
	return nil
}

// writeWhole writes a file all or not at all.
func writeWhole(path string, write func(io.Writer) error) error {
	var buf bytes.Buffer
	if err := write(&buf); err != nil {
		return err
	}
	file, err := os.CreateTemp(filepath.Dir(path), ".report-*")
	if err != nil {
		return fmt.Errorf("write report: %w", err)
	}
	defer func() { _ = os.Remove(file.Name()) }() // gone already where all went well
	_, err = file.Write(buf.Bytes())
	if closed := file.Close(); err == nil {
		err = closed
	}
	if err == nil {
		err = os.Chmod(file.Name(), 0o644)
	}
	if err == nil {
		err = os.Rename(file.Name(), path)
	}
	if err != nil {
		return fmt.Errorf("write report: %w", err)
	}
	return nil
}
