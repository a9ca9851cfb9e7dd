package compat

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// uriPrefix stands before the file name, less its ending, in every $id.
const uriPrefix = "urn:careerstream:schema:"

// Set is the schemas of one release, which may refer to each other. It is not
// safe for concurrent use.
type Set struct {
	docs     map[string]any
	compiler *jsonschema.Compiler
	compiled map[string]*jsonschema.Schema
}

// Load reads every *.json at the top of fsys. It fails on a schema that is no
// JSON, or that the validator does not take.
func Load(fsys fs.FS) (*Set, error) {
	files, err := fs.Glob(fsys, "*.json")
	if err != nil {
		return nil, err
	}
	texts := make(map[string][]byte, len(files))
	for _, file := range files {
		text, err := fs.ReadFile(fsys, file)
		if err != nil {
			return nil, err
		}
		texts[strings.TrimSuffix(path.Base(file), ".json")] = text
	}
	return New(texts)
}

// New makes a set of schema texts by name. References are JSON pointers, within
// a schema or after the URN of another.
func New(texts map[string][]byte) (*Set, error) {
	s := &Set{docs: make(map[string]any, len(texts)), compiler: jsonschema.NewCompiler(), compiled: make(map[string]*jsonschema.Schema)}
	s.compiler.AssertFormat()
	for name, text := range texts {
		doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
		if err != nil {
			return nil, fmt.Errorf("read schema %s: %w", name, err)
		}
		s.docs[name] = doc
		if err := s.compiler.AddResource(uriPrefix+name, doc); err != nil {
			return nil, fmt.Errorf("add schema %s: %w", name, err)
		}
	}
	for _, name := range s.Names() {
		if _, err := s.compile(uriPrefix + name); err != nil {
			return nil, fmt.Errorf("compile schema %s: %w", name, err)
		}
		if err := s.references(name, s.docs[name]); err != nil {
			return nil, err
		}
	}
	return s, nil
}

// references refuses what resolve cannot follow.
func (s *Set) references(name string, value any) error {
	switch v := value.(type) {
	case []any:
		for _, item := range v {
			if err := s.references(name, item); err != nil {
				return err
			}
		}
	case map[string]any:
		if _, ok := v["$dynamicRef"].(string); ok {
			return fmt.Errorf("schema %s: $dynamicRef cannot be compared", name)
		}
		if ref, ok := v["$ref"].(string); ok {
			switch _, target := s.resolve(uriPrefix+name+"#", ref); target.(type) {
			case map[string]any, bool:
			default:
				return fmt.Errorf("schema %s: reference %q is no JSON pointer to a schema", name, ref)
			}
		}
		for _, item := range v {
			if err := s.references(name, item); err != nil {
				return err
			}
		}
	}
	return nil
}

// Names returns the names of the schemas, sorted.
func (s *Set) Names() []string {
	names := make([]string, 0, len(s.docs))
	for name := range s.docs {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// Validate checks a JSON text against the schema called name.
func (s *Set) Validate(name string, instance []byte) error {
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(instance))
	if err != nil {
		return fmt.Errorf("read instance of %s: %w", name, err)
	}
	schema, err := s.compile(uriPrefix + name)
	if err != nil {
		return err
	}
	return schema.Validate(value)
}

func (s *Set) compile(location string) (*jsonschema.Schema, error) {
	if schema, ok := s.compiled[location]; ok {
		return schema, nil
	}
	schema, err := s.compiler.Compile(location)
	if err != nil {
		return nil, err
	}
	s.compiled[location] = schema
	return schema, nil
}

// node is one schema object at its place, without what it refers to.
type node struct {
	location string // URN and JSON pointer
	keywords map[string]any
	never    bool // the schema false
}

// conjunction is what a value has to satisfy at one place: all of its nodes.
type conjunction []node

func (c conjunction) key() string {
	var b strings.Builder
	for _, n := range c {
		b.WriteString(n.location)
		b.WriteByte(' ')
	}
	return b.String()
}

// expand returns a schema with everything that $ref and allOf add to it.
func (s *Set) expand(location string, schema any) conjunction {
	var all conjunction
	seen := make(map[string]bool)
	var add func(location string, schema any)
	add = func(location string, schema any) {
		if seen[location] {
			return
		}
		seen[location] = true
		keywords, ok := schema.(map[string]any)
		if !ok {
			all = append(all, node{location: location, never: schema == false})
			return
		}
		all = append(all, node{location: location, keywords: keywords})
		if ref, ok := keywords["$ref"].(string); ok {
			add(s.resolve(location, ref))
		}
		branches, _ := keywords["allOf"].([]any)
		for i, branch := range branches {
			add(fmt.Sprintf("%s/allOf/%d", location, i), branch)
		}
	}
	add(location, schema)
	return all
}

// root returns the schema called name.
func (s *Set) root(name string) conjunction { return s.expand(uriPrefix+name+"#", s.docs[name]) }

// at returns the schema at keyword steps below a node.
func (s *Set) at(n node, schema any, steps ...string) conjunction {
	location := n.location
	for _, step := range steps {
		location += "/" + escape(step)
	}
	return s.expand(location, schema)
}

func escape(step string) string {
	if !strings.ContainsAny(step, "~/% ") {
		return step
	}
	return strings.NewReplacer("~", "~0", "/", "~1", "%", "%25", " ", "%20").Replace(step)
}

// resolve follows a reference from a place. The set is compiled, so that there
// is something at its end.
func (s *Set) resolve(from, ref string) (string, any) {
	resource, pointer, _ := strings.Cut(ref, "#")
	if resource == "" {
		resource, _, _ = strings.Cut(from, "#")
	}
	value := s.docs[strings.TrimPrefix(resource, uriPrefix)]
	for step := range strings.SplitSeq(strings.TrimPrefix(pointer, "/"), "/") {
		switch parent := value.(type) {
		case map[string]any:
			if step != "" {
				value = parent[strings.NewReplacer("~1", "/", "~0", "~").Replace(step)]
			}
		case []any:
			i, err := strconv.Atoi(step)
			if err != nil || i < 0 || i >= len(parent) {
				return resource + "#" + pointer, nil
			}
			value = parent[i]
		default:
			return resource + "#" + pointer, nil
		}
	}
	return resource + "#" + pointer, value
}

// valid tells whether a value satisfies every node.
func (s *Set) valid(c conjunction, value any) bool {
	for _, n := range c {
		schema, err := s.compile(n.location)
		if err != nil || schema.Validate(value) != nil {
			return false
		}
	}
	return true
}

// encode prints an instance; its values come from JSON.
func encode(value any) json.RawMessage {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(value); err != nil {
		return nil
	}
	return bytes.TrimSpace(b.Bytes())
}
