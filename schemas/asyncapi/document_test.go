package asyncapi_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"careerstream/schemas"
	"careerstream/schemas/asyncapi"
	"careerstream/schemas/event"
	"careerstream/schemas/subject"
)

var update = flag.Bool("update", false, "rewrite the golden file")

func document(t testing.TB) ([]byte, map[string]any) {
	t.Helper()
	text, err := asyncapi.Document()
	if err != nil {
		t.Fatal(err)
	}
	var doc map[string]any
	if err := json.Unmarshal(text, &doc); err != nil {
		t.Fatal(err)
	}
	return text, doc
}

// TestGolden holds what is made here; of the JSON Schemas, which have their own
// files, only the names.
func TestGolden(t *testing.T) {
	t.Parallel()
	whole, doc := document(t)
	components := doc["components"].(map[string]any)
	components["schemas"] = slices.Sorted(maps.Keys(components["schemas"].(map[string]any)))
	text, err := json.MarshalIndent(doc, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	text = append(text, '\n')
	golden := filepath.Join("testdata", "asyncapi.json")
	if *update {
		if err := os.WriteFile(golden, text, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(text, want) {
		t.Error("the document is not testdata/asyncapi.json; look at the difference and run: go test ./schemas/asyncapi -update")
	}
	again, _ := document(t)
	if !bytes.Equal(whole, again) {
		t.Error("two documents differ")
	}
}

// Every reference leads to something in the document.
func TestReferencesHold(t *testing.T) {
	t.Parallel()
	_, doc := document(t)
	found := 0
	var walk func(value any)
	walk = func(value any) {
		switch v := value.(type) {
		case map[string]any:
			if ref, ok := v["$ref"].(string); ok {
				found++
				if lookUp(doc, ref) == nil {
					t.Errorf("%s leads nowhere", ref)
				}
			}
			for _, item := range v {
				walk(item)
			}
		case []any:
			for _, item := range v {
				walk(item)
			}
		}
	}
	walk(doc)
	if found < 100 {
		t.Errorf("only %d references", found)
	}
}

func lookUp(doc any, ref string) any {
	pointer, ok := strings.CutPrefix(ref, "#/")
	if !ok {
		return nil
	}
	for step := range strings.SplitSeq(pointer, "/") {
		object, _ := doc.(map[string]any)
		doc = object[step]
	}
	return doc
}

// Each contract has a message in the channel of its subject, and the addresses
// are those that package subject makes.
func TestEveryContractIsThere(t *testing.T) {
	t.Parallel()
	_, doc := document(t)
	channels := doc["channels"].(map[string]any)
	for _, contract := range schemas.Contracts() {
		var names []string
		for _, name := range slices.Sorted(maps.Keys(channels)) {
			channel := channels[name].(map[string]any)
			if _, ok := channel["messages"].(map[string]any)[contract.Type]; ok {
				names = append(names, name)
				if channel["x-pattern"] != contract.Subject || channel["x-stream"].(map[string]any)["name"] != contract.Stream {
					t.Errorf("%s is in channel %s of %v", contract.Type, name, channel["x-pattern"])
				}
			}
		}
		if len(names) != 1 {
			t.Errorf("%s is in channels %v, want one", contract.Type, names)
		}
	}
	for name, made := range map[string]string{
		"page.requested": subject.Requested("{site}", "{key}"), "page.fetched": subject.Page("{site}", "{key}"),
		"page.checked": subject.Checked("{site}", "{key}"), "page.read": subject.Read("{site}", "{key}"),
		"record.published": subject.Published("{slug}"), "record.held": subject.Held("{slug}"),
		"record.enriched": subject.Enriched("{slug}"), "record.normalized": subject.Normalized("{slug}"),
		"drift.detected": subject.Drift("{site}", "{template}"), "run.concluded": subject.Run("{run}"),
		"quiz.outcome": subject.QuizOutcome("{outcome}"), "dead": subject.Dead("{stage}", "{kind}"), "redrive": subject.Redrive("{stage}"),
	} {
		channel, ok := channels[name].(map[string]any)
		if !ok {
			t.Errorf("there is no channel %s", name)
			continue
		}
		// Package subject makes "_" of what no token may hold.
		if got := strings.NewReplacer("{", "_", "}", "_").Replace(channel["address"].(string)); got != made {
			t.Errorf("channel %s has address %v; a subject looks like %s", name, channel["address"], made)
		}
	}
}

// An event as it is encoded fits the payload of its message, and a wrong one not.
func TestPayloadsAreThoseOfEvents(t *testing.T) {
	t.Parallel()
	text, _ := document(t)
	compiler := jsonschema.NewCompiler()
	compiler.AssertFormat()
	resource, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	if err := compiler.AddResource("urn:asyncapi", resource); err != nil {
		t.Fatal(err)
	}
	for _, contract := range schemas.Contracts() {
		if _, err := compiler.Compile("urn:asyncapi#/components/messages/" + contract.Type + "/payload/schema"); err != nil {
			t.Errorf("payload of %s: %v", contract.Type, err)
		}
	}
	schema, err := compiler.Compile("urn:asyncapi#/components/messages/" + event.MessageRedrive + "/payload/schema")
	if err != nil {
		t.Fatal(err)
	}
	for data, want := range map[string]bool{`{"letter":1,"stream":"","seq":0}`: true, `{"letter":0,"stream":"","seq":0}`: false} {
		e := event.Event{ID: event.ID("x"), Source: "/careerstream/test", Type: event.MessageRedrive, Time: time.Unix(0, 0), Data: []byte(data)}
		body, err := e.CausedBy(e).Encode()
		if err != nil {
			t.Fatal(err)
		}
		value, err := jsonschema.UnmarshalJSON(bytes.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		if err := schema.Validate(value); (err == nil) != want {
			t.Errorf("%s: %v, want valid: %t", body, err, want)
		}
	}
}
