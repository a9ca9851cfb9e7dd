package enrich

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"careerstream/enrich/catalog"
	"careerstream/enrich/quality"
	"careerstream/schemas/career"
)

func text(words int) []string { return []string{strings.Repeat("word ", words)} }

func TestDoubts(t *testing.T) {
	t.Parallel()
	duty := career.Duty{Name: "Name", Text: "Does this and that."}
	mixed := career.Record{Slug: "x", Definition: career.Definition{Paragraphs: text(7)}, Duties: []career.Duty{duty, duty, duty}}
	mixed.Duties[1].Name = ""
	mixed.Duties[2].Text = ""
	faqs := career.Record{Slug: "x", FAQs: []career.FAQ{
		{Kind: career.QA, Question: "Why?"},
		{Kind: career.Versus, Question: "X vs Y", Comparison: &career.Comparison{LeftCareer: "x"}},
		{Kind: career.Versus, Question: "Y vs Z", Comparison: &career.Comparison{Dimensions: make([]career.Dimension, 1)}},
	}}
	for _, test := range []struct {
		name   string
		record career.Record
		doubts []string
	}{
		{"nothing", career.Record{Slug: "x"}, nil},
		{"short and mixed", mixed, []string{"definition: very short, 7 words", "duties: 1 of 3 have no name", "duties: 1 of 3 have no text"}},
		{"questions", faqs, []string{`faqs: "Why?" has no answer`, `faqs: "X vs Y" compares nothing`, `faqs: "Y vs Z" does not compare this career`}},
	} {
		if diff := cmp.Diff(test.doubts, doubts(&test.record)); diff != "" {
			t.Errorf("%s: doubts (-want +got):\n%s", test.name, diff)
		}
	}
}

// The score is the mean of its parts; links and articles count in it, time does
// not.
func TestJudge(t *testing.T) {
	t.Parallel()
	s := newStage(t, catalog.New(), newLog())
	r := full()
	s.judge(&r, linked{others: 4, found: 4})
	linkedAll := r.Quality
	sum, weights := 0.0, 0.0
	for _, part := range linkedAll.Parts {
		sum, weights = sum+part.Value*part.Weight, weights+part.Weight
		if part.Name == string(quality.Freshness) && part.Weight != 0 {
			t.Errorf("part %+v: the score of a record must not change by itself", part)
		}
	}
	if d := sum/weights - linkedAll.Score; d > 0.0006 || d < -0.0006 {
		t.Errorf("score %v, the mean of its parts is %v", linkedAll.Score, sum/weights)
	}
	s.judge(&r, linked{others: 4})
	if r.Quality.Score >= linkedAll.Score {
		t.Errorf("score %v without links, %v with them", r.Quality.Score, linkedAll.Score)
	}
	unlinked := r.Quality.Score
	r.FAQs = append(r.FAQs, career.FAQ{Kind: career.QA, Question: "Why?", Answer: text(20), Article: &career.Article{URL: "https://a.example/why"}})
	s.judge(&r, linked{others: 4, found: 4})
	broken := r.Quality.Score
	r.FAQs[len(r.FAQs)-1].Article.Text = text(20)
	s.judge(&r, linked{others: 4, found: 4})
	if r.Quality.Score <= broken {
		t.Errorf("score %v with the article, %v without it (%v)", r.Quality.Score, broken, unlinked)
	}
}
