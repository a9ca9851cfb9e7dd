package openapi

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"time"

	"careerstream/schemas/jsonschema"
)

// Schema is a JSON Schema (2020-12), as OpenAPI 3.1 has them.
type Schema map[string]any

// Schemas collects the components of a document. It is not safe for concurrent
// use. The first error is kept for Document.Encode.
type Schemas struct {
	components map[string]Schema
	err        error
}

// NewSchemas returns an empty collection.
func NewSchemas() *Schemas { return &Schemas{components: make(map[string]Schema)} }

const components = "#/components/schemas/"

// Of returns a reference to the schema of T's type, which is made from the JSON
// names of its fields. A field without omitempty or omitzero is required; the tag
// doc is its description, enum its values, and schema names an embedded JSON
// Schema ("career.record.v1", with a JSON pointer behind # for a part of it).
func Of[T any](s *Schemas) Schema { return s.of(reflect.TypeFor[T]()) }

// Embedded returns a reference to an embedded JSON Schema by name, as for Of.
func (s *Schemas) Embedded(name string) Schema {
	name, pointer, _ := strings.Cut(name, "#")
	s.embed(name)
	return Schema{"$ref": components + name + pointer}
}

func (s *Schemas) fail(format string, args ...any) {
	if s.err == nil {
		s.err = fmt.Errorf(format, args...)
	}
}

func (s *Schemas) of(t reflect.Type) Schema {
	switch t {
	case reflect.TypeFor[time.Time]():
		return Schema{"type": "string", "format": "date-time"}
	case reflect.TypeFor[json.RawMessage]():
		return Schema{}
	}
	switch t.Kind() {
	case reflect.String:
		return Schema{"type": "string"}
	case reflect.Bool:
		return Schema{"type": "boolean"}
	case reflect.Float32, reflect.Float64:
		return Schema{"type": "number"}
	case reflect.Int, reflect.Int32, reflect.Int64:
		return Schema{"type": "integer"}
	case reflect.Uint, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return Schema{"type": "integer", "minimum": 0}
	case reflect.Slice:
		return Schema{"type": "array", "items": s.of(t.Elem())}
	case reflect.Map:
		return Schema{"type": "object", "additionalProperties": s.of(t.Elem())}
	case reflect.Interface:
		return Schema{}
	case reflect.Pointer:
		return Schema{"anyOf": []any{s.of(t.Elem()), Schema{"type": "null"}}}
	case reflect.Struct:
		if _, known := s.components[t.Name()]; !known {
			s.components[t.Name()] = Schema{} // ends recursion
			s.components[t.Name()] = s.object(t)
		}
		return Schema{"$ref": components + t.Name()}
	}
	s.fail("no schema for type %s", t)
	return Schema{}
}

func (s *Schemas) object(t reflect.Type) Schema {
	properties, required := make(map[string]any), []string{}
	s.fields(t, properties, &required)
	return Schema{"type": "object", "properties": properties, "required": required}
}

func (s *Schemas) fields(t reflect.Type, properties map[string]any, required *[]string) {
	for i := range t.NumField() {
		field := t.Field(i)
		name, options, _ := strings.Cut(field.Tag.Get("json"), ",")
		if field.Anonymous && name == "" {
			s.fields(field.Type, properties, required)
			continue
		}
		if name == "" || name == "-" {
			continue
		}
		optional := strings.Contains(options, "omit")
		typ := field.Type
		if optional && typ.Kind() == reflect.Pointer {
			typ = typ.Elem() // never null: left out
		}
		var schema Schema
		if embedded := field.Tag.Get("schema"); embedded != "" {
			schema = s.Embedded(embedded)
		} else {
			schema = s.of(typ)
		}
		if doc := field.Tag.Get("doc"); doc != "" {
			schema["description"] = doc
		}
		if values := field.Tag.Get("enum"); values != "" {
			schema["enum"] = strings.Split(values, ",")
		}
		properties[name] = schema
		if !optional {
			*required = append(*required, name)
		}
	}
}

// embed takes an embedded schema in with all that it refers to. References become
// those of the document, so that any tool finds them.
func (s *Schemas) embed(name string) {
	if _, known := s.components[name]; known {
		return
	}
	text, err := jsonschema.Read(name)
	if err != nil {
		s.fail("%w", err)
		return
	}
	var schema Schema
	if err := json.Unmarshal(text, &schema); err != nil {
		s.fail("read schema %s: %w", name, err)
		return
	}
	delete(schema, "$schema")
	delete(schema, "$id")
	s.components[name] = schema
	s.rewrite(name, map[string]any(schema))
}

// rewrite changes the references within a schema of that name.
func (s *Schemas) rewrite(name string, value any) {
	switch value := value.(type) {
	case []any:
		for _, item := range value {
			s.rewrite(name, item)
		}
	case map[string]any:
		if ref, ok := value["$ref"].(string); ok {
			if pointer, inside := strings.CutPrefix(ref, "#"); inside {
				value["$ref"] = components + name + pointer
			} else {
				other, pointer, _ := strings.Cut(strings.TrimPrefix(ref, "urn:careerstream:schema:"), "#")
				s.embed(other)
				value["$ref"] = components + other + pointer
			}
		}
		for _, item := range value {
			s.rewrite(name, item)
		}
	}
}
