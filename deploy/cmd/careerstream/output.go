package main

import (
	"encoding/json"
	"fmt"
	"io"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"
)

// printJSON writes v as indented JSON.
func printJSON(w io.Writer, v any) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(v); err != nil {
		return fmt.Errorf("print JSON: %w", err)
	}
	return nil
}

// newTable returns a table in the program's one style. Numbers in the columns
// named by right are aligned to the right; cells longer than width are wrapped.
func newTable(w io.Writer, title string, header table.Row, width int, right ...int) table.Writer {
	t := table.NewWriter()
	t.SetOutputMirror(w)
	t.SetStyle(table.StyleRounded)
	t.Style().Format.Header = text.FormatDefault
	t.Style().Title.Align = text.AlignLeft
	t.Style().Title.Colors = text.Colors{text.Bold}
	if title != "" {
		t.SetTitle(title)
	}
	t.AppendHeader(header)
	configs := make([]table.ColumnConfig, len(header))
	for i := range configs {
		configs[i] = table.ColumnConfig{Number: i + 1, WidthMax: width, WidthMaxEnforcer: text.WrapSoft}
	}
	for _, column := range right {
		configs[column-1].Align = text.AlignRight
		configs[column-1].AlignHeader = text.AlignRight
	}
	t.SetColumnConfigs(configs)
	return t
}

// yes and no mark a check's result, with colour on a terminal.
func yes() string { return text.FgGreen.Sprint("✓") }
func no() string  { return text.FgRed.Sprint("✗") }

// printLine writes v as one line of JSON.
func printLine(w io.Writer, v any) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return fmt.Errorf("print JSON: %w", err)
	}
	return nil
}
