package crawl

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"careerstream/ingest/fetch"
	"careerstream/ingest/frontier"
	"careerstream/schemas/fault"
	"careerstream/schemas/page"
)

// hostLoop asks one host, one request after the other, while it has the claim.
type hostLoop struct {
	*session
	name  string
	claim *frontier.Claim
	// next is when the next request may begin.
	next time.Time
	// before and last are the keys of the URLs whose trouble the last two answers
	// showed, "" for good answers.
	before, last string
	// waits counts answers in a row that asked to wait and did not say how long.
	waits int
	// told says that the log knows of the host's trouble.
	told     bool
	policies map[string]*policy
	// crawlDelay is what robots.txt asks for.
	crawlDelay time.Duration

	settling atomic.Int64
	settled  chan struct{}
	slots    chan struct{}
	wg       sync.WaitGroup
	mu       sync.Mutex
	broken   error
	seen     map[string]bool
}

// crawlHost claims the host and asks it until nothing is due, the claim is lost
// or ctx ends. It reports whether it got the claim; the error is an archive's.
func (s *session) crawlHost(ctx context.Context, host string) (taken bool, err error) {
	claim, taken, err := s.claims.Try(ctx, host)
	if err != nil || !taken {
		if err != nil && ctx.Err() == nil {
			s.deps.Log.WarnContext(ctx, "claim host", "host", host, "err", err)
		}
		return false, nil
	}
	// A stop lets the request in flight and its settling end in peace.
	work, abort := context.WithCancelCause(context.WithoutCancel(ctx))
	defer abort(nil)
	unhook := context.AfterFunc(ctx, func() {
		grace := time.NewTimer(s.cfg.Grace)
		defer grace.Stop()
		select {
		case <-grace.C:
			abort(context.Cause(ctx))
		case <-work.Done():
		}
	})
	defer unhook()
	held, stop := claim.Keep(work)
	h := &hostLoop{
		session: s, name: host, claim: claim, policies: map[string]*policy{},
		settled: make(chan struct{}, 1), slots: make(chan struct{}, s.cfg.Settlers), seen: map[string]bool{},
	}
	// Whoever had the host may have asked it just now; clocks of two machines
	// cannot be compared.
	if state := claim.Host(); !state.LastEnded.IsZero() || !claim.Clean() {
		h.next = time.Now().Add(max(state.Gap, s.cfg.Delay))
	}
	h.loop(ctx, held)
	h.wg.Wait()
	stop(held.Err() == nil || !errors.Is(context.Cause(held), fault.LeaseLost))
	h.mu.Lock()
	defer h.mu.Unlock()
	return true, h.broken
}

// loop visits due URLs. ctx says when to stop, held when the host is not ours
// any more or the patience with a stop is over.
func (h *hostLoop) loop(ctx, held context.Context) {
	for ctx.Err() == nil && held.Err() == nil && !h.failed() {
		changed := h.view.Changed()
		busy := h.settling.Load()
		v, rev, wait, ok := h.view.Take(h.name, h.deps.Clock())
		if ok {
			if !h.visit(ctx, held, v, rev) {
				h.view.Free(v.Key)
			}
			continue
		}
		if wait.IsZero() && busy == 0 {
			return
		}
		var due <-chan time.Time
		if !wait.IsZero() {
			timer := time.NewTimer(max(wait.Sub(h.deps.Clock()), time.Millisecond))
			defer timer.Stop()
			due = timer.C
		}
		select {
		case <-changed:
		case <-h.settled:
		case <-due:
		case <-ctx.Done():
		case <-held.Done():
		}
	}
}

// visit brings one URL forward. False means that nothing was done to it.
func (h *hostLoop) visit(ctx, held context.Context, v page.Visit, rev uint64) bool {
	x := &exchange{visit: v, rev: rev}
	if h.fresh(v) {
		x.outcome = page.Fresh
		return h.settleSoon(held, x)
	}
	u, err := parseURL(v.URL)
	if err != nil {
		x.outcome, x.fault, x.reason = page.Failed, fault.BadRedirect, err.Error()
		return h.settleSoon(held, x)
	}
	p := h.policy(ctx, held, x, u.Scheme)
	if p == nil {
		return x.outcome != "" && h.settleSoon(held, x)
	}
	if u.Path == robotsPath {
		x.outcome, x.sitemaps = page.Read, p.file.Sitemaps()
		return h.settleSoon(held, x)
	}
	h.whole(held, v)
	if u.Path == "/" && h.planOf(held, v).seed(v) {
		x.sitemaps = p.file.Sitemaps()
	}
	if !h.fetch(ctx, held, x, u) {
		return x.outcome != "" && h.settleSoon(held, x)
	}
	return h.settleSoon(held, x)
}

// fresh reports whether the sitemap's word that the page is as it was counts.
// One page in sixteen is asked for all the same, to find out a lie.
func (h *hostLoop) fresh(v page.Visit) bool {
	return h.cfg.TrustLastmod && v.Kind == page.Career && v.Via == page.ViaSitemap &&
		!v.LastMod.IsZero() && v.LastMod.Before(v.VisitedAt) && v.SnapshotSeq > 0 && !v.Retired && v.Misses == 0 &&
		h.claim.Host().Lastmod.Proven() && !sample(v)
}

// sample chooses one page in sixteen, others in each run.
func sample(v page.Visit) bool {
	sum := sha256.Sum256([]byte(v.Run + v.Key))
	return sum[0]%16 == 0
}

// pause waits until the host may be asked again. It says no when ctx ends, when
// the claim is gone, and, with x's outcome set, when the host's trouble would
// outlast the patience.
func (h *hostLoop) pause(ctx, held context.Context, x *exchange) bool {
	for {
		state, now := h.claim.Host(), h.deps.Clock()
		wait := max(time.Until(h.next), state.NotBefore.Sub(now), state.Breaker.Until.Sub(now))
		if since := state.StalledSince; !since.IsZero() {
			if asked := x.visit.AskedAt; asked.After(since) {
				since = asked
			}
			if left := since.Add(h.cfg.Patience).Sub(now); left < 0 || wait > left {
				x.giveUp(h.cfg.Patience, since)
				return false
			}
		}
		if wait <= 0 && h.claim.Held() {
			return ctx.Err() == nil
		}
		if wait <= 0 {
			// This process was stopped for a while, or the broker is slow.
			if err := h.claim.Save(held); err != nil {
				wait = 20 * time.Millisecond
			}
		}
		timer := time.NewTimer(wait)
		select {
		case <-timer.C:
		case <-ctx.Done():
		case <-held.Done():
		}
		timer.Stop()
		if ctx.Err() != nil || held.Err() != nil {
			return false
		}
	}
}

// request makes one request and draws from its answer how the host is to be
// treated. It says no when it was not made or was cut off by our own end.
func (h *hostLoop) request(ctx, held context.Context, x *exchange, get Getter, req fetch.Request) bool {
	if !h.pause(ctx, held, x) {
		return false
	}
	begin := time.Now()
	r, err := get.Get(held, req)
	end := time.Now()
	if held.Err() != nil {
		return false
	}
	x.answer, x.err, x.duration = r, err, end.Sub(begin)
	gap := h.pace().Gap(x.duration, h.crawlDelay)
	h.next = end.Add(gap)
	h.claim.Change(func(s *frontier.Host) { h.learn(s, x, gap) })
	kept := x.visit
	if err == nil && r.Kind == fetch.OK && h.isIndex(x) {
		kept.Kind = page.Index
	}
	if err := h.deps.Archive.Keep(held, kept, r); err != nil {
		h.fail(err)
		return false
	}
	return true
}

func (h *hostLoop) pace() frontier.Pace {
	return frontier.Pace{Delay: h.cfg.Delay, Factor: h.cfg.Factor, MaxGap: h.cfg.MaxGap}
}

// learn takes into the host's state what the answer says of the host.
func (h *hostLoop) learn(s *frontier.Host, x *exchange, gap time.Duration) {
	now := h.deps.Clock()
	s.Gap, s.LastEnded = gap, now.UTC()
	s.Traffic = s.Traffic.Of(x.visit.Run)
	s.Traffic.Requests++
	s.Traffic.Bytes += x.answer.WireBytes
	kind := x.answer.Kind
	waiting := asksToWait(x.answer)
	if waiting {
		wait := x.answer.RetryAfter
		if wait == 0 {
			wait = min(h.cfg.Breaker.Initial<<min(h.waits, 16), h.cfg.Breaker.Max)
			h.waits++
		}
		s.NotBefore = now.Add(wait).UTC()
	}
	switch {
	case ofHost(kind):
		s.Breaker.Failed(h.cfg.Breaker, now.UTC())
		if s.Breaker.Open() {
			h.tell(x.err, s.Breaker.Until)
		}
	case !waiting:
		h.before, h.last, h.told = h.last, "", false
		s.Breaker.Succeeded()
		s.NotBefore, s.StalledSince, h.waits = time.Time{}, time.Time{}, 0
		return
	}
	h.before, h.last = h.last, x.visit.Key
	if s.StalledSince.IsZero() {
		s.StalledSince = now.UTC()
	}
}

// tell logs a trouble that makes all pages of the host wait, once until it is over.
func (h *hostLoop) tell(err error, until time.Time) {
	if !h.told {
		h.told = true
		h.deps.Log.Warn("site gives no answer, its pages wait", "host", h.name, "error", err, "next", until)
	}
}

// settleSoon settles the exchange beside the next request.
func (h *hostLoop) settleSoon(held context.Context, x *exchange) bool {
	select {
	case h.slots <- struct{}{}:
	case <-held.Done():
		return false
	}
	h.settling.Add(1)
	h.wg.Go(func() {
		if err := h.settle(held, x); err != nil && held.Err() == nil {
			h.deps.Log.ErrorContext(held, "settle visit", "url", x.visit.URL, "err", err)
		}
		h.view.Free(x.visit.Key)
		<-h.slots
		h.settling.Add(-1)
		select {
		case h.settled <- struct{}{}:
		default:
		}
	})
	return true
}

func (h *hostLoop) fail(err error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.broken = errors.Join(h.broken, fmt.Errorf("%w; what was archived counts: free space or name another file, and run it again to go on", err))
}

func (h *hostLoop) failed() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.broken != nil
}
