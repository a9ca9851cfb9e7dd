package similar

import (
	"fmt"
	"math"
	"reflect"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// version draws one of few documents of a slug, so that df passes its steps often.
func version(t *rapid.T, slug string) Doc {
	word := rapid.SampledFrom([]string{"weld", "paint", "teach", "bake", "drill", "sew", "plant", "film", "guard", "mix"})
	text := func(label string) string {
		s := ""
		for _, w := range rapid.SliceOfN(word, 1, 4).Draw(t, label) {
			s += w + " "
		}
		return s
	}
	return Doc{
		Slug: slug, Name: slug, Duties: []string{text("duty"), text("duty")},
		Types: []string{text("type")}, Definition: []string{text("definition")},
	}
}

// step is a Put, or a Delete where the document has no duties.
func apply(t *rapid.T, x *Index, step Doc) []string {
	if step.Duties == nil {
		return x.Delete(step.Slug)
	}
	affected, err := x.Put(step)
	if err != nil {
		t.Fatal(err)
	}
	return affected
}

func everything(x *Index) map[string][]Match {
	all := make(map[string][]Match)
	for slug := range x.bySlug {
		all[slug] = x.Similar(slug, LargestK)
	}
	return all
}

func TestAnswersDependOnTheDocumentsAlone(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		x, err := New(Config{K: 3})
		if err != nil {
			rt.Fatal(err)
		}
		current := make(map[string]Doc)
		before := everything(x)
		for range rapid.IntRange(1, 40).Draw(rt, "steps") {
			slug := fmt.Sprintf("c%d", rapid.IntRange(0, 20).Draw(rt, "slug"))
			step := Doc{Slug: slug}
			if rapid.IntRange(0, 4).Draw(rt, "delete") > 0 {
				step = version(rt, slug)
				current[slug] = step
			} else {
				delete(current, slug)
			}
			affected := apply(rt, x, step)
			after := everything(x)
			if !slices.IsSorted(affected) || slices.Contains(affected, slug) {
				rt.Fatalf("affected by %s: %v", slug, affected)
			}
			for other := range after {
				if other != slug && !slices.Contains(affected, other) && !reflect.DeepEqual(before[other], after[other]) {
					rt.Fatalf("%s changed the list of %s, which is not among %v:\n%s", slug, other, affected, cmp.Diff(before[other], after[other]))
				}
			}
			before = after
		}
		var docs []Doc
		for i := range 21 {
			if d, found := current[fmt.Sprintf("c%d", i)]; found {
				docs = append(docs, d)
			}
		}
		plain, loaded := fresh(rt), fresh(rt)
		for _, d := range rapid.Permutation(docs).Draw(rt, "order") {
			apply(rt, plain, d)
		}
		if err := loaded.Load(rapid.Permutation(docs).Draw(rt, "load order")); err != nil {
			rt.Fatal(err)
		}
		want := reference(plain, docs, 3)
		for name, got := range map[string]*Index{"with updates and deletes": x, "in another order": plain, "loaded": loaded} {
			if diff := cmp.Diff(want, lists(everything(got))); diff != "" {
				rt.Fatalf("%s (-rule +got):\n%s", name, diff)
			}
			if diff := cmp.Diff(everything(plain), everything(got)); diff != "" {
				rt.Fatalf("%s, with reasons (-plain +got):\n%s", name, diff)
			}
			if len(got.terms.byHash) != len(plain.terms.byHash) || len(got.terms.terms)-len(got.terms.free) != len(got.terms.byHash) {
				rt.Fatalf("%s: %d terms held in %d places, %d free", name, len(got.terms.byHash), len(got.terms.terms), len(got.terms.free))
			}
		}
	})
}

func fresh(t *rapid.T) *Index {
	x, err := New(Config{K: 3})
	if err != nil {
		t.Fatal(err)
	}
	return x
}

type scored struct {
	Slug  string
	Score float64
}

func lists(all map[string][]Match) map[string][]scored {
	short := make(map[string][]scored)
	for slug, matches := range all {
		short[slug] = brief(matches)
	}
	return short
}

// reference is the rule of the package comment written down plainly, over all
// pairs and in floating point.
func reference(x *Index, docs []Doc, k int) map[string][]scored {
	e := math.Floor(math.Log2(math.Max(1, math.Min(4096, float64(len(docs))))))
	limit := math.Min(512, math.Max(4, math.Exp2(e)/4))
	terms, df := make([]map[uint64]uint32, len(docs)), make(map[uint64]float64)
	for i, d := range docs {
		terms[i] = x.lexicon.read(d).places
		for hash := range terms[i] {
			df[hash]++
		}
	}
	weight := func(hash uint64) float64 {
		if df[hash] >= limit {
			return 0
		}
		return math.Max(1, e-2-4*math.Floor(math.Log2(df[hash])/4))
	}
	all := make(map[string][]scored)
	for i, d := range docs {
		list := []scored{}
		for j, other := range docs {
			common, whole := 0.0, 0.0
			for hash, place := range terms[i] {
				whole += weight(hash) * float64(strength(place))
				if theirs, found := terms[j][hash]; found {
					common += weight(hash) * float64(strength(min(place, theirs)))
				}
			}
			if i == j || whole == 0 {
				continue
			}
			// One division of whole numbers, so that halves are exact.
			above, below, mine, others := common*scale, whole, float64(len(terms[i])), float64(len(terms[j]))
			if others > mine {
				above, below = above*2*mine, below*(mine+others)
			}
			if s := math.Floor(above/below+0.5) / scale; s >= DefaultMinScore {
				list = append(list, scored{other.Slug, s})
			}
		}
		slices.SortFunc(list, func(a, b scored) int {
			switch {
			case a.Score != b.Score:
				return int(math.Copysign(1, b.Score-a.Score))
			case a.Slug < b.Slug:
				return -1
			}
			return 1
		})
		all[d.Slug] = list[:min(k, len(list))]
	}
	return all
}

// The reported careers are not many more than those whose lists change.
func TestAffectedIsNotFarTooMuch(t *testing.T) {
	t.Parallel()
	const n, puts = 300, 30
	c := newCorpus(5, n+puts, 12)
	x := newIndex(t, Config{})
	order := c.random.Perm(n + puts)
	docs := make([]Doc, 0, n+puts)
	for _, i := range order {
		docs = append(docs, c.career(i))
	}
	load(t, x, docs[:n])
	read := make(map[string][]scored)
	for _, d := range docs[:n] {
		read[d.Slug] = brief(x.Similar(d.Slug, LargestK))
	}
	reported, changed, others := 0, 0, 0
	for _, d := range docs[n:] {
		affected := mustPut(t, x, d)
		reported += len(affected)
		for _, slug := range append(affected, d.Slug) {
			now := brief(x.Similar(slug, LargestK))
			if slug != d.Slug && !slices.Equal(read[slug], now) {
				changed++
			}
			if slug != d.Slug && !slices.EqualFunc(read[slug], now, func(a, b scored) bool { return a.Slug == b.Slug }) {
				others++
			}
			read[slug] = now
		}
	}
	t.Logf("a Put into %d careers reports %.1f others; the list of %.1f changes, the order of careers in it of %.1f",
		n, float64(reported)/puts, float64(changed)/puts, float64(others)/puts)
	if changed*10 < reported*8 {
		t.Errorf("%d of %d reported lists changed, want at least 8 of 10", changed, reported)
	}
	for _, d := range docs {
		if now := brief(x.Similar(d.Slug, LargestK)); !slices.Equal(read[d.Slug], now) {
			t.Errorf("the list of %s, read again only where reported, is out of date:\n%s", d.Slug, cmp.Diff(now, read[d.Slug]))
		}
	}
}

func brief(matches []Match) []scored {
	list := []scored{}
	for _, m := range matches {
		list = append(list, scored{m.Slug, m.Score})
	}
	return list
}
