package block

import (
	"strings"
	"unicode/utf8"

	"careerstream/normalize/text"
)

// text appends the text of a node, folding white space.
func (w *walker) text(s string) {
	if w.h1Only > 0 && w.h1Inside == 0 {
		return
	}
	for i := 0; i < len(s); {
		c := s[i]
		if c > ' ' && c < 0x7F {
			end := i + 1
			for end < len(s) && s[end] > ' ' && s[end] < 0x7F {
				end++
			}
			w.put(s[i:end])
			i = end
			continue
		}
		if c == '\n' && w.pre > 0 {
			w.breakLine()
			i++
			continue
		}
		r, size := rune(c), 1
		if c >= utf8.RuneSelf {
			r, size = utf8.DecodeRuneInString(s[i:])
		}
		switch {
		case text.Space(r):
			w.space = true
		case text.Invisible(r):
		default:
			w.put(s[i : i+size])
		}
		i += size
	}
}

// put appends a stretch without white space.
func (w *walker) put(s string) {
	if len(w.buf) == 0 {
		w.leadOpen = true
	} else if w.space {
		w.buf = append(w.buf, ' ')
		if w.links > 0 {
			w.linkBytes++
		}
	}
	w.space = false
	start := len(w.buf)
	w.buf = append(w.buf, s...)
	if w.links > 0 {
		w.linkBytes += len(s)
	}
	if !w.leadOpen {
		return
	}
	switch {
	case w.bold > 0:
		if w.leadEnd == 0 {
			w.leadStart = start
		}
		w.leadEnd = len(w.buf)
	case w.leadEnd == 0 && start < 6 && marker(s):
		// a bullet or number before the lead
	default:
		w.leadOpen = false
	}
}

// marker reports whether s is a bullet or a list number.
func marker(s string) bool {
	if _, n := utf8.DecodeRuneInString(s); n == len(s) && strings.Contains(bulletRunes, s) {
		return true
	}
	_, n := cutNumber(s + " x")
	return n > 0
}

// breakLine ends the line; an empty one parts paragraphs.
func (w *walker) breakLine() {
	if w.level > 0 {
		w.space = true
		return
	}
	if len(w.buf) > 0 || len(w.lines) > 0 {
		w.endLine()
	}
}

func (w *walker) endLine() {
	w.outline.text(len(w.buf))
	l := line{text: string(w.buf), linkBytes: w.linkBytes, level: w.level}
	if w.leadEnd > 0 {
		l.leadStart, l.leadEnd = w.leadStart, w.leadEnd
	}
	if w.level == 0 {
		l.style = w.style
	}
	if n := text.NFC(l.text); len(n) != len(l.text) || n != l.text {
		head, lead := text.NFC(l.text[:l.leadStart]), text.NFC(l.text[:l.leadEnd])
		if l.leadEnd > 0 {
			l.leadStart, l.leadEnd = min(len(head), len(n)), min(len(lead), len(n))
		}
		l.text = n
	}
	if len(w.linkEnds) > 1 && w.linkBytes*10 >= len(w.buf)*7 {
		start := 0
		for _, end := range w.linkEnds {
			if s := text.NFC(strings.Trim(string(w.buf[start:end]), " ,;|/·•")); s != "" {
				l.links = append(l.links, s)
			}
			start = end
		}
	}
	w.linkEnds = w.linkEnds[:0]
	w.lines = append(w.lines, l)
	w.buf, w.space, w.leadStart, w.leadEnd, w.leadOpen, w.linkBytes = w.buf[:0], false, 0, 0, false, 0
}

// flush turns the gathered lines into blocks.
func (w *walker) flush() {
	if len(w.buf) > 0 {
		w.endLine()
	} else {
		w.space = false
		if len(w.lines) == 0 {
			return
		}
	}
	from := 0
	for i := 0; i <= len(w.lines); i++ {
		if i < len(w.lines) && w.lines[i].text != "" {
			continue
		}
		if i > from {
			w.doc.group(w.lines[from:i], w.item(), w.first, w.mains > 0)
			w.first = 0
		}
		from = i + 1
	}
	w.lines = w.lines[:0]
}
