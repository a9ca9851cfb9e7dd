package sink

import (
	"context"

	"careerstream/schemas/fault"
)

// position finds where to go on, from the manifest, the stream and the ledger,
// and writes it to the manifest where it differs.
//
// The ledger is written after the tables and before the mark, so normally it
// is equal to the mark or one batch ahead. It is further ahead when the mark
// was lost, and behind when the tables were dropped: then they are filled again.
func (s *Sink) position(ctx context.Context) (manifest, error) {
	info, err := s.log.Info(ctx)
	if err != nil {
		return manifest{}, err
	}
	ledger, err := s.ledger(ctx, info.Incarnation)
	if err != nil {
		return manifest{}, err
	}
	m := s.lease.manifest()
	next := reposition(m, info.Incarnation, ledger)
	if head := max(info.Last, info.Head); head < next.Done {
		return manifest{}, fault.New(fault.ForeignIncarnation, "stream %s ends at %d, but messages up to %d were stored: the stream has lost some", s.log.Name(), head, next.Done)
	}
	if next.Incarnation != m.Incarnation || next.Done != m.Done || next.Pending != m.Pending {
		if err := s.lease.save(ctx, func(to *manifest) {
			to.Incarnation, to.Done, to.Pending = next.Incarnation, next.Done, next.Pending
		}); err != nil {
			return manifest{}, err
		}
		if m.Incarnation != "" || m.Done != 0 {
			s.cfg.Logger.Info("the mark does not fit the tables", "mark", m.Done, "ledger", ledger, "from", next.Done+1)
		}
	}
	s.board.change(func(st *Status) { st.Done, st.Last = next.Done, info.Last })
	return next, nil
}

// ledger returns the last sequence that is stored. It refuses tables that hold
// something else than the stream from its beginning.
func (s *Sink) ledger(ctx context.Context, incarnation string) (uint64, error) {
	stored, err := s.target.Stored(ctx, s.cfg.Name, s.log.Name())
	if err != nil {
		return 0, err
	}
	for other := range stored {
		if other != incarnation {
			return 0, fault.New(fault.ForeignIncarnation, "the tables hold rows of another stream %s (incarnation %s, not %s)", s.log.Name(), other, incarnation)
		}
	}
	known, ok := stored[incarnation]
	if ok && known[0] != 1 {
		return 0, fault.New(fault.ForeignIncarnation, "the tables begin at sequence %d of stream %s: they were dropped while a sink was writing", known[0], s.log.Name())
	}
	return known[1], nil
}

// inStep fails when the ledger does not end where the mark is: somebody has
// dropped the tables, or writes beside us. Then the sink finds its place anew.
func (s *Sink) inStep(ctx context.Context) error {
	m := s.lease.manifest()
	ledger, err := s.ledger(ctx, m.Incarnation)
	if err == nil && ledger < m.Done {
		err = fault.New(fault.StoreUnavailable, "the tables end at %d of stream %s, not at %d: they were dropped", ledger, s.log.Name(), m.Done)
	}
	return err
}

// reposition is what position decides; ledger is the last sequence stored.
func reposition(m manifest, incarnation string, ledger uint64) manifest {
	if m.Incarnation != incarnation {
		m = manifest{Incarnation: incarnation}
	}
	switch {
	case ledger > m.Done:
		m.Done = ledger
		if m.Pending != nil && m.Pending.Last <= ledger {
			m.Pending = nil
		}
	case ledger < m.Done:
		m.Done, m.Pending = ledger, nil
	}
	return m
}
