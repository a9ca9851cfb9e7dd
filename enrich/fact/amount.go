package fact

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// amount is a sum of money in a sentence.
type amount struct {
	value    float64
	currency string
	// start and end are its bytes in the sentence, first and next its tokens.
	start, end  int
	first, next int
}

// signMax is the longest sign that stands right before a number, in bytes.
const signMax = 6

// amounts finds the sums of money: a number with a currency's sign, code or word
// beside it.
func (f *finder) amounts() []amount {
	var found []amount
	tokens := f.r.tokens
	after := 0 // the token after the last sum
	for i := range tokens {
		t := tokens[i]
		if i < after {
			continue
		}
		if t.text[0] < '0' || t.text[0] > '9' {
			continue
		}
		a := amount{start: t.start, end: t.end, first: i, next: i + 1}
		a.currency, a.start = f.sign(t.start)
		if a.currency == "" && i > 0 {
			a.currency, a.start = f.code(i-1), tokens[i-1].start
		}
		text := t.text
		for a.next < len(tokens) && f.grouped(text, a.next) {
			text += tokens[a.next].text // "70 000"
			a.end = tokens[a.next].end
			a.next++
		}
		value, ok := sum(text)
		if !ok {
			continue
		}
		if a.next < len(tokens) {
			if scale := scale(tokens[a.next].lower); scale > 1 && !tokens[a.next].comma {
				value *= scale
				a.end = tokens[a.next].end
				a.next++
			}
		}
		if a.next < len(tokens) && !tokens[a.next].comma {
			if code := f.code(a.next); code != "" && (a.currency == "" || code != f.dollar) {
				a.currency, a.end = code, tokens[a.next].end
				if a.start > t.start || a.currency == "" {
					a.start = t.start
				}
				a.next++
			}
		}
		if a.currency == "" {
			if a.currency, a.end = f.signAfter(a.end); a.currency == "" {
				continue
			}
			a.start = t.start
		}
		after = a.next
		a.start = min(a.start, t.start)
		a.value = value
		found = append(found, a)
	}
	return found
}

// grouped reports whether the token at i is three more digits of the number text,
// one space after it.
func (f *finder) grouped(text string, i int) bool {
	t, before := f.r.tokens[i], f.r.tokens[i-1]
	between := f.r.text[before.end:t.start]
	return len(t.text) == 3 && number(t.text) && number(text) && len(before.text) <= 3 && len(text) <= 9 &&
		(between == " " || between == "\u00a0" || between == "\u202f")
}

// number reports whether the text is digits alone.
func number(text string) bool { return strings.Trim(text, "0123456789") == "" }

// sign is the currency whose sign ends right before byte at, or one space before.
func (f *finder) sign(at int) (code string, start int) {
	text := strings.TrimSuffix(f.r.text[:at], " ")
	text = strings.TrimSuffix(text, "\u00a0")
	for n := min(signMax, len(text)); n > 0; n-- {
		tail := text[len(text)-n:]
		if r, _ := utf8.DecodeRuneInString(tail); r == utf8.RuneError || ascii(tail) {
			continue
		}
		if code := f.rd.v.currencies[strings.ToLower(tail)]; code != "" {
			if tail == "$" {
				code = f.dollar
			}
			return code, len(text) - n
		}
	}
	return "", at
}

// signAfter is the currency whose sign begins at byte at, or one space after
// ("30.000 €").
func (f *finder) signAfter(at int) (code string, end int) {
	rest := strings.TrimPrefix(strings.TrimPrefix(f.r.text[at:], " "), "\u00a0")
	r, size := utf8.DecodeRuneInString(rest)
	if size == 0 || r == utf8.RuneError || ascii(rest[:size]) || rest[0] == '$' {
		return "", at
	}
	start := len(f.r.text) - len(rest)
	return f.rd.v.currencies[strings.ToLower(rest[:size])], start + size
}

// ascii reports whether a sign is made of letters alone, which code reads.
func ascii(sign string) bool {
	return strings.Trim(strings.ToLower(sign), "abcdefghijklmnopqrstuvwxyz") == ""
}

// code is the currency that the token at i names: a code in capitals or a word.
func (f *finder) code(i int) string {
	t := f.r.tokens[i]
	code := f.rd.v.currencies[t.lower]
	if code == "" || t.text == t.lower && len(t.text) == 3 && t.lower != "yen" || t.text != t.lower && code != t.text && t.text != "RMB" && t.text != "Rs" {
		return ""
	}
	if t.lower == "dollars" {
		return f.dollar
	}
	return code
}

// sum reads a number: "81,680", "18.73", "32.000", "1.200,50", "45k".
func sum(text string) (float64, bool) {
	factor := 1.0
	lower := strings.ToLower(text)
	if short, ok := strings.CutSuffix(lower, "k"); ok {
		lower, factor = short, 1e3
	} else if short, ok := strings.CutSuffix(lower, "m"); ok {
		lower, factor = short, 1e6
	}
	comma, dot := strings.LastIndexByte(lower, ','), strings.LastIndexByte(lower, '.')
	switch {
	case comma >= 0 && dot >= 0 && comma > dot:
		lower = strings.ReplaceAll(strings.ReplaceAll(lower, ".", ""), ",", ".")
	case dot >= 0 && comma < 0 && len(lower)-dot == 4:
		lower = strings.ReplaceAll(lower, ".", "") // no currency pays in thousandths
	default:
		lower = strings.ReplaceAll(lower, ",", "")
	}
	value, err := strconv.ParseFloat(lower, 64)
	return value * factor, err == nil && value > 0 && value < 1e9
}

func scale(word string) float64 {
	switch word {
	case "thousand":
		return 1e3
	case "million":
		return 1e6
	case "billion":
		return 1e9
	}
	return 1
}
