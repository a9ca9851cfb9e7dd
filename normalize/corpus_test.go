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
	"careerstream/schemas/fault"

	"github.com/google/go-cmp/cmp"
)

// reading is what a careful reader gets out of a page of testdata/shapes; see
// the README there. A nil field is left open.
type reading struct {
	Fault              string
	Name, Plural, Slug *string
	Duties             *int
	NamedDuties        *int `json:"named_duties"`
	FirstDuty          *struct {
		Name       *string
		TextPrefix string `json:"text_prefix"`
	} `json:"first_duty"`
	Types               *int
	TypeNames           []string `json:"type_names"`
	Abbreviations       []string
	WorkplaceParagraphs *int `json:"workplace_paragraphs"`
	FAQs                *int `json:"faqs"`
	Comparisons         *int
	Dimensions          []string
	SeeAlso             []string `json:"see_also"`
	AlsoKnownAs         []string `json:"also_known_as"`
	DefinitionStarts    *string  `json:"definition_starts"`
	Sections            []string
	MustContain         []string `json:"must_contain"`
	MustNotContain      []string `json:"must_not_contain"`
}

// TestShapesOfTheWild reads pages of invented sites that no profile knows.
func TestShapesOfTheWild(t *testing.T) {
	t.Parallel()
	p := mustNew(t)
	files, err := filepath.Glob("testdata/shapes/*.expected.json")
	if err != nil || len(files) == 0 {
		t.Fatalf("no pages in testdata/shapes: %v", err)
	}
	for _, file := range files {
		base := strings.TrimSuffix(file, ".expected.json")
		t.Run(filepath.Base(base), func(t *testing.T) {
			t.Parallel()
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			var want reading
			if err := json.Unmarshal(data, &want); err != nil {
				t.Fatalf("read %s: %v", file, err)
			}
			page := base + ".html"
			if _, err := os.Stat(page); err != nil {
				page = base + ".txt"
			}
			rec, err := p.Parse(load(t, page))
			switch {
			case want.Fault != "":
				if string(fault.KindOf(err)) != want.Fault || err == nil {
					t.Fatalf("fault %v, want %s", err, want.Fault)
				}
				return
			case err != nil:
				t.Fatal(err)
			}
			compareReading(t, rec, want)
		})
	}
}

func compareReading(t *testing.T, rec *career.Record, want reading) {
	t.Helper()
	same := func(what string, got, want any) {
		t.Helper()
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", what, diff)
		}
	}
	text := func(what, got string, want *string) {
		t.Helper()
		if want != nil && got != *want {
			t.Errorf("%s %q, want %q", what, got, *want)
		}
	}
	number := func(what string, got int, want *int) {
		t.Helper()
		if want != nil && got != *want {
			t.Errorf("%s: %d, want %d", what, got, *want)
		}
	}
	text("name", rec.Name, want.Name)
	text("plural", rec.Plural, want.Plural)
	text("slug", rec.Slug, want.Slug)
	number("duties", len(rec.Duties), want.Duties)
	named, comparisons := 0, 0
	for _, d := range rec.Duties {
		if d.Name != "" {
			named++
		}
	}
	number("named duties", named, want.NamedDuties)
	if first := want.FirstDuty; first != nil && len(rec.Duties) > 0 {
		text("first duty", rec.Duties[0].Name, first.Name)
		if !strings.HasPrefix(rec.Duties[0].Text, first.TextPrefix) {
			t.Errorf("first duty %q, want it to start %q", rec.Duties[0].Text, first.TextPrefix)
		}
	}
	var names, abbreviations, dims, links, headings []string
	for _, ty := range rec.Types {
		names, abbreviations = append(names, ty.Name), append(abbreviations, ty.Abbreviation)
	}
	number("types", len(rec.Types), want.Types)
	if want.TypeNames != nil {
		same("type names", names, want.TypeNames)
	}
	if want.Abbreviations != nil {
		same("abbreviations", abbreviations, want.Abbreviations)
	}
	number("workplace paragraphs", len(rec.Workplace.Paragraphs), want.WorkplaceParagraphs)
	number("faqs", len(rec.FAQs), want.FAQs)
	for _, f := range rec.FAQs {
		if f.Comparison != nil {
			comparisons++
			for _, d := range f.Comparison.Dimensions {
				dims = append(dims, d.Name)
			}
		}
	}
	number("comparisons", comparisons, want.Comparisons)
	if want.Dimensions != nil {
		same("dimensions", append([]string{}, dims...), want.Dimensions)
	}
	for _, l := range rec.SeeAlso {
		links = append(links, l.Name)
	}
	if want.SeeAlso != nil {
		same("see also", append([]string{}, links...), want.SeeAlso)
	}
	if want.AlsoKnownAs != nil {
		same("also known as", rec.AlsoKnownAs, want.AlsoKnownAs)
	}
	if want.DefinitionStarts != nil && (len(rec.Definition.Paragraphs) == 0 || !strings.HasPrefix(rec.Definition.Paragraphs[0], *want.DefinitionStarts)) {
		t.Errorf("definition %q, want it to start %q", rec.Definition.Paragraphs, *want.DefinitionStarts)
	}
	for _, s := range rec.Sections {
		headings = append(headings, s.Heading)
	}
	for _, s := range want.Sections {
		if !slices.Contains(headings, s) {
			t.Errorf("no section %q in %q", s, headings)
		}
	}
	all := fields(t, rec)
	for path := range all {
		if strings.HasPrefix(path, ".source") || strings.HasSuffix(path, ".id") || path == ".slug" {
			delete(all, path)
		}
	}
	find := func(phrase string) (at []string) {
		for path, f := range all {
			for range strings.Count(f, phrase) {
				at = append(at, path)
			}
		}
		return at
	}
	for _, phrase := range want.MustContain {
		if at := find(phrase); len(at) != 1 {
			t.Errorf("%q is in %d places %v, want 1", phrase, len(at), at)
		}
	}
	for _, phrase := range want.MustNotContain {
		if at := find(phrase); len(at) != 0 {
			t.Errorf("%q is in %v", phrase, fmt.Sprint(at))
		}
	}
}
