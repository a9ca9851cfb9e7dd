package section

import (
	"strings"

	"careerstream/normalize/block"
	"careerstream/normalize/name"
	"careerstream/normalize/text"
)

// Limits of a name at the start of an entry.
const (
	maxLeadBytes = 100
	maxLeadWords = 10
)

// separators between a name and its text, the surest first.
var separators = []string{": ", " – ", " — ", " -- ", " - "}

// openEnds are last words that make "word:" an introduction and no name.
var openEnds = map[string]bool{"include": true, "includes": true, "including": true, "following": true, "as": true,
	"for": true, "to": true, "of": true, "with": true, "such": true, "are": true, "is": true, "like": true, "on": true,
	"and": true, "or": true, "by": true, "in": true, "at": true, "the": true, "example": true, "note": true}

// splitPlain cuts "Name: text" and "Name – text" apart where nothing but the
// wording tells the name.
func splitPlain(s string) (lead, rest string, colon, ok bool) {
	at, sep := -1, ""
	window := s[:min(len(s), maxLeadBytes+len(" — "))]
	for _, sp := range separators {
		if i := strings.Index(window, sp); i > 0 && i <= maxLeadBytes && (at < 0 || i < at) {
			at, sep = i, sp
		}
	}
	if at < 0 {
		return "", "", false, false
	}
	lead, rest = strings.TrimSpace(s[:at]), strings.TrimSpace(s[at+len(sep):])
	if lead == "" || rest == "" || !text.StartsUpper(lead) || text.WordCount(lead, maxLeadWords) > maxLeadWords ||
		strings.ContainsAny(lead, "?!;") || strings.Contains(lead, ". ") {
		return "", "", false, false
	}
	last := lead[strings.LastIndexByte(lead, ' ')+1:]
	if openEnds[strings.ToLower(last)] {
		return "", "", false, false
	}
	return lead, rest, sep == ": ", true
}

// splitMarked cuts off a lead that markup sets off. subject is true if the lead
// is only the first words of a sentence, which the text then keeps.
func splitMarked(b *block.Block) (lead, rest string, subject, ok bool) {
	if b.Lead <= 0 || b.Lead >= len(b.Text) {
		return "", "", false, false
	}
	lead, rest = strings.TrimSpace(b.Text[:b.Lead]), strings.TrimSpace(b.Text[b.Lead:])
	if len(lead) > 2*maxLeadBytes || text.WordCount(lead, 20) > 20 {
		return "", "", false, false
	}
	if open := strings.LastIndexByte(lead, '('); open > 0 && !strings.Contains(lead[open:], ")") {
		if shut := strings.IndexByte(rest, ')'); shut >= 0 && shut < 30 {
			lead, rest = lead+" "+rest[:shut+1], strings.TrimSpace(rest[shut+1:])
			lead = strings.ReplaceAll(lead, "( ", "(")
		}
	}
	if strings.HasPrefix(rest, "(") { // "<b>Family Therapists</b> (LMFT): ..."
		if shut := strings.IndexByte(rest, ')'); shut > 0 && isAbbreviation(rest[1:shut]) {
			after := strings.TrimSpace(rest[shut+1:])
			if startsSeparator(after) || startsUpper(after) {
				lead, rest = lead+" "+rest[:shut+1], after
			}
		}
	}
	if trimmed, cut := cutSeparator(rest); cut && trimmed != "" {
		return trimName(lead), trimmed, false, true
	}
	if rest == "" || strings.Trim(rest, ".:!?–—- ") == "" {
		return "", "", false, false
	}
	switch last := lead[len(lead)-1]; last {
	case ':', '.', '-', '!', '?':
		return trimName(lead), rest, false, true
	}
	if strings.HasSuffix(lead, "–") || strings.HasSuffix(lead, "—") || startsUpper(rest) {
		return trimName(lead), rest, false, true
	}
	return trimName(lead), b.Text, true, true
}

func startsSeparator(s string) bool { _, cut := cutSeparator(s); return cut }

// cutSeparator removes a separator at the start of what follows a name.
func cutSeparator(s string) (string, bool) {
	for _, sep := range []string{":", "–", "—", "--", "- ", ". "} {
		if strings.HasPrefix(s, sep) {
			return strings.TrimSpace(s[len(sep):]), true
		}
	}
	return s, false
}

// splitAny is splitMarked, else splitPlain, for looking ahead.
func splitAny(b *block.Block) (lead, rest string, ok bool) {
	if lead, rest, subject, ok := splitMarked(b); ok && !subject {
		return lead, rest, true
	}
	lead, rest, _, ok = splitPlain(b.Text)
	return lead, rest, ok
}

// trimName removes the marks that end a name, and a list number before it.
func trimName(s string) string {
	s = strings.TrimSpace(s)
	for {
		t := strings.TrimRight(s, ":;,. -–—?!")
		if strings.HasSuffix(s, "?") {
			t = s
		}
		for _, q := range []string{"’", "'"} {
			if strings.HasSuffix(t, q) && !strings.Contains(t[:len(t)-len(q)], "‘") && strings.Count(t, "'")%2 == 1 || q == "’" && strings.HasSuffix(t, q) && !strings.Contains(t, "‘") {
				t = t[:len(t)-len(q)]
			}
		}
		if t == s {
			break
		}
		s = t
	}
	for _, q := range [][2]string{{"«", "»"}, {"“", "”"}, {`"`, `"`}, {"„", "“"}} {
		if inner, ok := strings.CutPrefix(s, q[0]); ok {
			if inner, ok = strings.CutSuffix(inner, q[1]); ok && inner != "" && !strings.Contains(inner, q[1]) {
				s = strings.TrimSpace(inner)
			}
		}
	}
	// A full stop that belongs to an abbreviation stays with it: "U.S."
	return block.StripNumber(s)
}

// sides tells which of two careers a name means.
type sides struct {
	inflect     *name.Inflector
	left, right string
}

// of returns 1 for the left career, 2 for the right one, 0 for neither.
func (s sides) of(surface string) int {
	surface = trimName(surface)
	if len(surface) > maxLeadBytes || surface == "" {
		return 0
	}
	l, r := s.score(surface, s.left), s.score(surface, s.right)
	switch {
	case l > r:
		return 1
	case r > l:
		return 2
	}
	return 0
}

// score is 3 for the same name, 2 for its abbreviation, 1 for its last words.
func (s sides) score(surface, career string) int {
	base, abbr := splitAbbreviation(career)
	sBase, sAbbr := splitAbbreviation(surface)
	a, b := s.inflect.Key(sBase), s.inflect.Key(base)
	switch {
	case a == "" || b == "":
		return 0
	case a == b:
		return 3
	case abbr != "" && (a == s.inflect.Key(abbr) || a == s.inflect.Key(abbr)+"s" || strings.EqualFold(sAbbr, abbr)), initials(b) == a && len(a) > 1, sAbbr != "" && strings.EqualFold(sAbbr, base):
		return 2
	case strings.HasSuffix(b, " "+a), strings.HasSuffix(a, " "+b) && strings.Count(a, " ")-strings.Count(b, " ") <= 2:
		return 1
	}
	return 0
}

func initials(key string) string {
	var b strings.Builder
	for _, w := range strings.Fields(key) {
		b.WriteByte(w[0])
	}
	return b.String()
}

// splitAbbreviation takes "Marriage and Family Therapists (LMFT)" apart.
func splitAbbreviation(s string) (base, abbr string) {
	s = strings.TrimSpace(s)
	if !strings.HasSuffix(s, ")") {
		return s, ""
	}
	open := strings.LastIndexByte(s, '(')
	if open <= 0 {
		return s, ""
	}
	inner := strings.TrimSpace(s[open+1 : len(s)-1])
	if !isAbbreviation(inner) {
		return s, ""
	}
	return strings.TrimSpace(s[:open]), inner
}

// isAbbreviation reports whether a text in brackets abbreviates a name: one or
// two words of at most twelve letters with more capitals than small letters,
// without full stops ("U.S." is a place).
func isAbbreviation(s string) bool {
	if len(s) < 2 || len(s) > 12 || strings.ContainsAny(s, ".,;:?!") || text.WordCount(s, 2) > 2 {
		return false
	}
	upper, lower := 0, 0
	if len(s) <= 8 && startsUpper(s) && s[len(s)-1] >= '0' && s[len(s)-1] <= '9' { // "Tier 1"
		return true
	}
	for _, r := range s {
		switch {
		case r >= 'A' && r <= 'Z':
			upper++
		case r >= 'a' && r <= 'z':
			lower++
		case r >= '0' && r <= '9' || r == '-' || r == '/' || r == '&' || r == ' ' || r == '+':
		default:
			return false
		}
	}
	return upper >= 2 && (upper > lower || !strings.Contains(s, " ")) && s[0] >= 'A' && s[0] <= 'Z' && s != "US" && s != "UK" && s != "EU" && s != "USA"
}
