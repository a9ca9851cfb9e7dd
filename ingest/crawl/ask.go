package crawl

import (
	"context"
	"errors"
	"slices"

	"golang.org/x/sync/errgroup"

	"careerstream/ingest/frontier"
	"careerstream/ingest/sitemap"
	"careerstream/schemas/fault"
	"careerstream/schemas/page"
)

// askers is how many URLs of one answer are asked for at once.
const askers = 16

// putAsk stores the wish to have a URL visited, unless the run has it already.
func (s *session) putAsk(ctx context.Context, a frontier.Ask) error {
	old, rev, known := s.view.Get(a.Key)
	return s.taker.Retry(ctx, "ask for "+a.URL, func() error {
		var conflict error
		for range 3 {
			v, changed := a.Apply(old, known)
			if !changed {
				return nil
			}
			next, err := s.deps.Frontier.Put(ctx, v, rev)
			if err == nil {
				s.view.Apply(v, next)
				// An article that is published already has one more parent.
				if known && len(v.Parents) > len(old.Parents) && v.State == page.Done {
					return s.reparent(ctx, &v)
				}
				return nil
			}
			if !errors.Is(err, fault.Conflict) {
				return err
			}
			conflict = err
			// Another process was faster, or an answer of ours was lost.
			if old, rev, known, err = s.deps.Frontier.Get(ctx, a.Host, a.Key); err != nil {
				return err
			}
			if known {
				s.view.Apply(old, rev)
			}
		}
		return conflict
	})
}

// put stores a visit's new state. What others asked for in the meantime is
// kept; where another process has finished the visit, its word counts.
func (s *session) put(ctx context.Context, v page.Visit, rev uint64) error {
	return s.taker.Retry(ctx, "store visit of "+v.URL, func() error {
		for {
			next, err := s.deps.Frontier.Put(ctx, v, rev)
			if err == nil {
				s.view.Apply(v, next)
				return nil
			}
			if !errors.Is(err, fault.Conflict) {
				return err
			}
			now, at, found, err := s.deps.Frontier.Get(ctx, v.Host, v.Key)
			if err != nil {
				return err
			}
			if !found {
				rev = at // something stray stands in its place
				continue
			}
			s.view.Apply(now, at)
			if now.State != page.Due {
				return nil
			}
			grown := !slices.Equal(now.Parents, v.Parents)
			v.Run, v.AskedAt, v.Via, v.ViaKey, v.LastMod, v.Parents = now.Run, now.AskedAt, now.Via, now.ViaKey, now.LastMod, now.Parents
			rev = at
			if grown {
				if err := s.reparent(ctx, &v); err != nil {
					return err
				}
			}
		}
	})
}

// batch asks for many URLs that one answer names.
type batch struct {
	h     *hostLoop
	x     *exchange
	plan  *plan
	group *errgroup.Group
	ctx   context.Context
}

func (h *hostLoop) newBatch(ctx context.Context, x *exchange) *batch {
	b := &batch{h: h, x: x, plan: h.planOf(ctx, x.visit)}
	b.group, b.ctx = errgroup.WithContext(ctx)
	b.group.SetLimit(askers)
	return b
}

func (b *batch) wait() error { return b.group.Wait() }

// entry asks for an entry of a sitemap.
func (b *batch) entry(e sitemap.Entry) error {
	if b.ctx.Err() != nil {
		return context.Cause(b.ctx)
	}
	at, err := locate(e.Loc)
	if err != nil {
		b.h.deps.Log.WarnContext(b.ctx, "sitemap entry", "sitemap", b.x.visit.URL, "err", err)
		return nil
	}
	v := b.x.visit
	a := frontier.Ask{Kind: page.Career, Via: page.ViaSitemap, ViaKey: v.Key, LastMod: e.LastMod, OnlyDue: b.plan.options.OnlyDue}
	if e.Nested {
		// Index in index, as deep as links may go.
		a.Kind, a.Depth, a.LastMod = page.Sitemap, v.Depth+1, e.LastMod
	} else if b.h.deps.Scope.Article(at.url, "") && !b.plan.follows(b.h.deps.Scope, at.url) {
		return nil // asked for when a career page links it
	}
	b.add(at, a)
	return nil
}

// maxURL bounds a URL that is asked for, in bytes (RFC 9110, section 4.1).
const maxURL = 8000

// add asks for a URL within the run's hosts and limits.
func (b *batch) add(at place, a frontier.Ask) {
	if len(at.url) > maxURL {
		return // nobody can ask for it
	}
	if !b.plan.covers(at.host) {
		b.h.count(b.x.visit.Run, func(t *frontier.Traffic) { t.OffSite++ })
		return
	}
	a.URL, a.Host, a.Key = at.url, at.host, at.key
	a.Run, a.At = b.x.visit.Run, b.h.deps.Clock().UTC()
	b.group.Go(func() error {
		if a.Key == b.x.visit.Key {
			return nil
		}
		if old, _, known := b.h.view.Get(a.Key); !known || old.Run != a.Run {
			if a.Depth > b.plan.options.MaxDepth {
				b.h.limited(a, false)
				return nil
			}
			if !b.h.reserve(a, b.x.visit, b.plan.options.MaxPages) {
				b.h.limited(a, true)
				return nil
			}
			defer b.h.release(a)
		}
		return b.h.putAsk(b.ctx, a)
	})
}

// maxNamedLimits bounds the memory of URLs that were left out.
const maxNamedLimits = 100_000

// limited counts a URL that was left out, once.
func (h *hostLoop) limited(a frontier.Ask, full bool) {
	h.mu.Lock()
	known := h.seen[a.Key]
	if len(h.seen) < maxNamedLimits {
		h.seen[a.Key] = true
	}
	h.mu.Unlock()
	if known {
		return
	}
	h.count(a.Run, func(t *frontier.Traffic) {
		if full {
			t.Full++
		} else {
			t.Limited++
		}
	})
}

func (h *hostLoop) count(run string, change func(*frontier.Traffic)) {
	h.claim.Change(func(s *frontier.Host) {
		s.Traffic = s.Traffic.Of(run)
		change(&s.Traffic)
	})
}

// askLinks asks for the links of a page that are followed: articles for
// themselves, pages within the scope.
func (h *hostLoop) askLinks(ctx context.Context, x *exchange, c content) error {
	v := x.visit
	if v.Kind == page.Article {
		return nil
	}
	if err := h.askSitemaps(ctx, x); err != nil {
		return err
	}
	b := h.newBatch(ctx, x)
	for _, l := range c.links {
		if at, err := locate(l.to.String()); err == nil && at.host == v.Host {
			b.link(at, l.texts)
		}
	}
	return b.wait()
}

func (b *batch) link(at place, texts []string) {
	v, scope := b.x.visit, b.h.deps.Scope
	switch {
	case b.plan.follows(scope, at.url):
		b.add(at, frontier.Ask{Kind: page.Career, Via: page.ViaLink, ViaKey: v.Key, Depth: v.Depth + 1})
	case slices.ContainsFunc(texts, func(text string) bool { return scope.Article(at.url, text) }):
		// An answer's rest is no step into the site.
		b.add(at, frontier.Ask{Kind: page.Article, Via: page.ViaArticle, ViaKey: v.Key, Parent: v.Key, Depth: v.Depth})
	}
}

// askNamed asks for what a page named when it was read last.
func (h *hostLoop) askNamed(ctx context.Context, x *exchange) error {
	v := x.visit
	if err := h.askSitemaps(ctx, x); err != nil {
		return err
	}
	b := h.newBatch(ctx, x)
	for _, named := range h.view.Named(v.Key) {
		a := frontier.Ask{Kind: named.Kind, Via: page.ViaLink, ViaKey: v.Key, Depth: v.Depth + 1}
		if named.Kind == page.Article {
			a.Via, a.Parent, a.Depth = page.ViaArticle, v.Key, v.Depth
		}
		b.add(place{named.URL, named.Host, named.Key}, a)
	}
	return b.wait()
}

// askSitemaps asks for the sitemaps that a site's robots.txt names.
func (h *hostLoop) askSitemaps(ctx context.Context, x *exchange) error {
	b := h.newBatch(ctx, x)
	for _, raw := range x.sitemaps {
		if at, err := locate(raw); err == nil {
			b.add(at, frontier.Ask{Kind: page.Sitemap, Via: page.ViaSitemap, ViaKey: x.visit.Key})
		}
	}
	return b.wait()
}

// askSeeds asks for the run's sources.
func (s *session) askSeeds(ctx context.Context, p *plan) error {
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(askers)
	for _, seed := range p.seeds {
		group.Go(func() error {
			return s.putAsk(ctx, frontier.Ask{
				URL: seed.url, Host: seed.host, Key: seed.key, Kind: page.Seed, Via: page.ViaSeed,
				Run: p.id, At: s.deps.Clock().UTC(),
			})
		})
	}
	return group.Wait()
}
