package crawl

import (
	"context"
	"strconv"
	"strings"
	"time"

	"careerstream/ingest"
	"careerstream/ingest/fetch"
	"careerstream/ingest/sitemap"
	"careerstream/schemas/event"
	"careerstream/schemas/fault"
	"careerstream/schemas/page"
	"careerstream/schemas/subject"
)

// settle draws the consequences of an exchange: body and snapshot, then the
// URLs that it names, then the visit's own state, so that a crash in between
// only means that the URL is fetched again. A nil error means that all of it is
// stored; any other that ctx ended.
func (h *hostLoop) settle(ctx context.Context, x *exchange) error {
	err := h.resolve(ctx, x)
	if err != nil && ctx.Err() == nil && fault.ClassOf(err) == fault.Poison {
		// What the broker refuses it refuses again.
		x.outcome, x.fault, x.reason, x.later = page.Failed, fault.KindOf(err), err.Error(), false
		err = h.refused(ctx, x)
	}
	return err
}

func (h *hostLoop) resolve(ctx context.Context, x *exchange) error {
	v, now := &x.visit, h.deps.Clock().UTC()
	if x.answer != nil {
		v.Status = x.answer.Status
	}
	switch {
	case x.later && (x.hosts || v.Tries+1 < h.cfg.MaxTries):
		return h.put(ctx, h.frontierLater(x), x.rev)
	case x.later:
		x.outcome = page.Unreachable
		return h.refused(ctx, x)
	case x.outcome == page.Fresh:
		return h.done(ctx, x, h.cfg.Revisit.Fresh(*v, now))
	case x.outcome == page.Redirected:
		return h.moveOn(ctx, x, now)
	case x.outcome == page.Read:
		v.Kind = page.Sitemap
		if err := h.askSitemaps(ctx, x); err != nil {
			return err
		}
		return h.done(ctx, x, h.cfg.Revisit.Answered(*v, page.Read, now))
	case x.outcome == page.Missing && v.Retired:
		x.outcome = page.Retired
		return h.refused(ctx, x)
	case x.outcome == page.Missing && v.SnapshotSeq == 0 && v.Kind == page.Article:
		x.outcome = page.NoArticle // a doubt about the answer that it continues, no more
		return h.refused(ctx, x)
	case x.outcome == page.Missing && v.SnapshotSeq == 0:
		x.outcome = page.Failed // never was there, as far as is known
		return h.refused(ctx, x)
	case x.outcome != "":
		return h.refused(ctx, x)
	case x.answer.NotModified() && v.Kind == page.Sitemap:
		return h.rereadSitemap(ctx, x, now)
	case x.answer.NotModified():
		return h.good(ctx, x, page.NotModified, now)
	case h.isIndex(x):
		return h.readIndex(ctx, x, now)
	case v.Kind == page.Sitemap, v.Kind == page.Seed && sitemap.Sniff(x.answer.Body).IsSitemap():
		return h.readSitemap(ctx, x, now)
	}
	return h.readPage(ctx, x, now)
}

// refused stores a visit that brought no page.
func (h *hostLoop) refused(ctx context.Context, x *exchange) error {
	now := h.deps.Clock().UTC()
	if x.outcome == page.Failed {
		if err := h.taker.Bury(ctx, x.visit.URL, fault.New(x.fault, "%s", x.reason)); err != nil {
			return err
		}
	}
	return h.done(ctx, x, h.cfg.Revisit.Refused(x.visit, x.outcome, x.fault, x.reason, now))
}

// good stores a visit that found the page.
func (h *hostLoop) good(ctx context.Context, x *exchange, outcome string, now time.Time) error {
	v := &x.visit
	if outcome == page.NotModified || outcome == page.Unchanged || outcome == page.SameText {
		// Links that are read already are not in what came.
		if err := h.askNamed(ctx, x); err != nil {
			return err
		}
		if err := h.reparent(ctx, v); err != nil {
			return err
		}
	}
	if v.Via == page.ViaAbsent {
		v.Bytes = 0
		x.reason = "the sitemap that named the page does not name it any more"
		return h.done(ctx, x, h.cfg.Revisit.Refused(*v, page.Missing, "", x.reason, now))
	}
	if v.Outcome == page.Failed {
		if err := h.taker.Resolve(ctx, v.URL, fault.Kind(v.Fault), "fetched since then; was: "+v.Reason); err != nil {
			return err
		}
	}
	if outcome == page.NotModified {
		v.Bytes = x.answer.WireBytes
		if x.answer.ETag != "" || x.answer.LastModified != "" {
			v.ETag, v.LastModified = x.answer.ETag, x.answer.LastModified
		}
	}
	next := h.cfg.Revisit.Answered(*v, outcome, now)
	next.Reason = x.reason
	return h.done(ctx, x, next)
}

// isIndex reports whether an answer is the front page of a site that was given as
// a source and has sitemaps: it leads to pages and is none.
func (h *hostLoop) isIndex(x *exchange) bool {
	v := x.visit
	return v.Kind == page.Index ||
		len(x.sitemaps) > 0 && v.SnapshotSeq == 0 && !h.deps.Scope.Page(v.URL) && !sitemap.Sniff(x.answer.Body).IsSitemap()
}

// readIndex takes in what the front page links.
func (h *hostLoop) readIndex(ctx context.Context, x *exchange, now time.Time) error {
	v := &x.visit
	v.Kind, v.Bytes = page.Index, x.answer.WireBytes
	v.ETag, v.LastModified = x.answer.ETag, x.answer.LastModified
	if err := h.askLinks(ctx, x, readContent(x.answer.Body, x.answer.Charset, x.answer.URL)); err != nil {
		return err
	}
	return h.done(ctx, x, h.cfg.Revisit.Answered(*v, page.Read, now))
}

// maxReason bounds what a reason may quote of a site's answer, in bytes.
const maxReason = 1000

// done tells of the visit and stores its state.
func (h *hostLoop) done(ctx context.Context, x *exchange, v page.Visit) error {
	if len(v.Reason) > maxReason {
		v.Reason = strings.ToValidUTF8(v.Reason[:maxReason], "") + " ..."
	}
	if err := h.check(ctx, v, x.answer, x.duration); err != nil {
		return err
	}
	return h.put(ctx, v, x.rev)
}

// check publishes what a visit found.
func (s *session) check(ctx context.Context, v page.Visit, r *fetch.Response, took time.Duration) error {
	if v.Kind == page.Sitemap {
		return nil
	}
	c := page.Check{
		URL: v.URL, Site: v.Host, Key: v.Key, Kind: v.Kind, Run: v.Run,
		Outcome: v.Outcome, Status: v.Status, Fault: v.Fault, Reason: v.Reason,
		At: s.deps.Clock().UTC(), DurationMS: took.Milliseconds(), BodySHA256: v.BodySHA256,
	}
	if r != nil {
		c.Bytes = r.WireBytes
	}
	on := subject.Checked(v.Host, v.Key)
	e, err := event.New(source, event.PageChecked, v.Key, c)
	if err != nil {
		return fault.New(fault.SchemaViolation, "%w", err)
	}
	// One a run and outcome, also when a crash makes us fetch again.
	e.ID = event.ID(ingest.Stage, "check", on, v.Run, v.Outcome, strconv.Itoa(v.Misses))
	e.TraceParent = event.NewTrace(e.ID)
	return s.taker.Retry(ctx, "publish check of "+v.URL, func() error {
		_, _, err := s.deps.Publisher.Publish(ctx, event.Out{Subject: on, Event: e})
		return err
	})
}
