package text

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Token is a word of a text in lower case, with its place in the text.
type Token struct {
	Word       string
	Start, End int
}

// Tokens cuts s into words: letters and digits in lower case, with "+" and "#"
// kept inside ("c++"), "&" read as "and", and a possessive ending cut off as
// the word "'s", or "is" after words such as "what". Every other character only separates.
func Tokens(s string) []Token { return AppendTokens(make([]Token, 0, len(s)/6+2), s) }

// AppendTokens appends the tokens of s to out, whose room is used again.
func AppendTokens(out []Token, s string) []Token {
	first := len(out)
	for i := 0; i < len(s); {
		r, size := rune(s[i]), 1
		if r >= utf8.RuneSelf {
			r, size = utf8.DecodeRuneInString(s[i:])
		}
		switch {
		case r == '&':
			out = append(out, Token{"and", i, i + 1})
			i++
			continue
		case !wordRune(r):
			i += size
			continue
		}
		end := i + size
		for end < len(s) && (s[end] >= 'a' && s[end] <= 'z' || s[end] >= 'A' && s[end] <= 'Z') {
			end++
		}
		for end < len(s) && s[end] != ' ' {
			r, size = utf8.DecodeRuneInString(s[end:])
			if !wordRune(r) && !(end > i && (r == '+' || r == '#')) {
				break
			}
			end += size
		}
		out = append(out, Token{strings.ToLower(s[i:end]), i, end})
		i = end
		if i >= len(s) || s[i] != '\'' && s[i] < utf8.RuneSelf {
			continue
		}
		if r, size = utf8.DecodeRuneInString(s[i:]); r == '\'' || r == '’' {
			rest := s[i+size:]
			if len(rest) > 0 && (rest[0] == 's' || rest[0] == 'S') && (len(rest) == 1 || !wordByte(rest[1:])) {
				word := "'s"
				if asking(out[len(out)-1].Word) {
					word = "is"
				}
				out = append(out, Token{word, i, i + size + 1})
				i += size + 1
			} else if len(rest) > 0 && wordByte(rest) { // don't, it'll
				last := &out[max(first, len(out)-1)]
				j := i + size
				for j < len(s) {
					r, n := utf8.DecodeRuneInString(s[j:])
					if !wordRune(r) {
						break
					}
					j += n
				}
				last.Word, last.End = last.Word+"'"+strings.ToLower(s[i+size:j]), j
				i = j
			}
		}
	}
	return out
}

// asking reports whether "'s" after a word stands for "is": "what's", "where's".
func asking(w string) bool {
	switch w {
	case "what", "who", "where", "how", "it", "that", "there", "here":
		return true
	}
	return false
}

func wordByte(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return wordRune(r)
}

func wordRune(r rune) bool {
	if r < utf8.RuneSelf {
		return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9'
	}
	return unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r)
}

// Fold returns the words of s in lower case, joined by single spaces: equal
// for texts that differ in case, punctuation and white space only.
func Fold(s string) string {
	toks := Tokens(s)
	var b strings.Builder
	b.Grow(len(s))
	for i, t := range toks {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(t.Word)
	}
	return b.String()
}

// Sentences cuts s where a sentence ends: at ".", "!" or "?" before white space
// and an upper-case letter, a digit or a quote, unless the word before is an
// abbreviation ("e.g.", "Dr.", "Ph.D."). Joined by spaces the sentences are s.
func Sentences(s string) []string {
	var out []string
	start := 0
	for i := 0; i < len(s); i++ {
		if s[i] == '\n' {
			if part := strings.TrimSpace(s[start:i]); part != "" {
				out = append(out, part)
			}
			start = i + 1
			continue
		}
		if s[i] != '.' && s[i] != '!' && s[i] != '?' {
			continue
		}
		end := i + 1
		for end < len(s) && strings.ContainsRune(".!?\"')]”’", firstRune(s[end:])) {
			end += utf8.RuneLen(firstRune(s[end:]))
		}
		if end >= len(s) || s[end] != ' ' && s[end] != '\n' {
			continue
		}
		next := strings.TrimLeft(s[end:], " \n")
		if next == "" || !sentenceStart(firstRune(next)) || s[i] == '.' && abbreviated(s[start:i]) {
			continue
		}
		out = append(out, strings.TrimSpace(s[start:end]))
		start = end
		i = end - 1
	}
	if last := strings.TrimSpace(s[start:]); last != "" {
		out = append(out, last)
	}
	return out
}

func firstRune(s string) rune {
	r, _ := utf8.DecodeRuneInString(s)
	return r
}

func sentenceStart(r rune) bool {
	return unicode.IsUpper(r) || unicode.IsDigit(r) || strings.ContainsRune("\"'“‘(¿¡", r) ||
		unicode.IsLetter(r) && !unicode.IsLower(r)
}

func abbreviated(s string) bool {
	if i := strings.LastIndexAny(s, " (\n"); i >= 0 {
		s = s[i+1:]
	}
	switch strings.ToLower(s) {
	case "e.g", "i.e", "dr", "mr", "mrs", "ms", "vs", "etc", "st", "no", "jr", "sr", "prof", "u.s", "u.k", "ph.d", "psy.d", "d.c", "inc", "approx", "dept":
		return true
	}
	return len(s) == 1 && unicode.IsUpper(rune(s[0]))
}
