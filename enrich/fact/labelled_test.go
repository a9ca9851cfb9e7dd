package fact

import (
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
)

func extractor(t testing.TB) *Extractor {
	t.Helper()
	x, err := New(Config{})
	if err != nil {
		t.Fatal(err)
	}
	return x
}

// minimal figures of every kind, over testdata/labelled.tsv.
const (
	minPrecision = 0.97
	minRecall    = 0.85
)

func decimal(n float64) string { return strconv.FormatFloat(n, 'f', -1, 64) }

// key is a fact in the notation of labelled.tsv.
func key(f Fact) string {
	switch {
	case f.Amounts != nil:
		a := f.Amounts
		text := "pay:" + a.Currency + " " + a.Duration
		if a.Duration == "" {
			text += "-"
		}
		for _, part := range []struct {
			name  string
			value float64
		}{
			{"p10", a.Percentile10}, {"p25", a.Percentile25}, {"median", a.Median}, {"p75", a.Percentile75}, {"p90", a.Percentile90},
			{"min", a.MinValue}, {"max", a.MaxValue}, {"typical", a.Typical}, {"year", float64(a.Year)},
		} {
			if part.value != 0 {
				text += " " + part.name + "=" + decimal(part.value)
			}
		}
		return text
	case f.Week != nil:
		return "hours:weekly-hours " + span(*f.Week)
	case f.Years != nil:
		return "experience:" + span(*f.Years)
	}
	return string(f.Kind) + ":" + f.Value
}

func span(r Range) string {
	switch {
	case r.Above:
		return ">" + decimal(r.Min)
	case r.Max == 0:
		return decimal(r.Min) + "+"
	case r.Min == r.Max:
		return decimal(r.Min)
	}
	return decimal(r.Min) + ".." + decimal(r.Max)
}

// The labels were written by reading the sentences, not from what the code says.
func TestLabelled(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile("testdata/labelled.tsv")
	if err != nil {
		t.Fatal(err)
	}
	x := extractor(t)
	type count struct{ right, wrong, missed int }
	counts := make(map[string]*count)
	of := func(key string) *count {
		kind, _, _ := strings.Cut(key, ":")
		if counts[kind] == nil {
			counts[kind] = &count{}
		}
		return counts[kind]
	}
	for i, line := range strings.Split(strings.TrimSuffix(string(data), "\n"), "\n") {
		if strings.HasPrefix(line, "#") {
			continue
		}
		cells := strings.Split(line, "\t")
		if len(cells) != 3 {
			t.Fatalf("labelled.tsv:%d: want 3 columns", i+1)
		}
		text := Text{Field: "definition.paragraphs[0]", Text: cells[1]}
		if cells[0] != "" {
			text.About = []string{cells[0]}
		}
		var want, got []string
		for label := range strings.SplitSeq(cells[2], ";") {
			if label = strings.TrimSpace(label); label != "" {
				want = append(want, label)
			}
		}
		for _, f := range x.Facts([]Text{text}) {
			got = append(got, key(f))
			if !slices.Contains(want, key(f)) {
				of(key(f)).wrong++
				t.Logf("labelled.tsv:%d: wrong %s (%s) in %q", i+1, key(f), f.Rule, cells[1])
			}
		}
		for _, label := range want {
			if slices.Contains(got, label) {
				of(label).right++
			} else {
				of(label).missed++
				t.Logf("labelled.tsv:%d: missed %s in %q", i+1, label, cells[1])
			}
		}
	}
	for _, kind := range []Kind{Credential, Education, Method, Hours, Pay, Experience} {
		c := of(string(kind) + ":")
		precision := float64(c.right) / float64(max(1, c.right+c.wrong))
		recall := float64(c.right) / float64(max(1, c.right+c.missed))
		line := fmt.Sprintf("%-11s precision %.3f recall %.3f (%d labels)", kind, precision, recall, c.right+c.missed)
		t.Log(line)
		if precision < minPrecision || recall < minRecall {
			t.Errorf("%s, want at least %.2f and %.2f", line, minPrecision, minRecall)
		}
	}
}
