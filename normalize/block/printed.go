package block

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"careerstream/normalize/text"
)

// maxFurniture is the longest line, in bytes, at the head or foot of a printed page.
const maxFurniture = 120

// withoutFurniture returns a text without the lines that a printed page repeats at
// its head and foot: the same text beside a page's number, or next to a form feed.
// A sentence that goes on over the page goes on.
func withoutFurniture(src string) string {
	if !strings.Contains(src, "\f") && !strings.Contains(src, "age ") {
		return src
	}
	lines := strings.Split(src, "\n")
	masks, count := furniture(lines)
	if len(count) == 0 {
		return src
	}
	out := lines[:0]
	cut := false
	for i, l := range lines {
		if m := masks[i]; m != "" && (count[m] > 1 || numberOnly(m)) {
			cut = true
			continue
		}
		if blank(l) {
			out = append(out, l)
			continue
		}
		if cut {
			out = overPage(out, l)
		}
		cut = false
		out = append(out, l)
	}
	return strings.Join(out, "\n")
}

// furniture returns, for every line that may be of a page's head or foot, its text
// with the digits masked, and how often each mask comes.
func furniture(lines []string) ([]string, map[string]int) {
	masks, count := make([]string, len(lines)), map[string]int{}
	last := -1 // the last line with text
	fed := false
	for i, l := range lines {
		feed := strings.Contains(l, "\f")
		if fed = fed || feed; feed && last >= 0 {
			masks[last] = mask(lines[last])
		}
		if blank(l) {
			continue
		}
		m := mask(l)
		if fed || strings.Contains(m, "page #") {
			masks[i] = m
		}
		last, fed = i, false
	}
	for _, m := range masks {
		if m != "" {
			count[m]++
		}
	}
	return masks, count
}

// mask returns a line in lower case with every number as "#"; "" for a long one.
func mask(l string) string {
	l = strings.ToLower(text.Clean(l))
	if len(l) > maxFurniture {
		return ""
	}
	var b strings.Builder
	number := false
	for _, r := range l {
		if number = unicode.IsDigit(r); !number || !strings.HasSuffix(b.String(), "#") {
			if number {
				r = '#'
			}
			b.WriteRune(r)
		}
	}
	return b.String()
}

// numberOnly reports whether a masked line is nothing but a page's number.
func numberOnly(m string) bool {
	switch strings.Trim(m, "-–—|[]. ") {
	case "#", "page #", "page # of #", "page #/#", "# of #", "# / #", "#/#":
		return true
	}
	return false
}

// overPage removes the blank lines at the end of out if next goes on with the
// sentence above them.
func overPage(out []string, next string) []string {
	n := len(out)
	for n > 0 && blank(out[n-1]) {
		n--
	}
	r, _ := utf8.DecodeRuneInString(strings.TrimLeft(next, " \t\f"))
	if n > 0 && unicode.IsLower(r) && !endsClause(text.Clean(out[n-1])) {
		return out[:n]
	}
	return out
}

// compoundFirsts are first parts of words that keep their hyphen.
var compoundFirsts = map[string]bool{"self": true, "well": true, "part": true, "full": true, "long": true, "short": true, "high": true, "low": true,
	"non": true, "co": true, "post": true, "multi": true, "on": true, "off": true, "follow": true, "step": true, "day": true, "face": true, "up": true,
	"in": true, "two": true, "three": true, "four": true, "five": true, "six": true, "first": true, "second": true, "decision": true, "problem": true,
	"detail": true, "hands": true, "health": true, "entry": true, "mid": true, "cross": true, "ex": true, "world": true, "ever": true}

// unhyphenate puts words together that were divided at the end of a line: the rest
// of the word moves up. The text itself tells whether the hyphen is the word's own.
func unhyphenate(lines []line) []line {
	var known map[string]int
	out := lines[:0]
	for _, next := range lines {
		if len(out) == 0 {
			out = append(out, next)
			continue
		}
		l := &out[len(out)-1]
		head, tail := divided(l.text, next.text)
		if head == "" {
			out = append(out, next)
			continue
		}
		if known == nil {
			known = vocabulary(lines)
		}
		hyphen := "-"
		low := strings.ToLower(head)
		if known[low+"-"+tail] == 0 && !compoundFirsts[low] && (known[low+tail] > 0 || known[low] == 0 || known[tail] < 2) {
			hyphen = ""
		}
		word, rest, _ := strings.Cut(next.text, " ")
		l.text = strings.TrimSuffix(l.text, "-") + hyphen + word
		if rest != "" {
			next.text, next.leadStart, next.leadEnd, next.cells = rest, 0, 0, nil
			out = append(out, next)
		}
	}
	return out
}

// divided returns the halves of the word that a line ends in the middle of.
func divided(l, next string) (head, tail string) {
	if !strings.HasSuffix(l, "-") || next == "" {
		return "", ""
	}
	head = l[strings.LastIndexByte(l, ' ')+1 : len(l)-1]
	tail = next[:len(next)-len(strings.TrimLeftFunc(next, unicode.IsLower))]
	if len(head) < 2 || len(tail) < 2 || strings.IndexFunc(head, func(r rune) bool { return !unicode.IsLetter(r) }) >= 0 {
		return "", ""
	}
	return head, tail
}

// vocabulary counts the words of a text in lower case, with their hyphens; what a
// line ends in the middle of is none, its other half is.
func vocabulary(lines []line) map[string]int {
	known := map[string]int{}
	for i := range lines {
		for w := range strings.FieldsFuncSeq(strings.ToLower(lines[i].text), func(r rune) bool { return !unicode.IsLetter(r) && r != '-' }) {
			if !strings.HasSuffix(w, "-") {
				known[w]++
			}
		}
	}
	return known
}

// wrapWidth is the widest line of a text that counts as broken to a width,
// fullWithin how much shorter than that a full line may be.
const (
	wrapWidth  = 110
	fullWithin = 16
)

// widthOf returns the width to which the lines of a text were broken, 0 for a text
// that has a line a paragraph: there hardly any two lines are as long.
func widthOf(lines []line) int {
	width, long := 0, 0
	for i := range lines {
		width = max(width, columnsOf(&lines[i]))
		if len(lines[i].text) > wrapWidth/2 {
			long++
		}
	}
	if width > wrapWidth || long < 4 {
		return 0
	}
	full, half := 0, 0
	for i := range lines {
		switch n := columnsOf(&lines[i]); {
		case n > width-fullWithin:
			full++
		case n > width/2:
			half++
		}
	}
	if full < half {
		return 0
	}
	return width
}

func columnsOf(l *line) int { return utf8.RuneCountInString(l.text) + l.indent }
