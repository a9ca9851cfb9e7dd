package store

import (
	"context"
	"regexp"

	"careerstream/schemas/clickhouse"
	"careerstream/schemas/fault"
)

// creates reads from a migration what it makes, or changes. A view that later steps
// replace or change goes through all of them, and is the last one in the end.
var creates = regexp.MustCompile("^(?:CREATE (?:OR REPLACE )?(TABLE|VIEW|MATERIALIZED VIEW) (?:IF NOT EXISTS )?|ALTER TABLE )`[^`]+`\\.`?(\\w+)`?")

// mend looks after a step that was applied before. A view that is gone is made
// again. A table that is gone is not: it would be empty, and nobody would fill
// it again.
func (s *Store) mend(ctx context.Context, step clickhouse.Migration, objects map[string]bool) error {
	made := creates.FindStringSubmatch(step.Statement)
	if made == nil || objects[made[2]] {
		return nil
	}
	if made[1] == "TABLE" {
		return fault.New(fault.StoreSchema, "table %s is gone: run careerstream migrate --rebuild, which makes every table anew and fills it from the streams", made[2])
	}
	return s.explain("make view "+made[2]+" again", s.adminExec(ctx, step.Statement))
}

// objects returns the names of the tables and views that there are.
func (s *Store) objects(ctx context.Context) (map[string]bool, error) {
	rows, err := s.admin.Query(ctx, "SELECT name FROM system.tables WHERE database = ?", s.target.Name)
	if err != nil {
		return nil, s.explain("list tables", err)
	}
	defer rows.Close() //nolint:errcheck // Err below says it all
	objects := make(map[string]bool)
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			return nil, s.explain("list tables", err)
		}
		objects[name] = true
	}
	return objects, s.explain("list tables", rows.Err())
}
