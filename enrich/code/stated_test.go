package code

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"github.com/google/go-cmp/cmp"
)

func TestStatedSOC(t *testing.T) {
	t.Parallel()
	tests := []struct{ text, want string }{
		{"SOC code 29-1141", "29-1141"},
		{"SOC Code: 29-1141.", "29-1141"},
		{"(SOC 29-1141)", "29-1141"},
		{"The 2018 Standard Occupational Classification (SOC) code is 29-1141, of course.", "29-1141"},
		{"O*NET 19-3031.02", "19-3031.02"},
		{"O*NET-SOC code 19-3033", "19-3033"},
		{"O*NET® code 19-3033.00", "19-3033.00"},
		{"Its code is 29-1141.00.", "29-1141.00"},
		{"https://a.example/link/summary/51-2021.00", "51-2021.00"},
		{"SOC codes 29-1141, 29-1151 and 29-1171; phone 33-4455", "29-1141 29-1151 29-1171"},
		{"SOC code 29-1141, and again SOC code 29-1141", "29-1141"},
		{"Occupation\tSOC Code\tJobs\nNurses\t29-1141\t3,000\nOthers\t29-1151\t20\n\nTrains\t29-1171\t1", "29-1141 29-1151"},
		{"| Title | SOC code |\n| Nurses | 29-1141 |", "29-1141"},
		{"", ""},
		{"29-1141", ""},
		{"Call 29-1141 now", ""},
		{"Call 555-29-1141 about your SOC code", ""},
		{"SOC code 555-29-1141", ""},
		{"SOC code 29-1141-22", ""},
		{"SOC code 29-11415", ""},
		{"SOC code 30-1141", ""},
		{"SOC code 57-1141", ""},
		{"SOC data as of 11-2023", ""},
		{"Updated 11-2023", ""},
		{"Posted 2023-11-2023", ""},
		{"Price $29-1141.00", ""},
		{"SOC code 29-1141.005", ""},
		{"model X29-1141.00", ""},
		{"SOC code x\nfor 29-1141 dollars", ""},
		{"The soccer score was 13-2011", ""},
		{"Social security: SOC, phone 29-1141", ""},
	}
	for _, test := range tests {
		if got := strings.Join(StatedSOC(test.text), " "); got != test.want {
			t.Errorf("StatedSOC(%q) = %q, want %q", test.text, got, test.want)
		}
	}
}

func TestStatedInRows(t *testing.T) {
	t.Parallel()
	rows := [][]string{
		{"Occupational\nTitle", "SOC\u00a0Code", "Employment"}, {"Percent", "Numeric"}, {"", ""},
		{"All of them", "29-1000", "1"}, {"Nurses, formerly 29-1111", "\n29-1141 ", "2"}, {"More", "—", "3"},
	}
	if got := strings.Join(StatedInRows(rows), " "); got != "29-1000 29-1141" {
		t.Errorf("codes %q", got)
	}
	if got := StatedInRows([][]string{{"Part", "Number"}, {"Bolt", "29-1141"}}); len(got) != 0 {
		t.Errorf("codes %q of a table without a column of them", got)
	}
}

// The tables of real pages, whose cells say by an attribute what they hold.
func TestStatedInRealTables(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("../../../shared/pages/bls-ooh/*.html")
	if err != nil {
		t.Fatal(err)
	}
	if len(files) == 0 {
		t.Skip("no pages in shared/pages/bls-ooh: they are not part of the module")
	}
	some := 0
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		page, err := goquery.NewDocumentFromReader(bytes.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		var want, got []string
		page.Find("table").Each(func(_ int, table *goquery.Selection) {
			var rows [][]string
			table.Find("tr").Each(func(_ int, tr *goquery.Selection) {
				var row []string
				tr.Find("th, td").Each(func(_ int, cell *goquery.Selection) { row = append(row, cell.Text()) })
				rows = append(rows, row)
			})
			table.Find(`td[data-label="SOC Code:"]`).Each(func(_ int, cell *goquery.Selection) {
				if code := strings.TrimSpace(cell.Text()); isSOC(code) {
					want = append(want, code)
				}
			})
			got = append(got, StatedInRows(rows)...)
		})
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", filepath.Base(file), diff)
		}
		some += len(got)
	}
	if some == 0 {
		t.Error("no page states a code")
	}
	t.Logf("%d codes on %d pages", some, len(files))
}

func FuzzStatedSOC(f *testing.F) {
	f.Add("SOC codes 29-1141, 29-1151.00 and\n29-1171")
	f.Add("SOC Code\n\t29-1141|")
	f.Fuzz(func(t *testing.T, text string) {
		found := StatedSOC(text)
		if len(found) > maxStated {
			t.Errorf("%d codes", len(found))
		}
		for _, code := range found {
			if !isSOC(code) || !strings.Contains(text, code) {
				t.Errorf("%q is no code of the text", code)
			}
		}
	})
}
