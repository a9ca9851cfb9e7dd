package schemas_test

import (
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"careerstream/schemas"
	"careerstream/schemas/jsonschema"
	"careerstream/schemas/stream"
)

// TestGoTypesMatchJSONSchemas walks each Go type beside its schema: the same
// properties, the same kinds, and every one of them required unless it may be
// left out.
func TestGoTypesMatchJSONSchemas(t *testing.T) {
	t.Parallel()
	for _, contract := range schemas.Contracts() {
		t.Run(contract.Type, func(t *testing.T) {
			t.Parallel()
			root := readSchema(t, contract.Type)
			compare(t, "$", reflect.TypeOf(contract.Data), root, root)
		})
	}
}

func readSchema(t *testing.T, name string) map[string]any {
	t.Helper()
	text, err := jsonschema.Read(name)
	if err != nil {
		t.Fatal(err)
	}
	var schema map[string]any
	if err := json.Unmarshal(text, &schema); err != nil {
		t.Fatal(err)
	}
	return schema
}

// resolve follows $ref, and the first branch of allOf, to the schema that lists
// the properties; root changes when the reference leaves the file.
func resolve(t *testing.T, schema, root map[string]any) (map[string]any, map[string]any) {
	t.Helper()
	for {
		if all, ok := schema["allOf"].([]any); ok {
			schema = all[0].(map[string]any)
			continue
		}
		ref, ok := schema["$ref"].(string)
		if !ok {
			return schema, root
		}
		if name, ok := strings.CutPrefix(ref, "#/$defs/"); ok {
			schema = root["$defs"].(map[string]any)[name].(map[string]any)
			continue
		}
		schema = readSchema(t, strings.TrimPrefix(ref, "urn:careerstream:schema:"))
		root = schema
	}
}

func compare(t *testing.T, path string, typ reflect.Type, schema, root map[string]any) {
	t.Helper()
	schema, root = resolve(t, schema, root)
	if typ.Kind() == reflect.Pointer {
		typ = typ.Elem()
	}
	want := kindOf(typ)
	if got, ok := schema["type"]; ok && !names(got, want) {
		t.Errorf("%s: schema has type %v, Go has %s", path, got, want)
	}
	switch want {
	case "array":
		items, ok := schema["items"].(map[string]any)
		if !ok {
			t.Errorf("%s: schema does not say what the items are", path)
			return
		}
		compare(t, path+"[]", typ.Elem(), items, root)
	case "object":
		if typ.Kind() == reflect.Struct {
			compareFields(t, path, typ, schema, root)
		}
	}
}

func compareFields(t *testing.T, path string, typ reflect.Type, schema, root map[string]any) {
	t.Helper()
	properties, _ := schema["properties"].(map[string]any)
	required, _ := schema["required"].([]any)
	left := map[string]bool{}
	for name := range properties {
		left[name] = true
	}
	for i := range typ.NumField() {
		name, options, _ := strings.Cut(typ.Field(i).Tag.Get("json"), ",")
		property, ok := properties[name].(map[string]any)
		if !ok {
			t.Errorf("%s: Go has %q, the schema does not", path, name)
			continue
		}
		delete(left, name)
		optional := strings.HasPrefix(options, "omit")
		if optional == slices.Contains(required, any(name)) {
			t.Errorf("%s.%s: required in the schema: %t, may be left out by Go: %t", path, name, !optional, optional)
		}
		compare(t, path+"."+name, typ.Field(i).Type, property, root)
	}
	for name := range left {
		t.Errorf("%s: the schema has %q, Go does not", path, name)
	}
}

func kindOf(typ reflect.Type) string {
	switch {
	case typ == reflect.TypeFor[time.Time](), typ == reflect.TypeFor[[]byte](), typ.Kind() == reflect.String:
		return "string"
	case typ.Kind() == reflect.Slice:
		return "array"
	case typ.Kind() == reflect.Struct, typ.Kind() == reflect.Map:
		return "object"
	case typ.Kind() == reflect.Float64, typ.Kind() == reflect.Float32:
		return "number"
	case typ.Kind() == reflect.Bool:
		return "boolean"
	}
	return "integer"
}

// names tells whether a schema's type (a name or a list of names) includes want.
func names(schemaType any, want string) bool {
	if list, ok := schemaType.([]any); ok {
		return slices.Contains(list, any(want))
	}
	return schemaType == want
}

// TestEverySubjectHasOneContractAndOneStream holds subjects, streams, consumers
// and contracts against each other.
func TestEverySubjectHasOneContractAndOneStream(t *testing.T) {
	t.Parallel()
	kept := map[string]string{}
	for _, spec := range stream.Streams() {
		for _, pattern := range spec.Subjects {
			if other, ok := kept[pattern]; ok {
				t.Errorf("%s is kept by %s and %s", pattern, other, spec.Name)
			}
			kept[pattern] = spec.Name
		}
	}
	types, used := map[string]bool{}, map[string]bool{}
	for _, contract := range schemas.Contracts() {
		if kept[contract.Subject] != contract.Stream {
			t.Errorf("%s is kept by %q, its contract says %q", contract.Subject, kept[contract.Subject], contract.Stream)
		}
		used[contract.Subject] = true
		if types[contract.Type] {
			t.Errorf("%s has two contracts", contract.Type)
		}
		types[contract.Type] = true
	}
	for pattern, name := range kept {
		if used[pattern] {
			continue
		}
		t.Errorf("%s of stream %s has no contract", pattern, name)
	}
	for _, name := range jsonschema.Names() {
		if strings.HasPrefix(name, "careerstream.") && !types[name] {
			t.Errorf("schema %s has no contract", name)
		}
	}
	for _, consumer := range stream.Consumers() {
		spec := slices.IndexFunc(stream.Streams(), func(s stream.Spec) bool { return s.Name == consumer.Stream })
		if spec < 0 || !slices.Contains(stream.Streams()[spec].Subjects, consumer.Filter) {
			t.Errorf("consumer %s reads %s, which stream %s does not keep", consumer.Name, consumer.Filter, consumer.Stream)
		}
	}
}
