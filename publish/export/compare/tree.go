package compare

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"careerstream/publish/gate"
	"careerstream/schemas/career"
)

// differences compares two records as the gate does, and anything else as trees.
func differences(before, after any) []career.Change {
	old, ok := before.(career.Record)
	if ok {
		if young, ok := after.(career.Record); ok {
			return gate.Diff(old, young)
		}
	}
	var changes []career.Change
	walk("", before, after, &changes)
	return changes
}

// walk compares two JSON values, items of a list by their place from 1.
func walk(field string, before, after any, out *[]career.Change) {
	switch old := before.(type) {
	case map[string]any:
		if young, ok := after.(map[string]any); ok {
			walkMaps(field, old, young, out)
			return
		}
	case []any:
		if young, ok := after.([]any); ok {
			for i := range max(len(old), len(young)) {
				walk(fmt.Sprintf("%s[%d]", field, i+1), at(old, i), at(young, i), out)
			}
			return
		}
	}
	a, b := text(before), text(after)
	if a == b {
		return
	}
	kind := career.Changed
	if before == nil {
		kind = career.Added
	} else if after == nil {
		kind = career.Removed
	}
	*out = append(*out, career.Change{Kind: kind, Field: field, Before: a, After: b})
}

func walkMaps(field string, before, after map[string]any, out *[]career.Change) {
	names := make(map[string]bool)
	for _, m := range []map[string]any{before, after} {
		for name := range m {
			names[name] = true
		}
	}
	for _, name := range slices.Sorted(maps.Keys(names)) {
		path := name
		if field != "" {
			path = field + "." + name
		}
		walk(path, before[name], after[name], out)
	}
}

func at(list []any, i int) any {
	if i < len(list) {
		return list[i]
	}
	return nil
}

func text(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		return v
	}
	data, err := json.Marshal(v)
	if err != nil {
		return fmt.Sprint(v)
	}
	return string(data)
}
