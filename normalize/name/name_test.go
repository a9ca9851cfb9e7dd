package name

import "testing"

func inflector(t *testing.T) *Inflector {
	t.Helper()
	f, err := NewInflector()
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func TestInflect(t *testing.T) {
	t.Parallel()
	f := inflector(t)
	for singular, plural := range map[string]string{
		"Psychotherapist": "Psychotherapists", "Nurse": "Nurses", "Hostess": "Hostesses", "Chef": "Chefs", "Actuary": "Actuaries",
		"Coach": "Coaches", "Midwife": "Midwives", "Journeyman": "Journeymen", "Police Woman": "Police Women", "Salesperson": "Salespeople",
		"Attorney-at-Law": "Attorneys-at-Law", "Chief of Staff": "Chiefs of Staff", "Passer-by": "Passers-by", "Accountant and Auditor": "Accountants and Auditors",
		"Barber, Hairstylist, and Cosmetologist":               "Barbers, Hairstylists, and Cosmetologists",
		"Licensed Practical and Licensed Vocational Nurse":     "Licensed Practical and Licensed Vocational Nurses",
		"Medical Records and Health Information Technician":    "Medical Records and Health Information Technicians",
		"Oil and Gas Worker":                                   "Oil and Gas Workers",
		"Tax Examiner and Collector, and Revenue Agent":        "Tax Examiners and Collectors, and Revenue Agents",
		"Human Resources Manager":                              "Human Resources Managers",
		"Sales Manager":                                        "Sales Managers",
		"Data Analyst":                                         "Data Analysts",
		"Logistics Officer":                                    "Logistics Officers",
		"Physics Teacher":                                      "Physics Teachers",
		"Home Economics Teacher":                               "Home Economics Teachers",
		"Clothes Designer":                                     "Clothes Designers",
		"Aide":                                                 "Aides",
		"Veterinary Assistant and Laboratory Animal Caretaker": "Veterinary Assistants and Laboratory Animal Caretakers",
		"Woodworker":                                           "Woodworkers",
		"Detective":                                            "Detectives",
		"Thief":                                                "Thieves",
		"CEO":                                                  "CEOs",
	} {
		if got := f.Plural(singular); got != plural {
			t.Errorf("plural of %q: %q, want %q", singular, got, plural)
		}
		if got := f.Singular(plural); got != singular {
			t.Errorf("singular of %q: %q, want %q", plural, got, singular)
		}
		if f.IsPlural(singular) || !f.IsPlural(plural) {
			t.Errorf("number of %q and %q is not told", singular, plural)
		}
		if f.Key(singular) != f.Key(plural) {
			t.Errorf("keys %q and %q differ", f.Key(singular), f.Key(plural))
		}
	}
}

func TestResolve(t *testing.T) {
	t.Parallel()
	f := inflector(t)
	for _, tc := range []struct {
		name     string
		evidence []Evidence
		body     string
		want     Name
	}{
		{"headings beat a site's title", []Evidence{{"Careers Example", 3, false, false}, {"psychotherapist", 4, true, false}, {"Psychotherapist", 3, true, false}}, "", Name{"Psychotherapist", "Psychotherapists", "psychotherapist"}},
		{"a plural title", []Evidence{{"Dental Hygienists", 4, true, false}, {"dental hygienists", 3, false, false}}, "", Name{"Dental Hygienist", "Dental Hygienists", "dental hygienist"}},
		{"or of a heading is and of the title", []Evidence{{"Accountants and Auditors", 4, true, false}, {"an Accountant or Auditor", 3, true, false}}, "", Name{"Accountant and Auditor", "Accountants and Auditors", "accountant and auditor"}},
		{"the page's own small letters", []Evidence{{"Air traffic controller", 4, true, false}, {"air traffic controller", 3, true, false}}, "", Name{"Air traffic controller", "Air traffic controllers", "air traffic controller"}},
		{"capitals throughout", []Evidence{{"DECKHAND", 4, true, false}}, "", Name{"Deckhand", "Deckhands", "deckhand"}},
		{"an abbreviation in brackets", []Evidence{{"Registered Nurse (RN)", 4, true, false}}, "", Name{"Registered Nurse", "Registered Nurses", "registered nurse"}},
		{"inner capitals stay", []Evidence{{"UX designer", 3, true, false}, {"UX Designers", 3, true, false}}, "", Name{"UX Designer", "UX Designers", "ux designer"}},
		{"the text decides", []Evidence{{"Blog", 3, false, false}, {"Baker", 3, false, false}}, "a baker bakes. bakers rise early.", Name{"Baker", "Bakers", "baker"}},
		{"a path only backs what the text says", []Evidence{{"b", 1, false, true}, {"BEEKEEPER", 4, false, false}}, "beekeepers raise bees. a b c b b b.", Name{"Beekeeper", "Beekeepers", "beekeeper"}},
		{"a path settles a tie", []Evidence{{"Farmer", 2, true, false}, {"Baker", 2, true, false}, {"bakers", 1, false, true}}, "", Name{"Baker", "Bakers", "baker"}},
		{"a name within a longer one", []Evidence{{"attorney", 3, true, false}, {"Attorney-at-Law", 4, true, false}}, "an attorney-at-law pleads. attorneys-at-law advise. an attorney-at-law drafts.", Name{"Attorney-at-Law", "Attorneys-at-Law", "attorney at law"}},
		{"an irregular plural in the text", []Evidence{{"Construction Foremen", 3, false, false}}, "construction foremen lead crews.", Name{"Construction Foreman", "Construction Foremen", "construction foreman"}},
		{"the page's plural wins over the rule", []Evidence{{"Postmaster General", 4, true, false}, {"Postmaster Generals", 3, true, false}}, "", Name{"Postmaster General", "Postmaster Generals", "postmaster general"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			got, ok := f.Resolve(tc.evidence, func() string { return tc.body })
			if !ok || got != tc.want {
				t.Errorf("got %+v %v, want %+v", got, ok, tc.want)
			}
		})
	}
	if got, ok := f.Resolve([]Evidence{{"Ten tips", 3, false, false}}, func() string { return "nothing of the kind" }); ok {
		t.Errorf("a name from a guess that the text never uses: %+v", got)
	}
}

func TestPerson(t *testing.T) {
	t.Parallel()
	f := inflector(t)
	for _, s := range []string{"Chef", "Nurses", "Judge", "Registered Nurse (RN)", "Actuary", "Sommelier", "Chief of Staff", "therapists"} {
		if !f.Person(s) {
			t.Errorf("%q is a person", s)
		}
	}
	for _, s := range []string{"Psychotherapy", "Blade", "Career Test", "Hearing", "Jobs for Quiet People"} {
		if f.Person(s) {
			t.Errorf("%q is no person", s)
		}
	}
}
