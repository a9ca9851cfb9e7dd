package code

import (
	"encoding/json"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "rewrite the golden files")

func fixture(t testing.TB) *Taxonomies {
	t.Helper()
	taxonomies, err := Load(Config{ONETDir: "testdata/onet", ESCODir: "testdata/esco", ESCOVersion: "1.2.0"})
	if err != nil {
		t.Fatal(err)
	}
	return taxonomies
}

// Every step with every field, as other programs get it.
func TestGolden(t *testing.T) {
	t.Parallel()
	taxonomies := fixture(t)
	type answer struct {
		Query Query
		Codes []Code
	}
	got := struct {
		Attributions []Attribution
		Answers      []answer
	}{Attributions: taxonomies.Attributions()}
	for _, q := range []Query{
		{Name: "Registered nurse", Plural: "Registered nurses"},
		{Name: "Psychotherapist", Plural: "Psychotherapists", AlsoKnownAs: []string{"Talk therapist"}},
		{Name: "Forensic accountant"},
		{Name: "Acute care nurse"},
		{Name: "Refrigeration mechanic, commercial"},
		{Name: "Accountants and Auditors", StatedSOC: []string{"13-2011"}},
		{Name: "Barbers, hairstylists, and cosmetologists", StatedSOC: []string{"39-5010", "39-5011", "39-5012"}},
	} {
		got.Answers = append(got.Answers, answer{q, taxonomies.Match(q)})
	}
	text, err := json.MarshalIndent(got, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	text = append(text, '\n')
	path := filepath.Join("testdata", "match.golden.json")
	if *update {
		if err := os.WriteFile(path, text, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("%v; make it with -update", err)
	}
	if diff := cmp.Diff(string(want), string(text)); diff != "" {
		t.Errorf("codes (-want +got), accept them with -update:\n%s", diff)
	}
}

// line is a code in short, for tables.
func line(c Code) string {
	return string(c.Scheme) + " " + c.Code + " " + string(c.Method) + " " + string(c.Relation)
}

func only(codes []Code, scheme Scheme) string {
	var lines []string
	for _, c := range codes {
		if c.Scheme == scheme {
			lines = append(lines, strings.TrimPrefix(line(c), string(scheme)+" "))
		}
	}
	return strings.Join(lines, "; ")
}

func TestMatchONET(t *testing.T) {
	t.Parallel()
	taxonomies := fixture(t)
	tests := []struct {
		name string
		q    Query
		want string
	}{
		{"title in the singular", Query{Name: "dancer"}, "27-2031.00 title exact"},
		{"title by plural only", Query{Name: "Someone who dances", Plural: "DANCERS"}, "27-2031.00 title exact"},
		{"article", Query{Name: "A barber"}, "39-5011.00 title exact"},
		{"ampersand", Query{Name: "Accountants & Auditors"}, "13-2011.00 title exact"},
		{"alternate title", Query{Name: "Ballerina"}, "27-2031.00 alternate-title close"},
		{"alternate title in the plural", Query{Name: "Ballet dancers"}, "27-2031.00 alternate-title close"},
		{"alternate title without its abbreviation", Query{Name: "Certified public accountant"}, "13-2011.00 alternate-title close"},
		{"reported title", Query{Name: "Charge nurse"}, "29-1141.00 alternate-title close"},
		{"shared alternate title", Query{Name: "Psychologist"}, "19-3033.00 alternate-title broad; 19-3034.00 alternate-title broad"},
		{"alternate title of too many", Query{Name: "Therapist"}, ""},
		{"alternate title of too many, and another name", Query{Name: "Therapist", AlsoKnownAs: []string{"Family therapist"}}, "21-1013.00 alternate-title close"},
		{"another name is a title", Query{Name: "Coiffeur", AlsoKnownAs: []string{"barber"}}, "39-5011.00 alternate-title close"},
		{"other names of two", Query{Name: "Coiffeur", AlsoKnownAs: []string{"barber", "salon stylist"}}, "39-5011.00 alternate-title broad; 39-5012.00 alternate-title broad"},
		{"name before other names", Query{Name: "Ballerina", AlsoKnownAs: []string{"Barber"}}, "27-2031.00 alternate-title close"},
		{"abbreviation", Query{Name: "Number cruncher", Abbreviations: []string{"CPA"}}, "13-2011.00 alternate-title close"},
		{"unknown abbreviation", Query{Name: "Number cruncher", Abbreviations: []string{"XYZ"}}, ""},
		{"turned round", Query{Name: "Mechanic, commercial refrigeration"}, "49-9021.00 fuzzy close"},
		{"same head and qualifier only", Query{Name: "Clinical psychology nurse"}, ""},
		{"another qualifier", Query{Name: "Tax dancer"}, ""},
		{"same words, other head", Query{Name: "Nurse, registered anesthetist certified"}, ""},
		{"psychologist is no nurse", Query{Name: "Clinical nurse psychologist"}, ""},
		{"All Other takes no part", Query{Name: "Manager"}, ""},
		{"Except takes no part", Query{Name: "Pediatric cardiologists physician"}, ""},
		{"nothing", Query{}, ""},
		{"punctuation", Query{Name: "--- !!"}, ""},
		{"stop words", Query{Name: "of the and"}, ""},
		{"stated code wins over the title", Query{Name: "Dancer", StatedSOC: []string{"29-1141"}}, "29-1141.00 stated exact"},
		{"stated part", Query{Name: "Nurse", StatedSOC: []string{"29-1141.01"}}, "29-1141.01 stated exact"},
		{"stated nonsense is passed over", Query{Name: "Dancer", StatedSOC: []string{"12-1234", "29-11", "555-29-1141"}}, "27-2031.00 title exact"},
		{"stated and unknown does not end the search", Query{Name: "Dancer", StatedSOC: []string{"27-9999.00"}}, "27-2031.00 title exact; 27-9999.00 stated exact"},
	}
	for _, test := range tests {
		if got := only(taxonomies.Match(test.q), ONETSOC); got != test.want {
			t.Errorf("%s: %+v\n got %q\nwant %q", test.name, test.q, got, test.want)
		}
	}
}

func TestMatchSOC(t *testing.T) {
	t.Parallel()
	taxonomies := fixture(t)
	tests := []struct {
		q    Query
		want string
	}{
		{Query{Name: "Registered Nurses"}, "29-1141 title exact"},
		{Query{Name: "Acute care nurse"}, "29-1141 title broad"},
		{Query{StatedSOC: []string{"29-1141.01"}}, "29-1141 stated broad"},
		{Query{StatedSOC: []string{"29-1141.01", "29-1141"}}, "29-1141 stated exact"},
		{Query{StatedSOC: []string{"29-1141", "27-2031"}}, "27-2031 stated narrow; 29-1141 stated narrow"},
		{Query{StatedSOC: []string{"39-5011", "39-5012", "39-5010"}}, "39-5011 stated narrow; 39-5012 stated narrow; 39-5010 stated exact"},
	}
	for _, test := range tests {
		if got := only(taxonomies.Match(test.q), SOC2018); got != test.want {
			t.Errorf("%+v\n got %q\nwant %q", test.q, got, test.want)
		}
	}
}

func TestMatchESCO(t *testing.T) {
	t.Parallel()
	taxonomies := fixture(t)
	tests := []struct{ name, esco, isco string }{
		{"Psychotherapists", "2634.4 title exact", "2634 title broad"},
		{"Ward nurse", "2221.1 alternate-title close", "2221 alternate-title broad"},
		{"Nurse RN", "2221.1 alternate-title close", "2221 alternate-title broad"},
		{"Actress", "2655.1 alternate-title close", "2655 alternate-title broad"},
		{"Navy officer", "0110.2 title exact", "0110 title broad"},
		{"Ledger clerk of old", "", ""},
	}
	for _, test := range tests {
		codes := taxonomies.Match(Query{Name: test.name})
		if got := only(codes, ESCO); got != test.esco {
			t.Errorf("%s: ESCO %q, want %q", test.name, got, test.esco)
		}
		if got := only(codes, ISCO08); got != test.isco {
			t.Errorf("%s: ISCO-08 %q, want %q", test.name, got, test.isco)
		}
	}
}

// Without a taxonomy a stated code is what is known.
func TestMatchNothingLoaded(t *testing.T) {
	t.Parallel()
	empty, err := Load(Config{})
	if err != nil {
		t.Fatal(err)
	}
	want := []Code{
		{Scheme: ONETSOC, Code: "29-1141.01", Relation: Exact, Confidence: 0.9, Method: Stated, Evidence: "the page states 29-1141.01"},
		{Scheme: SOC2018, Version: "2018", Code: "29-1141", Relation: Broad, Confidence: 0.9, Method: Stated, Evidence: "the page states 29-1141.01"},
	}
	for _, taxonomies := range []*Taxonomies{nil, {}, empty} {
		if diff := cmp.Diff(want, taxonomies.Match(Query{Name: "Dancer", StatedSOC: []string{"29-1141.01"}})); diff != "" {
			t.Errorf("codes (-want +got):\n%s", diff)
		}
		if len(taxonomies.Attributions()) != 0 || taxonomies.Fingerprint() != "" || len(taxonomies.Loaded()) != 0 {
			t.Error("says that something is loaded")
		}
	}
}

func TestAttributions(t *testing.T) {
	t.Parallel()
	all := fixture(t).Attributions()
	if len(all) != 2 {
		t.Fatalf("%d attributions, want 2", len(all))
	}
	for i, want := range []string{
		"This page includes information from the O*NET 30.3 Database by the U.S. Department of Labor, Employment and Training Administration (USDOL/ETA). Used under the CC BY 4.0 license. O*NET® is a trademark of USDOL/ETA.",
		"This service uses the ESCO classification of the European Commission.",
	} {
		if !strings.HasPrefix(all[i].Text, want) || all[i].Licence == "" || all[i].URL == "" {
			t.Errorf("attribution %+v, want its text to begin %q", all[i], want)
		}
	}
}

// Either number of a head is read, also where the files have the other one only and
// no ending tells.
func TestNumber(t *testing.T) {
	t.Parallel()
	all := map[string]*occupation{}
	for code, title := range map[string]string{
		"29-1141.00": "Midwife", "29-1141.01": "Salesperson", "29-1141.02": "Firemen", "29-1141.03": "Secretaries",
		"29-1141.04": "Boss", "29-1141.05": "Logistics Analysts", "29-1141.06": "Masseuses", "29-1141.07": "Chefs", "29-1141.08": "Waitress",
	} {
		all[code] = &occupation{code: code, title: title}
	}
	taxonomies := &Taxonomies{onet: newTaxonomy("", all)}
	for _, name := range []string{
		"Midwives", "midwife", "Salespeople", "fireman", "secretary", "Bosses", "boss", "logistics analyst", "masseuse", "Masseuses", "chef", "waitresses",
	} {
		if got := taxonomies.Match(Query{Name: name}); len(got) == 0 || got[0].Method != Title || got[0].Confidence != 1 {
			t.Errorf("Match(%q) = %+v, want a title", name, got)
		}
	}
}

// asFileError is the error of one file, or nil.
func asFileError(err error) *FileError {
	var fileErr *FileError
	errors.As(err, &fileErr)
	return fileErr
}
