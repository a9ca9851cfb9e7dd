package main

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"

	"careerstream/deploy/app"
	"careerstream/publish/store"
)

type queryCmd struct {
	SQL     string `arg:"" name:"sql" help:"One SQL statement, or - to read it from standard input."`
	Format  string `help:"Output format: ${enum}." enum:"table,csv,json" default:"table"`
	MaxRows uint64 `help:"Stop after so many rows; 0 prints all." default:"0"`
	Write   bool   `help:"Allow statements that change data."`
}

// Help is shown below the flags.
func (queryCmd) Help() string {
	return `Example: careerstream query "SELECT slug, version, quality_score FROM careers FINAL ORDER BY slug"

Read careers with FINAL, or through the views career_duties, career_types, career_faqs, career_comparisons,
career_workplaces and career_links, which always show the latest versions alone.`
}

// Run prints the result of the statement row by row.
func (c queryCmd) Run(ctx context.Context, p *program) error {
	sql := c.SQL
	if sql == "-" {
		text, err := io.ReadAll(p.stdin)
		if err != nil {
			return fmt.Errorf("read SQL: %w", err)
		}
		sql = string(text)
	}
	if strings.TrimSpace(sql) == "" {
		return usage("no SQL; try: careerstream query \"SELECT count() FROM careers FINAL\"")
	}
	if clause := formatClause.FindString(sql); clause != "" {
		return usage("leave out %q and use the flag --format csv or --format json", strings.Trim(clause, " \t\r\n;"))
	}
	return p.withStore(ctx, func(s *store.Store) error {
		cursor, err := s.Stream(ctx, sql, store.QueryOptions{ReadOnly: !c.Write})
		if err != nil {
			return err
		}
		format := c.Format
		if p.JSON {
			format = "json"
		}
		return errors.Join(c.print(p.stdout, format, cursor), cursor.Close())
	})
}

// formatClause is SQL's own way to say it, at the end of the statement. The rows
// come to this program in a format of its own.
var formatClause = regexp.MustCompile(`(?i)\sFORMAT\s+\w+[\s;]*$`)

// withStore opens ClickHouse alone, with its tables up to date.
func (p *program) withStore(ctx context.Context, run func(*store.Store) error) error {
	return p.withEngines(ctx, app.Need{Store: true}, func(engines *app.Engines) error {
		if engines.Owner && p.ClickHouse == "" {
			if _, err := engines.Store.Migrate(ctx); err != nil {
				return err
			}
		}
		return run(engines.Store)
	})
}

func (c queryCmd) print(w io.Writer, format string, cursor *store.Cursor) error {
	columns := cursor.Columns()
	if len(columns) == 0 {
		return nil // a statement without a result
	}
	var printer rowPrinter
	switch format {
	case "json":
		printer = &jsonRows{encoder: json.NewEncoder(w), columns: columns}
	case "csv":
		printer = newCSVRows(w, columns)
	default:
		printer = newTableRows(w, columns)
	}
	for n := uint64(0); c.MaxRows == 0 || n < c.MaxRows; n++ {
		row, err := cursor.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		if err := printer.add(row); err != nil {
			return fmt.Errorf("print row: %w", err)
		}
	}
	return printer.end()
}

// rowPrinter prints rows as they come.
type rowPrinter interface {
	add(row []any) error
	end() error
}

// jsonRows prints an object a line (https://github.com/ndjson/ndjson-spec).
type jsonRows struct {
	encoder *json.Encoder
	columns []store.Column
}

func (j *jsonRows) add(row []any) error {
	object := make(map[string]any, len(row))
	for i, column := range j.columns {
		object[column.Name] = column.JSON(row[i])
	}
	j.encoder.SetEscapeHTML(false)
	return j.encoder.Encode(object)
}

func (j *jsonRows) end() error { return nil }

type csvRows struct {
	writer  *csv.Writer
	columns []store.Column
}

func newCSVRows(w io.Writer, columns []store.Column) *csvRows {
	c := &csvRows{csv.NewWriter(w), columns}
	header := make([]string, len(columns))
	for i, column := range columns {
		header[i] = column.Name
	}
	_ = c.writer.Write(header) // the writer keeps its error for end
	return c
}

func (c *csvRows) add(row []any) error {
	fields := make([]string, len(row))
	for i, value := range row {
		fields[i] = c.columns[i].Text(value)
	}
	return c.writer.Write(fields)
}

func (c *csvRows) end() error {
	c.writer.Flush()
	return c.writer.Error()
}

// maxTableRows is how many rows a table shows: it is drawn as a whole, in
// memory, and nobody reads more.
const maxTableRows = 10_000

type tableRows struct {
	out     io.Writer
	table   table.Writer
	columns []store.Column
	rows    int
}

func newTableRows(w io.Writer, columns []store.Column) *tableRows {
	header := make(table.Row, len(columns))
	var right []int
	for i, column := range columns {
		header[i] = column.Name
		if numeric(column.Type) {
			right = append(right, i+1)
		}
	}
	return &tableRows{out: w, table: newTable(w, "", header, 80, right...), columns: columns}
}

func numeric(typ string) bool {
	typ = strings.TrimPrefix(typ, "Nullable(")
	for _, prefix := range []string{"UInt", "Int", "Float", "Decimal"} {
		if strings.HasPrefix(typ, prefix) {
			return true
		}
	}
	return false
}

func (t *tableRows) add(row []any) error {
	if t.rows++; t.rows > maxTableRows {
		return nil
	}
	cells := make(table.Row, len(row))
	for i, value := range row {
		cells[i] = t.columns[i].Text(value)
	}
	t.table.AppendRow(cells)
	return nil
}

func (t *tableRows) end() error {
	t.table.Render()
	if t.rows > maxTableRows {
		_, err := fmt.Fprintf(t.out, "... and %d more rows; print them with --format csv or json\n", t.rows-maxTableRows)
		return err
	}
	return nil
}
