package compat

import (
	"encoding/json"
	"math/big"
	"slices"
)

// Kinds of JSON values; kindNumber alone stands for numbers that are no integers.
const (
	kindObject = 1 << iota
	kindArray
	kindString
	kindNumber
	kindInteger
	kindBoolean
	kindNull
	kindAll = 1<<iota - 1
)

var kindNames = map[string]int{
	"object": kindObject, "array": kindArray, "string": kindString, "number": kindNumber | kindInteger,
	"integer": kindInteger, "boolean": kindBoolean, "null": kindNull,
}

// kinds returns the kinds that a node's type allows.
func (n node) kinds() int {
	switch t := n.keywords["type"].(type) {
	case string:
		return kindNames[t]
	case []any:
		kinds := 0
		for _, name := range t {
			if text, ok := name.(string); ok {
				kinds |= kindNames[text]
			}
		}
		return kinds
	}
	if n.never {
		return 0
	}
	return kindAll
}

func (c conjunction) kinds() int {
	kinds := kindAll
	for _, n := range c {
		kinds &= n.kinds()
	}
	return kinds
}

// finite returns every value that c allows, when they can be listed.
func (s *Set) finite(c conjunction) (values []any, ok bool) {
	for _, n := range c {
		if n.never {
			return nil, true
		}
		if value, has := n.keywords["const"]; has {
			values, ok = []any{value}, true
			break
		}
		if list, has := n.keywords["enum"].([]any); has {
			values, ok = list, true
		}
	}
	if kinds := c.kinds(); !ok && kinds&^(kindBoolean|kindNull) == 0 {
		values, ok = []any{true, false, nil}, true
	}
	if !ok {
		return nil, false
	}
	return slices.DeleteFunc(slices.Clone(values), func(v any) bool { return !s.valid(c, v) }), true
}

// writes are the properties that a writer under c may write.
type writes struct {
	names []string
	// open: other names too, with the values of rest.
	open bool
	rest conjunction
}

func (s *Set) writes(c conjunction) writes {
	var w writes
	closed := false
	for _, n := range c {
		properties, _ := n.keywords["properties"].(map[string]any)
		for name := range properties {
			w.names = append(w.names, name)
		}
		w.names = append(w.names, n.strings("required")...)
		additional, stated := n.keywords["additionalProperties"]
		if !stated {
			continue
		}
		rest := s.at(n, additional, "additionalProperties")
		closed = closed || rest.kinds() == 0
		w.open = true
		w.rest = append(w.rest, rest...)
	}
	w.open = w.open && !closed
	slices.Sort(w.names)
	w.names = slices.Compact(w.names)
	return w
}

// property returns what c asks of the value of a property.
func (s *Set) property(c conjunction, name string) conjunction {
	var all conjunction
	for _, n := range c {
		properties, _ := n.keywords["properties"].(map[string]any)
		if schema, ok := properties[name]; ok {
			all = append(all, s.at(n, schema, "properties", name)...)
		} else if schema, ok := n.keywords["additionalProperties"]; ok {
			all = append(all, s.at(n, schema, "additionalProperties")...)
		}
	}
	return all
}

// items returns what c asks of the items of a list.
func (s *Set) items(c conjunction) conjunction {
	var all conjunction
	for _, n := range c {
		if schema, ok := n.keywords["items"]; ok {
			all = append(all, s.at(n, schema, "items")...)
		}
	}
	return all
}

func (c conjunction) required() map[string]bool {
	names := make(map[string]bool)
	for _, n := range c {
		for _, name := range n.strings("required") {
			names[name] = true
		}
	}
	return names
}

// has tells whether any node has one of the keywords.
func (c conjunction) has(keywords ...string) bool {
	return slices.ContainsFunc(c, func(n node) bool {
		return slices.ContainsFunc(keywords, func(k string) bool { _, ok := n.keywords[k]; return ok })
	})
}

func (n node) strings(keyword string) []string {
	list, _ := n.keywords[keyword].([]any)
	texts := make([]string, 0, len(list))
	for _, item := range list {
		if text, ok := item.(string); ok {
			texts = append(texts, text)
		}
	}
	return texts
}

// number returns a keyword's number, nil when it is not there.
func (n node) number(keyword string) *big.Rat {
	value, ok := n.keywords[keyword].(json.Number)
	if !ok {
		return nil
	}
	if r, ok := new(big.Rat).SetString(value.String()); ok {
		return r
	}
	return nil
}

// tightest returns the largest (sign 1) or smallest (sign -1) number of a keyword.
func (c conjunction) tightest(keyword string, sign int) *big.Rat {
	var best *big.Rat
	for _, n := range c {
		if r := n.number(keyword); r != nil && (best == nil || r.Cmp(best) == sign) {
			best = r
		}
	}
	return best
}
