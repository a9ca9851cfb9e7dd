package sink

import (
	"context"
	"maps"
	"slices"
	"time"

	"careerstream/publish/columns"
	"careerstream/schemas/clickhouse"
	"careerstream/schemas/fault"
)

// commit stores a batch: manifest, tables, dead letters, ledger, mark. Each
// step can be repeated, so whatever dies and whenever, the next commit of the
// same range completes it. ctx ends when the lease is lost or time is up.
func (s *Sink) commit(ctx context.Context, b batch) error {
	m := s.lease.manifest()
	repeat := m.Pending != nil
	if !repeat {
		if err := s.inStep(ctx); err != nil {
			return err
		}
		m.Pending = &pending{First: b.first, Last: b.last}
		if err := s.lease.save(ctx, func(to *manifest) { to.Pending = m.Pending }); err != nil {
			return err
		}
	}
	c := &commit{Sink: s, incarnation: m.Incarnation, batch: b, pending: *m.Pending, repeat: repeat}
	aside := make(map[uint64]string)
	for _, table := range s.encoder.tables {
		rows := c.rows(aside)
		if err := c.store(ctx, table, rows); err != nil {
			return err
		}
		for _, r := range c.pending.Rejected {
			if r.Table == table.name {
				for _, seq := range r.Seqs {
					aside[seq] = r.Reason
				}
			}
		}
	}
	dead, err := c.bury(ctx, aside)
	if err != nil {
		return err
	}
	if err := c.enterLedger(ctx, dead); err != nil {
		return err
	}
	if err := s.lease.save(ctx, func(to *manifest) { to.Done, to.Pending = b.last, nil }); err != nil {
		return err
	}
	stored := len(b.messages) - dead
	s.board.change(func(st *Status) {
		st.Done, st.Last = b.last, max(st.Last, b.last)
		st.Batches++
		st.Stored += uint64(stored)
		st.Dead += uint64(dead)
		st.Bytes += uint64(b.bytes)
	})
	s.cfg.Logger.Debug("stored", "first", b.first, "last", b.last, "messages", len(b.messages), "dead", dead)
	return nil
}

// commit is one try at a batch.
type commit struct {
	*Sink
	incarnation string
	batch       batch
	pending     pending
	// repeat says that an earlier try may have stored some of it.
	repeat bool
}

// row is a decoded message on its way into a table.
type row struct {
	seq   uint64
	value any
}

// rows are the decoded messages but those set aside by an earlier table. They
// are the same in every try, since rejections are in the manifest.
func (c *commit) rows(aside map[uint64]string) []row {
	rows := make([]row, 0, len(c.batch.messages))
	for _, m := range c.batch.messages {
		if _, rejected := aside[m.raw.Seq]; m.err == nil && !rejected {
			rows = append(rows, row{m.raw.Seq, m.row})
		}
	}
	return rows
}

// store writes the rows of one table, and sets aside those that the server
// does not take.
func (c *commit) store(ctx context.Context, table encodedTable, rows []row) error {
	if len(rows) == 0 {
		return nil
	}
	for _, g := range table.groups(rows) {
		rejected, err := newBisection(c, table, g).run(ctx)
		if err != nil {
			return err
		}
		if len(rejected) == 0 {
			continue
		}
		if err := c.update(ctx, c.pending.withRejected(rejected)); err != nil {
			return err
		}
	}
	return nil
}

// group is the rows of a batch that go into one partition of a table.
type group struct {
	// path stands before the paths of the bisection; "" for a table without
	// partitions.
	path string
	rows []row
}

// groups splits rows by the table's partitions, in the order of their names.
func (t encodedTable) groups(rows []row) []group {
	if t.part == nil {
		return []group{{rows: rows}}
	}
	byPart := make(map[string][]row)
	for _, r := range rows {
		part := t.part(r.value)
		byPart[part] = append(byPart[part], r)
	}
	var groups []group
	for _, part := range slices.Sorted(maps.Keys(byPart)) {
		groups = append(groups, group{"@" + part + "/", byPart[part]})
	}
	return groups
}

// insert writes some rows under the token of the batch and a path in it.
func (c *commit) insert(ctx context.Context, table encodedTable, path string, rows []row) error {
	if err := c.lease.hold(ctx); err != nil {
		return err
	}
	token := c.batch.token(c.log.Name(), c.incarnation, table.name)
	if path != "" {
		token += "/" + path
	}
	values := make([]any, len(rows))
	for i, row := range rows {
		values[i] = row.value
	}
	block := table.block(values)
	if !c.repeat {
		return c.target.Insert(ctx, table.name, token, block)
	}
	return c.insertSurely(ctx, table.name, token, block, c.holds(table, block))
}

// update replaces the pending batch in the manifest.
func (c *commit) update(ctx context.Context, p *pending) error {
	if err := c.lease.save(ctx, func(m *manifest) { m.Pending = p }); err != nil {
		return err
	}
	c.pending = *p
	return nil
}

// bury dead-letters what was not decoded or was set aside, and counts it.
func (c *commit) bury(ctx context.Context, aside map[uint64]string) (int, error) {
	dead := 0
	rejects, err := c.originals(ctx, aside)
	if err != nil {
		return 0, err
	}
	for _, m := range c.batch.messages {
		reason, rejected := aside[m.raw.Seq]
		switch {
		case m.err != nil:
			if err := c.letters.Bury(ctx, c.letter(m.raw, poison(m.err), m.err.Error())); err != nil {
				return 0, err
			}
		case rejected:
			if err := c.letters.Bury(ctx, c.letter(rejects[m.raw.Seq], fault.RowRejected, reason)); err != nil {
				return 0, err
			}
		default:
			continue
		}
		dead++
	}
	return dead, nil
}

// originals reads the messages that were set aside again, since a row keeps
// nothing of its message. One that was erased meanwhile has its sequence alone.
func (c *commit) originals(ctx context.Context, aside map[uint64]string) (map[uint64]Raw, error) {
	if len(aside) == 0 {
		return nil, nil
	}
	seqs := slices.Sorted(maps.Keys(aside))
	raws := make(map[uint64]Raw, len(aside))
	for _, seq := range seqs {
		raws[seq] = Raw{Seq: seq}
	}
	err := c.again(ctx, pending{First: seqs[0], Last: seqs[len(seqs)-1]}, func(raw Raw) {
		if _, rejected := aside[raw.Seq]; rejected {
			raws[raw.Seq] = raw
		}
	})
	return raws, err
}

// poison is the kind to dead-letter a message under: decoding looks at the
// message alone, so no other class of fault makes sense there.
func poison(err error) fault.Kind {
	if kind := fault.KindOf(err); kind.Info().Class == fault.Poison {
		return kind
	}
	return fault.SchemaViolation
}

func (c *commit) enterLedger(ctx context.Context, dead int) error {
	if err := c.lease.hold(ctx); err != nil {
		return err
	}
	b := c.batch
	count := func(n int) []uint64 { return []uint64{uint64(n)} }
	block := columns.Block{Rows: 1, Columns: []columns.Column{
		{Name: "sink", Values: []string{c.cfg.Name}},
		{Name: "incarnation", Values: []string{c.incarnation}},
		{Name: "first_seq", Values: []uint64{b.first}},
		{Name: "last_seq", Values: []uint64{b.last}},
		{Name: "messages", Values: count(len(b.messages))},
		{Name: "stored", Values: count(len(b.messages) - dead)},
		{Name: "dead", Values: count(dead)},
		{Name: "bytes", Values: count(b.bytes)},
		{Name: "committed_at", Values: []time.Time{c.cfg.Now().UTC()}},
		{Name: "_stream", Values: []string{c.log.Name()}},
		{Name: "_seq", Values: []uint64{b.last}},
	}}
	token := b.token(c.log.Name(), c.incarnation, clickhouse.IngestLedger) + ":" + c.cfg.Name
	if !c.repeat {
		return c.target.Insert(ctx, clickhouse.IngestLedger, token, block)
	}
	return c.insertSurely(ctx, clickhouse.IngestLedger, token, block, func(ctx context.Context) (bool, error) {
		stored, err := c.target.Stored(ctx, c.cfg.Name, c.log.Name())
		return stored[c.incarnation][1] >= b.last, err
	})
}

// rejectedIn lists the sequences that an earlier try set aside in a table.
func (p pending) rejectedIn(table string) map[uint64]bool {
	seqs := make(map[uint64]bool)
	for _, r := range p.Rejected {
		if r.Table == table {
			for _, seq := range r.Seqs {
				seqs[seq] = true
			}
		}
	}
	return seqs
}

// wasSplit reports that an earlier try split this part of a table's rows.
func (p pending) wasSplit(table, path string) bool {
	return slices.Contains(p.Splits[table], path)
}
