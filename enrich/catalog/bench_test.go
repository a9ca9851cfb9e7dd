package catalog

import (
	"fmt"
	"runtime"
	"testing"

	"careerstream/schemas/career"
	"careerstream/schemas/event"
)

// big makes n careers that each refer to 15 others, all of them to the first.
func big(b *testing.B, n int) []event.Message {
	b.Helper()
	messages := make([]event.Message, n)
	for i := range messages {
		r := career.Record{
			Slug: fmt.Sprintf("specialist-%d", i), Name: fmt.Sprintf("Kind%d Specialist", i),
			Plural: fmt.Sprintf("Kind%d Specialists", i), AlsoKnownAs: []string{fmt.Sprintf("Kind%d Expert", i)},
		}
		for k := range 12 {
			r.Types = append(r.Types, career.Type{Name: fmt.Sprintf("Kind%d Specialists", (i*7+k*13)%n)})
		}
		r.SeeAlso = []career.Link{{Name: "Kind0 Specialist"}, {Name: "Nobody Known"}, {Name: fmt.Sprintf("Kind%d Expert", (i+1)%n)}}
		messages[i] = message(b, uint64(i+1), r)
	}
	return messages
}

func BenchmarkApply10000(b *testing.B) {
	messages := big(b, 10_000)
	b.ReportAllocs()
	for b.Loop() {
		c := New()
		var before, after runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		apply(b, c, messages...)
		runtime.GC()
		runtime.ReadMemStats(&after)
		b.ReportMetric(float64(after.HeapAlloc-before.HeapAlloc)/10_000, "heap-B/career")
		b.ReportMetric(float64(c.Len()), "careers")
	}
}

func BenchmarkResolve10000(b *testing.B) {
	c := New()
	apply(b, c, big(b, 10_000)...)
	names := make([]string, 15)
	for i := range names {
		names[i] = fmt.Sprintf("The Kind%d Specialists (KS)", i*600)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, ok := c.Resolve("specialist-5", 6, names); !ok {
			b.Fatal("not resolved")
		}
	}
}

// The career that all 10,000 refer to changes its name.
func BenchmarkAffectedByAll10000(b *testing.B) {
	c := New()
	apply(b, c, big(b, 10_000)...)
	apply(b, c, message(b, 10_001, career.Record{Slug: "specialist-0", Name: "Somebody Else"}))
	b.ReportAllocs()
	for b.Loop() {
		if got := len(c.Affected("specialist-0", 10_001)); got != 9_999 {
			b.Fatalf("%d affected, want 9999", got)
		}
	}
}
