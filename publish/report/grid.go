package report

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"reflect"
	"strconv"
	"strings"
	"time"

	"careerstream/publish/report/chart"
)

// Column heads a column of a Grid.
type Column struct {
	Name string
	// Right aligns numbers.
	Right bool
}

// Grid is a table of text.
type Grid struct {
	Columns []Column
	Rows    [][]string
}

// WriteCSV writes every number of the report, with a header (RFC 4180).
func WriteCSV(w io.Writer, r Report) error {
	data := r.Data()
	out := csv.NewWriter(w)
	header := make([]string, len(data.Columns))
	for i, column := range data.Columns {
		header[i] = column.Name
	}
	_ = out.Write(header) // the writer keeps its error
	_ = out.WriteAll(data.Rows)
	if err := out.Error(); err != nil {
		return fmt.Errorf("write CSV: %w", err)
	}
	return nil
}

// WriteJSON writes the report as one indented object.
func WriteJSON(w io.Writer, r Report) error {
	out := json.NewEncoder(w)
	out.SetEscapeHTML(false)
	out.SetIndent("", "  ")
	if err := out.Encode(r); err != nil {
		return fmt.Errorf("write JSON: %w", err)
	}
	return nil
}

// data makes a grid with a column for every field of T that has a JSON name.
func data[T any](rows []T) Grid {
	var g Grid
	typ := reflect.TypeFor[T]()
	var fields []int
	for i := range typ.NumField() {
		name, _, _ := strings.Cut(typ.Field(i).Tag.Get("json"), ",")
		if name == "" {
			continue
		}
		fields = append(fields, i)
		g.Columns = append(g.Columns, Column{Name: name, Right: typ.Field(i).Type.Kind() != reflect.String})
	}
	for _, row := range rows {
		value := reflect.ValueOf(row)
		cells := make([]string, len(fields))
		for i, field := range fields {
			cells[i] = cell(value.Field(field))
		}
		g.Rows = append(g.Rows, cells)
	}
	return g
}

func cell(v reflect.Value) string {
	if v.Kind() == reflect.Pointer {
		if v.IsNil() {
			return ""
		}
		v = v.Elem()
	}
	switch x := v.Interface().(type) {
	case time.Time:
		return x.Format(time.DateOnly)
	case float64:
		return strconv.FormatFloat(x, 'f', -1, 64)
	}
	return fmt.Sprint(v.Interface())
}

// blank stands where there is no number.
const blank = "–"

func optional(v *float64, format chart.Format) string {
	if v == nil {
		return blank
	}
	return format(*v)
}

func count(n uint64) string { return chart.Count(float64(n)) }

// signed renders a relative change of 0.12 as +12%.
func signed(v float64) string {
	text := chart.Percent(v)
	if v > 0 {
		return "+" + text
	}
	return text
}

// points renders a change of a share in percentage points.
func points(v float64) string {
	text := strings.Replace(strconv.FormatFloat(v*100, 'f', 2, 64), "-", "−", 1)
	if v > 0 {
		text = "+" + text
	}
	return text
}

// sparkWidth is the longest sparkline.
const sparkWidth = 30

// spark draws values as a line of block characters from zero to their highest,
// several days in one character where they are many. NaN is a space.
func spark(values []float64) string {
	const blocks = "▁▂▃▄▅▆▇█"
	per := (len(values) + sparkWidth - 1) / sparkWidth
	if per > 1 {
		var means []float64
		for end := len(values); end > 0; end -= per {
			means = append([]float64{mean(values[max(0, end-per):end])}, means...)
		}
		values = means
	}
	top := 0.0
	for _, v := range values {
		if v > top {
			top = v
		}
	}
	var b strings.Builder
	for _, v := range values {
		switch {
		case math.IsNaN(v):
			b.WriteByte(' ')
		case top == 0:
			b.WriteRune('▁')
		default:
			b.WriteRune([]rune(blocks)[int(math.Round(v/top*7))])
		}
	}
	return b.String()
}

func mean(values []float64) float64 {
	sum, n := 0.0, 0
	for _, v := range values {
		if !math.IsNaN(v) {
			sum, n = sum+v, n+1
		}
	}
	return sum / float64(n) // NaN where all are
}
