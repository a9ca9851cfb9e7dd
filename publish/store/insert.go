package store

import (
	"context"
	"errors"
	"fmt"
	"strings"

	ch "github.com/ClickHouse/clickhouse-go/v2"
	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
	"github.com/google/uuid"

	"careerstream/publish/columns"
	"careerstream/schemas/fault"
)

// Insert adds the block to one of our tables, all of it or nothing, unless an
// insert with the same token is among the last that the table has seen: then
// it does nothing. The block must be the same whenever the token is. At most
// 1,000,000 rows keep it atomic.
//
// It returns within Config.InsertTimeout. After an error the rows may or may
// not be there; the same call settles it. Errors are faults (see Classify);
// fault.RowRejected means that some row of the block is to blame, and that
// none of it is stored.
func (s *Store) Insert(ctx context.Context, table, token string, block columns.Block) error {
	if block.Rows == 0 {
		return nil
	}
	if token == "" {
		return fault.New(fault.Internal, "insert into %s without a token", table)
	}
	ctx, cancel := s.deadline(ctx, s.cfg.InsertTimeout)
	defer cancel()
	if err := s.insert(ctx, table, token, block); err != nil {
		s.forgetTypes(table)
		return s.explain("insert into "+table, err)
	}
	return nil
}

func (s *Store) insert(ctx context.Context, table, token string, block columns.Block) (err error) {
	settings, err := s.insertSettings(ctx, token)
	if err != nil {
		return err
	}
	options := []ch.QueryOption{ch.WithSettings(settings)}
	if s.http {
		types, err := s.columnTypes(ctx, table)
		if err != nil {
			return err
		}
		known, err := namesAndTypes(table, types, block)
		if err != nil {
			return err
		}
		options = append(options, ch.WithColumnNamesAndTypes(known))
	}
	batch, err := s.conn.PrepareBatch(ch.Context(ctx, options...), s.insertSQL(table, block))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, batch.Close()) }()
	for i, column := range block.Columns {
		if err := appendValues(batch.Column(i), column.Values); err != nil {
			return &rowError{column: column.Name, err: err}
		}
	}
	return batch.Send()
}

// appendValues adds a whole column. The client takes arrays row by row without
// reflection, but not by the column; and 16 bytes only as a UUID.
func appendValues(column driver.BatchColumn, values any) error {
	switch values := values.(type) {
	case [][]string:
		return appendRows(column, values)
	case [][]float64:
		return appendRows(column, values)
	case [][]uint16:
		return appendRows(column, values)
	case [][16]byte:
		ids := make([]uuid.UUID, len(values))
		for i, id := range values {
			ids[i] = id
		}
		return column.Append(ids)
	}
	return column.Append(values)
}

func appendRows[T any](column driver.BatchColumn, rows [][]T) error {
	for _, row := range rows {
		if err := column.AppendRow(row); err != nil {
			return err
		}
	}
	return nil
}

func (s *Store) insertSQL(table string, block columns.Block) string {
	names := make([]string, len(block.Columns))
	for i, column := range block.Columns {
		names[i] = "`" + column.Name + "`"
	}
	return "INSERT INTO " + s.Table(table) + " (" + strings.Join(names, ", ") + ")"
}

// columnTypes returns the types of a table's columns, asked once.
func (s *Store) columnTypes(ctx context.Context, table string) (map[string]string, error) {
	s.mu.Lock()
	types := s.types[table]
	s.mu.Unlock()
	if types != nil {
		return types, nil
	}
	rows, err := s.conn.Query(ctx, "SELECT name, type FROM system.columns WHERE database = ? AND table = ? AND default_kind NOT IN ('MATERIALIZED', 'ALIAS')", s.Database(), table)
	if err != nil {
		return nil, err
	}
	defer rows.Close() //nolint:errcheck // Err below says it all
	types = make(map[string]string)
	for rows.Next() {
		var name, typ string
		if err := rows.Scan(&name, &typ); err != nil {
			return nil, err
		}
		types[name] = typ
	}
	if err := rows.Err(); err != nil {
		return nil, err
	}
	if len(types) == 0 {
		return nil, fault.New(fault.StoreSchema, "table %s.%s does not exist", s.Database(), table)
	}
	s.mu.Lock()
	s.types[table] = types
	s.mu.Unlock()
	return types, nil
}

func (s *Store) forgetTypes(table string) {
	s.mu.Lock()
	delete(s.types, table)
	s.mu.Unlock()
}

func namesAndTypes(table string, types map[string]string, block columns.Block) ([]ch.ColumnNameAndType, error) {
	known := make([]ch.ColumnNameAndType, 0, len(block.Columns))
	for _, column := range block.Columns {
		typ, ok := types[column.Name]
		if !ok {
			return nil, fault.New(fault.StoreSchema, "table %s has no column %s", table, column.Name)
		}
		known = append(known, ch.ColumnNameAndType{Name: column.Name, Type: typ})
	}
	return known, nil
}

// rowError is a value that the client could not put into its column.
type rowError struct {
	column string
	err    error
}

func (e *rowError) Error() string { return fmt.Sprintf("column %s: %v", e.column, e.err) }
func (e *rowError) Unwrap() error { return e.err }
