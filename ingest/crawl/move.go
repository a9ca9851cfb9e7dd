package crawl

import (
	"context"
	"slices"
	"strconv"
	"time"

	"careerstream/ingest"
	"careerstream/ingest/frontier"
	"careerstream/schemas/event"
	"careerstream/schemas/fault"
	"careerstream/schemas/page"
	"careerstream/schemas/subject"
)

// moveOn asks for a redirect's target and, for a permanent one, gives up the
// page that moved.
func (h *hostLoop) moveOn(ctx context.Context, x *exchange, now time.Time) error {
	v := &x.visit
	if x.permanent && v.SnapshotSeq > 0 && !v.Retired {
		if err := h.gone(ctx, *v, page.Moved, x.moved); err != nil {
			return err
		}
		v.Retired = true
	}
	ask := frontier.Ask{
		URL: x.moved.url, Host: x.moved.host, Key: x.moved.key, Kind: v.Kind,
		Via: page.ViaRedirect, ViaKey: v.Key, Depth: v.Depth, Run: v.Run, At: now,
	}
	for _, parent := range v.Parents {
		ask.Parent = parent
		if err := h.putAsk(ctx, ask); err != nil {
			return err
		}
	}
	if len(v.Parents) == 0 {
		if err := h.putAsk(ctx, ask); err != nil {
			return err
		}
	}
	next := h.cfg.Revisit.Moved(*v, x.moved.url, now)
	next.Reason = "moved to " + x.moved.url
	return h.done(ctx, x, next)
}

// gone publishes that a page is there no more, on the page's own subject.
func (s *session) gone(ctx context.Context, v page.Visit, reason string, to *place) error {
	on := subject.Page(v.Host, v.Key)
	_, _, err := s.taker.Supersede(ctx, "publish the end of "+v.URL, on, func(last event.Message, found bool) (event.Out, bool, error) {
		if !found || last.Event.Type != event.PageFetched {
			return event.Out{}, false, nil
		}
		snapshot, err := event.Data[page.Snapshot](last)
		if err != nil {
			return event.Out{}, false, err
		}
		now := s.deps.Clock().UTC()
		g := page.Gone{
			URL: v.URL, Site: v.Host, Key: v.Key, Reason: reason, Status: v.Status, Confirmations: v.Misses,
			Since: v.MissedSince, At: now, Last: snapshot,
		}
		if g.Since.IsZero() {
			g.Since = now
		}
		if to != nil {
			g.MovedTo, g.MovedKey = to.url, to.key
		}
		e, err := event.New(source, event.PageGone, v.Key, g)
		if err != nil {
			return event.Out{}, false, fault.New(fault.SchemaViolation, "%w", err)
		}
		e.ID = event.ID(ingest.Stage, on, "gone", strconv.FormatUint(last.Seq, 10))
		return event.Out{Subject: on, Event: e.CausedBy(last.Event), ExpectLast: &last.Seq}, true, nil
	})
	return err
}

// reparent publishes an article's last snapshot again when more career pages
// link it than that one says.
func (s *session) reparent(ctx context.Context, v *page.Visit) error {
	if v.Kind != page.Article || v.SnapshotSeq == 0 || v.Retired {
		return nil
	}
	on := subject.Page(v.Host, v.Key)
	parents := slices.Sorted(slices.Values(v.Parents))
	seq, _, err := s.taker.Supersede(ctx, "publish parents of "+v.URL, on, func(last event.Message, found bool) (event.Out, bool, error) {
		if !found || last.Event.Type != event.PageFetched {
			return event.Out{}, false, nil
		}
		snapshot, err := event.Data[page.Snapshot](last)
		if err != nil || slices.Equal(snapshot.Parents, parents) {
			return event.Out{}, false, err
		}
		snapshot.Kind, snapshot.Parents = page.Article, parents
		out, err := ingest.SnapshotEvent(on, snapshot, last.Seq)
		return out, true, err
	})
	v.SnapshotSeq = max(v.SnapshotSeq, seq)
	return err
}
