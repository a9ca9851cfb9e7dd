package similar

import "cmp"

// scale is the number of steps of a score from 0 to 1.
const scale = 10_000

// neighbour is a document of somebody's list.
type neighbour struct {
	doc   uint32
	score uint32 // in 1/scale
}

// shared is a document and the weight of the terms that it shares with another.
type shared struct {
	doc, weight uint32
}

// share returns the documents that share weight with terms, n not among them, in
// no order, and the weight of the terms. Its cost is bounded by MaxTerms times
// mostSeen, whatever the number of documents.
func (x *Index) share(n uint32, terms []use) (others []shared, weight uint32) {
	size := size(len(x.bySlug))
	var touched []uint32
	for _, u := range terms {
		uses := x.terms.terms[u.number()].uses
		rare := rarity(len(uses), size)
		if rare == 0 {
			continue
		}
		weight += rare * strength(u.place())
		for _, other := range uses {
			doc := other.number()
			if x.sums[doc] == 0 {
				touched = append(touched, doc)
			}
			x.sums[doc] += rare * strength(min(u.place(), other.place()))
		}
	}
	others = make([]shared, 0, len(touched))
	for _, doc := range touched {
		if doc != n {
			others = append(others, shared{doc, x.sums[doc]})
		}
		x.sums[doc] = 0
	}
	return others, weight
}

// score is that of a document with theirs terms for one with mine terms.
func score(common, weight uint32, mine, theirs int) uint32 {
	if weight == 0 {
		return 0
	}
	above, below := uint64(common)*scale, uint64(weight)
	if theirs > mine {
		above, below = above*2*uint64(mine), below*uint64(mine+theirs)
	}
	return uint32((above + below/2) / below)
}

// know makes the list of a document as of now, unless it is that already.
func (x *Index) know(n uint32) {
	d := &x.docs[n]
	if d.known {
		return
	}
	var others []shared
	others, d.weight = x.share(n, d.terms)
	d.list = d.list[:0]
	for _, other := range others {
		x.offer(n, other)
	}
	d.known = true
}

// offer puts another document into the list of n where it is good enough, and
// reports whether it was.
func (x *Index) offer(n uint32, other shared) bool {
	d := &x.docs[n]
	s := score(other.weight, d.weight, len(d.terms), len(x.docs[other.doc].terms))
	if s < x.minScore {
		return false
	}
	at := len(d.list)
	for at > 0 && x.before(neighbour{other.doc, s}, d.list[at-1]) {
		at--
	}
	switch {
	case at == x.k:
		return false
	case len(d.list) < x.k:
		d.list = append(d.list, neighbour{})
	}
	copy(d.list[at+1:], d.list[at:])
	d.list[at] = neighbour{other.doc, s}
	return true
}

// before is the order of lists.
func (x *Index) before(a, b neighbour) bool {
	return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(x.docs[a.doc].slug, x.docs[b.doc].slug)) < 0
}

// holders adds to hit the documents whose list holds that of slug, and forgets
// their lists, as the document is about to change.
func (x *Index) holders(slug string, hit map[uint32]bool) {
	n, found := x.bySlug[slug]
	if !found {
		return
	}
	others, _ := x.share(n, x.docs[n].terms)
	for _, other := range others {
		x.know(other.doc)
		if x.holds(other.doc, n) {
			x.forget(other.doc, hit)
		}
	}
}

// enter puts n, which is new, into the lists where it belongs, and adds those
// documents to hit. Whose list is not known and not hit is known afterwards.
func (x *Index) enter(n uint32, hit map[uint32]bool) {
	others, _ := x.share(n, x.docs[n].terms)
	for _, other := range others {
		switch d := &x.docs[other.doc]; {
		case hit[other.doc]:
		case d.known:
			if x.offer(other.doc, shared{n, other.weight}) {
				hit[other.doc] = true
			}
		default:
			x.know(other.doc)
			if x.holds(other.doc, n) {
				hit[other.doc] = true
			}
		}
	}
}

// holds reports whether the list of n, which must be known, holds other.
func (x *Index) holds(n, other uint32) bool {
	for _, entry := range x.docs[n].list {
		if entry.doc == other {
			return true
		}
	}
	return false
}
