package normalize

import (
	"os"
	"testing"

	"careerstream/schemas/page"
)

// TestNameInTitle reads one page under the titles that pages give a career.
func TestNameInTitle(t *testing.T) {
	t.Parallel()
	p := mustNew(t)
	const body = "\n\nJudges hear cases in court. A judge decides disputes under the law.\n\nDuties\n- Hear cases\n- Write opinions\n\nWork environment\nJudges work in courthouses.\n"
	for _, title := range []string{
		"JUDGE", "Judges", "The Judge", "Career profile: Judges", "Job profile – Judge", "Occupation: Judge", "Spotlight on: Judge",
		"So you want to be a Judge?", "Becoming a Judge", "A day in the life of a judge", "How to become a Judge: duties, salary",
		"Judge career guide 2026", "Site » Careers » Judge", "Careers: Judge", "Judge - Job description", "All about judges", "Meet the Judge",
		"What it's like to be a judge", "Life as a Judge", "Should you become a judge?", "Judge: Duties, Types & Workplace", "Career spotlight: Judges",
	} {
		for _, in := range []Input{
			{Body: []byte(title + body), MediaType: page.Text, URL: "file:///pages/page1.txt"},
			{Body: []byte("<html><head><title>" + title + "</title></head><body><h1>" + title + "</h1><p>Judges hear cases in court. A judge decides disputes under the law.</p>" +
				"<h2>Duties</h2><ul><li>Hear cases</li><li>Write opinions</li></ul><h2>Work environment</h2><p>Judges work in courthouses.</p></body></html>"),
				MediaType: page.HTML, URL: "file:///pages/career_profile-final%20(2).html"},
		} {
			rec, err := p.Parse(in)
			if err != nil {
				t.Errorf("%q as %s: %v", title, in.MediaType, err)
				continue
			}
			if rec.Slug != "judge" || rec.Name != "Judge" || rec.Plural != "Judges" {
				t.Errorf("%q as %s: name %q, plural %q, slug %q", title, in.MediaType, rec.Name, rec.Plural, rec.Slug)
			}
			if len(rec.Definition.Paragraphs) != 1 || len(rec.Sections) != 0 {
				t.Errorf("%q as %s: definition %q, sections %+v", title, in.MediaType, rec.Definition.Paragraphs, rec.Sections)
			}
		}
	}
}

// TestPathNamesNothing reads one page under links that say little or something else.
func TestPathNamesNothing(t *testing.T) {
	t.Parallel()
	p := mustNew(t)
	for file, want := range map[string]string{
		"odd-capitals.txt": "Beekeeper", "career-profile-colon.html": "Crane Operator", "untitled.txt": "Tugboat captain",
		"pilcrow-plural.html": "Construction Foreman", "becoming.html": "Judge", "th-headings.html": "Cooper",
	} {
		body, err := os.ReadFile("testdata/shapes/" + file)
		if err != nil {
			t.Fatal(err)
		}
		for _, link := range []string{
			"", "file:///a/b.txt", "file:///a/c.html", "file:///a/page1.html", "file:///a/0007.html", "file:///a/index.html",
			"file:///a/psychotherapist%20(1).html", "file:///a/career_profile-final.txt", "file:///a/9f86d081884c7d65.html",
			"file:///a/Saved%20page.html", "https://jobs.example/careers/psychotherapist/", "https://jobs.example/?p=12", "https://jobs.example/careers/what-we-do",
		} {
			rec, err := p.Parse(Input{Body: body, URL: link})
			if err != nil {
				t.Errorf("%s at %q: %v", file, link, err)
			} else if rec.Name != want {
				t.Errorf("%s at %q: name %q, want %q", file, link, rec.Name, want)
			}
		}
	}
}
