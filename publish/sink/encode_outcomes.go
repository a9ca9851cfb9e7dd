package sink

import (
	"strconv"
	"sync"
	"time"

	"careerstream/publish/columns"
	"careerstream/schemas/clickhouse"
	"careerstream/schemas/outcome"
	"careerstream/schemas/stream"
)

// OutcomesSink is the sink that stores a partition of the quiz outcomes, 0 to
// subject.QuizPartitions-1.
func OutcomesSink(partition int) string { return OutcomesSinks + strconv.Itoa(partition) }

// OutcomesSinks begins the name of every such sink.
const OutcomesSinks = "quiz-"

// Bounds of a batch of outcomes: they are small and many, and ClickHouse takes
// few large inserts better than many small ones. A second is long for a batch
// of pages, but a report does not mind.
const (
	OutcomesMaxRows  = 50_000
	OutcomesMaxBytes = 8 << 20
	OutcomesLinger   = 500 * time.Millisecond
)

type outcomeRow struct {
	*outcome.Row
	origin origin
}

// outcomeReader reads for one goroutine at a time.
type outcomeReader struct {
	reader outcome.Reader
	rows   []outcomeRow
}

func (d *outcomeReader) read(raw Raw) (*outcomeRow, error) {
	// The stream's own clock, so that the verdict is the same in every try.
	row, err := d.reader.Read(raw.Header, raw.Body, raw.Stored)
	if err != nil {
		return nil, err
	}
	if len(d.rows) == 0 {
		d.rows = make([]outcomeRow, 256)
	}
	out := &d.rows[0]
	d.rows = d.rows[1:]
	*out = outcomeRow{row, originOf(raw)}
	return out, nil
}

// Outcomes encodes a partition of the quiz stream for quiz_outcomes.
func Outcomes() Encoder {
	readers := sync.Pool{New: func() any { return &outcomeReader{} }}
	decode := func(raw Raw) (*outcomeRow, error) {
		d := readers.Get().(*outcomeReader)
		defer readers.Put(d)
		return d.read(raw)
	}
	block := func(rows []*outcomeRow) columns.Block {
		text := func(name string, get func(*outcomeRow) string) columns.Column { return columns.Of(name, rows, get) }
		own := []columns.Column{
			columns.Of("outcome_id", rows, func(r *outcomeRow) [16]byte { return r.ID }),
			text("quiz", func(r *outcomeRow) string { return r.Quiz }),
			text("quiz_version", func(r *outcomeRow) string { return r.QuizVersion }),
			columns.Of("taken_at", rows, func(r *outcomeRow) time.Time { return r.TakenAt }),
			text("session", func(r *outcomeRow) string { return r.Session }),
			text("locale", func(r *outcomeRow) string { return r.Locale }),
			text("entry_career", func(r *outcomeRow) string { return r.EntryCareer }),
			text("chosen", func(r *outcomeRow) string { return r.Chosen }),
			columns.Of("traits.name", rows, func(r *outcomeRow) []string { return r.TraitNames }),
			columns.Of("traits.value", rows, func(r *outcomeRow) []float64 { return r.TraitValues }),
			columns.Of("matches.career", rows, func(r *outcomeRow) []string { return r.Careers }),
			columns.Of("matches.score", rows, func(r *outcomeRow) []float64 { return r.Scores }),
			columns.Of("matches.rank", rows, func(r *outcomeRow) []uint16 { return r.Ranks }),
		}
		own = append(own, originColumns(stream.Quiz, rows, func(r *outcomeRow) origin { return r.origin })...)
		return columns.Block{Columns: own, Rows: len(rows)}
	}
	return NewEncoder(decode, Table[*outcomeRow]{
		Name: clickhouse.QuizOutcomes, Block: block, Identity: "outcome_id",
		Part: func(r *outcomeRow) string { return r.TakenAt.UTC().Format("200601") },
	})
}
