package chart

import (
	"bytes"
	"encoding/xml"
	"errors"
	"flag"
	"html/template"
	"io"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

var update = flag.Bool("update", false, "rewrite the golden files")

func days(n int) []time.Time {
	list := make([]time.Time, n)
	for i := range list {
		list[i] = time.Date(2025, 12, 20, 0, 0, 0, 0, time.UTC).AddDate(0, 0, i)
	}
	return list
}

func wave(n int, base, swing float64) []float64 {
	values := make([]float64, n)
	for i := range values {
		values[i] = math.Round(base + swing*math.Sin(float64(i)))
	}
	return values
}

func TestGolden(t *testing.T) {
	t.Parallel()
	gap := wave(30, 80, 10)
	gap[4], gap[5], gap[29] = math.NaN(), math.NaN(), math.NaN()
	tests := map[string]interface{ SVG() (template.HTML, error) }{
		"line": Lines{ID: "a", Title: "Matches", Description: "Lines.", Unit: "matches a day", Days: days(30), Format: Count, Whole: true, Series: []Series{
			{"Nurse", wave(30, 100, 40)}, {"Nurse & <Midwife>", wave(30, 99, 40)}, {"With gaps", gap},
		}},
		"line-one":   Lines{ID: "b", Title: "Share", Description: "One line.", Unit: "share", Days: days(120), Format: Percent, Series: []Series{{"All", scaled(wave(120, 60, 30), 0.001)}}},
		"line-day":   Lines{ID: "c", Title: "One day", Description: "A dot.", Unit: "tests", Days: days(1), Format: Count, Whole: true, Series: []Series{{"All", []float64{3}}}},
		"line-empty": Lines{ID: "d", Title: "Nothing", Description: "No line.", Unit: "tests", Format: Count, Whole: true},
		"multiples": Multiples{ID: "e", Title: "Each", Description: "Panels.", Days: days(30), Format: Count, Panels: []Panel{
			{Name: "A career with a name that is far too long for its panel", Values: wave(30, 12, 4), Figure: "12 a day", Note: "+12% in 7 days", NoteClass: "up"},
			{Name: "Nobody", Values: make([]float64, 30), Figure: "0 a day"},
		}},
		"multiples-bars": Multiples{ID: "h", Title: "Each", Description: "Panels.", Days: days(3), Format: Count, Bars: true, Panels: []Panel{
			{Name: "Pages", Values: []float64{0, 1, 1000}, Figure: "1,001 in all"}, {Name: "Nothing", Values: make([]float64, 3)},
		}},
		"neighbours": Neighbours{ID: "i", Title: "Around", Description: "Edges.", Name: "Heating, Air Conditioning and Refrigeration Mechanic", Left: []Branch{
			{Label: "Pages that name it", Leaves: []Leaf{{"Plumber", "/careers/plumber", ""}}, More: 3},
		}, Right: []Branch{
			{Label: "Compared with", Leaves: []Leaf{{"A & <B>", "/careers/a-b", "why"}, {Name: "No page of its own"}}}, {Label: "Similar", Faint: true, Leaves: []Leaf{{"Welder", "/careers/welder", ""}}},
		}},
		"neighbours-none": Neighbours{ID: "j", Title: "Alone", Description: "Nobody.", Name: "Hermit"},
		"bars": Bars{ID: "f", Title: "Shares", Description: "Bars.", Unit: "share", NoteHead: "change", Format: Percent, Keys: []Key{{"bar-up", "rising"}}, Rows: []Bar{
			{Rank: "1", Label: "Nurse", Parts: []Part{{0.42, "bar-up", "Nurse: 42"}}, Low: 0.4, High: 0.44, Text: "42%", Note: "+2 pts", NoteClass: "up", Move: "▲2"},
			{Rank: "2", Label: "Chef", Parts: []Part{{0.4, "bar-soft", ""}, {0.1, "bar", ""}}, Text: "40%", Note: "−1 pts", Move: "="},
			{Rank: "3", Label: "None", Parts: []Part{{0, "bar", ""}}, Text: "0%"},
		}},
		"compare": Comparisons{ID: "g", Title: "Traits", Description: "Dots.", Unit: "mean", ValueName: "matched", ReferenceName: "everyone", Format: Decimal, Groups: []Group{
			{"Nurse", "412 tests", []Pair{{"social", 0.8, 0.5}, {"artistic", 0.41, 0.5}}}, {"Chef", "3 tests", []Pair{{"social", 0.5, 0.5}}},
		}},
	}
	for name, c := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			svg, err := c.SVG()
			if err != nil {
				t.Fatal(err)
			}
			wellFormed(t, string(svg))
			path := filepath.Join("testdata", name+".svg")
			if *update {
				if err := os.WriteFile(path, []byte(svg), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(string(svg), "\n")); diff != "" {
				t.Errorf("drawing differs (-want +got); -update rewrites it:\n%s", diff)
			}
		})
	}
}

// wellFormed parses the SVG and demands a title, a description and no
// coordinate that is not a number.
func wellFormed(t *testing.T, svg string) {
	t.Helper()
	seen := make(map[string]bool)
	for dec := xml.NewDecoder(bytes.NewReader([]byte(svg))); ; {
		token, err := dec.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatalf("not XML: %v\n%s", err, svg)
		}
		if start, ok := token.(xml.StartElement); ok {
			seen[start.Name.Local] = true
			for _, attr := range start.Attr {
				if strings.Contains(attr.Value, "NaN") || strings.Contains(attr.Value, "Inf") {
					t.Errorf("<%s %s=%q>", start.Name.Local, attr.Name.Local, attr.Value)
				}
			}
		}
	}
	for _, want := range []string{"svg", "title", "desc"} {
		if !seen[want] {
			t.Errorf("no <%s>", want)
		}
	}
}

func TestLinesRefusesWhatItCannotShow(t *testing.T) {
	t.Parallel()
	six := Lines{ID: "x", Format: Count, Days: days(1)}
	for range MaxSeries + 1 {
		six.Series = append(six.Series, Series{"s", []float64{1}})
	}
	if _, err := six.SVG(); err == nil {
		t.Error("draws more lines than it has colours")
	}
	if _, err := (Lines{ID: "x", Format: Count, Days: days(2), Series: []Series{{"s", []float64{1}}}}).SVG(); err == nil {
		t.Error("draws a line with a value too few")
	}
}

func TestTicks(t *testing.T) {
	t.Parallel()
	for _, top := range []float64{0.0003, 0.07, 0.5, 1, 3, 9, 10, 11, 99, 101, 1234, 8.1e6} {
		marks := ticks(top, 5)
		if last := marks[len(marks)-1]; last < top*0.999 || last > top*2.1 || len(marks) < 3 || len(marks) > 8 {
			t.Errorf("ticks(%v) = %v", top, marks)
		}
		for _, mark := range wholeTicks(top, 5) {
			if mark != math.Trunc(mark) {
				t.Errorf("wholeTicks(%v) has %v", top, mark)
			}
		}
	}
	for _, top := range []float64{0, -1, math.NaN(), math.Inf(1)} {
		if marks := ticks(top, 5); len(marks) != 2 {
			t.Errorf("ticks(%v) = %v", top, marks)
		}
	}
}

func TestDayMarks(t *testing.T) {
	t.Parallel()
	for _, n := range []int{0, 1, 5, 9, 10, 31, 63, 64, 90, 365, 400, 1200, 3660} {
		marks := dayMarks(days(n), 9)
		if n > 0 && (len(marks) == 0 || len(marks) > 13) {
			t.Errorf("%d days: %d marks", n, len(marks))
		}
	}
	marks := dayMarks(days(30), 9)
	if marks[0].label != "22 Dec 2025" || marks[len(marks)-1].label != "12 Jan" || marks[2].label != "5 Jan 2026" {
		t.Errorf("marks of a month over the new year: %v", marks)
	}
}

func TestSpread(t *testing.T) {
	t.Parallel()
	at := []float64{10, 11, 12, 99, 100}
	spread(at, 10, 0, 100)
	for i := range at {
		if at[i] < 0 || at[i] > 100 || i > 0 && at[i]-at[i-1] < 10 {
			t.Fatalf("labels at %v", at)
		}
	}
}

func TestFormats(t *testing.T) {
	t.Parallel()
	for got, want := range map[string]string{
		Count(1234567): "1,234,567", Count(999): "999", Count(-1234): "−1,234", Count(0.2): "0",
		Percent(0.5): "50%", Percent(0.0123): "1.2%", Percent(0): "0%", Percent(-0.02): "−2.0%", Percent(1): "100%",
		Decimal(0.123): "0.12", Decimal(-0.001): "0.00", Decimal(-0.5): "−0.50",
	} {
		if got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

func scaled(values []float64, by float64) []float64 {
	for i := range values {
		values[i] *= by
	}
	return values
}

// TestNeighboursDoNotOverlap draws any names: no text covers another one, or
// leaves the drawing.
func TestNeighboursDoNotOverlap(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		leaf := rapid.Custom(func(t *rapid.T) Leaf {
			return Leaf{Name: rapid.StringMatching(`[A-Za-z][a-z]{0,20}( [A-Za-z]{1,15}){0,6}`).Draw(t, "name"), Href: "/careers/x"}
		})
		branch := rapid.Custom(func(t *rapid.T) Branch {
			return Branch{Label: rapid.StringMatching(`[A-Z][a-z ]{0,60}`).Draw(t, "label"), Leaves: rapid.SliceOfN(leaf, 0, 8).Draw(t, "leaves"), More: rapid.IntRange(0, 2).Draw(t, "more")}
		})
		c := Neighbours{ID: "n", Name: rapid.StringMatching(`[A-Z][a-z]{0,30}( [a-z]{1,30}){0,8}`).Draw(t, "name"),
			Left: rapid.SliceOfN(branch, 0, 4).Draw(t, "left"), Right: rapid.SliceOfN(branch, 0, 4).Draw(t, "right")}
		for _, width := range []float64{Width, MiddleWidth, NarrowWidth} {
			d := c.draw(width)
			type box struct{ left, right, top, bottom float64 }
			var boxes []box
			for _, text := range d.Texts {
				size := 13.0
				switch {
				case strings.Contains(text.Class, "small"):
					size = 11.5
				case text.Class == "hubname":
					size = 15
				}
				wide := textWidth(text.Content, size)
				at := box{text.X, text.X + wide, text.Y - size*0.8, text.Y + size*0.2}
				switch text.Anchor {
				case "end":
					at.left, at.right = text.X-wide, text.X
				case "middle":
					at.left, at.right = text.X-wide/2, text.X+wide/2
				}
				if at.left < -1 || at.right > d.Width+1 || at.top < 0 || at.bottom > d.Height {
					t.Fatalf("%q leaves the drawing of %g by %g: %+v", text.Content, width, d.Height, at)
				}
				for i, other := range boxes {
					if at.left < other.right && other.left < at.right && at.top < other.bottom && other.top < at.bottom {
						t.Fatalf("%q covers %q", text.Content, d.Texts[i].Content)
					}
				}
				boxes = append(boxes, at)
			}
		}
	})
}
