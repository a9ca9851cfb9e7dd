package enrich

import (
	"cmp"
	"fmt"
	"slices"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"careerstream/enrich/catalog"
	"careerstream/schemas/career"
	"careerstream/schemas/event"
)

// drawRecord draws a record of slug with few different names, so that they clash.
func drawRecord(t *rapid.T, slug string) career.Record {
	name := rapid.SampledFrom([]string{"Nurse", "Coach", "Doctor", "The Nurse", "Nurses", "Head Coach"})
	r := career.Record{Slug: slug, Name: name.Draw(t, "name")}
	if rapid.Bool().Draw(t, "has plural") {
		r.Plural = name.Draw(t, "plural")
	}
	r.AlsoKnownAs = rapid.SliceOfN(rapid.SampledFrom([]string{"Medic", "RN", "Doctor (MD)", "Coach"}), 0, 2).Draw(t, "aliases")
	ref := rapid.SampledFrom([]string{"Nurse", "a coach", "Doctors", "RNs", "MD", "Medics", "Head Coaches", "Nobody"})
	for _, n := range rapid.SliceOfN(ref, 0, 3).Draw(t, "see also") {
		r.SeeAlso = append(r.SeeAlso, career.Link{Name: n})
	}
	for _, n := range rapid.SliceOfN(ref, 0, 2).Draw(t, "types") {
		r.Types = append(r.Types, career.Type{Name: n})
	}
	if rapid.Bool().Draw(t, "compares") {
		r.FAQs = []career.FAQ{{Kind: career.Versus, Comparison: &career.Comparison{Left: ref.Draw(t, "left"), Right: ref.Draw(t, "right")}}}
	}
	return r
}

// register is a reader that keeps the event with the highest basis of each career.
type register map[string]career.Enriched

func (g register) take(t *rapid.T, e career.Enriched) {
	slug := e.Record.Slug
	old, known := g[slug]
	if known && old.Basis.Catalog == e.Basis.Catalog {
		if diff := gocmp.Diff(old, e); diff != "" {
			t.Fatalf("two records of %s with the same basis differ:\n%s", slug, diff)
		}
	}
	if !known || e.Basis.Catalog > old.Basis.Catalog {
		g[slug] = e
	}
}

// Whatever the order of arrival, however far the catalog is ahead, however often
// messages are handled again and events overtake each other: the last record of
// each career depends on the last pages alone.
func TestFinalRecordsDependOnNothingButTheLastPages(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		var final, early []career.Record
		for i := range rapid.IntRange(1, 5).Draw(rt, "careers") {
			slug := fmt.Sprintf("career-%d", i)
			final = append(final, drawRecord(rt, slug))
			for range rapid.IntRange(0, 2).Draw(rt, "earlier versions") {
				early = append(early, drawRecord(rt, slug))
			}
		}
		want := runInOrder(rt, final)

		// Any order in which each career's last page is its last.
		pages := append(early, final...)
		order := rapid.Permutation(pages).Draw(rt, "arrival")
		last := make(map[string]int)
		for i, r := range order {
			last[r.Slug] = i
		}
		for _, r := range final {
			order[last[r.Slug]] = r
		}
		got := runInterleaved(rt, t, order)
		symmetric(rt, got)

		if diff := gocmp.Diff(contents(rt, want), contents(rt, got)); diff != "" {
			rt.Fatalf("final records (-plain +interleaved):\n%s", diff)
		}
	})
}

// contents are the records without their basis.
func contents(t *rapid.T, g register) map[string]string {
	all := make(map[string]string)
	for slug, e := range g {
		data, err := e.Record.Content()
		if err != nil {
			t.Fatal(err)
		}
		all[slug] = string(data)
	}
	return all
}

// runInOrder is the plain truth: everything is known before anything is handled.
func runInOrder(rt *rapid.T, pages []career.Record) register {
	l, c := newLog(), catalog.New()
	got := make(register)
	for _, r := range pages {
		if err := c.Apply(l.publish(rt, r)); err != nil {
			rt.Fatal(err)
		}
	}
	s := newStage(rt, c, l)
	for _, m := range l.messages {
		out, err := s.enrich(rt.Context(), m, m.Event.Subject, nil)
		if err != nil {
			rt.Fatal(err)
		}
		got.take(rt, decode(rt, out))
	}
	return got
}

func decode(t *rapid.T, out event.Out) career.Enriched {
	e, err := event.Data[career.Enriched](event.Message{Event: out.Event})
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// runInterleaved publishes, indexes and handles in drawn steps, with restarts of
// the catalog, repeats, failures to publish, and events delivered in any order.
func runInterleaved(rt *rapid.T, t *testing.T, pages []career.Record) register {
	l, c := newLog(), catalog.New()
	s := newStage(rt, c, l)
	var events []career.Enriched
	handled := make(map[uint64]bool)
	handleOne := func(m event.Message) {
		// The handler would wait for the catalog; here that means to feed it.
		for c.Position() < m.Seq {
			if err := c.Apply(l.messages[c.Position()]); err != nil {
				rt.Fatal(err)
			}
		}
		// It waits for the latest records of others too.
		for c.Position() < uint64(len(l.messages)) {
			if err := c.Apply(l.messages[c.Position()]); err != nil {
				rt.Fatal(err)
			}
			if rapid.Bool().Draw(rt, "enough") && latestKnown(l, c, m) {
				break
			}
		}
		outs, err := s.Handle(t.Context(), m)
		if err != nil {
			rt.Fatal(err)
		}
		// The broker may fail after some of them; then the message comes again.
		stored := len(outs)
		if rapid.IntRange(0, 3).Draw(rt, "broker fails") == 0 {
			stored = rapid.IntRange(0, len(outs)).Draw(rt, "stored")
		} else {
			handled[m.Seq] = true
		}
		for _, out := range outs[:stored] {
			l.store(out)
			events = append(events, decode(rt, out))
		}
	}
	for len(pages) > 0 || len(handled) < len(l.messages) {
		switch step := rapid.IntRange(0, 5).Draw(rt, "step"); {
		case step <= 1 && len(pages) > 0:
			l.publish(rt, pages[0])
			pages = pages[1:]
		case step == 2 && c.Position() < uint64(len(l.messages)):
			if err := c.Apply(l.messages[c.Position()]); err != nil {
				rt.Fatal(err)
			}
		case step == 3 && len(l.messages) > 0: // any message, also a repeat
			handleOne(l.messages[rapid.IntRange(0, len(l.messages)-1).Draw(rt, "which")])
		case step == 4: // crash
			c = catalog.New()
			s = newStage(rt, c, l)
		default:
			for _, m := range l.messages {
				if !handled[m.Seq] {
					handleOne(m)
					break
				}
			}
		}
	}
	got := make(register)
	for _, e := range rapid.Permutation(events).Draw(rt, "delivery") {
		got.take(rt, e)
	}
	return got
}

// latestKnown reports whether handling m needs no record that the catalog has
// not seen yet; the stage would block for it.
func latestKnown(l *log, c *catalog.Catalog, m event.Message) bool {
	need := m.Seq
	for _, slug := range append(c.Affected(m.Event.Subject, m.Seq), m.Event.Subject) {
		for _, other := range l.messages {
			if other.Event.Subject == slug {
				need = max(need, other.Seq)
			}
		}
	}
	return c.Position() >= need
}

// The answer to a name is the same whatever order careers came in, checked against
// the rule written down plainly.
func TestResolveAgainstPlainRule(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		l, c := newLog(), catalog.New()
		var records []career.Record
		for i := range rapid.IntRange(1, 6).Draw(rt, "careers") {
			// Plain names: no forms but the one asked for can match.
			r := career.Record{Slug: fmt.Sprintf("career-%d", i)}
			word := rapid.SampledFrom([]string{"physics", "sales", "logistics"})
			r.Name, r.Plural = word.Draw(rt, "name"), word.Draw(rt, "plural")
			r.AlsoKnownAs = rapid.SliceOfN(word, 0, 2).Draw(rt, "aliases")
			records = append(records, r)
			if err := c.Apply(l.publish(rt, r)); err != nil {
				rt.Fatal(err)
			}
		}
		name := rapid.SampledFrom([]string{"physics", "sales", "logistics"}).Draw(rt, "asked")
		best, want := 9, []string(nil)
		for _, r := range records {
			fit := 9
			switch {
			case r.Name == name:
				fit = 0
			case r.Plural == name:
				fit = 1
			case slices.Contains(r.AlsoKnownAs, name):
				fit = 2
			}
			if fit < best {
				best, want = fit, nil
			}
			if fit == best && fit < 9 {
				want = append(want, r.Slug)
			}
		}
		slices.SortFunc(want, cmp.Compare)
		view, ok := c.Resolve("career-0", 1, []string{name})
		if !ok {
			rt.Fatal("Resolve does not answer")
		}
		if diff := gocmp.Diff(want, view.Answers[0].Careers); diff != "" {
			rt.Fatalf("Resolve(%q) (-rule +got):\n%s", name, diff)
		}
	})
}
