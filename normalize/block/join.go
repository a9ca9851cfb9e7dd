package block

import (
	"strings"
	"unicode/utf8"

	"careerstream/normalize/text"
)

// joinWrapped joins lines that one paragraph was broken into.
func joinWrapped(lines []line) []line {
	if len(lines) == 1 {
		return lines
	}
	out := lines[:1]
	var j joint
	for _, l := range lines[1:] {
		prev := &out[len(out)-1]
		if !continues(prev, &l) {
			out = append(out, l)
			j = joint{}
			continue
		}
		if prev.leadEnd == len(prev.text) && l.leadStart == 0 && l.leadEnd > 0 {
			prev.leadEnd += 1 + l.leadEnd
		}
		prev.text = j.add(prev.text, l.text)
		prev.linkBytes += l.linkBytes
		prev.links = nil
	}
	return out
}

// joint grows a text piece by piece. One that is a million pieces long is not
// copied a million times: the builder's strings share what they have in common.
type joint struct{ built *strings.Builder }

// add returns text with a blank and piece behind it; text is what the call
// before returned, or the first one's.
func (j *joint) add(text, piece string) string {
	if j.built == nil {
		j.built = &strings.Builder{}
		j.built.WriteString(text)
	}
	j.built.WriteByte(' ')
	j.built.WriteString(piece)
	return j.built.String()
}

// continues reports whether next goes on in the middle of prev's sentence.
func continues(prev, next *line) bool {
	if prev.level > 0 || next.level > 0 || prev.style != StyleNone || next.style != StyleNone || prev.bold() || next.bold() {
		return false
	}
	if _, bullet := cutBullet(next.text); bullet != 0 {
		return false
	}
	if _, n := cutNumber(next.text); n > 0 {
		return false
	}
	if endsClause(prev.text) || allCapitals(prev.text) && !allCapitals(next.text) {
		return false
	}
	r, _ := utf8.DecodeRuneInString(next.text)
	return strings.ContainsRune("abcdefghijklmnopqrstuvwxyz(,;–—", r) || prev.linkBytes == 0 && len(prev.text) > 60 && next.leadEnd == 0
}

// allCapitals reports whether a line of several letters has no small one.
func allCapitals(s string) bool {
	for i := range len(s) {
		if s[i] >= 'a' && s[i] <= 'z' {
			return false
		}
	}
	return len(s) > 3 && s == strings.ToUpper(s) && s != strings.ToLower(s)
}

func endsClause(s string) bool {
	return text.EndsSentence(s) || strings.HasSuffix(s, ":") || strings.HasSuffix(s, ";")
}
