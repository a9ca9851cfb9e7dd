package pattern

import (
	"strings"
	"testing"

	"careerstream/normalize/text"
)

func TestFull(t *testing.T) {
	t.Parallel()
	s := NewSet()
	for id, p := range []string{
		"what is {career}",
		"what is the workplace of {career} like",
		"[key|main] (duties|responsibilities|duties and responsibilities) [of {career}]",
		"{left} (vs|versus) {right}",
		"read more about *",
	} {
		if err := s.Add(p, id); err != nil {
			t.Fatal(err)
		}
	}
	for _, tc := range []struct {
		in    string
		id    int
		slots string
	}{
		{"What is a Psychotherapist?", 0, "Psychotherapist"},
		{"WHAT IS THE WORKPLACE OF A CHEF LIKE", 1, "CHEF"},
		{"Duties and Responsibilities:", 2, ""},
		{"Key duties of the Oil & Gas Worker", 2, "Oil & Gas Worker"},
		{"Nurse vs. Physician", 3, "Nurse|Physician"},
		{"Read more about these trades »", 4, ""},
		{"Read more about these two very old trades", -1, ""},
		{"What are you?", -1, ""},
		{"", -1, ""},
	} {
		m, ok := s.Full(text.Tokens(tc.in))
		if ok != (tc.id >= 0) || ok && m.ID != tc.id {
			t.Errorf("%q: id %d %v, want %d", tc.in, m.ID, ok, tc.id)
			continue
		}
		var slots []string
		for _, slot := range m.Slots {
			slots = append(slots, tc.in[slot.Start:slot.End])
		}
		if got := strings.Join(slots, "|"); got != tc.slots {
			t.Errorf("%q: slots %q, want %q", tc.in, got, tc.slots)
		}
	}
}

func TestWithinAndPrefix(t *testing.T) {
	t.Parallel()
	s := NewSet()
	if err := s.Add("take * (test|quiz)", 7); err != nil {
		t.Fatal(err)
	}
	toks := text.Tokens("If you like, take our free career test today.")
	if m, ok := s.Within(toks); !ok || m.ID != 7 {
		t.Errorf("not found: %+v", m)
	}
	if ids := s.All(toks, nil); len(ids) != 1 || ids[0] != 7 {
		t.Errorf("all: %v", ids)
	}
	if n := s.Prefix(toks, 8); n != 0 {
		t.Errorf("prefix of %d words in the middle", n)
	}
	if n := s.Prefix(toks[3:], 8); n != 5 {
		t.Errorf("prefix of %d words, want 5", n)
	}
}

func TestAddRejects(t *testing.T) {
	t.Parallel()
	s := NewSet()
	for _, bad := range []string{"", "{career}", "(a", "a)", "[x", "{", "{}", "(a|b", "((((((((((a))))))))))", strings.Repeat("[a b] ", 12), "*"} {
		if err := s.Add(bad, 0); err == nil {
			t.Errorf("%q is accepted", bad)
		}
	}
}

func FuzzAdd(f *testing.F) {
	f.Add("what is {career}", "What is a chef?")
	f.Add("(a|b [c]) * {x}", "a b c d")
	f.Fuzz(func(t *testing.T, p, in string) {
		s := NewSet()
		if len(p) > 200 || len(in) > 200 || s.Add(p, 1) != nil {
			t.Skip()
		}
		toks := text.Tokens(in)
		m, ok := s.Full(toks)
		if _, within := s.Within(toks); ok && !within {
			t.Errorf("%q matches the whole of %q and no part of it", p, in)
		}
		for _, slot := range m.Slots {
			if slot.Start < 0 || slot.End > len(in) || slot.Start >= slot.End {
				t.Errorf("slot %+v outside of %q", slot, in)
			}
		}
	})
}
