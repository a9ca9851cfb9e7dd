package pages

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"careerstream/schemas/career"
)

func TestWordsGiveBothTexts(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringMatching(`(a|bb|ü| |\n|,){0,40}`)
		before, after := text.Draw(t, "before"), text.Draw(t, "after")
		var a, b strings.Builder
		for _, run := range words(before, after) {
			if run.Text == "" {
				t.Fatal("an empty run")
			}
			if run.Kind != "new" {
				a.WriteString(run.Text)
			}
			if run.Kind != "gone" {
				b.WriteString(run.Text)
			}
		}
		if a.String() != before || b.String() != after {
			t.Fatalf("%q and %q, want %q and %q", a.String(), b.String(), before, after)
		}
	})
}

func TestWordsMarkWhatChanged(t *testing.T) {
	t.Parallel()
	got := words("Fit pipes in old houses.", "Fit pipes in new houses.")
	want := []run{{"same", "Fit pipes in "}, {"gone", "old "}, {"new", "new "}, {"same", "houses."}}
	if !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	long := strings.Repeat("word ", 5000)
	if n := len(words(long+"a "+long, long+"b "+long)); n != 4 {
		t.Errorf("long texts that differ in a word give %d runs, want 4", n)
	}
	if n := len(words(strings.Repeat("a b ", 2000), strings.Repeat("c d ", 2000))); n != 2 {
		t.Errorf("long different texts give %d runs, want 2", n)
	}
}

func TestCompareKeepsEveryItem(t *testing.T) {
	t.Parallel()
	before := career.Record{Name: "Plumber", Duties: []career.Duty{{Name: "Fit", Text: "pipes"}, {Text: "Measure"}, {Text: "Weld"}}}
	after := career.Record{Name: "Plumber", Duties: []career.Duty{{Name: "Fit", Text: "pipes"}, {Text: "Measure twice"}}}
	got := compare(&before, &after)
	if len(got) != 2 || got[1].Before != 3 || got[1].After != 2 {
		t.Fatalf("compared %+v", got)
	}
	left, right := len(got[1].Same), len(got[1].Same)
	for _, row := range got[1].Rows {
		if row.Before != "" {
			left++
		}
		if row.After != "" {
			right++
		}
	}
	if left != 3 || right != 2 {
		t.Errorf("%d and %d items, want 3 and 2: %+v", left, right, got[1].Rows)
	}
	if n := len(compare(nil, nil)); n != 0 {
		t.Errorf("nothing and nothing differ in %d parts", n)
	}
}

func TestNames(t *testing.T) {
	t.Parallel()
	for field, want := range map[string]string{
		"duties[fit-pipes].text": "Duties › fit-pipes › text", "also_known_as": "Also known as", "workplace.paragraphs[2]": "Workplace › text › 2",
		"sections[Pay [2024]].rows": "Other sections › Pay [2024] › rows", "": "", "]x[": "]x",
	} {
		if got := fieldName(field); got != want {
			t.Errorf("%q is %q, want %q", field, got, want)
		}
	}
	for field, want := range map[string]string{"duties[2].text": "duties-2", "definition.paragraphs[0]": "definition", "sections[1].text": "", "duties": "duties", "duties[x].text": ""} {
		if got := edge(field); got != want {
			t.Errorf("edge of %q is %q, want %q", field, got, want)
		}
	}
	for field, want := range map[string]string{
		"faqs[1].answer[0]": "Question 2", "faqs[2].comparison.dimensions[3].left": "Question 3, comparison", "definition.paragraphs[2]": "Definition, paragraph 3",
		"types_intro[0]": "Types intro", "duties[x].text": "Duties › x › text", "": "",
	} {
		if got := placeName(field); got != want {
			t.Errorf("place of %q is %q, want %q", field, got, want)
		}
	}
	now := time.Date(2026, 1, 2, 0, 0, 0, 0, time.UTC)
	for d, want := range map[time.Duration]string{0: "just now", 40 * time.Second: "40 s ago", 90 * time.Minute: "1 h ago", 60 * time.Hour: "2 days ago", -time.Hour: "just now"} {
		if got := ago(now, now.Add(-d)); got != want {
			t.Errorf("%s is %q, want %q", d, got, want)
		}
	}
	if ago(now, time.Time{}) != "never" {
		t.Error("the zero time is a time")
	}
}

func TestChangesLeaveOutWhatFollows(t *testing.T) {
	t.Parallel()
	list := []career.Change{
		{Kind: career.Changed, Field: "quality.score", Before: "0.941", After: "0.939"}, {Kind: career.Changed, Field: "quality.score", Before: "0.9", After: "0.5"},
		{Kind: career.Changed, Field: "relations[see-also Welder].confidence", Before: "0", After: "1"}, {Kind: career.Added, Field: "relations[see-also Welder]"},
		{Kind: career.Changed, Field: "facts[x].sentence"}, {Kind: career.Changed, Field: "name", Before: "A", After: "B"},
	}
	got := changesOf(list)
	if diff := cmp.Diff([]career.Change{list[1], list[3], list[5]}, got); diff != "" {
		t.Errorf("changes (-want +got):\n%s", diff)
	}
}

func TestTroublesAreTakenTogether(t *testing.T) {
	t.Parallel()
	got := troubles([]string{"stage gate retrying since 2026-11-23T07:53:32Z: NATS does not answer; start NATS", "ClickHouse is away", "sink a paused since x: NATS does not answer; start NATS"})
	want := []complaint{{"NATS does not answer; start NATS", "stage gate retrying since 23 Nov, 07:53 UTC; sink a paused since x"}, {"ClickHouse is away", ""}}
	if !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

// FuzzReadable reads any bytes of a message.
func FuzzReadable(f *testing.F) {
	for _, seed := range []string{"", `{"a":1}`, "\xff\x00", "<html>"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		text, cut := readable(data)
		if n := len([]rune(text)); n > maxShown || cut && n < maxShown/4 {
			t.Errorf("%d characters are shown, cut %v", n, cut)
		}
		if strings.ContainsAny(text, "\x00\x07\x1b") {
			t.Error("a control character is left")
		}
		_ = fieldName(string(data))
		_ = edge(string(data))
		_ = local(string(data))
	})
}
