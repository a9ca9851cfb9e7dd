package gate_test

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"careerstream/publish/gate"
	"careerstream/schemas/career"
)

func psychotherapist() career.Record {
	r := career.Record{
		Slug: "psychotherapist", Name: "Psychotherapist", Plural: "Psychotherapists",
		Definition: career.Definition{Paragraphs: []string{"A psychotherapist talks.", "It helps."}},
		Duties: []career.Duty{
			{ID: "individual-therapy", Name: "Individual therapy", Text: "One to one."},
			{ID: "crisis-intervention", Name: "Crisis intervention", Text: "Help in a crisis."},
			{ID: "documentation", Name: "Documentation", Text: "Notes."},
			{ID: "d1", Text: "Listens to clients."},
			{ID: "d2", Text: "Writes reports."},
		},
		Types: []career.Type{{Name: "Family Therapist", Abbreviation: "LMFT", Text: "Families."}, {Name: "Art Therapist", Text: "Art."}},
		FAQs: []career.FAQ{
			{Kind: career.QA, Question: "Is it hard?", Answer: []string{"Yes.", "And no."},
				Article: &career.Article{URL: "https://example.com/hard", Text: []string{"Yes.", "Long."}}},
			{Kind: career.Versus, Question: "Psychotherapist vs Psychoanalyst", Comparison: &career.Comparison{
				Left: "Psychotherapist", Right: "Psychoanalyst",
				Dimensions: []career.Dimension{{Name: "Training", Left: "short", Right: "long"}, {Name: "Method", Left: "talk", Right: "couch"}},
			}},
		},
		SeeAlso:  []career.Link{{Name: "Counselor", Career: ""}},
		Sections: []career.Section{{Heading: "History", Level: 2, Text: []string{"Long."}}},
		Source:   career.Source{URL: "https://example.com/p", Site: "example.com"},
		Aliases:  []string{"therapist"},
		Codes:    []career.Code{{Scheme: "soc-2018", Code: "19-3033", Confidence: 0.9}, {Scheme: "esco", Code: "2634.2"}},
		Facts:    []career.Fact{{Kind: "education", Value: "masters", Label: "Master's degree", Field: "definition.paragraphs[0]", Sentence: "It takes a master's degree.", Start: 11, End: 26, Confidence: 0.9}},
		Relations: []career.Relation{
			{Kind: career.HasType, Name: "Family Therapist", Evidence: "types[Family Therapist]", Why: "unknown"},
			{Kind: career.TypeOf, Name: "Psychotherapists", Career: "doctor", Confidence: 0.95, Method: career.ByPlural, Evidence: "doctor: types[Psychotherapists]"},
		},
		Retired: &career.Retirement{Reason: "not-found"},
		Quality: career.Quality{Score: 0.9},
	}
	r.FillLists()
	return r
}

func TestDiffNamesWhatChanged(t *testing.T) {
	t.Parallel()
	change := func(kind, field, before, after string) career.Change {
		return career.Change{Kind: kind, Field: field, Before: before, After: after}
	}
	tests := []struct {
		name string
		edit func(r *career.Record)
		want []career.Change
	}{
		{"nothing", func(*career.Record) {}, []career.Change{}},
		{"name", func(r *career.Record) { r.Name = "Therapist" }, []career.Change{change("changed", "name", "Psychotherapist", "Therapist")}},
		{"one bullet", func(r *career.Record) { r.Duties[1].Text = "Help at once." },
			[]career.Change{change("changed", "duties[crisis-intervention].text", "Help in a crisis.", "Help at once.")}},
		{"a bullet without a name", func(r *career.Record) { r.Duties[3] = career.Duty{ID: "d9", Text: "Listens to people."} },
			[]career.Change{change("changed", "duties[d1].text", "Listens to clients.", "Listens to people.")}},
		{"a bullet more, in front", func(r *career.Record) {
			r.Duties = append([]career.Duty{{ID: "new", Name: "New", Text: "x"}}, r.Duties...)
		}, []career.Change{change("added", "duties[new]", "", "New: x")}},
		{"a bullet less", func(r *career.Record) { r.Duties = r.Duties[1:] }, []career.Change{change("removed", "duties[individual-therapy]", "Individual therapy: One to one.", "")}},
		{"a bullet to the end", func(r *career.Record) { r.Duties = append(r.Duties[1:], r.Duties[0]) },
			[]career.Change{change("moved", "duties[individual-therapy]", "1", "5")}},
		{"a type", func(r *career.Record) { r.Types[1].Career = "art-therapist" }, []career.Change{change("changed", "types[Art Therapist].career", "", "art-therapist")}},
		{"a paragraph", func(r *career.Record) { r.Definition.Paragraphs[1] = "It helps a lot." },
			[]career.Change{change("changed", "definition.paragraphs[2]", "It helps.", "It helps a lot.")}},
		{"an answer", func(r *career.Record) { r.FAQs[0].Answer = []string{"Yes."} }, []career.Change{change("removed", "faqs[Is it hard?].answer[And no.]", "And no.", "")}},
		{"a dimension", func(r *career.Record) { r.FAQs[1].Comparison.Dimensions[0].Right = "very long" },
			[]career.Change{change("changed", "faqs[Psychotherapist vs Psychoanalyst].comparison.dimensions[Training].right", "long", "very long")}},
		{"a setting", func(r *career.Record) { r.Workplace.Settings = []string{"hospital"} }, []career.Change{change("added", "workplace.settings[hospital]", "", "hospital")}},
		{"a link found", func(r *career.Record) { r.SeeAlso[0].Career = "counselor" }, []career.Change{change("changed", "see_also[Counselor].career", "", "counselor")}},
		{"a section", func(r *career.Record) { r.Sections[0].Heading = "Past" },
			[]career.Change{change("removed", "sections[History]", "Long.", ""), change("added", "sections[Past]", "", "Long.")}},
		{"an article that arrives", func(r *career.Record) { r.FAQs[0].Article.Text = append(r.FAQs[0].Article.Text, "More.") },
			[]career.Change{change("added", "faqs[Is it hard?].article.text[More.]", "", "More.")}},
		{"an article's page", func(r *career.Record) { r.FAQs[0].Article.BodySHA256 = "x" }, []career.Change{}},
		{"no article", func(r *career.Record) { r.FAQs[0].Article = nil }, []career.Change{
			change("removed", "faqs[Is it hard?].article", "https://example.com/hard", ""),
			change("removed", "faqs[Is it hard?].article.text[Yes.]", "Yes.", ""), change("removed", "faqs[Is it hard?].article.text[Long.]", "Long.", "")}},
		{"a code", func(r *career.Record) { r.Codes[0].Confidence = 1 }, []career.Change{change("changed", "codes[soc-2018 19-3033].confidence", "0.9", "1")}},
		{"a fact", func(r *career.Record) { r.Facts[0].Pay = &career.Pay{Currency: "USD", Median: 5} },
			[]career.Change{change("changed", "facts[education masters].pay", "", `{"currency":"USD","duration":"","median":5}`)}},
		{"an alias", func(r *career.Record) { r.Aliases = append(r.Aliases, "shrink") }, []career.Change{change("added", "aliases[shrink]", "", "shrink")}},
		{"the page is back", func(r *career.Record) { r.Retired = nil }, []career.Change{change("removed", "retired", "not-found", "")}},
		{"replaced", func(r *career.Record) { r.Retired.ReplacedBy = "shrink" }, []career.Change{change("changed", "retired.replaced_by", "", "shrink")}},
		{"a relation resolved", func(r *career.Record) { r.Relations[0].Career, r.Relations[0].Why = "family-therapist", "" }, []career.Change{
			change("changed", "relations[has-type Family Therapist].career", "", "family-therapist"),
			change("changed", "relations[has-type Family Therapist].why", "unknown", "")}},
		{"a relation from another page", func(r *career.Record) {
			r.Relations = append(r.Relations, career.Relation{Kind: career.TypeOf, Name: "Psychotherapists", Career: "healer"})
		}, []career.Change{change("added", "relations[type-of healer]", "", "Psychotherapists → healer")}},
		{"what no reader sees", func(r *career.Record) { r.Version, r.Source.Template = 7, "x" }, []career.Change{}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			after := psychotherapist()
			test.edit(&after)
			got := gate.Diff(psychotherapist(), after)
			for i := range got {
				got[i].Sentences = nil // see TestDiffNamesSentences
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestDiffNamesSentences(t *testing.T) {
	t.Parallel()
	before, after := psychotherapist(), psychotherapist()
	before.Duties[1].Text, after.Duties[1].Text = "They help. They stay near.", "They help. They stay very near. They call."
	before.Definition.Paragraphs[0], after.Definition.Paragraphs[0] = "One talks. One listens.", "One listens."
	want := []career.Change{
		{Kind: career.Changed, Field: "definition.paragraphs[1]", Before: "One talks. One listens.", After: "One listens.",
			Sentences: []career.SentenceChange{{Kind: career.Removed, Before: "One talks."}}},
		{Kind: career.Changed, Field: "duties[crisis-intervention].text", Before: "They help. They stay near.", After: "They help. They stay very near. They call.",
			Sentences: []career.SentenceChange{
				{Kind: career.Changed, Before: "They stay near.", After: "They stay very near."}, {Kind: career.Added, After: "They call."},
			}},
	}
	if diff := cmp.Diff(want, gate.Diff(before, after)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// word draws from few words, so that keys repeat and lists look alike.
func word() *rapid.Generator[string] {
	return rapid.SampledFrom([]string{"", "a", "b", "c", "a#2", "long " + strings.Repeat("x", 70)})
}

func record() *rapid.Generator[career.Record] {
	words := rapid.SliceOfN(word(), 0, 4)
	return rapid.Custom(func(t *rapid.T) career.Record {
		w := func() string { return word().Draw(t, "word") }
		ws := func() []string { return words.Draw(t, "words") }
		n := func() int { return rapid.IntRange(0, 3).Draw(t, "n") }
		r := career.Record{
			Slug: "x", Name: w(), Plural: w(), AlsoKnownAs: ws(), Definition: career.Definition{Paragraphs: ws()},
			DutiesIntro: ws(), TypesIntro: ws(), Workplace: career.Workplace{Paragraphs: ws(), Settings: ws()},
			Source:  career.Source{URL: w(), Site: w(), Profile: w(), BodySHA256: w()},
			Quality: career.Quality{Score: float64(n()) / 3, Missing: ws(), Warnings: ws()}, Version: uint64(n()),
		}
		for range n() {
			r.Duties = append(r.Duties, career.Duty{ID: w(), Name: w(), Text: w()})
		}
		for range n() {
			r.Types = append(r.Types, career.Type{Name: w(), Abbreviation: w(), Text: w(), Career: w()})
		}
		for range n() {
			r.SeeAlso = append(r.SeeAlso, career.Link{Name: w(), Career: w()})
		}
		for range n() {
			s := career.Section{Heading: w(), Level: n(), Text: ws()}
			for range n() {
				s.Rows = append(s.Rows, ws())
			}
			r.Sections = append(r.Sections, s)
		}
		for range n() {
			f := career.FAQ{Kind: career.QA, Question: w(), Answer: ws()}
			if rapid.Bool().Draw(t, "comparison") {
				c := &career.Comparison{Left: w(), Right: w(), LeftCareer: w(), RightCareer: w(), Intro: w(), Summary: w()}
				for range n() {
					c.Dimensions = append(c.Dimensions, career.Dimension{Name: w(), Left: w(), Right: w()})
				}
				f.Kind, f.Comparison = career.Versus, c
			}
			r.FAQs = append(r.FAQs, f)
		}
		for range n() {
			kind := rapid.SampledFrom([]string{career.HasType, career.TypeOf, career.SeeAlso}).Draw(t, "kind")
			r.Relations = append(r.Relations, career.Relation{Kind: kind, Name: w(), Career: w(), Confidence: float64(n()) / 3, Method: w(), Evidence: w(), Why: w()})
		}
		return r
	})
}

// deepCopy goes through JSON, as records do.
func deepCopy(t *rapid.T, r career.Record) career.Record {
	data, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	var out career.Record
	if err := json.Unmarshal(data, &out); err != nil {
		t.Fatal(err)
	}
	return out
}

func sameContent(t *rapid.T, a, b career.Record) bool {
	x, err := a.Content()
	if err != nil {
		t.Fatal(err)
	}
	y, err := b.Content()
	if err != nil {
		t.Fatal(err)
	}
	return bytes.Equal(x, y)
}

// edit changes one leaf of the record's JSON, so that every field that the
// record has, now or later, is reached.
func edit(t *rapid.T, r career.Record) career.Record {
	data, err := r.Content()
	if err != nil {
		t.Fatal(err)
	}
	var tree any
	if err := json.Unmarshal(data, &tree); err != nil {
		t.Fatal(err)
	}
	var leaves []func()
	var walk func(v any, set func(any))
	walk = func(v any, set func(any)) {
		switch v := v.(type) {
		case map[string]any:
			for _, key := range slices.Sorted(maps.Keys(v)) {
				child := v[key]
				if key == "fetched_at" {
					continue // no text may be added to a time
				}
				walk(child, func(x any) { v[key] = x })
			}
		case []any:
			for i, child := range v {
				walk(child, func(x any) { v[i] = x })
			}
			if len(v) > 1 {
				leaves = append(leaves, func() { v[0], v[len(v)-1] = v[len(v)-1], v[0] })
			}
			if len(v) > 0 {
				leaves = append(leaves, func() { set(v[1:]) }, func() { set(append([]any{v[len(v)-1]}, v...)) })
			}
		case string:
			leaves = append(leaves, func() { set(v + "!") })
		case float64:
			leaves = append(leaves, func() { set(v + 1) })
		}
	}
	walk(tree, func(any) {})
	leaves[rapid.IntRange(0, len(leaves)-1).Draw(t, "leaf")]()
	if data, err = json.Marshal(tree); err != nil {
		t.Fatal(err)
	}
	var out career.Record
	if err := json.Unmarshal(data, &out); err != nil {
		t.Fatal(err)
	}
	return out
}

func TestDiffIsEmptyExactlyForEqualContent(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		a := record().Draw(t, "record")
		var b career.Record
		switch rapid.IntRange(0, 2).Draw(t, "how") {
		case 0:
			b = deepCopy(t, a)
			b.Version, b.Source.Extractor = 9, "other"
		case 1:
			b = edit(t, a)
		default:
			b = record().Draw(t, "other")
		}
		changes := gate.Diff(a, b)
		if same := sameContent(t, a, b); same != (len(changes) == 0) {
			t.Fatalf("same content: %v, changes: %+v", same, changes)
		}
	})
}

func TestDiffOfAnAddedItemIsOneChange(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		ids := rapid.SliceOfNDistinct(rapid.StringMatching(`[a-z]{3}`), 1, 8, rapid.ID[string]).Draw(t, "ids")
		var before, after career.Record
		skip := rapid.IntRange(0, len(ids)-1).Draw(t, "skip")
		for i, id := range ids {
			duty := career.Duty{ID: id, Name: id, Text: "x"}
			after.Duties = append(after.Duties, duty)
			if i != skip {
				before.Duties = append(before.Duties, duty)
			}
		}
		for kind, changes := range map[string][]career.Change{"added": gate.Diff(before, after), "removed": gate.Diff(after, before)} {
			if len(changes) != 1 || changes[0].Kind != kind || changes[0].Field != "duties["+ids[skip]+"]" {
				t.Fatalf("%s: %+v", kind, changes)
			}
		}
	})
}
