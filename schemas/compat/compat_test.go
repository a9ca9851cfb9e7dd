package compat_test

import (
	"encoding/json"
	"strings"
	"testing"

	"careerstream/schemas/compat"
	"careerstream/schemas/jsonschema"
	"careerstream/schemas/released"
)

// today returns the schemas of this tree.
func today(t testing.TB) *compat.Set {
	t.Helper()
	texts := make(map[string][]byte)
	for _, name := range jsonschema.Names() {
		text, err := jsonschema.Read(name)
		if err != nil {
			t.Fatal(err)
		}
		texts[name] = text
	}
	set, err := compat.New(texts)
	if err != nil {
		t.Fatal(err)
	}
	return set
}

// TestEveryReleaseIsCompatible is the promise: each event of each release can be
// read today, and what is written today can be read by each release.
func TestEveryReleaseIsCompatible(t *testing.T) {
	t.Parallel()
	versions := released.Versions()
	if len(versions) == 0 || versions[0] != "0.1.0" {
		t.Fatalf("releases %v, want 0.1.0 first", versions)
	}
	now := today(t)
	for _, version := range versions {
		then, err := compat.Load(released.FS(version))
		if err != nil {
			t.Fatal(err)
		}
		if len(then.Names()) < 9 {
			t.Errorf("release %s has only %v", version, then.Names())
		}
		for _, name := range then.Names() {
			breaks, err := compat.Check(then, now, name)
			if err != nil {
				t.Errorf("release %s: %v", version, err)
			}
			for _, b := range breaks {
				t.Errorf("release %s: %s", version, b)
			}
		}
	}
}

// one makes a set of a single schema and, beside it, a part.
func one(t testing.TB, text string) *compat.Set {
	t.Helper()
	set, err := compat.New(map[string][]byte{"x": []byte(text), "part": []byte(`{"type": "string", "maxLength": 3}`)})
	if err != nil {
		t.Fatal(err)
	}
	return set
}

func TestCheck(t *testing.T) {
	t.Parallel()
	const person = `{"type":"object","required":["a"],"properties":{"a":{"type":"string"},"b":{"type":"integer","minimum":0}}}`
	tests := []struct {
		name, old, new string
		// want holds, for each break, its direction, path and a part of the reason.
		want []string
	}{
		{"the same", person, person, nil},
		{"annotations", `{"type":"string","title":"a"}`, `{"type":"string","description":"b"}`, nil},
		{"optional property added", person, strings.Replace(person, `"b"`, `"c":{"type":"string"},"b"`, 1), nil},
		{"optional property removed", person, `{"type":"object","required":["a"],"properties":{"a":{"type":"string"}}}`, nil},
		{"added, but the old reader is strict", `{"type":"object","properties":{},"additionalProperties":false}`, `{"type":"object","properties":{"a":{}},"additionalProperties":false}`, []string{"forward $.a allows no value"}},
		{"property required", person, strings.Replace(person, `["a"]`, `["a","b"]`, 1), []string{`backward $ requires "b"`}},
		{"property required no more", person, strings.Replace(person, `["a"]`, `[]`, 1), []string{`forward $ requires "a"`}},
		{"type changed", `{"type":"string"}`, `{"type":"integer"}`, []string{"backward $ wants integer", "forward $ wants string"}},
		{"type widened", `{"type":"integer"}`, `{"type":"number"}`, []string{"forward $ wants integer"}},
		{"type with null", `{"type":"string"}`, `{"type":["string","null"]}`, []string{"forward $ wants string"}},
		{"value added", `{"enum":["a"]}`, `{"enum":["a","b"]}`, []string{`forward $ does not take "b"`}},
		{"const is a list of one", `{"const":1}`, `{"enum":[1]}`, nil},
		{"list of values stated", `{"type":"string"}`, `{"enum":["a"]}`, []string{"backward $ takes only"}},
		{"bound moved", `{"type":"integer","minimum":1}`, `{"type":"integer","minimum":2}`, []string{"backward $ minimum 2"}},
		{"bound of whole numbers said otherwise", `{"type":"integer","minimum":1}`, `{"type":"integer","exclusiveMinimum":0}`, nil},
		{"bound opened", `{"type":"number","maximum":1}`, `{"type":"number","exclusiveMaximum":1}`, []string{"backward $ maximum 1 (exclusive)"}},
		{"bound of another kind", `{"type":"string","minimum":1}`, `{"type":"string","minimum":2}`, nil},
		{"length", `{"type":"string","minLength":1}`, `{"type":"string"}`, []string{"forward $ minLength"}},
		{"pattern", `{"type":"string","pattern":"^a+$"}`, `{"type":"string","pattern":"^a*$"}`, []string{"backward $ pattern?", "forward $ pattern"}},
		{"format", `{"type":"string"}`, `{"type":"string","format":"date-time"}`, []string{"backward $ format"}},
		{"items", `{"type":"array","items":{"type":"string"}}`, `{"type":"array","items":{"type":"string","minLength":1}}`, []string{"backward $[] minLength"}},
		{"no items anyway", `{"type":"array","maxItems":0,"items":{"type":"string"}}`, `{"type":"array","maxItems":0,"items":{"type":"null"}}`, nil},
		{"items differ", `{"type":"array"}`, `{"type":"array","uniqueItems":true}`, []string{"backward $ differ"}},
		{"map", `{"type":"object","additionalProperties":{"type":"integer"}}`, `{"type":"object","additionalProperties":{"type":"integer","minimum":0}}`, []string{"backward $.{} minimum"}},
		{"map gets a named property", `{"type":"object","additionalProperties":{"type":"integer"}}`, `{"type":"object","properties":{"n":{"type":"string"}},"additionalProperties":{"type":"integer"}}`, []string{"backward $.n wants string", "forward $.n wants integer"}},
		{"names", `{"type":"object","additionalProperties":{"type":"null"}}`, `{"type":"object","additionalProperties":{"type":"null"},"propertyNames":{"maxLength":2}}`, []string{"backward $ propertyNames"}},
		{"by reference", `{"$ref":"urn:careerstream:schema:part"}`, `{"type":"string","maxLength":3}`, nil},
		{"beside a reference", `{"$ref":"urn:careerstream:schema:part"}`, `{"$ref":"urn:careerstream:schema:part","minLength":1}`, []string{"backward $ minLength"}},
		{"allOf split", `{"type":"integer","minimum":1,"maximum":5}`, `{"allOf":[{"type":"integer","minimum":1},{"maximum":5}]}`, nil},
		{"allOf narrowed", `{"type":"integer","minimum":1}`, `{"allOf":[{"type":"integer","minimum":1},{"maximum":5}]}`, []string{"backward $ maximum"}},
		{"contains itself", `{"type":"object","properties":{"x":{"$ref":"#"},"n":{"type":"integer"}}}`, `{"type":"object","properties":{"n":{"type":"integer"},"x":{"$ref":"#"}}}`, nil},
		{"contains itself, narrowed", `{"type":"object","properties":{"x":{"$ref":"#"},"n":{"type":"integer"}}}`, `{"type":"object","properties":{"n":{"type":"integer","maximum":9},"x":{"$ref":"#"}}}`, []string{"backward $.n maximum", "backward $.x.n maximum"}},
		{"condition kept", `{"type":"object","properties":{"k":{"enum":["a","b"]},"v":{}},"if":{"properties":{"k":{"const":"a"}}},"then":{"required":["v"]}}`,
			`{"type":"object","properties":{"k":{"enum":["a","b"]},"v":{}},"if":{"title":"t","properties":{"k":{"const":"a"}}},"then":{"required":["v"]}}`, nil},
		{"condition added", `{"type":"object","required":["k"],"properties":{"k":{"enum":["a","b"]},"v":{}}}`,
			`{"type":"object","required":["k"],"properties":{"k":{"enum":["a","b"]},"v":{}},"if":{"properties":{"k":{"const":"a"}}},"then":{"required":["v"]}}`, []string{`backward $ "if" changed`}},
		{"condition said otherwise", `{"type":"integer","not":{"minimum":1}}`, `{"type":"integer","not":{"exclusiveMinimum":0}}`, []string{`backward $ "not" changed?`, `forward $ "not" changed?`}},
		{"the rest forbidden, by evaluation", `{"type":"object","properties":{"a":{},"b":{}},"unevaluatedProperties":false}`,
			`{"type":"object","properties":{"a":{}},"unevaluatedProperties":false}`, []string{`backward $ "unevaluatedProperties" changed`, `forward $ "unevaluatedProperties" changed?`}},
		{"the rest forbidden, kept", `{"$ref":"urn:careerstream:schema:part","unevaluatedProperties":false}`, `{"unevaluatedProperties":false,"$ref":"urn:careerstream:schema:part"}`, nil},
		{"properties by pattern", `{"type":"object","patternProperties":{"^x":{"type":"string"}}}`, `{"type":"object","patternProperties":{"^x":{"type":"string"}}}`, nil},
		{"properties by pattern, then by name", `{"type":"object","patternProperties":{"^x":{"type":"string"}}}`, `{"type":"object","properties":{"x":{"type":"integer"}}}`, []string{`backward $ "patternProperties" changed?`, `forward $ "patternProperties" changed`}},
		{"nothing allowed", `{"type":"string"}`, `false`, []string{"backward $ allows no value"}},
		{"anything allowed", `{"type":"string"}`, `true`, []string{"forward $ wants string"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			old, new := one(t, tt.old), one(t, tt.new)
			breaks, err := compat.Check(old, new, "x")
			if err != nil {
				t.Fatal(err)
			}
			if len(breaks) != len(tt.want) {
				t.Fatalf("breaks %v, want %q", breaks, tt.want)
			}
			for i, b := range breaks {
				want, unproved := strings.CutSuffix(tt.want[i], "?")
				head := string(b.Direction) + " " + b.Path + " "
				if !strings.HasPrefix(want, head) || !strings.Contains(b.Why, strings.TrimPrefix(want, head)) {
					t.Errorf("break %d: %s, want %q", i+1, b, want)
				}
				if unproved != (b.Example == nil) {
					t.Errorf("break %d: %s; proved: %t", i+1, b, b.Example != nil)
				}
				verify(t, old, new, b)
			}
		})
	}
}

// verify holds a counter-example against both schemas.
func verify(t interface{ Errorf(string, ...any) }, old, new *compat.Set, b compat.Break) {
	if b.Example == nil {
		if !strings.Contains(b.String(), "not proved") {
			t.Errorf("%s does not say that it is not proved", b)
		}
		return
	}
	writer, reader := old, new
	if b.Direction == compat.Forward {
		writer, reader = new, old
	}
	if err := writer.Validate(b.Schema, b.Example); err != nil {
		t.Errorf("%s: the writer's schema does not take it: %v", b, err)
	}
	if err := reader.Validate(b.Schema, b.Example); err == nil {
		t.Errorf("%s: the reader's schema takes it", b)
	}
}

// A break deep in the record is shown by a whole event.
func TestExampleOfARecord(t *testing.T) {
	t.Parallel()
	now := today(t)
	texts := make(map[string][]byte)
	for _, name := range jsonschema.Names() {
		text, _ := jsonschema.Read(name)
		texts[name] = []byte(strings.Replace(string(text), `"enum": ["qa", "comparison"]`, `"enum": ["qa"]`, 1))
	}
	changed, err := compat.New(texts)
	if err != nil {
		t.Fatal(err)
	}
	breaks, err := compat.Check(now, changed, "careerstream.record.published.v1")
	if err != nil {
		t.Fatal(err)
	}
	if len(breaks) != 1 || breaks[0].Path != "$.record.faqs[].kind" || breaks[0].Direction != compat.Backward || breaks[0].Example == nil {
		t.Fatalf("breaks %v, want one at $.record.faqs[].kind with an example", breaks)
	}
	verify(t, now, changed, breaks[0])
	var event struct {
		Record struct{ FAQs []struct{ Kind string } }
	}
	if err := json.Unmarshal(breaks[0].Example, &event); err != nil || len(event.Record.FAQs) == 0 || event.Record.FAQs[0].Kind != "comparison" {
		t.Errorf("example %s (%v), want a comparison in it", breaks[0].Example, err)
	}
}

func TestUnknownName(t *testing.T) {
	t.Parallel()
	if _, err := compat.Check(one(t, "true"), one(t, "true"), "y"); err == nil || !strings.Contains(err.Error(), "part") {
		t.Errorf("Check() = %v, want an error that lists the names", err)
	}
	if _, err := compat.New(map[string][]byte{"x": []byte(`{"type":7}`)}); err == nil {
		t.Error("New() takes a schema that is none")
	}
	if _, err := compat.New(map[string][]byte{"x": []byte(`{"$ref":"#a","$defs":{"a":{"$anchor":"a"}}}`)}); err == nil || !strings.Contains(err.Error(), "no JSON pointer") {
		t.Errorf("New() = %v of a reference to an anchor", err)
	}
}
