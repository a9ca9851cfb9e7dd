package catalog

import (
	"cmp"
	"slices"
)

// View is what the catalog knows for one career at one position.
type View struct {
	// Answers stand in the order of the names asked for.
	Answers []Answer
	// Aliases are the retired careers, sorted, that the career has replaced.
	Aliases []string
	// Listings are the other careers whose pages list this one, and no other, as
	// a type, by career and name.
	Listings []Listing
	// Position at which all this is so.
	Position uint64
}

// Answer is what a name means.
type Answer struct {
	// Careers that the name fits best, sorted: none for an unknown name, several
	// for an ambiguous one. The career that asks may be among them.
	Careers []string
	// Method is career.ByName and so on, the same for all of them; "" without any.
	Method string
	// Retired: they are there no more.
	Retired bool
}

// Listing is a place where another career's page lists a career as a type.
type Listing struct {
	// Career is the other one, Name what its page calls this one.
	Career, Name string
	// Answer is what the name means: this career alone.
	Answer Answer
}

// Resolve says what names mean at one position. seq is the sequence of the
// record of slug that the caller holds; when the catalog has another one as the
// latest, ok is false and the caller reads again.
//
// A name means the careers that it fits best: by their name before plural before
// other names before abbreviation, and living before retired ones.
func (c *Catalog) Resolve(slug string, seq uint64, names []string) (View, bool) {
	keys := make([]string, len(names))
	for i, name := range names {
		keys[i] = Key(name)
	}
	c.mu.RLock()
	defer c.mu.RUnlock()
	e := c.careers[slug]
	if e == nil || e.seq != seq {
		return View{Position: c.position}, false
	}
	v := View{Answers: make([]Answer, len(keys)), Listings: e.listings(), Position: c.position}
	if n := c.names[intoKey(slug)]; n != nil {
		v.Aliases = n.best().Careers
	}
	for i, key := range keys {
		if n := c.names[key]; n != nil {
			v.Answers[i] = n.best()
		}
	}
	return v, true
}

// best are the careers of the node's lowest rank.
func (n *node) best() Answer {
	var a Answer
	lowest := rank(255)
	for e, as := range n.bearers {
		if as < lowest {
			lowest, a.Careers = as, a.Careers[:0]
		}
		if as == lowest {
			a.Careers = append(a.Careers, e.slug)
		}
	}
	if len(a.Careers) > 0 {
		slices.Sort(a.Careers)
		a.Method, a.Retired = lowest.method(), lowest >= retired
	}
	return a
}

// listings are the places in other records that list e as a type.
func (e *entry) listings() []Listing {
	var found []Listing
	for n := range e.bears {
		if n.typed == 0 {
			continue
		}
		answer := n.best()
		if len(answer.Careers) != 1 || answer.Careers[0] != e.slug {
			continue
		}
		for _, r := range n.referrers {
			for _, t := range r.types {
				if t.node == n && r != e {
					found = append(found, Listing{r.slug, t.name, answer})
				}
			}
		}
	}
	slices.SortFunc(found, func(a, b Listing) int {
		return cmp.Or(cmp.Compare(a.Career, b.Career), cmp.Compare(a.Name, b.Name))
	})
	return found
}
