package sink_test

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"time"

	"careerstream/publish/sink"
	"careerstream/schemas/career"
	"careerstream/schemas/event"
	"careerstream/schemas/fault"
	"careerstream/schemas/page"
)

func raw(t testing.TB, typ string, data any) sink.Raw {
	t.Helper()
	e, err := event.New("/test", typ, "x", data)
	if err != nil {
		t.Fatal(err)
	}
	e.ID, e.Time = "id", time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	body, err := e.Encode()
	if err != nil {
		t.Fatal(err)
	}
	return sink.Raw{Seq: 7, Stored: e.Time, Body: body}
}

func published(edit func(p *career.Published)) career.Published {
	at := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	p := career.Published{Record: career.Record{Slug: "x", Version: 1, ValidFrom: at, Source: career.Source{FetchedAt: at}}}
	p.Record.FillLists()
	edit(&p)
	return p
}

func TestRecordsRefuseWhatTheTablesCannotHold(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		raw  sink.Raw
		want fault.Kind
	}{
		{"no envelope", sink.Raw{Body: []byte("hello")}, fault.BadEnvelope},
		{"other type", raw(t, "other", 1), fault.UnknownType},
		{"other shape", raw(t, event.RecordPublished, 5), fault.SchemaViolation},
		{"no slug", raw(t, event.RecordPublished, published(func(p *career.Published) { p.Record.Slug = "" })), fault.SchemaViolation},
		{"no version", raw(t, event.RecordPublished, published(func(p *career.Published) { p.Record.Version = 0 })), fault.SchemaViolation},
		{"no time", raw(t, event.RecordPublished, published(func(p *career.Published) { p.Record.ValidFrom = time.Time{} })), fault.SchemaViolation},
		{"far time", raw(t, event.RecordPublished, published(func(p *career.Published) {
			p.Record.Source.FetchedAt = time.Date(3000, 1, 1, 0, 0, 0, 0, time.UTC)
		})), fault.SchemaViolation},
		{"deep heading", raw(t, event.RecordPublished, published(func(p *career.Published) { p.Record.Sections = []career.Section{{Level: 300}} })), fault.SchemaViolation},
	}
	for _, test := range tests {
		if _, err := sink.Records().Block("careers", test.raw); fault.KindOf(err) != test.want {
			t.Errorf("%s: error %v, want %s", test.name, err, test.want)
		}
	}
	if _, err := sink.Records().Block("careers", raw(t, event.RecordPublished, published(func(*career.Published) {}))); err != nil {
		t.Error(err)
	}
}

func TestPagesRefuseWhatIsMissing(t *testing.T) {
	t.Parallel()
	whole := page.Snapshot{Site: "s", Key: "k", URL: "u", BodySHA256: "b", Size: 1, FetchedAt: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)}
	if _, err := sink.Pages().Block("page_fetches", raw(t, event.PageFetched, whole)); err != nil {
		t.Fatal(err)
	}
	for name, remove := range map[string]func(*page.Snapshot){
		"site": func(s *page.Snapshot) { s.Site = "" }, "key": func(s *page.Snapshot) { s.Key = "" },
		"url": func(s *page.Snapshot) { s.URL = "" }, "body": func(s *page.Snapshot) { s.BodySHA256 = "" },
		"size": func(s *page.Snapshot) { s.Size = -1 }, "time": func(s *page.Snapshot) { s.FetchedAt = time.Time{} },
	} {
		s := whole
		remove(&s)
		if _, err := sink.Pages().Block("page_fetches", raw(t, event.PageFetched, s)); fault.KindOf(err) != fault.SchemaViolation {
			t.Errorf("without %s: error %v, want %s", name, err, fault.SchemaViolation)
		}
	}
}

func TestHeldAndDriftRefuseWhatIsMissing(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	held := career.Held{Slug: "x", State: career.HeldBack, Since: at, At: at, Record: &career.Record{Slug: "x"}, Reasons: []career.Reason{{Rule: "collapse"}}}
	block, err := sink.Held().Block("held_records", raw(t, event.RecordHeld, held))
	if err != nil || block.Rows != 1 || !strings.Contains(block.Columns[2].Values.([]string)[0], `"slug":"x"`) {
		t.Fatalf("held: %+v, %v", block, err)
	}
	for name, remove := range map[string]func(*career.Held){
		"slug": func(h *career.Held) { h.Slug = "" }, "state": func(h *career.Held) { h.State = "" },
		"since": func(h *career.Held) { h.Since = time.Time{} }, "time": func(h *career.Held) { h.At = time.Time{} },
	} {
		h := held
		remove(&h)
		if _, err := sink.Held().Block("held_records", raw(t, event.RecordHeld, h)); fault.KindOf(err) != fault.SchemaViolation {
			t.Errorf("without %s: error %v, want %s", name, err, fault.SchemaViolation)
		}
	}
	if _, err := sink.Drift().Block("drift_events", raw(t, event.DriftDetected, career.Drift{Site: "s", Template: "t", At: at})); err != nil {
		t.Error(err)
	}
	for _, d := range []career.Drift{{Template: "t", At: at}, {Site: "s", At: at}, {Site: "s", Template: "t"}} {
		if _, err := sink.Drift().Block("drift_events", raw(t, event.DriftDetected, d)); fault.KindOf(err) != fault.SchemaViolation {
			t.Errorf("%+v: error %v, want %s", d, err, fault.SchemaViolation)
		}
	}
}

func TestReadings(t *testing.T) {
	t.Parallel()
	read := page.Reading{URL: "u", Site: "s", Key: "k", Slug: "x", Snapshot: 3}
	none := page.Unrelated{URL: "u", Site: "s", Key: "k", Reason: "no career", Snapshot: 4}
	for _, tt := range []struct {
		typ  string
		data any
		want string
	}{
		{event.PageRead, read, "x"}, {event.PageUnrelated, none, ""},
		{event.PageRead, page.Reading{Site: "s", Key: "k"}, "refused"}, {event.PageUnrelated, page.Unrelated{Site: "s", Key: "k"}, "refused"},
		{event.PageUnrelated, page.Unrelated{Key: "k", Reason: "r"}, "refused"}, {event.PageFetched, read, "refused"},
	} {
		block, err := sink.Readings().Block("page_readings", raw(t, tt.typ, tt.data))
		if tt.want == "refused" {
			if fault.ClassOf(err) != fault.Poison {
				t.Errorf("%s %+v: error %v", tt.typ, tt.data, err)
			}
			continue
		}
		if err != nil || block.Rows != 1 || block.Columns[3].Values.([]string)[0] != tt.want {
			t.Errorf("%s: %+v, %v", tt.typ, block, err)
		}
	}
}

// FuzzEncoders: whatever a message holds, an encoder either refuses it as
// poison or makes columns of one length, the same ones each time.
func FuzzEncoders(f *testing.F) {
	f.Add([]byte(`{}`))
	for _, typ := range []string{event.PageFetched, event.PageRead, event.PageUnrelated, event.RecordPublished, event.RecordHeld, event.DriftDetected, event.MessageDead} {
		data := json.RawMessage(`{"site":"s","key":"k","template":"t","slug":"x","since":"2026-01-01T00:00:00Z","at":"2026-01-01T00:00:00Z","reasons":[{}],"fetched_at":"2026-01-01T00:00:00Z","failed_at":"2026-01-01T00:00:00Z","stage":"x","state":"open","record":{"slug":"x","version":1,"valid_from":"2026-01-01T00:00:00Z","source":{"fetched_at":"2026-01-01T00:00:00Z"},"faqs":[{"comparison":{}}]}}`)
		f.Add(raw(f, typ, data).Body)
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		message := sink.Raw{Seq: 1, Stored: time.Unix(0, 0), Body: body}
		for _, encoder := range []sink.Encoder{sink.Pages(), sink.Readings(), sink.Records(), sink.Held(), sink.Drift(), sink.Letters()} {
			for _, table := range encoder.Tables() {
				block, err := encoder.Block(table, message)
				if err != nil {
					if fault.ClassOf(err) != fault.Poison || fault.KindOf(err) == fault.Panic {
						t.Fatalf("error %v, want poison", err)
					}
					continue
				}
				again, err := encoder.Block(table, message)
				if err != nil || !reflect.DeepEqual(block, again) {
					t.Fatalf("table %s: two blocks of one message differ", table)
				}
				for _, column := range block.Columns {
					if reflect.ValueOf(column.Values).Len() != block.Rows {
						t.Fatalf("column %s has another length", column.Name)
					}
				}
			}
		}
	})
}
