package main

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/jedib0t/go-pretty/v6/table"

	"careerstream/deploy/app"
	"careerstream/publish/gate"
	"careerstream/schemas/career"
	"careerstream/schemas/event"
	"careerstream/schemas/subject"
)

type heldCmd struct {
	List    heldListCmd    `cmd:"" help:"List records that are held back."`
	Show    heldShowCmd    `cmd:"" help:"Print one hold with the record and the reasons."`
	Diff    heldDiffCmd    `cmd:"" help:"Show what would change if a held record were released."`
	Release heldReleaseCmd `cmd:"" help:"Publish held records, and take the like of them for good from now on."`
	Reject  heldRejectCmd  `cmd:"" help:"Keep the versions published before."`
}

type heldFilter struct {
	Site     string `help:"Only holds of this site." placeholder:"HOST"`
	Template string `help:"Only holds of this template, as the list shows it." placeholder:"TEMPLATE"`
}

func (f heldFilter) keeps(h app.Hold) bool {
	return (f.Site == "" || f.Site == h.Site) && (f.Template == "" || f.Template == h.TemplateAfter)
}

type heldListCmd struct {
	heldFilter
	All bool `help:"Also holds that are released, rejected or resolved."`
}

// Help is shown below the flags.
func (heldListCmd) Help() string { return "Example: careerstream held list --site www.example.com" }

// holdRow is a hold as the list shows it.
type holdRow struct {
	Slug  string `json:"slug"`
	State string `json:"state"`
	// Version is the one that stays published.
	Version    uint64          `json:"version"`
	URL        string          `json:"url"`
	Site       string          `json:"site"`
	Template   string          `json:"template"`
	Reasons    []career.Reason `json:"reasons"`
	Transient  bool            `json:"transient"`
	StaleSince time.Time       `json:"stale_since"`
	// Releasable is false for a page that cannot be read any more.
	Releasable bool   `json:"releasable"`
	Note       string `json:"note,omitempty"`
}

func holdRowOf(h app.Hold) holdRow {
	return holdRow{h.Slug, h.State, h.Version, h.URL, h.Site, h.TemplateAfter, h.Reasons, h.Transient, h.Since, h.Record != nil, h.Note}
}

// Run lists the state of each hold.
func (c heldListCmd) Run(ctx context.Context, p *program) error {
	return p.withEngines(ctx, app.Need{Broker: true}, func(engines *app.Engines) error {
		holds, err := app.Holds(ctx, engines.Broker, 1)
		if err != nil {
			return err
		}
		rows := []holdRow{}
		for _, h := range holds {
			if c.keeps(h) && (c.All || h.State == career.HeldBack) {
				rows = append(rows, holdRowOf(h))
			}
		}
		if p.JSON {
			return printJSON(p.stdout, rows)
		}
		if len(rows) == 0 {
			_, err := fmt.Fprintln(p.stdout, "nothing is held back")
			return err
		}
		printHolds(p.stdout, "Held back", rows)
		return nil
	})
}

func printHolds(w io.Writer, title string, rows []holdRow) {
	t := newTable(w, title, table.Row{"career", "state", "stays", "since", "template", "why"}, 60, 3)
	for _, r := range rows {
		t.AppendRow(table.Row{r.Slug, r.State, r.Version, r.StaleSince.UTC().Format(time.DateTime), r.Template, reasons(r.Reasons)})
	}
	t.Render()
}

// reasons says the reasons of a hold, a line each.
func reasons(list []career.Reason) string {
	lines := make([]string, len(list))
	for i, r := range list {
		lines[i] = joinNonEmpty(": ", strings.TrimSpace(r.Rule+" "+r.Field), r.Text)
	}
	return strings.Join(lines, "\n")
}

type heldShowCmd struct {
	Slug string `arg:"" help:"The career's slug."`
}

// Help is shown below the flags.
func (heldShowCmd) Help() string { return "Example: careerstream held show dental-hygienist" }

// Run prints the hold as JSON, or the record for a person.
func (c heldShowCmd) Run(ctx context.Context, p *program) error {
	return p.withEngines(ctx, app.Need{Broker: true}, func(engines *app.Engines) error {
		h, err := holdOf(ctx, engines, c.Slug)
		if err != nil {
			return err
		}
		if p.JSON {
			return printJSON(p.stdout, h.Held)
		}
		printHolds(p.stdout, "Held back", []holdRow{holdRowOf(h)})
		if h.Record == nil {
			return nil
		}
		return printRecord(p.stdout, *h.Record)
	})
}

// holdOf reads the state of one career's holds.
func holdOf(ctx context.Context, engines *app.Engines, slug string) (app.Hold, error) {
	m, ok, err := engines.Broker.Last(ctx, subject.Held(slug))
	if err != nil {
		return app.Hold{}, err
	}
	if !ok {
		return app.Hold{}, fmt.Errorf("no record of %q was ever held; list them with: careerstream held list --all", slug)
	}
	held, err := event.Data[career.Held](m)
	return app.Hold{Held: held, Seq: m.Seq}, err
}

type heldDiffCmd struct {
	Slug string `arg:"" help:"The career's slug."`
}

// Help is shown below the flags.
func (heldDiffCmd) Help() string { return "Example: careerstream held diff dental-hygienist" }

// Run prints the changes from the published version to the held record.
func (c heldDiffCmd) Run(ctx context.Context, p *program) error {
	return p.withEngines(ctx, app.Need{Broker: true}, func(engines *app.Engines) error {
		h, err := holdOf(ctx, engines, c.Slug)
		if err != nil {
			return err
		}
		if h.Record == nil {
			return fmt.Errorf("there is no record to compare: %s", reasons(h.Reasons))
		}
		m, _, err := engines.Broker.Last(ctx, subject.Published(c.Slug))
		if err != nil {
			return err
		}
		published, err := event.Data[career.Published](m)
		if err != nil {
			return err
		}
		published.Changes = gate.Diff(published.Record, *h.Record)
		if p.JSON {
			return printJSON(p.stdout, published.Changes)
		}
		return printChanges(p.stdout, published)
	})
}

// decision is what release and reject share.
type decision struct {
	heldFilter
	Slugs []string `arg:"" optional:"" name:"slug" help:"Careers; without any, all open holds that --site and --template keep."`
	Note  string   `help:"Why, for whoever looks later." placeholder:"TEXT"`
}

// decided is what became of the holds that were asked for.
type decided struct {
	Done []string `json:"done"`
	// Unreadable cannot be released, Changed were given another state meanwhile,
	// NotHeld are asked for by name and have no open hold.
	Unreadable []string `json:"unreadable"`
	Changed    []string `json:"changed"`
	NotHeld    []string `json:"not_held"`
}

func (d decision) check() error {
	if len(d.Slugs) == 0 && d.Site == "" && d.Template == "" {
		return usage("name careers, or choose them with --site or --template")
	}
	return nil
}

// wanted returns the open holds that were asked for.
func (d decision) wanted(ctx context.Context, engines *app.Engines, out *decided) ([]app.Hold, error) {
	all, err := app.Holds(ctx, engines.Broker, 1)
	if err != nil {
		return nil, err
	}
	open := map[string]bool{}
	holds := slices.DeleteFunc(all, func(h app.Hold) bool {
		wanted := h.State == career.HeldBack && d.keeps(h) && (len(d.Slugs) == 0 || slices.Contains(d.Slugs, h.Slug))
		open[h.Slug] = wanted
		return !wanted
	})
	for _, slug := range d.Slugs {
		if !open[slug] {
			out.NotHeld = append(out.NotHeld, slug)
		}
	}
	return holds, nil
}

func (d decided) print(p *program, verb string) error {
	if p.JSON {
		if err := printJSON(p.stdout, d); err != nil {
			return err
		}
	} else if _, err := fmt.Fprintf(p.stdout, "%s %d\n", verb, len(d.Done)); err != nil {
		return err
	}
	switch {
	case len(d.Unreadable) > 0:
		return incomplete("%s: the page cannot be read, so there is nothing to publish; add a profile for the site (--profiles DIR) or mend the page and ingest it again, or reject the hold", strings.Join(d.Unreadable, ", "))
	case len(d.Changed) > 0:
		return incomplete("%s: changed meanwhile; look again with: careerstream held list", strings.Join(d.Changed, ", "))
	case len(d.NotHeld) > 0:
		return incomplete("%s: nothing is held back; see: careerstream held list --all", strings.Join(d.NotHeld, ", "))
	}
	return nil
}
