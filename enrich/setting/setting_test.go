package setting

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func vocabulary(t testing.TB) *Vocabulary {
	t.Helper()
	v, err := New()
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestMatch(t *testing.T) {
	t.Parallel()
	v := vocabulary(t)
	tests := []struct{ text, want string }{
		{"They work in hospitals, clinics, and nursing homes.", "clinic hospital nursing-home"},
		{"Many establish private practices.", "private-practice"},
		{"They are employed by community mental health centers.", "community-center"},
		{"A hospital’s emergency room is busy.", "hospital"},
		{"HOSPITALS are common employers.", "hospital"},
		{"Hospitality is a virtue, and clinical skill another.", ""},
		{"They rarely work in offices.", ""},
		{"They rarely work in offices, hospitals or schools.", ""},
		{"They rarely work in offices, but they visit construction sites.", "construction-site"},
		{"They rarely work in offices; most work outdoors.", "outdoors"},
		{"They work outdoors rather than in offices.", "outdoors"},
		{"Rather than in offices, they work outdoors.", "outdoors"},
		{"They work in clinics, not in hospitals.", "clinic"},
		{"They don't work in factories.", ""},
		{"They don’t work in factories.", ""},
		{"They work not only in hospitals but also in schools.", "hospital school"},
		{"Employers include, but are not limited to, hospitals.", "hospital"},
		{"A few work in laboratories, few in warehouses.", "laboratory"},
		{"They may work outside the office.", ""},
		{"They may work outside the office, in clients' homes.", "client-home"},
		{"They may work outside of an office setting.", ""},
		{"They collaborate with hospitals and schools.", ""},
		{"They collaborate with architects in offices.", "office"},
		{"Hospital administrators supervise them.", ""},
		{"They keep regular office hours.", ""},
		{"A degree from a university is required.", ""},
		{"Some work from home.", "home remote"},
		{"They work in restaurant kitchens.", "restaurant-kitchen"},
		{"They stay on a ship for weeks, or in aircraft.", "aircraft ship"},
		{"They ship goods and court clients.", ""},
		{"They appear in court.", "courtroom"},
		{"They play on tennis courts.", ""},
		{"Advances in the field of psychology matter.", ""},
		{"Offices of physicians employ most.", "medical-office"},
		{"They serve in the military or government agencies.", "government-agency military"},
		{"Work-from-home arrangements exist.", "home remote"},
		{"They work indoors/outdoors.", "outdoors"},
		{"They work in farmers' markets.", ""},
		{"", ""},
	}
	for _, test := range tests {
		got := strings.Join(v.Match([]string{test.text}), " ")
		if got != test.want {
			t.Errorf("Match(%q) = %q, want %q", test.text, got, test.want)
		}
	}
}

// A long text of the kind that pages hold, in our own words.
func TestMatchPassage(t *testing.T) {
	t.Parallel()
	got := vocabulary(t).Match([]string{
		"Where a speech therapist works depends on whom they treat.",
		"Most hold sessions in schools, kindergartens, or their own private practices, where an office is set up to be calm.",
		"Others join hospitals and rehabilitation facilities; there they meet with surgeons from university clinics. Few enter research institutes.",
		"Since sessions moved to video, some see clients remotely, although not from a home office.",
	})
	want := []string{"hospital", "office", "private-practice", "rehabilitation-center", "remote", "school"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("Match (-want +got):\n%s", diff)
	}
}

func TestVocabulary(t *testing.T) {
	t.Parallel()
	v := vocabulary(t)
	var ids []string
	for _, term := range v.Terms() {
		ids = append(ids, term.ID)
		for _, text := range term.Patterns {
			text = strings.ReplaceAll(text, "=", "")
			if got := v.Match([]string{text}); !slices.Contains(got, term.ID) {
				t.Errorf("pattern %q of %s matches %v", text, term.ID, got)
			}
		}
	}
	if !slices.IsSorted(ids) {
		t.Errorf("settings are not sorted by id: %v", ids)
	}
}

func TestParseNamesEveryMistake(t *testing.T) {
	t.Parallel()
	_, err := Parse([]byte(`{"settings": [
		{"id": "Bad Id", "label": "x", "patterns": ["x"]},
		{"id": "twice", "label": "x", "patterns": ["y"]},
		{"id": "twice", "label": "x", "patterns": ["z"]},
		{"id": "no-label", "patterns": ["w"]},
		{"id": "bad-pattern", "label": "x", "patterns": ["On-Site"]}]}`))
	if err == nil {
		t.Fatal("Parse accepts a bad vocabulary")
	}
	for _, want := range []string{"Bad Id", "twice", "no-label", "On-Site"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("error does not name %q: %v", want, err)
		}
	}
	if _, err := Parse([]byte(`{`)); err == nil {
		t.Error("Parse accepts broken JSON")
	}
}

func FuzzMatch(f *testing.F) {
	f.Add("They rarely work in offices, but visit construction sites.")
	f.Add("'s,’,n't,,()")
	v := vocabulary(f)
	f.Fuzz(func(t *testing.T, text string) {
		got := v.Match([]string{text})
		if !slices.IsSorted(got) || len(slices.Compact(slices.Clone(got))) != len(got) {
			t.Errorf("Match(%q) = %v, want sorted and distinct", text, got)
		}
	})
}

func BenchmarkMatch(b *testing.B) {
	v := vocabulary(b)
	text := []string{strings.Repeat("They work in hospitals, clinics and schools, rarely in offices. ", 20)}
	b.ReportAllocs()
	for b.Loop() {
		v.Match(text)
	}
}
