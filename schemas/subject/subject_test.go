package subject_test

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"careerstream/schemas/subject"
)

func TestSubjects(t *testing.T) {
	t.Parallel()
	for got, want := range map[string]string{
		subject.Page("www.bls.gov", "0a"):              "page.fetched.www_bls_gov.0a",
		subject.Page("", "0a"):                         "page.fetched._.0a",
		subject.Published("dental-hygienist"):          "record.published.dental-hygienist",
		subject.Dead("normalize", "not-a-career-page"): "dead.normalize.not-a-career-page",
		subject.Redrive("gate"):                        "redrive.gate",
	} {
		if got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

// No input can add a token or a wildcard to a subject.
func TestTokensStayTokens(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		got := subject.Page(rapid.String().Draw(t, "site"), rapid.String().Draw(t, "key"))
		if tokens := strings.Split(got, "."); len(tokens) != 4 {
			t.Fatalf("%q has %d tokens, want 4", got, len(tokens))
		}
		if strings.ContainsAny(got, "*> \t\r\n") || strings.Contains(got, "..") || strings.HasSuffix(got, ".") {
			t.Fatalf("%q is no valid subject", got)
		}
	})
}
