package store

import (
	"context"
	"errors"
	"fmt"
	"io"
	"reflect"

	ch "github.com/ClickHouse/clickhouse-go/v2"
	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
)

// QueryOptions limit a query.
type QueryOptions struct {
	// ReadOnly refuses everything but reading.
	ReadOnly bool
	// MaxRows stops after so many rows; 0 means no limit.
	MaxRows uint64
	// Parameters are the values of {name:Type} in the SQL, as text.
	Parameters map[string]string
}

// Column describes a column of a result.
type Column struct {
	Name string `json:"name"`
	// Type by ClickHouse's name ("Array(String)").
	Type string `json:"type"`
}

// Result is a whole result in memory.
type Result struct {
	Columns []Column
	// Rows hold Go values by the column's type; Column.Text and JSON render one.
	Rows [][]any
	// More is set when MaxRows left rows out.
	More bool
}

// Query runs one statement and returns its result. Use Stream for large ones.
// The error carries ClickHouse's own message, since a person typed the SQL.
func (s *Store) Query(ctx context.Context, sql string, opt QueryOptions) (result Result, err error) {
	cursor, err := s.Stream(ctx, sql, opt)
	if err != nil {
		return Result{}, err
	}
	defer func() { err = errors.Join(err, cursor.Close()) }()
	result.Columns = cursor.Columns()
	for {
		row, err := cursor.Next()
		if errors.Is(err, io.EOF) {
			return result, nil
		}
		if err != nil {
			return result, err
		}
		if opt.MaxRows > 0 && uint64(len(result.Rows)) == opt.MaxRows {
			result.More = true
			return result, nil
		}
		result.Rows = append(result.Rows, row)
	}
}

// Cursor reads a result row by row, in constant memory. It is not safe for
// concurrent use.
type Cursor struct {
	rows    driver.Rows
	cancel  context.CancelFunc
	columns []Column
	types   []reflect.Type
}

// Stream runs one statement and returns a cursor before its first row. The
// caller closes it. MaxRows is not applied.
func (s *Store) Stream(ctx context.Context, sql string, opt QueryOptions) (*Cursor, error) {
	settings := ch.Settings{}
	if opt.ReadOnly {
		// 2 also allows settings, which the client sends with every query.
		settings["readonly"] = 2
	}
	ctx, cancel := s.deadline(ctx, s.cfg.QueryTimeout)
	rows, err := s.conn.Query(ch.Context(ctx, ch.WithSettings(settings), ch.WithParameters(opt.Parameters)), sql)
	if err != nil {
		cancel()
		return nil, queryError(err)
	}
	c := &Cursor{rows: rows, cancel: cancel}
	for _, column := range rows.ColumnTypes() {
		c.columns = append(c.columns, Column{column.Name(), column.DatabaseTypeName()})
		c.types = append(c.types, column.ScanType())
	}
	return c, nil
}

// Columns describes the result.
func (c *Cursor) Columns() []Column { return c.columns }

// Next returns the next row, or io.EOF after the last.
func (c *Cursor) Next() ([]any, error) {
	if !c.rows.Next() {
		if err := c.rows.Err(); err != nil {
			return nil, queryError(err)
		}
		return nil, io.EOF
	}
	targets := make([]any, len(c.types))
	for i, typ := range c.types {
		targets[i] = reflect.New(typ).Interface()
	}
	if err := c.rows.Scan(targets...); err != nil {
		return nil, fmt.Errorf("read row: %w", err)
	}
	for i, target := range targets {
		targets[i] = reflect.ValueOf(target).Elem().Interface()
	}
	return targets, nil
}

// Close ends the query and releases its connection.
func (c *Cursor) Close() error {
	c.cancel()
	if err := c.rows.Close(); err != nil && !errors.Is(err, context.Canceled) {
		return fmt.Errorf("close result: %w", err)
	}
	return nil
}

func queryError(err error) error { return fmt.Errorf("run query: %w", classify(err, true)) }
