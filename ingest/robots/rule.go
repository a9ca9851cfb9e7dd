package robots

import (
	"cmp"
	"slices"
	"strings"
)

// rule is one Allow or Disallow line.
type rule struct {
	allow bool
	// written is the path as the site wrote it.
	written string
	line    int
	// octets is how specific the rule is: the length of its normalised path,
	// "*" and "$" included, as Google counts too.
	octets int
	// plain and strict are the path to match in the two normal forms of forms.
	plain, strict glob
}

func newRule(allow bool, written string, line int) rule {
	plain, strict := patternForms(written)
	return rule{allow: allow, written: written, line: line, octets: len(plain), plain: compile(plain), strict: compile(strict)}
}

// sortRules puts the rule that decides first: most octets, then allow before
// disallow (RFC 9309 section 2.2.2), then the earlier line.
func sortRules(rules []rule) { slices.SortStableFunc(rules, precedence) }

func precedence(a, b rule) int {
	if c := cmp.Compare(b.octets, a.octets); c != 0 {
		return c
	}
	if a.allow != b.allow {
		if a.allow {
			return -1
		}
		return 1
	}
	return cmp.Compare(a.line, b.line)
}

// glob is a pattern with "*" for any octets, anchored at the first octet and,
// after a last "$", at the end (RFC 9309 section 2.2.3).
type glob struct {
	// parts are the literals between the stars; there is at least one.
	parts []string
	// end says that the pattern must reach the path's end.
	end bool
}

func compile(pattern string) glob {
	literal, end := strings.CutSuffix(pattern, "$")
	return glob{parts: strings.Split(literal, "*"), end: end}
}

// match reports whether the pattern matches the beginning of path. Taking each
// literal where it stands first is enough, since a star takes whatever is
// between: nothing is ever tried twice, so the time is that of one search of the
// path a literal and the searches do not overlap.
func (g glob) match(path string) bool {
	rest, ok := strings.CutPrefix(path, g.parts[0])
	if !ok {
		return false
	}
	if len(g.parts) == 1 {
		return !g.end || rest == ""
	}
	last := len(g.parts) - 1
	for _, part := range g.parts[1:last] {
		i := strings.Index(rest, part)
		if i < 0 {
			return false
		}
		rest = rest[i+len(part):]
	}
	if g.end {
		return strings.HasSuffix(rest, g.parts[last])
	}
	return strings.Contains(rest, g.parts[last])
}
