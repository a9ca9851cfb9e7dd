package normalize

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"careerstream/schemas/career"
	"careerstream/schemas/event"
	"careerstream/schemas/page"
	"careerstream/schemas/subject"
)

const baker = `<!doctype html><html><head><title>What does a %[1]s do?</title></head><body><main>
<h1>What does a %[1]s do?</h1>
<h2>What is a %[1]s?</h2><p>A %[1]s makes bread and rolls before the town wakes up.</p>
<h2>Duties</h2><ul><li>Mixing dough for the day</li><li>Heating the ovens</li><li>Shaping loaves by hand</li></ul>
<h2>Frequently asked questions</h2>
<h3>How long does a %[1]s train?</h3><p>About three years, most of them at night.</p><p><a href="/articles/training">Continue reading</a></p>
<h3>Does a %[1]s sleep?</h3><p>Yes, in the afternoon.</p>
<h3>Is it warm?</h3><p>It is.</p><p><a href="https://elsewhere.example/warm">Continue reading</a></p>
</main></body></html>`

const training = `<html><body><main><h1>Training</h1><p>About three years, most of them at night.</p>
<h2>The first year</h2><p>One sweeps.</p><ul><li>Flour</li><li>Water</li></ul></main></body></html>`

// site is the pages of one site as messages of the pages stream.
type site struct {
	*memory
	t *testing.T
	h *Handler
}

func newSite(t *testing.T) *site {
	m := &memory{bodies: map[string][]byte{}, last: map[string]event.Message{}}
	return &site{m, t, NewHandler(mustNew(t), m, m)}
}

func (s *site) announce(typ, url string, data any) event.Message {
	s.t.Helper()
	s.seq++
	e, err := event.New("/test", typ, "key", data)
	if err != nil {
		s.t.Fatal(err)
	}
	e.ID = event.ID("test", fmt.Sprint(s.seq))
	m := event.Message{Stream: "PAGES", Seq: s.seq, Subject: subject.Page("a.example", keyOf(url)), Event: e}
	s.last[m.Subject] = m
	return m
}

func (s *site) fetched(url, body, kind string, parents ...string) event.Message {
	sum := sha256.Sum256([]byte(body))
	hash := hex.EncodeToString(sum[:])
	s.bodies[hash] = []byte(body)
	return s.announce(event.PageFetched, url, page.Snapshot{
		URL: url, Site: "a.example", Key: keyOf(url), BodySHA256: hash, MediaType: page.HTML, Charset: "utf-8", Size: 1,
		FetchedAt: time.Date(2026, 5, 4, 3, 2, 1, 0, time.UTC), Warnings: []string{}, Kind: kind, Parents: parents,
	})
}

func (s *site) goneAway(url, reason, to string) event.Message {
	last, err := event.Data[page.Snapshot](s.last[subject.Page("a.example", keyOf(url))])
	if err != nil {
		s.t.Fatal(err)
	}
	g := page.Gone{URL: url, Site: "a.example", Key: keyOf(url), Reason: reason, Since: time.Unix(1, 0), At: time.Unix(2, 0).UTC(), MovedTo: to, Last: last}
	if to != "" {
		g.MovedKey = keyOf(to)
	}
	return s.announce(event.PageGone, url, g)
}

// handle runs the stage and stores what it says; it returns the slugs.
func (s *site) handle(m event.Message) []string {
	s.t.Helper()
	outs, err := s.h.Handle(s.t.Context(), m)
	if err != nil {
		s.t.Fatal(err)
	}
	slugs := []string{}
	for _, out := range outs {
		if slug, ok := strings.CutPrefix(out.Subject, "record.normalized."); ok {
			slugs = append(slugs, slug)
		}
	}
	s.publish(s.t, outs)
	return slugs
}

func (s *site) record(slug string) career.Normalized {
	s.t.Helper()
	n, err := event.Data[career.Normalized](s.last[subject.Normalized(slug)])
	if err != nil {
		s.t.Fatal(err)
	}
	return n
}

func TestArticles(t *testing.T) {
	t.Parallel()
	const url, article = "https://a.example/careers/baker", "https://a.example/articles/training"
	whole := []string{"About three years, most of them at night.", "The first year", "One sweeps.", "Flour", "Water"}
	s := newSite(t)
	s.handle(s.fetched(url, fmt.Sprintf(baker, "baker"), ""))
	faqs := s.record("baker").Record.FAQs
	if len(faqs) != 3 || faqs[0].Article == nil || faqs[1].Article != nil || faqs[2].Article != nil {
		t.Fatalf("questions %+v: want one article, of the first, on the page's own site", faqs)
	}
	if d := cmp.Diff(&career.Article{URL: article, Text: []string{}}, faqs[0].Article); d != "" {
		t.Error(d)
	}
	if w := strings.Join(s.record("baker").Record.Quality.Warnings, "\n"); !strings.Contains(w, article+" is not there yet") {
		t.Errorf("warnings %q do not name the article", w)
	}
	arrived := s.fetched(article, training, page.Article, keyOf(url), keyOf("https://a.example/not-there"))
	if got := s.handle(arrived); !cmp.Equal(got, []string{"baker"}) {
		t.Fatalf("the article made records of %v", got)
	}
	n := s.record("baker")
	if d := cmp.Diff(whole, n.Record.FAQs[0].Article.Text); d != "" || n.Basis.Snapshot != arrived.Seq {
		t.Errorf("basis %d, want %d\n%s", n.Basis.Snapshot, arrived.Seq, d)
	}
	if got := s.handle(arrived); len(got) > 0 {
		t.Errorf("a repeat made records of %v", got)
	}
	// The page changes: the text stays. So it does when the article is gone.
	s.handle(s.fetched(url, strings.Replace(fmt.Sprintf(baker, "baker"), "town", "village", 1), ""))
	if d := cmp.Diff(whole, s.record("baker").Record.FAQs[0].Article.Text); d != "" {
		t.Error(d)
	}
	if got := s.handle(s.goneAway(article, page.NotFound, "")); len(got) > 0 {
		t.Errorf("an article that is gone made records of %v", got)
	}
	s.handle(s.fetched(url, fmt.Sprintf(baker, "baker"), ""))
	if d := cmp.Diff(whole, s.record("baker").Record.FAQs[0].Article.Text); d != "" {
		t.Error(d)
	}
}

func TestGone(t *testing.T) {
	t.Parallel()
	const url, other = "https://a.example/careers/baker", "https://a.example/careers/bread-maker"
	s := newSite(t)
	s.handle(s.fetched(url, fmt.Sprintf(baker, "baker"), ""))
	before := s.record("baker").Record
	s.handle(s.goneAway(url, page.NotFound, ""))
	after := s.record("baker").Record
	if want := (&career.Retirement{Since: time.Unix(2, 0).UTC(), Reason: page.NotFound}); !cmp.Equal(after.Retired, want) {
		t.Fatalf("retired %+v, want %+v", after.Retired, want)
	}
	after.Retired = nil
	if d := cmp.Diff(before, after); d != "" {
		t.Errorf("the rest of the record changed:\n%s", d)
	}
	s.handle(s.fetched(url, fmt.Sprintf(baker, "baker"), ""))
	if r := s.record("baker").Record.Retired; r != nil {
		t.Errorf("the page is back, the career is still retired: %+v", r)
	}

	// The page moves: with its career nothing is retired, with another one the
	// old slug says where to go.
	s.handle(s.fetched(other, fmt.Sprintf(baker, "baker"), ""))
	if got := s.handle(s.goneAway(url, page.Moved, other)); len(got) > 0 {
		t.Errorf("a page that moved with its career made records of %v", got)
	}
	if n := s.record("baker").Record; n.Source.URL != other || n.Retired != nil {
		t.Errorf("baker is of %s, retired %+v", n.Source.URL, n.Retired)
	}
	s = newSite(t)
	s.handle(s.fetched(url, fmt.Sprintf(baker, "baker"), ""))
	s.handle(s.fetched(other, fmt.Sprintf(baker, "confectioner"), ""))
	s.handle(s.goneAway(url, page.Moved, other))
	if r := s.record("baker").Record.Retired; r == nil || r.ReplacedBy != "confectioner" || r.MovedTo != other {
		t.Errorf("retired %+v, want it replaced by confectioner", r)
	}
}
