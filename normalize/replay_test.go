package normalize

import (
	"fmt"
	"strings"
	"testing"

	"careerstream/normalize/profile"
	"careerstream/schemas/career"
	"careerstream/schemas/event"
	"careerstream/schemas/fault"
	"careerstream/schemas/page"
)

// edited is a stage that leaves out the questions of a page.
func (s *site) edited() *Handler {
	s.t.Helper()
	parser, err := New(Config{Profiles: []profile.Named{{File: "edited.json", Data: []byte(
		`{"name": "edited", "hosts": ["a.example"], "markup": {"drop": ["h3", "h3 ~ p"]}}`)}}})
	if err != nil {
		s.t.Fatal(err)
	}
	return NewHandler(parser, s.memory, s.memory)
}

func (s *site) replay(h *Handler, m event.Message, number uint64) Replayed {
	s.t.Helper()
	r, err := h.Replay(s.t.Context(), m, number)
	if err != nil {
		s.t.Fatal(err)
	}
	s.publish(s.t, r.Outs)
	return r
}

func TestReplay(t *testing.T) {
	t.Parallel()
	const url, article = "https://a.example/careers/baker", "https://a.example/articles/training"
	s := newSite(t)
	first := s.fetched(url, fmt.Sprintf(baker, "baker"), "")
	s.handle(first)
	arrived := s.fetched(article, training, page.Article, keyOf(url))
	s.handle(arrived)

	if r := s.replay(s.h, first, 5); len(r.Outs) > 0 || r.Late || r.Before == nil || r.Basis.Snapshot != arrived.Seq {
		t.Errorf("the same code again: %+v", r)
	}
	if r := s.replay(s.h, arrived, 5); r.Record != nil || len(r.Outs) > 0 {
		t.Errorf("an article has a record of its own: %+v", r)
	}
	r := s.replay(s.edited(), first, 6)
	if len(r.Outs) != 1 || len(r.Before.FAQs) != 3 || len(s.record("baker").Record.FAQs) != 0 {
		t.Fatalf("other code: %+v", r)
	}
	// Without its questions the record has no article any more.
	if got, want := s.record("baker").Basis, (career.Basis{Snapshot: arrived.Seq, Replay: 6}); got != want {
		t.Errorf("basis %+v, want %+v", got, want)
	}
	for _, late := range []event.Message{first, arrived} { // redelivered
		if got := s.handle(late); len(got) > 0 {
			t.Errorf("a redelivered message undid the replay: %v", got)
		}
	}
	if r := s.replay(s.edited(), first, 7); len(r.Outs) > 0 {
		t.Errorf("a repeat: %+v", r)
	}
	if r := s.replay(s.h, first, 4); !r.Late || len(r.Outs) > 0 {
		t.Errorf("an earlier replay that comes late: %+v", r)
	}
	if r := s.replay(s.h, first, 8); len(r.Outs) != 1 || len(s.record("baker").Record.FAQs) != 3 {
		t.Errorf("the way back: %+v", r)
	}
	newer := s.fetched(url, strings.Replace(fmt.Sprintf(baker, "baker"), "town", "village", 1), "")
	if got := s.handle(newer); len(got) != 1 || s.record("baker").Basis.Replay != 0 {
		t.Errorf("a newer page does not win: %v", got)
	}
	if r := s.replay(s.edited(), first, 9); !r.Late {
		t.Errorf("an older snapshot overrides: %+v", r)
	}
}

func TestReplayOfPagesThatAreGone(t *testing.T) {
	t.Parallel()
	const url = "https://a.example/careers/baker"
	s := newSite(t)
	s.handle(s.fetched(url, fmt.Sprintf(baker, "baker"), ""))
	gone := s.goneAway(url, page.NotFound, "")
	s.handle(gone)
	if r := s.replay(s.h, gone, 3); len(r.Outs) > 0 || r.Record.Retired == nil {
		t.Errorf("the same code again: %+v", r)
	}
	s.replay(s.edited(), gone, 4)
	if n := s.record("baker"); n.Record.Retired == nil || len(n.Record.FAQs) != 0 || n.Basis.Replay != 4 {
		t.Errorf("other code: %+v", n)
	}
	none := s.fetched("https://a.example/news", "<p>Nothing.</p>", "")
	if _, err := s.h.Replay(t.Context(), none, 5); fault.ClassOf(err) != fault.Poison {
		t.Errorf("a page without a career: %v", err)
	}
}
