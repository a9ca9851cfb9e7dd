package quality

import (
	"math"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"careerstream/schemas/career"
)

var clock = time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)

// sentences are n of five short words.
func sentences(n int) string { return strings.Repeat("They help sick people heal. ", n) }

// full is a record without fault, read at clock.
func full() *career.Record {
	r := &career.Record{
		Slug:       "nurse",
		Definition: career.Definition{Paragraphs: []string{sentences(20)}},
		Workplace:  career.Workplace{Paragraphs: []string{sentences(20)}},
		FAQs:       []career.FAQ{{Kind: career.QA, Answer: []string{sentences(5)}}, {Kind: career.Versus, Comparison: &career.Comparison{Intro: sentences(5)}}},
		SeeAlso:    make([]career.Link, 3),
		Source:     career.Source{FetchedAt: clock},
	}
	for range 6 {
		r.Duties = append(r.Duties, career.Duty{Name: "Care", Text: sentences(3)})
		r.Types = append(r.Types, career.Type{Name: "Night nurse", Text: sentences(2)})
	}
	return r
}

func newScorer(t testing.TB) *Scorer {
	t.Helper()
	s, err := New(Config{Horizon: 100 * 24 * time.Hour})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestScore(t *testing.T) {
	t.Parallel()
	old := full()
	old.Source.FetchedAt = clock.Add(-25 * 24 * time.Hour)
	hard := full()
	hard.Definition.Paragraphs = []string{strings.Repeat("institutional responsibility notwithstanding ", 200)}
	noDuties := full()
	noDuties.Duties = nil
	noTime := full()
	noTime.Source.FetchedAt = time.Time{}
	endless := full()
	endless.Definition.Paragraphs = []string{sentences(2000)}

	good := Share{4, 4}
	tests := []struct {
		name    string
		in      Input
		score   float64
		part    string
		value   float64
		weight  float64
		why     string
		missing []string
	}{
		{"nothing", Input{}, 0, Completeness, 0, 40. / 65, "missing: definition, duties, types, workplace, faqs, see_also",
			[]string{"definition", "duties", "types", "workplace", "faqs", "see_also"}},
		{"everything", Input{Record: full(), Relations: good, Now: clock}, 1, Completeness, 1, .4, "every section is there", []string{}},
		{"no clock", Input{Record: full(), Relations: good}, 1, Freshness, 0, 0, "age does not count here", []string{}},
		{"a quarter of the horizon", Input{Record: old, Relations: good, Now: clock}, .963, Freshness, .75, .15, "read 25 days ago, horizon 100 days", []string{}},
		{"old but verified", Input{Record: old, Relations: good, Now: clock, VerifiedAt: clock.Add(-time.Hour * 24)}, .999, Freshness, .99, .15, "verified 1 days ago, horizon 100 days", []string{}},
		{"clock behind", Input{Record: full(), Relations: good, Now: clock.Add(-time.Hour)}, 1, Freshness, 1, .15, "read 0 days ago, horizon 100 days", []string{}},
		{"after the horizon", Input{Record: full(), Relations: good, Now: clock.AddDate(3, 0, 0)}, .85, Freshness, 0, .15, "read 1096 days ago, horizon 100 days", []string{}},
		{"no time", Input{Record: noTime, Relations: good, Now: clock}, .85, Freshness, 0, .15, "no time of reading is known", []string{}},
		{"no links", Input{Record: full(), Now: clock}, 1, Links, 0, 0, "no relations or links", []string{}},
		{"broken links", Input{Record: full(), Relations: Share{2, 4}, Articles: Share{1, 4}, Now: clock}, .938, Links, .375, .1, "3 of 8 relations and links lead somewhere", []string{}},
		{"odd counts", Input{Record: full(), Relations: Share{9, 4}, Articles: Share{-1, -4}, Now: clock}, 1, Links, 1, .1, "4 of 4 relations and links lead somewhere", []string{}},
		{"hard to read", Input{Record: hard, Relations: good, Now: clock}, .9, Readability, 0, .1, "reading ease ", []string{}},
		{"no duties", Input{Record: noDuties, Relations: good, Now: clock}, .818, Length, .72, .25, "sizes of present", []string{"duties"}},
		{"a section without end", Input{Record: endless, Relations: good, Now: clock}, .965, Length, .86, .25, "definition 10000 words, wanted 60 to 800", []string{}},
	}
	s := newScorer(t)
	for _, test := range tests {
		got := s.Score(test.in)
		part, found := got.Part(test.part)
		if math.Abs(got.Score-test.score) > 1e-9 {
			t.Errorf("%s: score %v, want %v; parts %+v", test.name, got.Score, test.score, got.Parts)
		}
		if !found || math.Abs(part.Value-test.value) > 1e-9 || math.Abs(part.Weight-test.weight) > 1e-9 || !strings.HasPrefix(part.Why, test.why) {
			t.Errorf("%s: part %+v, want value %v, weight %v, %q", test.name, part, test.value, test.weight, test.why)
		}
		if diff := cmp.Diff(test.missing, got.Missing); diff != "" {
			t.Errorf("%s: missing (-want +got):\n%s", test.name, diff)
		}
	}
	if _, found := s.Score(Input{}).Part("beauty"); found {
		t.Error("there is a part beauty")
	}
}

func TestNewRefusesNegativeHorizon(t *testing.T) {
	t.Parallel()
	if _, err := New(Config{Horizon: -time.Hour}); err == nil || !strings.Contains(err.Error(), "Horizon is -1h0m0s") {
		t.Errorf("error %v", err)
	}
	if _, err := New(Config{}); err != nil {
		t.Errorf("zero Config: %v", err)
	}
}

func BenchmarkScore(b *testing.B) {
	s, r := newScorer(b), full()
	b.ReportAllocs()
	for b.Loop() {
		s.Score(Input{Record: r, Now: clock})
	}
}
