package sink_test

import (
	"fmt"
	"strings"
	"testing"

	"careerstream/publish/sink"
	"careerstream/publish/sink/sinktest"
	"careerstream/schemas/fault"
)

func TestPoisonRowIsIsolatedCheaply(t *testing.T) {
	t.Parallel()
	const n = 1024
	for _, bad := range []uint64{1, 2, 511, 512, 513, 700, 1023, 1024} {
		w := newWorld()
		w.fill(n, nil)
		w.store.Refuse(func(_ string, seq uint64) error {
			if seq == bad {
				return fault.New(fault.RowRejected, "constraint x")
			}
			return nil
		})
		s, stop := w.start(t, nil, sink.Config{MaxRows: n})
		await(t, "done", done(s, n))
		stop()
		w.exact(t, n, bad)
		// Table a: the batch and its bisection; table b and the ledger: one each.
		if got, most := w.store.Inserts(), 1+2*10+2; got > most {
			t.Errorf("row %d: %d inserts, want at most %d", bad, got, most)
		}
	}
}

func TestServerThatChangesItsMind(t *testing.T) {
	t.Parallel()
	// The process dies in the middle of a bisection; afterwards the server
	// takes every row. No row may be stored twice.
	for step := 1; step <= 24; step++ {
		t.Run(fmt.Sprint(step), func(t *testing.T) {
			t.Parallel()
			w := newWorld()
			w.fill(16, nil)
			w.store.Refuse(func(_ string, seq uint64) error {
				if seq == 6 {
					return fault.New(fault.RowRejected, "constraint x")
				}
				return nil
			})
			p := &sinktest.Process{DieAt: step, After: step%2 == 0}
			s, stop := w.start(t, p, sink.Config{})
			await(t, "death or end", func() bool {
				select {
				case <-p.Died():
					return true
				default:
					return s.Status().Done == 16
				}
			})
			stop()
			w.store.Refuse(nil)
			next, _ := w.start(t, nil, sink.Config{})
			await(t, "completion", done(next, 16))
			if len(w.letters.All()) > 0 {
				w.exact(t, 16, 6)
			} else {
				w.exact(t, 16)
			}
		})
	}
}

func TestPausesInsteadOfBuryingATable(t *testing.T) {
	t.Parallel()
	for _, n := range []int{20, 64, 1000} {
		w := newWorld()
		w.fill(n, nil)
		w.store.Refuse(func(string, uint64) error { return fault.New(fault.RowRejected, "column x has another type") })
		s, stop := w.start(t, nil, sink.Config{})
		await(t, "pause", func() bool { return s.Status().State == sink.Paused })
		if got := s.Status(); got.Kind != fault.StoreSchema || !strings.Contains(got.Reason, "column x has another type") {
			t.Errorf("status %+v, want the reason", got)
		}
		if got := w.letters.All(); len(got) > 0 {
			t.Errorf("%d rows: %d dead letters, want none", n, len(got))
		}
		w.store.Refuse(nil)
		await(t, "completion", done(s, uint64(n)))
		stop()
		w.exact(t, n)
	}
}

func TestManyBadRowsAreBuried(t *testing.T) {
	t.Parallel()
	const n = 1000
	bad := func(seq uint64) bool { return seq >= 300 && seq < 400 || seq%97 == 0 }
	w := newWorld()
	w.fill(n, nil)
	w.store.Refuse(func(_ string, seq uint64) error {
		if bad(seq) {
			return fault.New(fault.RowRejected, "constraint x")
		}
		return nil
	})
	s, stop := w.start(t, nil, sink.Config{})
	await(t, "completion", done(s, n))
	stop()
	var dead []uint64
	for seq := uint64(1); seq <= n; seq++ {
		if bad(seq) {
			dead = append(dead, seq)
		}
	}
	w.exact(t, n, dead...)
}
