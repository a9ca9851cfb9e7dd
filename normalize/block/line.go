package block

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"careerstream/normalize/text"
)

// line is one line of text with its marked-up lead, before it becomes a block.
type line struct {
	text string
	// lead is the stretch of text set off by markup.
	leadStart, leadEnd int
	linkBytes          int
	links              []string
	alts               []string // of pictures
	cells              []string // of a table drawn in text
	// indent in columns, for text pages.
	indent int
	// style hints that the line is a heading; level is stated by markup.
	style uint32
	level uint8
}

// bold reports whether the whole line is set off.
func (l *line) bold() bool {
	return l.leadEnd > 0 && l.leadStart == 0 && strings.Trim(l.text[l.leadEnd:], ":.?!– -—") == ""
}

// letterBullet is a small "o" that stands for a bullet in plain text.
const letterBullet = 'o'

const bulletRunes = "•‣◦●▪■·∙○◆◇►▶➤➢✓✔❖※*-–—+›»→"

// symbol reports whether a character is of no script but of a font: printed pages
// draw their bullets with such ones (Unicode's private use area).
func symbol(r rune) bool { return r >= 0xE000 && r <= 0xF8FF }

// cutBullet removes a list bullet at the start of s.
func cutBullet(s string) (rest string, bullet rune) {
	r, n := utf8.DecodeRuneInString(s)
	if n == 0 || r != letterBullet && !symbol(r) && !strings.ContainsRune(bulletRunes, r) {
		return s, 0
	}
	rest = s[n:]
	trimmed := strings.TrimLeft(rest, " \t\u00a0")
	if trimmed == "" || trimmed == rest && strings.ContainsRune("*-–—+·→o", r) {
		return s, 0 // "-5 degrees", "*note", "–" alone
	}
	return trimmed, r
}

// cutNumber removes a list number at the start of s: "1.", "2)", "(3)", "a)", "b.".
func cutNumber(s string) (rest string, number int) {
	i := 0
	if i < len(s) && s[i] == '(' {
		i++
	}
	start := i
	for i < len(s) && s[i] >= '0' && s[i] <= '9' && i-start < 3 {
		number = number*10 + int(s[i]-'0')
		i++
	}
	if i == start {
		if i+2 < len(s) && s[i] >= 'a' && s[i] <= 'z' && (s[i+1] == ')' || s[i+1] == '.' && s[i+2] == ' ') {
			number = int(s[i]-'a') + 1
			i++
		} else {
			return s, 0
		}
	}
	if i >= len(s) || s[i] != '.' && s[i] != ')' {
		return s, 0
	}
	rest = s[i+1:]
	trimmed := strings.TrimLeft(rest, " \t")
	if trimmed == "" || trimmed == rest && rest[0] >= '0' && rest[0] <= '9' {
		return s, 0
	}
	return trimmed, number
}

// StripNumber removes a list number at the start of a heading: "1.", "2)",
// "IV.", "B.", "Section 3:".
func StripNumber(s string) string {
	if rest, n := cutNumber(s); n > 0 {
		return rest
	}
	if rest, ok := cutNumeral(s); ok {
		return rest
	}
	if rest, ok := cutDecimal(s); ok {
		return rest
	}
	if len(s) > 4 && s[0] == '0' && s[1] >= '0' && s[1] <= '9' && s[2] == ' ' { // "01 What is ..."
		return strings.TrimLeft(s[3:], " –—-|/.")
	}
	for _, word := range []string{"Section ", "Part ", "Chapter "} {
		if after, ok := strings.CutPrefix(s, word); ok {
			if i := strings.IndexAny(after, ":.)-–"); i > 0 && i <= 4 && strings.Trim(after[:i], "0123456789IVX ") == "" {
				if rest := strings.TrimLeft(after[i:], ":.)-– "); rest != "" {
					return rest
				}
			}
		}
	}
	return s
}

// cutDecimal removes a number of more than one part: "1.2", "3.1.4".
func cutDecimal(s string) (string, bool) {
	end := strings.IndexByte(s, ' ')
	if end < 3 || end > 8 || s[0] < '0' || s[0] > '9' || s[1] != '.' && s[2] != '.' || strings.Trim(s[:end], "0123456789.") != "" {
		return s, false
	}
	rest := strings.TrimLeft(s[end:], " ")
	return rest, text.StartsUpper(rest)
}

// cutNumeral removes a Roman numeral or a single capital with a full stop.
func cutNumeral(s string) (string, bool) {
	i := strings.IndexAny(s, ".)")
	if i < 1 || i > 5 || i+2 >= len(s) || s[i+1] != ' ' {
		return s, false
	}
	if strings.Trim(s[:i], "IVX") != "" && (i > 1 || s[0] < 'A' || s[0] > 'H') {
		return s, false
	}
	return strings.TrimSpace(s[i+1:]), true
}

// LooksLikeHeading reports whether a line without any markup reads like a
// heading or a label: short, begun with a capital or digit, not ended as a
// sentence. A question is one too.
func LooksLikeHeading(s string) bool {
	if len(s) > 200 || !text.StartsUpper(s) {
		return false
	}
	last := s[len(s)-1]
	if last == '?' {
		return text.WordCount(s, 30) <= 30 && len(text.Sentences(s)) == 1
	}
	switch last {
	case '.', ',', ';', '!':
		return false
	case ':':
		return labelLike(s)
	}
	return text.WordCount(s, 14) <= 14 && !strings.Contains(strings.Replace(s, " vs. ", " vs ", 1), ". ") && len(s) <= 110 && !splitLabel(s)
}

// labelLike reports whether a line that ends in a colon is a label and not the
// first half of a sentence: a few words, capitals on most of them.
func labelLike(s string) bool {
	words, capitals := 0, 0
	for w := range strings.FieldsSeq(s) {
		words++
		if text.StartsUpper(w) {
			capitals++
		}
	}
	return words <= 3 || words <= 8 && capitals*2 >= words
}

// splitLabel reports whether s has text on both sides of a colon, "Name: text",
// or small letters after a dash, "Name - text".
func splitLabel(s string) bool {
	if i := strings.Index(s, ": "); i > 0 && i < len(s)-2 {
		return true
	}
	for _, dash := range []string{" - ", " – ", " — "} {
		if i := strings.Index(s, dash); i > 0 && i+len(dash) < len(s) {
			if c := s[i+len(dash)]; c >= 'a' && c <= 'z' {
				return true
			}
		}
	}
	return false
}

// headingLike is LooksLikeHeading for a line that markup sets off, which may be
// somewhat longer.
func headingLike(s string) bool {
	if len(s) > 250 || s == "" {
		return false
	}
	switch s[len(s)-1] {
	case '.', ',', ';':
		return false
	case '?', '!':
		return text.WordCount(s, 30) <= 30
	case ':':
		return text.WordCount(s, 8) <= 8
	}
	return text.WordCount(s, 16) <= 16
}

// group turns the lines between two paragraph breaks into blocks.
func (d *Doc) group(lines []line, item int32, first Kind, main bool) {
	if len(lines) == 0 {
		return
	}
	lines = splitInline(joinWrapped(lines))
	listItem, listIndent, numbers := int32(0), -1, countNumbered(lines)
	cutSymbols(lines)
	outer := item
	for i := range lines {
		l := &lines[i]
		b := Block{Kind: Paragraph, Text: l.text, Item: item, Main: main, LinkBytes: l.linkBytes, Links: l.links}
		if (first == Item || first == Term) && l.level == 0 {
			b.Kind = first
			first = Paragraph
			if b.Kind == Item {
				if rest, bullet := cutBullet(b.Text); bullet != 0 && bullet != '-' {
					cutStart(&b, l, len(b.Text)-len(rest))
				} else if rest, n := cutNumber(b.Text); n > 0 {
					cutStart(&b, l, len(b.Text)-len(rest))
				}
			}
			setLead(&b, l)
			d.add(b)
			continue
		}
		if rest, bullet := cutBullet(l.text); bullet != 0 && l.level == 0 && (bullet == '•' || l.style == StyleNone) {
			if l.indent <= listIndent || listItem == 0 {
				listItem, listIndent = d.newItem(ListItem, outer), l.indent
				b.Item = listItem
			} else {
				b.Item = d.newItem(ListItem, listItem)
			}
			b.Kind = Item
			cutStart(&b, l, len(l.text)-len(rest))
			setLead(&b, l)
			d.add(b)
			continue
		}
		rest, number := cutNumber(l.text)
		if number > 0 && l.level == 0 && l.style == StyleNone && (numbers > 1 || !LooksLikeHeading(rest)) && !l.bold() {
			listItem, listIndent = d.newItem(ListItem, outer), l.indent
			b.Kind, b.Item = Item, listItem
			cutStart(&b, l, len(l.text)-len(rest))
			setLead(&b, l)
			d.add(b)
			continue
		}
		switch {
		case l.level > 0:
			b.Kind, b.Level = Heading, l.level
		case l.style != StyleNone && headingLike(rest):
			b.Kind, b.Style = Heading, l.style
		case l.bold() && l.leadEnd > 0 && headingLike(rest):
			b.Kind, b.Style = Heading, StyleBold
		case number > 0 && LooksLikeHeading(rest):
			b.Kind, b.Style = Heading, StyleNumber
		case (l.leadEnd == 0 || l.bold()) && LooksLikeHeading(l.text):
			b.Kind, b.Style = Heading, StylePlain
		default:
			setLead(&b, l)
		}
		if b.Kind == Heading && item != 0 && b.Level == 0 && d.Items[item].Kind != Panel {
			b.Kind, b.Style = Paragraph, StyleNone
			setLead(&b, l)
		}
		d.add(b)
	}
}

// cutSymbols turns a symbol or emoji that begins several lines into a bullet.
func cutSymbols(lines []line) {
	if len(lines) < 2 {
		return
	}
	for i := range lines {
		l := &lines[i]
		r, n := utf8.DecodeRuneInString(l.text)
		if r < 0x2000 || !unicode.In(r, unicode.So, unicode.Sm) || strings.ContainsRune(bulletRunes, r) {
			continue
		}
		same := 0
		for j := range lines {
			if strings.HasPrefix(lines[j].text, l.text[:n]) {
				same++
			}
		}
		if same < 2 {
			continue
		}
		rest := strings.TrimLeft(l.text[n:], "\ufe0f ")
		if rest == "" {
			continue
		}
		cut := len(l.text) - len(rest) - len("• ")
		for j := len(lines) - 1; j >= i; j-- { // the last first: the others compare with this one
			if j != i && strings.HasPrefix(lines[j].text, l.text[:n]) {
				tail := strings.TrimLeft(lines[j].text[n:], "\ufe0f ")
				shift(&lines[j], len(lines[j].text)-len(tail)-len("• "))
				lines[j].text = "• " + tail
			}
		}
		shift(l, cut)
		l.text = "• " + rest
	}
}

// shift moves a line's lead by n bytes to the left.
func shift(l *line, n int) {
	if l.leadEnd > 0 {
		l.leadStart, l.leadEnd = max(0, l.leadStart-n), max(0, l.leadEnd-n)
	}
}

func countNumbered(lines []line) int {
	n := 0
	for i := range lines {
		if _, number := cutNumber(lines[i].text); number > 0 {
			n++
		}
	}
	return n
}

// cutStart removes the first n bytes of the block's text and moves the lead.
func cutStart(b *Block, l *line, n int) {
	b.Text = b.Text[n:]
	l.leadStart, l.leadEnd = max(0, l.leadStart-n), max(0, l.leadEnd-n)
}

// setLead takes over the line's lead if it begins the block.
func setLead(b *Block, l *line) {
	if l.leadStart == 0 && l.leadEnd > 0 && l.leadEnd <= len(b.Text) {
		b.Lead = l.leadEnd
	} else if l.leadStart > 0 && l.leadEnd <= len(b.Text) {
		if rest, n := cutNumber(b.Text); n > 0 && len(b.Text)-len(rest) == l.leadStart {
			b.Text, b.Lead = rest, l.leadEnd-l.leadStart
		}
	}
}
