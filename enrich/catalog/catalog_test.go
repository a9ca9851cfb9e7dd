package catalog

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"careerstream/schemas/career"
	"careerstream/schemas/event"
	"careerstream/schemas/fault"
	"careerstream/schemas/stream"
	"careerstream/schemas/subject"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func message(t testing.TB, seq uint64, r career.Record) event.Message {
	t.Helper()
	e, err := event.New("/test", event.RecordNormalized, r.Slug, career.Normalized{Record: r})
	if err != nil {
		t.Fatal(err)
	}
	e.ID = fmt.Sprint(seq)
	return event.Message{Stream: stream.Normalized, Seq: seq, Subject: subject.Normalized(r.Slug), Event: e}
}

func record(slug, name string, seeAlso ...string) career.Record {
	r := career.Record{Slug: slug, Name: name}
	for _, other := range seeAlso {
		r.SeeAlso = append(r.SeeAlso, career.Link{Name: other})
	}
	return r
}

func apply(t testing.TB, c *Catalog, messages ...event.Message) {
	t.Helper()
	for _, m := range messages {
		if err := c.Apply(m); err != nil {
			t.Fatal(err)
		}
	}
}

func TestKey(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, want string }{
		{"Psychotherapist", "psychotherapist"},
		{"  The  Clinical\u00a0Psychologist ", "clinical psychologist"},
		{"a psychoanalyst", "psychoanalyst"},
		{"An Actor", "actor"},
		{"A", "a"},
		{"Registered Nurse (RN)", "registered nurse"},
		{"(RN)", "rn"},
		{"Broken (RN", "broken"},
		{"Cognitive-Behavioral Therapists (CBT)", "cognitive behavioral therapists"},
		{"Trauma–Informed Therapist", "trauma informed therapist"},
		{"Health & Safety Engineer", "health and safety engineer"},
		{"Driver's Mate", "drivers mate"},
		{"Driver’s Mate", "drivers mate"},
		{"STRASSENBAHNFAHRER", "strassenbahnfahrer"},
		{"Straßenbahnfahrer", "strassenbahnfahrer"},
		{"C++ Developer", "c++ developer"},
		{"Ph.D. Student", "phd student"},
		{"Cafe\u0301 Owner", "café owner"},
		{"…", ""},
		{"", ""},
	}
	for _, test := range tests {
		if got := Key(test.name); got != test.want {
			t.Errorf("Key(%q) = %q, want %q", test.name, got, test.want)
		}
	}
}

func FuzzKey(f *testing.F) {
	f.Add("The (A) Driver's & Co")
	f.Add("(((")
	f.Add("ꭰꭱ")
	f.Add("\xf6¾")
	inflect := newInflector()
	f.Fuzz(func(t *testing.T, name string) {
		key := Key(name)
		inflect.claims(&career.Record{Name: name, Plural: name, AlsoKnownAs: []string{name}})
		if tidy := strings.Join(strings.Fields(key), " "); tidy != key {
			t.Errorf("Key(%q) = %q, want single spaces", name, key)
		}
		if spaced := Key(" " + name + "\n"); spaced != key {
			t.Errorf("Key(%q) = %q, but %q with space around", name, key, spaced)
		}
	})
}

func TestResolve(t *testing.T) {
	t.Parallel()
	c := New()
	nurse := record("registered-nurse", "Registered Nurse (RN)")
	lawyer := career.Record{Slug: "lawyer", Name: "Lawyer", Plural: "Lawyers", AlsoKnownAs: []string{"Attorney at Law", "JD"}}
	person := career.Record{Slug: "sales-person", Name: "Salesperson", Plural: "Salespeople"}
	alias := career.Record{Slug: "analyst", Name: "Analyst", AlsoKnownAs: []string{"Psychoanalyst"}}
	analyst := record("psychoanalyst", "Psychoanalyst")
	twinA := career.Record{Slug: "coach-a", Name: "Coach A", AlsoKnownAs: []string{"Coach", "CO"}}
	twinB := career.Record{Slug: "coach-b", Name: "Coach B", AlsoKnownAs: []string{"Coach", "CO"}}
	plural := career.Record{Slug: "coaches", Name: "Coaching Staff", Plural: "Coaches"}
	for i, r := range []career.Record{nurse, lawyer, person, alias, analyst, twinA, twinB, plural} {
		apply(t, c, message(t, uint64(i+1), r))
	}

	tests := []struct {
		name string
		want []string
	}{
		{"registered nurse", []string{"registered-nurse"}},
		{"The Registered Nurses", []string{"registered-nurse"}},
		{"RN", []string{"registered-nurse"}},
		{"RNs", []string{"registered-nurse"}},
		{"Registered Nurses (LPN)", []string{"registered-nurse"}},
		{"attorneys at law", []string{"lawyer"}},
		{"JDs", []string{"lawyer"}},
		{"Salespeople", []string{"sales-person"}},
		{"psychoanalysts", []string{"psychoanalyst"}},
		{"Psychoanalyst", []string{"psychoanalyst"}},
		{"Coach", []string{"coaches"}}, // the singular of a stated plural goes before other names
		{"CO", []string{"coach-a", "coach-b"}},
		{"Astronaut", nil},
		{"", nil},
	}
	names := make([]string, len(tests))
	for i, test := range tests {
		names[i] = test.name
	}
	view, ok := c.Resolve("lawyer", 2, names)
	if !ok || view.Position != 8 {
		t.Fatalf("Resolve = position %d, %v; want 8, true", view.Position, ok)
	}
	for i, test := range tests {
		if diff := cmp.Diff(test.want, view.Answers[i].Careers); diff != "" {
			t.Errorf("Resolve(%q) (-want +got):\n%s", test.name, diff)
		}
	}
	if _, ok := c.Resolve("lawyer", 1, nil); ok {
		t.Error("Resolve answers for a record that is not the latest")
	}
	if _, ok := c.Resolve("nobody", 1, nil); ok {
		t.Error("Resolve answers for an unknown career")
	}
}

func TestAffected(t *testing.T) {
	t.Parallel()
	c := New()
	apply(t, c,
		message(t, 1, record("a", "Alpha", "Beta", "Gamma")),
		message(t, 2, record("b", "Beta", "Alpha")))
	check := func(what, slug string, seq uint64, want ...string) {
		t.Helper()
		if diff := cmp.Diff(append([]string{}, want...), append([]string{}, c.Affected(slug, seq)...)); diff != "" {
			t.Errorf("%s: Affected(%s, %d) (-want +got):\n%s", what, slug, seq, diff)
		}
	}
	check("own message comes later", "a", 1)
	check("new career", "b", 2, "a")
	check("repeat", "b", 2, "a")

	apply(t, c, message(t, 3, record("b", "Beta", "Alpha")))
	check("same names", "b", 3)
	check("the change is still that of the first", "b", 2, "a")

	apply(t, c, message(t, 5, record("b", "Delta")))
	check("a name is given up", "b", 5, "a")
	check("taken over by the later message", "b", 2)

	apply(t, c, message(t, 6, record("c", "Gamma")))
	check("a later message changes the same career", "c", 6, "a")
	check("taken over by another career's message", "b", 5)

	apply(t, c, message(t, 9, record("a", "Alpha", "Gamma")))
	check("the career's own message comes later", "c", 6)
	apply(t, c, message(t, 10, record("b", "Beta")))
	check("no longer referred to", "b", 10)
	check("unknown", "nobody", 1)

	if got := c.Position(); got != 10 {
		t.Errorf("Position = %d, want 10", got)
	}
	if got := c.Len(); got != 3 {
		t.Errorf("Len = %d, want 3", got)
	}
}

func TestApplyMovesOverBadMessages(t *testing.T) {
	t.Parallel()
	c := New()
	other := message(t, 1, record("a", "Alpha"))
	other.Subject = subject.Normalized("b")
	if err := c.Apply(other); fault.KindOf(err) != fault.SchemaViolation {
		t.Errorf("Apply of a record on a foreign subject: %v, want %s", err, fault.SchemaViolation)
	}
	broken := message(t, 2, record("a", "Alpha"))
	broken.Event.Data = []byte(`{"record": 7}`)
	if err := c.Apply(broken); fault.KindOf(err) != fault.SchemaViolation {
		t.Errorf("Apply of broken data: %v, want %s", err, fault.SchemaViolation)
	}
	foreign := message(t, 3, record("a", "Alpha"))
	foreign.Event.Type = event.PageFetched
	if err := c.Apply(foreign); fault.KindOf(err) != fault.UnknownType {
		t.Errorf("Apply of a foreign type: %v, want %s", err, fault.UnknownType)
	}
	if c.Position() != 3 || c.Len() != 0 {
		t.Errorf("position %d, %d careers; want 3 and 0", c.Position(), c.Len())
	}
	if err := c.Apply(message(t, 2, record("a", "Alpha"))); err != nil || c.Len() != 0 {
		t.Errorf("a repeat changed something: %v", err)
	}
}

func TestWaitFor(t *testing.T) {
	t.Parallel()
	c := New()
	done := make(chan error, 1)
	go func() { done <- c.WaitFor(t.Context(), 7) }()
	apply(t, c, message(t, 3, record("a", "Alpha")))
	select {
	case err := <-done:
		t.Fatalf("WaitFor(7) returned %v at position 3", err)
	default:
	}
	apply(t, c, message(t, 8, record("b", "Beta")))
	if err := <-done; err != nil {
		t.Fatal(err)
	}

	ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
	defer cancel()
	err := c.WaitFor(ctx, 9)
	if fault.KindOf(err) != fault.Timeout || !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("WaitFor with an ended context: %v, want %s", err, fault.Timeout)
	}
}
