package crawl

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"time"

	"careerstream/ingest/fetch"
	"careerstream/ingest/frontier"
	"careerstream/schemas/fault"
	"careerstream/schemas/page"
)

// exchange is one visit on its way: what was asked and what came of it.
type exchange struct {
	visit page.Visit
	rev   uint64
	// answer and err are the last request's; nil when none was made.
	answer   *fetch.Response
	err      error
	duration time.Duration
	// outcome, fault and reason are set where the answer is not needed to know.
	outcome string
	fault   fault.Kind
	reason  string
	// later is set when the same request may succeed later; hosts when the
	// trouble is the host's, so that it is no try of the URL's.
	later bool
	hosts bool
	// moved is where a redirect leads that is visited for itself; permanent
	// tells that it takes this URL's place.
	moved     *place
	permanent bool
	// sitemaps are what robots.txt names, for a site's first page.
	sitemaps []string
}

// giveUp ends a visit whose host is in trouble for too long.
func (x *exchange) giveUp(patience time.Duration, since time.Time) {
	x.outcome, x.fault = page.Unreachable, fault.HostUnreachable
	why := x.visit.Reason
	if x.err != nil {
		x.fault, why = faultOf(x.answer.Kind), x.err.Error()
	} else if x.visit.Fault != "" {
		x.fault = fault.Kind(x.visit.Fault)
	}
	x.reason = fmt.Sprintf("the host is in trouble since %s, beyond the patience of %s", since.UTC().Format(time.RFC3339), patience)
	if why != "" {
		x.reason += "; last: " + why
	}
}

func parseURL(raw string) (*url.URL, error) {
	u, err := url.Parse(raw)
	if err != nil {
		return nil, fmt.Errorf("read URL: %w", err)
	}
	return u, nil
}

// fetch makes the visit's request and follows its temporary redirects, each of
// which is a request of its own. It reports whether there is an answer to
// settle; without one, x.outcome may be set.
func (h *hostLoop) fetch(ctx, held context.Context, x *exchange, u *url.URL) bool {
	var hops fetch.Hops
	for {
		p := h.policy(ctx, held, x, u.Scheme)
		if p == nil {
			return false
		}
		if reason, kind := h.refusal(p, u); reason != "" {
			x.outcome, x.fault, x.reason = page.RobotsDenied, kind, reason
			return true
		}
		get, req := h.ask(x.visit, u)
		if !h.request(ctx, held, x, get, req) {
			return false
		}
		if x.answer.Kind != fetch.Redirect || x.err != nil {
			h.classify(x)
			return true
		}
		if err := hops.Follow(x.answer); err != nil {
			x.err, x.outcome, x.fault, x.reason = err, page.Failed, fault.BadRedirect, err.Error()
			return true
		}
		if h.redirected(held, x, &hops) {
			return true
		}
		u = x.answer.Location
	}
}

// redirected decides whether a redirect ends the visit: its target is then
// visited for itself, or is refused.
func (h *hostLoop) redirected(ctx context.Context, x *exchange, hops *fetch.Hops) bool {
	to, err := locate(x.answer.Location.String())
	if err != nil {
		x.outcome, x.fault, x.reason = page.Failed, fault.BadRedirect, err.Error()
		return true
	}
	if to.host == h.name && (!hops.Permanent() || x.visit.Kind == page.Sitemap) {
		return false
	}
	if to.host != h.name && !h.planOf(ctx, x.visit).covers(to.host) {
		x.outcome, x.fault = page.Failed, fault.BadRedirect
		x.reason = fmt.Sprintf("redirected off-site, to %s; name it as a source if it is wanted", to.url)
		return true
	}
	if to.key == x.visit.Key {
		x.outcome, x.fault, x.reason = page.Failed, fault.BadRedirect, "redirect loop: "+to.url+" redirects to itself"
		return true
	}
	if loop := h.loops(x.visit, to); loop != "" {
		x.outcome, x.fault, x.reason = page.Failed, fault.BadRedirect, loop
		return true
	}
	if hops.Permanent() && h.swallows(x.visit, to) {
		x.outcome, x.reason = page.Missing, fmt.Sprintf("redirected to %s, which is no place of its own for it", to.url)
		return true
	}
	x.outcome, x.moved, x.permanent = page.Redirected, &to, hops.Permanent()
	return true
}

// maxHeirs is how many pages of a run may move to one place.
const maxHeirs = 3

// swallows reports whether a page that was there has not moved, though a permanent
// redirect says so: many sites answer for a page that is gone, or for all while
// something is wrong, with their front page or a list. It is missing then, which
// takes confirmations and is held back when there are too many.
func (h *hostLoop) swallows(v page.Visit, to place) bool {
	if v.SnapshotSeq == 0 {
		return false
	}
	u, err := parseURL(to.url)
	return err == nil && (u.Path == "/" || u.Path == "") || h.view.Heirs(v.Run, to.url) >= maxHeirs
}

// loops walks the redirects that lead on from a target and back from a visit,
// as far as this run knows them, and says what is wrong with the chain.
func (h *hostLoop) loops(v page.Visit, to place) string {
	at := to.url
	for range fetch.MaxHops + 1 {
		next, found := h.moved(at)
		if !found || next.Run != v.Run || next.Outcome != page.Redirected || next.State != page.Done {
			break
		}
		if at = next.MovedTo; at == v.URL {
			return "redirect loop: " + v.URL + " -> " + to.url + " -> ... -> " + v.URL
		}
	}
	length := 1
	for back := v; back.Via == page.ViaRedirect && length <= fetch.MaxHops; length++ {
		from, _, found := h.view.Get(back.ViaKey)
		if !found || from.Run != v.Run {
			break
		}
		if from.Key == to.key {
			return "redirect loop: " + from.URL + " -> ... -> " + v.URL + " -> " + to.url
		}
		back = from
	}
	if length > fetch.MaxHops {
		return fmt.Sprintf("more than %d redirects lead to %s", fetch.MaxHops, to.url)
	}
	return ""
}

func (h *hostLoop) moved(url string) (page.Visit, bool) {
	at, err := locate(url)
	if err != nil {
		return page.Visit{}, false
	}
	v, _, found := h.view.Get(at.key)
	return v, found
}

// wholeEvery is in which visit a sitemap is asked for whole, whatever its
// validators: a site that makes it anew may keep an old date on it.
const wholeEvery = 16

// ask makes the request of a visit: only what has changed shall come.
func (h *hostLoop) ask(v page.Visit, u *url.URL) (Getter, fetch.Request) {
	req := fetch.Request{URL: u}
	switch v.Kind {
	case page.Sitemap:
		if v.BodySHA256 != "" && v.Visits%wholeEvery != wholeEvery-1 {
			req.ETag, req.LastModified = v.ETag, v.LastModified
		}
		req.Accept = []fetch.Media{fetch.XML, fetch.Gzip, fetch.Text, fetch.HTML}
		return h.deps.Sitemaps, req
	case page.Seed:
		req.Accept = []fetch.Media{fetch.HTML, fetch.Text, fetch.XML, fetch.Gzip}
		return h.deps.Sitemaps, req
	}
	if v.SnapshotSeq > 0 && !v.Retired && h.claim.Host().Whole != v.Run {
		req.ETag, req.LastModified = v.ETag, v.LastModified
	}
	return h.deps.Pages, req
}

// whole sees to it that pages are requested whole in the first run after the
// rules of which links are followed have changed: a 304 has no links.
func (h *hostLoop) whole(ctx context.Context, v page.Visit) {
	links := h.planOf(ctx, v).links(h.deps.Scope)
	h.claim.Change(func(s *frontier.Host) {
		if s.Links != links {
			s.Links, s.Whole = links, v.Run
		}
	})
}

// classify says what an answer without a page means.
func (h *hostLoop) classify(x *exchange) {
	if x.err == nil {
		return
	}
	kind := x.answer.Kind
	x.fault, x.reason = faultOf(kind), x.err.Error()
	var limited *fetch.LimitError
	switch {
	case kind == fetch.Gone:
		x.outcome = page.Missing
	case passing(kind):
		x.later = true
		// The open breaker answers for the host, and so does a wish to wait when
		// the URL before heard it, too. One URL alone that says so has its tries.
		x.hosts = h.claim.Host().Breaker.Open() || (asksToWait(x.answer) && h.before != "" && h.before != x.visit.Key)
	case errors.As(x.err, &limited) && x.fault != fault.TooLarge:
		x.later = true
	default:
		x.outcome = page.Failed
	}
}

// asksToWait reports a 429, or a 5xx with a Retry-After.
func asksToWait(r *fetch.Response) bool {
	return r.Kind == fetch.TooMany || (r.Kind == fetch.ServerError && r.RetryAfter > 0)
}

// refusal says why robots.txt keeps us from a URL, or "".
func (h *hostLoop) refusal(p *policy, u *url.URL) (string, fault.Kind) {
	if p.refused != "" {
		return p.refused, fault.RobotsRefused
	}
	path := u.EscapedPath()
	if path == "" {
		path = "/"
	}
	if u.RawQuery != "" || u.ForceQuery {
		path += "?" + u.RawQuery
	}
	allowed, by := p.file.Allowed(h.cfg.UserAgent, path)
	if allowed {
		return "", ""
	}
	return "robots.txt refuses it: " + by, fault.RobotsRefused
}

// frontierLater is the visit's state after a try that failed.
func (h *hostLoop) frontierLater(x *exchange) page.Visit {
	return frontier.Later(x.visit, x.fault, x.reason, h.cfg.RetryDelay, !x.hosts, h.deps.Clock())
}
