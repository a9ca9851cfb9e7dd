package catalog

import (
	"context"
	"testing"
	"time"

	"careerstream/schemas/career"
	"careerstream/schemas/fault"
)

// Settle waits for what comes after a message, until enough of it or none comes.
func TestSettle(t *testing.T) {
	t.Parallel()
	c := New()
	if err := c.Settle(t.Context(), 0, 1, time.Nanosecond); err != nil {
		t.Errorf("an empty catalog that is quiet: %v", err)
	}
	apply := func(seq uint64) {
		if err := c.Apply(message(t, seq, career.Record{Slug: "a", Name: "A"})); err != nil {
			t.Error(err)
		}
	}
	apply(1)
	done := make(chan error, 1)
	go func() { done <- c.Settle(t.Context(), 1, 2, time.Hour) }()
	apply(2)
	select {
	case err := <-done:
		t.Errorf("settled with one message of two: %v", err)
	default:
	}
	apply(3)
	if err := <-done; err != nil {
		t.Error(err)
	}
	if err := c.Settle(t.Context(), 3, 100, time.Millisecond); err != nil {
		t.Errorf("nothing more comes: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := c.Settle(ctx, 3, 1, time.Hour); fault.KindOf(err) != fault.Timeout {
		t.Errorf("the end of ctx: %v, want %s", err, fault.Timeout)
	}
}
