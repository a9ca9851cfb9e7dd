package sink

import (
	"encoding/json"

	"careerstream/publish/columns"
	"careerstream/schemas/career"
	"careerstream/schemas/clickhouse"
	"careerstream/schemas/event"
	"careerstream/schemas/fault"
	"careerstream/schemas/stream"
)

type recordRow struct {
	career.Published
	// record is the record's JSON as published.
	record      string
	comparisons []comparison
	origin      origin
}

// comparison is a comparison with the question that it answers.
type comparison struct {
	question string
	career.Comparison
}

// Records encodes the published stream for career_versions and careers.
func Records() Encoder {
	return NewEncoder(decodeRecord,
		Table[recordRow]{Name: clickhouse.CareerVersions, Block: func(rows []recordRow) columns.Block {
			return columns.Block{Columns: append(recordColumns(rows), changeColumns(rows)...), Rows: len(rows)}
		}},
		Table[recordRow]{Name: clickhouse.Careers, Block: func(rows []recordRow) columns.Block {
			return columns.Block{Columns: recordColumns(rows), Rows: len(rows)}
		}},
	)
}

func decodeRecord(raw Raw) (recordRow, error) {
	p, e, err := dataOf[career.Published](stream.Published, raw, event.RecordPublished)
	if err != nil {
		return recordRow{}, err
	}
	var exact struct {
		Record json.RawMessage `json:"record"`
	}
	if err := json.Unmarshal(e.Data, &exact); err != nil {
		return recordRow{}, fault.New(fault.SchemaViolation, "%s %d: read record: %w", stream.Published, raw.Seq, err)
	}
	r := recordRow{Published: p, record: string(exact.Record), origin: originOf(raw)}
	if p.Record.Slug == "" || p.Record.Version == 0 {
		return r, fault.New(fault.SchemaViolation, "%s %d: slug or version is missing", stream.Published, raw.Seq)
	}
	for _, section := range p.Record.Sections {
		if section.Level < 0 || section.Level > 255 {
			return r, fault.New(fault.SchemaViolation, "%s %d: level of section %q is %d, want 0 to 6", stream.Published, raw.Seq, section.Heading, section.Level)
		}
	}
	for _, faq := range p.Record.FAQs {
		if faq.Comparison != nil {
			r.comparisons = append(r.comparisons, comparison{faq.Question, *faq.Comparison})
		}
	}
	if err := storable("valid_from", p.Record.ValidFrom); err != nil {
		return r, err
	}
	return r, storable("source.fetched_at", p.Record.Source.FetchedAt)
}
