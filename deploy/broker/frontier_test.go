package broker

import (
	"errors"
	"fmt"
	"testing"

	"careerstream/schemas/fault"
	"careerstream/schemas/page"
)

func TestFrontier(t *testing.T) {
	t.Parallel()
	conn := applied(t, Config{})
	f := conn.Frontier()
	visit := func(host string, i int) page.Visit {
		return page.Visit{URL: fmt.Sprintf("http://%s/%d", host, i), Host: host, Key: fmt.Sprintf("%030x%02x", i, host[1]), Kind: page.Career, Via: page.ViaSeed, State: page.Due}
	}
	if _, _, ok, err := f.Get(t.Context(), "a.example", visit("a.example", 1).Key); ok || err != nil {
		t.Fatalf("an unknown URL: %t %v", ok, err)
	}
	revisions := map[string]uint64{}
	put := func(v page.Visit) {
		t.Helper()
		rev, err := f.Put(t.Context(), v, revisions[v.URL])
		if err != nil {
			t.Fatal(err)
		}
		revisions[v.URL] = rev
	}
	for i := range 5 {
		put(visit("a.example", i))
		put(visit("a_example", i)) // the same subject token
		put(visit("b.example:8080", i))
	}
	done := visit("a.example", 2)
	done.State = page.Done
	put(done)
	if _, err := f.Put(t.Context(), done, revisions[done.URL]-1); !errors.Is(err, fault.Conflict) {
		t.Errorf("a Put on an old revision: %v", err)
	}
	if v, rev, ok, err := f.Get(t.Context(), done.Host, done.Key); !ok || err != nil || v.State != page.Done || rev != revisions[done.URL] {
		t.Errorf("got %+v at %d (%t, %v), want it done at %d", v, rev, ok, err, revisions[done.URL])
	}

	for host, want := range map[string]int{"a.example": 5, "b.example:8080": 5, "": 10, "c.example": 0} {
		follower, err := f.Follow(t.Context(), host)
		if err != nil {
			t.Fatal(err)
		}
		seen := map[string]page.Visit{}
		for caughtUp := false; !caughtUp; {
			var v page.Visit
			if v, _, caughtUp, err = follower.Next(t.Context()); err != nil {
				t.Fatal(err)
			}
			if v.URL != "" {
				seen[v.URL] = v
			}
		}
		// A host whose subjects are those of another one is told apart by its visits.
		if host == "" {
			want += 5
		}
		if len(seen) != want {
			t.Errorf("host %q: %d visits, want %d: %v", host, len(seen), want, seen)
		}
		if host == "a.example" && seen[done.URL].State != page.Done {
			t.Errorf("the followed state is %+v, want the last one", seen[done.URL])
		}
		if host == "" {
			next := visit("d.example", 1)
			put(next)
			if v, _, _, err := follower.Next(t.Context()); err != nil || v.URL != next.URL {
				t.Errorf("followed %+v (%v), want the new visit", v, err)
			}
		}
		if err := follower.Close(); err != nil {
			t.Error(err)
		}
	}
}
