package store

import (
	"context"

	ch "github.com/ClickHouse/clickhouse-go/v2"
)

// optional settings are sent only where the server knows them: an unknown one
// is an error. deduplicate_insert is new in ClickHouse 26.2.
func optional() map[string]any {
	return map[string]any{
		"deduplicate_insert": "enable",
		"deduplicate_blocks_in_dependent_materialized_views": 1,
		"insert_deduplicate": 1,
		"async_insert":       0,
	}
}

// insertSettings pins what decides how an insert is cut into blocks and told
// from a repeat, because ClickHouse's defaults differ between versions.
func (s *Store) insertSettings(ctx context.Context, token string) (ch.Settings, error) {
	known, err := s.knownSettings(ctx)
	if err != nil {
		return nil, err
	}
	settings := ch.Settings{
		"insert_deduplication_token":  token,
		"max_insert_block_size":       1_048_449,
		"min_insert_block_size_rows":  1_048_449,
		"min_insert_block_size_bytes": 256 << 20,
		// A batch may hold late rows of any month; the default of 100 would refuse it.
		"max_partitions_per_insert_block": 0,
		// Rows that replace each other are told apart when they are read or merged;
		// looking for them in every block costs a third of an insert.
		"optimize_on_insert": 0,
	}
	for name, value := range optional() {
		if known[name] {
			settings[name] = value
		}
	}
	if s.http {
		// Otherwise the status line may be sent before the insert is committed.
		settings["wait_end_of_query"] = 1
	}
	return settings, nil
}

func (s *Store) knownSettings(ctx context.Context) (map[string]bool, error) {
	s.mu.Lock()
	known := s.known
	s.mu.Unlock()
	if known != nil {
		return known, nil
	}
	names := make([]string, 0, len(optional()))
	for name := range optional() {
		names = append(names, name)
	}
	rows, err := s.admin.Query(ctx, "SELECT name FROM system.settings WHERE has(?, name)", names)
	if err != nil {
		return nil, err
	}
	defer rows.Close() //nolint:errcheck // Err below says it all
	known = make(map[string]bool)
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			return nil, err
		}
		known[name] = true
	}
	if err := rows.Err(); err != nil {
		return nil, err
	}
	s.mu.Lock()
	s.known = known
	s.mu.Unlock()
	return known, nil
}
