package normalize

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"careerstream/schemas/career"

	"github.com/google/go-cmp/cmp"
)

// TestPsychotherapist reads the page that this package was first written for.
func TestPsychotherapist(t *testing.T) {
	t.Parallel()
	file := pagesIn(t, realPages+"/careerexplorer", "psychotherapist.txt")[0]
	in := load(t, file)
	in.URL = "https://www.careerexplorer.com/careers/psychotherapist/"
	rec, err := mustNew(t).Parse(in)
	if err != nil {
		t.Fatal(err)
	}
	abbreviations := map[string]string{}
	named := 0
	for _, d := range rec.Duties {
		if d.Name != "" && d.Text != "" {
			named++
		}
	}
	for _, ty := range rec.Types {
		if ty.Abbreviation != "" {
			abbreviations[ty.Name] = ty.Abbreviation
		}
	}
	got := fmt.Sprint(rec.Name, "/", rec.Plural, "/", rec.Slug, " ", len(rec.Definition.Paragraphs), " definition, ", len(rec.Duties), "=", named, " duties, ",
		len(rec.Types), " types, ", len(rec.Workplace.Paragraphs), " workplace, ", len(rec.FAQs), " faqs, ", rec.SeeAlso, len(rec.Sections), rec.Source.Profile)
	want := "Psychotherapist/Psychotherapists/psychotherapist 2 definition, 11=11 duties, 12 types, 5 workplace, 2 faqs, [{Psychoanalyst }] 0careerexplorer"
	if got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if diff := cmp.Diff(map[string]string{"Marriage and Family Therapists": "LMFT", "Clinical Social Workers": "LCSW", "Cognitive-Behavioral Therapists": "CBT"}, abbreviations); diff != "" {
		t.Errorf("abbreviations (-want +got):\n%s", diff)
	}
	for _, f := range rec.FAQs {
		c := f.Comparison
		if f.Kind != career.Versus || c == nil || len(c.Dimensions) != 6 || c.Intro == "" || !strings.HasPrefix(c.Summary, "In summary, ") || len(f.Answer) != 0 || c.Left != "Psychotherapist" {
			t.Errorf("comparison %q is not whole: %+v", f.Question, f)
			continue
		}
		for _, d := range c.Dimensions {
			if d.Name == "" || d.Left == "" || d.Right == "" {
				t.Errorf("%s: dimension %q lacks a side", f.Question, d.Name)
			}
		}
	}
	for path, f := range fields(t, rec) {
		for _, phrase := range []string{"career test", "free test", "Continue reading", "Learn more about", "distinct personalities", "talking to his client", "good psychotherapist?"} {
			if strings.Contains(f, phrase) {
				t.Errorf("%s holds %q", path, phrase)
			}
		}
	}
}

// chrome are words of bls.gov that belong to no occupation.
var chrome = []string{"About this section", "Suggested citation", "Last Modified", "PRINTER-FRIENDLY", "A-Z INDEX", "Video transcript",
	"Please enable javascript", "More Info ->", "<- Summary", "Connect With BLS", "Telephone:", "Help improve this site", "tab describes", "Freedom of Information Act"}

// TestOccupationalOutlookHandbook reads forty pages of bls.gov.
func TestOccupationalOutlookHandbook(t *testing.T) {
	t.Parallel()
	p := mustNew(t)
	for _, file := range pagesIn(t, realPages+"/bls-ooh", "*.html") {
		t.Run(filepath.Base(file), func(t *testing.T) {
			t.Parallel()
			rec, err := p.Parse(load(t, file))
			if err != nil {
				t.Fatal(err)
			}
			if rec.Source.Profile != "bls-ooh" || rec.Source.Site != "www.bls.gov" {
				t.Errorf("source %+v", rec.Source)
			}
			if p.inflect.IsPlural(rec.Name) || !p.inflect.IsPlural(rec.Plural) || rec.Slug != slugOf(rec.Name) {
				t.Errorf("name %q plural %q slug %q", rec.Name, rec.Plural, rec.Slug)
			}
			if len(rec.Definition.Paragraphs) == 0 || len(rec.Duties) < 4 || len(rec.DutiesIntro) == 0 || len(rec.Workplace.Paragraphs) < 2 || len(rec.SeeAlso) < 2 {
				t.Errorf("definition %d, duties %d, workplace %d, see also %d", len(rec.Definition.Paragraphs), len(rec.Duties), len(rec.Workplace.Paragraphs), len(rec.SeeAlso))
			}
			body, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if strings.Contains(string(body), "examples of types of") != (len(rec.TypesIntro) > 0) && len(rec.Types) == 0 {
				t.Errorf("the page names types, the record has %d", len(rec.Types))
			}
			var headings []string
			for _, s := range rec.Sections {
				headings = append(headings, s.Heading)
				if s.Heading == "Similar Occupations" && len(s.Rows) < len(rec.SeeAlso) {
					t.Errorf("%d rows of similar occupations for %d links", len(s.Rows), len(rec.SeeAlso))
				}
			}
			for _, want := range []string{"Pay", "Job Outlook", "State & Area Data", "Important Qualities"} {
				if !slices.Contains(headings, want) {
					t.Errorf("no section %q in %q", want, headings)
				}
			}
			all, err := json.Marshal(rec)
			if err != nil {
				t.Fatal(err)
			}
			for _, c := range chrome {
				if strings.Contains(string(all), c) {
					t.Errorf("record holds %q", c)
				}
			}
		})
	}
}

// expectation is what the writers of the bundled site say of a page.
type expectation struct {
	File, Name, Plural    string
	DefinitionParagraphs  int `json:"definition_paragraphs"`
	Duties                int
	NamedDuties           int `json:"named_duties"`
	Types                 int
	TypesWithAbbreviation int `json:"types_with_abbreviation"`
	WorkplaceParagraphs   int `json:"workplace_paragraphs"`
	FAQs, QA, Comparisons int
	Dimensions            []int
	ComparisonNames       []string `json:"comparison_names"`
	SeeAlso               int      `json:"see_also"`
	SeeAlsoNames          []string `json:"see_also_names"`
	AlsoKnownAs           int      `json:"also_known_as"`
	OtherSections         []string `json:"other_sections"`
	MustNotContain        []string `json:"must_not_contain"`
}

// TestBundledSite reads the sample site and agrees with its writers.
func TestBundledSite(t *testing.T) {
	t.Parallel()
	p := mustNew(t)
	for _, list := range pagesIn(t, samplePages+"/../..", "EXPECTED-*.json") {
		data, err := os.ReadFile(list)
		if err != nil {
			t.Fatal(err)
		}
		var all map[string]expectation
		if err := json.Unmarshal(data, &all); err != nil {
			t.Fatalf("read %s: %v", list, err)
		}
		for slug, want := range all {
			t.Run(slug, func(t *testing.T) {
				t.Parallel()
				in := load(t, filepath.Join(samplePages, want.File))
				in.URL = "https://careers.example/careers/" + slug + "/"
				rec, err := p.Parse(in)
				if err != nil {
					t.Fatal(err)
				}
				checkExpectation(t, rec, slug, want)
			})
		}
	}
}

func checkExpectation(t *testing.T, rec *career.Record, slug string, want expectation) {
	t.Helper()
	got := expectation{
		File: want.File, Name: rec.Name, Plural: rec.Plural, DefinitionParagraphs: len(rec.Definition.Paragraphs), Duties: len(rec.Duties),
		Types: len(rec.Types), WorkplaceParagraphs: len(rec.Workplace.Paragraphs), FAQs: len(rec.FAQs), SeeAlso: len(rec.SeeAlso),
		AlsoKnownAs: len(rec.AlsoKnownAs), MustNotContain: want.MustNotContain, OtherSections: want.OtherSections,
	}
	for _, d := range rec.Duties {
		if d.Name != "" {
			got.NamedDuties++
		}
	}
	for _, ty := range rec.Types {
		if ty.Abbreviation != "" {
			got.TypesWithAbbreviation++
		}
	}
	for _, f := range rec.FAQs {
		if f.Kind == career.QA {
			got.QA++
			continue
		}
		got.Comparisons++
		got.Dimensions = append(got.Dimensions, len(f.Comparison.Dimensions))
		got.ComparisonNames = append(got.ComparisonNames, f.Question)
	}
	for _, l := range rec.SeeAlso {
		got.SeeAlsoNames = append(got.SeeAlsoNames, l.Name)
	}
	if diff := cmp.Diff(want, got); diff != "" || rec.Slug != slug {
		t.Errorf("slug %q, record (-want +got):\n%s", rec.Slug, diff)
	}
	for _, s := range rec.Sections {
		// A section beyond those named is one that only holds a table.
		if !slices.Contains(want.OtherSections, s.Heading) && len(s.Rows) == 0 {
			t.Errorf("unexpected section %q: %q", s.Heading, s.Text)
		}
	}
	for _, h := range want.OtherSections {
		if !slices.ContainsFunc(rec.Sections, func(s career.Section) bool { return s.Heading == h }) {
			t.Errorf("no section %q", h)
		}
	}
	for path, f := range fields(t, rec) {
		for _, phrase := range want.MustNotContain {
			if strings.Contains(f, phrase) {
				t.Errorf("%s holds %q", path, phrase)
			}
		}
	}
}
