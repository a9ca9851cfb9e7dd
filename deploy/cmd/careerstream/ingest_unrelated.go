package main

import (
	"context"
	"io"

	"github.com/jedib0t/go-pretty/v6/table"

	"careerstream/deploy/app"
	"careerstream/ingest"
	"careerstream/schemas/page"
)

// findUnrelated counts the pages that hold no career: of a run those that it
// found, of archives those that were read since.
func (r *result) findUnrelated(ctx context.Context, engines *app.Engines, since uint64) error {
	var all []page.Unrelated
	if r.Statement != nil {
		found, err := app.UnrelatedSince(ctx, engines.Broker, since)
		if err != nil {
			return err
		}
		all = found
	}
	if r.Crawl != nil {
		known := map[string]bool{}
		for _, u := range all {
			known[u.URL] = true
		}
		found, err := app.UnrelatedOf(ctx, engines.Broker, *r.Crawl)
		if err != nil {
			return err
		}
		r.fruitless = len(found) > 0 && len(found) >= shown(*r.Crawl)
		for _, u := range found {
			if !known[u.URL] {
				all = append(all, u)
			}
		}
	}
	r.Outcome.Unrelated = uint64(len(all))
	r.Unrelated = all[:min(len(all), ingest.MaxListed)]
	return nil
}

// shown counts the pages that a run saw.
func shown(run page.Run) int {
	seen := 0
	for outcome, n := range run.Outcomes {
		if page.Found(outcome) {
			seen += n
		}
	}
	return seen
}

func printUnrelated(w io.Writer, r result) error {
	if len(r.Unrelated) == 0 {
		return nil
	}
	t := newTable(w, "Not a career page", table.Row{"where", "why"}, 90)
	for _, u := range r.Unrelated {
		t.AppendRow(table.Row{u.URL, u.Reason})
	}
	t.Render()
	return printMore(w, int(r.Outcome.Unrelated)-len(r.Unrelated))
}
