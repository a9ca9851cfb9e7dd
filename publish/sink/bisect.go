package sink

import (
	"cmp"
	"context"
	"errors"
	"slices"

	"careerstream/schemas/fault"
)

// part is a stretch of a table's rows that is inserted under a token of its
// own. The root has the path ""; the halves of a part add "0" and "1".
type part struct {
	path     string
	from, to int
	// fresh is set when it was rejected in this try, rather than split in an
	// earlier one of which some halves may be stored.
	fresh bool
}

func (p part) size() int { return p.to - p.from }

func (p part) halves() (left, right part) {
	middle := p.from + (p.size()+1)/2
	return part{path: p.path + "0", from: p.from, to: middle}, part{path: p.path + "1", from: middle, to: p.to}
}

// bisection inserts a table's rows and isolates those that the server rejects.
//
// It goes level by level, so that one write to the manifest records all splits
// of a level before the first child is inserted. With one bad row among n it
// makes at most 2*ceil(log2 n) inserts after the first.
type bisection struct {
	*commit
	table encodedTable
	// path and rows are those of the group.
	path string
	rows []row
	// known are rejections of an earlier try; they are not tried again.
	known map[uint64]bool
	found []rejected
}

// rejected is one row that was inserted alone and not taken.
type rejected struct {
	seq    uint64
	reason string
}

func newBisection(c *commit, table encodedTable, g group) *bisection {
	return &bisection{commit: c, table: table, path: g.path, rows: g.rows, known: c.pending.rejectedIn(table.name)}
}

// run stores every row that the server takes and returns the others, by
// reason, without those known before.
func (b *bisection) run(ctx context.Context) ([]rejection, error) {
	failed, err := b.try(ctx, []part{{path: b.path, to: len(b.rows)}})
	if err != nil {
		return nil, err
	}
	sampled := false
	for len(failed) > 0 {
		if err := b.split(ctx, failed); err != nil {
			return nil, err
		}
		var untried []part
		if !sampled && b.suspicious(failed) {
			sampled = true
			if untried, err = b.sample(ctx, failed); err != nil {
				return nil, err
			}
			failed, err = b.try(ctx, untried)
		} else {
			failed, err = b.tryHalves(ctx, failed)
		}
		if err != nil {
			return nil, err
		}
		if err := b.guard(len(b.found), len(b.rows)); err != nil {
			return nil, err
		}
	}
	return b.byReason(), nil
}

// try inserts parts and returns those that have to be split.
func (b *bisection) try(ctx context.Context, parts []part) (failed []part, err error) {
	for _, p := range parts {
		if _, err := b.tryPart(ctx, p, &failed); err != nil {
			return nil, err
		}
	}
	return failed, nil
}

// tryHalves inserts the halves of parts. Where the whole was just rejected and
// the left half is taken, the right one must be to blame: it is split without
// being tried.
func (b *bisection) tryHalves(ctx context.Context, parts []part) (failed []part, err error) {
	for _, p := range parts {
		left, right := p.halves()
		taken, err := b.tryPart(ctx, left, &failed)
		if err != nil {
			return nil, err
		}
		if taken && p.fresh && right.size() > 1 {
			right.fresh = true
			failed = append(failed, right)
			continue
		}
		if _, err := b.tryPart(ctx, right, &failed); err != nil {
			return nil, err
		}
	}
	return failed, nil
}

// tryPart inserts a part and reports whether it is stored. One that is not is
// noted as found when it is a single row, and added to failed otherwise.
func (b *bisection) tryPart(ctx context.Context, p part, failed *[]part) (bool, error) {
	switch {
	case p.size() == 0:
		return true, nil
	case b.pending.wasSplit(b.table.name, p.path):
		*failed = append(*failed, p)
		return false, nil
	case p.size() == 1 && b.known[b.rows[p.from].seq]:
		return false, nil
	}
	err := b.insert(ctx, b.table, p.path, b.rows[p.from:p.to])
	switch {
	case err == nil:
		return true, nil
	case !errors.Is(err, fault.RowRejected):
		return false, err
	case p.size() == 1:
		b.found = append(b.found, rejected{b.rows[p.from].seq, err.Error()})
	default:
		p.fresh = true
		*failed = append(*failed, p)
	}
	return false, nil
}

// split records that the parts are split from now on.
func (b *bisection) split(ctx context.Context, parts []part) error {
	var paths []string
	for _, p := range parts {
		if !b.pending.wasSplit(b.table.name, p.path) {
			paths = append(paths, p.path)
		}
	}
	if len(paths) == 0 {
		return nil
	}
	return b.update(ctx, b.pending.withSplits(b.table.name, paths))
}

// sample tries the first row of each failed part of one level, spread over the
// whole batch, and judges the batch by them; the parts of the level that did
// not fail count as good. It tells a table that takes nothing from a few bad
// rows without inserting every row alone. It returns the parts that are left.
func (b *bisection) sample(ctx context.Context, failed []part) (left []part, err error) {
	before, parts := len(b.found), 1<<(len(failed[0].path)-len(b.path))
	for spine := failed; len(spine) > 0; {
		if err := b.split(ctx, spine); err != nil {
			return nil, err
		}
		var firsts []part
		for _, p := range spine {
			first, rest := p.halves()
			firsts = append(firsts, first)
			left = append(left, rest)
		}
		if spine, err = b.try(ctx, firsts); err != nil {
			return nil, err
		}
	}
	return left, b.guard(len(b.found)-before, parts)
}

// suspicious reports that so many parts of one level failed that most rows may
// be bad, and that they are enough to judge by.
func (b *bisection) suspicious(failed []part) bool {
	level := 1 << len(failed[0].path)
	return len(failed) >= minGuarded/2 && float64(len(failed)) > b.cfg.MaxRejectedShare*float64(level)
}

// guard stops a batch of which too large a share is rejected in the same way:
// then the table is at fault rather than the rows.
func (b *bisection) guard(bad, of int) error {
	if len(b.rows) < minGuarded || float64(bad) <= b.cfg.MaxRejectedShare*float64(of) {
		return nil
	}
	for _, r := range b.byReason() {
		if float64(len(r.Seqs)) > b.cfg.MaxRejectedShare*float64(of) {
			return fault.New(fault.StoreSchema, "table %s rejects most of a batch of %d rows in the same way, so none of them is set aside: %s", b.table.name, len(b.rows), r.Reason)
		}
	}
	return nil
}

// byReason groups the rejected rows, in the order of their sequences.
func (b *bisection) byReason() []rejection {
	slices.SortFunc(b.found, func(x, y rejected) int { return cmp.Compare(x.seq, y.seq) })
	var out []rejection
	for _, f := range b.found {
		i := slices.IndexFunc(out, func(r rejection) bool { return r.Reason == f.reason })
		if i < 0 {
			out = append(out, rejection{Table: b.table.name, Reason: f.reason})
			i = len(out) - 1
		}
		out[i].Seqs = append(out[i].Seqs, f.seq)
	}
	return out
}
