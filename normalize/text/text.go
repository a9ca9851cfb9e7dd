// Package text normalises the text of pages: Unicode form, white space,
// invisible characters, words and sentences. Quotes and dashes stay as the page
// has them.
package text

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Space reports whether r is white space on a page: Unicode white space, the
// no-break spaces among it.
func Space(r rune) bool {
	switch r {
	case ' ', '\t', '\n', '\r', '\f', '\v', 0x85, 0xA0, 0x1680, 0x2028, 0x2029, 0x202F, 0x205F, 0x3000:
		return true
	}
	return r >= 0x2000 && r <= 0x200A
}

// Invisible reports whether r shows nothing: zero-width and bidirectional
// marks, soft hyphens, byte order marks and control characters other than
// white space.
func Invisible(r rune) bool {
	switch {
	case r < 0x20 || r >= 0x7F && r < 0xA0:
		return !Space(r)
	case r == 0xAD || r == 0xFEFF || r == 0x061C || r == 0x180E:
		return true
	case r >= 0x200B && r <= 0x200F || r >= 0x202A && r <= 0x202E || r >= 0x2060 && r <= 0x206F:
		return true
	case r >= 0xFFF9 && r <= 0xFFFB || r >= 0xFDD0 && r <= 0xFDEF || r&0xFFFE == 0xFFFE:
		return true
	}
	return false
}

// NFC returns s in Unicode normalisation form C. Most text is in the form
// already and is returned as it is.
func NFC(s string) string {
	if plain(s) || norm.NFC.IsNormalString(s) {
		return s
	}
	return norm.NFC.String(s)
}

// plain reports whether s holds only characters that are in every normalisation
// form C as they are and combine with none: ASCII, Latin-1, and the dashes,
// quotes and bullets of U+2010 to U+2026.
func plain(s string) bool {
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c < 0xC4: // ASCII, Latin-1 and the bytes that go on a character
		case c == 0xE2 && i+2 < len(s) && s[i+1] == 0x80 && s[i+2] >= 0x90 && s[i+2] <= 0xA6:
		default:
			return false
		}
	}
	return true
}

// Clean folds every stretch of white space into one space, trims, drops
// invisible characters and gives NFC.
func Clean(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	space := false
	for _, r := range s {
		switch {
		case Space(r):
			space = true
		case Invisible(r):
		default:
			if space && b.Len() > 0 {
				b.WriteByte(' ')
			}
			space = false
			b.WriteRune(r)
		}
	}
	return NFC(b.String())
}

// Join puts the parts of one item together: a space between them, or "; "
// after a part that ends without punctuation, so that a folded list still
// reads as one.
func Join(parts []string) string {
	if len(parts) == 1 {
		return parts[0]
	}
	var b strings.Builder
	for i, p := range parts {
		if i > 0 {
			if endsInMark(parts[i-1]) {
				b.WriteByte(' ')
			} else {
				b.WriteString("; ")
			}
		}
		b.WriteString(p)
	}
	return b.String()
}

func endsInMark(s string) bool {
	s = strings.TrimRight(s, `"'”’)]`)
	return s == "" || strings.ContainsAny(s[len(s)-1:], ".!?:;,") || strings.HasSuffix(s, "…") ||
		strings.HasSuffix(s, "–") || strings.HasSuffix(s, "—")
}

// EndsSentence reports whether s ends as a sentence does.
func EndsSentence(s string) bool {
	s = strings.TrimRight(s, `"'”’)]`)
	return s != "" && (strings.ContainsAny(s[len(s)-1:], ".!?") || strings.HasSuffix(s, "…"))
}

// StartsUpper reports whether the first letter or digit of s is an upper-case
// letter or a digit.
func StartsUpper(s string) bool {
	for _, r := range s {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.IsUpper(r) || unicode.IsTitle(r) || unicode.IsDigit(r) || !unicode.IsLower(r)
		}
	}
	return false
}

// WordCount counts the words of s as separated by spaces, at most limit+1.
func WordCount(s string, limit int) int {
	n, in := 0, false
	for i := range len(s) {
		if s[i] == ' ' || s[i] == '\n' {
			in = false
		} else if !in {
			in = true
			if n++; n > limit {
				return n
			}
		}
	}
	return n
}
