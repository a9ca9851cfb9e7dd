package enrich

import (
	"testing"

	"careerstream/enrich/catalog"
	"careerstream/schemas/career"
)

// With the catalog ahead, a record is made once for all the messages that it shows,
// but only once it is in the stream.
func TestNothingIsMadeTwice(t *testing.T) {
	t.Parallel()
	l, c := newLog(), catalog.New()
	a := l.publish(t, career.Record{Slug: "a", Name: "A", SeeAlso: []career.Link{{Name: "B"}}})
	b := l.publish(t, career.Record{Slug: "b", Name: "B"})
	for _, m := range l.messages {
		if err := c.Apply(m); err != nil {
			t.Fatal(err)
		}
	}
	s := newStage(t, c, l)
	outs, err := s.Handle(t.Context(), a)
	if err != nil || len(outs) != 1 {
		t.Fatalf("Handle = %d events, %v, want a's", len(outs), err)
	}
	if got := slugs(handle(t, s, a)); got != "a@2" {
		t.Errorf("after an event that was not published: %q, want a@2 again", got)
	}
	if got := slugs(handle(t, s, b)); got != "b@2 a@2" {
		t.Errorf("beside an event that was not published: %q, want both", got)
	}
	l.store(outs[0])
	if got := slugs(handle(t, s, b)); got != "b@2" {
		t.Errorf("beside a record that is in the stream: %q, want b@2 alone", got)
	}
	if got := slugs(handle(t, s, a)); got != "" {
		t.Errorf("a repeat: %q, want nothing", got)
	}
	// Another process may know more, and says so once.
	if got := slugs(handle(t, newStage(t, c, l), b)); got != "b@2 a@2" {
		t.Errorf("in a new process: %q, want both", got)
	}
}

func TestMadeIsBounded(t *testing.T) {
	t.Parallel()
	m := newMade()
	for i := range maxMade + 1 {
		m.note(string(rune(0x10000+i)), 1)
	}
	if len(m.at) > maxMade {
		t.Errorf("%d careers are remembered, want at most %d", len(m.at), maxMade)
	}
}
