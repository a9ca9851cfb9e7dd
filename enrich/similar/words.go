package similar

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// lexicon makes terms of texts.
type lexicon struct {
	stop map[string]bool
}

// maxWord is the size of the longest word that counts, in bytes; longer ones are
// no words.
const maxWord = 40

// terms calls visit for each term of a text in lower case: its hash and the words
// as they stand; second is "" for a single word. Pairs reach over stop words but
// not over punctuation.
func (l lexicon) terms(lower string, visit func(hash uint64, first, second string)) {
	var before string
	var hashBefore uint64
	for rest := lower; rest != ""; {
		word, gap, after := next(rest)
		rest = after
		if gap {
			before = ""
		}
		switch {
		case word == "" || len(word) > maxWord:
			before = ""
			continue
		case len(word) < 2 || l.stop[word] || digits(word):
			continue
		}
		hash := stem(word).hash()
		visit(hash, word, "")
		if before != "" {
			visit(pair(hashBefore, hash), before, word)
		}
		before, hashBefore = word, hash
	}
}

// next cuts the first word off a text. gap tells that punctuation stands before
// it. A word is letters, marks and digits; what follows an apostrophe is dropped.
func next(text string) (word string, gap bool, after string) {
	start := len(text)
	for i, r := range text {
		if isWord(r) {
			start = i
			break
		}
		gap = gap || strings.ContainsRune(".,;:!?()[]\n•–—", r)
	}
	text = text[start:]
	end := len(text)
	for i, r := range text {
		if !isWord(r) {
			end = i
			break
		}
	}
	word, after = text[:end], text[end:]
	if r, size := utf8.DecodeRuneInString(after); r == '\'' || r == '’' {
		for i, r := range after[size:] {
			if !isWord(r) {
				return word, gap, after[size+i:]
			}
		}
		return word, gap, ""
	}
	return word, gap, after
}

func isWord(r rune) bool { return unicode.IsLetter(r) || unicode.IsMark(r) || unicode.IsDigit(r) }

func digits(word string) bool { return strings.Trim(word, "0123456789") == "" }

// FNV-1a, 64 bit (draft-eastlake-fnv): fixed, so that hashes agree everywhere.
const (
	fnvOffset = 14695981039346656037
	fnvPrime  = 1099511628211
)

// hash of a stem. Two words with one hash would be one term, in any order alike.
func (s folded) hash() uint64 {
	h := uint64(fnvOffset)
	for i := range len(s.base) {
		h = (h ^ uint64(s.base[i])) * fnvPrime
	}
	return (h ^ uint64(s.tail)) * fnvPrime
}

// pair is the hash of two words in this order.
func pair(first, second uint64) uint64 {
	h := first ^ 0xff
	for range 8 {
		h = (h ^ (second & 0xff)) * fnvPrime
		second >>= 8
	}
	return h
}
