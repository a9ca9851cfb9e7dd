package enrich

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"careerstream/enrich/catalog"
	"careerstream/enrich/code"
	"careerstream/schemas/career"
)

func TestCodesAndFacts(t *testing.T) {
	t.Parallel()
	stream, index := newLog(), catalog.New()
	stage := newStage(t, index, stream)
	var err error
	if stage.deps.Codes, err = code.Load(code.Config{ONETDir: "code/testdata/onet"}); err != nil {
		t.Fatal(err)
	}
	r := career.Record{
		Slug: "school-psychologist", Name: "School Psychologist", Plural: "School Psychologists",
		Definition: career.Definition{Paragraphs: []string{"School psychologists help pupils. School psychologists must have a master's degree."}},
		Duties:     []career.Duty{{ID: "d", Text: "Some hold a master's degree."}},
	}
	m := stream.publish(t, r)
	if err := index.Apply(m); err != nil {
		t.Fatal(err)
	}
	got := handle(t, stage, m)[0].Record
	var codes []string
	for _, c := range got.Codes {
		codes = append(codes, c.Scheme+" "+c.Code+" "+c.Relation+" "+c.Method)
	}
	if d := cmp.Diff([]string{"onet-soc 19-3034.00 exact title", "soc-2018 19-3034 exact title"}, codes); d != "" {
		t.Error(d)
	}
	if len(got.Facts) != 1 { // "school" and "psychologists" are the career's own words
		t.Fatalf("facts %+v, want the degree once", got.Facts)
	}
	f := got.Facts[0]
	if f.Kind != "education" || f.Sentence != "School psychologists must have a master's degree." || f.Field != "definition.paragraphs[0]" ||
		f.Sentence[f.Start:f.End] == "" || f.Confidence <= 0.5 {
		t.Errorf("fact %+v: want the degree with the surest sentence", f)
	}
}
