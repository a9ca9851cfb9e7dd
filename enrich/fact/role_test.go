package fact

import (
	"slices"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// Marks spare look-ups and never hide a phrase: any question has the answer that
// it has without them.
func TestMarksHideNothing(t *testing.T) {
	t.Parallel()
	v := extractor(t).v
	words := []string{"don't", "n't", "therapists", "nurse", "sums", "Nurse,", "42"}
	for first, list := range v.aliases {
		words = append(words, first)
		for _, w := range list[0].words {
			words = append(words, w.text)
		}
	}
	for _, cues := range v.cues {
		for first, list := range cues {
			words = append(words, first)
			for _, w := range list[0].words {
				words = append(words, w.text)
			}
		}
	}
	slices.Sort(words)
	rd := reader{v: v, own: map[string]bool{"nurse": true}}
	rapid.Check(t, func(t *rapid.T) {
		text := strings.Join(rapid.SliceOfN(rapid.SampledFrom(words), 1, 8).Draw(t, "words"), " ")
		tokens := tokenize(text)
		rd.mark(tokens)
		for i := range tokens {
			rest := tokens[i:]
			for r, cues := range v.cues {
				if _, want := cues.at(rest); rd.cue(role(r), rest) != want {
					t.Fatalf("%q: %s begins %d words, want %d", text[rest[0].start:], roles()[r], rd.cue(role(r), rest), want)
				}
			}
			wantEntry, want := v.aliases.at(rest)
			if e, n := rd.alias(rest); e != wantEntry || n != want {
				t.Fatalf("%q: an alias of %d words, want %d", text[rest[0].start:], n, want)
			}
		}
	})
}

// What is remembered is what the rules say, also after more words than fit.
func TestFormsAreBounded(t *testing.T) {
	t.Parallel()
	f := newForms()
	for range 2 {
		if got := f.of("nurse"); got != [2]string{"nurse", "nurses"} {
			t.Errorf("forms of nurse: %q", got)
		}
	}
	f.mu.Lock()
	for i := range maxForms {
		f.known[strconv.Itoa(i)] = [2]string{}
	}
	f.mu.Unlock()
	if got := f.of("baker"); got != [2]string{"baker", "bakers"} {
		t.Errorf("forms of baker: %q", got)
	}
	if len(f.known) > maxForms {
		t.Errorf("%d words are remembered, want at most %d", len(f.known), maxForms)
	}
}
