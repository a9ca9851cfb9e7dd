package main

import (
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"
	"golang.org/x/term"
)

// fittedTable is a table in the program's one style that a terminal shows whole:
// where it is too wide, its widest columns are wrapped.
type fittedTable struct {
	table.Writer
	columns []table.ColumnConfig
	sizes   []columnSize
	// screen is the terminal's width, 0 where there is none.
	screen int
}

// columnSize is how wide a column would like to be, in cells of the screen.
type columnSize struct {
	// line is its longest line, word its longest word, cell its longest line
	// below the header.
	line, word, cell int
}

// newTable returns a table. Numbers in the columns named by right are aligned
// to the right; cells longer than width are wrapped.
func newTable(w io.Writer, title string, header table.Row, width int, right ...int) table.Writer {
	t := &fittedTable{
		Writer: table.NewWriter(), columns: make([]table.ColumnConfig, len(header)),
		sizes: make([]columnSize, len(header)), screen: screenWidth(),
	}
	t.SetOutputMirror(w)
	t.SetStyle(table.StyleRounded)
	t.Style().Format.Header = text.FormatDefault
	t.Style().Title.Align = text.AlignLeft
	t.Style().Title.Colors = text.Colors{text.Bold}
	if title != "" {
		t.SetTitle(title)
	}
	t.AppendHeader(header)
	t.measure(header)
	for i := range t.sizes {
		t.sizes[i].cell = 0
	}
	for i := range t.columns {
		t.columns[i] = table.ColumnConfig{Number: i + 1, WidthMax: width, WidthMaxEnforcer: text.WrapSoft}
	}
	for _, column := range right {
		t.columns[column-1].Align = text.AlignRight
		t.columns[column-1].AlignHeader = text.AlignRight
	}
	return t
}

// AppendRow adds a row.
func (t *fittedTable) AppendRow(row table.Row, config ...table.RowConfig) {
	t.measure(row)
	t.Writer.AppendRow(row, config...)
}

// Render prints the table.
func (t *fittedTable) Render() string {
	t.fit()
	t.SetColumnConfigs(t.columns)
	return t.Writer.Render()
}

func (t *fittedTable) measure(row table.Row) {
	for i, cell := range row[:min(len(row), len(t.sizes))] {
		size, content := &t.sizes[i], cellText(cell)
		line := text.LongestLineLen(content)
		size.line, size.cell = max(size.line, line), max(size.cell, line)
		for word := range strings.FieldsSeq(content) {
			size.word = max(size.word, text.StringWidthWithoutEscSequences(word))
		}
	}
}

// narrowest is how far a column of text is wrapped, words and all, to save the
// ends of the lines.
const narrowest = 8

// fit takes from the widest columns what the screen does not have: at first
// between words, then within them. Numbers stay whole.
func (t *fittedTable) fit() {
	if t.screen == 0 {
		return
	}
	widths, over := make([]int, len(t.columns)), 3*len(t.columns)+1-t.screen
	words, letters := make([]int, len(t.columns)), make([]int, len(t.columns))
	for i, column := range t.columns {
		widths[i] = min(t.sizes[i].line, column.WidthMax)
		over += widths[i]
		words[i], letters[i] = t.sizes[i].word, narrowest
		if column.Align == text.AlignRight {
			words[i], letters[i] = max(t.sizes[i].cell, t.sizes[i].word), t.sizes[i].cell
		}
	}
	over = shrink(widths, words, over)
	shrink(widths, letters, over)
	for i := range t.columns {
		t.columns[i].WidthMax = max(widths[i], 1)
	}
}

// shrink takes over cells from the widest columns, none below its floor, and
// returns what is still too much.
func shrink(widths, floors []int, over int) int {
	for ; over > 0; over-- {
		widest := -1
		for i := range widths {
			if widths[i] > floors[i] && (widest < 0 || widths[i] > widths[widest]) {
				widest = i
			}
		}
		if widest < 0 {
			break
		}
		widths[widest]--
	}
	return over
}

func cellText(cell any) string {
	switch cell := cell.(type) {
	case string:
		return cell
	case uint64:
		return strconv.FormatUint(cell, 10)
	case int:
		return strconv.Itoa(cell)
	}
	return fmt.Sprint(cell)
}

// screenWidth is COLUMNS, or the width of the terminal on standard output, or 0.
func screenWidth() int {
	given, _ := strconv.Atoi(os.Getenv("COLUMNS")) // 0 where it is no number
	if given <= 0 && isTerminal(os.Stdout) {
		given, _, _ = term.GetSize(int(os.Stdout.Fd())) // 0 where it has none
	}
	return max(given, 0)
}
