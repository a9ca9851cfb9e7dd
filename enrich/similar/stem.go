package similar

import "strings"

// folded is a word without its inflection: a part of the word and 'y' or 'e'
// where it ends in one, else 0. It is a key, not a word.
type folded struct {
	base string
	tail byte
}

// stem folds plural, -ing and -ed, after steps 1a, 1b and 5a of Porter ("An
// algorithm for suffix stripping", Program 14, 1980) but lighter: derivations
// stay apart (counselor, counseling). Words that are not all a to z, or short,
// stay as they are.
func stem(word string) folded {
	if len(word) < 4 || strings.Trim(word, "abcdefghijklmnopqrstuvwxyz") != "" {
		return folded{base: word}
	}
	if len(word) > 4 && (strings.HasSuffix(word, "ies") || strings.HasSuffix(word, "ied")) {
		return folded{single(word[:len(word)-3]), 'y'}
	}
	word = singular(word)
	for _, suffix := range [...]string{"ing", "ed"} {
		rest, found := strings.CutSuffix(word, suffix)
		if !found || len(rest) < 3 || !strings.ContainsAny(rest, "aeiouy") || strings.HasSuffix(word, "eed") {
			continue
		}
		if short(rest) {
			return folded{rest, 'e'} // caring: care, not car
		}
		word = single(rest)
		break
	}
	last := len(word) - 1
	switch {
	case word[last] == 'y' && last > 1 && !vowel(word[last-1]):
		return folded{single(word[:last]), 'y'}
	case word[last] == 'e' && last > 1 && short(word[:last]):
		return folded{word[:last], 'e'}
	case word[last] == 'e' && last > 2:
		return folded{base: single(word[:last])}
	}
	return folded{base: single(word)}
}

// singular drops a plural's ending.
func singular(word string) string {
	for _, ending := range [...]string{"sses", "shes", "ches", "xes", "zes"} {
		if strings.HasSuffix(word, ending) {
			return word[:len(word)-2]
		}
	}
	for _, ending := range [...]string{"ss", "us", "is"} {
		if strings.HasSuffix(word, ending) {
			return word
		}
	}
	return strings.TrimSuffix(word, "s")
}

// single drops the second of two equal consonants at the end: planning, planned
// and plan, but also sell and selling, are one.
func single(word string) string {
	n := len(word)
	if n > 3 && word[n-1] == word[n-2] && !vowel(word[n-1]) {
		return word[:n-1]
	}
	return word
}

// short reports whether a rest is consonant, vowel, consonant, as in car(e).
func short(rest string) bool {
	return len(rest) == 3 && !vowel(rest[0]) && vowel(rest[1]) && !vowel(rest[2]) && !strings.ContainsAny(rest[2:], "wxy")
}

func vowel(b byte) bool { return strings.IndexByte("aeiou", b) >= 0 }
