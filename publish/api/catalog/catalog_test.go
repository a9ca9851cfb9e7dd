package catalog_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"
	"pgregory.net/rapid"

	"careerstream/publish/api/catalog"
	"careerstream/publish/sink"
	"careerstream/publish/sink/sinktest"
	"careerstream/schemas/career"
	"careerstream/schemas/event"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var begin = time.Date(2026, 5, 1, 0, 0, 0, 0, time.UTC)

// message is a version as the stream holds it.
func message(t interface{ Fatal(...any) }, r career.Record) []byte {
	r.FillLists()
	if r.ValidFrom.IsZero() {
		r.ValidFrom = begin.Add(time.Duration(r.Version) * time.Minute)
	}
	e, err := event.New("/test", event.RecordPublished, r.Slug, career.Published{Record: r, ContentSHA256: strings.Repeat("a", 64)})
	if err != nil {
		t.Fatal(err)
	}
	e.ID, e.Time = event.ID(r.Slug, fmt.Sprint(r.Version)), r.ValidFrom
	body, err := e.Encode()
	if err != nil {
		t.Fatal(err)
	}
	return body
}

// observed writes down what a catalog says.
type observed struct {
	mu   sync.Mutex
	said []string
	more chan struct{}
}

func newObserved() *observed { return &observed{more: make(chan struct{}, 1)} }

func (o *observed) say(what string) {
	o.mu.Lock()
	o.said = append(o.said, what)
	o.mu.Unlock()
	select {
	case o.more <- struct{}{}:
	default:
	}
}

func (o *observed) Applied(v *catalog.Version, record []byte) {
	o.say(fmt.Sprintf("%s %d", v.Slug, v.Number))
	if len(record) == 0 {
		o.say("no record")
	}
}
func (o *observed) CaughtUp() { o.say("caught up") }
func (o *observed) Reset()    { o.say("reset") }

// until waits for the last of what is said, and returns all.
func (o *observed) until(t *testing.T, last string) []string {
	t.Helper()
	for {
		o.mu.Lock()
		said := slices.Clone(o.said)
		o.mu.Unlock()
		if len(said) > 0 && said[len(said)-1] == last {
			return said
		}
		select {
		case <-o.more:
		case <-t.Context().Done():
			t.Fatalf("said %v, want %s at the end", said, last)
		}
	}
}

func follow(t *testing.T, c *catalog.Catalog, log sink.Log) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	var running sync.WaitGroup
	running.Go(func() { c.Follow(ctx, log, slog.New(slog.DiscardHandler)) })
	t.Cleanup(func() { cancel(); running.Wait() })
}

func TestFollowsThroughBadMessagesRepeatsAndDeletions(t *testing.T) {
	t.Parallel()
	log, o := sinktest.NewLog("PUBLISHED", "one"), newObserved()
	c, err := catalog.New(catalog.Config{Observer: o})
	if err != nil {
		t.Fatal(err)
	}
	log.Append("s", message(t, career.Record{Slug: "a", Version: 1}), []byte("not JSON"), []byte(`{"specversion":"1.0"}`))
	log.Append("s", message(t, career.Record{Slug: "a", Version: 2}), message(t, career.Record{Slug: "b", Version: 1}), message(t, career.Record{Slug: "c", Version: 1}))
	log.Delete(5)
	log.Delete(6) // the end of the stream: nothing comes that would be waited for
	follow(t, c, log)
	if diff := cmp.Diff([]string{"a 1", "a 2", "caught up"}, o.until(t, "caught up")); diff != "" {
		t.Error(diff)
	}
	log.Append("s", message(t, career.Record{Slug: "a", Version: 2}), message(t, career.Record{Slug: "a", Version: 3}))
	o.until(t, "a 3")
	if s := c.Stats(); s.Careers != 1 || s.Versions != 3 || s.Position != 8 || s.Active != 1 || !s.Ready {
		t.Errorf("%+v: a repeat counts, or what is deleted", s)
	}
}

// remade is a stream that is made anew while it is read.
type remade struct {
	*sinktest.Log
	gone chan struct{}
}

func (l remade) Tail(ctx context.Context, from uint64) (sink.Reader, error) {
	r, err := l.Log.Tail(ctx, from)
	return remadeReader{r, l.gone}, err
}

type remadeReader struct {
	sink.Reader
	gone chan struct{}
}

func (r remadeReader) Next(ctx context.Context) (sink.Raw, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	go func() {
		select {
		case <-r.gone:
			cancel()
		case <-ctx.Done():
		}
	}()
	raw, err := r.Reader.Next(ctx)
	if err != nil {
		err = errors.New("stream was made anew")
	}
	return raw, err
}

func TestStartsAnewWithAnotherStream(t *testing.T) {
	t.Parallel()
	log, o := remade{sinktest.NewLog("PUBLISHED", "one"), make(chan struct{}, 1)}, newObserved()
	c, err := catalog.New(catalog.Config{Observer: o})
	if err != nil {
		t.Fatal(err)
	}
	log.Append("s", message(t, career.Record{Slug: "a", Version: 1, Aliases: []string{"x"}}), message(t, career.Record{Slug: "b", Version: 1}))
	follow(t, c, log)
	o.until(t, "caught up")
	if _, err := c.View(0, catalog.ByName); err != nil {
		t.Fatal(err)
	}
	log.Remake("two")
	log.Append("s", message(t, career.Record{Slug: "c", Version: 1}), message(t, career.Record{Slug: "d", Version: 1}))
	log.gone <- struct{}{}
	said := o.until(t, "caught up")
	for len(said) < 7 {
		<-o.more
		said = o.until(t, "caught up")
	}
	if diff := cmp.Diff([]string{"a 1", "b 1", "caught up", "reset", "c 1", "d 1", "caught up"}, said); diff != "" {
		t.Error(diff)
	}
	view, err := c.View(0, catalog.ByName)
	if err != nil {
		t.Fatal(err)
	}
	page, _, total, err := view.Page(catalog.Filter{}, "", 10)
	if err != nil || total != 2 || page[0].Slug != "c" {
		t.Errorf("page %v of the old stream, %v", page, err)
	}
	if _, known := c.Get("a"); known || c.Heir("x") != "" {
		t.Error("a career of the old stream is known")
	}
}

// TestViewsAreTheCatalogAsItWas against a model that replays the stream.
func TestViewsAreTheCatalogAsItWas(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		log := sinktest.NewLog("PUBLISHED", "one")
		var all []career.Record
		numbers := make(map[string]uint64)
		for range rapid.IntRange(1, 40).Draw(t, "messages") {
			slug := rapid.SampledFrom([]string{"a", "b", "c", "d", "e", "f"}).Draw(t, "slug")
			numbers[slug]++
			r := career.Record{
				Slug: slug, Version: numbers[slug], Name: rapid.SampledFrom([]string{"Äpfel", "apfel", "Bär", "cook", "Cook's Aid"}).Draw(t, "name"),
				Quality: career.Quality{Score: float64(rapid.IntRange(0, 3).Draw(t, "score")) / 4},
			}
			if rapid.Bool().Draw(t, "retired") {
				r.Retired = &career.Retirement{}
			}
			all = append(all, r)
			log.Append("s", message(t, r))
		}
		c, err := catalog.New(catalog.Config{})
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(context.Background())
		defer cancel()
		var running sync.WaitGroup
		running.Go(func() { c.Follow(ctx, log, slog.New(slog.DiscardHandler)) })
		for changed := c.After(0, 1).Changed; !c.Ready(); changed = c.After(0, 1).Changed {
			<-changed
		}
		cancel()
		running.Wait()
		at := uint64(rapid.IntRange(1, len(all)).Draw(t, "at"))
		sort := rapid.SampledFrom(catalog.Sorts()).Draw(t, "sort")
		filter := catalog.Filter{Status: rapid.SampledFrom([]string{"", career.Active, career.Retired}).Draw(t, "status"), MinQuality: 0.25}
		limit := rapid.IntRange(1, 4).Draw(t, "limit")
		want := make(map[string]uint64)
		for _, r := range all[:at] {
			delete(want, r.Slug)
			if r.Quality.Score >= 0.25 && (filter.Status == "" || filter.Status == r.Status()) {
				want[r.Slug] = r.Version
			}
		}
		view, err := c.View(at, sort)
		if err != nil {
			t.Fatal(err)
		}
		got := make(map[string]uint64)
		var before *catalog.Version
		for last, more := "", true; more; {
			var page []*catalog.Version
			var total int
			page, more, total, err = view.Page(filter, last, limit)
			if err != nil || total != len(want) || more && len(page) != limit {
				t.Fatalf("page %v, more %v, total %d, %v", page, more, total, err)
			}
			for _, v := range page {
				if got[v.Slug] != 0 {
					t.Fatalf("%s comes twice", v.Slug)
				}
				if before != nil && !ordered(sort, before, v) {
					t.Fatalf("%s: %+v before %+v", sort, before, v)
				}
				got[v.Slug], last, before = v.Number, v.Slug, v
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatal(diff)
		}
		if _, err := c.View(uint64(len(all)+1), sort); !errors.Is(err, catalog.ErrPosition) {
			t.Fatal("a view of the future is given")
		}
	})
}

func ordered(sort catalog.Sort, a, b *catalog.Version) bool {
	switch sort {
	case catalog.ByUpdated:
		return a.Seq > b.Seq
	case catalog.ByQuality:
		return a.Quality > b.Quality || a.Quality == b.Quality && a.Slug < b.Slug
	}
	x, y := catalog.Fold(a.Name), catalog.Fold(b.Name)
	return x < y || x == y && a.Slug < b.Slug
}

func TestFold(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"Éclair  Baker": "eclair baker", " O'Neill’s (Café) ": "oneills cafe", "ﬁre-fighter": "fire fighter", "C++ №1": "c no1", "": "", "—": "", "ΣΊΣΥΦΟΣ": "σισυφοσ",
	} {
		if got := catalog.Fold(text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add(message(f, career.Record{Slug: "a", Version: 1, FAQs: []career.FAQ{{Kind: career.Versus}}}))
	f.Add([]byte(`{"specversion":"1.0","type":"careerstream.record.published.v1","id":"x","source":"s","data":{"record":{"slug":1}}}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		v, _, err := catalog.Read(sink.Raw{Seq: 1, Body: body})
		if (v == nil) != (err != nil) {
			t.Fatalf("version %v with error %v", v, err)
		}
	})
}

func TestBadSettings(t *testing.T) {
	t.Parallel()
	if _, err := catalog.New(catalog.Config{MaxBody: -1}); err == nil {
		t.Error("a negative bound is taken")
	}
}
