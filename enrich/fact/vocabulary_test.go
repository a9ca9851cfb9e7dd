package fact

import (
	"strings"
	"testing"
	"testing/fstest"
)

func TestEntries(t *testing.T) {
	t.Parallel()
	perKind := make(map[Kind]int)
	seen := make(map[Entry]bool)
	for _, e := range extractor(t).Entries() {
		perKind[e.Kind]++
		if seen[Entry{Kind: e.Kind, ID: e.ID}] || e.Label == "" {
			t.Errorf("%s %s is there twice or has no label", e.Kind, e.ID)
		}
		seen[Entry{Kind: e.Kind, ID: e.ID}] = true
	}
	for kind, least := range map[Kind]int{Credential: 80, Education: 8, Method: 100, Hours: 15} {
		if perKind[kind] < least {
			t.Errorf("%d entries of %s, want at least %d", perKind[kind], kind, least)
		}
	}
}

// Every row of the built-in tables is found by its own first alias, or by the one
// whose phrase it shares.
func TestEveryMethodIsFound(t *testing.T) {
	t.Parallel()
	x := extractor(t)
	for words, list := range x.v.aliases {
		for _, ph := range list {
			if ph.entry == nil || ph.entry.Kind != Method || len(ph.entry.context) > 0 {
				continue
			}
			var parts []string
			for _, w := range ph.words {
				parts = append(parts, w.text)
			}
			name := strings.Join(parts, " ")
			found := false
			for _, f := range x.Facts([]Text{{Text: "They apply " + name + " daily."}}) {
				found = found || f.Value == ph.entry.ID
			}
			if !found {
				t.Errorf("%s: %q of %s is not found", words, name, ph.entry.ID)
			}
		}
	}
}

func TestVocabularyFolder(t *testing.T) {
	t.Parallel()
	x, err := New(Config{Vocabulary: fstest.MapFS{
		"method.tsv": {Data: []byte("# id\tlabel\taliases\r\nraku\tRaku firing\traku firing | raku\r\n")},
	}})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, f := range x.Facts([]Text{{Text: "Potters practice raku and SQL, and need a high school diploma."}}) {
		got = append(got, key(f))
	}
	if want := "method:raku education:high-school"; strings.Join(got, " ") != want {
		t.Errorf("facts = %v, want %s", got, want)
	}
}

func TestVocabularyMistakes(t *testing.T) {
	t.Parallel()
	tests := []struct{ file, data, want string }{
		{"method.tsv", "# x\nraku\n", "method.tsv:2: want 3 columns"},
		{"method.tsv", "raku\tRaku\traku\nRa ku\tRaku\tother\n", `method.tsv:2: id "Ra ku"`},
		{"method.tsv", "raku\tRaku\traku\nraku\tRaku\traku\n", `method.tsv:2: "raku" is in method.tsv:1 already`},
		{"method.tsv", "raku\tRaku\traku |  | x\n", "method.tsv:1: a phrase has no words"},
		{"method.tsv", "raku\tRaku\traku\tbest\n", `method.tsv:1: option "best"`},
		{"method.tsv", strings.Repeat("#", maxTable+1), "method.tsv: larger than"},
		{"credential.tsv", "phd\tPhD\tPhD\tlevel=sky\n", `credential.tsv:1: level "sky" is not in education.tsv`},
		{"currency.tsv", "usd\tDollar\t$\n", `currency.tsv:1: code "usd"`},
		{"currency.tsv", "USD\tDollar\t$ | USD\nAUD\tDollar\t$ | AUD\n", `currency.tsv:2: sign "$"`},
		{"cues.tsv", "negator\tnot\nmood\tgood\n", `cues.tsv:2: no such role: "mood"`},
		{"cues.tsv", "negator\tnot\n", `cues.tsv: role "require" is missing`},
		{"methods.tsv", "", "methods.tsv: no such table"},
	}
	for _, test := range tests {
		_, err := New(Config{Vocabulary: fstest.MapFS{test.file: {Data: []byte(test.data)}}})
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("New with %s %.40q: %v, want %q", test.file, test.data, err, test.want)
		}
	}
}

func FuzzVocabulary(f *testing.F) {
	f.Add("a\tA\ta b | =c | n't\tcontext=x self cue")
	f.Add("a\tA\t|\n\n#\n\ta")
	f.Fuzz(func(t *testing.T, data string) {
		x, err := New(Config{Vocabulary: fstest.MapFS{"method.tsv": {Data: []byte(data)}}})
		if err == nil {
			x.Facts([]Text{{Text: data + " They need a degree."}})
		}
	})
}
