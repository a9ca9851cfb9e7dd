package compat

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// Direction of a break: who writes and who reads.
type Direction string

// Directions.
const (
	// Backward: what was written under the old schema is read under the new one.
	Backward Direction = "backward"
	// Forward: what is written under the new schema is read under the old one.
	Forward Direction = "forward"
)

// Break is one place at which two schemas do not go together.
type Break struct {
	Schema    string    `json:"schema"`
	Direction Direction `json:"direction"`
	// Path of the value, such as $.record.faqs[].kind; {} is any further property.
	Path string `json:"path"`
	Why  string `json:"why"`
	// Example is valid under the writer's schema and invalid under the reader's;
	// nil when none was found: then it is not proved that the schemas disagree,
	// nor that they agree.
	Example json.RawMessage `json:"example,omitempty"`
}

// String says it in a line or two.
func (b Break) String() string {
	text := fmt.Sprintf("%s, %s: %s: %s", b.Schema, b.Direction, b.Path, b.Why)
	if b.Example == nil {
		return text + "\n  not proved: no counter-example found"
	}
	return text + "\n  counter-example: " + string(b.Example)
}

// Check compares the schema called name in two sets, both ways; no break means
// that each instance of either is valid under both. It fails when a set has no
// such schema.
func Check(old, new *Set, name string) ([]Break, error) {
	var breaks []Break
	for _, run := range []struct {
		direction      Direction
		writer, reader *Set
	}{{Backward, old, new}, {Forward, new, old}} {
		for _, set := range []*Set{run.writer, run.reader} {
			if _, ok := set.docs[name]; !ok {
				return nil, fmt.Errorf("no schema %q; there are %s", name, strings.Join(set.Names(), ", "))
			}
		}
		c := &checker{
			schema: name, direction: run.direction, writer: run.writer, reader: run.reader,
			busy: make(map[string]bool), said: make(map[string]bool),
		}
		c.all(run.writer.root(name), run.reader.root(name), nil)
		breaks = append(breaks, c.breaks...)
	}
	return breaks, nil
}

// step leads to a part of a value: a property, any further property, or the items.
type step struct {
	kind stepKind
	name string
}

type stepKind int

const (
	toProperty stepKind = iota
	toRest
	toItems
)

func pathText(path []step) string {
	var b strings.Builder
	b.WriteByte('$')
	for _, s := range path {
		switch s.kind {
		case toProperty:
			b.WriteString("." + s.name)
		case toRest:
			b.WriteString(".{}")
		case toItems:
			b.WriteString("[]")
		}
	}
	return b.String()
}

// checker looks for what is valid under the writer's schema and not under the
// reader's.
type checker struct {
	schema         string
	direction      Direction
	writer, reader *Set
	// busy are the comparisons under way: a schema that contains itself holds
	// when it holds for everything else.
	busy   map[string]bool
	said   map[string]bool
	breaks []Break
}

// all compares what is written with every node that reads it.
func (c *checker) all(w, r conjunction, path []step) {
	for _, n := range r {
		key := w.key() + "| " + n.location
		if c.busy[key] {
			continue
		}
		c.busy[key] = true
		c.node(w, n, path)
		delete(c.busy, key)
	}
}

func (c *checker) node(w conjunction, r node, path []step) {
	if values, ok := c.writer.finite(w); ok {
		if i := slices.IndexFunc(values, func(v any) bool { return !c.reader.valid(conjunction{r}, v) }); i >= 0 {
			c.report(w, r, path, fmt.Sprintf("the reader does not take %s", encode(values[i])), values[i])
		}
		return
	}
	if r.never {
		c.report(w, r, path, "the reader allows no value")
		return
	}
	if extra := w.kinds() &^ r.kinds(); extra != 0 {
		c.report(w, r, path, fmt.Sprintf("the reader wants %s, the writer may write %s", kindText(r.kinds()), kindText(w.kinds())))
	}
	for _, keyword := range []string{"enum", "const"} {
		if value, ok := r.keywords[keyword]; ok {
			c.report(w, r, path, fmt.Sprintf("the reader takes only %s", encode(value)))
		}
	}
	both := w.kinds() & r.kinds()
	if both&(kindNumber|kindInteger) != 0 {
		c.numbers(w, r, path)
	}
	if both&kindString != 0 {
		c.texts(w, r, path)
	}
	if both&kindArray != 0 {
		c.arrays(w, r, path)
	}
	if both&kindObject != 0 {
		c.objects(w, r, path)
	}
	c.unfollowed(w, r, path)
}

// inPlace are keywords whose schemas decide which properties and items are
// evaluated.
var inPlace = []string{"$ref", "allOf", "if", "then", "else", "not", "anyOf", "oneOf", "dependentSchemas"}

// opaque are groups of keywords that the checker does not look into: what a
// group says must stay the same. alone: it matters only where the reader has the
// first of the group, since in a writer's schema it only makes it narrower.
var opaque = []struct {
	group []string
	alone bool
}{
	{[]string{"if", "then", "else"}, true},
	{[]string{"not"}, true},
	{[]string{"anyOf"}, true},
	{[]string{"oneOf"}, true},
	{[]string{"multipleOf"}, true},
	{[]string{"dependentRequired"}, true},
	{[]string{"dependentSchemas"}, true},
	{[]string{"contains", "minContains", "maxContains"}, true},
	{[]string{"patternProperties", "properties", "additionalProperties"}, false},
	{[]string{"prefixItems", "items"}, false},
	{append([]string{"unevaluatedProperties", "properties", "patternProperties", "additionalProperties"}, inPlace...), true},
	{append([]string{"unevaluatedItems", "items", "prefixItems", "contains"}, inPlace...), true},
}

func (c *checker) unfollowed(w conjunction, r node, path []step) {
	reads := conjunction{r}
	for _, o := range opaque {
		matters := reads.has(o.group[0]) || (!o.alone && w.has(o.group[0]) && reads.has(o.group...))
		if matters && !slices.ContainsFunc(w, func(n node) bool { return c.sameGroup(n, r, o.group) }) {
			c.report(w, r, path, fmt.Sprintf("%q changed, which is compared only as a whole", o.group[0]))
		}
	}
}

func kindText(kinds int) string {
	var names []string
	for _, name := range []string{"object", "array", "string", "number", "integer", "boolean", "null"} {
		if k := kindNames[name]; kinds&k == k && (name != "integer" || kinds&kindNumber == 0) {
			names = append(names, name)
		}
	}
	if len(names) == 0 {
		return "nothing"
	}
	return strings.Join(names, " or ")
}

// report adds a break, once for each place and reason, with an example if one
// can be made.
func (c *checker) report(w conjunction, r node, path []step, why string, candidates ...any) {
	text := pathText(path)
	if c.said[text+" "+why] {
		return
	}
	c.said[text+" "+why] = true
	c.breaks = append(c.breaks, Break{
		Schema: c.schema, Direction: c.direction, Path: text, Why: why,
		Example: c.example(w, r, path, candidates),
	})
}
