package crawl

import (
	"cmp"
	"context"
	"slices"
	"time"

	"careerstream/ingest"
	"careerstream/ingest/fetch"
	"careerstream/ingest/frontier"
	"careerstream/ingest/robots"
	"careerstream/schemas/event"
	"careerstream/schemas/fault"
	"careerstream/schemas/page"
	"careerstream/schemas/subject"
)

// readPage takes a page that came.
func (h *hostLoop) readPage(ctx context.Context, x *exchange, now time.Time) error {
	v, r := &x.visit, x.answer
	// The moment that an archive of the exchange is dated with.
	taken := cmp.Or(r.Started.UTC(), now)
	p, err := ingest.Snap(v.URL, ingest.Capture{
		Body: r.Body, Name: x.answer.URL.Path, URL: v.URL, Charset: r.Charset, FetchedAt: taken,
		ETag: r.ETag, LastModified: r.LastModified, Listed: !h.wanted(ctx, *v),
	})
	if err != nil {
		x.outcome, x.fault, x.reason = page.Failed, fault.KindOf(err), err.Error()
		return h.refused(ctx, x)
	}
	s := &p.Snapshot
	var c content
	if s.MediaType == page.HTML && !wide(s.Charset) {
		c = readContent(r.Body, s.Charset, r.URL)
		s.TextSHA256 = c.text
	}
	d := robots.MetaDirectives(h.cfg.UserAgent, slices.Concat(r.Header.Values("X-Robots-Tag"), c.robots)...)
	if d.NoFollow {
		c.links = nil
	}
	if v.Kind == page.Seed {
		v.Kind = page.Career
	}
	v.ETag, v.LastModified, v.Bytes = r.ETag, r.LastModified, r.WireBytes
	if d.NoIndex {
		x.reason = "the page asks not to be used (noindex)"
		if err := h.askLinks(ctx, x, c); err != nil {
			return err
		}
		return h.good(ctx, x, page.NoIndex, now)
	}
	if v.Kind == page.Article {
		s.Kind, s.Listed, s.Parents = page.Article, false, slices.Sorted(slices.Values(v.Parents))
	}
	outcome, err := h.take(ctx, x, &p)
	if err != nil {
		return err
	}
	if err := h.askLinks(ctx, x, c); err != nil {
		return err
	}
	v.BodySHA256, v.TextSHA256 = s.BodySHA256, s.TextSHA256
	return h.good(ctx, x, outcome, now)
}

// wanted reports whether somebody says that the URL is of a career page: who
// gives it as a source, where it is no site, or the scope. A redirect's target
// is wanted as the URL was.
func (h *hostLoop) wanted(ctx context.Context, v page.Visit) bool {
	for range fetch.MaxHops {
		from, _, found := h.view.Get(v.ViaKey)
		if v.Via != page.ViaRedirect || !found {
			break
		}
		v = from
	}
	if h.deps.Scope.Page(v.URL) {
		return true
	}
	u, err := parseURL(v.URL)
	return err == nil && u.Path != "/" && u.Path != "" && h.planOf(ctx, v).seed(v)
}

// take publishes the page if it says something new, and names the outcome.
func (h *hostLoop) take(ctx context.Context, x *exchange, p *ingest.Page) (string, error) {
	v, s := &x.visit, &p.Snapshot
	if v.Via == page.ViaAbsent {
		return page.Unchanged, nil // what goes away is not published anew
	}
	known := v.SnapshotSeq > 0 && !v.Retired
	outcome := page.Changed
	switch {
	case known && s.BodySHA256 == v.BodySHA256:
		outcome = page.Unchanged
	case known && s.TextSHA256 != "" && s.TextSHA256 == v.TextSHA256:
		outcome = page.SameText
	}
	if known && h.cfg.TrustLastmod && !v.LastMod.IsZero() {
		h.claim.Change(func(state *frontier.Host) {
			state.Lastmod.Saw(!v.LastMod.Before(v.VisitedAt), outcome == page.Changed)
		})
	}
	switch {
	case outcome == page.SameText:
		return outcome, nil
	case outcome == page.Unchanged && v.Kind != page.Article:
		// This is how a lost body comes back.
		return outcome, h.taker.Store(ctx, v.URL, s.BodySHA256, p.Body)
	}
	seq, taken, err := h.taker.Take(ctx, v.URL, p)
	if err != nil {
		return "", err
	}
	if !taken && !h.ours(ctx, *v, seq) {
		outcome = page.Unchanged
	}
	v.SnapshotSeq = max(seq, v.SnapshotSeq)
	return outcome, nil
}

// ours reports whether the snapshot seq, which was there before we could publish
// it, is this run's own, from before a crash.
func (h *hostLoop) ours(ctx context.Context, v page.Visit, seq uint64) bool {
	if seq <= v.SnapshotSeq {
		return false
	}
	last, found, err := h.deps.Last.Last(ctx, subject.Page(v.Host, v.Key))
	if err != nil || !found || last.Seq != seq {
		return false // only the count would be more exact
	}
	s, err := event.Data[page.Snapshot](last)
	return err == nil && !s.FetchedAt.Before(h.planOf(ctx, v).started)
}

// wide reports a charset that no HTML tokenizer of bytes can read.
func wide(charset string) bool {
	return charset == "utf-16le" || charset == "utf-16be"
}
