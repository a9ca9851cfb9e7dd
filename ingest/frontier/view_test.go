package frontier

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"careerstream/schemas/page"
)

// The view hands out every due URL once, by priority, whatever comes in between.
func TestViewHandsOutWhatIsDue(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		w := NewView()
		model := map[string]page.Visit{}
		taken := map[string]bool{}
		rev := uint64(0)
		t.Repeat(map[string]func(*rapid.T){
			"apply": func(t *rapid.T) {
				rev++
				v := page.Visit{
					URL: "u", Host: "h", Run: "r", Key: fmt.Sprint(rapid.IntRange(0, 8).Draw(t, "key")),
					Kind:  rapid.SampledFrom([]string{page.Seed, page.Sitemap, page.Career}).Draw(t, "kind"),
					State: rapid.SampledFrom([]string{page.Due, page.Done}).Draw(t, "state"),
					Due:   noon.Add(time.Duration(rapid.IntRange(-2, 2).Draw(t, "due")) * time.Hour),
				}
				w.Apply(v, rev)
				w.Apply(page.Visit{Key: v.Key, Host: "h"}, rev-1) // late news
				model[v.Key] = v
			},
			"take": func(t *rapid.T) {
				v, _, _, ok := w.Take("h", noon)
				best := -1
				for key, m := range model {
					if m.State == page.Due && !m.Due.After(noon) && !taken[key] && (best < 0 || Priority(m) < best) {
						best = Priority(m)
					}
				}
				if ok != (best >= 0) {
					t.Fatalf("took %t, want %t", ok, best >= 0)
				}
				if ok && (taken[v.Key] || !cmp.Equal(model[v.Key], v) || Priority(v) != best) {
					t.Fatalf("took %+v, best priority %d", v, best)
				}
				if ok {
					taken[v.Key] = true
				}
			},
			"free": func(t *rapid.T) {
				key := fmt.Sprint(rapid.IntRange(0, 8).Draw(t, "key"))
				w.Free(key)
				delete(taken, key)
			},
			"": func(t *rapid.T) {
				pages, due := 0, 0
				for _, m := range model {
					if m.Kind != page.Sitemap {
						pages++
					}
					if m.State == page.Due {
						due++
					}
				}
				if p, d := w.Left("r"); p != pages || d != due {
					t.Fatalf("%d pages, %d due; want %d, %d", p, d, pages, due)
				}
			},
		})
	})
}

func TestNamed(t *testing.T) {
	t.Parallel()
	w := NewView()
	w.Apply(page.Visit{Key: "a", Via: page.ViaLink, ViaKey: "p"}, 1)
	w.Apply(page.Visit{Key: "b", Via: page.ViaSitemap, ViaKey: "p"}, 2)
	w.Apply(page.Visit{Key: "c", Via: page.ViaArticle, ViaKey: "q", Parents: []string{"q", "p"}}, 3)
	w.Apply(page.Visit{Key: "a", Via: page.ViaLink, ViaKey: "p", State: page.Done}, 4)
	if got := w.Named("p"); len(got) != 2 || got[0].Key != "a" || got[0].State != page.Done || got[1].Key != "c" {
		t.Errorf("p names %+v", got)
	}
	w.Apply(page.Visit{Key: "a", Via: page.ViaLink, ViaKey: "q"}, 5)
	if got := w.Named("p"); len(got) != 1 {
		t.Errorf("p names %+v still", got)
	}
}

func BenchmarkView(b *testing.B) {
	visits := make([]page.Visit, 50_000)
	for i := range visits {
		visits[i] = page.Visit{Key: fmt.Sprintf("%032x", i), Host: "h", Run: "r", Kind: page.Career, State: page.Due, Due: noon}
	}
	b.ReportAllocs()
	for b.Loop() {
		w := NewView()
		for i, v := range visits {
			w.Apply(v, uint64(i+1))
		}
		for range visits {
			v, rev, _, ok := w.Take("h", noon)
			if !ok {
				b.Fatal("nothing is due")
			}
			v.State = page.Done
			w.Apply(v, rev+1e9)
			w.Free(v.Key)
		}
	}
}
