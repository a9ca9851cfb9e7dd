package sink

import (
	"context"
	"fmt"

	"careerstream/publish/columns"
	"careerstream/schemas/fault"
)

// maxTokens bounds the tokens tried for one block: each costs the server a kill
// in the few microseconds that insertSurely is about.
const maxTokens = 10

// insertSurely repeats an insert that an earlier try may have made, and makes
// sure that its rows are there.
//
// The token alone is no proof. A server writes it down before it gives the part
// its name (ClickHouse, MergeTreeSink::commitPart): killed between the two it
// knows the token and has none of the rows, and would acknowledge every repeat
// and drop it. Such a token is burnt, so the next one is tried. A block goes into
// one partition (see Table.Part) and so is stored as a whole or not at all, which
// held finds out; two tries under way at once do no harm, since the server takes
// one part after the other.
func (s *Sink) insertSurely(ctx context.Context, table, token string, block columns.Block, held func(context.Context) (bool, error)) error {
	for again := range maxTokens {
		name := token
		if again > 0 {
			name = fmt.Sprintf("%s~%d", token, again)
			s.cfg.Logger.Warn("the store took an insert for a repeat but has none of its rows; inserting it under another token", "table", table, "token", name)
		}
		if err := s.target.Insert(ctx, table, name, block); err != nil {
			return err
		}
		if ok, err := held(ctx); err != nil || ok {
			return err
		}
	}
	return fault.New(fault.StoreUnavailable, "table %s acknowledges rows again and again and has none of them", table)
}

// holds asks a table for the last row of a block, which no other row has
// replaced. Where the first row of an identity is kept any row of the block may
// have lost to an earlier one, and the table is asked for all their identities.
// It is true for a block without rows.
func (s *Sink) holds(table encodedTable, block columns.Block) func(context.Context) (bool, error) {
	return func(ctx context.Context) (bool, error) {
		for _, column := range block.Columns {
			if ids, ok := column.Values.([][16]byte); ok && column.Name == table.identity {
				return s.target.HoldsAll(ctx, table.name, table.identity, ids)
			}
		}
		for _, column := range block.Columns {
			if seqs, ok := column.Values.([]uint64); ok && column.Name == "_seq" && len(seqs) > 0 {
				return s.target.Holds(ctx, table.name, s.log.Name(), seqs[len(seqs)-1])
			}
		}
		return true, nil
	}
}
