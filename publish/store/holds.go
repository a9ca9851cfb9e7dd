package store

import (
	"context"
	"slices"
	"strings"

	"github.com/google/uuid"
)

// Holds reports whether a table has a row of a message. It sees every insert
// that was acknowledged before. It reads the column _seq of the whole table.
func (s *Store) Holds(ctx context.Context, table, stream string, seq uint64) (bool, error) {
	ctx, cancel := s.deadline(ctx, s.cfg.InsertTimeout)
	defer cancel()
	if err := s.catchUp(ctx, table); err != nil {
		return false, err
	}
	var rows uint64
	err := s.conn.QueryRow(ctx, "SELECT count() FROM "+s.Table(table)+" WHERE _seq = ? AND _stream = ?", seq, stream).Scan(&rows)
	if err != nil {
		return false, s.explain("look for a row in "+table, err)
	}
	return rows > 0, nil
}

// idsAtOnce keeps a query under ClickHouse's default limit of its text (256 KiB).
const idsAtOnce = 4000

// HoldsAll reports whether a table has a row of every identity. It sees every
// insert that was acknowledged before.
func (s *Store) HoldsAll(ctx context.Context, table, column string, ids [][16]byte) (bool, error) {
	ctx, cancel := s.deadline(ctx, s.cfg.InsertTimeout)
	defer cancel()
	if err := s.catchUp(ctx, table); err != nil {
		return false, err
	}
	for chunk := range slices.Chunk(ids, idsAtOnce) {
		distinct := make(map[[16]byte]bool, len(chunk))
		var list strings.Builder
		for _, id := range chunk {
			if distinct[id] {
				continue
			}
			if distinct[id] = true; len(distinct) > 1 {
				list.WriteByte(',')
			}
			list.WriteString("'" + uuid.UUID(id).String() + "'")
		}
		var rows uint64
		sql := "SELECT uniqExact(" + column + ") FROM " + s.Table(table) + " WHERE " + column + " IN (" + list.String() + ")"
		if err := s.conn.QueryRow(ctx, sql).Scan(&rows); err != nil {
			return false, s.explain("look for rows in "+table, err)
		}
		if rows < uint64(len(distinct)) {
			return false, nil
		}
	}
	return true, nil
}

// catchUp waits on a cluster until this replica has what others took.
func (s *Store) catchUp(ctx context.Context, table string) error {
	if s.target.Cluster == "" {
		return nil
	}
	if err := s.conn.Exec(ctx, "SYSTEM SYNC REPLICA "+s.Table(table)); err != nil {
		return s.explain("wait for the replica of "+table, err)
	}
	return nil
}
