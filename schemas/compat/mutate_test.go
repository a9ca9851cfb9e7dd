package compat_test

import (
	"encoding/json"
	"maps"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"careerstream/schemas/compat"
	"careerstream/schemas/jsonschema"
)

// Whenever the checker accepts a change, random instances of either schema are
// valid under the other; whenever it shows an example, that is one.
func TestAcceptedMutationsAgree(t *testing.T) {
	t.Parallel()
	var accepted, refused, proved int
	old := today(t)
	rapid.Check(t, func(t *rapid.T) {
		name := rapid.SampledFrom(subjects).Draw(t, "schema")
		changed := mutated(t, name)
		breaks, err := compat.Check(old, changed, name)
		if err != nil {
			t.Fatal(err)
		}
		for _, b := range breaks {
			verify(t, old, changed, b)
			refused++
			if b.Example != nil {
				proved++
			}
		}
		if len(breaks) > 0 {
			return
		}
		accepted++
		seed := rapid.Uint64().Draw(t, "seed")
		for _, pair := range [][2]*compat.Set{{old, changed}, {changed, old}} {
			sampler := compat.NewSampler(pair[0], seed)
			for range 12 {
				instance, ok := sampler.Instance(name)
				if !ok {
					continue
				}
				if err := pair[1].Validate(name, instance); err != nil {
					t.Fatalf("accepted, but %s: %v", instance, err)
				}
			}
		}
	})
	t.Logf("%d mutations accepted, %d breaks, %d of them with an example", accepted, refused, proved)
	if accepted < 5 || refused < 20 || proved*10 < refused*7 {
		t.Errorf("accepted %d, refused %d with %d examples: the test does not test much", accepted, refused, proved)
	}
}

// subjects are schemas that together use every keyword.
var subjects = []string{
	"careerstream.page.fetched.v1", "careerstream.quiz.outcome.v1", "careerstream.message.dead.v1",
	"careerstream.record.published.v1", "careerstream.run.concluded.v1",
}

// mutated returns today's schemas with one to three mutations of the
// one called name, or of the record that it refers to.
func mutated(t *rapid.T, name string) *compat.Set {
	texts := make(map[string][]byte)
	for _, other := range []string{name, "career.record.v1", "career.basis.v1"} {
		text, err := jsonschema.Read(other)
		if err != nil {
			t.Fatal(err)
		}
		texts[other] = text
	}
	target := name
	if name == "careerstream.record.published.v1" && rapid.Bool().Draw(t, "in the record") {
		target = "career.record.v1"
	}
	var doc map[string]any
	if err := json.Unmarshal(texts[target], &doc); err != nil {
		t.Fatal(err)
	}
	for range rapid.IntRange(1, 3).Draw(t, "mutations") {
		places := schemasIn(doc)
		mutate(t, rapid.SampledFrom(places).Draw(t, "place"))
	}
	text, err := json.Marshal(doc)
	if err != nil {
		t.Fatal(err)
	}
	texts[target] = text
	changed, err := compat.New(texts)
	if err != nil {
		t.Skip("no schema any more")
	}
	return changed
}

// schemasIn returns every schema object within a schema, in a fixed order.
func schemasIn(schema map[string]any) []map[string]any {
	found := []map[string]any{schema}
	for _, keyword := range slices.Sorted(maps.Keys(schema)) {
		switch value := schema[keyword].(type) {
		case map[string]any:
			if keyword == "properties" || keyword == "$defs" {
				for _, name := range slices.Sorted(maps.Keys(value)) {
					if sub, ok := value[name].(map[string]any); ok {
						found = append(found, schemasIn(sub)...)
					}
				}
			} else if keyword != "const" {
				found = append(found, schemasIn(value)...)
			}
		case []any:
			for _, item := range value {
				if sub, ok := item.(map[string]any); ok && keyword == "allOf" {
					found = append(found, schemasIn(sub)...)
				}
			}
		}
	}
	return found
}

// mutate changes one thing.
func mutate(t *rapid.T, s map[string]any) {
	switch rapid.IntRange(0, 9).Draw(t, "what") {
	case 0:
		s["type"] = rapid.SampledFrom([]any{"string", "integer", "number", "object", []any{"string", "null"}, "array", "boolean"}).Draw(t, "type")
	case 1:
		keyword := rapid.SampledFrom([]string{"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"}).Draw(t, "bound")
		s[keyword] = rapid.SampledFrom([]any{-3, 0, 0.5, 1, 7, 1000}).Draw(t, "at")
	case 2:
		keyword := rapid.SampledFrom([]string{"minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties"}).Draw(t, "count")
		s[keyword] = rapid.IntRange(0, 4).Draw(t, "at")
	case 3:
		list, _ := s["required"].([]any)
		if len(list) > 0 && rapid.Bool().Draw(t, "drop") {
			s["required"] = list[1:]
			return
		}
		s["required"] = append(slices.Clone(list), "later")
	case 4:
		properties, _ := s["properties"].(map[string]any)
		properties = maps.Clone(properties)
		if properties == nil {
			properties = make(map[string]any)
		}
		properties["later"] = map[string]any{"type": "string"}
		s["properties"] = properties
	case 5:
		s["additionalProperties"] = rapid.SampledFrom([]any{false, true, map[string]any{"type": "string"}}).Draw(t, "further")
	case 6:
		if list, ok := s["enum"].([]any); ok {
			s["enum"] = append(slices.Clone(list), "later")
		} else {
			s["enum"] = []any{"", "one", 1, true, nil}
		}
	case 7:
		s["pattern"] = rapid.SampledFrom([]any{"^[a-z]*$", "x", "^[0-9]{2}$"}).Draw(t, "pattern")
	case 8:
		keywords := slices.Sorted(maps.Keys(s))
		if len(keywords) > 0 {
			if keyword := rapid.SampledFrom(keywords).Draw(t, "dropped"); keyword != "$id" && keyword != "$defs" {
				delete(s, keyword)
			}
		}
	case 9:
		s["uniqueItems"] = rapid.Bool().Draw(t, "unique")
	}
}
