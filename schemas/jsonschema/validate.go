// Package jsonschema embeds the JSON Schema (2020-12) of every event and checks
// events against them.
package jsonschema

import (
	"bytes"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"careerstream/schemas/event"
	"careerstream/schemas/fault"
)

//go:embed *.json
var files embed.FS

// uriPrefix stands before the file name, less its ending, in every $id.
const uriPrefix = "urn:careerstream:schema:"

// Names returns the names of all schemas, sorted: event types and the parts
// that they share.
func Names() []string {
	entries, err := fs.ReadDir(files, ".")
	if err != nil {
		panic(err) // embedded: cannot fail
	}
	names := make([]string, 0, len(entries))
	for _, entry := range entries {
		names = append(names, strings.TrimSuffix(entry.Name(), ".json"))
	}
	return names
}

// Read returns the text of a schema, or an error that lists the names.
func Read(name string) ([]byte, error) {
	text, err := files.ReadFile(name + ".json")
	if err != nil {
		return nil, fmt.Errorf("no schema %q; there are %s", name, strings.Join(Names(), ", "))
	}
	return text, nil
}

// Validator checks events. It is safe for concurrent use.
type Validator struct {
	schemas map[string]*jsonschema.Schema
}

// New compiles every embedded schema.
func New() (*Validator, error) {
	compiler := jsonschema.NewCompiler()
	compiler.AssertFormat()
	names := Names()
	for _, name := range names {
		text, err := Read(name)
		if err != nil {
			return nil, err
		}
		doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
		if err != nil {
			return nil, fmt.Errorf("read schema %s: %w", name, err)
		}
		if err := compiler.AddResource(uriPrefix+name, doc); err != nil {
			return nil, fmt.Errorf("add schema %s: %w", name, err)
		}
	}
	v := &Validator{schemas: make(map[string]*jsonschema.Schema, len(names))}
	for _, name := range names {
		schema, err := compiler.Compile(uriPrefix + name)
		if err != nil {
			return nil, fmt.Errorf("compile schema %s: %w", name, err)
		}
		v.schemas[name] = schema
	}
	return v, nil
}

// Event checks the data of an event against the schema of its type:
// fault.UnknownType when there is none, fault.SchemaViolation naming the first
// offending places when it does not fit.
func (v *Validator) Event(e event.Event) error {
	if _, ok := v.schemas[e.Type]; !ok || !strings.HasPrefix(e.Type, "careerstream.") {
		return fault.New(fault.UnknownType, "event %s has type %q", e.ID, e.Type)
	}
	return v.Check(e.Type, e.Data)
}

// Check checks a JSON text against a schema by name.
func (v *Validator) Check(name string, data []byte) error {
	schema, ok := v.schemas[name]
	if !ok {
		return fault.New(fault.UnknownType, "there is no schema %q", name)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
	if err != nil {
		return fault.New(fault.SchemaViolation, "%s: %w", name, err)
	}
	err = schema.Validate(doc)
	var invalid *jsonschema.ValidationError
	if errors.As(err, &invalid) {
		return fault.New(fault.SchemaViolation, "%s: %s", name, strings.Join(places(invalid), "; "))
	}
	return err
}

// maxPlaces bounds the places that one error names.
const maxPlaces = 3

// places names the leaves of a validation error: where, and what is wrong.
func places(root *jsonschema.ValidationError) []string {
	var found []string
	stack := []*jsonschema.ValidationError{root}
	for len(stack) > 0 && len(found) < maxPlaces {
		e := stack[0]
		stack = stack[1:]
		if len(e.Causes) > 0 {
			stack = append(stack, e.Causes...)
			continue
		}
		_, message, ok := strings.Cut(e.Error(), ": ")
		if !ok {
			message = e.Error()
		}
		found = append(found, "/"+strings.Join(e.InstanceLocation, "/")+": "+lastLine(message))
	}
	return found
}

func lastLine(s string) string {
	s = strings.TrimSpace(s)
	if i := strings.LastIndexByte(s, '\n'); i >= 0 {
		s = s[i+1:]
	}
	return s
}
