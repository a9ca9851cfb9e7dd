package store

import (
	"context"

	"careerstream/schemas/clickhouse"
)

// Stored returns the first and the last sequence that the ledger has of the
// sink's stream, by incarnation of the stream. It is empty when nothing is
// stored, and fails with fault.StoreSchema when there is no ledger. Of more than
// two incarnations it returns two, and for those one range each. It reads two
// rows by the primary key, however long the ledger is.
func (s *Store) Stored(ctx context.Context, sink, stream string) (map[string][2]uint64, error) {
	ctx, cancel := s.deadline(ctx, s.cfg.InsertTimeout)
	defer cancel()
	if s.target.Cluster != "" {
		// This replica may be behind the one that took the last insert.
		if err := s.conn.Exec(ctx, "SYSTEM SYNC REPLICA "+s.Table(clickhouse.IngestLedger)); err != nil {
			return nil, s.explain("wait for the ledger's replica", err)
		}
	}
	where := "SELECT incarnation, first_seq, last_seq FROM " + s.Table(clickhouse.IngestLedger) + " WHERE sink = ? AND _stream = ?"
	rows, err := s.conn.Query(ctx, "SELECT * FROM ("+
		where+" ORDER BY sink, _stream, incarnation, first_seq, last_seq LIMIT 1 UNION ALL "+
		where+" ORDER BY sink DESC, _stream DESC, incarnation DESC, first_seq DESC, last_seq DESC LIMIT 1)", sink, stream, sink, stream)
	if err != nil {
		return nil, s.explain("read the ledger", err)
	}
	defer rows.Close() //nolint:errcheck // Err below says it all
	stored := make(map[string][2]uint64)
	for rows.Next() {
		var incarnation string
		var first, last uint64
		if err := rows.Scan(&incarnation, &first, &last); err != nil {
			return nil, s.explain("read the ledger", err)
		}
		if known, ok := stored[incarnation]; ok {
			first, last = min(first, known[0]), max(last, known[1])
		}
		stored[incarnation] = [2]uint64{first, last}
	}
	return stored, s.explain("read the ledger", rows.Err())
}
