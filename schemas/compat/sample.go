package compat

import (
	"encoding/json"
	"math/big"
	"math/rand/v2"
	"regexp/syntax"
	"slices"
	"strconv"
	"strings"
)

// Sampler makes up instances of a schema: valid values whose objects have only
// properties that a writer writes.
type Sampler struct {
	set  *Set
	rand *rand.Rand
	// least leaves out what may be left out.
	least bool
	// lengths and numbers to try besides those of the schema itself.
	lengths []int
	numbers []*big.Rat
	keys    []string
	// left is how many values may still be made for this instance.
	left int
}

// NewSampler makes a sampler; the same seed gives the same instances.
func NewSampler(set *Set, seed uint64) *Sampler {
	return &Sampler{set: set, rand: rand.New(rand.NewPCG(seed, 1))}
}

// Instance returns an instance of the schema called name, false when none was found.
func (s *Sampler) Instance(name string) (json.RawMessage, bool) {
	value, ok := s.whole(s.set.root(name), nil, nil, 0)
	if !ok || !s.set.valid(s.set.root(name), value) {
		return nil, false
	}
	return encode(value), true
}

// Bounds of a made-up value.
const (
	maxDepth  = 24
	maxValues = 3000
	tries     = 12
)

// whole is value for a value that is part of no other: it has the whole of
// maxValues, which bounds schemas that contain themselves.
func (s *Sampler) whole(c conjunction, path []step, forced any, depth int) (any, bool) {
	s.left = maxValues
	return s.value(c, path, forced, depth)
}

// value makes a value that satisfies c. Where path leads, forced stands.
func (s *Sampler) value(c conjunction, path []step, forced any, depth int) (any, bool) {
	if s.left--; s.left < 0 || depth > maxDepth {
		return nil, false
	}
	if path != nil && len(path) == 0 {
		return forced, true
	}
	if values, ok := s.set.finite(c); ok && path == nil {
		if len(values) == 0 {
			return nil, false
		}
		return values[s.rand.IntN(len(values))], true
	}
	checked := c.has("if", "not", "anyOf", "oneOf", "pattern", "format", "dependentRequired", "dependentSchemas", "contains", "propertyNames", "multipleOf", "uniqueItems")
	for range tries {
		if s.left < 0 {
			return nil, false
		}
		value, ok := s.draw(c, path, forced, depth)
		if ok && (!checked || path != nil || s.set.valid(c, value)) {
			return value, true
		}
	}
	return nil, false
}

func (s *Sampler) draw(c conjunction, path []step, forced any, depth int) (any, bool) {
	kinds := c.kinds()
	if !slices.ContainsFunc(c, func(n node) bool { return len(n.keywords) > 0 }) {
		kinds = kindAll &^ kindArray // anything: what is in it does not matter
	}
	kind := s.kind(kinds)
	if path != nil {
		kind = kindObject
		if path[0].kind == toItems {
			kind = kindArray
		}
	}
	switch kind {
	case kindObject:
		return s.object(c, path, forced, depth)
	case kindArray:
		return s.array(c, path, forced, depth)
	case kindString:
		return s.text(c)
	case kindNumber, kindInteger:
		return s.number(c, kind)
	case kindBoolean:
		return s.rand.IntN(2) == 0, true
	case kindNull:
		return nil, true
	}
	return nil, false
}

func (s *Sampler) kind(kinds int) int {
	var list []int
	for kind := 1; kind < kindAll; kind <<= 1 {
		if kinds&kind != 0 {
			list = append(list, kind)
		}
	}
	if len(list) == 0 {
		return 0
	}
	return list[s.rand.IntN(len(list))]
}

func (s *Sampler) object(c conjunction, path []step, forced any, depth int) (any, bool) {
	required, writes := c.required(), s.set.writes(c)
	object := make(map[string]any)
	names := writes.names
	if writes.open {
		for _, key := range append(slices.Clone(s.keys), "a", "b", "key") {
			if !s.least && s.rand.IntN(2) == 0 && !slices.Contains(names, key) {
				names = append(slices.Clone(names), key)
			}
		}
	}
	goal := ""
	if path != nil {
		goal = path[0].name
		if path[0].kind == toRest {
			goal = "key"
		}
		if !slices.Contains(names, goal) {
			names = append(slices.Clone(names), goal)
		}
	}
	few := s.least || depth > maxDepth/2
	for _, name := range names {
		var value any
		var ok bool
		switch {
		case path != nil && name == goal:
			value, ok = s.value(s.set.property(c, name), path[1:], forced, depth+1)
		case !required[name] && (few || s.rand.IntN(2) == 0):
			continue
		default:
			value, ok = s.value(s.set.property(c, name), nil, nil, depth+1)
		}
		if ok {
			object[name] = value
		} else if required[name] || name == goal {
			return nil, false
		}
	}
	return object, true
}

func (s *Sampler) array(c conjunction, path []step, forced any, depth int) (any, bool) {
	length := s.length(c, "minItems", "maxItems", 3)
	items := s.set.items(c)
	list := make([]any, 0, length)
	if path != nil {
		value, ok := s.value(items, path[1:], forced, depth+1)
		if !ok {
			return nil, false
		}
		list = append(list, value)
	}
	for len(list) < length {
		if len(list) > 0 && s.rand.IntN(4) == 0 && path == nil {
			list = append(list, list[0])
			continue
		}
		value, ok := s.value(items, nil, nil, depth+1)
		if !ok {
			return list, len(list) > 0 || length == 0
		}
		list = append(list, value)
	}
	return list, true
}

// length picks a length within bounds, most likely at one of them or at a hint.
func (s *Sampler) length(c conjunction, lower, upper string, spread int) int {
	least, most := 0, -1
	if r := c.tightest(lower, 1); r != nil {
		least = clamp(r)
	}
	if r := c.tightest(upper, -1); r != nil {
		most = clamp(r)
	}
	if s.least {
		return least
	}
	choices := []int{least, least + s.rand.IntN(spread+1)}
	if most >= 0 && most <= 200 {
		choices = append(choices, most)
	}
	for _, hint := range s.lengths {
		choices = append(choices, hint, hint)
	}
	n := max(least, choices[s.rand.IntN(len(choices))])
	if most >= 0 {
		n = min(n, most)
	}
	return n
}

// clamp bounds the length of what is made up.
func clamp(r *big.Rat) int {
	f, _ := r.Float64()
	return int(min(max(f, 0), 2000))
}

func (s *Sampler) number(c conjunction, kind int) (any, bool) {
	integers := kind == kindInteger
	lower := limit(c, "minimum", "exclusiveMinimum", 1, integers)
	upper := limit(c, "maximum", "exclusiveMaximum", -1, integers)
	one := big.NewRat(1, 1)
	if !integers {
		one = big.NewRat(1, 8)
	}
	choices := []*big.Rat{new(big.Rat), one, big.NewRat(-7, 1), big.NewRat(1_000_003, 1), new(big.Rat).Mul(one, big.NewRat(3, 1))}
	for _, b := range []*bound{lower, upper} {
		if b != nil {
			choices = append(choices, b.at, new(big.Rat).Add(b.at, one), new(big.Rat).Sub(b.at, one))
		}
	}
	if lower != nil && upper != nil {
		middle := new(big.Rat).Add(lower.at, upper.at)
		choices = append(choices, middle.Quo(middle, big.NewRat(2, 1)))
	}
	for _, hint := range s.numbers {
		choices = append(choices, hint, new(big.Rat).Add(hint, one), new(big.Rat).Sub(hint, one))
	}
	choices = slices.DeleteFunc(choices, func(r *big.Rat) bool {
		at := &bound{r, false}
		return (integers && !r.IsInt()) || !at.within(lower, 1) || !at.within(upper, -1)
	})
	if len(choices) == 0 {
		return nil, false
	}
	return json.Number(decimal(choices[s.rand.IntN(len(choices))])), true
}

func decimal(r *big.Rat) string {
	if r.IsInt() {
		return r.Num().String()
	}
	f, _ := r.Float64()
	return strconv.FormatFloat(f, 'g', -1, 64)
}

func (s *Sampler) text(c conjunction) (any, bool) {
	for _, n := range c {
		if pattern, ok := n.keywords["pattern"].(string); ok {
			parsed, err := syntax.Parse(pattern, syntax.Perl)
			if err != nil {
				return nil, false
			}
			return s.matching(parsed), true
		}
	}
	for _, n := range c {
		if n.keywords["format"] == "date-time" {
			return "2026-05-04T09:00:0" + strconv.Itoa(s.rand.IntN(10)) + "Z", true
		}
	}
	length := s.length(c, "minLength", "maxLength", 6)
	return strings.Repeat(string(rune('a'+s.rand.IntN(26))), length), true
}

// matching makes a text that a pattern describes; what it cannot make, the
// check of the whole value finds.
func (s *Sampler) matching(re *syntax.Regexp) string {
	var b strings.Builder
	again := func(least, most int) {
		if most < 0 {
			most = least + 3
		}
		for range least + s.rand.IntN(most-least+1) {
			b.WriteString(s.matching(re.Sub[0]))
		}
	}
	switch re.Op {
	case syntax.OpLiteral:
		b.WriteString(string(re.Rune))
	case syntax.OpCharClass:
		if len(re.Rune) > 0 {
			i := s.rand.IntN(len(re.Rune)/2) * 2
			low, high := re.Rune[i], min(re.Rune[i+1], re.Rune[i]+100)
			b.WriteRune(low + rune(s.rand.IntN(int(high-low)+1)))
		}
	case syntax.OpAnyChar, syntax.OpAnyCharNotNL:
		b.WriteRune('x')
	case syntax.OpCapture:
		b.WriteString(s.matching(re.Sub[0]))
	case syntax.OpStar:
		again(0, -1)
	case syntax.OpPlus:
		again(1, -1)
	case syntax.OpQuest:
		again(0, 1)
	case syntax.OpRepeat:
		again(re.Min, re.Max)
	case syntax.OpConcat:
		for _, sub := range re.Sub {
			b.WriteString(s.matching(sub))
		}
	case syntax.OpAlternate:
		b.WriteString(s.matching(re.Sub[s.rand.IntN(len(re.Sub))]))
	}
	return b.String()
}
