package block

import "strings"

// unlink replaces Markdown links by their texts, which it notes, and takes pictures
// out; their texts are kept in alts.
func (l *line) unlink() {
	s := l.text
	if !strings.Contains(s, "](") {
		return
	}
	var b strings.Builder
	for {
		mid := strings.Index(s, "](")
		if mid < 0 {
			break
		}
		open := strings.LastIndexByte(s[:mid], '[')
		end := strings.IndexByte(s[mid:], ')')
		if open < 0 || end < 0 {
			b.WriteString(s[:mid+2])
			s = s[mid+2:]
			continue
		}
		label := s[open+1 : mid]
		if before, image := strings.CutSuffix(s[:open], "!"); image {
			b.WriteString(before)
			l.alts = append(l.alts, label)
		} else {
			b.WriteString(s[:open])
			b.WriteString(label)
			l.linkBytes += len(label)
			l.links = append(l.links, strings.TrimSpace(label))
		}
		s = s[mid+end+1:]
	}
	b.WriteString(s)
	if l.text = b.String(); len(l.links) < 2 || l.linkBytes*10 < len(l.text)*7 {
		l.links = nil
	}
}
