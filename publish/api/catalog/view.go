package catalog

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"careerstream/schemas/career"
)

// Sort is an order of a list.
type Sort string

// The orders: by name, by when a career was changed last and by quality, the
// newest and the best first. Equals are in the order of their slugs.
const (
	ByName    Sort = "name"
	ByUpdated Sort = "-updated"
	ByQuality Sort = "quality"
)

// Sorts lists every order.
func Sorts() []Sort { return []Sort{ByName, ByUpdated, ByQuality} }

// compare is the order; no two versions of different careers are equal.
func (s Sort) compare(a, b *Version) int {
	order := 0
	switch s {
	case ByUpdated:
		order = cmp.Compare(b.Seq, a.Seq)
	case ByQuality:
		order = cmp.Compare(b.Quality, a.Quality)
	default:
		order = cmp.Compare(a.folded, b.folded)
	}
	return cmp.Or(order, cmp.Compare(a.Slug, b.Slug))
}

// View is the catalog as it was when the stream ended at At, in one order. It
// never changes.
type View struct {
	// At is a sequence of the stream.
	At          uint64
	incarnation string
	sort        Sort
	// log is what it is made from, and then nil.
	log, versions []*Version
}

// Incarnation of the stream that the view is of.
func (w *View) Incarnation() string { return w.incarnation }

// keptViews bounds the views that are kept for whoever reads page after page; a
// view takes eight bytes a career.
const keptViews = 24

// ErrPosition says that a view is asked for beyond what the catalog has read.
var ErrPosition = errors.New("position is beyond the catalog's")

// View returns the catalog as of a sequence of the stream, 0 for now. The error
// is ErrPosition. A view that nobody has asked for lately is made in time
// proportional to the number of versions.
func (c *Catalog) View(at uint64, sort Sort) (*View, error) {
	c.viewing.Lock()
	defer c.viewing.Unlock()
	view, err := c.gather(at, sort)
	if err != nil {
		return nil, err
	}
	for i, known := range c.views {
		if known.At == view.At && known.sort == sort && known.incarnation == view.incarnation {
			c.views = append(slices.Delete(c.views, i, i+1), known)
			return known, nil
		}
	}
	view.fill()
	if len(c.views) == keptViews {
		c.views = slices.Delete(c.views, 0, 1)
	}
	c.views = append(c.views, view)
	return view, nil
}

// gather fixes what a view is of.
func (c *Catalog) gather(at uint64, sort Sort) (*View, error) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	if at > c.position {
		return nil, fmt.Errorf("%w: %d is after %d", ErrPosition, at, c.position)
	}
	at = cmp.Or(at, c.position)
	i, _ := slices.BinarySearchFunc(c.log, at+1, func(v *Version, at uint64) int { return cmp.Compare(v.Seq, at) })
	return &View{At: at, incarnation: c.incarnation, sort: sort, log: c.log[:i:i]}, nil
}

// fill takes the last version of each career and sorts them. The log only grows,
// so what a view has of it does not change.
func (w *View) fill() {
	last := make(map[string]*Version)
	for _, v := range w.log {
		last[v.Slug] = v
	}
	w.log, w.versions = nil, make([]*Version, 0, len(last))
	for _, v := range last {
		w.versions = append(w.versions, v)
	}
	slices.SortFunc(w.versions, w.sort.compare)
}

// ValidAt returns the version of a career that was valid at a time; nil before
// the first.
func ValidAt(versions []*Version, at time.Time) *Version {
	for _, v := range slices.Backward(versions) {
		if !v.ValidFrom.After(at) {
			return v
		}
	}
	return nil
}

// Filter says which careers a list has. The zero value keeps all.
type Filter struct {
	// Query is words of which each begins a word of the career's names.
	Query string
	// Site in lower case, Status career.Active or career.Retired; "" is any.
	Site, Status string
	// Has are parts that the record has all of.
	Has Parts
	// MinQuality is the lowest quality, 0 to 1.
	MinQuality float64
	// UpdatedSince is the earliest time of the version.
	UpdatedSince time.Time
}

func (f Filter) keeps(v *Version, words []string) bool {
	return v.Parts&f.Has == f.Has && v.Quality >= f.MinQuality &&
		(f.Status == "" || (f.Status == career.Retired) == (v.Retired != nil)) &&
		(f.Site == "" || f.Site == v.Site) && !v.ValidFrom.Before(f.UpdatedSince) && v.named(words)
}

// Page returns at most limit versions after the career of slug ("": from the
// beginning), whether there are more, and how many there are in all. A slug that
// the view does not have is an error.
func (w *View) Page(f Filter, slug string, limit int) (page []*Version, more bool, total int, err error) {
	words := strings.Fields(Fold(f.Query))
	after := slug == ""
	for _, v := range w.versions {
		if !after && v.Slug == slug {
			after = true
			if f.keeps(v, words) {
				total++
			}
			continue
		}
		if !f.keeps(v, words) {
			continue
		}
		total++
		switch {
		case !after:
		case len(page) < limit:
			page = append(page, v)
		default:
			more = true
		}
	}
	if !after {
		return nil, false, 0, fmt.Errorf("list has no career %q", slug)
	}
	return page, more, total, nil
}
