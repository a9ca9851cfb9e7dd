package enrich

import (
	"crypto/sha256"
	"encoding/binary"
	"hash"
	"io"
	"math"
	"strings"
	"sync"

	"careerstream/enrich/fact"
	"careerstream/schemas/career"
)

// maxMemo bounds what a memo keeps, in bytes as memoSize counts: the facts of some
// 5,000 careers.
const maxMemo = 16 << 20

// memo keeps the facts of texts, which are a function of the texts alone. A career
// is enriched again whenever another one arrives that its page names, and nine
// tenths of the work of that is to read the same prose again. It is safe for
// concurrent use.
//
// What was asked for lately stays: when the young half is full, it becomes the old
// one, and the old one goes.
type memo struct {
	mu         sync.Mutex
	young, old map[memoKey][]career.Fact
	size, half int
}

// memoKey is the SHA-256 of texts: two pages never share facts by accident.
type memoKey [sha256.Size]byte

func newMemo(size int) *memo {
	return &memo{young: make(map[memoKey][]career.Fact), half: size / 2}
}

// get returns the facts of texts, which find makes where they are not known. The
// caller must not change them.
func (m *memo) get(texts []fact.Text, find func() []career.Fact) []career.Fact {
	key := keyOf(texts)
	if facts, ok := m.known(key); ok {
		return facts
	}
	facts := find()
	for i := range facts { // what is kept shall not keep the page's texts
		f := &facts[i]
		f.Sentence, f.Label = strings.Clone(f.Sentence), strings.Clone(f.Label)
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.put(key, facts)
	return facts
}

func (m *memo) known(key memoKey) ([]career.Fact, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if facts, ok := m.young[key]; ok {
		return facts, true
	}
	facts, ok := m.old[key]
	if ok {
		m.put(key, facts)
	}
	return facts, ok
}

// put takes facts into the young half; the lock is held.
func (m *memo) put(key memoKey, facts []career.Fact) {
	if _, there := m.young[key]; there {
		return
	}
	size := memoSize(facts)
	if size > m.half {
		return
	}
	if m.size+size > m.half {
		m.old, m.young, m.size = m.young, make(map[memoKey][]career.Fact), 0
	}
	m.young[key] = facts
	m.size += size
}

// memoSize is about what facts take in memory, in bytes.
func memoSize(facts []career.Fact) int {
	const entry, each = 128, 256
	size := entry
	for _, f := range facts {
		size += each + len(f.Label) + len(f.Field) + len(f.Sentence) + len(f.Rule)
	}
	return size
}

func keyOf(texts []fact.Text) memoKey {
	digest := sha256.New()
	put(digest, len(texts))
	for _, text := range texts {
		write(digest, text.Field)
		write(digest, text.Text)
		put(digest, int(math.Float64bits(text.Weight)))
		put(digest, len(text.About))
		for _, name := range text.About {
			write(digest, name)
		}
	}
	return memoKey(digest.Sum(nil))
}

// write puts a text behind its length, so that no two lists of texts look alike.
func write(digest hash.Hash, text string) {
	put(digest, len(text))
	_, _ = io.WriteString(digest, text) // a hash takes everything
}

func put(digest hash.Hash, n int) {
	var bytes [8]byte
	binary.LittleEndian.PutUint64(bytes[:], uint64(n))
	_, _ = digest.Write(bytes[:])
}
