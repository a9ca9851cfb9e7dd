package normalize

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"testing"
	"time"

	"careerstream/schemas/career"
	"careerstream/schemas/event"
	"careerstream/schemas/fault"
	"careerstream/schemas/jsonschema"
	"careerstream/schemas/page"
	"careerstream/schemas/subject"
)

// memory is a store of bodies and the last message of every subject.
type memory struct {
	bodies map[string][]byte
	last   map[string]event.Message
	seq    uint64
}

func (m *memory) Get(_ context.Context, sum string) ([]byte, error) {
	body, ok := m.bodies[sum]
	if !ok {
		return nil, fault.New(fault.BodyMissing, "no body %s", sum)
	}
	return body, nil
}

func (m *memory) Last(_ context.Context, on string) (event.Message, bool, error) {
	msg, ok := m.last[on]
	return msg, ok, nil
}

// snapshot stores a body and returns the message that announces it.
func (m *memory) snapshot(t *testing.T, site string, body []byte) event.Message {
	t.Helper()
	m.seq++
	digest := sha256.Sum256(body)
	sum := hex.EncodeToString(digest[:])
	m.bodies[sum] = body
	e, err := event.New("/test", event.PageFetched, "key", page.Snapshot{
		URL: "https://" + site + "/careers/beekeeper", Site: site, Key: keyOf("https://" + site + "/careers/beekeeper"), BodySHA256: sum, MediaType: page.HTML, Charset: "utf-8",
		FetchedAt: time.Date(2026, 5, 4, 3, 2, 1, 0, time.UTC), Warnings: []string{"charset guessed"},
	})
	if err != nil {
		t.Fatal(err)
	}
	e.ID = event.ID("test", fmt.Sprint(m.seq), sum)
	return event.Message{Stream: "PAGES", Seq: m.seq, Event: e}
}

// publish does what the runtime does with a stage's output.
func (m *memory) publish(t *testing.T, outs []event.Out) {
	t.Helper()
	v, err := jsonschema.New()
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range outs {
		if err := v.Event(o.Event); err != nil {
			t.Fatalf("event breaks its schema: %v", err)
		}
		if before := m.last[o.Subject].Seq; o.ExpectLast == nil || *o.ExpectLast != before {
			t.Fatalf("expects %v as the last of %s, which is %d", o.ExpectLast, o.Subject, before)
		}
		m.seq++
		m.last[o.Subject] = event.Message{Stream: "NORMALIZED", Seq: m.seq, Subject: o.Subject, Event: o.Event}
	}
}

func TestHandler(t *testing.T) {
	t.Parallel()
	m := &memory{bodies: map[string][]byte{}, last: map[string]event.Message{}}
	h := NewHandler(mustNew(t), m, m)
	on := subject.Normalized("beekeeper")
	handle := func(msg event.Message) ([]event.Out, error) { return h.Handle(t.Context(), msg) }

	first := m.snapshot(t, "a.example", shapes()[0].body(beekeeper()))
	outs, err := handle(first)
	if err != nil || len(outs) != 2 || outs[0].Subject != on || outs[0].Event.CausationID != first.Event.ID || outs[1].Event.Type != event.PageRead {
		t.Fatalf("first page: %d events, %v", len(outs), err)
	}
	again, err := handle(first)
	if err != nil || len(again) != 2 || again[0].Event.ID != outs[0].Event.ID {
		t.Fatalf("a repeat before publication is another event: %v", err)
	}
	m.publish(t, outs)
	n, err := event.Data[career.Normalized](m.last[on])
	if err != nil || n.Basis.Snapshot != first.Seq || n.Record.Name != "Beekeeper" || n.Record.Quality.Warnings[0] != "charset guessed" {
		t.Fatalf("published %+v %v", n, err)
	}
	if outs, err := handle(first); err != nil || len(outs) != 0 {
		t.Errorf("a repeat after publication: %d events, %v", len(outs), err)
	}

	changed := beekeeper()
	changed.workplace = changed.workplace[:1]
	late := m.snapshot(t, "a.example", shapes()[0].body(changed))
	newest := m.snapshot(t, "a.example", shapes()[1].body(beekeeper()))
	outs, err = handle(newest)
	if err != nil || len(outs) == 0 {
		t.Fatalf("newer page: %d events, %v", len(outs), err)
	}
	m.publish(t, outs)
	if outs, err := handle(late); err != nil || len(outs) != 0 {
		t.Errorf("an older page that comes late: %d events, %v", len(outs), err)
	}

	other := m.snapshot(t, "b.example", shapes()[0].body(beekeeper()))
	if _, err := handle(other); fault.KindOf(err) != fault.SlugTaken {
		t.Errorf("another site's page: %v", err)
	}
	missing := m.snapshot(t, "a.example", []byte("<h1>Chef</h1>"))
	clear(m.bodies)
	if _, err := handle(missing); fault.KindOf(err) != fault.BodyMissing {
		t.Errorf("body gone: %v", err)
	}
}
