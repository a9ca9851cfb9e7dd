package block

import (
	"fmt"
	"iter"
	"strings"
	"unicode/utf8"

	"careerstream/normalize/text"
)

// Text reads a plain text page: paragraphs parted by blank lines, bullets,
// numbers, underlined headings, headings without any mark, and the common
// marks of Markdown.
func Text(src string) *Doc {
	d := &Doc{Items: []ItemInfo{{}}}
	lines := unhyphenate(textLines(withoutFurniture(src)))
	width := widthOf(lines)
	var out []line
	flush := func() {
		d.group(out, 0, Paragraph, false)
		out = nil
	}
	var j joint
	for i := 0; i < len(lines); i++ {
		l := lines[i]
		for _, alt := range l.alts {
			d.alt(alt)
		}
		if l.text == "" {
			flush()
			continue
		}
		if n := d.textTable(lines[i:], flush); n > 0 {
			i += n - 1
			continue
		}
		if len(out) > 0 && wrapped(&out[len(out)-1], &l, lines[i-1], width) {
			prev := &out[len(out)-1]
			if prev.leadEnd == len(prev.text) && l.leadEnd == len(l.text) && l.leadEnd > 0 {
				prev.leadEnd += 1 + l.leadEnd
			}
			prev.text = j.add(prev.text, l.text)
			continue
		}
		out = append(out, l)
		j = joint{}
	}
	flush()
	if len(d.Blocks) > 1 {
		if b := &d.Blocks[0]; b.Kind == Paragraph && b.Item == 0 && titleLine(b.Text) {
			b.Kind, b.Style, b.Lead = Heading, StylePlain, 0 // "Career profile: Judge"
		}
	}
	d.Template = textTemplate(d)
	return d
}

// maxTitle is the longest first line of a text, in bytes, that may be its title.
const maxTitle = 90

func titleLine(s string) bool {
	return len(s) <= maxTitle && text.StartsUpper(s) && !text.EndsSentence(s) && !strings.HasSuffix(s, ",")
}

// textTable reads a table drawn in text, "| a | b |" or tabs between cells; it
// returns the number of lines that it took, 0 if there is none.
func (d *Doc) textTable(lines []line, flush func()) int {
	n := 0
	for n < len(lines) && len(lines[n].cells) >= 2 {
		n++
	}
	if n < 2 {
		return 0
	}
	flush()
	d.tables++
	start := len(d.Blocks)
	for _, l := range lines[:n] {
		if ruled(l.cells) {
			if len(d.Blocks) == start+1 {
				d.Blocks[start].Head = true
			}
			continue
		}
		for _, c := range l.cells {
			d.TextBytes += len(c)
		}
		d.add(Block{Kind: Row, Table: d.tables, Cells: l.cells})
	}
	return n
}

// ruled reports whether a row only draws the line below a table's header.
func ruled(cells []string) bool {
	for _, c := range cells {
		if strings.Trim(c, "-:= ") != "" {
			return false
		}
	}
	return true
}

// cellsOf cuts a line of a drawn table into its cells; nil if it is none.
func cellsOf(raw string) []string {
	raw = strings.TrimSpace(raw)
	var parts []string
	switch {
	case strings.HasPrefix(raw, "|") && strings.Count(raw, "|") >= 2:
		parts = strings.Split(strings.TrimSuffix(raw[1:], "|"), "|")
	case strings.Contains(raw, "\t"):
		for part := range strings.SplitSeq(raw, "\t") {
			if strings.TrimSpace(part) != "" {
				parts = append(parts, part)
			}
		}
		if _, bullet := cutBullet(text.Clean(parts[0]) + " x"); bullet != 0 || len(parts) < 2 {
			return nil
		}
		if _, n := cutNumber(text.Clean(parts[0]) + " x"); n > 0 {
			return nil
		}
	default:
		return nil
	}
	for i := range parts {
		parts[i] = strings.ReplaceAll(text.Clean(parts[i]), "**", "")
	}
	return parts
}

// wrapped reports whether l goes on with the line before it: l is indented
// under a bullet, or the line before was full.
func wrapped(prev, l *line, before line, width int) bool {
	if prev.style != StyleNone || prev.level > 0 || l.style != StyleNone || l.level > 0 {
		return false
	}
	if _, b := cutBullet(l.text); b != 0 {
		return false
	}
	if _, n := cutNumber(l.text); n > 0 {
		return false
	}
	_, bullet := cutBullet(prev.text)
	_, number := cutNumber(prev.text)
	if (bullet != 0 || number != 0) && l.indent > prev.indent {
		return true
	}
	if width == 0 {
		return false
	}
	word, _, _ := strings.Cut(l.text, " ")
	return utf8.RuneCountInString(before.text)+before.indent+1+utf8.RuneCountInString(word) > width
}

// textLines cuts a text into cleaned lines with their marks read.
func textLines(src string) []line {
	var out []line
	for raw := range columns(frontMatter(strings.ReplaceAll(strings.ReplaceAll(src, "\r\n", "\n"), "\r", "\n"))) {
		l := line{indent: indentOf(raw), text: text.Clean(raw)}
		if l.text == "" {
			// Two blank lines say as much as a million.
			if n := len(out); n < 2 || out[n-1].text != "" || out[n-2].text != "" {
				out = append(out, line{})
			}
			continue
		}
		l.cells = cellsOf(raw)
		if quote, ok := strings.CutPrefix(l.text, "> "); ok {
			l.text = quote
		}
		if mark := underline(l.text); mark != 0 {
			if n := len(out); n > 0 && out[n-1].text != "" && out[n-1].level == 0 && utf8.RuneCountInString(out[n-1].text) <= 120 &&
				headingLike(out[n-1].text) && len(l.text)*3 >= len(out[n-1].text) {
				out[n-1].style = StyleUnderline + uint32(mark)<<8
				out = append(out, line{})
			} else {
				out = append(out, line{})
			}
			continue
		}
		markdown(&l)
		if l.text == "" {
			out = append(out, line{alts: l.alts})
			continue
		}
		out = append(out, l)
	}
	return out
}

// columns yields the lines of a text; one with bullets side by side, "* a    * b",
// in its parts.
func columns(src string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for raw := range strings.Lines(src) {
			indent := raw[:len(raw)-len(strings.TrimLeft(raw, " "))]
			if body := raw[len(indent):]; len(body) > 8 && strings.Contains(body, "   ") {
				if _, bullet := cutBullet(body); bullet != 0 {
					mark := "   " + string(bullet) + " "
					for at := strings.Index(body, mark); at > 0; at = strings.Index(body, mark) {
						if !yield(indent + body[:at]) {
							return
						}
						body = strings.TrimLeft(body[at:], " ")
					}
					raw = indent + body
				}
			}
			if !yield(raw) {
				return
			}
		}
	}
}

// underline returns the character of a line that only underlines, or 0.
func underline(s string) rune {
	r, n := utf8.DecodeRuneInString(s)
	if !strings.ContainsRune("=-~_*#^─═—–", r) || len(s) < 3*n {
		return 0
	}
	for _, c := range s {
		if c != r && c != ' ' {
			return 0
		}
	}
	return r
}

func indentOf(s string) int {
	n := 0
	for _, r := range s {
		switch {
		case r == '\t':
			n += 4
		case text.Space(r) && r != '\n':
			n++
		default:
			return n
		}
	}
	return n
}

// markdown reads "# Heading", "**lead** text" and "[text](url)".
func markdown(l *line) {
	if strings.HasPrefix(l.text, "#") {
		marks := len(l.text) - len(strings.TrimLeft(l.text, "#"))
		if rest := strings.TrimSpace(strings.TrimRight(l.text[marks:], "#")); marks <= 6 && rest != "" && l.text[marks] == ' ' {
			l.text, l.level = rest, uint8(marks)
		}
	}
	if n := len(l.text) - len(strings.TrimLeft(l.text, "=")); n >= 2 && n <= 6 && len(l.text) > 2*n && strings.HasSuffix(l.text, l.text[:n]) {
		if rest := strings.Trim(l.text, "= "); rest != "" { // "== Heading =="
			l.text, l.level = rest, uint8(n)
		}
	}
	if strings.Contains(l.text, "'''") {
		l.text = strings.ReplaceAll(l.text, "'''", "**")
	}
	l.unlink()
	l.text = emphasis(l.text)
	if l.text == "" {
		return
	}
	for _, mark := range []string{"**", "__"} {
		start := strings.Index(l.text, mark)
		if start < 0 || start > 6 {
			continue
		}
		end := strings.Index(l.text[start+2:], mark)
		if end <= 0 {
			continue
		}
		end += start + 2
		lead := l.text[start+2 : end]
		l.text = l.text[:start] + lead + strings.ReplaceAll(l.text[end+2:], mark, "")
		l.leadStart, l.leadEnd = start, start+len(lead)
		return
	}
	if strings.Count(l.text, "**") >= 2 {
		l.text = strings.ReplaceAll(l.text, "**", "")
	}
}

// emphasis removes the marks of "*word*" and "`word`".
func emphasis(s string) string {
	for _, mark := range []byte{'*', '`'} {
		for from := 0; ; {
			open := strings.IndexByte(s[from:], mark)
			if open < 0 {
				break
			}
			open += from
			shut := strings.IndexByte(s[open+1:], mark)
			if shut <= 0 || s[open+1] == ' ' || s[open+shut] == ' ' || s[open+1] == mark || open > 0 && s[open-1] != ' ' && s[open-1] != '(' {
				from = open + 1
				if open+1 < len(s) && s[open+1] == mark {
					from++
				}
				if from >= len(s) {
					break
				}
				continue
			}
			shut += open + 1
			s = s[:open] + s[open+1:shut] + s[shut+1:]
			from = shut - 1
		}
	}
	return s
}

// frontMatter returns the lines of a text without the "---" block of settings
// that some generators put before it.
func frontMatter(src string) string {
	rest, ok := strings.CutPrefix(strings.TrimLeft(src, "\ufeff\n"), "---\n")
	if !ok {
		return src
	}
	end := strings.Index(rest, "\n---")
	if end < 0 || end > 4000 || !strings.Contains(rest[:end], ":") || strings.Contains(rest[:end], "\n\n") {
		return src
	}
	return rest[end+4:]
}

// textTemplate hashes the look of the headings that a text has most of, the first
// of equals: optional parts bring marks of their own.
func textTemplate(d *Doc) string {
	counts := map[uint32]int{}
	most := uint32(0)
	for pass := range 2 {
		for i := range d.Blocks {
			b := &d.Blocks[i]
			look := b.Style
			switch {
			case b.Kind != Heading:
				continue
			case b.Level > 0:
				look = 1 << 31
			}
			if pass == 0 {
				counts[look]++
			} else if most == 0 || counts[look] > counts[most] {
				most = look
			}
		}
	}
	return fmt.Sprintf("text:%016x", (14695981039346656037^uint64(most))*1099511628211)
}
