package code

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"testing"
)

// generated makes 1,000 occupations with 60,000 titles of about as many different
// words as the real files have, few of them common.
func generated() map[string]*occupation {
	random := rand.New(rand.NewPCG(1, 2))
	heads := make([]string, 400)
	for i := range heads {
		heads[i] = syllables(random, 2) + []string{"er", "or", "ist", "ian"}[i%4]
	}
	words := make([]string, 8000)
	for i := range words {
		words[i] = syllables(random, 3)
	}
	word := func(list []string) string {
		return list[int(float64(len(list))*random.Float64()*random.Float64()*random.Float64())]
	}
	all := map[string]*occupation{}
	for i := range 1000 {
		o := &occupation{code: fmt.Sprintf("%d-%04d.00", 11+2*(i%23), 1000+i), title: word(words) + " " + word(words) + " " + word(heads) + "s"}
		for range 59 {
			title := word(words) + " " + word(heads)
			for range random.IntN(3) {
				title = word(words) + " " + title
			}
			o.alternates = append(o.alternates, title)
		}
		all[o.code] = o
	}
	return all
}

func syllables(random *rand.Rand, count int) string {
	text := ""
	for range count {
		text += string("bcdfgklmnprst"[random.IntN(13)]) + string("aeiou"[random.IntN(5)])
	}
	return text + "n"
}

// BenchmarkBuild prints the time to index 60,000 titles and what the index holds.
func BenchmarkBuild(b *testing.B) {
	all := generated()
	b.ReportAllocs()
	var before, after runtime.MemStats
	var t *taxonomy
	runtime.GC()
	runtime.ReadMemStats(&before)
	for b.Loop() {
		t = newTaxonomy("30.3", all)
	}
	runtime.GC()
	runtime.ReadMemStats(&after)
	b.ReportMetric((float64(after.HeapAlloc)-float64(before.HeapAlloc))/(1<<20), "MiB-held")
	b.ReportMetric(float64(len(t.entries)), "titles")
	runtime.KeepAlive(t)
}

// BenchmarkMatch prints the time of one match by each step.
func BenchmarkMatch(b *testing.B) {
	t := &Taxonomies{onet: newTaxonomy("30.3", generated())}
	var common string // the head of the most titles
	most := 0
	for i := range t.onet.entries {
		for _, head := range t.onet.entries[i].heads {
			if n := len(t.onet.postings[head]); n > most {
				most = n
				for word, number := range t.onet.words {
					if number == head {
						common = word
					}
				}
			}
		}
	}
	o := t.onet.occupations[500]
	for _, bench := range []struct {
		name string
		q    Query
	}{
		{"title", Query{Name: o.title}},
		{"alternate", Query{Name: o.alternates[7]}},
		{"fuzzy", Query{Name: "the " + o.title + " of", Plural: "experienced " + o.title}},
		{"fuzzy-common-words", Query{Name: t.onet.entries[3].shown + " " + common, Plural: common + " of " + common}},
		{"nothing", Query{Name: "unheard of " + common, Plural: "unheard of " + common + "s", AlsoKnownAs: []string{"quite unknown " + common, "another " + common}}},
	} {
		b.Run(bench.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				t.Match(bench.q)
			}
			b.ReportMetric(float64(most), "titles-with-the-commonest-head")
		})
	}
}
