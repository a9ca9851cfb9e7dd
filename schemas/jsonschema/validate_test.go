package jsonschema_test

import (
	"errors"
	"strings"
	"testing"

	"careerstream/schemas/event"
	"careerstream/schemas/fault"
	"careerstream/schemas/jsonschema"
)

func TestEvent(t *testing.T) {
	t.Parallel()
	v, err := jsonschema.New()
	if err != nil {
		t.Fatal(err)
	}
	const good = `{"url":"https://careers.example/x","site":"careers.example","key":"0123456789abcdef0123456789abcdef",
		"origin":"x.html","body_sha256":"` + "0000000000000000000000000000000000000000000000000000000000000000" + `",
		"size":1,"media_type":"text/html","charset":"utf-8","fetched_at":"2026-05-04T09:00:00Z","etag":"","last_modified":"","warnings":[]}`
	tests := []struct {
		name, typ, data string
		want            fault.Kind
		says            string
	}{
		{"good", event.PageFetched, good, "", ""},
		{"unknown property", event.PageFetched, strings.Replace(good, `{"url"`, `{"later":true,"url"`, 1), "", ""},
		{"unknown type", "careerstream.page.lost.v1", good, fault.UnknownType, "page.lost"},
		{"shared part is no event", "career.record.v1", `{}`, fault.UnknownType, "career.record"},
		{"missing", event.PageFetched, `{}`, fault.SchemaViolation, "url"},
		{"wrong value", event.PageFetched, strings.Replace(good, `"size":1`, `"size":0`, 1), fault.SchemaViolation, "/size"},
		{"wrong format", event.PageFetched, strings.Replace(good, `2026-05-04T09`, `yesterday`, 1), fault.SchemaViolation, "/fetched_at"},
		{"no JSON", event.PageFetched, `{`, fault.SchemaViolation, "page.fetched"},
		{"deep", event.RecordNormalized, `{"basis":{"snapshot":1,"catalog":0},"record":{"slug":"Not A Slug"}}`, fault.SchemaViolation, "record"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			err := v.Event(event.Event{ID: "1", Type: tt.typ, Data: []byte(tt.data)})
			if tt.want == "" {
				if err != nil {
					t.Fatalf("Event() = %v, want nil", err)
				}
				return
			}
			if !errors.Is(err, tt.want) {
				t.Fatalf("Event() = %v, want %s", err, tt.want)
			}
			if !strings.Contains(err.Error(), tt.says) {
				t.Errorf("Event() = %q, does not name %q", err, tt.says)
			}
		})
	}
}

func TestReadNamesWhatThereIs(t *testing.T) {
	t.Parallel()
	if _, err := jsonschema.Read("nothing"); err == nil || !strings.Contains(err.Error(), event.PageFetched) {
		t.Errorf("Read(nothing) = %v, want the list of names", err)
	}
}
