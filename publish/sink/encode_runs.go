package sink

import (
	"time"

	"careerstream/publish/columns"
	"careerstream/schemas/clickhouse"
	"careerstream/schemas/event"
	"careerstream/schemas/fault"
	"careerstream/schemas/page"
	"careerstream/schemas/stream"
)

type runRow struct {
	page.Run
	origin origin
}

// Runs encodes the statements of runs for ingest_runs.
func Runs() Encoder {
	decode := func(raw Raw) (runRow, error) {
		r, _, err := dataOf[page.Run](stream.Runs, raw, event.RunConcluded)
		if err != nil {
			return runRow{}, err
		}
		if r.ID == "" || min(r.Discovered, r.StillDue, r.Sitemaps, r.SitemapsFailed, r.Requests) < 0 || r.Bytes < 0 {
			return runRow{}, fault.New(fault.SchemaViolation, "%s %d: id is missing or a count is negative", stream.Runs, raw.Seq)
		}
		if err := storable("started_at", r.StartedAt); err != nil {
			return runRow{}, err
		}
		return runRow{r, originOf(raw)}, storable("ended_at", r.EndedAt)
	}
	block := func(rows []runRow) columns.Block {
		count := func(name string, get func(runRow) int) columns.Column {
			return columns.Of(name, rows, func(r runRow) uint64 { return uint64(get(r)) })
		}
		counts := func(name string, get func(runRow) map[string]int) columns.Column {
			return columns.Of(name, rows, func(r runRow) map[string]uint64 {
				out := make(map[string]uint64, len(get(r)))
				for key, n := range get(r) {
					out[key] = uint64(max(n, 0))
				}
				return out
			})
		}
		own := []columns.Column{
			columns.Of("id", rows, func(r runRow) string { return r.ID }),
			columns.Of("sources", rows, func(r runRow) []string { return r.Sources }),
			columns.Of("started_at", rows, func(r runRow) time.Time { return r.StartedAt.UTC() }),
			columns.Of("ended_at", rows, func(r runRow) time.Time { return r.EndedAt.UTC() }),
			count("discovered", func(r runRow) int { return r.Discovered }),
			counts("outcomes", func(r runRow) map[string]int { return r.Outcomes }),
			counts("faults", func(r runRow) map[string]int { return r.Faults }),
			count("still_due", func(r runRow) int { return r.StillDue }),
			count("sitemaps", func(r runRow) int { return r.Sitemaps }),
			count("sitemaps_failed", func(r runRow) int { return r.SitemapsFailed }),
			count("requests", func(r runRow) int { return r.Requests }),
			columns.Of("bytes", rows, func(r runRow) uint64 { return uint64(r.Bytes) }),
			columns.Of("failures", rows, func(r runRow) [][]any {
				out := make([][]any, len(r.Failures))
				for i, f := range r.Failures {
					out[i] = []any{f.URL, f.Outcome, f.Fault, f.Reason}
				}
				return out
			}),
			columns.Of("warnings", rows, func(r runRow) []string { return r.Warnings }),
			columns.Of("complete", rows, func(r runRow) bool { return r.Complete }),
			columns.Of("why", rows, func(r runRow) string { return r.Why }),
		}
		own = append(own, originColumns(stream.Runs, rows, func(r runRow) origin { return r.origin })...)
		return columns.Block{Columns: own, Rows: len(rows)}
	}
	return NewEncoder(decode, Table[runRow]{Name: clickhouse.IngestRuns, Block: block})
}
