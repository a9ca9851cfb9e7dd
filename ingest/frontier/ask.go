package frontier

import (
	"slices"
	"time"

	"careerstream/schemas/page"
)

// Ask is the wish of a run to have a URL visited.
type Ask struct {
	// URL, Host, Key, Kind, Via, ViaKey, Depth and LastMod as in page.Visit.
	URL, Host, Key, Kind, Via, ViaKey string
	Depth                             int
	LastMod                           time.Time
	// Parent is the key of the career page that links an article, or "".
	Parent string
	// Run is the run's ID, At when it asks.
	Run string
	At  time.Time
	// OnlyDue leaves a page that was visited alone until its time has come.
	OnlyDue bool
}

// Apply returns the URL's state after the ask, and whether it differs from old.
// A run asks for a URL once: a repeat only adds what it knows better.
func (a Ask) Apply(old page.Visit, known bool) (v page.Visit, changed bool) {
	if !known {
		v = page.Visit{
			URL: a.URL, Host: a.Host, Key: a.Key, Kind: a.Kind, Via: a.Via, ViaKey: a.ViaKey, Depth: a.Depth,
			Run: a.Run, AskedAt: a.At, Due: a.At, State: page.Due, LastMod: a.LastMod,
		}
		if a.Parent != "" {
			v.Parents = []string{a.Parent}
		}
		return v, true
	}
	v = old
	if a.Parent != "" && !slices.Contains(v.Parents, a.Parent) {
		v.Parents = append(slices.Clone(v.Parents), a.Parent)
		changed = true
	}
	repeat := old.Run == a.Run
	// A page that was absent is not, once anything names it.
	back := !repeat && old.Via == page.ViaAbsent
	if back || rank(a.Via) > rank(old.Via) || (!repeat && rank(a.Via) == rank(old.Via)) {
		changed = changed || v.Via != a.Via || v.ViaKey != a.ViaKey
		v.Via, v.ViaKey = a.Via, a.ViaKey
	}
	if !a.LastMod.IsZero() && !a.LastMod.Equal(v.LastMod) {
		v.LastMod, changed = a.LastMod, true
	}
	if kind := a.kind(v); kind != v.Kind {
		v.Kind, changed = kind, true
	}
	if repeat {
		return v, changed
	}
	v.Run, v.AskedAt, v.Depth, v.Tries = a.Run, a.At, a.Depth, 0
	if a.OnlyDue && old.State == page.Done && old.Due.After(a.At) && a.Kind != page.Seed && a.Kind != page.Sitemap && page.Found(old.Outcome) {
		v.Outcome, v.Reason = page.Fresh, "its time has not come"
		return v, true
	}
	v.State, v.Due = page.Due, a.At
	return v, true
}

// kind is what the URL is after the ask. Only its content tells what a seed is;
// what a career page calls the rest of its answer is an article, though a
// sitemap lists it among the pages.
func (a Ask) kind(v page.Visit) string {
	switch {
	case a.Kind == page.Seed || v.Kind == page.Sitemap || v.Kind == page.Index:
		return v.Kind
	case a.Kind == page.Career && v.Kind == page.Article && len(v.Parents) > 0:
		return v.Kind
	}
	return a.Kind
}

// rank orders the ways of finding a URL: a sitemap's word counts most, since
// its later silence counts, too.
func rank(via string) int {
	switch via {
	case page.ViaSitemap, page.ViaAbsent:
		return 3
	case page.ViaSeed, page.ViaList:
		return 2
	}
	return 1
}

// Priority orders due URLs; lower is first. What names other pages goes first,
// so that the run's size is known early.
func Priority(v page.Visit) int {
	switch v.Kind {
	case page.Seed, page.Index:
		return 0
	case page.Sitemap:
		return 1
	}
	return 2
}
