package similar

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

func TestStemFolds(t *testing.T) {
	t.Parallel()
	for _, group := range []string{
		"plan plans planned planning", "manage manages managed managing", "therapy therapies", "study studies studied",
		"care cares cared caring", "teach teaches teaching", "diagnose diagnoses diagnosed diagnosing", "sell sells selling",
		"assess assesses assessed assessing", "counsel counsels counseling counselling counselled", "box boxes", "nurse nurses nursing",
		"hire hires hired hiring", "employ employs employed employing",
	} {
		words := strings.Fields(group)
		for _, word := range words[1:] {
			if stem(word) != stem(words[0]) {
				t.Errorf("stem(%q) is %v, that of %q is %v", word, stem(word), words[0], stem(words[0]))
			}
		}
	}
	for _, group := range []string{
		"care car", "party part", "story store", "analysis analyst", "bring bran", "need seed", "status state", "string str",
		"counselor counseling", "bus business",
	} {
		words := strings.Fields(group)
		if stem(words[0]) == stem(words[1]) {
			t.Errorf("%q and %q are one: %v", words[0], words[1], stem(words[0]))
		}
	}
}

func TestTerms(t *testing.T) {
	t.Parallel()
	l := lexicon{stop: map[string]bool{"the": true, "and": true, "of": true}}
	tests := []struct{ text, want string }{
		{"review the plans, then sleep", "review|plans|review plans|then|sleep|then sleep"},
		{"the client's needs", "client|needs|client needs"},
		{"10 years of x 3d", "years|3d|years 3d"},
		{"müller’s", "müller"},
		{strings.Repeat("a", 41) + " saw", "saw"},
		{"end.'", "end"},
		{"", ""},
	}
	for _, test := range tests {
		var got []string
		l.terms(test.text, func(_ uint64, first, second string) { got = append(got, strings.TrimSpace(first+" "+second)) })
		if diff := cmp.Diff(test.want, strings.Join(got, "|")); diff != "" {
			t.Errorf("terms of %q (-want +got):\n%s", test.text, diff)
		}
	}
}

func TestCutKeepsCharactersWhole(t *testing.T) {
	t.Parallel()
	for size := range 8 {
		if got := cut("aüß€", size); len(got) > size || !utf8.ValidString(got) {
			t.Errorf("cut to %d is %q", size, got)
		}
	}
}

// Any text has terms that are words of it, pairs only of words that came before,
// and the same every time.
func FuzzTerms(f *testing.F) {
	for _, seed := range []string{"", "plan the plans' of\xff\xfe", "’’'", "a.b.c dd-ee", "ﬁ ǅ İstanbul", "worked working"} {
		f.Add(seed)
	}
	l := lexicon{stop: map[string]bool{"the": true}}
	f.Fuzz(func(t *testing.T, text string) {
		lower := strings.ToLower(text)
		hashes := make(map[string]uint64)
		l.terms(lower, func(hash uint64, first, second string) {
			if first == "" || len(first) > maxWord || !strings.Contains(lower, first) || !strings.Contains(lower, second) {
				t.Errorf("term %q %q of %q", first, second, text)
			}
			key := first + " " + second
			if known, found := hashes[key]; found && known != hash {
				t.Errorf("%q has two hashes", key)
			}
			if _, found := hashes[second+" "]; second != "" && !found {
				t.Errorf("pair %q before its word", key)
			}
			hashes[key] = hash
		})
	})
}
