package compat

import (
	"reflect"
	"slices"
)

// annotations say nothing about what is valid.
var annotations = []string{
	"$id", "$schema", "$defs", "$comment", "$anchor", "title", "description", "default", "examples",
	"deprecated", "readOnly", "writeOnly", "contentEncoding", "contentMediaType",
}

// byName are keywords whose value is an object of schemas.
var byName = []string{"properties", "patternProperties", "dependentSchemas"}

// values are keywords whose value holds no schema.
var values = []string{"enum", "const", "required", "dependentRequired"}

// sameGroup tells whether a writer's node and a reader's say the same with a
// group of keywords, whatever they refer to included.
func (c *checker) sameGroup(w, r node, group []string) bool {
	return !slices.ContainsFunc(group, func(keyword string) bool {
		mine, ok := w.keywords[keyword]
		theirs, also := r.keywords[keyword]
		return ok != also || (ok && !c.sameKeyword(keyword, w.location, mine, r.location, theirs, nil))
	})
}

func (c *checker) sameKeyword(keyword, wAt string, w any, rAt string, r any, busy []string) bool {
	if keyword == "$ref" {
		return c.sameRef(wAt, w, rAt, r, busy)
	}
	if slices.Contains(values, keyword) {
		return reflect.DeepEqual(w, r)
	}
	if slices.Contains(byName, keyword) {
		mine, _ := w.(map[string]any)
		theirs, _ := r.(map[string]any)
		if len(mine) != len(theirs) {
			return false
		}
		for name, schema := range mine {
			other, ok := theirs[name]
			if !ok || !c.sameSchema(wAt, schema, rAt, other, busy) {
				return false
			}
		}
		return true
	}
	return c.sameSchema(wAt, w, rAt, r, busy)
}

// sameSchema compares two schemas, lists of schemas or plain values.
func (c *checker) sameSchema(wAt string, w any, rAt string, r any, busy []string) bool {
	if mine, ok := w.([]any); ok {
		theirs, ok := r.([]any)
		return ok && slices.EqualFunc(mine, theirs, func(a, b any) bool { return c.sameSchema(wAt, a, rAt, b, busy) })
	}
	mine, ok := w.(map[string]any)
	if !ok {
		return reflect.DeepEqual(w, r)
	}
	theirs, ok := r.(map[string]any)
	if !ok {
		return false
	}
	for keyword := range theirs {
		if _, ok := mine[keyword]; !ok && !slices.Contains(annotations, keyword) {
			return false
		}
	}
	for keyword, value := range mine {
		if slices.Contains(annotations, keyword) {
			continue
		}
		other, ok := theirs[keyword]
		if !ok {
			return false
		}
		if !c.sameKeyword(keyword, wAt, value, rAt, other, busy) {
			return false
		}
	}
	return true
}

func (c *checker) sameRef(wAt string, w any, rAt string, r any, busy []string) bool {
	mine, ok := w.(string)
	theirs, also := r.(string)
	if !ok || !also {
		return false
	}
	wAt, schema := c.writer.resolve(wAt, mine)
	rAt, other := c.reader.resolve(rAt, theirs)
	key := wAt + " " + rAt
	return slices.Contains(busy, key) || c.sameSchema(wAt, schema, rAt, other, append(slices.Clone(busy), key))
}
