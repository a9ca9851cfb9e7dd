package drift

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"careerstream/schemas/career"
	"careerstream/schemas/event"
	"careerstream/schemas/fault"
	"careerstream/schemas/subject"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// tester is what *testing.T and *rapid.T share.
type tester interface {
	Helper()
	Fatal(args ...any)
}

const host = "careers.example"

// paragraph has n sentences of 50 bytes.
func paragraph(n int) string {
	return strings.TrimSpace(strings.Repeat("They check the tools before the work of the day.  ", n))
}

// record is a good one; optional parts stand in some.
func record(i int) career.Record {
	r := career.Record{
		Slug: fmt.Sprintf("career-%d", i), Name: "Career",
		Definition: career.Definition{Paragraphs: []string{paragraph(4), paragraph(3)}},
		Workplace:  career.Workplace{Paragraphs: []string{paragraph(5)}},
		Source:     career.Source{Site: host, Template: "html:a"},
	}
	for j := range 6 + i%4 {
		r.Duties = append(r.Duties, career.Duty{ID: fmt.Sprint(j), Name: fmt.Sprint("Duty ", j), Text: paragraph(2)})
	}
	if i%2 == 0 {
		for j := range 4 {
			r.FAQs = append(r.FAQs, career.FAQ{Kind: career.QA, Question: fmt.Sprint("Why ", j, "?"), Answer: []string{paragraph(3)}})
		}
	}
	return r
}

func apply(t tester, g *Guard, seq uint64, r career.Record) {
	t.Helper()
	e, err := event.New("/test", event.RecordPublished, r.Slug, career.Published{Record: r})
	if err == nil {
		err = g.ApplyPublished(event.Message{Stream: "PUBLISHED", Seq: seq, Subject: subject.Published(r.Slug), Event: e})
	}
	if err != nil {
		t.Fatal(err)
	}
}

// known is a guard that knows n records.
func known(t tester, n int) *Guard {
	t.Helper()
	g, err := New(Config{})
	if err != nil {
		t.Fatal(err)
	}
	for i := range n {
		apply(t, g, uint64(i+1), record(i))
	}
	return g
}

// clone copies the lists that tests change.
func clone(r career.Record) career.Record {
	r.Definition.Paragraphs = append([]string{}, r.Definition.Paragraphs...)
	r.Workplace.Paragraphs = append([]string{}, r.Workplace.Paragraphs...)
	r.Duties = append([]career.Duty{}, r.Duties...)
	r.FAQs = append([]career.FAQ{}, r.FAQs...)
	return r
}

func rules(reasons []career.Reason) []string {
	out := []string{}
	for _, r := range reasons {
		out = append(out, strings.TrimSpace(r.Rule+" "+r.Field))
	}
	return out
}

func TestRules(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name    string
		records int
		career  int
		change  func(r *career.Record)
		want    []string
	}{
		{"nothing", 40, 0, func(*career.Record) {}, []string{}},
		{"required section", 40, 0, func(r *career.Record) { r.Workplace.Paragraphs = nil }, []string{"section-lost workplace"}},
		{"the same of a small site", 10, 0, func(r *career.Record) { r.Workplace.Paragraphs = nil }, []string{}},
		{"duties of a small site", 3, 0, func(r *career.Record) { r.Duties = nil }, []string{"section-lost duties"}},
		{"definition of a small site", 3, 0, func(r *career.Record) { r.Definition.Paragraphs = nil }, []string{"section-lost definition"}},
		{"optional section", 40, 0, func(r *career.Record) { r.FAQs = nil }, []string{}},
		{"optional section with another template", 40, 0, func(r *career.Record) { r.FAQs, r.Source.Template = nil, "html:b" }, []string{"template-poorer"}},
		{"another template alone", 40, 0, func(r *career.Record) { r.Source.Template = "html:b" }, []string{}},
		{"another template, less text", 40, 1, func(r *career.Record) {
			r.Duties, r.Source.Template = r.Duties[:4], "html:b"
			r.Definition.Paragraphs = r.Definition.Paragraphs[:1]
		}, []string{"template-poorer"}},
		{"most duties", 40, 3, func(r *career.Record) { r.Duties = r.Duties[:2] }, []string{"count-low duties"}},
		{"names of duties", 40, 0, func(r *career.Record) {
			for i := range r.Duties {
				r.Duties[i].Name = ""
			}
		}, []string{"section-lost duties.name"}},
		{"text of duties", 40, 1, func(r *career.Record) {
			for i := range r.Duties {
				r.Duties[i].Text = "More"
			}
		}, []string{"length-low duties"}},
		{"hardly any text", 10, 0, func(r *career.Record) {
			r.Definition.Paragraphs, r.Workplace.Paragraphs, r.Duties, r.FAQs = []string{"Welcome."}, []string{"Home"}, r.Duties[:3], nil
		}, []string{"collapse", "length-low workplace"}},
		{"menu as duties", 40, 0, func(r *career.Record) {
			for j := range 60 {
				r.Duties = append(r.Duties, career.Duty{Name: "Link", Text: fmt.Sprint(j)})
			}
		}, []string{"count-high duties"}},
		{"whole page in the definition", 40, 0, func(r *career.Record) { r.Definition.Paragraphs[0] = paragraph(200) }, []string{"length-high definition"}},
		{"one paragraph less", 40, 0, func(r *career.Record) { r.Definition.Paragraphs = r.Definition.Paragraphs[:1] }, []string{}},
		{"two duties less", 40, 0, func(r *career.Record) { r.Duties = r.Duties[:4] }, []string{}},
	} {
		g, before := known(t, test.records), record(test.career)
		after := clone(before)
		test.change(&after)
		reasons, transient := g.Judge(&before, &after)
		if diff := cmp.Diff(test.want, rules(reasons)); diff != "" || transient {
			t.Errorf("%s: transient %v (-want +got):\n%s\n%+v", test.name, transient, diff, reasons)
		}
		for _, r := range reasons {
			if !strings.ContainsAny(r.Text, "0123456789") {
				t.Errorf("%s: reason %q names no number", test.name, r.Text)
			}
		}
		if reasons, _ := g.Judge(nil, &after); len(reasons) > 0 {
			t.Errorf("%s: a first version is held: %v", test.name, reasons)
		}
	}
}

func TestConsentIsTransient(t *testing.T) {
	t.Parallel()
	g, before := known(t, 40), record(0)
	after := clone(before)
	after.Duties, after.FAQs, after.Workplace.Paragraphs = nil, nil, nil
	after.Definition.Paragraphs = []string{"We value your privacy. Our partners store cookies with your consent."}
	if reasons, transient := g.Judge(&before, &after); len(reasons) == 0 || !transient {
		t.Errorf("transient %v, %v", transient, reasons)
	}
}

func TestReleaseTeaches(t *testing.T) {
	t.Parallel()
	g, before := known(t, 40), record(0)
	after := clone(before)
	after.Workplace.Paragraphs, after.Source.Template = nil, "html:b"
	reasons, _ := g.Judge(&before, &after)
	if len(reasons) != 2 {
		t.Fatalf("reasons %v", reasons)
	}
	hold := func(seq uint64, state string) {
		e, err := event.New("/test", event.RecordHeld, before.Slug, career.Held{Slug: before.Slug, State: state, Site: host, TemplateAfter: "html:b", Reasons: reasons})
		if err == nil {
			err = g.ApplyHeld(event.Message{Stream: "HELD", Seq: seq, Event: e})
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	hold(1, career.HeldBack)
	hold(2, career.Rejected)
	if again, _ := g.Judge(&before, &after); len(again) != 2 {
		t.Errorf("before a release: %v", again)
	}
	hold(3, career.Released)
	other := record(7)
	lost := clone(other)
	lost.Workplace.Paragraphs, lost.Source.Template = nil, "html:b"
	if again, _ := g.Judge(&other, &lost); len(again) > 0 {
		t.Errorf("after a release: %v", again)
	}
	lost.Duties = nil
	if again, _ := g.Judge(&other, &lost); len(again) == 0 || again[0].Field != "duties" {
		t.Errorf("what was not released passes: %v", again)
	}
	lost = clone(other)
	lost.Workplace.Paragraphs, lost.Source.Template = nil, "html:c"
	if again, _ := g.Judge(&other, &lost); len(again) != 2 {
		t.Errorf("another template: %v", again)
	}
}

// TestStateIsOfTheLatestVersions: a guard knows the latest versions alone, whatever
// was published before, in which order, and how often.
func TestStateIsOfTheLatestVersions(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 1))
	direct, history := known(t, 30), known(t, 0)
	seq := uint64(0)
	for range 200 {
		seq++
		v := record(r.IntN(50))
		if r.IntN(2) == 0 {
			v.Source.Site = "other.example"
		}
		if r.IntN(3) == 0 {
			v.Workplace.Paragraphs = nil
		}
		apply(t, history, seq, v)
	}
	for i := range 50 {
		seq++
		v := record(i)
		if i >= 30 {
			v.Retired = &career.Retirement{}
		}
		apply(t, history, seq, v)
		apply(t, history, seq, record(99)) // a repeat of the sequence
	}
	if diff := cmp.Diff(direct.sites[host].records, history.sites[host].records, cmp.AllowUnexported(measures{})); diff != "" {
		t.Error(diff)
	}
	if direct.sites[host].have != history.sites[host].have {
		t.Errorf("fields %v, want %v", history.sites[host].have, direct.sites[host].have)
	}
	if n := len(history.sites["other.example"].records); n != 0 {
		t.Errorf("%d records stayed with the site that they left", n)
	}
}

func TestWaitFor(t *testing.T) {
	t.Parallel()
	g := known(t, 3)
	if err := g.WaitFor(t.Context(), 3, 0); err != nil {
		t.Error(err)
	}
	done := make(chan error, 1)
	go func() { done <- g.WaitFor(t.Context(), 4, 0) }()
	apply(t, g, 4, record(4))
	if err := <-done; err != nil {
		t.Error(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
	defer cancel()
	if err := g.WaitFor(ctx, 4, 1); !errors.Is(err, fault.Timeout) {
		t.Errorf("error %v", err)
	}
	if err := g.ApplyHeld(event.Message{Stream: "HELD", Seq: 1, Event: event.Event{Type: "other"}}); fault.KindOf(err) != fault.UnknownType {
		t.Errorf("a stray message: %v", err)
	}
	if err := g.WaitFor(t.Context(), 4, 1); err != nil {
		t.Errorf("the position does not move past a stray message: %v", err)
	}
}

func TestConfigNamesEveryFault(t *testing.T) {
	t.Parallel()
	_, err := New(Config{MinRecords: 1, RequiredShare: 0.2, ShrinkTo: 2, ShrinkAlone: -1, Tail: 0.9, GrowTo: 0.5, CollapseTo: 3, TemplateTo: -2})
	for _, name := range []string{"min_records", "required_share", "shrink_to", "shrink_alone", "tail", "grow_to", "collapse_to", "template_to"} {
		if err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("error %v does not name %s", err, name)
		}
	}
}

func BenchmarkJudge(b *testing.B) {
	g, before := known(b, 10_000), record(0)
	after := clone(before)
	after.Duties = after.Duties[:2]
	b.ReportAllocs()
	for b.Loop() {
		if reasons, _ := g.Judge(&before, &after); len(reasons) == 0 {
			b.Fatal("not held")
		}
	}
}
