// Package sentence splits English prose into sentences.
//
// A sentence ends at a full stop, question or exclamation mark that white space
// follows, at a blank line and before a list item. A full stop ends none after an
// abbreviation that a name or number follows ("Dr. Lee", "No. 5"), after an
// initial, in a number, after a list number, and where the text goes on in lower
// case. After an abbreviation that can close a sentence too ("U.S.", "etc.",
// "Ph.D.") the next word decides.
package sentence

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Span is a sentence of a text: text[Start:End], in bytes, never empty, without
// white space at its ends.
type Span struct{ Start, End int }

// Split returns the sentences of text in order. They do not overlap, and only
// white space stands outside them. The time is linear in the text's length.
func Split(text string) []Span {
	var spans []Span
	start := -1
	end := func(at int) {
		if start >= 0 {
			if trimmed := len(strings.TrimRightFunc(text[start:at], unicode.IsSpace)); trimmed > 0 {
				spans = append(spans, Span{start, start + trimmed})
			}
		}
		start = -1
	}
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRuneInString(text[i:])
		switch {
		case unicode.IsSpace(r):
			next := i
			lines := 0
			for next < len(text) {
				s, n := utf8.DecodeRuneInString(text[next:])
				if !unicode.IsSpace(s) {
					break
				}
				if s == '\n' {
					lines++
				}
				next += n
			}
			if lines > 1 || listItem(text[next:], lines > 0) {
				end(i)
			}
			i = next
			continue
		case start < 0:
			start = i
		}
		if r == '.' || r == '!' || r == '?' || r == '…' {
			closed := closing(text, i+size)
			if closed == len(text) || spaceAt(text, closed) {
				if (r != '.' || closes(text, start, i, closed)) && goesOn(text[closed:]) {
					end(closed)
				}
				i = closed
				continue
			}
		}
		i += size
	}
	end(len(text))
	return spans
}

// Texts returns the sentences of text themselves.
func Texts(text string) []string {
	spans := Split(text)
	texts := make([]string, len(spans))
	for i, span := range spans {
		texts[i] = text[span.Start:span.End]
	}
	return texts
}

// closing is where the run of end marks, quotes and brackets from at on ends.
func closing(text string, at int) int {
	for at < len(text) {
		r, size := utf8.DecodeRuneInString(text[at:])
		if !strings.ContainsRune(".!?…\"'”’»)]", r) {
			break
		}
		at += size
	}
	return at
}

func spaceAt(text string, at int) bool {
	r, _ := utf8.DecodeRuneInString(text[at:])
	return unicode.IsSpace(r)
}

// listItem reports whether rest begins with a bullet; with newline, a hyphen,
// asterisk or number with a full stop or bracket is one too.
func listItem(rest string, newline bool) bool {
	r, size := utf8.DecodeRuneInString(rest)
	if strings.ContainsRune("•◦▪‣", r) && size > 1 {
		return true
	}
	if !newline || rest == "" {
		return false
	}
	if (r == '-' || r == '*') && len(rest) > 1 && rest[1] == ' ' {
		return true
	}
	digits := 0
	for digits < len(rest) && digits < 3 && rest[digits] >= '0' && rest[digits] <= '9' {
		digits++
	}
	return digits > 0 && digits+1 < len(rest) && (rest[digits] == '.' || rest[digits] == ')') && rest[digits+1] == ' '
}

// goesOn reports whether a sentence may begin after the mark: not in lower case.
func goesOn(rest string) bool {
	r, _ := utf8.DecodeRuneInString(strings.TrimLeftFunc(firstBytes(rest), unicode.IsSpace))
	return !unicode.IsLower(r)
}

// firstBytes keeps looking ahead within bounds.
func firstBytes(rest string) string { return rest[:min(len(rest), 64)] }

// closes reports whether the full stop at dot ends a sentence that began at
// start; the text after it goes on at next.
func closes(text string, start, dot, next int) bool {
	word := lastWord(text, start, dot)
	bare := strings.ToLower(strings.TrimLeft(word, "(["))
	following := nextWord(text[next:])
	switch {
	case following == "":
		return true
	case next > dot+1 && text[dot+1] == '.':
		return true // an ellipsis
	case number(bare) && start+len(word) == dot:
		return false // the number of a list item
	case never(bare), title(bare):
		return false
	case beforeNumber(bare):
		return following[0] < '0' || following[0] > '9'
	case len(bare) == 1 && unicode.IsUpper(rune(word[len(word)-1])) && bare != "i", place(bare):
		return starter(strings.ToLower(following))
	case strings.Contains(bare, "."), suffix(bare):
		r, _ := utf8.DecodeRuneInString(strings.TrimLeftFunc(firstBytes(text[next:]), unicode.IsSpace))
		return r != '('
	}
	return true
}

// lastWord is the run without white space that ends at dot, at most 24 bytes.
func lastWord(text string, start, dot int) string {
	from := max(start, dot-24)
	if at := strings.LastIndexFunc(text[from:dot], unicode.IsSpace); at >= 0 {
		_, size := utf8.DecodeRuneInString(text[from+at:])
		from += at + size
	}
	return text[from:dot]
}

// nextWord is the next run of letters, digits and apostrophes.
func nextWord(rest string) string {
	rest = strings.TrimLeftFunc(firstBytes(rest), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	if end := strings.IndexFunc(rest, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }); end >= 0 {
		return rest[:end]
	}
	return rest
}

func number(word string) bool {
	return word != "" && len(word) <= 3 && strings.Trim(word, "0123456789") == ""
}
