package crawl

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"careerstream/ingest/sitemap"
	"careerstream/schemas/fault"
	"careerstream/schemas/page"
)

// readSitemap takes in what a sitemap names.
func (h *hostLoop) readSitemap(ctx context.Context, x *exchange, now time.Time) error {
	v, r := &x.visit, x.answer
	v.Kind, v.Bytes = page.Sitemap, r.WireBytes
	v.ETag, v.LastModified, v.BodySHA256 = "", "", ""
	if err := h.readEntries(ctx, x, r.Body); err != nil || x.outcome != "" {
		return err
	}
	if r.ETag != "" || r.LastModified != "" {
		sum := sha256.Sum256(r.Body)
		sha := hex.EncodeToString(sum[:])
		if err := h.taker.Store(ctx, v.URL, sha, r.Body); err != nil {
			return err
		}
		v.ETag, v.LastModified, v.BodySHA256 = r.ETag, r.LastModified, sha
	}
	return h.good(ctx, x, page.Read, now)
}

// rereadSitemap takes in what a sitemap named that has not changed. One that is
// lost is asked for whole.
func (h *hostLoop) rereadSitemap(ctx context.Context, x *exchange, now time.Time) error {
	v, r := &x.visit, x.answer
	v.Bytes = r.WireBytes
	var body []byte
	err := h.taker.Retry(ctx, "read sitemap "+v.URL, func() (err error) {
		if body, err = h.deps.Bodies.Get(ctx, v.BodySHA256); errors.Is(err, fault.BodyMissing) {
			body, err = nil, nil
		}
		return err
	})
	if err != nil {
		return err
	}
	if body == nil {
		v.ETag, v.LastModified, v.BodySHA256 = "", "", ""
		v.Due = now
		return h.put(ctx, *v, x.rev)
	}
	if r.ETag != "" || r.LastModified != "" {
		v.ETag, v.LastModified = r.ETag, r.LastModified
	}
	if err := h.readEntries(ctx, x, body); err != nil || x.outcome != "" {
		return err
	}
	return h.good(ctx, x, page.Read, now)
}

// readEntries asks for what a sitemap names. Where it cannot be read, the visit is
// settled and x.outcome set.
func (h *hostLoop) readEntries(ctx context.Context, x *exchange, body []byte) error {
	b := h.newBatch(ctx, x)
	report, err := sitemap.Read(bytes.NewReader(body), sitemap.Limits{}, b.entry)
	err = errors.Join(err, b.wait())
	for _, warning := range report.Warnings {
		h.deps.Log.WarnContext(ctx, "sitemap", "url", x.visit.URL, "warning", warning)
	}
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	if err != nil {
		x.outcome, x.fault, x.reason = page.Failed, fault.BadSitemap, fmt.Sprintf("%v; %d entries before it were read", err, report.Entries)
		return h.refused(ctx, x)
	}
	return h.askSitemaps(ctx, x)
}
