package store

import (
	"context"
	"fmt"
	"strings"
	"time"

	"careerstream/publish/columns"
	"careerstream/schemas/clickhouse"
	"careerstream/schemas/fault"
)

// Step is one migration and what became of it.
type Step struct {
	Version uint32 `json:"version"`
	Name    string `json:"name"`
	// Applied is when the database got it; zero while it has not.
	Applied time.Time `json:"applied,omitzero"`
	// New is set when this call applied it.
	New bool `json:"new"`
	// Unknown is set for a migration that a newer program has applied.
	Unknown bool `json:"unknown"`
}

// Status lists the migrations and changes nothing. A database or table that
// does not exist yet means that none is applied.
func (s *Store) Status(ctx context.Context) ([]Step, error) {
	steps, err := clickhouse.Migrations(s.target)
	if err != nil {
		return nil, err
	}
	applied, err := s.applied(ctx)
	if fault.KindOf(err) == fault.StoreSchema {
		applied, err = nil, nil
	}
	if err != nil {
		return nil, err
	}
	out := make([]Step, 0, len(steps))
	for _, step := range steps {
		out = append(out, Step{Version: step.Version, Name: step.Name, Applied: applied[step.Version].at})
		delete(applied, step.Version)
	}
	for version, a := range applied {
		out = append(out, Step{Version: version, Name: a.name, Applied: a.at, Unknown: true})
	}
	return out, nil
}

// Migrate brings the database to the newest schema and returns every step.
// With an error it returns the steps done until then. A view that somebody has
// dropped is made again; a table that is gone is a fault.StoreSchema that asks
// for a Rebuild. Every statement is
// idempotent, so two processes may migrate at once, and a failed run is simply
// repeated. Migrations that a newer program has applied are left alone: steps
// only ever add.
func (s *Store) Migrate(ctx context.Context) ([]Step, error) {
	steps, err := clickhouse.Migrations(s.target)
	if err != nil {
		return nil, err
	}
	if err := s.prepareDatabase(ctx); err != nil {
		return nil, err
	}
	applied, err := s.applied(ctx)
	if err != nil {
		return nil, err
	}
	objects, err := s.objects(ctx)
	if err != nil {
		return nil, err
	}
	done := make([]Step, 0, len(steps))
	for _, step := range steps {
		before, ok := applied[step.Version]
		if ok && before.checksum != step.Checksum {
			return done, fault.New(fault.StoreSchema, "migration %04d_%s differs from the one that %s has: use the program that made the database, or another --database", step.Version, step.Name, s.Database())
		}
		if ok {
			err = s.mend(ctx, step, objects)
		} else {
			before, err = s.apply(ctx, step)
		}
		if err != nil {
			return done, fmt.Errorf("migrated %d of %d, failed at %04d_%s: %w", len(done), len(steps), step.Version, step.Name, err)
		}
		done = append(done, Step{Version: step.Version, Name: step.Name, Applied: before.at, New: !ok})
	}
	return done, nil
}

// Rebuild drops the database with everything in it and makes it anew, empty.
// The sinks notice, and fill it again from the streams. Stop them first where
// you can: one that stores at this very moment pauses, and asks for a Rebuild.
func (s *Store) Rebuild(ctx context.Context) ([]Step, error) {
	sql := "DROP DATABASE IF EXISTS " + s.target.Database() + s.target.OnCluster() + " SYNC"
	if err := s.adminExec(ctx, sql); err != nil {
		return nil, s.explain("drop database "+s.Database(), err)
	}
	s.mu.Lock()
	clear(s.types)
	s.mu.Unlock()
	return s.Migrate(ctx)
}

func (s *Store) prepareDatabase(ctx context.Context) error {
	if s.target.Cluster != "" {
		if err := s.checkCluster(ctx); err != nil {
			return err
		}
	}
	for _, sql := range []string{s.target.CreateDatabase(), s.target.CreateSchemaMigrations()} {
		if err := s.adminExec(ctx, sql); err != nil {
			return s.explain("prepare database "+s.Database(), err)
		}
	}
	return nil
}

// checkCluster refuses what our tables do not support: rows are written to one
// shard, and read back from any replica of it.
func (s *Store) checkCluster(ctx context.Context) error {
	var shards, replicas uint64
	err := s.admin.QueryRow(ctx, "SELECT uniqExact(shard_num), count() FROM system.clusters WHERE cluster = ?", s.target.Cluster).Scan(&shards, &replicas)
	switch {
	case err != nil:
		return s.explain("look up cluster", err)
	case replicas == 0:
		return fault.New(fault.StoreSchema, "the server knows no cluster %q: see system.clusters", s.target.Cluster)
	case shards > 1:
		return fault.New(fault.StoreSchema, "cluster %q has %d shards: name a cluster of one shard, with any number of replicas", s.target.Cluster, shards)
	}
	return nil
}

// apply runs one step and records it. A table that is left between the two by
// a crash is met again by the statement's IF NOT EXISTS.
func (s *Store) apply(ctx context.Context, step clickhouse.Migration) (migration, error) {
	if err := s.adminExec(ctx, step.Statement); err != nil {
		return migration{}, s.explain("run statement", err)
	}
	m := migration{step.Name, step.Checksum, s.now().UTC().Truncate(time.Millisecond)}
	block := columns.Block{Rows: 1, Columns: []columns.Column{
		{Name: "version", Values: []uint32{step.Version}},
		{Name: "name", Values: []string{m.name}},
		{Name: "checksum", Values: []string{m.checksum}},
		{Name: "applied_at", Values: []time.Time{m.at}},
	}}
	token := fmt.Sprintf("migration:%d:%s", step.Version, step.Checksum)
	return m, s.Insert(ctx, clickhouse.SchemaMigrations, token, block)
}

type migration struct {
	name, checksum string
	at             time.Time
}

func (s *Store) applied(ctx context.Context) (map[uint32]migration, error) {
	rows, err := s.admin.Query(ctx, "SELECT version, name, checksum, applied_at FROM "+s.Table(clickhouse.SchemaMigrations)+" FINAL")
	if err != nil {
		return nil, s.explain("read migrations", err)
	}
	defer rows.Close() //nolint:errcheck // Err below says it all
	applied := make(map[uint32]migration)
	for rows.Next() {
		var version uint32
		var m migration
		if err := rows.Scan(&version, &m.name, &m.checksum, &m.at); err != nil {
			return nil, s.explain("read migrations", err)
		}
		applied[version] = m
	}
	return applied, s.explain("read migrations", rows.Err())
}

func (s *Store) adminExec(ctx context.Context, sql string) error {
	ctx, cancel := s.deadline(ctx, s.cfg.QueryTimeout)
	defer cancel()
	return s.admin.Exec(ctx, strings.TrimSpace(sql))
}
