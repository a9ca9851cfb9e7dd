package sink

import (
	"cmp"
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
	ChecksSink  = "checks"
	ReadSink    = "read"
	RunsSink    = "runs"
	RecordsSink = "records"
	HeldSink    = "held"
	DriftSink   = "drift"
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

// pageRow is a snapshot, or with a reason in gone the last one of a page that is
// there no more.
type pageRow struct {
	page.Snapshot
	gone    string
	goneAt  time.Time
	movedTo string
	origin  origin
}

func decodePage(raw Raw) (pageRow, error) {
	e, err := event.Decode(raw.Header, raw.Body)
	if err != nil {
		return pageRow{}, err
	}
	row := pageRow{goneAt: time.Unix(0, 0).UTC(), origin: originOf(raw)}
	if e.Type == event.PageGone {
		g, _, err := dataOf[page.Gone](stream.Pages, raw, event.PageGone)
		if err != nil {
			return pageRow{}, err
		}
		row.Snapshot, row.gone, row.goneAt, row.movedTo = g.Last, g.Reason, g.At.UTC(), g.MovedTo
		row.URL, row.Site, row.Key = g.URL, g.Site, g.Key
	} else if row.Snapshot, _, err = dataOf[page.Snapshot](stream.Pages, raw, event.PageFetched); err != nil {
		return pageRow{}, err
	}
	if row.Site == "" || row.Key == "" || row.URL == "" || row.BodySHA256 == "" || row.Size < 0 {
		return pageRow{}, fault.New(fault.SchemaViolation, "%s %d: site, key, url, body_sha256 or size is missing", stream.Pages, raw.Seq)
	}
	if err := storable("at", row.goneAt); err != nil {
		return pageRow{}, err
	}
	return row, storable("fetched_at", row.FetchedAt)
}

// Pages encodes the pages stream for page_fetches.
func Pages() Encoder {
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
			text("kind", func(r pageRow) string { return cmp.Or(r.Kind, page.Career) }),
			columns.Of("parents", rows, func(r pageRow) []string { return r.Parents }),
			text("text_sha256", func(r pageRow) string { return r.TextSHA256 }),
			text("gone", func(r pageRow) string { return r.gone }),
			columns.Of("gone_at", rows, func(r pageRow) time.Time { return r.goneAt }),
			text("moved_to", func(r pageRow) string { return r.movedTo }),
		}
		own = append(own, originColumns(stream.Pages, rows, func(r pageRow) origin { return r.origin })...)
		return columns.Block{Columns: own, Rows: len(rows)}
	}
	return NewEncoder(decodePage, Table[pageRow]{Name: clickhouse.PageFetches, Block: block})
}
