package sentence

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestTexts(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, text string
		want       []string
	}{
		{"empty", " \n ", []string{}},
		{"no mark", "They weld", []string{"They weld"}},
		{"plain", "They weld. They cut!  Do they? Yes.", []string{"They weld.", "They cut!", "Do they?", "Yes."}},
		{"degree inside", "They hold a Ph.D. in physics. Few do not.", []string{"They hold a Ph.D. in physics.", "Few do not."}},
		{"degree at end", "They hold a Ph.D. Postdocs follow.", []string{"They hold a Ph.D.", "Postdocs follow."}},
		{"degree before bracket", "A Psy.D. (or equal) will do.", []string{"A Psy.D. (or equal) will do."}},
		{"country amid", "The U.S. Navy hires them. So does the U.S. The pay is good.", []string{"The U.S. Navy hires them.", "So does the U.S.", "The pay is good."}},
		{"title", "Dr. Lee and Mrs. Oh agree. Prof. Ray does not.", []string{"Dr. Lee and Mrs. Oh agree.", "Prof. Ray does not."}},
		{"example", "Use tools, e.g. Saws or i.e. Drills. Stop.", []string{"Use tools, e.g. Saws or i.e. Drills.", "Stop."}},
		{"number sign", "See No. 5 for it. Is it safe? No. It is not.", []string{"See No. 5 for it.", "Is it safe?", "No.", "It is not."}},
		{"decimals", "They earn $18.73 an hour. It was 3.5 percent.", []string{"They earn $18.73 an hour.", "It was 3.5 percent."}},
		{"quotes", "“Do it.” They did. 'Why?' he asked.", []string{"“Do it.”", "They did.", "'Why?' he asked."}},
		{"brackets", "(See below.) Then go on (if at all). End.", []string{"(See below.)", "Then go on (if at all).", "End."}},
		{"initials", "J. R. Hale founded it. It grew.", []string{"J. R. Hale founded it.", "It grew."}},
		{"plan B", "There is a plan B. They use it.", []string{"There is a plan B.", "They use it."}},
		{"ellipsis", "They wait... Then act. And so on… Done.", []string{"They wait...", "Then act.", "And so on…", "Done."}},
		{"etc", "Saws, drills, etc. are used. Nails, etc. Others too.", []string{"Saws, drills, etc. are used.", "Nails, etc.", "Others too."}},
		{"hours", "They start at 6 a.m. and stay. Shifts end at 10 p.m. Nobody minds.", []string{"They start at 6 a.m. and stay.", "Shifts end at 10 p.m.", "Nobody minds."}},
		{"list numbers", "1. Measure twice. 2. Cut once.", []string{"1. Measure twice.", "2. Cut once."}},
		{"list lines", "They do:\n- cut wood\n- drill\n12) paint\n• sand", []string{"They do:", "- cut wood", "- drill", "12) paint", "• sand"}},
		{"bullets in line", "They do: • cut wood • drill", []string{"They do:", "• cut wood", "• drill"}},
		{"paragraphs", "First\n\nSecond\nline", []string{"First", "Second\nline"}},
		{"domain", "Visit example.com for more. Bye.", []string{"Visit example.com for more.", "Bye."}},
		{"broken UTF-8", "A\xff. B.", []string{"A\xff.", "B."}},
	}
	for _, test := range tests {
		if diff := cmp.Diff(test.want, Texts(test.text)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", test.name, diff)
		}
	}
}

// check holds what Split promises of any text.
func check(t interface {
	Helper()
	Fatalf(string, ...any)
}, text string) {
	t.Helper()
	var rebuilt strings.Builder
	at := 0
	for _, span := range Split(text) {
		if span.Start < at || span.End <= span.Start || span.End > len(text) {
			t.Fatalf("%q: span %v after %d", text, span, at)
		}
		if separator := text[at:span.Start]; strings.TrimFunc(separator, unicode.IsSpace) != "" {
			t.Fatalf("%q: %q is in no sentence", text, separator)
		}
		if part := text[span.Start:span.End]; strings.TrimSpace(part) != part {
			t.Fatalf("%q: sentence %q has white space around it", text, part)
		}
		rebuilt.WriteString(text[at:span.End])
		at = span.End
	}
	rebuilt.WriteString(text[at:])
	if strings.TrimSpace(text[at:]) != "" || rebuilt.String() != text {
		t.Fatalf("%q: the end %q is in no sentence", text, text[at:])
	}
	if utf8.ValidString(text) {
		for _, part := range Texts(text) {
			if !utf8.ValidString(part) {
				t.Fatalf("%q: sentence %q cuts a rune", text, part)
			}
		}
	}
}

func TestSplitKeepsEverything(t *testing.T) {
	t.Parallel()
	piece := rapid.SampledFrom([]string{"Ph.D.", "U.S.", "Dr.", "etc.", "No.", "5", "3.5", "word", "Word", ".", "!", "”", "(", ")", "•", "-", "1.", "\n", "\n\n", " ", "\u00a0", "é", "\xff"})
	rapid.Check(t, func(t *rapid.T) {
		check(t, strings.Join(rapid.SliceOfN(piece, 0, 30).Draw(t, "pieces"), rapid.SampledFrom([]string{"", " "}).Draw(t, "glue")))
	})
}

func FuzzSplit(f *testing.F) {
	f.Add("They hold a Ph.D. in physics. The U.S. pays $3.50. E.g. this… \n\n• \"That.\"")
	f.Add("1. a\n2) b\n- c")
	f.Add("...\xff.\u00a0.")
	f.Fuzz(func(t *testing.T, text string) { check(t, text) })
}

func BenchmarkSplit(b *testing.B) {
	text := strings.Repeat("They hold a Ph.D. in physics, e.g. from the U.S. Navy, and earn $3.50. ", 100)
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		Split(text)
	}
}
