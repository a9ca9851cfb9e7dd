package enrich

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"careerstream/enrich/catalog"
	"careerstream/schemas/career"
)

// world takes records in order and keeps the last event of each career.
func world(t *testing.T, records ...career.Record) register {
	t.Helper()
	l, c := newLog(), catalog.New()
	s := newStage(t, c, l)
	got := make(register)
	for _, r := range records {
		m := l.publish(t, r)
		if err := c.Apply(m); err != nil {
			t.Fatal(err)
		}
		for _, e := range handle(t, s, m) {
			got[e.Record.Slug] = e
		}
	}
	return got
}

func TestRelations(t *testing.T) {
	t.Parallel()
	doctor := career.Record{
		Slug: "doctor", Name: "Doctor", Plural: "Doctors", AlsoKnownAs: []string{"Physician", "Medic"},
		Types:   []career.Type{{Name: "Surgeons"}, {Name: "Doctors"}, {Name: "Coach"}, {Name: "Astronaut"}, {Name: "Surgeons"}},
		SeeAlso: []career.Link{{Name: "RN"}, {Name: "Old Hand"}},
		FAQs: []career.FAQ{{Kind: career.Versus, Question: "Doctor vs Nurse", Comparison: &career.Comparison{
			Left: "Doctor", Right: "Registered Nurse",
		}}},
	}
	// A cycle: the surgeon's page lists doctors as a type in turn.
	surgeon := career.Record{Slug: "surgeon", Name: "Surgeon", Types: []career.Type{{Name: "Doctor"}}}
	nurse := career.Record{Slug: "nurse", Name: "Registered Nurse (RN)"}
	medic := career.Record{Slug: "medic", Name: "Medic"}
	hand := career.Record{Slug: "old-hand", Name: "Old Hand", Retired: &career.Retirement{Since: time.Unix(1, 0), Reason: "moved", MovedTo: "https://x.example/doctor", ReplacedBy: "doctor"}}
	want := []career.Relation{
		{Kind: "has-type", Name: "Surgeons", Career: "surgeon", Confidence: 0.95, Method: "plural", Evidence: "types[Surgeons]"},
		{Kind: "has-type", Name: "Doctors", Evidence: "types[Doctors]", Why: whyOwn},
		{Kind: "has-type", Name: "Coach", Evidence: "types[Coach]", Why: "fits several careers equally: coach-a, coach-b"},
		{Kind: "has-type", Name: "Astronaut", Evidence: "types[Astronaut]", Why: whyUnknown},
		{Kind: "compared-with", Name: "Registered Nurse", Career: "nurse", Confidence: 1, Method: "name", Evidence: "faqs[Doctor vs Nurse].comparison.right"},
		{Kind: "see-also", Name: "RN", Career: "nurse", Confidence: 0.7, Method: "abbreviation", Evidence: "see_also[RN]"},
		{Kind: "see-also", Name: "Old Hand", Career: "old-hand", Confidence: 0.8, Method: "name", Evidence: "see_also[Old Hand]"},
		{Kind: "also-known-as", Name: "Physician", Evidence: "also_known_as[Physician]", Why: whyOwn},
		{Kind: "also-known-as", Name: "Medic", Career: "medic", Confidence: 1, Method: "name", Evidence: "also_known_as[Medic]"},
		{Kind: "type-of", Name: "Doctor", Career: "surgeon", Confidence: 1, Method: "name", Evidence: "surgeon: types[Doctor]"},
		{Kind: "replaces", Name: "old-hand", Career: "old-hand", Confidence: 1, Method: "redirect", Evidence: "aliases[old-hand]"},
	}
	coachA, coachB := career.Record{Slug: "coach-a", Name: "Coach"}, career.Record{Slug: "coach-b", Name: "Coach"}
	records := []career.Record{doctor, surgeon, nurse, medic, hand, coachA, coachB}
	for range len(records) {
		records = append(records[1:], records[0])
		got := world(t, records...)
		if diff := cmp.Diff(want, got["doctor"].Record.Relations); diff != "" {
			t.Errorf("doctor's relations (-want +got):\n%s", diff)
		}
		into := []career.Relation{{Kind: "retired-into", Name: "https://x.example/doctor", Career: "doctor", Confidence: 1, Method: "redirect", Evidence: "retired.moved_to"}}
		if diff := cmp.Diff(into, got["old-hand"].Record.Relations); diff != "" {
			t.Errorf("the retired career's relations (-want +got):\n%s", diff)
		}
	}
}

// An ambiguity that begins or ends with another career changes both sides.
func TestAmbiguityOfATypeReachesTheTypeItself(t *testing.T) {
	t.Parallel()
	doctor := career.Record{Slug: "doctor", Name: "Doctor", Types: []career.Type{{Name: "Coach"}}}
	coach := career.Record{Slug: "coach", Name: "Coach"}
	twin, other := career.Record{Slug: "twin", Name: "Coach"}, career.Record{Slug: "twin", Name: "Trainer"}
	edges := func(e career.Enriched) (n int) {
		for _, r := range e.Record.Relations {
			if r.Career != "" {
				n++
			}
		}
		return n
	}
	for _, test := range []struct {
		records []career.Record
		want    int
	}{
		{[]career.Record{doctor, coach}, 1}, {[]career.Record{doctor, coach, twin}, 0}, {[]career.Record{coach, twin, doctor}, 0},
		{[]career.Record{doctor, twin, coach, other}, 1}, {[]career.Record{twin, coach, doctor, other}, 1},
		{[]career.Record{coach, doctor, {Slug: "doctor", Name: "Doctor"}}, 0},
	} {
		got := world(t, test.records...)
		if edges(got["doctor"]) != test.want || edges(got["coach"]) != test.want || edges(got["twin"]) != 0 {
			t.Errorf("%v: doctor %+v, coach %+v, want %d edge each", test.records, got["doctor"].Record.Relations, got["coach"].Record.Relations, test.want)
		}
	}
}

// symmetric checks that each has-type has its type-of and the other way round.
func symmetric(t tester, g register) {
	t.Helper()
	type edge struct {
		from, to, name, method string
		confidence             float64
	}
	var down, up []edge
	for slug, e := range g {
		for _, r := range e.Record.Relations {
			switch {
			case r.Career == slug:
				t.Errorf("%s has an edge to itself: %+v", slug, r)
			case (r.Career == "") == (r.Why == "") || (r.Career == "") != (r.Confidence == 0):
				t.Errorf("%s: %+v", slug, r)
			case r.Kind == career.HasType && r.Career != "":
				down = append(down, edge{slug, r.Career, r.Name, r.Method, r.Confidence})
			case r.Kind == career.TypeOf:
				up = append(up, edge{r.Career, slug, r.Name, r.Method, r.Confidence})
			}
		}
	}
	byAll := func(a, b edge) int {
		return slices.Compare([]string{a.from, a.to, a.name}, []string{b.from, b.to, b.name})
	}
	slices.SortFunc(down, byAll)
	slices.SortFunc(up, byAll)
	if !slices.Equal(down, up) {
		t.Errorf("has-type and type-of differ:\n%s", cmp.Diff(down, up, cmp.AllowUnexported(edge{})))
	}
}
