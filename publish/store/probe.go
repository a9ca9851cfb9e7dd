package store

import (
	"context"
	"crypto/rand"
	"errors"

	"careerstream/publish/columns"
	"careerstream/schemas/fault"
)

// Probe tests on a scratch table that the server drops a repeated insert by
// its token and keeps an honest one, since ClickHouse's defaults have changed
// more than once. It fails with fault.StoreSchema when the server does not; a
// sink must not run on such a server. The database must exist.
func (s *Store) Probe(ctx context.Context) (err error) {
	name := "probe_" + rand.Text()
	create := "CREATE TABLE " + s.Table(name) + s.target.OnCluster() + " (n UInt64) ENGINE = " + s.target.Appending() + " ORDER BY n SETTINGS " + s.target.Window()
	if err := s.Exec(ctx, create); err != nil {
		return err
	}
	defer func() {
		drop := s.Exec(context.WithoutCancel(ctx), "DROP TABLE IF EXISTS "+s.Table(name)+s.target.OnCluster()+" SYNC")
		err = errors.Join(err, drop)
	}()
	// Same token, other data: dropped. Other token, same data: kept.
	for _, insert := range []struct {
		token string
		n     uint64
	}{{"a", 1}, {"a", 2}, {"b", 1}} {
		block := columns.Block{Rows: 1, Columns: []columns.Column{{Name: "n", Values: []uint64{insert.n}}}}
		if err := s.Insert(ctx, name, insert.token, block); err != nil {
			return err
		}
	}
	var rows, sum uint64
	ctx, cancel := s.deadline(ctx, s.cfg.QueryTimeout)
	defer cancel()
	if err := s.conn.QueryRow(ctx, "SELECT count(), sum(n) FROM "+s.Table(name)).Scan(&rows, &sum); err != nil {
		return s.explain("probe deduplication", err)
	}
	if rows != 2 || sum != 2 {
		return fault.New(fault.StoreSchema, "this ClickHouse does not tell a repeated insert from a new one (want 2 rows of sum 2, got %d of %d): check its deduplication settings", rows, sum)
	}
	return nil
}
