package store

import (
	"context"
	"crypto/rand"
	"errors"

	"careerstream/publish/columns"
	"careerstream/schemas/fault"
)

// dropOldProbes removes the scratch tables of processes that were killed. It does
// what it can: whoever may not, or comes late, leaves them to the next.
func (s *Store) dropOldProbes(ctx context.Context) {
	old, err := s.Query(ctx, "SELECT name FROM system.tables WHERE database = {database:String} AND startsWith(name, '"+probePrefix+"') AND engine LIKE '%MergeTree' AND metadata_modification_time < now() - INTERVAL 1 HOUR",
		QueryOptions{ReadOnly: true, Parameters: map[string]string{"database": s.target.Database()}})
	if err != nil {
		return
	}
	for _, row := range old.Rows {
		name, _ := row[0].(string)
		if err := s.Exec(ctx, "DROP TABLE IF EXISTS "+s.Table(name)+s.target.OnCluster()); err != nil {
			s.log.DebugContext(ctx, "old scratch table stays", "table", name, "err", err)
		}
	}
}

// probePrefix begins the names of scratch tables.
const probePrefix = "probe_"

// Probe tests on a scratch table that the server drops a repeated insert by
// its token and keeps an honest one, since ClickHouse's defaults have changed
// more than once. It fails with fault.StoreSchema when the server does not; a
// sink must not run on such a server. The database must exist.
func (s *Store) Probe(ctx context.Context) (err error) {
	name := probePrefix + rand.Text()
	s.dropOldProbes(ctx)
	defer func() {
		// Also where ctx ended while the table was made.
		drop := s.Exec(context.WithoutCancel(ctx), "DROP TABLE IF EXISTS "+s.Table(name)+s.target.OnCluster()+" SYNC")
		err = errors.Join(err, drop)
	}()
	create := "CREATE TABLE " + s.Table(name) + s.target.OnCluster() + " (n UInt64) ENGINE = " + s.target.Appending() + " ORDER BY n SETTINGS " + s.target.Window()
	if err := s.Exec(ctx, create); err != nil {
		return err
	}
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
