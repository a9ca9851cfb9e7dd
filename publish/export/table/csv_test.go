package table_test

import (
	"encoding/csv"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"careerstream/publish/export/table"
)

func TestCSVCells(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		guard bool
		cells []any
		want  string
	}{
		{"plain", false, []any{"a", "b c", uint64(7), 0.25}, "a,b c,7,0.25"},
		{"quotes", false, []any{`say "hi"`, "a,b"}, `"say ""hi""","a,b"`},
		{"line ends stay", false, []any{"a\n\nb", "c\r\nd"}, "\"a\n\nb\",\"c\r\nd\""},
		{"blanks at the ends", false, []any{" a", "b "}, `" a","b "`},
		{"empty", false, []any{"", "", time.Time{}}, ",,"},
		{"time", false, []any{time.Date(2026, 5, 1, 2, 3, 4, 567e6, time.UTC)}, "2026-05-01T02:03:04.567Z"},
		{"lists", false, []any{[]string(nil), []string{"a", `"<b>"`}}, `[],"[""a"",""\""<b>\""""]"`},
		{"formulas as they are", false, []any{"=1+1", "-x"}, "=1+1,-x"},
		{"formulas guarded", true, []any{"=1+1", "+1", "-x", "@a", "\ta", "a=b", ""}, "'=1+1,'+1,'-x,'@a,'\ta,a=b,"},
		{"numbers are no formulas", true, []any{-0.5}, "-0.5"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := string(table.CSV(nil, tt.guard, tt.cells...)); got != tt.want+"\r\n" {
				t.Errorf("got %q, want %q", got, tt.want+"\r\n")
			}
		})
	}
}

// TestCSVIsReadBack lets the reader of the standard library read what is written.
func TestCSVIsReadBack(t *testing.T) {
	t.Parallel()
	text := rapid.StringOfN(rapid.RuneFrom([]rune("ab ,\"\n;='\t€")), 0, 12, -1)
	rapid.Check(t, func(t *rapid.T) {
		texts := rapid.SliceOfN(text, 2, 5).Draw(t, "texts")
		items := rapid.SliceOfN(text, 0, 3).Draw(t, "items")
		cells := []any{"slug"}
		for _, s := range texts {
			cells = append(cells, s)
		}
		line := table.CSV(nil, false, append(cells, items)...)
		rows, err := csv.NewReader(strings.NewReader(string(line))).ReadAll()
		if err != nil || len(rows) != 1 {
			t.Fatalf("%q: %v, %v", line, rows, err)
		}
		if diff := cmp.Diff(texts, rows[0][1:len(rows[0])-1]); diff != "" {
			t.Errorf("%q (-want +got):\n%s", line, diff)
		}
		var got []string
		if err := json.Unmarshal([]byte(rows[0][len(rows[0])-1]), &got); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(append([]string{}, items...), append([]string{}, got...)); diff != "" {
			t.Errorf("list (-want +got):\n%s", diff)
		}
	})
}

func TestTablesHaveNamesOnce(t *testing.T) {
	t.Parallel()
	last := ""
	for _, table := range table.All() {
		if table.Name <= last {
			t.Errorf("table %s stands after %s", table.Name, last)
		}
		last = table.Name
		seen := map[string]bool{}
		for _, column := range table.Columns {
			if seen[column.Name] {
				t.Errorf("table %s has two columns %s", table.Name, column.Name)
			}
			seen[column.Name] = true
		}
		if table.Columns[0].Name != "slug" {
			t.Errorf("table %s begins with %s", table.Name, table.Columns[0].Name)
		}
	}
}
