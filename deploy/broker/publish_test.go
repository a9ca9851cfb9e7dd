package broker

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"

	"careerstream/schemas/event"
	"careerstream/schemas/fault"
	"careerstream/schemas/stream"
)

func expecting(out event.Out, last uint64) event.Out {
	out.ExpectLast = &last
	return out
}

// TestPublish walks repeats, lost races and repeats after a lost acknowledgement.
func TestPublish(t *testing.T) {
	t.Parallel()
	conn := applied(t, Config{})
	const a, b = "record.normalized.a", "record.normalized.b"
	steps := []struct {
		name      string
		out       event.Out
		seq       uint64
		duplicate bool
		kind      error
	}{
		{"first", record(a, 1), 1, false, nil},
		{"repeat", record(a, 1), 1, true, nil},
		{"another", record(a, 2), 2, false, nil},
		{"first on b, none expected", expecting(record(b, 1), 0), 3, false, nil},
		{"repeat of it: its acknowledgement was lost", expecting(record(b, 1), 0), 3, true, nil},
		{"lost race", expecting(record(b, 9), 0), 0, false, fault.Conflict},
		{"next on b", expecting(record(b, 2), 3), 4, false, nil},
		{"next on b again", expecting(record(b, 3), 4), 5, false, nil},
		{"repeat of one that is not the last any more", expecting(record(b, 2), 3), 4, true, nil},
		{"expected one that never was", expecting(record(b, 4), 77), 0, false, fault.Conflict},
		{"wrong sequence of another subject", expecting(record(b, 5), 2), 0, false, fault.Conflict},
	}
	for _, step := range steps {
		seq, duplicate, err := conn.Publish(t.Context(), step.out)
		if seq != step.seq || duplicate != step.duplicate || !errors.Is(err, step.kind) {
			t.Errorf("%s: %d %t %v, want %d %t %v", step.name, seq, duplicate, err, step.seq, step.duplicate, step.kind)
		}
	}
	info, err := conn.Log(stream.Normalized).Info(t.Context())
	if err != nil || info.Last != 5 {
		t.Errorf("%d messages stored, %v; want 5", info.Last, err)
	}
}

func TestPublishedEvent(t *testing.T) {
	t.Parallel()
	conn := applied(t, Config{})
	out := record("record.normalized.a", 1)
	before := time.Now()
	if _, _, err := conn.Publish(t.Context(), out); err != nil {
		t.Fatal(err)
	}
	m, ok, err := conn.Last(t.Context(), out.Subject)
	if err != nil || !ok {
		t.Fatal(ok, err)
	}
	if m.Stream != stream.Normalized || m.Seq != 1 || m.Subject != out.Subject || m.Stored.Before(before) || m.Event.Time.Before(before.Add(-time.Second)) {
		t.Errorf("message %+v", m)
	}
	raw, ok, err := conn.Get(t.Context(), stream.Normalized, 1)
	if err != nil || !ok || raw.Header["Content-Type"][0] != event.ContentType || raw.Header["Nats-Msg-Id"][0] != out.Event.ID || !json.Valid(raw.Body) {
		t.Errorf("raw message %+v %t %v", raw, ok, err)
	}
	if _, ok, err := conn.Get(t.Context(), stream.Normalized, 2); ok || err != nil {
		t.Errorf("message that is not there: %t %v", ok, err)
	}
	if _, ok, err := conn.Last(t.Context(), "record.normalized.none"); ok || err != nil {
		t.Errorf("subject that holds nothing: %t %v", ok, err)
	}
	if _, _, err := conn.Last(t.Context(), "elsewhere.a"); err == nil {
		t.Error("a subject of no stream gives no error")
	}
}

func TestTooLarge(t *testing.T) {
	t.Parallel()
	conn := applied(t, Config{MaxPayload: 1 << 20})
	large := record("record.normalized.a", 1)
	large.Event.Data = []byte(`"` + strings.Repeat("x", 1<<20) + `"`)
	if _, _, err := conn.Publish(t.Context(), large); !errors.Is(err, fault.EventTooLarge) {
		t.Errorf("error %v, want %v", err, fault.EventTooLarge)
	}
	if err := conn.PublishAll(t.Context(), []event.Out{record("record.normalized.a", 2), large}); !errors.Is(err, fault.EventTooLarge) {
		t.Errorf("error %v, want %v", err, fault.EventTooLarge)
	}
	if info, err := conn.Log(stream.Normalized).Info(t.Context()); err != nil || info.Last != 0 {
		t.Errorf("%d messages stored, %v; want none before all are measured", info.Last, err)
	}
	if _, err := conn.Marks().Save(t.Context(), "x", make([]byte, 2<<20), 0); !errors.Is(err, fault.EventTooLarge) {
		t.Errorf("mark: error %v, want %v", err, fault.EventTooLarge)
	}
}

// TestFull fills the store, and a stream with a limit of its own.
func TestFull(t *testing.T) {
	t.Parallel()
	conn := applied(t, Config{MaxStore: 1 << 20})
	fillUp := func() error {
		for n := range 100 {
			out := record("record.normalized.a", n)
			out.Event.Data = []byte(`"` + strings.Repeat("x", 100<<10) + `"`)
			if _, _, err := conn.Publish(t.Context(), out); err != nil {
				return err
			}
		}
		return nil
	}
	if err := fillUp(); !errors.Is(err, fault.BrokerFull) {
		t.Errorf("full store: error %v, want %v", err, fault.BrokerFull)
	}
	limited := applied(t, Config{})
	s, err := limited.js.Stream(t.Context(), stream.Normalized)
	if err != nil {
		t.Fatal(err)
	}
	config := s.CachedInfo().Config
	config.MaxBytes = 300 << 10
	if _, err := limited.js.UpdateStream(t.Context(), config); err != nil {
		t.Fatal(err)
	}
	conn = limited
	if err := fillUp(); !errors.Is(err, fault.BrokerFull) {
		t.Errorf("full stream: error %v, want %v", err, fault.BrokerFull)
	}
}

// TestCodes compares our names with the server's own table.
func TestCodes(t *testing.T) {
	t.Parallel()
	for code, id := range map[uint16]server.ErrorIdentifier{
		uint16(codeAccountResources):      server.JSAccountResourcesExceededErr,
		uint16(codeInsufficientResources): server.JSInsufficientResourcesErr,
		uint16(codeMemoryResources):       server.JSMemoryResourcesExceededErr,
		uint16(codeStorageResources):      server.JSStorageResourcesExceededErr,
		uint16(codeStoreFailed):           server.JSStreamStoreFailedF,
		uint16(codeHeaderTooLarge):        server.JSStreamHeaderExceedsMaximumErr,
	} {
		if got := server.ApiErrors[id]; got == nil || got.ErrCode != code {
			t.Errorf("code %d is %v in the server", code, got)
		}
	}
}
