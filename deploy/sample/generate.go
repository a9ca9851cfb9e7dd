package sample

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

// MaxGenerated is the number of different careers that Generate can make up.
const MaxGenerated = 60 * 60 * 3

var (
	fields = strings.Fields(`Marine Urban Rural Alpine Coastal Digital Analog Clinical Industrial Municipal
		Harbor Railway Airport Forest Garden Stadium Theater Museum Archive Library
		Solar Wind Hydro Thermal Nuclear Chemical Mechanical Electrical Optical Acoustic
		Textile Leather Timber Ceramic Glass Marble Copper Silver Steel Concrete
		Grain Dairy Orchard Vineyard Fishery Poultry Bakery Brewery Spice Coffee
		Mobile Remote Senior Junior Regional Central Northern Southern Eastern Western`)
	trades = strings.Fields(`Welder Surveyor Inspector Planner Designer Technician Mechanic Operator Instructor Curator
		Examiner Auditor Analyst Broker Buyer Dispatcher Estimator Foreman Gardener Handler
		Installer Joiner Keeper Lecturer Machinist Negotiator Officer Painter Repairer Researcher
		Scheduler Tester Trainer Translator Upholsterer Valuer Warden Weaver Writer Zoologist
		Archivist Biologist Chemist Dentist Economist Florist Geologist Hygienist Illustrator Jurist
		Linguist Nutritionist Optometrist Pianist Receptionist Scientist Therapist Typist Urbanist Vocalist`)
	grades  = []string{"", "Assistant ", "Chief "}
	verbs   = strings.Fields(`Plan Check Prepare Record Repair Measure Compare Explain Order Clean Test Adjust Replace Document Schedule Review`)
	objects = strings.Fields(`tools drawings samples orders machines reports contracts schedules instruments materials budgets permits routes batches supplies accounts`)
	reasons = []string{
		"so that the next shift finds everything in its place", "before the work of the day begins",
		"because small errors grow costly later", "with the help of colleagues from other departments",
		"and keep a written record for the customer", "as the rules of the trade require",
		"when the season or the market changes", "and report what they find to the person in charge",
	}
	places = []string{"a private practice", "a hospital", "a workshop", "an office", "a laboratory", "a factory", "a school", "a warehouse"}
)

// GeneratedName is the name of the career that Generate makes up for i.
func GeneratedName(i int) string {
	i %= MaxGenerated
	return grades[i/(60*60)] + fields[i%60] + " " + trades[(i/60+i)%60]
}

// Generate makes up the page of career i, 0 to MaxGenerated-1: the same for the
// same i and edition, about 8 KB of HTML or text in one of four layouts. It
// names careers with neighbouring numbers below n as types, in a comparison and
// under see-also.
func Generate(i, n int, edition uint64) []File {
	name := GeneratedName(i)
	page := draft{
		name: name, rng: rand.New(rand.NewPCG(uint64(i), edition)),
		other: func(step int) string { return GeneratedName((i + step) % n) },
	}
	layouts := []func(draft) (string, string){semantic, boldHeadings, definitionLists, plainText}
	body, extension := layouts[i%len(layouts)](page)
	file := fmt.Sprintf("career-%05d.%s", i, extension)
	slug := strings.ReplaceAll(strings.ToLower(name), " ", "-")
	sidecar := fmt.Sprintf("{\"url\": \"https://generated.example/careers/%s/\", \"fetched_at\": \"2026-05-04T09:00:%02dZ\"}\n", slug, edition%60)
	return []File{{file, []byte(body)}, {file + ".meta.json", []byte(sidecar)}}
}

type draft struct {
	name  string
	rng   *rand.Rand
	other func(step int) string
}

func (d draft) pick(list []string) string { return list[d.rng.IntN(len(list))] }

func (d draft) sentence() string {
	return fmt.Sprintf("They %s the %s and the %s %s.", strings.ToLower(d.pick(verbs)), d.pick(objects), d.pick(objects), d.pick(reasons))
}

func (d draft) paragraph() string {
	sentences := make([]string, 4)
	for i := range sentences {
		sentences[i] = d.sentence()
	}
	return fmt.Sprintf("%ss are known for steady work. ", d.name) + strings.Join(sentences, " ")
}

type entry struct{ name, text string }

func (d draft) duties() []entry {
	entries := make([]entry, 8)
	for i := range entries {
		entries[i] = entry{verbs[i*2] + "ing " + d.pick(objects), d.sentence() + " " + d.sentence()}
	}
	return entries
}

func (d draft) types() []entry {
	entries := make([]entry, 5)
	for i := range entries {
		entries[i] = entry{d.other(i+1) + "s", d.sentence()}
	}
	return entries
}

func (d draft) dimensions() []entry {
	return []entry{{"Training", ""}, {"Daily Work", ""}, {"Career Path", ""}, {"Tools", ""}}
}

func (d draft) workplace() string {
	return fmt.Sprintf("Most %ss work in %s or in %s. %s", d.name, d.pick(places), d.pick(places), d.sentence())
}

func semantic(d draft) (string, string) {
	var b strings.Builder
	p := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	p(`<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>What does a %s do?</title></head><body>`, d.name)
	p(`<nav><a href="/">Home</a> <a href="/test/">Career test</a></nav><main><h1>What does a %s do?</h1>`, d.name)
	p(`<h2>What is a %s?</h2><p>A %s keeps things going. %s</p><p>%s</p>`, d.name, d.name, d.paragraph(), d.paragraph())
	p(`<h2>Duties and Responsibilities</h2><p>Here are the main duties of a %s:</p><ul>`, d.name)
	for _, e := range d.duties() {
		p(`<li><strong>%s:</strong> %s</li>`, e.name, e.text)
	}
	p(`</ul><h2>Types of %ss</h2><p>There are several types of %ss:</p><ul>`, d.name, d.name)
	for _, e := range d.types() {
		p(`<li><strong>%s:</strong> %s</li>`, e.name, e.text)
	}
	p(`</ul><h2>What is the workplace of a %s like?</h2><p>%s</p><p>%s</p>`, d.name, d.workplace(), d.paragraph())
	p(`<h2>Frequently Asked Questions</h2><h3>%s vs %s</h3><p>Let's compare the two:</p>`, d.name, d.other(1))
	for i, e := range d.dimensions() {
		p(`<p>%d. %s:</p><p>%s: %s</p><p>%s: %s</p>`, i+1, e.name, d.name, d.sentence(), d.other(1), d.sentence())
	}
	p(`<p>In summary, both do useful work.</p><p><a href="/more/">Continue reading</a></p>`)
	p(`<h2>See Also</h2><ul><li><a href="#">%s</a></li><li><a href="#">%s</a></li></ul></main>`, d.other(1), d.other(2))
	p(`<footer>Made up for tests.</footer></body></html>`)
	return b.String(), "html"
}

func boldHeadings(d draft) (string, string) {
	var b strings.Builder
	p := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	p(`<html><head><title>What does a %s do?</title></head><body><div id=menu><a href="/">Home</a></div><div class=content>`, d.name)
	p(`<p><b>What is a %s?</b></p><p>A %s keeps things going. %s<p>%s`, d.name, d.name, d.paragraph(), d.paragraph())
	p(`<p><b>What does a %s do?</b><p>Here are the main duties of a %s:<ul>`, d.name, d.name)
	for _, e := range d.duties() {
		p(`<li><b>%s</b> – %s`, e.name, e.text)
	}
	p(`</ul><p><b>Types of %ss</b><ul>`, d.name)
	for _, e := range d.types() {
		p(`<li><b>%s</b> – %s`, e.name, e.text)
	}
	p(`</ul><p><b>What is the workplace of a %s like?</b><p>%s<p>%s`, d.name, d.workplace(), d.paragraph())
	p(`<p><b>See Also</b><ul><li>%s<li>%s</ul></div></body></html>`, d.other(1), d.other(2))
	return b.String(), "html"
}

func definitionLists(d draft) (string, string) {
	var b strings.Builder
	p := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	p(`<!DOCTYPE html><title>%s</title><article><h1>What does a %s do?</h1>`, d.name, d.name)
	p(`<h2>What is a %s?</h2><p>A %s keeps things going. %s</p>`, d.name, d.name, d.paragraph())
	p(`<h2>What does a %s do?</h2><dl>`, d.name)
	for _, e := range d.duties() {
		p(`<dt>%s</dt><dd>%s</dd>`, e.name, e.text)
	}
	p(`</dl><h2>Types of %ss</h2><dl>`, d.name)
	for _, e := range d.types() {
		p(`<dt>%s</dt><dd>%s</dd>`, e.name, e.text)
	}
	p(`</dl><h2>What is the workplace of a %s like?</h2><p>%s</p>`, d.name, d.workplace())
	p(`<h2>Frequently Asked Questions</h2><details><summary>Are %ss happy?</summary><p>%s</p></details>`, d.name, d.paragraph())
	p(`<h2>See Also</h2><ul><li>%s</li></ul></article>`, d.other(2))
	return b.String(), "html"
}

func plainText(d draft) (string, string) {
	var b strings.Builder
	p := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n\n", args...) }
	p("What does a %s do?", d.name)
	p("What is a %s?", d.name)
	p("A %s keeps things going. %s", d.name, d.paragraph())
	p("%s", d.paragraph())
	p("What does a %s do?", d.name)
	p("Here are the main duties of a %s:", d.name)
	for _, e := range d.duties() {
		p("  • %s: %s", e.name, e.text)
	}
	p("Types of %ss", d.name)
	for _, e := range d.types() {
		p("  • %s: %s", e.name, e.text)
	}
	p("What is the workplace of a %s like?", d.name)
	p("%s", d.workplace())
	p("See Also")
	p("%s", d.other(1))
	return b.String(), "txt"
}
