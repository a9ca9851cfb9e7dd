package chart

import (
	"html/template"
	"math"
)

// Pair is a row of a Comparison: a value against a reference.
type Pair struct {
	Label            string
	Value, Reference float64
}

// Group is one panel of Comparisons.
type Group struct {
	Name, Note string
	Pairs      []Pair
}

// Comparisons shows values against a reference, as pairs of dots in panels
// that share one scale.
type Comparisons struct {
	ID, Title, Description string
	// Unit stands above the axis; ValueName and ReferenceName explain the dots.
	Unit, ValueName, ReferenceName string
	Groups                         []Group
	Format                         Format
}

// SVG draws the chart.
func (c Comparisons) SVG() (template.HTML, error) { return each(c.draw) }

func (c Comparisons) draw(chart float64) *drawing {
	const row, head, gap, keyHeight = 26.0, 62.0, 44.0, 30.0
	columns, widest, end := 2, 200.0, 90.0
	if len(c.Groups) == 1 || chart < Width {
		columns = 1
	}
	if chart < MiddleWidth {
		widest, end = 110, 78
	}
	label, low, high, longest := 60.0, math.Inf(1), math.Inf(-1), 0
	for _, group := range c.Groups {
		longest = max(longest, len(group.Pairs))
		for _, pair := range group.Pairs {
			label = max(label, textWidth(pair.Label, 13)+10)
			low, high = min(low, pair.Value, pair.Reference), max(high, pair.Value, pair.Reference)
		}
	}
	label = min(label, widest)
	low, high, marks := window(low, high)
	panel := head + row*float64(longest) + 18
	rows := (len(c.Groups) + columns - 1) / columns
	d := &drawing{ID: c.ID, Title: c.Title, Description: c.Description, Width: chart, Height: keyHeight + max(1, float64(rows))*panel}
	d.dot(7, 10, 5.5, "d1", "")
	d.text(20, 14.5, "start", "small", c.ValueName)
	second := 20 + textWidth(c.ValueName, 11.5) + 26
	d.dot(second+7, 10, 5, "hollow", "")
	d.text(second+20, 14.5, "start", "small", c.ReferenceName)
	width := (chart - gap*float64(columns-1)) / float64(columns)
	for i, group := range c.Groups {
		left, top := float64(i%columns)*(width+gap), keyHeight+float64(i/columns)*panel
		axis, right := left+label+8, left+width-end
		x := func(v float64) float64 { return axis + (right-axis)*(v-low)/(high-low) }
		d.text(left, top+18, "start", "strong", shorten(group.Name, 13.5, width-textWidth(group.Note, 11.5)-10))
		d.text(left+width, top+18, "end", "small", group.Note)
		d.text(left, top+42, "start", "small", c.Unit)
		d.text(left+width, top+42, "end", "small", "difference")
		bottom := top + head + row*float64(len(group.Pairs)) - 6
		for _, mark := range marks {
			d.line(x(mark), top+48, x(mark), bottom, "grid")
			d.text(x(mark), top+42, "middle", "tick small", c.Format(mark))
		}
		for j, pair := range group.Pairs {
			y := top + head + row*float64(j) + 6
			d.text(left+label, y+4.5, "end", "ink", shorten(pair.Label, 13, label))
			d.line(x(pair.Reference), y, x(pair.Value), y, "band")
			d.dot(x(pair.Reference), y, 5, "hollow", c.ReferenceName+": "+c.Format(pair.Reference))
			d.dot(x(pair.Value), y, 5.5, "d1", c.ValueName+": "+c.Format(pair.Value))
			difference := c.Format(pair.Value - pair.Reference)
			class := "ink"
			if pair.Value > pair.Reference {
				difference = "+" + difference
			}
			d.text(left+width, y+4.5, "end", class, difference)
		}
	}
	return d
}

// window is a round interval about the values, within 0 to 1 where they are,
// with its ticks.
func window(low, high float64) (from, to float64, marks []float64) {
	if math.IsInf(low, 0) {
		low, high = 0, 1
	}
	step := 0.1
	switch room := high - low; {
	case room > 2:
		step = math.Pow(10, math.Ceil(math.Log10(room/5)))
	case room > 0.5:
		step = 0.2
	}
	first, last := math.Floor(low/step-0.1), math.Ceil(high/step+0.1)
	if low >= 0 {
		first = max(0, first)
	}
	if high <= 1 {
		last = min(math.Round(1/step), last)
	}
	last = max(last, first+1)
	for i := first; i <= last; i++ {
		marks = append(marks, i*step)
	}
	return first * step, last * step, marks
}
