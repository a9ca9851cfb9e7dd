package conformance_test

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"careerstream/publish/feed"
	"careerstream/publish/feed/conformance"
	"careerstream/publish/gate"
	"careerstream/schemas/career"
	"careerstream/schemas/event"
	"careerstream/schemas/jsonschema"
	"careerstream/schemas/subject"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// log is a stream in memory.
type log struct{ messages []event.Message }

func (l *log) add(subject string, e event.Event) event.Message {
	m := event.Message{Stream: "TEST", Seq: uint64(len(l.messages) + 1), Subject: subject, Event: e}
	l.messages = append(l.messages, m)
	return m
}

func (l *log) Last(_ context.Context, subject string) (event.Message, bool, error) {
	for _, m := range slices.Backward(l.messages) {
		if m.Subject == subject {
			return m, true, nil
		}
	}
	return event.Message{}, false, nil
}

func record(slug, name, definition string) career.Record {
	r := career.Record{
		Slug: slug, Name: name, Plural: name + "s",
		Definition: career.Definition{Paragraphs: []string{definition}},
		Duties:     []career.Duty{{ID: "maintenance", Name: "Maintenance", Text: "Keeps things working."}},
		Source: career.Source{
			URL: "https://careers.example/" + slug, Site: "careers.example", FetchedAt: time.Date(2026, 5, 4, 9, 0, 0, 0, time.UTC),
			BodySHA256: strings.Repeat("0", 64), Profile: "generic", Extractor: "1",
		},
	}
	r.FillLists()
	return r
}

// history is what the gate is given, one record after the other.
func history() []career.Record {
	keeper := record("lamp-keeper", "Lamp keeper", "A lamp keeper keeps lamps.")
	better := record("lamp-keeper", "Lamp keeper", "A lamp keeper keeps lamps, and the light in them.")
	better.Duties = append(better.Duties, career.Duty{ID: "trimming", Name: "Trimming", Text: "Trims the wicks."})
	lighter := record("lamp-lighter", "Lamp lighter", "A lamp lighter lights lamps.")
	retired := lighter
	retired.Retired = &career.Retirement{
		Since: time.Date(2026, 5, 5, 9, 0, 0, 0, time.UTC), Reason: "moved",
		MovedTo: "https://careers.example/lamp-keeper", ReplacedBy: "lamp-keeper",
	}
	heir := better
	heir.Aliases = []string{"lamp-lighter"}
	back := record("lamp-lighter", "Lamp lighter", "A lamp lighter lights lamps again.")
	alone := better
	clockmaker := record("clockmaker", "Clockmaker", "A clockmaker makes clocks.")
	gone := clockmaker
	gone.Retired = &career.Retirement{Since: time.Date(2026, 5, 6, 9, 0, 0, 0, time.UTC), Reason: "not-found"}
	return []career.Record{keeper, lighter, better, clockmaker, retired, heir, back, alone, gone}
}

// generate publishes the history through the gate.
func generate(t *testing.T) (events []byte, state conformance.State) {
	t.Helper()
	published, ticks := &log{}, time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC)
	g := gate.New(gate.Config{Clock: func() time.Time { return ticks }}, published)
	state = make(conformance.State)
	var lines [][]byte
	for i, r := range history() {
		ticks = ticks.Add(time.Hour)
		e, err := event.New("/careerstream/enrich", event.RecordEnriched, r.Slug, career.Enriched{Record: r, Basis: career.Basis{Snapshot: uint64(i + 1), Catalog: uint64(i + 1)}})
		if err != nil {
			t.Fatal(err)
		}
		e.ID = event.ID("golden", strconv.Itoa(i))
		e.TraceParent = event.NewTrace(e.ID)
		outs, err := g.Handle(t.Context(), event.Message{Seq: uint64(i + 1), Event: e})
		if err != nil || len(outs) != 1 {
			t.Fatalf("the gate makes %d events of record %d, want 1: %v", len(outs), i, err)
		}
		published.add(outs[0].Subject, outs[0].Event)
		var p career.Published
		if err := json.Unmarshal(outs[0].Event.Data, &p); err != nil {
			t.Fatal(err)
		}
		state[p.Record.Slug] = conformance.Known{Version: p.Record.Version, ContentSHA256: p.ContentSHA256}
		line, err := outs[0].Event.Encode()
		if err != nil {
			t.Fatal(err)
		}
		if i == 3 {
			// What a later release of the same major version may add.
			line = bytes.Replace(line, []byte(`"data":{`), []byte(`"data":{"added_by_a_later_release":{"n":1},`), 1)
		}
		lines = append(lines, line)
	}
	last := len(lines) - 1
	lines = slices.Insert(lines, last, lines[last-1])
	return append(bytes.Join(lines, []byte("\n")), '\n'), state
}

// TestGolden makes the golden files anew through the gate.
func TestGolden(t *testing.T) {
	t.Parallel()
	events, state := generate(t)
	text, err := json.MarshalIndent(state, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	text = append(text, '\n')
	if *update {
		for name, content := range map[string][]byte{"events.ndjson": events, "state.json": text} {
			if err := os.WriteFile(filepath.Join("golden", name), content, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		return
	}
	if !bytes.Equal(events, conformance.Events()) {
		t.Error("the gate publishes otherwise than golden/events.ndjson; look at the difference and run: go test ./publish/feed/conformance -update")
	}
	expected, err := conformance.Expected()
	if err != nil {
		t.Fatal(err)
	}
	if report := conformance.Compare(state, expected); len(report.Differences) > 0 || report.Same != 3 {
		t.Errorf("golden/state.json differs: %+v", report)
	}
}

// bucket is a key-value bucket in memory.
type bucket map[string][]byte

func (b bucket) Get(_ context.Context, key string) ([]byte, uint64, error) { return b[key], 0, nil }

func (b bucket) Put(_ context.Context, key string, value []byte, _ uint64) (uint64, error) {
	b[key] = value
	return 1, nil
}

// The golden events keep the contract, and our own consumer conforms.
func TestFeedConforms(t *testing.T) {
	t.Parallel()
	validator, err := jsonschema.New()
	if err != nil {
		t.Fatal(err)
	}
	b := bucket{}
	f := feed.New(b)
	kinds := map[string]bool{}
	count := 0
	for line := range bytes.Lines(conformance.Events()) {
		count++
		e, err := event.Decode(nil, line)
		if err != nil {
			t.Fatal(err)
		}
		if err := validator.Event(e); err != nil {
			t.Errorf("line %d: %v", count, err)
		}
		var p career.Published
		if err := json.Unmarshal(e.Data, &p); err != nil {
			t.Fatal(err)
		}
		kinds["alias"] = kinds["alias"] || len(p.Record.Aliases) > 0
		kinds["return"] = kinds["return"] || (p.Record.Slug == "lamp-lighter" && kinds["retired"] && p.Record.Retired == nil)
		kinds["retired"] = kinds["retired"] || p.Record.Retired != nil
		kinds["update"] = kinds["update"] || p.Record.Version > 1
		if _, err := f.Handle(t.Context(), event.Message{Subject: subject.Published(e.Subject), Event: e}); err != nil {
			t.Fatal(err)
		}
	}
	if count != len(history())+1 || !kinds["alias"] || !kinds["return"] || !kinds["update"] {
		t.Errorf("%d events with %v", count, kinds)
	}
	ours := conformance.State{}
	for slug, value := range b {
		var p career.Published
		if err := json.Unmarshal(value, &p); err != nil {
			t.Fatal(err)
		}
		ours[slug] = conformance.Known{Version: p.Record.Version, ContentSHA256: p.ContentSHA256}
	}
	expected, err := conformance.Expected()
	if err != nil {
		t.Fatal(err)
	}
	if report := conformance.Compare(expected, ours); len(report.Differences) > 0 || report.Same != 3 {
		t.Errorf("the feed differs: %+v", report)
	}
}
