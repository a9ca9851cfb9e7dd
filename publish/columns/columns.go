// Package columns holds rows turned into columns: what a sink hands to a store.
// It knows no database.
package columns

// Column is one column of a block.
type Column struct {
	// Name as in the table.
	Name string
	// Values is a slice with one element a row: []string, []uint64,
	// []time.Time, [][]string and so on.
	Values any
}

// Block is some rows of one table, by column.
type Block struct {
	// Columns all have Rows values.
	Columns []Column
	// Rows counts the rows.
	Rows int
}

// Of makes a column by taking one value from each row.
func Of[R, V any](name string, rows []R, value func(R) V) Column {
	values := make([]V, len(rows))
	for i, row := range rows {
		values[i] = value(row)
	}
	return Column{Name: name, Values: values}
}
