package similar

import (
	"cmp"
	"slices"
	"strings"
)

// Most of an explanation.
const (
	mostReasons = 3
	mostTerms   = 6
	// reasonScore is the score under which two duties are no reason, in 1/scale.
	reasonScore = scale / 10
)

// Match is a career similar to the one asked for.
type Match struct {
	Slug string
	// Score from 0 to 1 in steps of 0.0001; see the package comment.
	Score float64
	// Because are the pairs of duties or types that agree best, at most 3, the
	// best first, each duty in one pair only. It is empty where only names or
	// definitions agree.
	Because []Reason
}

// Reason is a duty or type of the career asked for with one of its match.
type Reason struct {
	// Mine and Theirs are the two texts.
	Mine, Theirs string
	// Score of the pair, 0 to 1 in steps of 0.0001, by the rule for documents
	// with every strength equal.
	Score float64
	// Terms are words that both have, in lower case as they stand in Mine, the
	// rarest first, at most 6. Words of a pair of words are not there again.
	Terms []string
}

// Similar returns the at most k careers most similar to that of slug, but never
// more than Config.K, the most similar first and the smaller slug among equals.
// It is empty where slug is unknown or nothing is similar.
func (x *Index) Similar(slug string, k int) []Match {
	x.mu.Lock()
	defer x.mu.Unlock()
	n, found := x.bySlug[slug]
	if !found {
		return nil
	}
	x.know(n)
	list := x.docs[n].list
	list = list[:max(0, min(k, len(list)))]
	matches := make([]Match, 0, len(list))
	for _, entry := range list {
		matches = append(matches, Match{
			Slug: x.docs[entry.doc].slug, Score: float64(entry.score) / scale, Because: x.reasons(n, entry.doc),
		})
	}
	return matches
}

// agreement is a pair of items by position.
type agreement struct {
	mine, theirs   int
	score, evident uint64
}

// reasons pairs the items of two documents.
func (x *Index) reasons(n, other uint32) []Reason {
	mine, theirs := x.docs[n].items, x.docs[other].items
	size := size(len(x.bySlug))
	var all []agreement
	for i, a := range mine {
		weight := x.weigh(a.terms, size)
		for j, b := range theirs {
			common := x.weigh(intersect(a.terms, b.terms), size)
			if s := score(common, weight, len(a.terms), len(b.terms)); s >= reasonScore {
				all = append(all, agreement{i, j, uint64(s), uint64(s) * uint64(common)})
			}
		}
	}
	// Agreement in more words is better evidence than a shorter duty.
	slices.SortFunc(all, func(a, b agreement) int {
		return cmp.Or(cmp.Compare(b.evident, a.evident), cmp.Compare(a.mine, b.mine), cmp.Compare(a.theirs, b.theirs))
	})
	var reasons []Reason
	var usedMine, usedTheirs [MaxItems]bool
	for _, pair := range all {
		if len(reasons) == mostReasons {
			break
		}
		if usedMine[pair.mine] || usedTheirs[pair.theirs] {
			continue
		}
		usedMine[pair.mine], usedTheirs[pair.theirs] = true, true
		a, b := mine[pair.mine], theirs[pair.theirs]
		reasons = append(reasons, Reason{
			Mine: a.text, Theirs: b.text, Score: float64(pair.score) / scale,
			Terms: x.surfaces(a.text, intersect(a.terms, b.terms), size),
		})
	}
	return reasons
}

// weigh is the sum of the rarities.
func (x *Index) weigh(terms []uint32, size int) uint32 {
	sum := uint32(0)
	for _, n := range terms {
		sum += rarity(len(x.terms.terms[n].uses), size)
	}
	return sum
}

// intersect returns what two ordered lists share.
func intersect(a, b []uint32) []uint32 {
	var common []uint32
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch {
		case a[i] < b[j]:
			i++
		case a[i] > b[j]:
			j++
		default:
			common = append(common, a[i])
			i, j = i+1, j+1
		}
	}
	return common
}

// surfaces are the terms as they stand in text.
func (x *Index) surfaces(text string, terms []uint32, size int) []string {
	type surface struct {
		words  string
		pair   bool
		rarity uint32
	}
	var found []surface
	paired, seen := make(map[string]bool), make(map[uint64]bool)
	x.lexicon.terms(strings.ToLower(text), func(hash uint64, first, second string) {
		n, known := x.terms.byHash[hash]
		if _, common := slices.BinarySearch(terms, n); !known || !common || seen[hash] {
			return
		}
		seen[hash] = true
		rare := rarity(len(x.terms.terms[n].uses), size)
		switch {
		case rare == 0:
		case second == "":
			found = append(found, surface{first, false, rare})
		default:
			paired[first], paired[second] = true, true
			found = append(found, surface{first + " " + second, true, rare})
		}
	})
	found = slices.DeleteFunc(found, func(s surface) bool { return !s.pair && paired[s.words] })
	slices.SortStableFunc(found, func(a, b surface) int { return cmp.Compare(b.rarity, a.rarity) })
	words := make([]string, 0, mostTerms)
	for _, s := range found[:min(mostTerms, len(found))] {
		words = append(words, s.words)
	}
	return words
}
