package main

import (
	"encoding/json"
	"fmt"
	"html"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"careerstream/schemas/career"
)

// TestParseRealText reads a real page that came as text.
func TestParseRealText(t *testing.T) {
	t.Parallel()
	path := sharedPages(t, filepath.Join("careerexplorer", "psychotherapist.txt"))
	out := mustRun(t, "parse", "--json", path)
	record := decodeOutput[career.Record](t, out)
	if record.Slug != "psychotherapist" || record.Name != "Psychotherapist" || record.Plural != "Psychotherapists" {
		t.Errorf("career %q, %q, %q", record.Slug, record.Name, record.Plural)
	}
	if n := len(record.Definition.Paragraphs); n != 2 {
		t.Errorf("%d paragraphs of definition, want 2", n)
	}
	var duties, types, abbreviations []string
	for _, duty := range record.Duties {
		duties = append(duties, duty.Name)
		if duty.Text == "" {
			t.Errorf("duty %q has no text", duty.Name)
		}
	}
	wantDuties := []string{
		"Assessment and Evaluation", "Developing Treatment Plans", "Providing Psychotherapy", "Crisis Intervention",
		"Monitoring Progress", "Educating Clients", "Maintaining Professional Boundaries", "Documentation and Record-Keeping",
		"Collaboration and Referrals", "Continuing Education", "Cultural Competence",
	}
	if diff := cmp.Diff(wantDuties, duties); diff != "" {
		t.Errorf("duties (-want +got):\n%s", diff)
	}
	for _, typ := range record.Types {
		types = append(types, typ.Name)
		if typ.Abbreviation != "" {
			abbreviations = append(abbreviations, typ.Abbreviation)
		}
		if typ.Text == "" {
			t.Errorf("type %q has no text", typ.Name)
		}
	}
	wantTypes := []string{
		"Psychiatrists", "Clinical Psychologists", "Psychoanalysts", "Marriage and Family Therapists", "Art Therapists",
		"Mental Health Counselors", "Clinical Social Workers", "Gestalt Therapists", "Cognitive-Behavioral Therapists",
		"Humanistic Therapists", "Existential Therapists", "Trauma-Informed Therapists",
	}
	if diff := cmp.Diff(wantTypes, types); diff != "" {
		t.Errorf("types (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"LMFT", "LCSW", "CBT"}, abbreviations); diff != "" {
		t.Errorf("abbreviations (-want +got):\n%s", diff)
	}
	if n := len(record.Workplace.Paragraphs); n != 5 {
		t.Errorf("%d paragraphs of workplace, want 5", n)
	}
	if len(record.SeeAlso) != 1 {
		t.Errorf("see also %+v, want 1", record.SeeAlso)
	}
	checkComparisons(t, record)
	for _, waste := range []string{"career test", "800 careers", "distinct personalities", "talking to his client", "Continue reading", "Take the free", "Learn more about"} {
		if strings.Contains(strings.ToLower(out), strings.ToLower(waste)) {
			t.Errorf("the record holds %q, which is no content", waste)
		}
	}
}

func checkComparisons(t *testing.T, record career.Record) {
	t.Helper()
	rights := []string{"Clinical Psychologist", "Psychoanalyst"}
	if len(record.FAQs) != len(rights) {
		t.Fatalf("%d questions, want %d", len(record.FAQs), len(rights))
	}
	for i, faq := range record.FAQs {
		c := faq.Comparison
		if faq.Kind != "comparison" || c == nil {
			t.Errorf("question %q is no comparison", faq.Question)
			continue
		}
		if c.Left != "Psychotherapist" || c.Right != rights[i] || len(c.Dimensions) != 6 || !strings.HasPrefix(c.Summary, "In summary") {
			t.Errorf("%s vs %s: %d dimensions, summary %q", c.Left, c.Right, len(c.Dimensions), c.Summary)
		}
		for _, d := range c.Dimensions {
			if d.Name == "" || d.Left == "" || d.Right == "" {
				t.Errorf("%s vs %s: dimension %+v is not whole", c.Left, c.Right, d)
			}
		}
	}
}

// similar is a name in the table of a page's part "Similar Occupations".
var similar = regexp.MustCompile(`<td headers="similar-occupations-0-1"[^>]*>\s*<strong[^>]*><a[^>]*>([^<]+)</a>`)

// TestIngestRealPages takes a folder of real pages, again, and again after one
// bullet has changed.
func TestIngestRealPages(t *testing.T) {
	t.Parallel()
	const pages = 40
	source, folder, data := sharedPages(t, "bls-ooh"), t.TempDir(), t.TempDir()
	if err := os.CopyFS(folder, os.DirFS(source)); err != nil {
		t.Fatal(err)
	}
	first := decodeOutput[result](t, mustRun(t, "ingest", "--data", data, "--json", folder))
	if first.Statement.Taken != pages || first.Outcome == nil || first.Outcome.Dead != 0 || first.Outcome.Published < pages {
		t.Fatalf("first ingest: %+v, %+v", first.Statement, first.Outcome)
	}
	records := storedRecords(t, data)
	if len(records) != pages {
		t.Errorf("%d records, want %d", len(records), pages)
	}
	for _, r := range records {
		if len(r.Definition.Paragraphs) == 0 || len(r.Duties) == 0 || len(r.Workplace.Paragraphs) == 0 {
			t.Errorf("%s: %d paragraphs of definition, %d duties, %d paragraphs of workplace", r.Slug, len(r.Definition.Paragraphs), len(r.Duties), len(r.Workplace.Paragraphs))
		}
	}
	checkSeeAlso(t, folder, records)

	again := decodeOutput[result](t, mustRun(t, "ingest", "--data", data, "--json", folder))
	if again.Statement.Unchanged != pages || again.Outcome.Published != 0 || again.Outcome.Dead != 0 {
		t.Errorf("second ingest: %+v, %+v; want nothing new", again.Statement, again.Outcome)
	}

	const before, after = "Maintain a digital portfolio to demonstrate their work", "Maintain a printed portfolio to demonstrate their work"
	changed := filepath.Join(folder, "photographers.html")
	page, err := os.ReadFile(changed)
	if err != nil {
		t.Fatal(err)
	}
	edited := strings.Replace(string(page), before, after, 1)
	if edited == string(page) {
		t.Fatalf("%s does not hold %q", changed, before)
	}
	content(edited)(t, changed)
	third := decodeOutput[result](t, mustRun(t, "ingest", "--data", data, "--json", folder))
	if third.Statement.Taken != 1 || third.Statement.Unchanged != pages-1 || third.Outcome.Published != 1 {
		t.Errorf("third ingest: %+v, %+v; want 1 page and 1 version", third.Statement, third.Outcome)
	}
	shown := decodeOutput[career.Published](t, mustRun(t, "show", "--data", data, "--json", "--changes", "photographer"))
	if len(shown.Changes) == 0 {
		t.Error("the new version has no changes")
	}
	for _, c := range shown.Changes {
		if !strings.HasPrefix(c.Field, "duties") || !strings.Contains(c.Before+c.After, "portfolio") {
			t.Errorf("change %+v is not of the bullet", c)
		}
	}
	all := fmt.Sprint(shown.Changes)
	if !strings.Contains(all, "digital portfolio") || !strings.Contains(all, "printed portfolio") {
		t.Errorf("changes %+v do not name the bullet", shown.Changes)
	}
	records = storedRecords(t, data)
	mustRun(t, "reconcile", "--data", data)
	// With the engines up, a query need not start them.
	startUp(t, data, "--stages", "none")
	checkViews(t, data, records)
}

func storedRecords(t *testing.T, data string) []career.Record {
	t.Helper()
	var records []career.Record
	for _, row := range queryRows(t, data, "SELECT record FROM careers FINAL ORDER BY slug") {
		var r career.Record
		if err := json.Unmarshal([]byte(row["record"].(string)), &r); err != nil {
			t.Fatal(err)
		}
		records = append(records, r)
	}
	return records
}

// checkSeeAlso holds see-also against the pages' own table.
func checkSeeAlso(t *testing.T, folder string, records []career.Record) {
	t.Helper()
	for _, r := range records {
		base := filepath.Base(r.Source.URL)
		page, err := os.ReadFile(filepath.Join(folder, base+"l"))
		if err != nil {
			t.Errorf("%s: %v", r.Slug, err)
			continue
		}
		var want, got []string
		for _, m := range similar.FindAllSubmatch(page, -1) {
			want = append(want, strings.Join(strings.Fields(html.UnescapeString(string(m[1]))), " "))
		}
		for _, link := range r.SeeAlso {
			got = append(got, link.Name)
		}
		if len(want) == 0 {
			t.Errorf("%s: found no similar occupations on the page", r.Slug)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: see also (-page +record):\n%s", r.Slug, diff)
		}
	}
}

// checkViews reads every table and view, and counts the views against the
// records.
func checkViews(t *testing.T, data string, records []career.Record) {
	t.Helper()
	var names []string
	// Views with parameters have no columns without them; the reports' tests read those.
	for _, row := range queryRows(t, data, `SELECT name FROM system.tables WHERE database = 'careerstream'
		AND create_table_query NOT LIKE '%{since:%' ORDER BY name`) {
		name := row["name"].(string)
		names = append(names, name)
		queryRows(t, data, "SELECT * FROM careerstream.`"+name+"` LIMIT 5")
	}
	for _, name := range []string{
		"careers", "career_versions", "career_duties", "career_types", "career_faqs", "career_comparisons", "career_workplaces",
		"career_links", "page_fetches", "dead_letters", "ingest_ledger", "catalog_changes", "catalog_coverage", "catalog_freshness",
	} {
		if !slices.Contains(names, name) {
			t.Errorf("no table %s; there are %v", name, names)
		}
	}
	want := map[string]int{}
	for _, r := range records {
		want["career_duties"] += len(r.Duties)
		want["career_types"] += len(r.Types)
		want["career_faqs"] += len(r.FAQs)
		want["career_workplaces"] += max(len(r.Workplace.Settings), 1)
		want["catalog_freshness"]++
		for _, faq := range r.FAQs {
			if faq.Comparison != nil {
				want["career_comparisons"] += max(len(faq.Comparison.Dimensions), 1)
			}
		}
	}
	for name, n := range want {
		rows := queryRows(t, data, "SELECT count() AS n FROM "+name)
		if got := fmt.Sprint(rows[0]["n"]); got != fmt.Sprint(n) {
			t.Errorf("%s has %s rows, the records %d", name, got, n)
		}
	}
	rows := queryRows(t, data, "SELECT count() AS n, sum(versions) AS versions FROM catalog_freshness")
	versions := queryRows(t, data, "SELECT count() AS n FROM career_versions FINAL")
	if rows[0]["versions"] != versions[0]["n"] {
		t.Errorf("catalog_freshness counts %v versions, career_versions %v", rows[0]["versions"], versions[0]["n"])
	}
}
