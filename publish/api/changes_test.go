package api_test

import (
	"context"
	"errors"
	"fmt"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"careerstream/publish/api"
	"careerstream/schemas/career"
)

// name tells a version from all others.
func name(slug string, version uint64) string { return fmt.Sprintf("%s v%d", slug, version) }

// some publishes n versions of three careers.
func (w *world) some(n int) (want []string) {
	for i := range n {
		slug := string(rune('a' + i%3))
		w.publish(record(slug, "X"))
		want = append(want, name(slug, w.versions[slug]))
	}
	return want
}

func TestChangesComeOnceAndInOrder(t *testing.T) {
	t.Parallel()
	w := newWorld(t, api.Config{})
	want := w.some(25)
	w.log.Append("record.published.bad", []byte("{}")) // has its place, and no more
	w.follow()
	var got []string
	after := ""
	for round := 0; ; round++ {
		list := into[api.ChangeList](t, w.get("/v1/changes?limit=4&include=record"+after))
		for _, c := range list.Changes {
			got = append(got, name(c.Slug, c.Version))
			if c.Version == 1 && string(c.Changes) == "[]" || len(c.Record) == 0 {
				t.Errorf("entry %+v", c)
			}
		}
		if round == 3 {
			want = append(want, w.some(10)...)
			w.settle()
		}
		if after = "&after=" + list.Next; !list.More {
			break
		}
	}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("got %v\nwant %v", got, want)
	}
	if list := into[api.ChangeList](t, w.get("/v1/changes?"+after[1:])); len(list.Changes) != 0 || list.Next != after[len("&after="):] {
		t.Errorf("%+v", list)
	}
	if list := into[api.ChangeList](t, w.get("/v1/changes?after=latest")); len(list.Changes) != 0 || list.Changes == nil {
		t.Errorf("%+v", list)
	}
}

func TestLongPoll(t *testing.T) {
	t.Parallel()
	w := newWorld(t, api.Config{})
	w.some(1)
	w.follow()
	next := into[api.ChangeList](t, w.get("/v1/changes")).Next
	answers := make(chan api.ChangeList)
	go func() { answers <- into[api.ChangeList](t, w.get("/v1/changes?wait=60&after="+next)) }()
	w.waiting(1)
	w.publish(record("late", "Late"))
	if list := <-answers; len(list.Changes) != 1 || list.Changes[0].Slug != "late" {
		t.Errorf("%+v", list)
	}
	next = into[api.ChangeList](t, w.get("/v1/changes?after=latest")).Next
	if list := into[api.ChangeList](t, w.get("/v1/changes?wait=1&after="+next)); len(list.Changes) != 0 || list.Next != next {
		t.Errorf("%+v", list)
	}
	// A server that shuts down lets nobody wait.
	go func() { answers <- into[api.ChangeList](t, w.get("/v1/changes?wait=60&after="+next)) }()
	w.waiting(1)
	w.handler.Close()
	if list := <-answers; len(list.Changes) != 0 || list.Next != next {
		t.Errorf("%+v", list)
	}
}

// waiting returns when that many clients wait.
func (w *world) waiting(n int) {
	w.t.Helper()
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for into[api.Health](w.t, w.get("/v1/health")).Waiting != n {
		<-tick.C
	}
}

// TestEventsOutliveTheServersLimits, with limits far under the heartbeats waited for.
func TestEventsOutliveTheServersLimits(t *testing.T) {
	t.Parallel()
	w := newWorld(t, api.Config{Heartbeat: 10 * time.Millisecond}, func(_ *api.Deps, s *httptest.Server) {
		s.Config.ReadTimeout, s.Config.WriteTimeout = 100*time.Millisecond, 100*time.Millisecond
	})
	w.follow()
	stream := w.listen(t.Context(), "/v1/changes", "")
	for heartbeats := 0; heartbeats < 30; {
		if !stream.in.Scan() {
			t.Fatalf("stream ends after %d heartbeats: %v", heartbeats, stream.in.Err())
		}
		if stream.in.Text() == ":" {
			heartbeats++
		}
	}
	w.publish(record("late", "Late"))
	if _, entry, _, err := stream.next(); err != nil || entry.Slug != "late" {
		t.Errorf("%+v, %v", entry, err)
	}
	w.handler.Close()
	if _, _, _, err := stream.next(); err == nil {
		t.Error("the stream goes on after Close")
	}
}

func TestEventsResumeWhereTheyBroke(t *testing.T) {
	t.Parallel()
	const versions = 600
	w := newWorld(t, api.Config{})
	w.follow()
	var publishing sync.WaitGroup
	var want []string
	publishing.Go(func() { want = w.some(versions) })
	var got []string
	last := ""
	for len(got) < versions { // killed after every 7 and, when the stream is ahead, at any place
		ctx, cancel := context.WithCancel(t.Context())
		stream := w.listen(ctx, "/v1/changes", last)
		for range 7 + len(got)%50 {
			id, entry, _, err := stream.next()
			if err != nil {
				t.Fatal(err)
			}
			last = id
			if got = append(got, name(entry.Slug, entry.Version)); len(got) == versions {
				break
			}
		}
		cancel()
		_ = stream.body.Close() // the test is over the break
	}
	publishing.Wait()
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Error("versions are missed, repeated or out of order")
	}
}

func TestEventsEndWhereTheHistoryCannotBeRead(t *testing.T) {
	t.Parallel()
	w := newWorld(t, api.Config{})
	w.some(5)
	w.follow()
	w.history.set(errors.New("away"))
	stream := w.listen(t.Context(), "/v1/changes", "")
	if id, _, _, err := stream.next(); err == nil {
		t.Fatalf("change %s of a version that cannot be read", id)
	}
	w.history.set(nil)
	stream = w.listen(t.Context(), "/v1/changes", "")
	if _, entry, _, err := stream.next(); err != nil || entry.Version != 1 {
		t.Errorf("%+v, %v", entry, err)
	}
	_ = stream.body.Close()
}

func TestPlacesToWaitAreBounded(t *testing.T) {
	t.Parallel()
	w := newWorld(t, api.Config{MaxWaiting: 1})
	w.follow()
	stream := w.listen(t.Context(), "/v1/changes", "")
	got := w.get("/v1/changes?wait=5")
	if kind := problemOf(t, got, 503); kind != "too-many-waiting" || got.Header.Get("Retry-After") == "" {
		t.Error(kind)
	}
	if w.get("/v1/changes").StatusCode != 200 {
		t.Error("who does not wait needs a place")
	}
	_ = stream.body.Close()
	w.waiting(0)
	if w.get("/v1/changes?wait=1").StatusCode != 200 {
		t.Error("a place is lost")
	}
}

func TestCursorsOfAnotherStreamAreGone(t *testing.T) {
	t.Parallel()
	other := newWorld(t, api.Config{})
	other.log.Remake("two")
	other.some(9)
	other.follow()
	changes := into[api.ChangeList](t, other.get("/v1/changes?limit=5")).Next
	list := into[api.CareerList](t, other.get("/v1/careers?limit=1")).Next
	history := into[api.VersionList](t, other.get("/v1/careers/a/versions?limit=1")).Next
	w := newWorld(t, api.Config{})
	w.some(9)
	w.follow()
	for _, path := range []string{"/v1/changes?after=" + changes, "/v1/careers?limit=1&cursor=" + list, "/v1/careers/a/versions?cursor=" + history} {
		if kind := problemOf(t, w.get(path), 410); kind != "cursor-gone" {
			t.Errorf("%s: %s", path, kind)
		}
	}
	if kind := problemOf(t, w.get("/v1/changes", "Last-Event-ID", changes, "Accept", "text/event-stream"), 410); kind != "cursor-gone" {
		t.Error(kind)
	}
	if kind := problemOf(t, w.get("/v1/changes?after="+list), 400); kind != "bad-cursor" {
		t.Error(kind)
	}
}

func TestCareersThatAreLargerThanKept(t *testing.T) {
	t.Parallel()
	w := newWorld(t, api.Config{})
	r := record("large", "Large")
	for range 1000 {
		r.Definition.Paragraphs = append(r.Definition.Paragraphs, fmt.Sprintf("%01000d", 1))
	}
	w.publish(r)
	w.follow()
	if size := w.catalog.Stats().Bytes; size > 1000 {
		t.Errorf("%d bytes are kept", size)
	}
	got := w.get("/v1/careers/large")
	if into[career.Record](t, got).Version != 1 || w.get("/v1/careers/large", "If-None-Match", got.Header.Get("Etag")).StatusCode != 304 {
		t.Error("a large record is not served")
	}
}
