package quality

import (
	"math"
	"strings"
	"testing"
)

// counted are words with their syllables after usual American dictionaries:
// a number and the words that have so many.
const counted = `
1 help cares they nurse place plan health skilled school worked through strength course judge
2 career people patient doctor safely assess money system nurses houses needed office training table workplace science
2 teacher answer question being diet working police language plumber baker wages careful careless business
3 therapy manager hospital medicine radio creative idea develop consider assistant customer employer agency
3 management family recovery engineer educate experience piano media studios
4 psychology community information activity education emotional communicate facility
4 technology material librarian
5 psychological examination university communication electricity
`

func TestSyllables(t *testing.T) {
	t.Parallel()
	total, right := 0, 0
	var wrong []string
	want := 0
	for _, field := range strings.Fields(counted) {
		if len(field) == 1 {
			want = int(field[0] - '0')
			continue
		}
		total++
		if got := syllables(field); got == want {
			right++
		} else {
			wrong = append(wrong, field)
		}
	}
	t.Logf("%d of %d words right, not %v", right, total, wrong)
	if right*100 < total*90 {
		t.Errorf("%d of %d words are right, want 9 of 10; wrong: %v", right, total, wrong)
	}
	for word, want := range map[string]int{"BLS": 1, "2026": 1, "Ph.D": 1, "$15": 1, "full-time": 2, "client’s": 2, "engineer's": 3, "": 1} {
		if got := syllables(word); got != want {
			t.Errorf("syllables of %q are %d, want %d", word, got, want)
		}
	}
}

func TestReadCountsSentences(t *testing.T) {
	t.Parallel()
	tests := []struct {
		text             string
		words, sentences int
	}{
		{"", 0, 0},
		{"... - !", 0, 0},
		{"No stop at the end", 5, 1},
		{"One. Two! Three? (Four.) \"Five.\"", 5, 5},
		{"Dr. Smith of the U.S. office, e.g. a Ph.D. holder, wins.", 11, 1},
		{"It costs 3.5 dollars. Or more…", 6, 2},
	}
	for _, test := range tests {
		p := prose{syllabary: newSyllabary()}
		p.read(test.text)
		if p.words != test.words || p.sentences != test.sentences {
			t.Errorf("%q: %d words, %d sentences, want %d and %d", test.text, p.words, p.sentences, test.words, test.sentences)
		}
	}
}

func TestEase(t *testing.T) {
	t.Parallel()
	if got, want := (prose{words: 100, sentences: 5, syllables: 150}).ease(), 206.835-20.3-126.9; math.Abs(got-want) > 1e-9 {
		t.Errorf("ease is %v, want %v", got, want)
	}
	if got := (prose{}).ease(); got != 0 {
		t.Errorf("ease of nothing is %v", got)
	}
}

func FuzzRead(f *testing.F) {
	for _, seed := range []string{"", "A. b! C?", "\xff\xfe. x", "Ph.D.-'s '' --", "e.g.", "’’ ‘x’"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		p := prose{syllabary: newSyllabary()}
		p.read(text)
		if p.sentences > p.words || p.syllables < p.words || p.words > 0 && p.sentences == 0 {
			t.Errorf("%q: %+v", text, p)
		}
		if ease := p.ease(); math.IsNaN(ease) || math.IsInf(ease, 0) {
			t.Errorf("%q: ease %v", text, ease)
		}
	})
}
