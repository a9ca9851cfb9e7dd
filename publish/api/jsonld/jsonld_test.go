package jsonld_test

import (
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"regexp"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"careerstream/publish/api/jsonld"
	"careerstream/schemas/career"
)

// vocabulary is the part of schema.org that the package uses.
type vocabulary struct {
	Types map[string]struct {
		Parent     string
		Properties map[string][]string
	}
}

func read(t testing.TB) vocabulary {
	t.Helper()
	data, err := os.ReadFile("testdata/schemaorg.json")
	if err != nil {
		t.Fatal(err)
	}
	var v vocabulary
	if err := json.Unmarshal(data, &v); err != nil {
		t.Fatal(err)
	}
	return v
}

// is reports whether a type is another or one under it.
func (v vocabulary) is(name, ancestor string) bool {
	for name != "" && name != ancestor {
		name = v.Types[name].Parent
	}
	return name == ancestor
}

// expected is what a property of a type may hold; nil where it has no such one.
func (v vocabulary) expected(name, property string) []string {
	for ; name != ""; name = v.Types[name].Parent {
		if found := v.Types[name].Properties[property]; found != nil {
			return found
		}
	}
	return nil
}

var duration = regexp.MustCompile(`^P(\d+[YMWD])*(T(\d+[HMS])+)?$`)

// faults lists what of a node schema.org does not define.
func (v vocabulary) faults(path string, node map[string]any, nodes map[string]string) (found []string) {
	name, _ := node["@type"].(string)
	if _, known := v.Types[name]; !known {
		return []string{path + ": no type " + name}
	}
	for property, value := range node {
		if property == "@type" || property == "@id" {
			continue
		}
		expected := v.expected(name, property)
		if expected == nil {
			found = append(found, fmt.Sprintf("%s: %s has no property %s", path, name, property))
			continue
		}
		values, many := value.([]any)
		if !many {
			values = []any{value}
		}
		if len(values) == 0 {
			found = append(found, path+"."+property+" is empty")
		}
		for i, value := range values {
			at := fmt.Sprintf("%s.%s[%d]", path, property, i)
			if !v.fits(value, expected, nodes) {
				found = append(found, fmt.Sprintf("%s: %v is none of %v", at, value, expected))
			}
			if inner, ok := value.(map[string]any); ok && inner["@type"] != nil {
				found = append(found, v.faults(at, inner, nodes)...)
			}
		}
	}
	return found
}

func (v vocabulary) fits(value any, expected []string, nodes map[string]string) bool {
	return slices.ContainsFunc(expected, func(want string) bool {
		switch value := value.(type) {
		case float64:
			return want == "Number"
		case string:
			u, err := url.Parse(value)
			_, dateTime := time.Parse(time.RFC3339, value)
			return value != "" && (want == "Text" || want == "URL" && err == nil && u.IsAbs() ||
				want == "DateTime" && dateTime == nil || want == "Duration" && duration.MatchString(value))
		case map[string]any:
			name, _ := value["@type"].(string)
			if id, _ := value["@id"].(string); name == "" {
				name = nodes[id]
			}
			return name != "" && v.is(name, want)
		}
		return false
	})
}

func check(t testing.TB, r *career.Record) map[string]any {
	t.Helper()
	record, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	data, err := jsonld.Encode(record)
	if err != nil {
		t.Fatal(err)
	}
	var document map[string]any
	if err := json.Unmarshal(data, &document); err != nil {
		t.Fatal(err)
	}
	if document["@context"] != "https://schema.org" {
		t.Errorf("context %v", document["@context"])
	}
	graph := document["@graph"].([]any)
	nodes := make(map[string]string)
	for _, node := range graph {
		nodes[node.(map[string]any)["@id"].(string)] = node.(map[string]any)["@type"].(string)
	}
	v := read(t)
	byType := make(map[string]any)
	for _, node := range graph {
		object := node.(map[string]any)
		for _, fault := range v.faults(object["@type"].(string), object, nodes) {
			t.Error(fault)
		}
		byType[object["@type"].(string)] = object
	}
	return byType
}

func full() *career.Record {
	r := &career.Record{
		Slug: "welder", Name: "Welder", AlsoKnownAs: []string{"Fabricator", "Metal Joiner"},
		Definition: career.Definition{Paragraphs: []string{"Joins metal.", "By heat."}},
		Duties:     []career.Duty{{ID: "a", Name: "Cut", Text: "cuts plates"}, {ID: "b", Text: "reads drawings"}, {ID: "c", Name: "Grind"}},
		FAQs: []career.FAQ{
			{Kind: career.QA, Question: "Is it hot?", Answer: []string{"Yes.", "Very."}},
			{Kind: career.QA, Question: "More?", Answer: []string{"Begin"}, Article: &career.Article{URL: "https://example.com/more", Text: []string{"Begin and end"}}},
			{Kind: career.Versus, Question: "Welder vs Smith", Comparison: &career.Comparison{
				Left: "Welder", Right: "Smith", Intro: "Both join.", Summary: "So it is.",
				Dimensions: []career.Dimension{{Name: "Heat", Left: "arc", Right: "forge"}},
			}},
		},
		Codes: []career.Code{
			{Scheme: "onet-soc", Version: "30.3", Code: "51-4121.00", Title: "Welders"},
			{Scheme: "esco", Code: "7212.1", URI: "http://data.europa.eu/esco/occupation/x"},
		},
		Facts: []career.Fact{
			{Kind: "tool", Value: "tig-torch", Label: "TIG torch", Sentence: "They use a TIG torch."},
			{Kind: "tool", Value: "tig-torch", Label: "TIG torch", Sentence: "A TIG torch again."},
			{Kind: "method", Value: "brazing", Label: "Brazing", Sentence: "Brazing."},
			{Kind: "credential", Value: "aws-cw", Label: "AWS Certified Welder", Sentence: "Many are certified."},
			{Kind: "education", Value: "high-school", Label: "High school diploma", Sentence: "A diploma helps."},
			{Kind: "experience", Value: "2", Label: "2 years", Sentence: "Two years.", Years: &career.Range{Min: 2}},
			{Kind: "experience", Value: "some", Label: "some", Sentence: "Some experience."},
			{Kind: "hours", Value: "40", Label: "40 hours", Sentence: "40 hours."},
			{Kind: "pay", Value: "p", Label: "pay", Sentence: "Median $50,000.", Pay: &career.Pay{Currency: "USD", Duration: "P1Y", Median: 50000, Percentile10: 35000}},
			{Kind: "pay", Value: "q", Label: "pay", Sentence: "From 20 to 30 an hour.", Pay: &career.Pay{Currency: "USD", Duration: "PT1H", MinValue: 20, MaxValue: 30}},
		},
		Source: career.Source{URL: "https://example.com/welder"}, ValidFrom: time.Date(2026, 5, 1, 2, 3, 4, 0, time.UTC),
	}
	r.FillLists()
	return r
}

func TestFullRecordUsesWhatSchemaOrgDefines(t *testing.T) {
	t.Parallel()
	r := full()
	nodes := check(t, r)
	o, f := nodes["Occupation"].(map[string]any), nodes["FAQPage"].(map[string]any)
	counts := func(property string) int { list, _ := o[property].([]any); return len(list) }
	got := map[string]int{}
	for _, property := range []string{"alternateName", "responsibilities", "skills", "qualifications", "educationRequirements", "experienceRequirements", "occupationalCategory", "estimatedSalary"} {
		got[property] = counts(property)
	}
	want := map[string]int{
		"alternateName": 2, "responsibilities": 3, "skills": 2, "qualifications": 1, "educationRequirements": 1,
		"experienceRequirements": 2, "occupationalCategory": 2, "estimatedSalary": 2,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if o["name"] != "Welder" || o["mainEntityOfPage"] != r.Source.URL || o["description"] != "Joins metal.\n\nBy heat." {
		t.Errorf("occupation %v", o)
	}
	var answers []string
	for _, question := range f["mainEntity"].([]any) {
		answers = append(answers, question.(map[string]any)["acceptedAnswer"].(map[string]any)["text"].(string))
	}
	if diff := cmp.Diff([]string{"Yes.\n\nVery.", "Begin and end", "Both join.\n\nHeat\n\nWelder: arc\n\nSmith: forge\n\nSo it is."}, answers); diff != "" {
		t.Error(diff)
	}
}

func TestSparseRecord(t *testing.T) {
	t.Parallel()
	nodes := check(t, &career.Record{Slug: "x", Name: "X", Source: career.Source{URL: "file:///x.html"}})
	if _, found := nodes["FAQPage"]; found || len(nodes["Occupation"].(map[string]any)) != 3 {
		t.Errorf("nodes %v", nodes)
	}
}

func TestCheckerFindsFaults(t *testing.T) {
	t.Parallel()
	v := read(t)
	for _, text := range []string{
		`{"@type":"Job"}`, `{"@type":"Occupation","salary":1}`, `{"@type":"Occupation","responsibilities":[1]}`,
		`{"@type":"Occupation","estimatedSalary":{"@type":"DefinedTerm","name":"x"}}`, `{"@type":"FAQPage","about":{"@id":"nobody"}}`,
		`{"@type":"Occupation","mainEntityOfPage":"not a url"}`, `{"@type":"MonetaryAmountDistribution","duration":"a year"}`,
	} {
		var node map[string]any
		if err := json.Unmarshal([]byte(text), &node); err != nil {
			t.Fatal(err)
		}
		if len(v.faults("", node, nil)) == 0 {
			t.Errorf("%s passes", text)
		}
	}
}

func TestAnyRecordKeepsNamesAndCounts(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		word := rapid.StringMatching(`[A-Za-zäß"<& ]{1,12}`)
		r := &career.Record{Slug: "s", Name: word.Draw(t, "name"), AlsoKnownAs: rapid.SliceOfN(word, 0, 4).Draw(t, "aka")}
		for range rapid.IntRange(0, 5).Draw(t, "duties") {
			r.Duties = append(r.Duties, career.Duty{Name: word.Draw(t, "duty"), Text: word.Draw(t, "text")})
		}
		for range rapid.IntRange(0, 4).Draw(t, "faqs") {
			r.FAQs = append(r.FAQs, career.FAQ{Kind: career.QA, Question: word.Draw(t, "question"), Answer: []string{word.Draw(t, "answer")}})
		}
		document := jsonld.Of(r)
		o := document.Graph[0].(jsonld.Occupation)
		if o.Name != r.Name || len(o.AlternateName) != len(r.AlsoKnownAs) || len(o.Responsibilities) != len(r.Duties) || (len(document.Graph) == 2) != (len(r.FAQs) > 0) {
			t.Fatalf("%+v", o)
		}
		if len(r.FAQs) > 0 && len(document.Graph[1].(jsonld.FAQPage).MainEntity) != len(r.FAQs) {
			t.Fatal("questions are lost")
		}
	})
}

func FuzzEncode(f *testing.F) {
	record, err := json.Marshal(full())
	if err != nil {
		f.Fatal(err)
	}
	f.Add(record)
	f.Add([]byte(`{"facts":[{"kind":"pay"},{"kind":"experience"}],"faqs":[{"kind":"comparison"}]}`))
	f.Fuzz(func(t *testing.T, record []byte) {
		if data, err := jsonld.Encode(record); err == nil && !json.Valid(data) {
			t.Fatalf("%s is no JSON", data)
		}
	})
}
