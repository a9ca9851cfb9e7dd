package worker

import (
	"context"
	"fmt"
	"sync"
	"testing"

	"careerstream/deploy/broker"
	"careerstream/schemas/event"
)

// TestLanes: messages of one subject are handled one after the other in their
// order, while those of others go on.
func TestLanes(t *testing.T) {
	t.Parallel()
	conn := server(t, broker.Config{}).Conn()
	var mu sync.Mutex
	busy := make(map[string]bool)
	order := make(map[string][]uint64)
	others := make(chan struct{})
	cfg := config(func(ctx context.Context, m event.Message) ([]event.Out, error) {
		mu.Lock()
		if busy[m.Subject] {
			t.Errorf("two workers at %s", m.Subject)
		}
		busy[m.Subject] = true
		order[m.Subject] = append(order[m.Subject], m.Seq)
		first := m.Seq == 1
		if m.Subject != input("same").Subject && len(order) == 3 {
			close(others)
		}
		mu.Unlock()
		if first {
			select { // the others do not wait for this one
			case <-others:
			case <-ctx.Done():
				return nil, ctx.Err()
			}
		}
		mu.Lock()
		defer mu.Unlock()
		busy[m.Subject] = false
		return nil, nil
	})
	cfg.Consumer.Workers, cfg.Prefetch = 2, 16
	w, _ := run(t, cfg, conn)
	for i := range 6 {
		out := input("same")
		out.Event.ID = event.ID("test", fmt.Sprint(i))
		publish(t, conn, out)
	}
	publish(t, conn, input("a"))
	publish(t, conn, input("b"))
	drained(t, w, 8)
	mu.Lock()
	defer mu.Unlock()
	for i, seq := range order[input("same").Subject] {
		if seq != uint64(i+1) {
			t.Errorf("order of one subject is %v", order[input("same").Subject])
			break
		}
	}
}
