package quality

import (
	"strconv"
	"strings"
	"testing"
)

// What is remembered is what counting says, and it is bounded.
func TestSyllabary(t *testing.T) {
	t.Parallel()
	s := newSyllabary()
	long := strings.Repeat("ba", maxWordBytes)
	for range 2 {
		for _, word := range []string{"nurse", "Psychotherapist", "EMDR", "", long} {
			if got, want := s.of(word), syllables(word); got != want {
				t.Errorf("%q has %d syllables, want %d", word, got, want)
			}
		}
	}
	for i := range maxWords + 1 {
		s.of("w" + strconv.Itoa(i))
	}
	if len(s.known) > maxWords {
		t.Errorf("%d words are remembered, want at most %d", len(s.known), maxWords)
	}
	if _, there := s.known[long]; there {
		t.Error("a word without end is remembered")
	}
}
