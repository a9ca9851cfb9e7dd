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

type checkRow struct {
	page.Check
	origin origin
}

// Checks encodes the stream of visits for page_checks.
func Checks() Encoder {
	decode := func(raw Raw) (checkRow, error) {
		c, _, err := dataOf[page.Check](stream.Checks, raw, event.PageChecked)
		if err != nil {
			return checkRow{}, err
		}
		if c.Site == "" || c.Key == "" || c.Status < 0 || c.Status > 999 || c.DurationMS < 0 || c.DurationMS > 1<<32-1 || c.Bytes < 0 {
			return checkRow{}, fault.New(fault.SchemaViolation, "%s %d: site or key is missing, or status, duration or bytes out of range", stream.Checks, raw.Seq)
		}
		return checkRow{c, originOf(raw)}, storable("at", c.At)
	}
	block := func(rows []checkRow) columns.Block {
		text := func(name string, get func(checkRow) string) columns.Column { return columns.Of(name, rows, get) }
		own := []columns.Column{
			text("site", func(r checkRow) string { return r.Site }),
			text("key", func(r checkRow) string { return r.Key }),
			text("url", func(r checkRow) string { return r.URL }),
			text("kind", func(r checkRow) string { return r.Kind }),
			text("run", func(r checkRow) string { return r.Run }),
			text("outcome", func(r checkRow) string { return r.Outcome }),
			columns.Of("status", rows, func(r checkRow) uint16 { return uint16(r.Status) }),
			text("fault", func(r checkRow) string { return r.Fault }),
			text("reason", func(r checkRow) string { return r.Reason }),
			columns.Of("at", rows, func(r checkRow) time.Time { return r.At.UTC() }),
			columns.Of("duration_ms", rows, func(r checkRow) uint32 { return uint32(r.DurationMS) }),
			columns.Of("bytes", rows, func(r checkRow) uint64 { return uint64(r.Bytes) }),
			text("body_sha256", func(r checkRow) string { return r.BodySHA256 }),
		}
		own = append(own, originColumns(stream.Checks, rows, func(r checkRow) origin { return r.origin })...)
		return columns.Block{Columns: own, Rows: len(rows)}
	}
	return NewEncoder(decode, Table[checkRow]{Name: clickhouse.PageChecks, Block: block})
}
