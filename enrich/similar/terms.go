package similar

import (
	"math/bits"
	"slices"
)

// Strengths of a term by where it stands; a term of several places has the
// greatest. They are kept in two bits: 0 to 2.
const (
	inDefinition = iota
	inType
	inDuty
)

// strength of a place; the sums of scores are in these units.
func strength(place uint32) uint32 { return place + 2 }

// A use is a term of a document, or a document of a term: its number and the
// place, packed.
type use uint32

const placeBits = 2

func newUse(number, place uint32) use { return use(number<<placeBits | place) }
func (u use) number() uint32          { return uint32(u >> placeBits) }
func (u use) place() uint32           { return uint32(u & (1<<placeBits - 1)) }

// dictionary is the terms of the current documents and who has them.
type dictionary struct {
	byHash map[uint64]uint32
	terms  []term
	free   []uint32
}

// term and its documents, by number.
type term struct {
	hash uint64
	uses []use
}

func newDictionary() dictionary { return dictionary{byHash: make(map[uint64]uint32)} }

// number of a term; a term without documents is made where there is none.
func (d *dictionary) number(hash uint64) uint32 {
	n, found := d.byHash[hash]
	if found {
		return n
	}
	if last := len(d.free) - 1; last >= 0 {
		n, d.free = d.free[last], d.free[:last]
		d.terms[n].hash = hash
	} else {
		n = uint32(len(d.terms))
		d.terms = append(d.terms, term{hash: hash})
	}
	d.byHash[hash] = n
	return n
}

// add notes that doc has the term.
func (d *dictionary) add(n, doc, place uint32) {
	t := &d.terms[n]
	i, _ := slices.BinarySearchFunc(t.uses, doc, byNumber)
	t.uses = slices.Insert(t.uses, i, newUse(doc, place))
}

// remove notes that doc has the term no more.
func (d *dictionary) remove(n, doc uint32) {
	t := &d.terms[n]
	if i, found := slices.BinarySearchFunc(t.uses, doc, byNumber); found {
		t.uses = slices.Delete(t.uses, i, i+1)
	}
}

// drop forgets a term that no document has.
func (d *dictionary) drop(n uint32) {
	if t := &d.terms[n]; len(t.uses) == 0 {
		delete(d.byHash, t.hash)
		d.terms[n] = term{}
		d.free = append(d.free, n)
	}
}

func byNumber(u use, number uint32) int { return int(u.number()) - int(number) }

// Limits of rarity; doc.go has the rule.
const (
	largestSize  = 12 // log2 of the number of documents from which on it is the same
	smallestSeen = 4
	mostSeen     = 512
)

// size is e of doc.go: the step of the number of documents.
func size(documents int) int {
	return min(largestSize, max(0, bits.Len(uint(documents))-1))
}

// rarity is the weight of a term of df documents.
func rarity(df, size int) uint32 {
	limit := min(mostSeen, max(smallestSeen, 1<<size/4))
	if df == 0 || df >= limit {
		return 0
	}
	return uint32(max(1, size-2-4*((bits.Len(uint(df))-1)/4)))
}
