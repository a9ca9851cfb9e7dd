package similar

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"careerstream/schemas/career"
)

// plainTop is the baseline: the share of words in common, every word alike.
func plainTop(docs []Doc, k int) func(i int) []int {
	l := lexicon{stop: map[string]bool{}}
	sets := make([]map[uint64]uint32, len(docs))
	for i, d := range docs {
		sets[i] = l.read(d).places
	}
	return func(i int) []int {
		type other struct {
			n     int
			score float64
		}
		var all []other
		for n, set := range sets {
			common := 0
			for hash := range sets[i] {
				if _, found := set[hash]; found {
					common++
				}
			}
			if n != i {
				all = append(all, other{n, float64(common) / float64(len(set)+len(sets[i])-common)})
			}
		}
		slices.SortFunc(all, func(a, b other) int {
			if a.score != b.score {
				return int(10e6 * (b.score - a.score))
			}
			return a.n - b.n
		})
		var best []int
		for _, o := range all[:k] {
			best = append(best, o.n)
		}
		return best
	}
}

func TestPrecisionOnCorpusWithKnownTruth(t *testing.T) {
	t.Parallel()
	const n, k = 200, 5
	c := newCorpus(7, n, 10)
	docs := c.all(n)
	x := newIndex(t, Config{})
	load(t, x, docs)
	got := c.precision(n, k, func(i int) []int {
		var top []int
		for _, m := range x.Similar(docs[i].Slug, k) {
			top = append(top, number(t, m.Slug))
		}
		return top
	})
	plain := c.precision(n, k, plainTop(docs, k))
	t.Logf("precision@5 of %d careers in families of 10: %.3f, plain overlap %.3f", n, got, plain)
	if got < 0.9 {
		t.Errorf("precision@5 is %.3f, want at least 0.9", got)
	}
	if got < plain+0.1 {
		t.Errorf("precision@5 is %.3f, hardly more than plain overlap's %.3f", got, plain)
	}
}

// What everybody does is no reason to be similar, however much of a page it is.
func TestBoilerplateDoesNotDominate(t *testing.T) {
	t.Parallel()
	x := newIndex(t, Config{})
	for i := range 40 {
		d := Doc{Slug: fmt.Sprintf("filler-%02d", i), Duties: append(slices.Clone(everyone), fmt.Sprintf("Paint%d the house%d quickly%d", i, i, i))}
		mustPut(t, x, d)
	}
	mustPut(t, x, Doc{Slug: "baker", Duties: append(slices.Clone(everyone), "Knead sourdough and bake loaves")})
	mustPut(t, x, Doc{Slug: "pastry-cook", Duties: []string{"Baking pastries, kneading sourdoughs"}})
	got := x.Similar("baker", 10)
	if len(got) != 1 || got[0].Slug != "pastry-cook" {
		t.Fatalf("similar to baker: %+v, want pastry-cook alone", got)
	}
	for _, reason := range got[0].Because {
		for _, duty := range everyone {
			if reason.Mine == duty {
				t.Errorf("boilerplate is a reason: %+v", reason)
			}
		}
	}
}

func TestReasons(t *testing.T) {
	t.Parallel()
	x := newIndex(t, Config{})
	mustPut(t, x, Doc{
		Slug:   "physical-therapist",
		Duties: []string{"Help injured patients regain movement", "Design exercise plans for stroke recovery", "Write invoices"},
		Types:  []string{"Sports therapist: treats injured athletes"},
	})
	mustPut(t, x, Doc{
		Slug:   "occupational-therapist",
		Duties: []string{"Designing exercise plans after a stroke", "Adapt homes for wheelchair users"},
		Types:  []string{"Hand therapist: treats injured hands"},
	})
	got := x.Similar("physical-therapist", 5)
	if len(got) != 1 {
		t.Fatalf("got %d matches, want 1", len(got))
	}
	type brief struct {
		Mine, Theirs string
		Terms        []string
	}
	var reasons []brief
	for _, r := range got[0].Because {
		if r.Score <= 0 || r.Score > 1 {
			t.Errorf("score of a reason is %v", r.Score)
		}
		reasons = append(reasons, brief{r.Mine, r.Theirs, r.Terms})
	}
	want := []brief{
		{"Design exercise plans for stroke recovery", "Designing exercise plans after a stroke", []string{"design exercise", "exercise plans", "plans stroke"}},
		{"Sports therapist: treats injured athletes", "Hand therapist: treats injured hands", []string{"therapist", "treats injured"}},
	}
	if diff := cmp.Diff(want, reasons); diff != "" {
		t.Errorf("reasons (-want +got):\n%s", diff)
	}
}

func TestAtMostThreeReasonsAndEachDutyOnce(t *testing.T) {
	t.Parallel()
	c := newCorpus(3, 200, 10)
	docs := c.all(200)
	x := newIndex(t, Config{})
	load(t, x, docs)
	explained := 0
	for _, d := range docs {
		for _, m := range x.Similar(d.Slug, 5) {
			seen := make(map[string]bool)
			for _, r := range m.Because {
				if seen["m"+r.Mine] || seen["t"+r.Theirs] {
					t.Errorf("%s, %s: a duty is in two reasons", d.Slug, m.Slug)
				}
				seen["m"+r.Mine], seen["t"+r.Theirs] = true, true
				if len(r.Terms) == 0 || len(r.Terms) > mostTerms {
					t.Errorf("%s, %s: a reason has %d terms", d.Slug, m.Slug, len(r.Terms))
				}
			}
			if len(m.Because) > mostReasons {
				t.Errorf("%s, %s: %d reasons", d.Slug, m.Slug, len(m.Because))
			}
			if len(m.Because) > 0 {
				explained++
			}
		}
	}
	if explained < 950 {
		t.Errorf("%d of 1000 matches have a reason, want at least 950", explained)
	}
}

func TestEdges(t *testing.T) {
	t.Parallel()
	x := newIndex(t, Config{K: 2})
	if _, err := x.Put(Doc{Name: "x"}); !errors.Is(err, ErrNoSlug) {
		t.Errorf("Put without slug: %v", err)
	}
	if err := x.Load([]Doc{{Slug: "a"}, {}}); !errors.Is(err, ErrNoSlug) || x.Len() != 0 {
		t.Errorf("Load without slug: %v, %d held", err, x.Len())
	}
	if got := x.Delete("nobody"); got != nil {
		t.Errorf("Delete of nobody affects %v", got)
	}
	if got := x.Similar("nobody", 3); got != nil {
		t.Errorf("Similar of nobody is %v", got)
	}
	mustPut(t, x, Doc{Slug: "empty"})
	same := Doc{Slug: "a", Duties: []string{"Weld steel beams"}}
	mustPut(t, x, same)
	for _, slug := range []string{"d", "c", "b"} {
		other := same
		other.Slug = slug
		mustPut(t, x, other)
	}
	if got := mustPut(t, x, same); len(got) != 0 {
		t.Errorf("the same document again affects %v", got)
	}
	mustPut(t, x, Doc{Slug: "e", Duties: []string{"Sing loudly"}})
	x.Delete("d")
	if diff := cmp.Diff([]string{"b", "c"}, slugsOf(x.Similar("a", 9))); diff != "" {
		t.Errorf("equal careers are not in order of slug, or more than K (-want +got):\n%s", diff)
	}
	if got := x.Similar("a", 9)[0].Score; got != 1 {
		t.Errorf("score of an equal career is %v, want 1", got)
	}
	for _, k := range []int{0, -1} {
		if got := x.Similar("a", k); len(got) != 0 {
			t.Errorf("Similar(%d) has %d matches", k, len(got))
		}
	}
	if got := x.Similar("empty", 3); len(got) != 0 {
		t.Errorf("a career without text is similar to %v", got)
	}
}

// A page without end costs no more than the stated bounds.
func TestDocumentIsCut(t *testing.T) {
	t.Parallel()
	c := newCorpus(1, 1, 1)
	var d Doc
	d.Slug = "endless"
	for range 100 {
		d.Duties = append(d.Duties, strings.Join(c.words(300), " "))
	}
	x := newIndex(t, Config{})
	mustPut(t, x, d)
	held := x.docs[x.bySlug[d.Slug]]
	text := 0
	for _, item := range held.items {
		text += len(item.text)
	}
	if len(held.terms) != MaxTerms || len(held.items) > MaxItems || text > MaxText {
		t.Errorf("%d terms, %d items, %d bytes", len(held.terms), len(held.items), text)
	}
}

func TestNewNamesEveryBadSetting(t *testing.T) {
	t.Parallel()
	_, err := New(Config{K: 51, MinScore: 1.5, StopWords: []string{"ok", "Not ok"}})
	if err == nil {
		t.Fatal("no error")
	}
	for _, want := range []string{"K is 51", "MinScore is 1.5", `"Not ok"`} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("error %q does not say %q", err, want)
		}
	}
}

func TestFromRecord(t *testing.T) {
	t.Parallel()
	got := FromRecord(&career.Record{
		Slug: "x", Name: "X", Definition: career.Definition{Paragraphs: []string{"p"}},
		Duties: []career.Duty{{Name: "A", Text: "b"}, {Text: "c"}, {Name: "D"}},
		Types:  []career.Type{{Name: "T", Text: "u"}},
	})
	want := Doc{Slug: "x", Name: "X", Duties: []string{"A: b", "c", "D"}, Types: []string{"T: u"}, Definition: []string{"p"}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("FromRecord (-want +got):\n%s", diff)
	}
}

func mustPut(t testing.TB, x *Index, d Doc) []string {
	t.Helper()
	affected, err := x.Put(d)
	if err != nil {
		t.Fatal(err)
	}
	return affected
}

func slugsOf(matches []Match) []string {
	var slugs []string
	for _, m := range matches {
		slugs = append(slugs, m.Slug)
	}
	return slugs
}
