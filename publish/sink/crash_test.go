package sink_test

import (
	"fmt"
	"testing"
	"time"

	"careerstream/publish/sink"
	"careerstream/publish/sink/sinktest"
	"careerstream/schemas/fault"
)

// TestCrashAtEveryStep kills the process at each of its steps, before and
// after the step's effect, and lets another one go on.
func TestCrashAtEveryStep(t *testing.T) {
	t.Parallel()
	const n = 12
	setup := func(reject bool) *world {
		w := newWorld()
		w.fill(n, map[int]string{3: "bad"})
		if reject {
			w.store.Refuse(func(table string, seq uint64) error {
				if (table == "a" && seq == 7) || (table == "b" && seq == 11) {
					return fault.New(fault.RowRejected, "constraint seven")
				}
				return nil
			})
		}
		return w
	}
	for _, reject := range []bool{false, true} {
		counter := &sinktest.Process{}
		w := setup(reject)
		s, stop := w.start(t, counter, sink.Config{MaxRows: 5})
		await(t, "undisturbed run", done(s, n))
		stop()
		steps := len(counter.Steps())
		for step := 1; step <= steps; step++ {
			for _, after := range []bool{false, true} {
				t.Run(fmt.Sprintf("reject=%v/step=%d/after=%v", reject, step, after), func(t *testing.T) {
					t.Parallel()
					w := setup(reject)
					p := &sinktest.Process{DieAt: step, After: after}
					s, stop := w.start(t, p, sink.Config{MaxRows: 5})
					await(t, "death or end", func() bool {
						select {
						case <-p.Died():
							return true
						default:
							return s.Status().Done == n
						}
					})
					stop()
					next, _ := w.start(t, nil, sink.Config{MaxRows: 4})
					await(t, "completion", done(next, n))
					if reject {
						// 7 is refused by table a, so it is in neither; 11 was
						// taken by a before b refused it.
						dead := []uint64{3, 7, 11}
						w.without(t, "a", n, 3, 7)
						w.without(t, "b", n, dead...)
						w.buried(t, dead...)
						return
					}
					w.exact(t, n, 3)
				})
			}
		}
	}
}

func TestDeletedEndOfAPendingBatch(t *testing.T) {
	t.Parallel()
	w := newWorld()
	w.fill(6, nil)
	p := &sinktest.Process{DieOn: "insert a"}
	_, stop := w.start(t, p, sink.Config{Patience: time.Minute})
	await(t, "death", func() bool {
		select {
		case <-p.Died():
			return true
		default:
			return false
		}
	})
	stop()
	w.log.Delete(5)
	w.log.Delete(6)
	s, _ := w.start(t, nil, sink.Config{Patience: 20 * time.Millisecond})
	await(t, "completion", done(s, 6))
	w.without(t, "a", 6, 5, 6)
}
