package normalize

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"careerstream/normalize/block"
	"careerstream/normalize/text"
	"careerstream/schemas/career"
	"careerstream/schemas/page"
)

// realPages are pages of the world outside, kept beside the module and not in
// it; samplePages are the bundled site.
const (
	realPages   = "../../shared/pages"
	samplePages = "../deploy/sample/site/careers"
)

// pagesIn lists the pages of a folder, or skips the test where there is none.
func pagesIn(t testing.TB, dir string, patterns ...string) []string {
	t.Helper()
	var out []string
	for _, pat := range patterns {
		files, err := filepath.Glob(filepath.Join(dir, pat))
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, files...)
	}
	if len(out) == 0 {
		t.Skipf("no pages in %s: they are not part of the module", dir)
	}
	return out
}

func load(t testing.TB, file string) Input {
	t.Helper()
	body, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	in := Input{Body: body, MediaType: page.HTML}
	if filepath.Ext(file) == ".txt" {
		in.MediaType = page.Text
	}
	return in
}

// fields lists every text of a record by its path.
func fields(t testing.TB, rec *career.Record) map[string]string {
	t.Helper()
	data, err := rec.Content()
	if err != nil {
		t.Fatal(err)
	}
	var tree any
	if err := json.Unmarshal(data, &tree); err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	var walk func(path string, v any)
	walk = func(path string, v any) {
		switch v := v.(type) {
		case string:
			out[path] = v
		case []any:
			for i, e := range v {
				walk(path+"/"+string(rune('0'+i/100))+string(rune('0'+i/10%10))+string(rune('0'+i%10)), e)
			}
		case map[string]any:
			for k, e := range v {
				walk(path+"."+k, e)
			}
		}
	}
	walk("", tree)
	return out
}

// TestEverySentenceOnce holds that nothing of a page's content is lost or
// doubled: each sentence of its blocks is in exactly one field, or in as many
// as the page repeats it.
func TestEverySentenceOnce(t *testing.T) {
	t.Parallel()
	p := mustNew(t)
	var files []string
	for _, dir := range []struct{ path, pattern string }{{realPages, "*/*.html"}, {realPages, "*/*.txt"}, {samplePages, "*.html"}, {samplePages, "*.txt"}} {
		found, err := filepath.Glob(filepath.Join(dir.path, dir.pattern))
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, found...)
	}
	if len(files) == 0 {
		t.Skip("no pages beside the module")
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			t.Parallel()
			best, err := p.best(load(t, file))
			if err != nil {
				t.Fatal(err)
			}
			checkSentences(t, best)
		})
	}
}

func checkSentences(t *testing.T, a attempt) {
	t.Helper()
	dropped := map[string]bool{}
	for _, d := range a.page.Dropped {
		dropped[d] = true
	}
	onPage := map[string]int{}
	count := func(s string) {
		for _, sentence := range text.Sentences(s) {
			if text.EndsSentence(sentence) && len(sentence) > 25 {
				onPage[sentence]++
			}
		}
	}
	for _, b := range a.page.Blocks {
		if dropped[b.Text] && b.Kind != block.Row {
			continue
		}
		if b.Kind != block.Heading {
			count(b.Text)
		}
		for _, c := range b.Cells {
			count(c)
		}
	}
	for _, qa := range a.doc.FAQs {
		for _, b := range qa.Answer {
			for _, sentence := range text.Sentences(b.Text) {
				if len(sentence) > 25 {
					onPage[sentence] = max(onPage[sentence], 1)
				}
			}
		}
	}
	all := fields(t, a.rec)
	for sentence, n := range onPage {
		bare := sentence
		for _, sep := range []string{": ", " – "} { // the name before it is a field of its own
			if i := strings.Index(sentence, sep); i >= 0 && i < 100 {
				bare = sentence[i+len(sep):]
				break
			}
		}
		if strings.Contains(sentence, "known as: ") {
			names := strings.NewReplacer(" or ", ", ", ".", "").Replace(bare)
			for _, n := range strings.Split(names, ", ") {
				if !slices.Contains(a.rec.AlsoKnownAs, n) {
					t.Errorf("lost: %q of %q", n, sentence)
				}
			}
			continue
		}
		var at []string
		for path, f := range all {
			if strings.Contains(f, sentence) || strings.Contains(f, bare) {
				at = append(at, path)
			}
		}
		if len(at) == 0 {
			t.Errorf("lost: %q", sentence)
		} else if len(at) > n {
			t.Errorf("in %d fields %v, on the page %d times: %q", len(at), at, n, sentence)
		}
	}
}
