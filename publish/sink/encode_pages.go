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

// Names of the sinks.
const (
	PagesSink   = "pages"
	RecordsSink = "records"
	LettersSink = "dead"
)

// origin is what every row says of its message.
type origin struct {
	seq    uint64
	stored time.Time
}

func originOf(raw Raw) origin { return origin{raw.Seq, raw.Stored.UTC()} }

func originColumns[R any](name string, rows []R, of func(R) origin) []columns.Column {
	return []columns.Column{
		columns.Of("_stream", rows, func(R) string { return name }),
		columns.Of("_seq", rows, func(r R) uint64 { return of(r).seq }),
		columns.Of("_stored", rows, func(r R) time.Time { return of(r).stored }),
	}
}

// storable checks that a DateTime64(3) holds the time
// (https://clickhouse.com/docs/sql-reference/data-types/datetime64).
func storable(what string, t time.Time) error {
	if year := t.UTC().Year(); year < 1900 || year > 2299 {
		return fault.New(fault.SchemaViolation, "%s is %s, want a year from 1900 to 2299", what, t.Format(time.RFC3339))
	}
	return nil
}

type pageRow struct {
	page.Snapshot
	origin origin
}

// Pages encodes the pages stream for page_fetches.
func Pages() Encoder {
	decode := func(raw Raw) (pageRow, error) {
		s, _, err := dataOf[page.Snapshot](stream.Pages, raw, event.PageFetched)
		if err != nil {
			return pageRow{}, err
		}
		if s.Site == "" || s.Key == "" || s.URL == "" || s.BodySHA256 == "" || s.Size < 0 {
			return pageRow{}, fault.New(fault.SchemaViolation, "%s %d: site, key, url, body_sha256 or size is missing", stream.Pages, raw.Seq)
		}
		return pageRow{s, originOf(raw)}, storable("fetched_at", s.FetchedAt)
	}
	block := func(rows []pageRow) columns.Block {
		text := func(name string, get func(pageRow) string) columns.Column { return columns.Of(name, rows, get) }
		own := []columns.Column{
			text("site", func(r pageRow) string { return r.Site }),
			text("key", func(r pageRow) string { return r.Key }),
			text("url", func(r pageRow) string { return r.URL }),
			text("origin", func(r pageRow) string { return r.Origin }),
			text("body_sha256", func(r pageRow) string { return r.BodySHA256 }),
			columns.Of("size", rows, func(r pageRow) uint64 { return uint64(r.Size) }),
			text("media_type", func(r pageRow) string { return r.MediaType }),
			text("charset", func(r pageRow) string { return r.Charset }),
			columns.Of("fetched_at", rows, func(r pageRow) time.Time { return r.FetchedAt.UTC() }),
			text("etag", func(r pageRow) string { return r.ETag }),
			text("last_modified", func(r pageRow) string { return r.LastModified }),
			columns.Of("warnings", rows, func(r pageRow) []string { return r.Warnings }),
		}
		own = append(own, originColumns(stream.Pages, rows, func(r pageRow) origin { return r.origin })...)
		return columns.Block{Columns: own, Rows: len(rows)}
	}
	return NewEncoder(decode, Table[pageRow]{Name: clickhouse.PageFetches, Block: block})
}
