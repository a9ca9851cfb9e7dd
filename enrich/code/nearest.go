package code

import (
	"cmp"
	"math"
	"slices"
)

// What a match by words must reach; see the package comment.
const (
	enough = 0.75
	margin = 0.1
	// maxCandidates bounds the entries looked at for one name.
	maxCandidates = 10_000
)

// near is an occupation found by the words of a title.
type near struct {
	occupation int32
	entry      int32
	own        bool
	// similarity is shared over united weight of the words, enough to 1.
	similarity float64
	relation   Relation
}

// nearest returns the occupation whose title shares most with p, if it shares
// enough, and all other occupations, also those that bear the title, are behind.
func (x *index) nearest(p phrase) (near, bool) {
	words, strangers := x.numbers(p.words)
	heads, _ := x.numbers(p.heads)
	if len(words) == 0 || len(heads) == 0 || p.residual {
		return near{}, false
	}
	total := float64(strangers) * x.unknown
	for _, word := range words {
		total += x.rarity[word]
	}
	candidates, complete := x.candidates(words, total)
	if !complete {
		return near{}, false
	}
	best, found := near{}, false
	behind := map[int32]float64{} // the best similarity of each occupation
	for _, i := range candidates {
		e := &x.entries[i]
		if !intersects(heads, e.heads) {
			continue
		}
		shared := x.shared(words, e.words)
		similarity := shared / (total + x.weight[i] - shared)
		if similarity < enough-margin {
			continue
		}
		bearers, own := e.titles, true
		if len(bearers) == 0 {
			bearers, own = e.alternates, false
		}
		for _, o := range bearers {
			behind[o] = max(behind[o], similarity)
		}
		// Equally near, a title goes before an alternate one.
		better := !found || similarity > best.similarity || similarity == best.similarity && own && !best.own
		if better && !x.otherTrade(words, e.words) {
			found = true
			best = near{occupation: bearers[0], entry: i, own: own, similarity: similarity, relation: relate(words, e.words, strangers)}
		}
	}
	if !found || best.similarity < enough {
		return near{}, false
	}
	for o, similarity := range behind {
		if o != best.occupation && similarity > best.similarity-margin {
			return near{}, false
		}
	}
	return best, true
}

// candidates returns the entries that can share enough with words, sorted: each has
// at least one of the rarest words, those without which too little weight is left.
// complete is false where they are too many.
func (x *index) candidates(words []uint32, total float64) (all []int32, complete bool) {
	rarest := slices.Clone(words)
	slices.SortFunc(rarest, func(a, b uint32) int {
		return cmp.Or(cmp.Compare(x.rarity[b], x.rarity[a]), cmp.Compare(a, b))
	})
	least := (enough - margin) * total
	left := 0.0
	for _, word := range rarest {
		left += x.rarity[word]
	}
	visited := 0
	for _, word := range rarest {
		if left < least-tolerance {
			break
		}
		left -= x.rarity[word]
		visited += len(x.postings[word])
		if visited > maxCandidates {
			return nil, false
		}
		for _, i := range x.postings[word] {
			if w := x.weight[i]; w >= least-tolerance && w*(enough-margin) <= total+tolerance {
				all = append(all, i)
			}
		}
	}
	slices.Sort(all)
	return slices.Compact(all), true
}

// tolerance takes up what rounding does to sums of weights.
const tolerance = 1e-9

// shared is the weight of the words in both sorted lists.
func (x *index) shared(a, b []uint32) float64 {
	sum := 0.0
	for len(a) > 0 && len(b) > 0 {
		switch {
		case a[0] < b[0]:
			a = a[1:]
		case a[0] > b[0]:
			b = b[1:]
		default:
			sum += x.rarity[a[0]]
			a, b = a[1:], b[1:]
		}
	}
	return sum
}

// intersects reports whether two sorted lists have a word in common.
func intersects(a, b []uint32) bool {
	for _, word := range a {
		if _, found := slices.BinarySearch(b, word); found {
			return true
		}
	}
	return false
}

// otherTrade reports whether one of two sorted lists has the head of some title that
// the other has not: "clinical nurse psychologist" is no "clinical psychologist".
func (x *index) otherTrade(a, b []uint32) bool {
	lacks := func(list, words []uint32) bool {
		return slices.ContainsFunc(words, func(word uint32) bool {
			_, found := slices.BinarySearch(list, word)
			return !found && x.trade[word]
		})
	}
	return lacks(a, b) || lacks(b, a)
}

// relate compares the words of a name with those of a title: a name that says more
// is the narrower one. strangers are words of the name that no title has.
func relate(name, title []uint32, strangers int) Relation {
	both := 0
	for _, word := range name {
		if _, found := slices.BinarySearch(title, word); found {
			both++
		}
	}
	switch more, less := len(name)+strangers > both, len(title) > both; {
	case more && !less:
		return Broad
	case less && !more:
		return Narrow
	}
	return Close
}

// round3 rounds to 3 decimals.
func round3(v float64) float64 { return math.Round(v*1000) / 1000 }
