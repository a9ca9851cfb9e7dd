package fact

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// token is a word or number of a sentence.
type token struct {
	// start and end are its bytes in the sentence.
	start, end int
	// text is the word without the stops of an abbreviation ("Ph.D." is "PhD"),
	// with straight apostrophes; lower is the same in lower case.
	text, lower string
	// comma, stop (a semicolon or dash) and hyphen say what stands before it.
	comma, stop, hyphen bool
	// marks are set by reader.mark.
	marks marks
}

// pieceMax is how long a part of an abbreviation with inner stops may be.
const pieceMax = 3

// tokenize splits a sentence into words and numbers, in linear time.
func tokenize(text string) []token {
	tokens := make([]token, 0, len(text)/6+1)
	var comma, stop, hyphen bool
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRuneInString(text[i:])
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			end := wordEnd(text, i)
			t := token{start: i, end: end, text: bare(text[i:end]), comma: comma, stop: stop, hyphen: hyphen}
			t.lower = strings.ToLower(t.text)
			tokens = append(tokens, t)
			comma, stop, hyphen = false, false, false
			i = end
			continue
		}
		switch r {
		case ',':
			comma = true
		case ';', '—', '–', '\n':
			stop = true
		case '-':
			hyphen = i > 0 && i+1 < len(text) && text[i-1] != ' ' && text[i+1] != ' '
			stop = stop || (!hyphen && i > 0 && text[i-1] == ' ')
		default:
			hyphen = false
		}
		i += size
	}
	return tokens
}

// wordEnd is where the word or number that begins at start ends.
func wordEnd(text string, start int) int {
	piece, stops, digits := 0, 0, false
	i := start
	for i < len(text) {
		r, size := utf8.DecodeRuneInString(text[i:])
		switch {
		case unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.Is(unicode.Mn, r):
			digits = unicode.IsDigit(r)
			piece++
		case (r == '\'' || r == '’') && letterAt(text, i+size):
			piece++
		case (r == ',' || r == '.') && digits && digitAt(text, i+1):
			piece = 0
		case r == '.' && piece <= pieceMax && abbreviated(text[i+1:]):
			stops++
			piece = 0
		case r == '&' && piece == 1 && letterAt(text, i+1):
			piece++
		case r == '+' && strings.HasPrefix(text[i:], "++"), r == '#' && piece == 1:
			return i + size + strings.Count(text[i+size:min(i+size+1, len(text))], "+")
		case r == '.' && stops > 0:
			return i + 1 // the last stop of an abbreviation
		default:
			return i
		}
		i += size
	}
	return i
}

// abbreviated reports whether rest begins with a short word that another mark ends.
func abbreviated(rest string) bool {
	n := 0
	for i, r := range rest {
		if !unicode.IsLetter(r) {
			return n > 0 && n <= pieceMax && i > 0
		}
		if n++; n > pieceMax {
			return false
		}
	}
	return n > 0
}

func letterAt(text string, at int) bool {
	r, _ := utf8.DecodeRuneInString(text[at:])
	return unicode.IsLetter(r)
}

func digitAt(text string, at int) bool {
	return at < len(text) && text[at] >= '0' && text[at] <= '9'
}

// bare drops the stops of an abbreviation and straightens apostrophes; the marks
// in numbers stay.
func bare(word string) string {
	if word[0] < '0' || word[0] > '9' {
		word = strings.ReplaceAll(word, ".", "")
	}
	return strings.ReplaceAll(word, "’", "'")
}
