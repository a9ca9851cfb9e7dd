package robots

import "strings"

// A path is compared in two normal forms, and a rule matches when it matches in
// either.
//
// The plain form is RFC 9309 section 2.2.2 as RFC 3986 section 6.2.2 reads it:
// escapes of unreserved characters are undone, other escapes have upper-case
// digits, and what may not stand in a URI is escaped. "*" and "$" are escaped
// in paths, so that they are never taken for a rule's special characters
// (section 2.2.3).
//
// The strict form also escapes ":", "/", "?", "[", "]" and "@" after the first
// "?", as the table of section 2.2.2 does: there "/foo/bar?baz=https://foo.bar"
// is the same as "/foo/bar?baz=https%3A%2F%2Ffoo.bar". Alone it would lose
// "/*/x" for "/a?u=/x", which Google's matcher matches.

// pathForms gives both forms of a path with its query. A fragment is cut off and
// a missing "/" is put in front.
func pathForms(path string) (plain, strict string) {
	path, _, _ = strings.Cut(path, "#")
	if !strings.HasPrefix(path, "/") {
		path = "/" + path
	}
	return normalise(path, false, false), normalise(path, false, true)
}

// patternForms gives both forms of a rule's path.
func patternForms(pattern string) (plain, strict string) {
	return normalise(pattern, true, false), normalise(pattern, true, true)
}

const upperHex = "0123456789ABCDEF"

func normalise(s string, pattern, strict bool) string {
	var b strings.Builder
	b.Grow(len(s))
	query := false
	escape := func(c byte) { b.Write([]byte{'%', upperHex[c>>4], upperHex[c&15]}) }
	for i := 0; i < len(s); i++ {
		c := s[i]
		switch {
		case c == '%' && i+2 < len(s) && isHex(s[i+1]) && isHex(s[i+2]):
			c = unhex(s[i+1])<<4 | unhex(s[i+2])
			i += 2
			if unreserved(c) {
				b.WriteByte(c)
			} else {
				escape(c)
			}
		case c == '*' && pattern, c == '$' && pattern && i == len(s)-1:
			b.WriteByte(c)
		case c == '?' && !query:
			query = true
			b.WriteByte(c)
		case unreserved(c), strings.IndexByte("!&'()+,;=", c) >= 0:
			b.WriteByte(c)
		case strings.IndexByte(":/?[]@", c) >= 0 && !(query && strict):
			b.WriteByte(c)
		default:
			escape(c)
		}
	}
	return b.String()
}

// unreserved is RFC 3986 section 2.3.
func unreserved(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || strings.IndexByte("-._~", c) >= 0
}

func isHex(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F'
}

func unhex(c byte) byte {
	switch {
	case c <= '9':
		return c - '0'
	case c <= 'F':
		return c - 'A' + 10
	}
	return c - 'a' + 10
}
