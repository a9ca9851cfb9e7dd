package event_test

import (
	"encoding/json"
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"careerstream/schemas/event"
	"careerstream/schemas/fault"
)

func TestEncodeDecodeRoundTrip(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringN(1, 40, -1)
		data, err := json.Marshal(map[string]string{"k": text.Draw(t, "data")})
		if err != nil {
			t.Fatal(err)
		}
		want := event.Event{
			ID: event.ID(text.Draw(t, "id")), Source: "/careerstream/test", Type: event.PageFetched,
			Subject: "s", Time: time.Unix(rapid.Int64Range(0, 4e9).Draw(t, "time"), 0).UTC(),
			CausationID: "c", Data: data,
		}
		want.TraceParent = event.NewTrace(want.ID)
		body, err := want.Encode()
		if err != nil {
			t.Fatal(err)
		}
		got, err := event.Decode(nil, body)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got, cmp.Transformer("raw", func(r json.RawMessage) (v any) {
			if err := json.Unmarshal(r, &v); err != nil {
				return string(r)
			}
			return v
		})); diff != "" {
			t.Fatalf("Decode(Encode()) differs (-want +got):\n%s", diff)
		}
	})
}

func TestDecode(t *testing.T) {
	t.Parallel()
	binary := map[string][]string{
		"ce-specversion": {"1.0"}, "CE-ID": {"a%20b"}, "ce-source": {"/quiz"}, "ce-type": {"x"},
		"ce-time": {"2026-05-04T09:00:00Z"}, "Content-Type": {"application/json; charset=utf-8"},
	}
	without := func(name string) map[string][]string {
		header := map[string][]string{}
		for k, v := range binary {
			if k != name {
				header[k] = v
			}
		}
		return header
	}
	tests := []struct {
		name   string
		header map[string][]string
		body   string
		ok     bool
	}{
		{"structured", nil, `{"specversion":"1.0","id":"1","source":"/s","type":"t","data":{}}`, true},
		{"unknown attribute", nil, `{"specversion":"1.0","id":"1","source":"/s","type":"t","later":1,"data":{}}`, true},
		{"binary", binary, `{}`, true},
		{"binary without id", without("CE-ID"), `{}`, false},
		{"binary without type", without("ce-type"), `{}`, false},
		{"binary, data no JSON", binary, `nothing`, false},
		{"empty", nil, ``, false},
		{"no JSON", nil, `<html>`, false},
		{"a list", nil, `[]`, false},
		{"other version", nil, `{"specversion":"0.3","id":"1","source":"/s","type":"t","data":{}}`, false},
		{"no source", nil, `{"specversion":"1.0","id":"1","type":"t","data":{}}`, false},
		{"no data", nil, `{"specversion":"1.0","id":"1","source":"/s","type":"t"}`, false},
		{"other content", nil, `{"specversion":"1.0","id":"1","source":"/s","type":"t","datacontenttype":"text/xml","data":{}}`, false},
		{"bad time", nil, `{"specversion":"1.0","id":"1","source":"/s","type":"t","time":"noon","data":{}}`, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, err := event.Decode(tt.header, []byte(tt.body))
			if tt.ok && err != nil {
				t.Errorf("Decode() = %v, want nil", err)
			}
			if !tt.ok && !errors.Is(err, fault.BadEnvelope) {
				t.Errorf("Decode() = %v, want %s", err, fault.BadEnvelope)
			}
		})
	}
}

func TestIDKeepsPartsApart(t *testing.T) {
	t.Parallel()
	if event.ID("ab", "c") == event.ID("a", "bc") {
		t.Error("two lists of parts have one id")
	}
	if event.ID("a") == event.ID("a", "") {
		t.Error("an empty part does not count")
	}
}

func TestTrace(t *testing.T) {
	t.Parallel()
	parent := event.NewTrace("1")
	child := event.ChildTrace(parent, "2")
	if event.TraceID(child) == "" || event.TraceID(child) != event.TraceID(parent) {
		t.Errorf("child %q does not continue %q", child, parent)
	}
	if child != event.ChildTrace(parent, "2") {
		t.Error("a repeat has another span")
	}
	for _, bad := range []string{"", "x", "00-zz-1-01", "00-00000000000000000000000000000000-0000000000000001-01"} {
		if event.TraceID(bad) != "" {
			t.Errorf("TraceID(%q) is not empty", bad)
		}
		if event.TraceID(event.ChildTrace(bad, "2")) == "" {
			t.Errorf("ChildTrace(%q) starts no trace", bad)
		}
	}
}

func FuzzDecode(f *testing.F) {
	f.Add([]byte(`{"specversion":"1.0","id":"1","source":"/s","type":"t","data":{}}`))
	f.Add([]byte(`{`))
	f.Fuzz(func(t *testing.T, body []byte) {
		e, err := event.Decode(nil, body)
		if err != nil {
			return
		}
		again, err := e.Encode()
		if err != nil {
			t.Fatalf("decoded event cannot be encoded: %v", err)
		}
		if _, err := event.Decode(nil, again); err != nil {
			t.Fatalf("encoded event cannot be decoded: %v", err)
		}
	})
}
