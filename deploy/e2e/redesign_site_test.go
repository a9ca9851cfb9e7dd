package e2e

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"

	"careerstream/deploy/sample"
)

const (
	redesignPages = 300
	redesignSite  = "careers.example"
)

// profile is the content of one page of a site.
type profile struct {
	name, slug                 string
	definition, workplace      []string
	duties, types              [][2]string
	questions                  [][2]string
	related                    []string
	hasTypes, hasFAQs, hasMore bool
}

func (p profile) url() string { return "https://" + redesignSite + "/careers/" + p.slug }

var (
	doing  = strings.Fields("plan check prepare record repair measure compare explain order clean test adjust replace document schedule review")
	things = strings.Fields("tools drawings samples orders machines reports contracts schedules instruments materials budgets permits routes batches")
	ends   = []string{"before the day begins", "with the help of colleagues", "as the rules of the trade require", "and report what they find", "when the season changes", "so that nobody has to wait"}
)

func sentence(r *rand.Rand) string {
	return fmt.Sprintf("They %s the %s and %s the %s %s.", doing[r.IntN(len(doing))], things[r.IntN(len(things))],
		doing[r.IntN(len(doing))], things[r.IntN(len(things))], ends[r.IntN(len(ends))])
}

func prose(r *rand.Rand) string {
	parts := make([]string, 2+r.IntN(4))
	for i := range parts {
		parts[i] = sentence(r)
	}
	return strings.Join(parts, " ")
}

func duty(r *rand.Rand) [2]string {
	verb := doing[r.IntN(len(doing))]
	return [2]string{strings.ToUpper(verb[:1]) + verb[1:] + "ing the " + things[r.IntN(len(things))], sentence(r)}
}

func kind(r *rand.Rand) [2]string {
	return [2]string{sample.GeneratedName(1000+r.IntN(5000)) + "s", sentence(r)}
}

func question(r *rand.Rand, name string) [2]string {
	return [2]string{fmt.Sprintf("How does a %s %s %s?", name, doing[r.IntN(len(doing))], things[r.IntN(len(things))]), prose(r)}
}

// profiles makes up a site; optional parts stand on some of its pages.
func profiles(r *rand.Rand) []profile {
	all := make([]profile, redesignPages)
	for i := range all {
		name := sample.GeneratedName(i)
		p := profile{name: name, slug: strings.ReplaceAll(strings.ToLower(name), " ", "-"), hasTypes: r.IntN(10) < 8, hasFAQs: r.IntN(10) < 6, hasMore: r.IntN(10) < 7}
		for range 1 + r.IntN(3) {
			p.definition, p.workplace = append(p.definition, prose(r)), append(p.workplace, prose(r))
		}
		for range 4 + r.IntN(6) {
			p.duties = append(p.duties, duty(r))
		}
		for range 2 + r.IntN(4) {
			p.types, p.questions = append(p.types, kind(r)), append(p.questions, question(r, name))
			p.related = append(p.related, sample.GeneratedName(i+1+r.IntN(20)))
		}
		all[i] = p
	}
	return all
}

// edit is what an editor does to a page on one day: a word, a sentence, an item, an
// optional part.
func (p *profile) edit(r *rand.Rand) {
	reword := func(list []string) {
		i := r.IntN(len(list))
		sentences := strings.SplitAfter(list[i], ". ")
		sentences[r.IntN(len(sentences))] = sentence(r) + " "
		list[i] = strings.TrimSpace(strings.Join(sentences, ""))
	}
	items := func(list *[][2]string, least int, item [2]string) {
		if len(*list) > least && r.IntN(2) == 0 {
			*list = slices.Delete(*list, 0, 1)
		} else if len(*list) < 14 {
			*list = append(*list, item)
		}
	}
	switch r.IntN(12) {
	case 0, 1:
		reword(p.definition)
	case 2, 3:
		reword(p.workplace)
	case 4, 5:
		items(&p.duties, 2, duty(r))
	case 6:
		items(&p.types, 1, kind(r))
	case 7:
		items(&p.questions, 1, question(r, p.name))
	case 8:
		p.duties[r.IntN(len(p.duties))][1] = sentence(r)
	case 9:
		if len(p.workplace) > 1 && r.IntN(2) == 0 {
			p.workplace = p.workplace[1:]
		} else if len(p.workplace) < 4 {
			p.workplace = append(p.workplace, prose(r))
		}
	case 10:
		if len(p.definition) > 1 && r.IntN(2) == 0 {
			p.definition = p.definition[:len(p.definition)-1]
		} else if len(p.definition) < 4 {
			p.definition = append(p.definition, prose(r))
		}
	case 11:
		switch r.IntN(3) {
		case 0:
			p.hasTypes = !p.hasTypes
		case 1:
			p.hasFAQs = !p.hasFAQs
		case 2:
			p.hasMore = !p.hasMore
		}
	}
}

// design is how the site shows a page.
type design struct {
	// frame holds title and content.
	frame string
	// workplaceHeading, with a %s for the career.
	workplaceHeading string
	list             func([][2]string) string
	dropDuties       bool
	dropWorkplace    bool
}

const (
	frameA = `<!doctype html><html><head><meta charset="utf-8"><title>What does a %[1]s do?</title></head><body class="page"><header><a href="/">Careers</a></header><main class="profile">%[2]s</main><footer>Made up.</footer></body></html>`
	frameB = `<!doctype html><html><head><meta charset="utf-8"><title>What does a %[1]s do?</title></head><body><div class="site"><div class="wrap"><article class="%[3]s">%[2]s</article></div></div></body></html>`
)

func bullets(items [][2]string) string {
	var b strings.Builder
	b.WriteString("<ul>")
	for _, item := range items {
		fmt.Fprintf(&b, "<li><strong>%s:</strong> %s</li>", item[0], item[1])
	}
	return b.String() + "</ul>"
}

var designA = design{frame: frameA, workplaceHeading: "What is the workplace of a %s like?", list: bullets}

func (d design) content(p profile) string {
	var b strings.Builder
	w := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	w("<h1>What does a %s do?</h1><h2>What is a %s?</h2>", p.name, p.name)
	for _, text := range p.definition {
		w("<p>%s</p>", text)
	}
	if !d.dropDuties {
		w("<h2>Duties and Responsibilities</h2><p>Here are the main duties of a %s:</p>%s", p.name, d.list(p.duties))
	}
	if p.hasTypes {
		w("<h2>Types of %ss</h2>%s", p.name, d.list(p.types))
	}
	if !d.dropWorkplace {
		w("<h2>"+d.workplaceHeading+"</h2>", p.name)
		for _, text := range p.workplace {
			w("<p>%s</p>", text)
		}
	}
	if p.hasFAQs {
		w("<h2>Frequently Asked Questions</h2>")
		for _, q := range p.questions {
			w("<h3>%s</h3><p>%s</p>", q[0], q[1])
		}
	}
	if p.hasMore {
		w("<h2>See Also</h2><ul>")
		for _, name := range p.related {
			w(`<li><a href="#">%s</a></li>`, name)
		}
		w("</ul>")
	}
	return b.String()
}

func (d design) page(p profile, mark string) string {
	if strings.Contains(d.frame, "%[3]") {
		return fmt.Sprintf(d.frame, p.name, d.content(p), mark)
	}
	return fmt.Sprintf(d.frame, p.name, d.content(p))
}
