package crawl

import (
	"context"

	"golang.org/x/sync/errgroup"

	"careerstream/ingest/frontier"
	"careerstream/schemas/page"
)

// askAbsent asks once more for pages that the run would not have met: those
// that a sitemap named once and does not name any more, though it was read
// well, and those whose link is gone. Where they are too many at once they
// are not even asked for.
func (s *session) askAbsent(ctx context.Context, p *plan) error {
	read, dead := map[string]bool{}, map[string]bool{}
	for _, v := range s.view.All(func(v page.Visit) bool { return v.Run == p.id && v.State == page.Done }) {
		read[v.Key] = v.Outcome == page.Read || there(v.Outcome)
	}
	// What another run asked for since this one began is not absent.
	older := func(v page.Visit) bool { return v.Run != p.id && v.AskedAt.Before(p.started) }
	lists := s.view.All(func(v page.Visit) bool {
		return v.Kind == page.Sitemap && older(v) && v.Via == page.ViaSitemap && p.covers(v.Host)
	})
	// A sitemap that nothing names any more takes what it named with it.
	for grown := true; grown; {
		grown = false
		for _, v := range lists {
			if !dead[v.Key] && (read[v.ViaKey] || dead[v.ViaKey]) {
				dead[v.Key], grown = true, true
			}
		}
	}
	absent := map[string][]page.Visit{}
	asked := map[string]int{}
	var unlinked []page.Visit
	for _, v := range s.view.All(func(v page.Visit) bool {
		return p.covers(v.Host) && v.SnapshotSeq > 0 && !v.Retired && (v.Kind == page.Career || v.Kind == page.Article)
	}) {
		switch {
		case v.Run == p.id && v.Via == page.ViaAbsent:
			asked[v.Host]++
		case !older(v):
		case (v.Via == page.ViaSitemap || v.Via == page.ViaAbsent) && (read[v.ViaKey] || dead[v.ViaKey]):
			absent[v.Host] = append(absent[v.Host], v)
		case v.Via == page.ViaLink && read[v.ViaKey]:
			unlinked = append(unlinked, v)
		}
	}
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(askers)
	for host, visits := range absent {
		_, held := s.cfg.Guard.Holds(host, len(visits)+asked[host], s.known(p, host))
		for _, v := range visits {
			group.Go(func() error { return s.askAgain(ctx, p, v, page.ViaAbsent, held) })
		}
	}
	for _, v := range unlinked {
		group.Go(func() error { return s.askAgain(ctx, p, v, v.Via, false) })
	}
	return group.Wait()
}

func (s *session) askAgain(ctx context.Context, p *plan, v page.Visit, via string, held bool) error {
	if held {
		_, rev, _ := s.view.Get(v.Key)
		v.Run, v.AskedAt, v.Via, v.State, v.Outcome = p.id, s.deps.Clock().UTC(), via, page.Done, page.Missing
		v.Fault, v.Reason = "", "the sitemap that named the page does not name it any more"
		return s.put(ctx, v, rev)
	}
	return s.putAsk(ctx, frontier.Ask{
		URL: v.URL, Host: v.Host, Key: v.Key, Kind: v.Kind, Via: via, ViaKey: v.ViaKey, Depth: v.Depth,
		Run: p.id, At: s.deps.Clock().UTC(),
	})
}

// there reports an outcome that shows the page.
func there(outcome string) bool {
	switch outcome {
	case page.Changed, page.NotModified, page.Unchanged, page.SameText, page.NoIndex:
		return true
	}
	return false
}

// known counts a host's pages that were there before the run.
func (s *session) known(p *plan, host string) int {
	return len(s.view.All(func(v page.Visit) bool {
		return v.Host == host && v.SnapshotSeq > 0 && (v.Kind == page.Career || v.Kind == page.Article) &&
			(!v.Retired || v.MissedRun == p.id)
	}))
}

// judge counts the run's misses, or holds them back. It is a function of the
// visits alone, so that several processes may do it at once.
func (s *session) judge(ctx context.Context, p *plan) error {
	missing := map[string][]page.Visit{}
	for _, v := range s.view.All(func(v page.Visit) bool { return v.Run == p.id && frontier.WouldMiss(v) }) {
		missing[v.Host] = append(missing[v.Host], v)
	}
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(askers)
	for host, visits := range missing {
		reason, held := s.cfg.Guard.Holds(host, len(visits), s.known(p, host))
		for _, v := range visits {
			if !frontier.MissPending(v) {
				continue
			}
			group.Go(func() error { return s.judgeOne(ctx, v, held, reason) })
		}
	}
	return group.Wait()
}

func (s *session) judgeOne(ctx context.Context, v page.Visit, held bool, reason string) error {
	_, rev, _ := s.view.Get(v.Key)
	if held {
		v = frontier.HeldBack(v, reason)
	} else {
		v = s.cfg.Revisit.Missed(v, s.cfg.RetireAfter, s.deps.Clock().UTC())
	}
	if v.Outcome == page.Retired {
		why := page.NotFound
		if v.Via == page.ViaAbsent {
			why = page.Absent
		}
		if err := s.gone(ctx, v, why, nil); err != nil {
			return err
		}
	}
	if v.Outcome != page.Missing {
		if err := s.check(ctx, v, nil, 0); err != nil {
			return err
		}
	}
	return s.put(ctx, v, rev)
}
