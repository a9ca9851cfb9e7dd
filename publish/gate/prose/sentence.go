package prose

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Sentences cuts a passage where a line ends, and after ".", "!" or "?" (with the
// quotes and brackets that close there) before white space and something that a
// sentence can begin with, unless the word before is an abbreviation or an
// initial. White space around a sentence is no part of it; nothing else is lost.
func Sentences(passage string) []string {
	var out []string
	add := func(s string) {
		if s = strings.TrimSpace(s); s != "" {
			out = append(out, s)
		}
	}
	for line := range strings.SplitSeq(passage, "\n") {
		start := 0
		for i := 0; i < len(line); i++ {
			if !strings.ContainsRune(".!?", rune(line[i])) {
				continue
			}
			end := i + len(line[i:]) - len(strings.TrimLeft(line[i:], ".!?\"')]”’»"))
			rest := strings.TrimLeftFunc(line[end:], unicode.IsSpace)
			if len(rest) < len(line)-end && begins(rest) && (line[i] != '.' || !abbreviates(line[start:i])) {
				add(line[start:end])
				start = end
			}
			i = end - 1
		}
		add(line[start:])
	}
	return out
}

// begins reports whether a sentence can begin with the first character of s.
func begins(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return unicode.IsUpper(r) || unicode.IsDigit(r) || strings.ContainsRune("\"'“‘«([¿¡", r) || unicode.IsLetter(r) && !unicode.IsLower(r)
}

// longestWord bounds what abbreviates looks at, in bytes.
const longestWord = 16

// abbreviates reports whether the last word of s is an abbreviation without its
// last dot.
func abbreviates(s string) bool {
	s = s[max(0, len(s)-longestWord):]
	if i := strings.LastIndexAny(s, " \t(\u00a0"); i >= 0 {
		s = s[i+1:]
	}
	switch strings.ToLower(s) {
	case "e.g", "i.e", "dr", "mr", "mrs", "ms", "vs", "etc", "st", "no", "jr", "sr", "prof", "u.s", "u.k", "ph.d", "psy.d", "ed.d", "d.c", "inc", "ltd", "co", "approx", "dept", "cf":
		return true
	}
	r, size := utf8.DecodeRuneInString(s)
	return size == len(s) && size > 0 && unicode.IsUpper(r)
}
