package chdb

import "strings"

type tokenKind uint8

const (
	tokWord   tokenKind = iota // bare identifier or keyword, text in lower case
	tokQuoted                  // quoted identifier
	tokString                  // string or heredoc
	tokOther                   // number, operator, bracket
)

// token is a piece of SQL with its place.
type token struct {
	kind       tokenKind
	text       string
	start, end int
	depth      int // brackets open before it
	open       bool
}

// is reports whether the token is this bare word or sign.
func (t token) is(text string) bool {
	return (t.kind == tokWord || t.kind == tokOther) && t.text == text
}

// lexer splits ClickHouse SQL as far as this package needs it: to find
// keywords outside strings, comments and brackets. It decides routing only;
// what a statement may do is decided by the engine's own parser.
type lexer struct {
	s     string
	pos   int
	depth int
}

// next returns the next token, or false at the end. An unfinished string or
// comment runs to the end and is marked open.
func (l *lexer) next() (token, bool) {
	if open := l.skipBlank(); open {
		t := token{kind: tokOther, start: l.pos, end: len(l.s), depth: l.depth, open: true}
		l.pos = len(l.s)
		return t, true
	}
	if l.pos >= len(l.s) {
		return token{}, false
	}
	t := token{start: l.pos, depth: l.depth, kind: tokOther}
	c := l.s[l.pos]
	switch {
	case isWordByte(c):
		for l.pos < len(l.s) && isWordByte(l.s[l.pos]) {
			l.pos++
		}
		if c < '0' || c > '9' {
			t.kind = tokWord
		}
	case c == '\'':
		t.kind, t.open = tokString, l.quoted(c)
	case c == '`' || c == '"':
		t.kind, t.open = tokQuoted, l.quoted(c)
	case c == '$':
		t.kind, t.open = tokString, l.heredoc()
	default:
		l.pos++
		switch c {
		case '(', '[', '{':
			l.depth++
		case ')', ']', '}':
			l.depth--
			t.depth = l.depth
		}
	}
	t.end = l.pos
	t.text = l.s[t.start:t.end]
	if t.kind == tokWord {
		t.text = strings.ToLower(t.text)
	}
	return t, true
}

func isWordByte(c byte) bool {
	return c == '_' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}

// skipBlank passes white space and comments; true when a comment does not end.
func (l *lexer) skipBlank() bool {
	for l.pos < len(l.s) {
		rest := l.s[l.pos:]
		switch {
		case strings.IndexByte(" \t\r\n\f\v\x00", rest[0]) >= 0:
			l.pos++
		case strings.HasPrefix(rest, "\ufeff"), strings.HasPrefix(rest, "\u00a0"):
			l.pos += len(rest) - len(strings.TrimLeft(rest, "\ufeff\u00a0"))
		case strings.HasPrefix(rest, "--"), strings.HasPrefix(rest, "# "), strings.HasPrefix(rest, "#!"):
			n := strings.IndexByte(rest, '\n')
			if n < 0 {
				l.pos = len(l.s)
				return false
			}
			l.pos += n + 1
		case strings.HasPrefix(rest, "/*"):
			n := strings.Index(rest[2:], "*/")
			if n < 0 {
				return true
			}
			l.pos += n + 4
		default:
			return false
		}
	}
	return false
}

// quoted passes a quoted piece with backslash escapes and doubled quotes.
func (l *lexer) quoted(q byte) (open bool) {
	for l.pos++; l.pos < len(l.s); l.pos++ {
		switch l.s[l.pos] {
		case '\\':
			l.pos++
		case q:
			if l.pos+1 < len(l.s) && l.s[l.pos+1] == q {
				l.pos++
				continue
			}
			l.pos++
			return false
		}
	}
	l.pos = len(l.s)
	return true
}

// heredoc passes $tag$text$tag$, or one sign where it is none.
func (l *lexer) heredoc() (open bool) {
	rest := l.s[l.pos+1:]
	n := 0
	for n < len(rest) && isWordByte(rest[n]) {
		n++
	}
	if n >= len(rest) || rest[n] != '$' {
		l.pos++
		return false
	}
	tag := l.s[l.pos : l.pos+n+2]
	end := strings.Index(l.s[l.pos+len(tag):], tag)
	if end < 0 {
		l.pos = len(l.s)
		return true
	}
	l.pos += 2*len(tag) + end
	return false
}
