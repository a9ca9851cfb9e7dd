package fact

import (
	"os"
	"strings"
	"testing"
)

// realPage is a page of the world outside, kept beside the module and not in it.
const realPage = "../../../shared/pages/careerexplorer/psychotherapist.txt"

// What a reader finds in the page, by values; the page is read as plain lines.
func TestRealPage(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile(realPage)
	if err != nil {
		t.Skipf("no page %s: it is not part of the module", realPage)
	}
	lines := strings.Split(string(data), "\n")
	x := extractor(t)
	facts := func(about ...string) []Fact {
		var texts []Text
		for _, line := range lines {
			// What stands before a colon is a label ("Clinical Psychologist:").
			if _, rest, labelled := strings.Cut(line, ": "); labelled {
				line = rest
			}
			texts = append(texts, Text{Field: "sections[0].text", Text: line, About: about})
		}
		return x.Facts(texts)
	}
	has := func(facts []Fact, key1, evidence string) bool {
		for _, f := range facts {
			if key(f) == key1 && strings.Contains(f.Sentence, evidence) {
				return true
			}
		}
		return false
	}
	all := facts()
	for _, want := range []struct{ key, evidence string }{
		{"credential:phd", "Psy.D."},
		{"credential:psyd", "Ph.D."},
		{"education:doctoral", "range from"},
		{"education:master", "range from"},
		{"education:doctoral", "Doctoral Degree"},
		{"education:master", "social work"},
		{"credential:licensing-exam", "supervised"},
		{"method:cognitive-behavioral-therapy", "theoretical"},
		{"method:psychodynamic-therapy", "theoretical"},
		{"method:emdr", "EMDR"},
		{"method:person-centered-therapy", "Humanistic"},
		{"method:talk-therapy", "specializes"},
		{"method:dream-analysis", "transference"},
	} {
		if !has(all, want.key, want.evidence) {
			t.Errorf("%s is not found in the sentence with %q", want.key, want.evidence)
		}
	}
	for _, f := range all {
		switch {
		case strings.Contains(f.Value, "practice"), f.Kind == Pay, f.Kind == Experience, f.Kind == Hours:
			t.Errorf("%s in %q: the page says nothing of it", key(f), f.Sentence)
		case f.Value == "md", f.Value == "bachelor", f.Value == "rn":
			t.Errorf("%s in %q: said of nobody", key(f), f.Sentence)
		}
	}
	// Of psychotherapists alone, the page states no Ph.D.: that is the psychologists'.
	own := facts("Psychotherapist", "Psychotherapists")
	if !has(own, "education:doctoral", "range from") || has(own, "credential:phd", "") || has(own, "method:dream-analysis", "") {
		t.Error("what is said of psychologists and psychoanalysts is taken for psychotherapists'")
	}
}
