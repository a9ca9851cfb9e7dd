package fact

import (
	"encoding/json"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"careerstream/schemas/career"
)

func TestFacts(t *testing.T) {
	t.Parallel()
	text := "Nurses are kind. Nurses must hold a license (some need CPR). They earn $40 to $55 an hour."
	got := extractor(t).Facts([]Text{{Field: "duties[0].text", Text: text, About: []string{"Nurse"}, Weight: 0.5}})
	want := []Fact{
		{
			Kind: Credential, Value: "license", Label: "Professional license", Field: "duties[0].text",
			Sentence: "Nurses must hold a license (some need CPR).", Start: 19, End: 26, Confidence: 0.475, Rule: "credential.required",
		},
		{
			Kind: Credential, Value: "cpr", Label: "Cardiopulmonary resuscitation certification", Field: "duties[0].text",
			Sentence: "Nurses must hold a license (some need CPR).", Start: 38, End: 41, Confidence: 0.285, Rule: "credential.required+hedged",
		},
		{
			Kind: Pay, Value: "range", Label: "Pay range", Field: "duties[0].text",
			Sentence: "They earn $40 to $55 an hour.", Start: 10, End: 20, Confidence: 0.475, Rule: "pay.stated",
			Amounts: &Amounts{Currency: "USD", Duration: "PT1H", MinValue: 40, MaxValue: 55},
		},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("Facts (-want +got):\n%s", diff)
	}
}

// What a sentence leaves open, the one before it in the text may say.
func TestFactsAcrossSentences(t *testing.T) {
	t.Parallel()
	x := extractor(t)
	keys := func(about, text string) []string {
		got := []string{}
		for _, f := range x.Facts([]Text{{Text: text, About: []string{about}}}) {
			got = append(got, key(f))
		}
		return got
	}
	tests := []struct {
		about, text string
		want        []string
	}{
		{
			"Cook", "The median hourly wage for cooks was $16 in May 2024. The lowest 10 percent earned less than $12.",
			[]string{"pay:USD PT1H median=16 year=2024", "pay:USD PT1H p10=12 year=2024"},
		},
		{"Cook", "Dentists study long. They need a doctorate. Cooks need a high school diploma.", []string{"education:high-school"}},
		{"Cook", "Cooks train on the job. They need a high school diploma.", []string{"education:high-school"}},
		{"Cook", "COOKS NEED A RN OR PE OR CAD IN THEIR KITCHENS.", []string{}},
		{"Accountant and Auditor", "Auditors need a CPA license.", []string{"credential:cpa"}},
		{"Cook", "2024 Median Pay: $35,000 per year $16.83 per hour", []string{"pay:USD P1Y median=35000 year=2024", "pay:USD PT1H median=16.83 year=2024"}},
		{"Cook", "They earn 45k EUR or $1.2 million a year.", []string{"pay:EUR P1Y typical=45000", "pay:USD P1Y typical=1200000"}},
		{"Cook", "They earn at least 30.000 € per year.", []string{"pay:EUR P1Y min=30000"}},
	}
	for _, test := range tests {
		if diff := cmp.Diff(test.want, keys(test.about, test.text)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", test.text, diff)
		}
	}
}

func TestDollar(t *testing.T) {
	t.Parallel()
	x, err := New(Config{Dollar: "AUD"})
	if err != nil {
		t.Fatal(err)
	}
	facts := x.Facts([]Text{{Text: "They earn $50 per hour. They earn US$40 per hour."}})
	if len(facts) != 2 || facts[0].Amounts.Currency != "AUD" || facts[1].Amounts.Currency != "USD" {
		t.Errorf("facts = %+v, want AUD and USD", facts)
	}
	if _, err := New(Config{Dollar: "usd"}); err == nil {
		t.Error("New accepts a dollar that is no code")
	}
}

// Hedges lower the confidence wherever they stand before the mention.
func TestHedges(t *testing.T) {
	t.Parallel()
	x := extractor(t)
	tests := []struct {
		text   string
		hedged bool
	}{
		{"Mediators must be licensed.", false},
		{"Mediators may need a license.", true},
		{"A few states require a license.", true},
		{"Some states require mediators and arbitrators to become certified.", true},
		{"In some states, mediators need a license.", true},
		{"Some are lawyers, but all need a license.", false},
		{"Others need a license.", true},
	}
	for _, test := range tests {
		facts := x.Facts([]Text{{Text: test.text, About: []string{"Mediator and Arbitrator"}}})
		if len(facts) != 1 || strings.HasSuffix(facts[0].Rule, "+hedged") != test.hedged {
			t.Errorf("%q: %+v, want one fact, hedged %v", test.text, facts, test.hedged)
		}
	}
}

// promises holds what is true of the facts of any text.
func promises(t interface {
	Helper()
	Errorf(string, ...any)
}, x *Extractor, text Text) {
	t.Helper()
	facts := x.Facts([]Text{text})
	if diff := cmp.Diff(facts, x.Facts([]Text{text})); diff != "" {
		t.Errorf("%q: not the same twice:\n%s", text.Text, diff)
	}
	for _, f := range facts {
		rule, _, _ := strings.Cut(f.Rule, "+")
		switch {
		case !strings.Contains(text.Text, f.Sentence):
			t.Errorf("%q: sentence %q is not in it", text.Text, f.Sentence)
		case f.Start < 0 || f.Start >= f.End || f.End > len(f.Sentence):
			t.Errorf("%q: %s at %d to %d of %q", text.Text, f.Value, f.Start, f.End, f.Sentence)
		case f.Confidence <= 0 || f.Confidence > 1 || math.IsNaN(f.Confidence):
			t.Errorf("%q: confidence %v", text.Text, f.Confidence)
		case confidence(rule) == 0:
			t.Errorf("%q: no rule %q", text.Text, rule)
		case f.Value == "" || f.Label == "":
			t.Errorf("%q: no value or label in %+v", text.Text, f)
		case (f.Kind == Pay) != (f.Amounts != nil), (f.Kind == Experience) != (f.Years != nil), (f.Value == "weekly-hours") != (f.Week != nil):
			t.Errorf("%q: wrong extras in %+v", text.Text, f)
		}
		if _, err := json.Marshal(f); err != nil {
			t.Errorf("%q: %v", text.Text, err)
		}
	}
}

func TestFactsKeepTheirPromises(t *testing.T) {
	t.Parallel()
	x := extractor(t)
	words := rapid.SampledFrom(strings.Fields(`They need a bachelor's degree , license CPA not may unlike nurses who hold an M.D. work 40
		hours per week nights $50 to €60.000 an hour median lowest 10 percent software such as Blender and Foo SQL ; — but
		although required 2-3 years of experience - + ’s n't . . C++ R 1e9 £ 70 000 EUR million "`))
	rapid.Check(t, func(t *rapid.T) {
		text := strings.Join(rapid.SliceOfN(words, 0, 40).Draw(t, "words"), " ")
		promises(t, x, Text{Text: text, About: rapid.SampledFrom([][]string{nil, {"Nurse"}, {"Lawyer"}}).Draw(t, "about")})
	})
}

func FuzzFacts(f *testing.F) {
	f.Add("They need a Ph.D. and earn $50-€60,000 an hour — not more than 40 hours a week.", "Nurse")
	f.Add("Unlike İstanbul’s nurses, who use C++, C#, A&P, and 5–7 years of experience…", "")
	f.Add("software such as Ⱥbc, X Y Z W and Q 10 000 000 000 $ 1.2.3,4", "Ⱥ")
	x := extractor(f)
	f.Fuzz(func(t *testing.T, text, about string) {
		promises(t, x, Text{Text: text, About: []string{about}})
	})
}

func TestRecordTexts(t *testing.T) {
	t.Parallel()
	r := &career.Record{
		Slug: "welder", Name: "Welder", Plural: "Welders", AlsoKnownAs: []string{"Solderer"},
		Definition: career.Definition{Paragraphs: []string{"Welders weld.", " "}},
		Duties:     []career.Duty{{Text: "Weld."}},
		Types:      []career.Type{{Name: "Underwater Welders", Abbreviation: "UW", Text: "They dive."}},
		Workplace:  career.Workplace{Paragraphs: []string{"In shops."}},
		FAQs: []career.FAQ{
			{Kind: career.QA, Answer: []string{"Yes."}},
			{Kind: career.Versus, Comparison: &career.Comparison{Left: "Fitter", Right: "welder", Dimensions: []career.Dimension{{Left: "Fits.", Right: "Welds."}}}},
			{Kind: career.Versus, Comparison: &career.Comparison{Left: "A", Right: "B", RightCareer: "x", LeftCareer: "welder", Dimensions: []career.Dimension{{Left: "L.", Right: "R."}}}},
		},
		Sections: []career.Section{{Text: []string{"More."}, Rows: [][]string{{"Pay", "$5"}, {"a", "b", "c"}}}},
	}
	var got []string
	for _, text := range RecordTexts(r) {
		got = append(got, text.Field+"="+text.Text)
		if !slices.Contains(text.About, "Solderer") || text.Weight <= 0 {
			t.Errorf("%s is about %v, weight %v", text.Field, text.About, text.Weight)
		}
	}
	want := []string{
		"definition.paragraphs[0]=Welders weld.", "duties[0].text=Weld.", "types[0].text=They dive.", "workplace.paragraphs[0]=In shops.",
		"faqs[0].answer[0]=Yes.", "faqs[1].comparison.dimensions[0].right=Welds.", "faqs[2].comparison.dimensions[0].left=L.",
		"sections[0].text[0]=More.", "sections[0].rows[0]=Pay: $5",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("RecordTexts (-want +got):\n%s", diff)
	}
}

// A record of the usual size: some 1,200 words in 40 texts.
func BenchmarkFacts(b *testing.B) {
	x := extractor(b)
	var texts []Text
	bytes := 0
	for range 40 {
		text := Text{Field: "sections[0].text[0]", About: []string{"Nurse", "Nurses"}, Text: "Nurses need a bachelor's degree and must hold a state license. " +
			"Unlike physicians, who hold an M.D., they work nights and weekends, and some work more than 40 hours per week. " +
			"The median annual wage was $93,600 in May 2024."}
		texts = append(texts, text)
		bytes += len(text.Text)
	}
	b.SetBytes(int64(bytes))
	b.ReportAllocs()
	for b.Loop() {
		x.Facts(texts)
	}
}

// One sentence without an end: the time a byte must be that of a short one.
func BenchmarkLongSentence(b *testing.B) {
	x := extractor(b)
	for _, size := range []struct {
		name  string
		times int
	}{{"100", 100}, {"10000", 10000}} {
		b.Run(size.name, func(b *testing.B) {
			text := []Text{{Text: strings.Repeat("unlike nurses, they need a MD and earn $40 to $50 an hour with software such as Foo, ", size.times)}}
			b.SetBytes(int64(len(text[0].Text)))
			b.ReportAllocs()
			for b.Loop() {
				x.Facts(text)
			}
		})
	}
}
