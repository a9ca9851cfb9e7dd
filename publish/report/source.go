package report

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"careerstream/publish/store"
)

// Source is the database that reports read: *store.Store, or a stand-in.
type Source interface {
	// Query runs one statement and returns its whole result. It must be safe
	// to call again after an error.
	Query(ctx context.Context, sql string, opt store.QueryOptions) (store.Result, error)
	// Exec runs a statement without a result.
	Exec(ctx context.Context, sql string, args ...any) error
	// Table is the quoted full name of a table or view of ours.
	Table(name string) string
}

var _ Source = (*store.Store)(nil)

// Refresh brings the numbers up to date: when it returns, every outcome that
// was stored before the call is counted. The database does the same by itself
// every few seconds. A user who may only read gets an error, and may go on.
func Refresh(ctx context.Context, source Source) error {
	view := source.Table("match_days_refresh")
	// The first wait may be for a run that began before this call.
	for range 2 {
		for _, verb := range []string{"REFRESH", "WAIT"} {
			if err := source.Exec(ctx, "SYSTEM "+verb+" VIEW "+view); err != nil {
				return fmt.Errorf("refresh reports: %w", err)
			}
		}
	}
	return nil
}

// query decodes rows into structs by their JSON names, which are the columns'.
func query[T any](ctx context.Context, source Source, sql string) ([]T, error) {
	result, err := source.Query(ctx, sql, store.QueryOptions{ReadOnly: true})
	if err != nil {
		return nil, err
	}
	list := make([]T, 0, len(result.Rows))
	object := make(map[string]any, len(result.Columns))
	for _, row := range result.Rows {
		for i, column := range result.Columns {
			object[column.Name] = store.JSON(row[i])
		}
		data, err := json.Marshal(object)
		if err != nil {
			return nil, fmt.Errorf("read report: %w", err)
		}
		var v T
		if err := json.Unmarshal(data, &v); err != nil {
			return nil, fmt.Errorf("read report: %w", err)
		}
		list = append(list, v)
	}
	return list, nil
}

// one is query for a statement that gives one row.
func one[T any](ctx context.Context, source Source, sql string) (v T, err error) {
	rows, err := query[T](ctx, source, sql)
	if err != nil {
		return v, err
	}
	if len(rows) != 1 {
		return v, errors.New("read report: want one row")
	}
	return rows[0], nil
}

// quote is a string literal of ClickHouse's SQL.
func quote(s string) string {
	return "'" + strings.NewReplacer(`\`, `\\`, `'`, `\'`).Replace(s) + "'"
}

func quoteDay(day time.Time) string { return quote(day.Format(time.DateOnly)) }

// in is a condition on a list of careers; none means all.
func in(column string, careers []string) string {
	if len(careers) == 0 {
		return "true"
	}
	quoted := make([]string, len(careers))
	for i, career := range careers {
		quoted[i] = quote(career)
	}
	return column + " IN (" + strings.Join(quoted, ", ") + ")"
}

// over is a view that takes a period.
func over(source Source, view string, p Period) string {
	return source.Table(view) + "(since = " + quoteDay(p.Since) + ", until = " + quoteDay(p.Until) + ")"
}
