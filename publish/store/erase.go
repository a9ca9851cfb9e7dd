package store

import (
	"context"
	"fmt"
	"strconv"
	"strings"
)

// Erase removes the rows of a table whose column has the value, and returns
// when no active part of any replica has them. The files of the parts before
// are removed by ClickHouse some minutes later (old_parts_lifetime).
func (s *Store) Erase(ctx context.Context, table, column, value string) error {
	return s.erase(ctx, table, "`"+column+"` = ?", value)
}

// EraseSequences removes the rows that came from some messages of a stream.
func (s *Store) EraseSequences(ctx context.Context, table, stream string, seqs []uint64) error {
	const atOnce = 10_000
	for len(seqs) > 0 {
		n := min(len(seqs), atOnce)
		list := make([]string, n)
		for i, seq := range seqs[:n] {
			list[i] = strconv.FormatUint(seq, 10)
		}
		if err := s.erase(ctx, table, "_stream = ? AND _seq IN ("+strings.Join(list, ",")+")", stream); err != nil {
			return err
		}
		seqs = seqs[n:]
	}
	return nil
}

func (s *Store) erase(ctx context.Context, table, where string, args ...any) error {
	sql := "ALTER TABLE " + s.Table(table) + s.target.OnCluster() + " DELETE WHERE " + where + " SETTINGS mutations_sync = 2"
	ctx, cancel := s.deadline(ctx, s.cfg.QueryTimeout)
	defer cancel()
	return s.explain("erase from "+table, s.conn.Exec(ctx, sql, args...))
}

// Refresh makes every refreshable view of the database anew and waits for it.
// It returns their names.
func (s *Store) Refresh(ctx context.Context) ([]string, error) {
	result, err := s.Query(ctx, "SELECT view FROM system.view_refreshes WHERE database = {database:String} ORDER BY view",
		QueryOptions{Parameters: map[string]string{"database": s.Database()}})
	if err != nil {
		return nil, err
	}
	var names []string
	for _, row := range result.Rows {
		name := row[0].(string)
		names = append(names, name)
		// A refresh under way may have read what is gone now: wait for it first.
		for _, sql := range []string{"SYSTEM WAIT VIEW ", "SYSTEM REFRESH VIEW ", "SYSTEM WAIT VIEW "} {
			if err := s.Exec(ctx, sql+s.Table(name)); err != nil {
				return names, fmt.Errorf("refresh %s: %w", name, err)
			}
		}
	}
	return names, nil
}
