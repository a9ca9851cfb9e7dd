package normalize

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"

	"careerstream/schemas/career"
	"careerstream/schemas/event"
	"careerstream/schemas/fault"
	"careerstream/schemas/page"
	"careerstream/schemas/subject"
)

// attach gives each FAQ the text of the article that it goes on at, where the
// article has been fetched; one that is missing, or has no text, is a warning.
// It returns the newest message that went into the record.
//
// An article that is gone keeps its last text: a record never has less than before.
func (h *Handler) attach(ctx context.Context, site string, record *career.Record, seq uint64) (uint64, error) {
	for i := range record.FAQs {
		a := record.FAQs[i].Article
		if a == nil {
			continue
		}
		snapshot, at, ok, err := h.snapshot(ctx, site, keyOf(a.URL))
		if err != nil {
			return 0, err
		}
		if !ok {
			record.Quality.Warnings = append(record.Quality.Warnings, fmt.Sprintf("faqs: the article %s is not there yet", a.URL))
			continue
		}
		seq = max(seq, at)
		in, err := h.input(ctx, snapshot)
		if err == nil {
			a.Text, err = h.parser.ParseArticle(in)
		}
		switch {
		case err == nil:
			a.BodySHA256 = snapshot.BodySHA256
		case fault.ClassOf(err) == fault.Poison:
			a.Text = []string{}
			record.Quality.Warnings = append(record.Quality.Warnings, fmt.Sprintf("faqs: the article %s cannot be read: %v", a.URL, err))
		default:
			return 0, err
		}
	}
	return seq, nil
}

// parents makes the records of the pages that link an article again.
func (h *Handler) parents(ctx context.Context, m event.Message, article page.Snapshot) ([]event.Out, error) {
	var outs []event.Out
	for _, key := range article.Parents {
		parent, at, ok, err := h.snapshot(ctx, article.Site, key)
		if err != nil {
			return nil, err
		}
		if !ok || parent.Kind == page.Article {
			continue // the page comes later, and finds the article
		}
		last, _, err := h.last.Last(ctx, subject.Page(article.Site, key))
		if err != nil {
			return nil, err
		}
		if last.Event.Type == event.PageGone {
			continue
		}
		record, basis, err := h.read(ctx, parent, at)
		if fault.ClassOf(err) == fault.Poison {
			continue // that page's own affair, which its own message has reported
		}
		if err != nil {
			return nil, err
		}
		registered, err := h.register(ctx, m, *record, career.Basis{Snapshot: max(basis, m.Seq)})
		if fault.ClassOf(err) == fault.Poison {
			continue
		}
		if err != nil {
			return nil, err
		}
		outs = append(outs, registered...)
	}
	return outs, nil
}

// snapshot returns the last snapshot of a page, also of one that is gone, with
// the sequence of the message that says so.
func (h *Handler) snapshot(ctx context.Context, site, key string) (page.Snapshot, uint64, bool, error) {
	m, ok, err := h.last.Last(ctx, subject.Page(site, key))
	if err != nil || !ok {
		return page.Snapshot{}, 0, false, err
	}
	switch m.Event.Type {
	case event.PageFetched:
		s, err := event.Data[page.Snapshot](m)
		return s, m.Seq, err == nil, nil
	case event.PageGone:
		g, err := event.Data[page.Gone](m)
		return g.Last, m.Seq, err == nil, nil
	}
	return page.Snapshot{}, 0, false, nil // a stray message
}

// keyOf is the key of a page; see page.Snapshot.Key.
func keyOf(url string) string {
	sum := sha256.Sum256([]byte(url))
	return hex.EncodeToString(sum[:16])
}
