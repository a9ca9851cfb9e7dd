package main

import (
	"context"
	"io"

	"careerstream/deploy/app"
	"careerstream/ingest"
	"careerstream/schemas/career"
)

// openHolds lists the first holds that began from a sequence on and are still open,
// and counts them all.
func openHolds(ctx context.Context, engines *app.Engines, from uint64, outcome *app.Outcome) ([]holdRow, error) {
	if outcome.Held == 0 {
		return nil, nil
	}
	outcome.Held = 0
	holds, err := app.Holds(ctx, engines.Broker, from)
	var rows []holdRow
	for _, hold := range holds {
		if hold.State != career.HeldBack {
			continue
		}
		if outcome.Held++; len(rows) < ingest.MaxListed {
			rows = append(rows, holdRowOf(hold))
		}
	}
	return rows, err
}

func printHeld(w io.Writer, r result) error {
	if len(r.Held) == 0 {
		return nil
	}
	printHolds(w, "Held back", r.Held)
	return printMore(w, int(r.Outcome.Held)-len(r.Held))
}
