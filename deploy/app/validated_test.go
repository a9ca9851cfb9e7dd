package app

import (
	"fmt"
	"testing"

	"careerstream/schemas/event"
	"careerstream/schemas/fault"
)

// A good event is checked once, a bad one every time, and one of another type or
// with other data is another one.
func TestValidated(t *testing.T) {
	t.Parallel()
	checked := 0
	v := newValidated(func(e event.Event) error {
		checked++
		if string(e.Data) == "bad" {
			return fault.New(fault.SchemaViolation, "bad")
		}
		return nil
	})
	for _, tt := range []struct {
		typ, data string
		bad       bool
		checked   int
	}{
		{"a", "1", false, 1},
		{"a", "1", false, 1},
		{"b", "1", false, 2},
		{"a", "2", false, 3},
		{"a", "bad", true, 4},
		{"a", "bad", true, 5},
	} {
		err := v.event(event.Event{Type: tt.typ, Data: []byte(tt.data)})
		if (err != nil) != tt.bad || checked != tt.checked {
			t.Errorf("%s %s: %v after %d checks, want bad=%v after %d", tt.typ, tt.data, err, checked, tt.bad, tt.checked)
		}
	}
	for i := range 2 * maxValidated {
		if err := v.event(event.Event{Type: "a", Data: fmt.Append(nil, i)}); err != nil {
			t.Fatal(err)
		}
	}
	if n := len(v.young) + len(v.old); n > maxValidated {
		t.Errorf("%d events are remembered, want at most %d", n, maxValidated)
	}
}
