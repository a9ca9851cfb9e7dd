package quality

import (
	"strings"
	"sync"
)

// A syllabary remembers maxWords words of up to maxWordBytes bytes: some 3 MB, and
// more words than a catalog has.
const (
	maxWords     = 30_000
	maxWordBytes = 32
)

// syllabary counts syllables. Counting a word takes forty searches, and prose has
// the same words over and over. It is safe for concurrent use.
type syllabary struct {
	mu    sync.RWMutex
	known map[string]int
}

func newSyllabary() *syllabary { return &syllabary{known: make(map[string]int)} }

// of returns the number of syllables of a word.
func (s *syllabary) of(word string) int {
	if len(word) > maxWordBytes {
		return syllables(word)
	}
	s.mu.RLock()
	n, found := s.known[word]
	s.mu.RUnlock()
	if found {
		return n
	}
	n = syllables(word)
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.known) >= maxWords {
		clear(s.known)
	}
	s.known[strings.Clone(word)] = n // not the text that it is a part of
	return n
}
