package sink

import (
	"encoding/json"
	"time"

	"careerstream/publish/columns"
	"careerstream/schemas/career"
	"careerstream/schemas/clickhouse"
	"careerstream/schemas/event"
	"careerstream/schemas/fault"
	"careerstream/schemas/stream"
)

type heldRow struct {
	career.Held
	// record is the record's JSON as held, or "".
	record string
	origin origin
}

// Held encodes the stream of held records for held_records.
func Held() Encoder {
	decode := func(raw Raw) (heldRow, error) {
		h, e, err := dataOf[career.Held](stream.Held, raw, event.RecordHeld)
		if err != nil {
			return heldRow{}, err
		}
		if h.Slug == "" || h.State == "" {
			return heldRow{}, fault.New(fault.SchemaViolation, "%s %d: slug or state is missing", stream.Held, raw.Seq)
		}
		r := heldRow{Held: h, origin: originOf(raw)}
		if h.Record != nil {
			var exact struct {
				Record json.RawMessage `json:"record"`
			}
			if err := json.Unmarshal(e.Data, &exact); err != nil {
				return r, fault.New(fault.SchemaViolation, "%s %d: read record: %w", stream.Held, raw.Seq, err)
			}
			r.record = string(exact.Record)
		}
		if err := storable("since", h.Since); err != nil {
			return r, err
		}
		return r, storable("at", h.At)
	}
	block := func(rows []heldRow) columns.Block {
		text := func(name string, get func(heldRow) string) columns.Column { return columns.Of(name, rows, get) }
		own := []columns.Column{
			text("slug", func(r heldRow) string { return r.Slug }),
			text("state", func(r heldRow) string { return r.State }),
			text("record", func(r heldRow) string { return r.record }),
			columns.Of("basis_snapshot", rows, func(r heldRow) uint64 { return r.Basis.Snapshot }),
			columns.Of("basis_catalog", rows, func(r heldRow) uint64 { return r.Basis.Catalog }),
			text("content_sha256", func(r heldRow) string { return r.ContentSHA256 }),
			columns.Of("version", rows, func(r heldRow) uint64 { return r.Version }),
			text("url", func(r heldRow) string { return r.URL }),
			text("site", func(r heldRow) string { return r.Site }),
			text("template_before", func(r heldRow) string { return r.TemplateBefore }),
			text("template_after", func(r heldRow) string { return r.TemplateAfter }),
			columns.Of("reasons", rows, func(r heldRow) [][]any { return reasonTuples(r.Reasons) }),
			columns.Of("transient", rows, func(r heldRow) bool { return r.Transient }),
			columns.Of("since", rows, func(r heldRow) time.Time { return r.Since.UTC() }),
			columns.Of("at", rows, func(r heldRow) time.Time { return r.At.UTC() }),
			text("note", func(r heldRow) string { return r.Note }),
		}
		own = append(own, originColumns(stream.Held, rows, func(r heldRow) origin { return r.origin })...)
		return columns.Block{Columns: own, Rows: len(rows)}
	}
	return NewEncoder(decode, Table[heldRow]{Name: clickhouse.HeldRecords, Block: block})
}

func reasonTuples(reasons []career.Reason) [][]any {
	out := make([][]any, len(reasons))
	for i, r := range reasons {
		out[i] = []any{r.Rule, r.Field, r.Text}
	}
	return out
}

type driftRow struct {
	career.Drift
	origin origin
}

// Drift encodes the stream of drifting templates for drift_events.
func Drift() Encoder {
	decode := func(raw Raw) (driftRow, error) {
		d, _, err := dataOf[career.Drift](stream.Drift, raw, event.DriftDetected)
		if err != nil {
			return driftRow{}, err
		}
		if d.Site == "" || d.Template == "" {
			return driftRow{}, fault.New(fault.SchemaViolation, "%s %d: site or template is missing", stream.Drift, raw.Seq)
		}
		return driftRow{d, originOf(raw)}, storable("at", d.At)
	}
	block := func(rows []driftRow) columns.Block {
		text := func(name string, get func(driftRow) string) columns.Column { return columns.Of(name, rows, get) }
		own := []columns.Column{
			text("site", func(r driftRow) string { return r.Site }),
			text("template", func(r driftRow) string { return r.Template }),
			text("before", func(r driftRow) string { return r.Before }),
			text("slug", func(r driftRow) string { return r.Slug }),
			text("url", func(r driftRow) string { return r.URL }),
			columns.Of("reasons", rows, func(r driftRow) [][]any { return reasonTuples(r.Reasons) }),
			columns.Of("at", rows, func(r driftRow) time.Time { return r.At.UTC() }),
		}
		own = append(own, originColumns(stream.Drift, rows, func(r driftRow) origin { return r.origin })...)
		return columns.Block{Columns: own, Rows: len(rows)}
	}
	return NewEncoder(decode, Table[driftRow]{Name: clickhouse.DriftEvents, Block: block})
}
