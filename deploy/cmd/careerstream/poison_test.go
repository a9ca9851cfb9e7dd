package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"careerstream/deploy/app"
	"careerstream/deploy/datadir"
	"careerstream/deploy/sample"
	"careerstream/publish/reconcile"
	"careerstream/schemas/event"
	"careerstream/schemas/stream"
)

// A message that cannot be processed is set aside alone, with everything that
// is needed to mend it; its neighbours are stored, and after the mend it is, too.

// poisoned is a pipeline that the test feeds with good and bad messages.
type poisoned struct {
	*process
	t     *testing.T
	data  string
	pages int
}

// start brings up these stages; a process that was up before is stopped.
func (p *poisoned) start(stages string, flags ...string) {
	p.t.Helper()
	if p.process != nil {
		p.interrupt()
	}
	p.process = startUp(p.t, p.data, append([]string{"--stages", stages}, flags...)...)
}

// take ingests n good pages without waiting for what comes after.
func (p *poisoned) take(n int) {
	p.t.Helper()
	dir := p.t.TempDir()
	for range n {
		if err := sample.Write(dir, sample.Generate(p.pages, 1000, 1)); err != nil {
			p.t.Fatal(err)
		}
		p.pages++
	}
	mustRun(p.t, "ingest", "--data", p.data, "--no-wait", dir)
}

// connect gives a plain NATS client.
func (p *poisoned) connect() jetstream.JetStream {
	p.t.Helper()
	endpoint, ok, err := datadir.Dir(p.data).Endpoint(p.t.Context())
	if err != nil || !ok {
		p.t.Fatalf("no endpoint: %v", err)
	}
	client, err := nats.Connect(endpoint.NATS, nats.NoReconnect())
	if err != nil {
		p.t.Fatal(err)
	}
	p.t.Cleanup(client.Close)
	js, err := jetstream.New(client)
	if err != nil {
		p.t.Fatal(err)
	}
	return js
}

// drained waits until these stages have nothing left to do.
func (p *poisoned) drained(stages string) {
	p.t.Helper()
	names, err := app.ParseStages(stages)
	if err != nil {
		p.t.Fatal(err)
	}
	conn := place{data: p.data}.connect(p.t)
	var lags []app.Lag
	p.waitFor("end of "+stages, 30*time.Second, func() bool {
		if lags, err = app.Lags(p.t.Context(), conn); err != nil {
			p.t.Fatal(err)
		}
		return !slices.ContainsFunc(lags, func(l app.Lag) bool { return l.Left > 0 && slices.Contains(names, l.Stage) })
	})
}

func (p *poisoned) letters(flags ...string) []letterRow {
	p.t.Helper()
	return decodeOutput[[]letterRow](p.t, mustRun(p.t, append([]string{"dead", "list", "--json", "--data", p.data}, flags...)...))
}

func (p *poisoned) reconciled() reconcile.Report {
	p.t.Helper()
	return decodeOutput[reconcile.Report](p.t, mustRun(p.t, "reconcile", "--json", "--data", p.data))
}

// bad is a message that some stages cannot process.
type bad struct {
	kind, subject, trace string
	body                 []byte
	seq                  uint64
}

// spoil makes bad messages of the newest good one of a stream.
func spoil(t *testing.T, js jetstream.JetStream, name, subject string) []*bad {
	t.Helper()
	s, err := js.Stream(t.Context(), name)
	if err != nil {
		t.Fatal(err)
	}
	raw, err := s.GetMsg(t.Context(), s.CachedInfo().State.LastSeq)
	if err != nil {
		t.Fatal(err)
	}
	good, err := event.Decode(raw.Header, raw.Data)
	if err != nil {
		t.Fatal(err)
	}
	changed := func(change func(*event.Event, map[string]any)) *bad {
		e, data := good, map[string]any{}
		if err := json.Unmarshal(good.Data, &data); err != nil {
			t.Fatal(err)
		}
		e.ID = event.ID("poison", subject)
		e.TraceParent = event.NewTrace(e.ID)
		change(&e, data)
		var err error
		if e.Data, err = json.Marshal(data); err != nil {
			t.Fatal(err)
		}
		body, err := e.Encode()
		if err != nil {
			t.Fatal(err)
		}
		return &bad{body: body, trace: event.TraceID(e.TraceParent)}
	}
	part := func(data map[string]any) map[string]any {
		if record, ok := data["record"].(map[string]any); ok {
			return record
		}
		return data
	}
	list := []*bad{
		{kind: "bad-envelope", body: []byte(`{"specversion": "1.0", "id"`)},
		changed(func(_ *event.Event, data map[string]any) { delete(part(data), "source"); delete(part(data), "url") }),
		changed(func(_ *event.Event, data map[string]any) { maps.Copy(part(data), map[string]any{"name": 5, "site": 5}) }),
		changed(func(e *event.Event, _ map[string]any) { e.Type = "careerstream.page.seen.v9" }),
	}
	list[1].kind, list[2].kind, list[3].kind = "schema-violation", "schema-violation", "unknown-type"
	for i, b := range list {
		b.subject = fmt.Sprintf("%s.poison-%d", subject, i)
		ack, err := js.Publish(t.Context(), b.subject, b.body)
		if err != nil {
			t.Fatal(err)
		}
		b.seq = ack.Sequence
	}
	return list
}

func TestPoisonAmongGoodMessages(t *testing.T) {
	t.Parallel()
	p := &poisoned{t: t, data: t.TempDir()}
	// Every stream gets good messages, bad ones, and good ones again, before the
	// stage after it runs for the first time: they come to it in one go.
	want := map[string]*bad{}
	for _, round := range []struct{ stages, stream, subject, readers string }{
		{"none", stream.Pages, "page.fetched.example", "normalize,pages"},
		{"normalize", stream.Normalized, "record.normalized", "enrich"},
		{"normalize,enrich", stream.Enriched, "record.enriched", "gate"},
		{"normalize,enrich,gate", stream.Published, "record.published", "feed,records"},
	} {
		p.start(round.stages)
		p.take(2)
		p.drained(round.stages)
		for _, b := range spoil(t, p.connect(), round.stream, round.subject) {
			for reader := range strings.SplitSeq(round.readers, ",") {
				want[fmt.Sprintf("%s %s %d", reader, round.stream, b.seq)] = b
			}
		}
	}
	p.take(2)
	p.start("all")
	p.drained("all")

	letters := len(want)
	p.expectLetters(want)
	if rows := queryRows(t, p.data, "SELECT slug FROM careers FINAL"); len(rows) != p.pages {
		t.Errorf("%d careers are stored, want the %d good ones: %v", len(rows), p.pages, rows)
	}
	for _, sink := range []string{"pages", "records"} {
		if len(queryRows(t, p.data, "SELECT * FROM ingest_ledger WHERE dead > 0 AND stored > 0 AND sink = '"+sink+"'")) == 0 {
			t.Errorf("sink %s had no batch with both good and bad messages", sink)
		}
	}
	for _, s := range p.reconciled().Streams {
		if dead := map[string]uint64{stream.Pages: 4, stream.Published: 4}[s.Stream]; s.DeadLettered != dead {
			t.Errorf("reconcile: %d messages of %s are dead, want %d", s.DeadLettered, s.Stream, dead)
		}
	}
	p.poisonTheOperators(letters)
}

// expectLetters holds the list, each letter and the table against the bad messages.
func (p *poisoned) expectLetters(want map[string]*bad) {
	t := p.t
	t.Helper()
	type row struct {
		Stage, Stream, Kind, Reason, Subject, Original, Trace, State string
		Seq                                                          uint64
	}
	stored := map[string]row{}
	for _, r := range rowsOf[row](t, place{data: p.data}.tables(t), `SELECT stage AS Stage, stream AS Stream, seq AS Seq, kind AS Kind, reason AS Reason,
		subject AS Subject, original AS Original, traceparent AS Trace, state AS State FROM dead_letters`) {
		stored[fmt.Sprintf("%s %s %d", r.Stage, r.Stream, r.Seq)] = r
	}
	letters := p.letters()
	if len(letters) != len(want) || len(stored) != len(want) {
		t.Errorf("%d letters in the list, %d in the table, want %d:\n%+v", len(letters), len(stored), len(want), letters)
	}
	for _, l := range letters {
		name := l.Stage + " " + l.Message
		b, ok := want[name]
		if !ok {
			t.Errorf("letter nobody expected: %+v", l)
			continue
		}
		delete(want, name)
		if string(l.Kind) != b.kind || l.Reason == "" || l.Hint == "" || l.State != "open" {
			t.Errorf("letter about %s: %+v, want kind %s, a reason and a hint", name, l, b.kind)
		}
		r := stored[name]
		trace := event.TraceID(r.Trace)
		r.Trace = ""
		if diff := cmp.Diff(row{
			Stage: l.Stage, Stream: strings.Fields(l.Message)[0], Seq: b.seq, Kind: b.kind, Reason: l.Reason,
			Subject: b.subject, Original: string(b.body), State: "open",
		}, r); diff != "" || trace != b.trace {
			t.Errorf("row about %s, trace %q, want %q (-want +got):\n%s", name, trace, b.trace, diff)
		}
		shown := decodeOutput[struct {
			Original    json.RawMessage
			TraceParent string
		}](t, mustRun(t, "dead", "show", "--data", p.data, fmt.Sprint(l.Letter)))
		if !strings.Contains(string(shown.Original), "specversion") || event.TraceID(shown.TraceParent) != b.trace {
			t.Errorf("dead show %d: original %s, trace %q", l.Letter, shown.Original, shown.TraceParent)
		}
	}
	for name := range want {
		t.Errorf("no letter about %s", name)
	}
}

// poisonTheOperators: the letters and orders of operators are messages as well.
func (p *poisoned) poisonTheOperators(before int) {
	t := p.t
	t.Helper()
	js := p.connect()
	for _, subject := range []string{"dead.normalize.made-up", "redrive.normalize", "redrive.records"} {
		if _, err := js.Publish(t.Context(), subject, []byte("{")); err != nil {
			t.Fatal(err)
		}
	}
	p.waitFor("letters about a letter and two orders", 30*time.Second, func() bool { return len(p.letters()) == before+3 })
	p.take(1)
	p.drained("all")
	if rows := queryRows(t, p.data, "SELECT slug FROM careers FINAL"); len(rows) != p.pages {
		t.Errorf("%d careers are stored, want %d", len(rows), p.pages)
	}
	p.reconciled()
	if ok, health := p.ready(); !ok {
		t.Errorf("not ready: %s", health)
	}
}
