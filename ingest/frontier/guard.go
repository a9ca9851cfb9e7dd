package frontier

import (
	"fmt"

	"careerstream/schemas/page"
)

// Guard keeps a broken site from retiring its pages all at once.
type Guard struct {
	// Share of a host's known pages, 0 to 1, and Count of pages: when more than
	// both would be missing in one run, none is counted.
	Share float64
	Count int
}

// Holds reports whether missing of known pages are too many, and says it.
func (g Guard) Holds(host string, missing, known int) (string, bool) {
	if missing <= g.Count || float64(missing) <= g.Share*float64(known) {
		return "", false
	}
	return fmt.Sprintf("%d of %d known pages of %s are missing at once, which is more than %.0f %% and more than %d: none of them is counted as missing",
		missing, known, host, g.Share*100, g.Count), true
}

// WouldMiss reports that the visit is a miss of its run, judged or not.
func WouldMiss(v page.Visit) bool {
	return v.State == page.Done && (v.Outcome == page.Missing || v.Outcome == page.Held || (v.Outcome == page.Retired && v.MissedRun == v.Run))
}
