package sink

import (
	"time"

	"careerstream/publish/columns"
	"careerstream/schemas/clickhouse"
	"careerstream/schemas/deadletter"
	"careerstream/schemas/event"
	"careerstream/schemas/fault"
	"careerstream/schemas/stream"
)

type letterRow struct {
	deadletter.Letter
	origin origin
}

// Letters encodes the dead stream for dead_letter_events.
func Letters() Encoder {
	decode := func(raw Raw) (letterRow, error) {
		l, _, err := dataOf[deadletter.Letter](stream.Dead, raw, event.MessageDead)
		if err != nil {
			return letterRow{}, err
		}
		if l.Stage == "" || (l.State != deadletter.Open && l.State != deadletter.Resolved) {
			return letterRow{}, fault.New(fault.SchemaViolation, "%s %d: stage is missing or state is neither open nor resolved", stream.Dead, raw.Seq)
		}
		return letterRow{l, originOf(raw)}, storable("failed_at", l.FailedAt)
	}
	block := func(rows []letterRow) columns.Block {
		text := func(name string, get func(letterRow) string) columns.Column { return columns.Of(name, rows, get) }
		own := []columns.Column{
			text("stage", func(r letterRow) string { return r.Stage }),
			text("kind", func(r letterRow) string { return r.Kind }),
			text("reason", func(r letterRow) string { return r.Reason }),
			text("state", func(r letterRow) string { return r.State }),
			text("stream", func(r letterRow) string { return r.Stream }),
			columns.Of("seq", rows, func(r letterRow) uint64 { return r.Seq }),
			text("subject", func(r letterRow) string { return r.Subject }),
			text("origin", func(r letterRow) string { return r.Origin }),
			text("original", func(r letterRow) string { return string(r.Original) }),
			columns.Of("header", rows, func(r letterRow) map[string][]string { return r.Header }),
			text("traceparent", func(r letterRow) string { return r.TraceParent }),
			columns.Of("deliveries", rows, func(r letterRow) uint64 { return r.Deliveries }),
			columns.Of("failed_at", rows, func(r letterRow) time.Time { return r.FailedAt.UTC() }),
		}
		own = append(own, originColumns(stream.Dead, rows, func(r letterRow) origin { return r.origin })...)
		return columns.Block{Columns: own, Rows: len(rows)}
	}
	return NewEncoder(decode, Table[letterRow]{Name: clickhouse.DeadLetterEvents, Block: block})
}
