package conformance_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"careerstream/publish/feed/conformance"
)

func TestCompare(t *testing.T) {
	t.Parallel()
	ours := conformance.State{"a": {1, "x"}, "b": {2, "x"}, "c": {2, "x"}, "d": {2, "x"}, "e": {2, "x"}, "f": {2, "x"}}
	theirs := conformance.State{"b": {1, "x"}, "c": {3, "x"}, "d": {2, "y"}, "e": {2, "x"}, "f": {2, ""}, "g": {1, "x"}}
	want := conformance.Report{Careers: 6, Same: 2, Differences: []conformance.Difference{
		{Slug: "a", Kind: conformance.Missing, Ours: 1}, {Slug: "b", Kind: conformance.Stale, Ours: 2, Theirs: 1},
		{Slug: "c", Kind: conformance.Ahead, Ours: 2, Theirs: 3}, {Slug: "d", Kind: conformance.Different, Ours: 2, Theirs: 2},
		{Slug: "g", Kind: conformance.Unknown, Theirs: 1},
	}, Lagging: []conformance.Behind{}}
	if diff := cmp.Diff(want, conformance.Compare(ours, theirs)); diff != "" {
		t.Errorf("Compare() differs (-want +got):\n%s", diff)
	}
}

func TestRead(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, text string
		want       conformance.State
		says       string
	}{
		{"nothing", "", conformance.State{}, ""},
		{"a log", `{"note":"start","seq":4}
			{"slug":"a","version":1,"content_sha256":"x","seq":5,"more":{}}
			{"slug":"a","version":2,"content_sha256":"y"}`, conformance.State{"a": {2, "y"}}, ""},
		{"by slug", `{"a":{"version":1,"content_sha256":"x"},"slug":{"version":3},"note":{"version":4}}`, conformance.State{"a": {1, "x"}, "slug": {3, ""}, "note": {4, ""}}, ""},
		{"empty by slug", `{}`, conformance.State{}, ""},
		{"no version", `{"slug":"a"}`, nil, "value 1"},
		{"version 0", "{}\n" + `{"slug":"a","version":0}`, nil, "value 2"},
		{"half a version", `{"slug":"a","version":1.5}`, nil, "1.5"},
		{"a negative one", `{"a":{"version":-1}}`, nil, "-1"},
		{"no slug", `{"slug":"","version":1}`, nil, "without slug"},
		{"sum is no text", `{"slug":"a","version":1,"content_sha256":7}`, nil, "content_sha256"},
		{"slug is no text", `{"slug":7,"version":1}`, nil, "want an object"},
		{"null by slug", `{"a":null}`, nil, "want an object"},
		{"null", `null`, nil, "null"},
		{"a list", `[{"slug":"a","version":1}]`, nil, "want NDJSON"},
		{"cut off", `{"slug":"a","ver`, nil, "value 1"},
		{"no JSON", "{}\nslug a", nil, "value 2"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, err := conformance.Read(strings.NewReader(tt.text))
			if tt.says == "" {
				if err != nil || !cmp.Equal(got, tt.want) {
					t.Errorf("Read() = %v, %v; want %v", got, err, tt.want)
				}
				return
			}
			if err == nil || !strings.Contains(err.Error(), tt.says) {
				t.Errorf("Read() = %v, %v; want an error that says %q", got, err, tt.says)
			}
		})
	}
}

// endless gives blanks for ever.
type endless struct{}

func (endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = ' '
	}
	return len(p), nil
}

var errLost = errors.New("lost")

type broken struct{}

func (broken) Read([]byte) (int, error) { return 0, errLost }

func TestReadIsBounded(t *testing.T) {
	t.Parallel()
	if _, err := conformance.ReadUpTo(endless{}, 1<<20); err == nil || !strings.Contains(err.Error(), "over") {
		t.Errorf("Read(endless) = %v, want an error", err)
	}
	if _, err := conformance.Read(broken{}); !errors.Is(err, errLost) {
		t.Errorf("Read(broken) = %v, want %v", err, errLost)
	}
}

func FuzzRead(f *testing.F) {
	f.Add(`{"slug":"a","version":1,"content_sha256":"x"}`)
	f.Add(`{"a":{"version":1}}`)
	f.Add(`{"note":"start"}`)
	f.Fuzz(func(t *testing.T, text string) {
		state, err := conformance.Read(strings.NewReader(text))
		if err != nil {
			return
		}
		for slug, known := range state {
			if slug == "" || known.Version == 0 {
				t.Errorf("career %q has version %d", slug, known.Version)
			}
		}
	})
}

// TestCompareFeed: the stream is the truth; what the bucket lacks is named, and
// whether it is why a consumer lacks it.
func TestCompareFeed(t *testing.T) {
	t.Parallel()
	known := func(versions ...uint64) conformance.State {
		state := conformance.State{}
		for i, version := range versions {
			if version > 0 {
				state[string(rune('a'+i))] = conformance.Known{Version: version}
			}
		}
		return state
	}
	report := conformance.CompareFeed(known(3, 2, 1, 5, 2), known(2, 2, 0, 5, 1), known(2, 1, 0, 5, 2))
	want := conformance.Report{
		Careers: 5, Same: 2,
		Differences: []conformance.Difference{
			{Slug: "a", Kind: conformance.Stale, Ours: 3, Theirs: 2, Lag: true},
			{Slug: "b", Kind: conformance.Stale, Ours: 2, Theirs: 1},
			{Slug: "c", Kind: conformance.Missing, Ours: 1, Lag: true},
		},
		Lagging: []conformance.Behind{{Slug: "a", Published: 3, Bucket: 2}, {Slug: "c", Published: 1}, {Slug: "e", Published: 2, Bucket: 1}},
	}
	if diff := cmp.Diff(want, report); diff != "" {
		t.Errorf("report (-want +got):\n%s", diff)
	}
}
