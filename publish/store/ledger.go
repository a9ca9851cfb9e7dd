package store

import (
	"context"

	"careerstream/schemas/clickhouse"
)

// Stored returns the last sequence that the ledger has of the sink's stream,
// by incarnation of the stream. It is empty when nothing is stored, and fails
// with fault.StoreSchema when there is no ledger.
func (s *Store) Stored(ctx context.Context, sink, stream string) (map[string]uint64, error) {
	ctx, cancel := s.deadline(ctx, s.cfg.InsertTimeout)
	defer cancel()
	if s.target.Cluster != "" {
		// This replica may be behind the one that took the last insert.
		if err := s.conn.Exec(ctx, "SYSTEM SYNC REPLICA "+s.Table(clickhouse.IngestLedger)); err != nil {
			return nil, s.explain("wait for the ledger's replica", err)
		}
	}
	rows, err := s.conn.Query(ctx, "SELECT incarnation, max(last_seq) FROM "+s.Table(clickhouse.IngestLedger)+" WHERE sink = ? AND _stream = ? GROUP BY incarnation", sink, stream)
	if err != nil {
		return nil, s.explain("read the ledger", err)
	}
	defer rows.Close() //nolint:errcheck // Err below says it all
	stored := make(map[string]uint64)
	for rows.Next() {
		var incarnation string
		var last uint64
		if err := rows.Scan(&incarnation, &last); err != nil {
			return nil, s.explain("read the ledger", err)
		}
		stored[incarnation] = last
	}
	return stored, s.explain("read the ledger", rows.Err())
}
