package similar

import (
	"fmt"
	"runtime"
	"testing"
)

var sizes = []int{1000, 5000, 10_000}

// The cost of one more record, with the lists of all it affects: what a stage
// does on each event.
func BenchmarkPutAndSimilar(b *testing.B) {
	for _, n := range sizes {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			c := newCorpus(1, n+1000, 25)
			x := newIndex(b, Config{})
			load(b, x, c.all(n))
			for i := range n {
				x.Similar(fmt.Sprintf("career-%05d", i), 1)
			}
			fresh := c.all(n + 1000)[n:]
			affected, puts := 0, 0
			b.ReportAllocs()
			for b.Loop() {
				d := fresh[puts%len(fresh)]
				if puts >= len(fresh) {
					d = c.career(n + puts%len(fresh))
				}
				slugs, err := x.Put(d)
				if err != nil {
					b.Fatal(err)
				}
				x.Similar(d.Slug, 10)
				affected += len(slugs)
				puts++
			}
			b.ReportMetric(float64(affected)/float64(puts), "affected/op")
		})
	}
}

func BenchmarkLoad(b *testing.B) {
	for _, n := range sizes {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			docs := newCorpus(1, n, 25).all(n)
			text := 0
			for _, d := range docs {
				for _, item := range append(append(d.Duties, d.Types...), d.Definition...) {
					text += len(item)
				}
			}
			b.ReportAllocs()
			for b.Loop() {
				var before, after runtime.MemStats
				runtime.GC()
				runtime.ReadMemStats(&before)
				x := newIndex(b, Config{})
				load(b, x, docs)
				for _, d := range docs {
					x.Similar(d.Slug, 1)
				}
				runtime.GC()
				runtime.ReadMemStats(&after)
				b.ReportMetric(float64(after.HeapAlloc-before.HeapAlloc)/float64(n), "heap-B/record")
				b.ReportMetric(float64(text)/float64(n), "text-B/record")
				if x.Len() != n {
					b.Fatalf("%d records, want %d", x.Len(), n)
				}
			}
		})
	}
}

// One list with its explanations, made anew each time.
func BenchmarkSimilar(b *testing.B) {
	for _, n := range sizes {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			x := newIndex(b, Config{})
			load(b, x, newCorpus(1, n, 25).all(n))
			b.ReportAllocs()
			i := 0
			for b.Loop() {
				slug := fmt.Sprintf("career-%05d", i%n)
				x.docs[x.bySlug[slug]].known = false
				if got := x.Similar(slug, 10); len(got) == 0 {
					b.Fatalf("no career is similar to %s", slug)
				}
				i++
			}
		})
	}
}
