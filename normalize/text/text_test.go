package text

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

func TestClean(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		" a \n\t b ":            "a b",
		"a\u00a0\u2003b":        "a b",
		"zero\u200bwidth\ufeff": "zerowidth",
		"soft\u00adhyphen":      "softhyphen",
		"e\u0301":               "\u00e9",
		"\u201ckeep\u201d \u2018these\u2019 \u2013 \u2014": "\u201ckeep\u201d \u2018these\u2019 \u2013 \u2014",
		"bell\u0007": "bell",
		"":           "",
	} {
		if got := Clean(in); got != want {
			t.Errorf("Clean(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestSentences(t *testing.T) {
	t.Parallel()
	for in, want := range map[string][]string{
		"One. Two! Three?":                        {"One.", "Two!", "Three?"},
		"Dr. Smith has a Ph.D. degree. He works.": {"Dr. Smith has a Ph.D. degree.", "He works."},
		"Use tools (e.g. saws). Clean up.":        {"Use tools (e.g. saws).", "Clean up."},
		"He said \u201cGo.\u201d She went.":       {"He said \u201cGo.\u201d", "She went."},
		"It costs 3.50 dollars. 20 are left.":     {"It costs 3.50 dollars.", "20 are left."},
		"no end":                                  {"no end"},
		"First paragraph\n\nSecond one":           {"First paragraph", "Second one"},
	} {
		if diff := cmp.Diff(want, Sentences(in)); diff != "" {
			t.Errorf("%q (-want +got):\n%s", in, diff)
		}
	}
}

func TestTokens(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"C++ & C# Developers":           "c++ and c# developers",
		"client\u2019s attorney-at-law": "client 's attorney at law",
		"Don't, it'll":                  "don't it'll",
		"\u00c9tudes":                   "\u00e9tudes",
		"  ...  ":                       "",
	} {
		if got := Fold(in); got != want {
			t.Errorf("Fold(%q) = %q, want %q", in, got, want)
		}
	}
}

func FuzzText(f *testing.F) {
	f.Add("A \u00a0 b. C's d\u2019s")
	f.Fuzz(func(t *testing.T, s string) {
		c := Clean(s)
		if utf8.ValidString(s) && (!utf8.ValidString(c) || Clean(c) != c || strings.TrimSpace(c) != c) {
			t.Errorf("Clean(%q) = %q is not stable", s, c)
		}
		if got := strings.Join(strings.Fields(strings.Join(Sentences(c), " ")), " "); got != strings.Join(strings.Fields(c), " ") {
			t.Errorf("sentences of %q lose text: %q", c, got)
		}
		for _, tok := range Tokens(s) {
			if tok.Word == "" || tok.Start < 0 || tok.End > len(s) || tok.Start >= tok.End {
				t.Errorf("token %+v of %q", tok, s)
			}
		}
	})
}
