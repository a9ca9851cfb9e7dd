package normalize

import (
	"os"
	"strings"
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

// TestNamesOfTheWild reads pages under titles and headings as sites put them.
func TestNamesOfTheWild(t *testing.T) {
	t.Parallel()
	p := mustNew(t)
	for _, c := range [][3]string{ // title, heading, name
		{"Career Counselor | Site", "Career Counselor", "career counselor"},
		{"What does a career coach do?", "What does a career coach do?", "career coach"},
		{"Job Coach: Duties and Salary", "Job Coach", "job coach"},
		{"Occupational Therapist Career Guide", "Occupational Therapist", "occupational therapist"},
		{"How to Become a Nurse in Texas (2026 Guide)", "How to Become a Nurse in Texas", "nurse"},
		{"Plumber in Ontario | Job requirements", "Plumber in Ontario", "plumber"},
		{"How to become a Teacher - Requirements & Salary | EduSite", "How to become a teacher", "teacher"},
		{"Dental Hygienist Jobs: What They Do and How Much They Earn", "Dental Hygienist", "dental hygienist"},
		{"Editor in Chief", "Editor in Chief", "editor in chief"},
		{"Chief of Staff – Role Profile", "Chief of Staff", "chief of staff"},
		{"Working as a Data Analyst | Careers | Example University", "Working as a Data Analyst", "data analyst"},
		{"A Day in the Life of a Zookeeper", "A Day in the Life of a Zookeeper", "zookeeper"},
		{"What is a Scrum Master? | Definition, Duties & More", "What is a Scrum Master?", "scrum master"},
		{"Forensic scientist - job profile", "Forensic scientist", "forensic scientist"},
		{"Career Profile: Air Traffic Controller", "Air Traffic Controller", "air traffic controller"},
		{"Chimney Sweep | Trades", "Chimney Sweep", "chimney sweep"},
		{"OCCUPATION: CHIMNEY SWEEP", "OCCUPATION: CHIMNEY SWEEP", "chimney sweep"},
		{"DevOps Engineer Roadmap & Career Guide 2026 - TechSite", "DevOps Engineer Career Guide", "devops engineer"},
		{"What Does a CEO Do? Roles & Responsibilities of a CEO", "What Does a CEO Do?", "CEO"},
		{"Registered Nurse (RN) Job Description [+2026 TEMPLATE]", "Registered Nurse (RN) Job Description", "registered nurse"},
		{"Stagehand Careers | Become a Stagehand", "Become a Stagehand", "stagehand"},
		{"Is Being an Accountant Right for You? | Site", "Accountant", "accountant"},
		{"Accountant vs Bookkeeper | Site", "What does an accountant do?", "accountant"},
		{"The Complete Guide to Becoming a Pilot", "The Complete Guide to Becoming a Pilot", "pilot"},
		{"Pharmacists : Occupational Outlook Handbook: : Stat Office", "Pharmacists", "pharmacist"},
		{"Physical Therapist Assistant - Explore Health Careers", "Physical Therapist Assistant", "physical therapist assistant"},
		{"Careers in Plumbing: What does a plumber do?", "Careers in Plumbing", "plumber"},
		{"Everything You Need to Know About Being a Flight Attendant", "Everything You Need to Know About Being a Flight Attendant", "flight attendant"},
		{"Web developer (front-end)", "Web developer (front-end)", "web developer"},
		{"Make-up artist", "Make-up artist", "make-up artist"},
		{"Human resources (HR) officer", "Human resources (HR) officer", "human resources officer"},
		{"Cabin crew", "Cabin crew", "cabin crew"},
		{"Job description of a receptionist", "Job description of a receptionist", "receptionist"},
		{"Duties of a Security Guard", "Duties of a Security Guard", "security guard"},
		{"Roles and responsibilities of a project manager", "Roles and responsibilities of a project manager", "project manager"},
		{"Game Designer Career Overview - How to Get Started", "Game Designer Career Overview", "game designer"},
		{"What It's Really Like to Be a Firefighter", "What It's Really Like to Be a Firefighter", "firefighter"},
		{"Top 10 Facts About Being a Marine Biologist", "Marine Biologist", "marine biologist"},
		{"Meet a Beekeeper", "Meet a Beekeeper", "beekeeper"},
		{"Solicitor | Prospects", "Solicitor", "solicitor"},
		{"Sous Chef Job Profile: Duties, Salary, and Skills", "Sous Chef", "sous chef"},
		{"Certified Nursing Assistant (CNA): Career Guide", "Certified Nursing Assistant (CNA)", "certified nursing assistant"},
	} {
		n := c[2]
		article := "A "
		if strings.ContainsAny(n[:1], "aeiouAEIOU") {
			article = "An "
		}
		body := "<html><head><title>" + c[0] + "</title></head><body><h1>" + c[1] + "</h1><p>" + article + n + " does useful work for other people every day of the week.</p><h2>Duties</h2><ul><li>Talk with clients</li><li>Write reports</li></ul><h2>Work environment</h2><p>An office, mostly.</p></body></html>"
		rec, err := p.Parse(Input{Body: []byte(body), URL: "https://example.org/x"})
		if err != nil {
			t.Errorf("%s: %v", c[0], err)
			continue
		}
		if !strings.EqualFold(rec.Name, n) {
			t.Errorf("%s: name %q, want %q", c[0], rec.Name, n)
		}
	}
}
