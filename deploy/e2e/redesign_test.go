package e2e

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"careerstream/schemas/career"
	"careerstream/schemas/event"
	"careerstream/schemas/stream"
)

// TestHonestEditsAreNeverHeld edits a third of a site each day for a month.
func TestHonestEditsAreNeverHeld(t *testing.T) {
	t.Parallel()
	const days = 30
	l, r := newLine(t), rand.New(rand.NewPCG(5, 30))
	site := profiles(r)
	for _, p := range site {
		l.take(p.url(), redesignSite, designA.page(p, ""))
	}
	first, edits := len(l.stored[stream.Published]), 0
	for range days {
		l.now = l.now.Add(24 * time.Hour)
		for i := range site {
			if r.IntN(3) > 0 {
				continue
			}
			site[i].edit(r)
			before := l.seqs[stream.Pages]
			l.take(site[i].url(), redesignSite, designA.page(site[i], ""))
			edits += int(l.seqs[stream.Pages] - before)
		}
	}
	held := len(l.stored[stream.Held])
	t.Logf("%d honest edits in %d days of %d pages: %d versions published, %d false holds (%.3f %%), %d drift events",
		edits, days, len(site), len(l.stored[stream.Published])-first, held, 100*float64(held)/float64(edits), len(l.stored[stream.Drift]))
	for i, m := range l.stored[stream.Held] {
		if i < 5 {
			h, _ := event.Data[career.Held](m)
			t.Errorf("held %s: %+v", h.Slug, h.Reasons)
		}
	}
	if first != len(site) || edits < len(site)*days/4 || len(l.dead) > 0 || len(l.stored[stream.Drift]) > 0 {
		t.Errorf("%d first versions, %d edits, %d dead, %d drift events", first, edits, len(l.dead), len(l.stored[stream.Drift]))
	}
}

type redesignWay struct {
	name string
	page func(p profile) string
	// damages tells whether the pages are not read right any more.
	damages bool
	// transient pages give no drift event.
	transient bool
}

// redesigns are the ways in which the site changes.
var redesigns = []redesignWay{
	{"section renamed, still known", func(p profile) string {
		return design{frame: frameB, workplaceHeading: "Work Environment of a %s", list: bullets}.page(p, "renamed-known")
	}, false, false},
	{"section renamed", func(p profile) string {
		return design{frame: frameB, workplaceHeading: "Sun, rain and %s coffee", list: bullets}.page(p, "renamed")
	}, true, false},
	{"section renamed in the old frame", func(p profile) string {
		return design{frame: frameA, workplaceHeading: "Sun, rain and %s coffee", list: bullets}.page(p, "")
	}, true, false},
	{"list markup changed, still known", func(p profile) string {
		return design{frame: frameB, workplaceHeading: designA.workplaceHeading, list: func(items [][2]string) string {
			var b strings.Builder
			for _, item := range items {
				fmt.Fprintf(&b, "<dt>%s</dt><dd>%s</dd>", item[0], item[1])
			}
			return "<dl>" + b.String() + "</dl>"
		}}.page(p, "definitions")
	}, false, false},
	{"list markup changed", func(p profile) string {
		return design{frame: frameB, workplaceHeading: designA.workplaceHeading, list: func(items [][2]string) string {
			var b strings.Builder
			for _, item := range items {
				fmt.Fprintf(&b, `<div class="card"><h2>%s</h2><div>%s</div></div>`, item[0], item[1])
			}
			return `<div class="cards">` + b.String() + "</div>"
		}}.page(p, "cards")
	}, true, false},
	{"section dropped", func(p profile) string {
		return design{frame: frameB, workplaceHeading: designA.workplaceHeading, list: bullets, dropDuties: true}.page(p, "no-duties")
	}, true, false},
	{"section dropped in the old frame", func(p profile) string {
		return design{frame: frameA, workplaceHeading: designA.workplaceHeading, list: bullets, dropWorkplace: true}.page(p, "")
	}, true, false},
	{"content behind a script", func(p profile) string {
		return fmt.Sprintf(frameB, p.name, fmt.Sprintf(`<h1>What does a %s do?</h1><div id="app"></div><script src="/app.js"></script><noscript>Please enable JavaScript.</noscript>`, p.name), "app")
	}, true, false},
	{"consent wall", func(p profile) string {
		return fmt.Sprintf(frameB, p.name, fmt.Sprintf(`<h1>What does a %s do?</h1><h2>We value your privacy</h2>
			<p>We and our 214 partners store cookies on your device and process personal data, with your consent, to show advertisements and to count visits.</p>
			<p>You can accept all of them, reject all of them or change your preferences at any time.</p>
			<button>Accept all</button><button>Reject all</button><a href="/privacy">Privacy policy</a>`, p.name), "wall")
	}, true, true},
}

// damaged reports whether a reading lost something that the page said before: an
// item of any field, or a tenth of a field's text. It is a judge of its own, by
// what the record holds.
func damaged(before, after *career.Record) bool {
	if after == nil {
		return true
	}
	a, b := fieldTexts(*before), fieldTexts(*after)
	for field, texts := range a {
		if len(b[field]) < len(texts) || len(strings.Join(b[field], ""))*10 < len(strings.Join(texts, ""))*9 {
			return true
		}
	}
	return false
}

// fieldTexts lists the items of each field of a record.
func fieldTexts(r career.Record) map[string][]string {
	f := map[string][]string{"definition": r.Definition.Paragraphs, "workplace": r.Workplace.Paragraphs}
	for _, d := range r.Duties {
		f["duties"] = append(f["duties"], d.Name+d.Text)
	}
	for _, x := range r.Types {
		f["types"] = append(f["types"], x.Name+x.Text)
	}
	for _, q := range r.FAQs {
		f["faqs"] = append(f["faqs"], q.Question+strings.Join(q.Answer, ""))
	}
	for _, s := range r.SeeAlso {
		f["see_also"] = append(f["see_also"], s.Name)
	}
	return f
}

// TestRedesign publishes a site, and then changes its design in every way and back.
func TestRedesign(t *testing.T) {
	t.Parallel()
	l, site := newLine(t), profiles(rand.New(rand.NewPCG(1, 2)))
	for _, p := range site {
		l.take(p.url(), redesignSite, designA.page(p, ""))
	}
	templates := map[string]bool{} // that there is a drift event of
	for _, way := range redesigns {
		t.Run(way.name, func(t *testing.T) { redesign(t, l, site, way, templates) })
	}
}

func redesign(t *testing.T, l *line, site []profile, way redesignWay, templates map[string]bool) {
	l.t, l.now = t, l.now.Add(24*time.Hour)
	drifts, versions := len(l.stored[stream.Drift]), len(l.stored[stream.Published])
	broken, missed, falsely := 0, 0, 0
	for _, p := range site {
		before := l.published(p.slug)
		l.take(p.url(), redesignSite, way.page(p))
		now, hold := l.published(p.slug), l.held(p.slug)
		held, read := hold.State == career.HeldBack, &now
		if held {
			read = hold.Record
		}
		is := damaged(&before, read)
		switch {
		case is && !held:
			if missed++; missed < 3 {
				t.Errorf("%s: damaged and not held", p.slug)
			}
		case !is && held:
			if falsely++; falsely < 3 {
				t.Errorf("%s: held, and not damaged: %+v", p.slug, hold.Reasons)
			}
		}
		if is {
			broken++
		}
		if held && (now.Version != before.Version || hold.Version != before.Version || !hold.Since.Equal(l.now) || hold.Transient != way.transient) {
			t.Errorf("%s: version %d after %d, hold %+v", p.slug, now.Version, before.Version, hold)
		}
	}
	drifts, versions = len(l.stored[stream.Drift])-drifts, len(l.stored[stream.Published])-versions
	t.Logf("%d of %d pages damaged, %d missed, %d falsely held, %d versions published, %d drift events, first reasons: %+v",
		broken, len(site), missed, falsely, versions, drifts, l.held(site[0].slug).Reasons)
	want, template := 0, l.held(site[0].slug).TemplateAfter
	if broken > 0 && !way.transient && !templates[template] {
		want, templates[template] = 1, true
	}
	if drifts != want || broken > 0 != way.damages || versions > len(site)-broken || len(l.dead) > 0 {
		t.Errorf("%d damaged, %d drift events, want %d; %d versions, %d dead letters", broken, drifts, want, versions, len(l.dead))
	}
	// The site comes back as it was: nothing stays held, nothing new is published.
	versions = len(l.stored[stream.Published])
	for _, p := range site {
		l.take(p.url(), redesignSite, designA.page(p, ""))
	}
	if open := l.open(); open != 0 || len(l.stored[stream.Published]) != versions {
		t.Errorf("after the way back %d are held, %d versions more", open, len(l.stored[stream.Published])-versions)
	}
}
