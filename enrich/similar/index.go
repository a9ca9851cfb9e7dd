package similar

import (
	"errors"
	"slices"
	"strings"
)

// ErrNoSlug says that a document cannot be told apart.
var ErrNoSlug = errors.New("document without slug")

// Put adds a document or replaces that of the same slug, and returns the other
// careers whose list may have changed by it, sorted: a superset, see the package
// comment. A document as it is held already changes nothing and returns nothing.
// The only error is ErrNoSlug.
func (x *Index) Put(d Doc) (affected []string, err error) {
	if d.Slug == "" {
		return nil, ErrNoSlug
	}
	digest, read := d.digest(), x.lexicon.read(d)
	x.mu.Lock()
	defer x.mu.Unlock()
	if n, found := x.bySlug[d.Slug]; found && x.docs[n].digest == digest {
		return nil, nil
	}
	hit := make(map[uint32]bool)
	x.holders(d.Slug, hit)
	n := x.replace(d.Slug, &read, hit)
	x.docs[n].digest = digest
	x.enter(n, hit)
	return x.slugs(hit, n), nil
}

// Load is Put of many documents without the question of what they affect, which
// is faster by much: for a start from stored documents. Where a slug comes again,
// the later document counts. The only error is ErrNoSlug, and then nothing has
// changed.
func (x *Index) Load(docs []Doc) error {
	for _, d := range docs {
		if d.Slug == "" {
			return ErrNoSlug
		}
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	for i := range x.docs {
		x.docs[i].known = false
	}
	for _, d := range docs {
		digest := d.digest()
		if n, found := x.bySlug[d.Slug]; found && x.docs[n].digest == digest {
			continue
		}
		read := x.lexicon.read(d)
		n := x.replace(d.Slug, &read, nil)
		x.docs[n].digest = digest
	}
	return nil
}

// Delete removes the document of a slug and returns the other careers whose list
// may have changed by it, as Put does. An unknown slug changes nothing.
func (x *Index) Delete(slug string) (affected []string) {
	x.mu.Lock()
	defer x.mu.Unlock()
	n, found := x.bySlug[slug]
	if !found {
		return nil
	}
	hit := make(map[uint32]bool)
	x.holders(slug, hit)
	x.replace(slug, nil, hit)
	return x.slugs(hit, n)
}

// slugs of the documents hit other than n, sorted.
func (x *Index) slugs(hit map[uint32]bool, n uint32) []string {
	delete(hit, n)
	slugs := make([]string, 0, len(hit))
	for doc := range hit {
		slugs = append(slugs, x.docs[doc].slug)
	}
	slices.Sort(slugs)
	return slugs
}

// replace puts a document in place of what slug had, or none if read is nil, and
// returns its number. Documents that have a term whose rarity has moved are no
// longer known, and are added to hit unless that is nil.
func (x *Index) replace(slug string, read *reading, hit map[uint32]bool) uint32 {
	before := size(len(x.bySlug))
	n, found := x.bySlug[slug]
	if !found {
		n = x.room()
		x.bySlug[slug] = n
	}
	old := x.docs[n].terms
	x.docs[n] = document{}
	var fresh []use
	if read == nil {
		delete(x.bySlug, slug)
		x.free = append(x.free, n)
	} else {
		x.docs[n] = x.document(slug, read)
		fresh = x.docs[n].terms
	}
	for _, u := range old {
		x.terms.remove(u.number(), n)
	}
	for _, u := range fresh {
		x.terms.add(u.number(), n, u.place())
	}
	if after := size(len(x.bySlug)); after != before {
		for other := range x.docs {
			x.forget(uint32(other), hit)
		}
	} else {
		x.moved(old, fresh, after, hit)
	}
	for _, u := range old {
		x.terms.drop(u.number())
	}
	return n
}

// room is the number of a place for one more document.
func (x *Index) room() uint32 {
	if last := len(x.free) - 1; last >= 0 {
		n := x.free[last]
		x.free = x.free[:last]
		return n
	}
	x.docs = append(x.docs, document{})
	x.sums = append(x.sums, 0)
	return uint32(len(x.docs) - 1)
}

// document gives the terms of a reading their numbers.
func (x *Index) document(slug string, read *reading) document {
	d := document{slug: strings.Clone(slug), terms: make([]use, 0, len(read.hashes)), items: make([]itemTerms, 0, len(read.items))}
	for _, hash := range read.hashes {
		d.terms = append(d.terms, newUse(x.terms.number(hash), read.places[hash]))
	}
	slices.Sort(d.terms)
	for _, item := range read.items {
		numbers := make([]uint32, 0, len(item.hashes))
		for _, hash := range item.hashes {
			numbers = append(numbers, x.terms.number(hash))
		}
		slices.Sort(numbers)
		d.items = append(d.items, itemTerms{item.text, numbers})
	}
	return d
}

// moved forgets the lists of documents that have a term whose rarity differs now
// that old terms of a document are replaced by fresh ones.
func (x *Index) moved(old, fresh []use, size int, hit map[uint32]bool) {
	check := func(number uint32, change int) {
		uses := x.terms.terms[number].uses
		if rarity(len(uses), size) == rarity(len(uses)-change, size) {
			return
		}
		for _, u := range uses {
			x.forget(u.number(), hit)
		}
	}
	for i, j := 0, 0; i < len(old) || j < len(fresh); {
		switch {
		case j == len(fresh) || i < len(old) && old[i].number() < fresh[j].number():
			check(old[i].number(), -1)
			i++
		case i == len(old) || fresh[j].number() < old[i].number():
			check(fresh[j].number(), +1)
			j++
		default:
			i, j = i+1, j+1
		}
	}
}

// forget marks the list of a document as one that may have changed.
func (x *Index) forget(n uint32, hit map[uint32]bool) {
	x.docs[n].known = false
	if hit != nil && x.docs[n].slug != "" {
		hit[n] = true
	}
}
