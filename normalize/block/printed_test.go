package block

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func texts(d *Doc) (out []string) {
	for _, b := range d.Blocks {
		out = append(out, b.Text)
	}
	return out
}

func TestPrintedText(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		src  string
		want []string
	}{
		"hyphens of the line and of the word": {
			"Tanners treat hides with tan-\nnin, which takes full-\ntime care. A low-lying\nyard helps, and a low-\nlying pit too.",
			[]string{"Tanners treat hides with tannin, which takes full-time care. A low-lying yard helps, and a low-lying pit too."},
		},
		"a word that is all of its line":         {"It took the manu-\nfacturer\n\nNext one.", []string{"It took the manufacturer", "Next one."}},
		"a dash and a range are no hyphens":      {"From 10-\nto 12 and a -\nb.", []string{"From 10- to 12 and a - b."}},
		"head with a number on every page":       {"Trades, Page 1 of 2\n\nTanners treat hides.\n\n\fTrades, Page 2 of 2\n\nThey sell leather.", []string{"Tanners treat hides.", "They sell leather."}},
		"foot of a number over a form feed":      {"Tanners treat hides with\n\n12\n\fbark and with salt.\n\n13\n\f", []string{"Tanners treat hides with bark and with salt."}},
		"a line about pages, and one of its own": {"On page 12 the tanner says no.\n\nPage by page, it fills.", []string{"On page 12 the tanner says no.", "Page by page, it fills."}},
		"capitals head what is indented below":   {"SIMILAR TRADES\n   saddler, cobbler\n\nMore follows here.", []string{"SIMILAR TRADES", "saddler, cobbler", "More follows here."}},
	} {
		if diff := cmp.Diff(c.want, texts(Text(c.src))); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func TestListsWithinLines(t *testing.T) {
	t.Parallel()
	for src, want := range map[string][]string{
		"Duties: • cut the cloth • sew the linings • press the seams": {"Duties:", "cut the cloth", "sew the linings", "press the seams"},
		"• cut the cloth • sew all the linings":                       {"cut the cloth", "sew all the linings"},
		"Tailor • Cutter • Presser":                                   {"Tailor • Cutter • Presser"},
		"A mark such as • is a bullet and stays where it is here.":    {"A mark such as • is a bullet and stays where it is here."},
	} {
		if diff := cmp.Diff(want, texts(Text("Tailors\n\n" + src))[1:]); diff != "" {
			t.Errorf("%q (-want +got):\n%s", src, diff)
		}
	}
}

func FuzzPrinted(f *testing.F) {
	f.Add("tan-\nnin\n\fPage 1 of 2\n\nfull-\ntime")
	f.Add("a\n1\n\fb-\nc\n2\n\f")
	f.Fuzz(func(t *testing.T, s string) {
		if got := withoutFurniture(s); len(got) > len(s) {
			t.Errorf("%q grows to %q", s, got)
		}
		lines := textLines(s)
		var before strings.Builder
		for _, l := range lines {
			before.WriteString(l.text)
		}
		var after strings.Builder
		for _, l := range unhyphenate(lines) {
			after.WriteString(l.text)
		}
		squeeze := strings.NewReplacer("-", "", " ", "")
		if a, b := squeeze.Replace(before.String()), squeeze.Replace(after.String()); a != b {
			t.Errorf("%q becomes %q", a, b)
		}
	})
}
