package quality

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestAggregate(t *testing.T) {
	t.Parallel()
	of := func(score, completeness, links, weight float64, missing ...string) Quality {
		return Quality{Score: score, Missing: missing, Parts: []Part{
			{Name: Completeness, Value: completeness, Weight: 1 - weight}, {Name: Links, Value: links, Weight: weight},
		}}
	}
	got := Aggregate([]Scored{
		{"b.example", "x", of(.5, .5, 0, 0, "faqs")},
		{"a.example", "r", of(.9, .9, .5, .1)},
		{"a.example", "q", of(.2, .3, 0, 0, "faqs", "types")},
		{"a.example", "p", of(.2, .2, 1, .1, "faqs")},
	})
	want := []Summary{
		{
			Site: "a.example", Records: 3, Mean: .433, Median: .2, Lowest: .2, Highest: .9,
			Parts:   []PartMean{{Completeness, .467, 3}, {Length, 0, 0}, {Freshness, 0, 0}, {Links, .75, 2}, {Readability, 0, 0}},
			Missing: map[string]int{"faqs": 2, "types": 1}, Worst: []string{"p", "q", "r"},
		},
		{
			Site: "b.example", Records: 1, Mean: .5, Median: .5, Lowest: .5, Highest: .5,
			Parts:   []PartMean{{Completeness, .5, 1}, {Length, 0, 0}, {Freshness, 0, 0}, {Links, 0, 0}, {Readability, 0, 0}},
			Missing: map[string]int{"faqs": 1}, Worst: []string{"x"},
		},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("Aggregate (-want +got):\n%s", diff)
	}
	if got := Aggregate(nil); len(got) != 0 {
		t.Errorf("Aggregate of nothing is %v", got)
	}
}
