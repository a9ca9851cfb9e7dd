package block

import (
	"strings"

	"careerstream/normalize/text"
)

// inlineBullets are bullets that stand within a line for no other purpose.
const inlineBullets = "•●▪■‣◦✓✔➢"

// minPartWords is the least words, on average, of list items within a line; what
// is shorter is a row of links or names.
const minPartWords = 3

// splitInline gives the items of a list that runs on within a line, "Duties: • cut
// cloth • sew linings", a line each.
func splitInline(lines []line) []line {
	var out []line
	for i := range lines {
		parts := inlineItems(&lines[i])
		if parts != nil && out == nil {
			out = append(make([]line, 0, len(lines)+len(parts)), lines[:i]...)
		}
		switch {
		case parts != nil:
			out = append(out, parts...)
		case out != nil:
			out = append(out, lines[i])
		}
	}
	if out == nil {
		return lines
	}
	return out
}

// inlineItems returns the lines that a line is made of, nil for a line that holds
// no list.
func inlineItems(l *line) []line {
	at := strings.IndexAny(l.text, inlineBullets)
	if at < 0 || l.level > 0 || l.cells != nil || l.linkBytes*2 > len(l.text) {
		return nil
	}
	mark := l.text[at:]
	for i := range mark {
		if i > 0 {
			mark = mark[:i]
			break
		}
	}
	parts := strings.Split(" "+l.text+" ", " "+mark+" ")
	if len(parts) < 3 || text.WordCount(l.text, len(parts)*minPartWords) < len(parts)*minPartWords {
		return nil
	}
	var out []line
	if lead := strings.TrimSpace(parts[0]); lead != "" {
		first := *l
		first.text, first.linkBytes, first.links = lead, 0, nil
		first.leadStart, first.leadEnd = min(l.leadStart, len(lead)), min(l.leadEnd, len(lead))
		out = append(out, first)
	}
	for _, p := range parts[1:] {
		if p = strings.TrimSpace(p); p != "" {
			out = append(out, line{text: "• " + p, indent: l.indent})
		}
	}
	return out
}
