package block

import (
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/andybalholm/cascadia"
	"golang.org/x/net/html"
)

// lastPart takes a selector's rightmost compound apart: tag, then #id or .class.
var lastPart = regexp.MustCompile(`([a-zA-Z][a-zA-Z0-9-]*)?((?:[#.][\w-]+)*)(?:\[[^\]]*\]|:[\w-]+(?:\([^)]*\))?)*$`)

// NewSelector compiles CSS selectors. The rightmost part of each must name a
// tag, an id or a class. All faults are reported together.
func NewSelector(sources []string) (Selector, error) {
	s := Selector{}
	var errs []error
	for _, src := range sources {
		sel, err := cascadia.Parse(src)
		if err != nil {
			errs = append(errs, fmt.Errorf("selector %q: %w", src, err))
			continue
		}
		part := lastPart.FindStringSubmatch(strings.TrimSpace(src))
		names := strings.FieldsFunc(strings.NewReplacer("#", " #", ".", " .").Replace(part[2]), func(r rune) bool { return r == ' ' })
		switch {
		case len(names) > 0 && names[0][0] == '#':
			put(&s.byID, names[0][1:], sel)
		case len(names) > 0:
			put(&s.byClass, names[0][1:], sel)
		case part[1] != "":
			put(&s.byTag, strings.ToLower(part[1]), sel)
		default:
			errs = append(errs, fmt.Errorf("selector %q: its last part names no tag, id or class", src))
		}
	}
	return s, errors.Join(errs...)
}

func put(index *map[string][]matcher, key string, m matcher) {
	if *index == nil {
		*index = map[string][]matcher{}
	}
	(*index)[key] = append((*index)[key], m)
}

// Union returns a selector that matches what any of the given ones matches.
func Union(list ...Selector) Selector {
	var out Selector
	for _, s := range list {
		for key, ms := range s.byID {
			for _, m := range ms {
				put(&out.byID, key, m)
			}
		}
		for key, ms := range s.byClass {
			for _, m := range ms {
				put(&out.byClass, key, m)
			}
		}
		for key, ms := range s.byTag {
			for _, m := range ms {
				put(&out.byTag, key, m)
			}
		}
	}
	return out
}

var _ matcher = cascadia.Sel(nil)

// attr returns the value of an attribute, or "".
func attr(n *html.Node, key string) string {
	for i := range n.Attr {
		if n.Attr[i].Key == key {
			return n.Attr[i].Val
		}
	}
	return ""
}
