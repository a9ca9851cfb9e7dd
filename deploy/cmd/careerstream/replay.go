package main

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"

	"careerstream/deploy/app"
	"careerstream/normalize"
)

type replayCmd struct {
	From     string `help:"Stage to replay from: ${enum}." enum:"normalize" default:"normalize"`
	Profile  string `help:"Read every page with this profile instead of the one that fits its URL." placeholder:"NAME"`
	Profiles string `help:"Folder with more site profiles." type:"existingdir" placeholder:"DIR"`
	Site     string `help:"Only pages of this host." placeholder:"HOST"`
	DryRun   bool   `help:"Publish nothing; print what would change."`
	Examples int    `help:"Examples of each kind of change." default:"3"`
	Wait     bool   `help:"Wait until the records have gone all their way." default:"true" negatable:""`
}

// Help is shown below the flags.
func (replayCmd) Help() string {
	return `Example: careerstream replay --from normalize --dry-run

Reads the last snapshot of every page again, with this program's code and profiles, and compares what comes out with each career's
last record. Without --dry-run the records that differ are published and go their way. A repeat changes nothing, and a newer
snapshot of a page goes before any replay. A careerstream that is up reads later snapshots with its own profiles: give it the same.`
}

// Run replays and prints the blast radius.
func (c replayCmd) Run(ctx context.Context, p *program) error {
	parser, err := newParser(c.Profile, c.Profiles)
	if err != nil {
		return usage("%v", err)
	}
	if c.Examples < 0 {
		return usage("--examples %d: want 0 or more", c.Examples)
	}
	var blast app.Blast
	err = p.withEngines(ctx, app.Need{Broker: true, Stages: !c.DryRun}, func(engines *app.Engines) error {
		if c.DryRun {
			blast, err = c.replay(ctx, p, engines, parser)
			return err
		}
		return app.WithPipeline(ctx, app.PipelineConfig{Stages: app.StageNames(), Parser: parser, Logger: p.log}, engines, func(ctx context.Context) error {
			if blast, err = c.replay(ctx, p, engines, parser); err != nil || !c.Wait && !engines.Embedded() {
				return err
			}
			return waitForPages(ctx, p, engines)
		})
	})
	if err != nil {
		return err
	}
	if p.JSON {
		return printJSON(p.stdout, blast)
	}
	return printBlast(p.stdout, blast)
}

func (c replayCmd) replay(ctx context.Context, p *program, engines *app.Engines, parser *normalize.Parser) (app.Blast, error) {
	bar := newStepBar(p, "pages read again")
	defer bar.stop()
	return app.Replay(ctx, engines.Broker, app.ReplayConfig{
		Parser: parser, Site: c.Site, DryRun: c.DryRun, Examples: c.Examples,
		Progress: func(done, total uint64) { bar.set(int64(done), int64(total)) },
	})
}

func printBlast(w io.Writer, b app.Blast) error {
	t := newTable(w, "Pages read again", table.Row{"what", "count"}, 80, 2)
	for _, row := range []struct {
		what  string
		count int
	}{
		{"pages", b.Pages}, {"careers that change", b.Changed}, {"careers that arrive", b.Arrived}, {"say the same", b.Unchanged},
		{"of a career that a newer page describes", b.Superseded}, {"without a record of their own", b.Silent},
		{"cannot be read", b.Unreadable}, {"… of them could before", b.Stopped}, {"made no record before", b.Started}, {"made that of another career", b.Renamed},
	} {
		t.AppendRow(table.Row{row.what, row.count})
	}
	t.Render()
	if len(b.Fields) > 0 {
		fields := newTable(w, "Fields that change", table.Row{"field", "gained", "lost", "changed"}, 60, 2, 3, 4)
		for _, f := range b.Fields {
			fields.AppendRow(table.Row{f.Field, f.Gained, f.Lost, f.Changed})
		}
		fields.Render()
	}
	out := &strings.Builder{}
	for _, f := range b.Fields {
		for _, e := range f.Examples {
			fmt.Fprintf(out, "\n%s: %s %s\n", text.Bold.Sprint(e.Slug), e.Path, e.How)
			if e.Before != "" {
				fmt.Fprintln(out, text.FgRed.Sprint(wrap("- "+e.Before)))
			}
			if e.After != "" {
				fmt.Fprintln(out, text.FgGreen.Sprint(wrap("+ "+e.After)))
			}
		}
	}
	for _, list := range []struct {
		title string
		pages []app.PageBlast
	}{
		{"Cannot be read any more; the record stays", b.StoppedPages}, {"Made no record before", b.StartedPages},
		{"Made another career's record before, which stays", b.RenamedPages},
	} {
		if len(list.pages) > 0 {
			fmt.Fprintf(out, "\n%s:\n", text.Bold.Sprint(list.title))
		}
		for _, page := range list.pages {
			fmt.Fprintln(out, wrap("  "+joinNonEmpty(" ", page.URL, careers(page), page.Why)))
		}
	}
	fmt.Fprintln(out, "\n"+verdict(b))
	_, err := io.WriteString(w, out.String())
	return err
}

func careers(page app.PageBlast) string {
	switch {
	case page.Slug == "":
		return "(" + page.Was + ")"
	case page.Was == "":
		return "(" + page.Slug + ")"
	}
	return "(" + page.Was + " → " + page.Slug + ")"
}

// verdict says in words what follows from a replay.
func verdict(b app.Blast) string {
	if b.Careers() == 0 {
		return "Nothing changes."
	}
	did := "were published to record.normalized and make versions"
	if b.DryRun {
		did = "would be published to record.normalized and make versions"
	}
	s := fmt.Sprintf("%d records %s, unless the drift guard holds them.", b.Careers(), did)
	if b.Linking > 0 {
		s += fmt.Sprintf(" The names or types of %d of them differ: links of others may follow.", b.Linking)
	}
	return s
}
