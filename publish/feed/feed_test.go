package feed_test

import (
	"context"
	"encoding/json"
	"fmt"
	"testing"

	"careerstream/publish/feed"
	"careerstream/schemas/event"
	"careerstream/schemas/fault"
)

// bucket keeps values in memory with compare-and-set.
type bucket struct {
	values    map[string][]byte
	revisions map[string]uint64
	writes    int
	between   func()
}

func (b *bucket) Get(_ context.Context, key string) ([]byte, uint64, error) {
	value, revision := b.values[key], b.revisions[key]
	if b.between != nil {
		b.between()
	}
	return value, revision, nil
}

func (b *bucket) Put(_ context.Context, key string, value []byte, revision uint64) (uint64, error) {
	if b.revisions[key] != revision {
		return 0, fault.New(fault.Conflict, "key %s is at %d", key, b.revisions[key])
	}
	b.revisions[key]++
	b.values[key] = value
	b.writes++
	return b.revisions[key], nil
}

func newBucket() *bucket {
	return &bucket{values: make(map[string][]byte), revisions: make(map[string]uint64)}
}

func version(n int) event.Message {
	data := fmt.Sprintf(`{"record":{"slug":"x","version":%d}}`, n)
	return event.Message{Stream: "PUBLISHED", Seq: uint64(n), Event: event.Event{Type: event.RecordPublished, Data: json.RawMessage(data)}}
}

func TestVersionsOnlyGoForward(t *testing.T) {
	t.Parallel()
	b := newBucket()
	f := feed.New(b)
	for _, n := range []int{1, 2, 2, 1, 3, 2, 3} {
		if out, err := f.Handle(t.Context(), version(n)); err != nil || len(out) > 0 {
			t.Fatalf("version %d: %v, %v", n, out, err)
		}
	}
	if got, err := feed.VersionOf(b.values["x"]); got != 3 || err != nil || b.writes != 3 {
		t.Errorf("version %d after %d writes (%v), want 3 after 3", got, b.writes, err)
	}
}

func TestRaceIsTriedAgain(t *testing.T) {
	t.Parallel()
	b := newBucket()
	f := feed.New(b)
	b.between = func() {
		b.between = nil
		b.values["x"], b.revisions["x"] = version(2).Event.Data, 1
	}
	if _, err := f.Handle(t.Context(), version(3)); fault.ClassOf(err) != fault.Retry {
		t.Fatalf("error %v, want one to retry", err)
	}
	if _, err := f.Handle(t.Context(), version(3)); err != nil {
		t.Fatal(err)
	}
	if got, _ := feed.VersionOf(b.values["x"]); got != 3 {
		t.Errorf("version %d, want 3", got)
	}
}

func TestBadMessagesArePoison(t *testing.T) {
	t.Parallel()
	f := feed.New(newBucket())
	for want, e := range map[fault.Kind]event.Event{
		fault.UnknownType:     {Type: "other"},
		fault.SchemaViolation: {Type: event.RecordPublished, Data: []byte(`{}`)},
	} {
		if _, err := f.Handle(t.Context(), event.Message{Event: e}); fault.KindOf(err) != want {
			t.Errorf("error %v, want %s", err, want)
		}
	}
}
