package main

import (
	"fmt"
	"io"
	"maps"
	"slices"

	"github.com/jedib0t/go-pretty/v6/table"

	"careerstream/schemas/fault"
	"careerstream/schemas/page"
)

// outcomeLabels say what became of pages, in the order in which they are told.
var outcomeLabels = []struct{ outcome, label string }{
	{page.Changed, "fetched, new or changed"},
	{page.NotModified, "not modified (304)"},
	{page.Unchanged, "unchanged"},
	{page.SameText, "unchanged but for markup"},
	{page.Fresh, "left out, unchanged by the sitemap"},
	{page.Redirected, "moved"},
	{page.Missing, "missing, to be confirmed"},
	{page.Retired, "retired"},
	{page.NoArticle, "articles that are not there"},
	{page.RobotsDenied, "refused by robots.txt"},
	{page.NoIndex, "asked not to be used"},
	{page.Held, "missing, but held: too many at once"},
	{page.Limited, "over a limit"},
	{page.Failed, "failed"},
	{page.Unreachable, "unreachable"},
}

// appendRun adds the statement of a run to a table of two columns.
func appendRun(t table.Writer, r page.Run) {
	state := "complete"
	if !r.Complete {
		state = "partial"
	}
	t.AppendRow(table.Row{"run " + r.ID, state})
	t.AppendRow(table.Row{"discovered", r.Discovered})
	for _, o := range outcomeLabels {
		if n := r.Outcomes[o.outcome]; n > 0 {
			t.AppendRow(table.Row{o.label, n})
		}
	}
	for _, kind := range slices.Sorted(maps.Keys(r.Faults)) {
		t.AppendRow(table.Row{"  " + fault.Kind(kind).Info().Label, r.Faults[kind]})
	}
	if r.StillDue > 0 {
		t.AppendRow(table.Row{"still due", r.StillDue})
	}
	t.AppendRow(table.Row{"sitemaps read", r.Sitemaps})
	if r.SitemapsFailed > 0 {
		t.AppendRow(table.Row{"sitemaps that could not be read", r.SitemapsFailed})
	}
	t.AppendRow(table.Row{"requests", r.Requests})
	t.AppendRow(table.Row{"bytes of bodies", r.Bytes})
}

// printRun prints what went wrong in a run.
func printRun(w io.Writer, r page.Run) error {
	if len(r.Failures) > 0 {
		t := newTable(w, "Not taken", table.Row{"where", "why", "what to do"}, 60)
		for _, f := range r.Failures {
			t.AppendRow(table.Row{f.URL, f.Reason, fault.Kind(f.Fault).Info().Hint})
		}
		t.Render()
	}
	if len(r.Warnings) > 0 {
		t := newTable(w, "Warnings", table.Row{"what"}, 110)
		for _, warning := range r.Warnings {
			t.AppendRow(table.Row{warning})
		}
		t.Render()
	}
	if r.Why != "" {
		_, err := fmt.Fprintf(w, "The run is partial: %s\n", r.Why)
		return err
	}
	return nil
}
