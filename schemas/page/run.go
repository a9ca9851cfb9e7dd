package page

import "time"

// Run is the data of a run.concluded event: the statement of one run over the
// sources of a catalog. In a complete one Discovered is the sum of Outcomes.
type Run struct {
	// ID names the run.
	ID string `json:"id"`
	// Sources as given.
	Sources []string `json:"sources"`
	// StartedAt and EndedAt bound the run, over restarts.
	StartedAt time.Time `json:"started_at"`
	EndedAt   time.Time `json:"ended_at"`
	// Discovered counts the pages and articles found.
	Discovered int `json:"discovered"`
	// Outcomes counts them by the outcome of their visit.
	Outcomes map[string]int `json:"outcomes"`
	// Faults counts what failed or was unreachable by fault kind.
	Faults map[string]int `json:"faults"`
	// StillDue counts pages that were not visited.
	StillDue int `json:"still_due"`
	// Sitemaps counts sitemaps read, SitemapsFailed those that could not be.
	Sitemaps       int `json:"sitemaps"`
	SitemapsFailed int `json:"sitemaps_failed"`
	// Requests counts requests sent and Bytes what bodies took on the wire.
	Requests int   `json:"requests"`
	Bytes    int64 `json:"bytes"`
	// Failures lists the first hundred pages that failed, by URL.
	Failures []RunFailure `json:"failures"`
	// Warnings name doubtful findings of the run, at most a hundred.
	Warnings []string `json:"warnings"`
	// Complete: every page found has its final outcome, and every source was read.
	Complete bool `json:"complete"`
	// Why a run is partial, and what to do; "" for a complete one.
	Why string `json:"why"`
}

// RunFailure is one page that could not be taken.
type RunFailure struct {
	URL string `json:"url"`
	// Outcome is Failed, Unreachable or another one that is not good.
	Outcome string `json:"outcome"`
	// Fault is its fault kind.
	Fault  string `json:"fault"`
	Reason string `json:"reason"`
}
