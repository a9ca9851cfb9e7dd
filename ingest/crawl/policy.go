package crawl

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"time"

	"careerstream/ingest/fetch"
	"careerstream/ingest/frontier"
	"careerstream/ingest/robots"
	"careerstream/schemas/fault"
	"careerstream/schemas/page"
)

const robotsPath = "/robots.txt"

// maxRobotsHops is how many redirects a robots.txt may have (RFC 9309, 2.3.1.2).
const maxRobotsHops = 5

// policy is what a site allows.
type policy struct {
	file *robots.File
	// refused says why nothing may be fetched, or is "".
	refused string
	expires time.Time
}

// robotsCopy is a robots.txt as it is kept for all processes.
type robotsCopy struct {
	Status    int       `json:"status"`
	FetchedAt time.Time `json:"fetched_at"`
	Expires   time.Time `json:"expires"`
	Body      []byte    `json:"body"`
	Refused   string    `json:"refused"`
}

// policy returns what robots.txt of a scheme of the host says, nil when that
// cannot be found out now. x.outcome is then set if the visit is over.
func (h *hostLoop) policy(ctx, held context.Context, x *exchange, scheme string) *policy {
	if p := h.policies[scheme]; p != nil && h.deps.Clock().Before(p.expires) {
		return p
	}
	key := frontier.RobotsKey(scheme, h.name)
	var revision uint64
	kept := robotsCopy{}
	err := h.taker.Retry(held, "read robots.txt of "+h.name, func() error {
		data, rev, err := h.deps.States.Get(held, key)
		if err != nil {
			return err
		}
		revision = rev
		if json.Unmarshal(data, &kept) != nil {
			kept = robotsCopy{}
		}
		return nil
	})
	if err != nil {
		return nil
	}
	if !h.deps.Clock().Before(kept.Expires) {
		var ok bool
		if kept, ok = h.fetchRobots(ctx, held, x, scheme); !ok {
			return nil
		}
		if data, err := json.Marshal(kept); err == nil {
			// One that is not kept is fetched again by the next owner.
			_, _ = h.deps.States.Put(held, key, data, revision)
		}
	}
	p := &policy{file: robots.Parse(kept.Body), refused: kept.Refused, expires: kept.Expires}
	for _, warning := range p.file.Warnings {
		h.deps.Log.DebugContext(held, "robots.txt", "host", h.name, "warning", warning)
	}
	if delay, ok := p.file.CrawlDelay(h.cfg.UserAgent); ok {
		if delay > h.cfg.MaxCrawlDelay {
			p.refused = fmt.Sprintf("robots.txt asks for a crawl delay of %s, more than the %s that are obeyed", delay, h.cfg.MaxCrawlDelay)
		} else if delay > h.crawlDelay {
			// The first page comes that much after robots.txt, too.
			h.next = h.next.Add(max(0, delay-h.claim.Host().Gap))
			h.crawlDelay = delay
		}
	}
	h.policies[scheme] = p
	return p
}

// fetchRobots fetches robots.txt (RFC 9309, 2.3): 4xx allows everything; 5xx
// and silence forbid everything until they are over. A redirect to another
// host is followed, as the RFC asks, without that host's own pace.
func (h *hostLoop) fetchRobots(ctx, held context.Context, x *exchange, scheme string) (robotsCopy, bool) {
	u := &url.URL{Scheme: scheme, Host: h.name, Path: robotsPath}
	for hop := 0; ; hop++ {
		if !h.request(ctx, held, x, h.deps.Pages, fetch.Request{URL: u, Accept: []fetch.Media{fetch.Any}}) {
			return robotsCopy{}, false
		}
		now := h.deps.Clock().UTC()
		kept := robotsCopy{Status: x.answer.Status, FetchedAt: now, Expires: now.Add(h.cfg.RobotsAge)}
		kind := x.answer.Kind
		switch {
		case kind == fetch.OK && x.err == nil:
			kept.Body = x.answer.Body[:min(len(x.answer.Body), robots.MaxBytes)]
		case kind == fetch.Redirect && x.err == nil && hop < maxRobotsHops:
			u = x.answer.Location
			continue
		case kind == fetch.Gone, kind == fetch.Forbidden, kind == fetch.ClientError, kind == fetch.Redirect, kind == fetch.BadRedirect:
		case kind == fetch.TooLarge, kind == fetch.BadEncoding, kind == fetch.WrongType:
			kept.Refused = "robots.txt cannot be read: " + x.err.Error()
		case passing(kind), kind == fetch.UnexpectedStatus:
			h.trouble(x)
			return robotsCopy{}, false
		default:
			// No such host, a private address, a bad certificate: it is the same
			// for every page.
			x.outcome, x.fault, x.reason = page.Failed, faultOf(kind), x.err.Error()
			return robotsCopy{}, false
		}
		x.answer, x.err = nil, nil
		return kept, true
	}
}

// trouble makes the host wait longer with each answer that gives no policy.
func (h *hostLoop) trouble(x *exchange) {
	failures := 0
	h.claim.Change(func(s *frontier.Host) {
		failures = s.Breaker.Failures
		if s.StalledSince.IsZero() {
			s.StalledSince = h.deps.Clock().UTC()
		}
	})
	delay := h.cfg.RetryDelay << min(max(failures-1, 0), 16)
	if next := time.Now().Add(min(delay, max(h.cfg.Breaker.Max, h.cfg.RetryDelay))); next.After(h.next) {
		h.next = next
	}
	h.tell(x.err, h.next)
	x.visit.Fault, x.visit.Reason = string(fault.ServerError), "robots.txt: "+x.err.Error()
}
