package compat

import (
	"encoding/json"
	"math/big"
	"slices"
)

// Work that an example may take.
const (
	localSamples = 120
	wholeSamples = 24
)

// example looks for an instance of the writer's schema that the reader's does
// not take, with a value at path that node r does not take. It is nil when none
// was found.
func (c *checker) example(w conjunction, r node, path []step, candidates []any) json.RawMessage {
	local := NewSampler(c.writer, 1)
	local.hints(r)
	for i := range localSamples {
		if len(candidates) >= 8 {
			break
		}
		local.least = i%3 == 0
		value, ok := local.whole(w, nil, nil, len(path))
		if ok && c.writer.valid(w, value) && !c.reader.valid(conjunction{r}, value) {
			candidates = append(candidates, value)
		}
	}
	if path == nil {
		path = []step{}
	}
	root, reads := c.writer.root(c.schema), c.reader.root(c.schema)
	for i, candidate := range candidates {
		whole := NewSampler(c.writer, uint64(i+2))
		for n := range wholeSamples / len(candidates) {
			whole.least = n < 2
			value, ok := whole.whole(root, slices.Clone(path), candidate, 0)
			if ok && c.writer.valid(root, value) && !c.reader.valid(reads, value) {
				return encode(value)
			}
		}
	}
	return nil
}

// hints makes the sampler try what lies at the edges of a reader's node.
func (s *Sampler) hints(r node) {
	for _, keyword := range []string{"minLength", "maxLength", "minItems", "maxItems"} {
		if at := r.number(keyword); at != nil {
			n := clamp(at)
			s.lengths = append(s.lengths, n+1, max(0, n-1))
		}
	}
	for _, keyword := range []string{"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"} {
		if at := r.number(keyword); at != nil {
			s.numbers = append(s.numbers, at, new(big.Rat).Quo(at, big.NewRat(2, 1)))
		}
	}
	properties, _ := r.keywords["properties"].(map[string]any)
	for name := range properties {
		s.keys = append(s.keys, name)
	}
	slices.Sort(s.keys)
}
