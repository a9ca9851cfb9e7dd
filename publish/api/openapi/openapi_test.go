package openapi_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"careerstream/publish/api/openapi"
)

type inner struct {
	Kind string `json:"kind" enum:"a,b"`
}

type outer struct {
	inner
	Name    string          `json:"name" doc:"For people."`
	Left    *float64        `json:"left"`
	Right   *float64        `json:"right,omitempty"`
	At      time.Time       `json:"at,omitzero"`
	Counts  map[string]uint `json:"counts"`
	More    []outer         `json:"more,omitempty"`
	Record  json.RawMessage `json:"record,omitempty" schema:"career.record.v1"`
	Changes json.RawMessage `json:"changes,omitempty" schema:"careerstream.record.published.v1#/properties/changes"`
	hidden  int
}

func TestSchemasOfTypesAndContracts(t *testing.T) {
	t.Parallel()
	_ = outer{}.hidden
	s := openapi.NewSchemas()
	ref := openapi.Of[outer](s)
	if diff := cmp.Diff(openapi.Schema{"$ref": "#/components/schemas/outer"}, ref); diff != "" {
		t.Error(diff)
	}
	text, err := openapi.Document{Title: "T", Version: "1", Schemas: s}.Encode()
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(text), "urn:careerstream:schema:") {
		t.Error("a reference leads out of the document")
	}
	schema := compile(t, text, "#/components/schemas/outer")
	for body, good := range map[string]bool{
		`{"kind":"a","name":"x","left":null,"counts":{"x":1}}`:                                                                              true,
		`{"kind":"a","name":"x","left":1.5,"right":2,"at":"2026-05-01T00:00:00Z","counts":{},"more":[]}`:                                    true,
		`{"kind":"c","name":"x","left":null,"counts":{}}`:                                                                                   false,
		`{"kind":"a","left":null,"counts":{}}`:                                                                                              false,
		`{"kind":"a","name":"x","left":null,"right":null,"counts":{}}`:                                                                      false,
		`{"kind":"a","name":"x","left":null,"counts":{"x":-1}}`:                                                                             false,
		`{"kind":"a","name":"x","left":null,"counts":{},"record":{}}`:                                                                       false,
		`{"kind":"a","name":"x","left":null,"counts":{},"changes":[{"kind":"added","field":"f","before":"","after":""}]}`:                   true,
		`{"kind":"a","name":"x","left":null,"counts":{},"changes":[{"kind":"other","field":"f","before":"","after":""}]}`:                   false,
		`{"kind":"a","name":"x","left":null,"counts":{},"more":[{"kind":"a","name":"x","left":"no","counts":{}}]}`:                          false,
		`{"kind":"a","name":"x","left":null,"counts":{},"more":[{"kind":"b","name":"x","left":0,"counts":{}}],"at":"2026-05-01T00:00:00Z"}`: true,
	} {
		doc, err := jsonschema.UnmarshalJSON(strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		if err := schema.Validate(doc); (err == nil) != good {
			t.Errorf("%s: %v", body, err)
		}
	}
}

func compile(t *testing.T, text []byte, pointer string) *jsonschema.Schema {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	if err := c.AddResource("openapi.json", doc); err != nil {
		t.Fatal(err)
	}
	schema, err := c.Compile("openapi.json" + pointer)
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

func TestErrors(t *testing.T) {
	t.Parallel()
	unknown := openapi.NewSchemas()
	unknown.Embedded("career.nothing.v1")
	if _, err := (openapi.Document{Schemas: unknown}).Encode(); err == nil {
		t.Error("an unknown schema is taken")
	}
	channel := openapi.NewSchemas()
	openapi.Of[chan int](channel)
	if _, err := (openapi.Document{Schemas: channel}).Encode(); err == nil {
		t.Error("a channel is taken")
	}
	twice := openapi.Document{Schemas: openapi.NewSchemas(), Operations: []openapi.Operation{{Path: "/a", ID: "a"}, {Path: "/a", ID: "b"}}}
	if _, err := twice.Encode(); err == nil {
		t.Error("a path appears twice")
	}
}
