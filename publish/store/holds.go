package store

import "context"

// Holds reports whether a table has a row of a message. It sees every insert
// that was acknowledged before. It reads the column _seq of the whole table.
func (s *Store) Holds(ctx context.Context, table, stream string, seq uint64) (bool, error) {
	ctx, cancel := s.deadline(ctx, s.cfg.InsertTimeout)
	defer cancel()
	if s.target.Cluster != "" {
		// This replica may be behind the one that took the last insert.
		if err := s.conn.Exec(ctx, "SYSTEM SYNC REPLICA "+s.Table(table)); err != nil {
			return false, s.explain("wait for the replica of "+table, err)
		}
	}
	var rows uint64
	err := s.conn.QueryRow(ctx, "SELECT count() FROM "+s.Table(table)+" WHERE _seq = ? AND _stream = ?", seq, stream).Scan(&rows)
	if err != nil {
		return false, s.explain("look for a row in "+table, err)
	}
	return rows > 0, nil
}
