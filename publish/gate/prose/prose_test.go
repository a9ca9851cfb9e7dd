package prose_test

import (
	"strings"
	"testing"
	"unicode"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"careerstream/publish/gate/prose"
	"careerstream/schemas/career"
)

func TestSentences(t *testing.T) {
	t.Parallel()
	for passage, want := range map[string][]string{
		"":                           nil,
		" \n ":                       nil,
		"One":                        {"One"},
		"One. Two! Three? 4 is last": {"One.", "Two!", "Three?", "4 is last"},
		"They see Dr. Smith, e.g. Mondays. Then J. S. Bach plays.": {"They see Dr. Smith, e.g. Mondays.", "Then J. S. Bach plays."},
		"She said \"No.\" Then she left.":                          {"She said \"No.\"", "Then she left."},
		"It costs 3.5 dollars. no start":                           {"It costs 3.5 dollars. no start"},
		"One line\nanother line":                                   {"One line", "another line"},
		"Wait... What?! (Yes.) End":                                {"Wait...", "What?!", "(Yes.)", "End"},
		"Ä. Österreich. Ölig":                                      {"Ä. Österreich.", "Ölig"},
	} {
		if diff := cmp.Diff(want, prose.Sentences(passage)); diff != "" {
			t.Errorf("%q (-want +got):\n%s", passage, diff)
		}
	}
}

func TestDiff(t *testing.T) {
	t.Parallel()
	change := func(kind, before, after string) career.SentenceChange {
		return career.SentenceChange{Kind: kind, Before: before, After: after}
	}
	for _, test := range []struct {
		name, before, after string
		want                []career.SentenceChange
	}{
		{"nothing", "One. Two.", "One. Two.", nil},
		{"white space", "One. Two.", "One.  \n Two.", nil},
		{"added", "One. Three.", "One. Two. Three.", []career.SentenceChange{change("added", "", "Two.")}},
		{"removed", "One. Two. Three.", "One. Three.", []career.SentenceChange{change("removed", "Two.", "")}},
		{"reworded", "They bake good bread. Then they sleep.", "They bake fine bread. Then they sleep.",
			[]career.SentenceChange{change("changed", "They bake good bread.", "They bake fine bread.")}},
		{"replaced", "They bake bread. Then they sleep.", "Nobody knows. Then they sleep.",
			[]career.SentenceChange{change("removed", "They bake bread.", ""), change("added", "", "Nobody knows.")}},
		{"reworded beside a new one", "A b c d. E.", "New here now. A b c x. E.",
			[]career.SentenceChange{change("added", "", "New here now."), change("changed", "A b c d.", "A b c x.")}},
		{"all", "A.", "", []career.SentenceChange{change("removed", "A.", "")}},
	} {
		if diff := cmp.Diff(test.want, prose.Diff(test.before, test.after)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", test.name, diff)
		}
	}
}

// What goes beyond the bound is still told, and at once.
func TestDiffOfVeryLongPassages(t *testing.T) {
	t.Parallel()
	before, after := strings.Repeat("Aa bb. ", 20_000), strings.Repeat("Cc dd. ", 20_000)
	if n := len(prose.Diff(before, after)); n != 40_000 {
		t.Errorf("%d changes, want 40000", n)
	}
}

func passage() *rapid.Generator[string] {
	return rapid.Custom(func(t *rapid.T) string {
		return strings.Join(rapid.SliceOfN(rapid.SampledFrom([]string{"A b c d.", "A b c x.", "Q?", "Z z!", "e.g. this", "Dr. Who came."}), 0, 8).Draw(t, "sentences"), " ")
	})
}

// The sentences that a diff does not name are the same on both sides, in order.
func TestDiffAccountsForEverySentence(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		before, after := passage().Draw(t, "before"), passage().Draw(t, "after")
		changes := prose.Diff(before, after)
		stay := func(all []string, named func(career.SentenceChange) string) []string {
			var gone []string
			for _, c := range changes {
				if s := named(c); s != "" {
					gone = append(gone, s)
				}
			}
			counts := map[string]int{}
			for _, s := range gone {
				counts[s]++
			}
			var kept []string
			for _, s := range all {
				counts[s]--
				if counts[s] < 0 {
					kept = append(kept, s)
				}
			}
			for s, n := range counts {
				if n > 0 {
					t.Fatalf("%q is named %d times too often", s, n)
				}
			}
			return kept
		}
		old := stay(prose.Sentences(before), func(c career.SentenceChange) string { return c.Before })
		now := stay(prose.Sentences(after), func(c career.SentenceChange) string { return c.After })
		if len(old) != len(now) {
			t.Fatalf("%q to %q: %d and %d sentences are not named", before, after, len(old), len(now))
		}
		if len(changes) == 0 && strings.Join(prose.Sentences(before), " ") != strings.Join(prose.Sentences(after), " ") {
			t.Fatalf("%q to %q: no change", before, after)
		}
		for _, c := range changes {
			if (c.Before == "") != (c.Kind == career.Added) || (c.After == "") != (c.Kind == career.Removed) || c.Before == c.After {
				t.Fatalf("change %+v", c)
			}
		}
	})
}

func FuzzSentences(f *testing.F) {
	f.Add("One. Two! \"Three.\" e.g. Dr. X.\nNew")
	f.Add("...?!) \xff. \u00a0A")
	f.Fuzz(func(t *testing.T, s string) {
		// As records are: two halves of a character would become one when joined.
		s = strings.ToValidUTF8(s, "\uFFFD")
		squeeze := func(s string) string {
			return strings.Map(func(r rune) rune {
				if unicode.IsSpace(r) {
					return -1
				}
				return r
			}, s)
		}
		if got := squeeze(strings.Join(prose.Sentences(s), "")); got != squeeze(s) {
			t.Errorf("sentences of %q hold %q", s, got)
		}
	})
}
