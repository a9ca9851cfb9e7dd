package table

import (
	"time"

	"careerstream/schemas/career"
)

// Type says what the values of a column are in Go, in CSV and in Parquet.
type Type int

// Types of a column.
const (
	// Text is a string; prose of several paragraphs has a blank line between them.
	Text Type = iota
	// List is a []string: a JSON array in CSV, a list in Parquet.
	List
	// Whole is a uint64.
	Whole
	// Real is a float64.
	Real
	// Time is a time.Time in UTC with milliseconds: RFC 3339 in CSV, a timestamp in
	// Parquet; the zero time is empty in CSV and null in Parquet.
	Time
)

// Column is one column of a table.
type Column struct {
	Name string
	Type Type
	// sql is the expression over the query's source.
	sql string
}

// Row has a value for each column, of the type that the column's Type names.
type Row []any

// Table is one table of an export.
type Table struct {
	// Name is that of the file without its extension.
	Name string
	// Columns in order. The first ones are what rows are sorted by.
	Columns []Column
	// Rows of one published record. Records in the order of their slugs give rows in
	// the order of the table.
	Rows func(career.Published) []Row

	// source is the SQL after FROM, over the common table c of latest versions, and
	// order the SQL after ORDER BY.
	source, order string
}

// SchemaVersion is the version of the tables' columns. New columns at the end do
// not change it.
const SchemaVersion = "v1"

// Schema names what a row of the table is, with its version.
func (t Table) Schema() string { return "career.table." + t.Name + "." + SchemaVersion }

// All returns the tables in the order of their names.
func All() []Table {
	return []Table{aliases(), careers(), codes(), comparisons(), duties(), facts(), faqs(), links(), types()}
}

func millis(t time.Time) time.Time {
	if t.IsZero() {
		return t
	}
	return t.UTC().Truncate(time.Millisecond)
}
