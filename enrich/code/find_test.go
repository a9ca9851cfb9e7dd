package code

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// small is a taxonomy of occupations 29-1001.00 and on, each with its titles.
func small(occupations ...[]string) *Taxonomies {
	all := map[string]*occupation{}
	for i, titles := range occupations {
		code := fmt.Sprintf("29-%04d.00", 1001+i)
		all[code] = &occupation{code: code, title: titles[0], alternates: titles[1:]}
	}
	return &Taxonomies{onet: newTaxonomy("30.3", all)}
}

// many are titles of a form, so that its words weigh little, after a first one.
func many(form, first string) [][]string {
	all := [][]string{{first}}
	for i := range 60 {
		all = append(all, []string{fmt.Sprintf(form, fmt.Sprintf("w%d", i))})
	}
	return all
}

// Equally near, a title is surer than an alternate title.
func TestFuzzyOwnTitle(t *testing.T) {
	t.Parallel()
	codes := small([]string{"Surgeons, Emergency Veterinary", "Emergency Veterinary Surgeon"}).Match(Query{Name: "Veterinary emergency surgeon"})
	if len(codes) == 0 || codes[0].Method != Fuzzy || codes[0].Confidence != sureFuzzyTitle {
		t.Errorf("codes %+v", codes)
	}
}

// Titles that differ in number alone are told apart by their writing, where it tells.
func TestTitlesOfOneKey(t *testing.T) {
	t.Parallel()
	taxonomies := small([]string{"Art Directors"}, []string{"Arts Directors"})
	for name, want := range map[string]string{
		"Art directors": "29-1001.00 title exact", "Arts directors": "29-1002.00 title exact",
		"Arts director": "29-1001.00 title broad; 29-1002.00 title broad",
	} {
		if got := only(taxonomies.Match(Query{Name: name}), ONETSOC); got != want {
			t.Errorf("Match(%q) = %q, want %q", name, got, want)
		}
	}
}

// A title shared by two parts of one SOC occupation is surely in that.
func TestSharedWithinSOC(t *testing.T) {
	t.Parallel()
	all := map[string]*occupation{
		"29-1141.01": {code: "29-1141.01", title: "Acute Care Nurses", alternates: []string{"Ward Nurse"}},
		"29-1141.04": {code: "29-1141.04", title: "Clinical Nurse Specialists", alternates: []string{"Ward Nurse"}},
	}
	var got []string
	for _, c := range (&Taxonomies{onet: newTaxonomy("30.3", all)}).Match(Query{Name: "ward nurse"}) {
		got = append(got, fmt.Sprintf("%s %s %g", c.Code, c.Relation, c.Confidence))
	}
	want := []string{"29-1141.01 broad 0.45", "29-1141.04 broad 0.45", "29-1141 broad 0.9"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("codes (-want +got):\n%s", diff)
	}
}

func TestFuzzy(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name       string
		taxonomies *Taxonomies
		query      string
		want       string
	}{
		{"clinical nurse", small([]string{"Clinical Nurses"}, []string{"Clerks"}), "Clinical psychologist", ""},
		{"one qualifier too few", small([]string{"Clinical Research Psychologists"}, []string{"Clerks"}), "Clinical psychologist", ""},
		{"title says more", small([]string{"Large Animal Emergency Veterinary Surgeons"}, []string{"Large Dogs", "Small Dogs"}), "Animal emergency veterinary surgeon", "29-1001.00 fuzzy narrow"},
		{"name says more", small([]string{"Animal Emergency Veterinary Surgeons"}, []string{"Large Dogs", "Large Cats", "Large Goats"}), "Large animal emergency veterinary surgeon", "29-1001.00 fuzzy broad"},
		{"runner-up too near", small([]string{"Large Animal Emergency Veterinary Surgeons"}, []string{"Small Animal Emergency Veterinary Surgeons"}), "Animal emergency veterinary surgeon", ""},
		{"one title of two", small([]string{"A", "Emergency Veterinary Surgeon"}, []string{"B", "Emergency Veterinary Surgeon"}), "Surgeon, emergency veterinary", ""},
		{"title before alternate title", small([]string{"A", "Emergency Veterinary Surgeon"}, []string{"Emergency Veterinary Surgeons"}), "Surgeon, emergency veterinary", "29-1002.00 fuzzy close"},
		{"other head", small([]string{"Emergency Veterinary Surgeons"}), "Veterinary surgeon emergency", ""},
		{"before a preposition", small([]string{"Directors of Emergency Surgery"}), "Emergency surgery director", "29-1001.00 fuzzy close"},
		{"before a preposition, other head", small([]string{"Assistants of Emergency Directors"}), "Emergency assistants director", ""},
		{"list", small([]string{"Potters, Weavers, and Dyers of Cloth"}), "Dyers, weavers, and potters of cloth", "29-1001.00 fuzzy close"},
		{"All Other", small(many("%s Makers, All Other", "Train Engineers, All Other")...), "Train engineer", ""},
		{"all, and other", small(many("All %s Makers, Other", "All Train Engineers, Other")...), "Train engineer", "29-1001.00 fuzzy narrow"},
		{"Except", small(many("Makers, Except %s", "Engineers, Except Train")...), "Train engineers", ""},
		{"grade", small([]string{"Train Ferry Engineer II"}), "Engineer of train ferry II", "29-1001.00 fuzzy close"},
	} {
		if got := only(test.taxonomies.Match(Query{Name: test.query}), ONETSOC); got != test.want {
			t.Errorf("%s: Match(%q) = %q, want %q", test.name, test.query, got, test.want)
		}
	}
}

func TestFuzzyEvidence(t *testing.T) {
	t.Parallel()
	for _, c := range fixture(t).Match(Query{Name: "Mechanic, commercial refrigeration"}) {
		if c.Method != Fuzzy || c.Confidence >= sureOtherTitle || !strings.Contains(c.Evidence, `"Commercial Refrigeration Mechanic"`) {
			t.Errorf("code %+v", c)
		}
	}
}
