package code

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// made is a taxonomy drawn at random: rows in a drawn order.
type made struct {
	occupations, titles []string
	names               []string // of the occupations, different from each other
}

func drawTaxonomy(t *rapid.T) made {
	words := []string{"nurse", "clinical", "teacher", "art", "senior", "forensic", "sales", "manager", "data", "driver", "bus"}
	name := rapid.Custom(func(t *rapid.T) string {
		return strings.Join(rapid.SliceOfN(rapid.SampledFrom(words), 1, 4).Draw(t, "words"), " ")
	})
	var m made
	m.names = rapid.SliceOfNDistinct(name, 1, 12, func(s string) string { return s }).Draw(t, "titles")
	for i, title := range m.names {
		code := fmt.Sprintf("29-%04d.%02d", 1000+i/2, i%2)
		m.occupations = append(m.occupations, code+"\t"+title+"\td\n")
		for _, alternate := range rapid.SliceOfN(name, 1, 4).Draw(t, "alternates") {
			m.titles = append(m.titles, code+"\t"+alternate+"\tn/a\n")
		}
	}
	return m
}

func (m made) load(t *rapid.T) *Taxonomies {
	all, err := readOccupations("F.txt", []byte(occupationHeader+strings.Join(m.occupations, "")))
	if err != nil {
		t.Fatal(err)
	}
	if err := readTitles("F.txt", []byte("O*NET-SOC Code\tJob Title\tShort Title\n"+strings.Join(m.titles, "")), "Job Title", all); err != nil {
		t.Fatal(err)
	}
	return &Taxonomies{onet: newTaxonomy("30.3", all)}
}

// A title is found as such, however it is cased and whatever other titles there are.
func TestExactTitle(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		m := drawTaxonomy(t)
		taxonomies := m.load(t)
		i := rapid.IntRange(0, len(m.names)-1).Draw(t, "which")
		code := m.occupations[i][:10]
		name := m.names[i]
		if rapid.Bool().Draw(t, "upper") {
			name = strings.ToUpper(name)
		}
		got := taxonomies.Match(Query{Name: name})
		if len(got) == 0 || got[0].Code != code || got[0].Relation != Exact || got[0].Confidence != 1 || got[0].Method != Title {
			t.Errorf("Match(%q) = %+v, want %s exact", name, got, code)
		}
	})
}

// The order of lines in the files makes no difference.
func TestOrderOfFiles(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		m := drawTaxonomy(t)
		one := m.load(t)
		random := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))
		random.Shuffle(len(m.occupations), func(i, j int) { m.occupations[i], m.occupations[j] = m.occupations[j], m.occupations[i] })
		random.Shuffle(len(m.titles), func(i, j int) { m.titles[i], m.titles[j] = m.titles[j], m.titles[i] })
		other := m.load(t)
		if one.Fingerprint() != other.Fingerprint() {
			t.Error("the fingerprint depends on the order")
		}
		for range 10 {
			q := Query{Name: strings.Join(rapid.SliceOfN(rapid.SampledFrom([]string{"nurses", "art", "clinical", "teacher", "unheard", "sales"}), 1, 4).Draw(t, "name"), " ")}
			if diff := cmp.Diff(one.Match(q), other.Match(q)); diff != "" {
				t.Errorf("%+v (-one +other):\n%s", q, diff)
			}
		}
	})
}

// A match by words has the head of a title of its occupation.
func TestFuzzyHead(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		m := drawTaxonomy(t)
		taxonomies := m.load(t)
		name := strings.Join(rapid.SliceOfN(rapid.SampledFrom([]string{"nurse", "art", "clinical", "teacher", "bus", "driver", "sales", "manager"}), 2, 4).Draw(t, "name"), " ")
		for _, c := range taxonomies.Match(Query{Name: name}) {
			if c.Method != Fuzzy || c.Scheme != ONETSOC {
				continue
			}
			head := name[strings.LastIndexByte(name, ' ')+1:]
			o := taxonomies.onet.occupations[taxonomies.onet.byCode[c.Code]]
			if !slices.ContainsFunc(append([]string{o.title}, o.alternates...), func(title string) bool { return strings.HasSuffix(title, head) }) {
				t.Errorf("Match(%q) = %+v, of other heads: %q", name, c, o.alternates)
			}
		}
	})
}

// Whatever is asked, an answer is within its bounds, and each code stands once.
func TestAnswers(t *testing.T) {
	t.Parallel()
	taxonomies := fixture(t)
	rapid.Check(t, func(t *rapid.T) {
		texts := rapid.SliceOfN(rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{"nurse", "RN", "Psychologist", "29-1141", "39-5010", "29-1141.04", "Therapist"})), 0, 5)
		q := Query{
			Name: rapid.String().Draw(t, "name"), Plural: rapid.String().Draw(t, "plural"),
			AlsoKnownAs: texts.Draw(t, "names"), Abbreviations: texts.Draw(t, "abbreviations"), StatedSOC: texts.Draw(t, "stated"),
		}
		seen := map[string]bool{}
		for _, c := range taxonomies.Match(q) {
			if c.Confidence <= 0 || c.Confidence > 1 || c.Evidence == "" || c.Code == "" || c.Relation == "" || c.Method == "" {
				t.Errorf("code %+v", c)
			}
			if seen[string(c.Scheme)+c.Code] {
				t.Errorf("%s %s twice", c.Scheme, c.Code)
			}
			seen[string(c.Scheme)+c.Code] = true
		}
	})
}

// Whatever a file holds, it is read or refused with its name.
func FuzzONET(f *testing.F) {
	f.Add(occupationHeader+"29-1141.00\tRegistered Nurses\tCare.\n", "O*NET-SOC Code\tJob Title\tShort Title\n29-1141.00\tStaff Nurse (SN)\tSN\n")
	f.Add("O*NET-SOC Code,Title", "<html>")
	f.Fuzz(func(t *testing.T, occupations, titles string) {
		data, err := checkText("F.txt", []byte(occupations))
		var all map[string]*occupation
		if err == nil {
			all, err = readOccupations("F.txt", data)
		}
		if err != nil {
			if fileErr := asFileError(err); fileErr == nil || fileErr.File != "F.txt" {
				t.Errorf("error %v names no file", err)
			}
			return
		}
		if data, err = checkText("F.txt", []byte(titles)); err == nil {
			err = readTitles("F.txt", data, "Job Title", all)
		}
		if err != nil && asFileError(err) == nil {
			t.Errorf("error %v names no file", err)
		}
		taxonomies := &Taxonomies{onet: newTaxonomy("", all)}
		for code, o := range all {
			if !isONETCode(code) {
				t.Errorf("took %q for a code", code)
			}
			taxonomies.Match(Query{Name: o.title})
		}
	})
}

func FuzzESCO(f *testing.F) {
	f.Add(escoHeader + "Occupation,http://a.example/1,2221,nurse,\"ward nurse\nstaff nurse\",2221.1\n")
	f.Add("\ufeff\"conceptType\";\"conceptUri\"\n")
	f.Fuzz(func(t *testing.T, text string) {
		data, err := checkText("F.txt", []byte(text))
		var all map[string]*occupation
		if err == nil {
			all, err = readESCO("F.txt", data)
		}
		if err != nil {
			if fileErr := asFileError(err); fileErr == nil || fileErr.File != "F.txt" {
				t.Errorf("error %v names no file", err)
			}
			return
		}
		taxonomies := &Taxonomies{esco: newTaxonomy("", all)}
		for _, o := range all {
			if o.title == "" || o.code == "" {
				t.Errorf("occupation %+v", o)
			}
			taxonomies.Match(Query{Name: o.title})
		}
	})
}
