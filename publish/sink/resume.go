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
	stored, err := s.target.Stored(ctx, s.cfg.Name, s.log.Name())
	if err != nil {
		return manifest{}, err
	}
	for incarnation := range stored {
		if incarnation != info.Incarnation {
			return manifest{}, fault.New(fault.ForeignIncarnation, "the tables hold rows of another stream %s (incarnation %s, not %s)", s.log.Name(), incarnation, info.Incarnation)
		}
	}
	m := s.lease.manifest()
	next := reposition(m, info.Incarnation, stored[info.Incarnation])
	if head := max(info.Last, info.Head); head < next.Done {
		return manifest{}, fault.New(fault.ForeignIncarnation, "stream %s ends at %d, but messages up to %d were stored: the stream has lost some", s.log.Name(), head, next.Done)
	}
	if next.Incarnation != m.Incarnation || next.Done != m.Done || next.Pending != m.Pending {
		if m.Incarnation != "" || m.Done != 0 {
			s.cfg.Logger.Info("the mark does not fit the tables", "mark", m.Done, "ledger", stored[info.Incarnation], "from", next.Done+1)
		}
		if err := s.lease.save(ctx, func(to *manifest) {
			to.Incarnation, to.Done, to.Pending = next.Incarnation, next.Done, next.Pending
		}); err != nil {
			return manifest{}, err
		}
	}
	s.board.change(func(st *Status) { st.Done, st.Last = next.Done, info.Last })
	return next, nil
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
