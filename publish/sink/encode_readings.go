package sink

import (
	"careerstream/publish/columns"
	"careerstream/schemas/clickhouse"
	"careerstream/schemas/event"
	"careerstream/schemas/fault"
	"careerstream/schemas/page"
	"careerstream/schemas/stream"
)

// readingRow is what a page was read as, or why it holds no career.
type readingRow struct {
	page.Reading
	reason string
	origin origin
}

func decodeReading(raw Raw) (readingRow, error) {
	e, err := event.Decode(raw.Header, raw.Body)
	if err != nil {
		return readingRow{}, err
	}
	row := readingRow{origin: originOf(raw)}
	if e.Type == event.PageUnrelated {
		u, _, err := dataOf[page.Unrelated](stream.Read, raw, event.PageUnrelated)
		if err != nil {
			return readingRow{}, err
		}
		row.Reading, row.reason = page.Reading{URL: u.URL, Site: u.Site, Key: u.Key, Snapshot: u.Snapshot}, u.Reason
	} else if row.Reading, _, err = dataOf[page.Reading](stream.Read, raw, event.PageRead); err != nil {
		return readingRow{}, err
	}
	if row.Site == "" || row.Key == "" || row.Slug == "" && row.reason == "" {
		return readingRow{}, fault.New(fault.SchemaViolation, "%s %d: site, key, or slug and reason are missing", stream.Read, raw.Seq)
	}
	return row, nil
}

// Readings encodes the stream of what pages were read as for page_readings.
func Readings() Encoder {
	block := func(rows []readingRow) columns.Block {
		text := func(name string, get func(readingRow) string) columns.Column { return columns.Of(name, rows, get) }
		own := []columns.Column{
			text("site", func(r readingRow) string { return r.Site }),
			text("key", func(r readingRow) string { return r.Key }),
			text("url", func(r readingRow) string { return r.URL }),
			text("slug", func(r readingRow) string { return r.Slug }),
			text("template", func(r readingRow) string { return r.Template }),
			text("reason", func(r readingRow) string { return r.reason }),
			columns.Of("snapshot", rows, func(r readingRow) uint64 { return r.Snapshot }),
		}
		own = append(own, originColumns(stream.Read, rows, func(r readingRow) origin { return r.origin })...)
		return columns.Block{Columns: own, Rows: len(rows)}
	}
	return NewEncoder(decodeReading, Table[readingRow]{Name: clickhouse.PageReadings, Block: block})
}
