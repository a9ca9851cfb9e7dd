package chart

import (
	"fmt"
	"html/template"
	"math"
	"slices"
	"time"
)

// Series is one line: a value a day; NaN leaves a gap.
type Series struct {
	Name   string
	Values []float64
}

// MaxSeries is how many lines a Lines chart tells apart.
const MaxSeries = 5

// Lines shows how a few things move day by day, each labelled at its end.
type Lines struct {
	// ID is unique in the page.
	ID, Title, Description string
	// Unit stands above the axis ("outcomes a day").
	Unit string
	// Days has a day for every value of every series.
	Days []time.Time
	// Series has MaxSeries at most.
	Series []Series
	// Format renders ticks and labels; whole steps are used with Whole.
	Format Format
	Whole  bool
}

// SVG draws the chart.
func (c Lines) SVG() (template.HTML, error) {
	if len(c.Series) > MaxSeries {
		return "", fmt.Errorf("draw chart %s: %d lines, want %d at most", c.ID, len(c.Series), MaxSeries)
	}
	for _, series := range c.Series {
		if len(series.Values) != len(c.Days) {
			return "", fmt.Errorf("draw chart %s: %s has %d values for %d days", c.ID, series.Name, len(series.Values), len(c.Days))
		}
	}
	return each(c.draw)
}

func (c Lines) draw(width float64) *drawing {
	narrow := width < MiddleWidth
	top, labels := 0.0, 0.0
	for _, series := range c.Series {
		for _, v := range series.Values {
			if v > top {
				top = v
			}
		}
		labels = max(labels, textWidth(series.Name, 13)+textWidth("  "+c.Format(top), 13)+12)
	}
	labels = min(max(labels, 60), width*0.27) + 18
	steps, days, head := 5, int(width/106), 0.0
	d := &drawing{ID: c.ID, Title: c.Title, Description: c.Description, Width: width, Height: 360}
	if narrow {
		// There is no room beside the lines, so their names stand above.
		steps, days, labels = 4, 5, 6
		head = d.legend(c.names(), 0, 13, true) + 4
		for i, line := range wrap(c.Unit, 11.5, width, 2) {
			if i > 0 {
				head += 15
			}
			d.text(0, head+14, "start", "small", line)
		}
		d.Height = 250 + head
	}
	marks := ticks(top, steps)
	if c.Whole {
		marks = wholeTicks(top, steps)
	}
	left := 16.0
	for _, mark := range marks {
		left = max(left, textWidth(tickText(c.Format, mark), 13)+14)
	}
	p := plot{left: left, right: width - labels, top: head + 34, bottom: d.Height - 30, high: marks[len(marks)-1], days: len(c.Days)}
	if !narrow {
		d.text(0, 14, "start", "small", c.Unit)
	}
	for _, mark := range marks {
		class := "grid"
		if mark == 0 {
			class = "axis"
		}
		d.line(p.left, p.y(mark), p.right, p.y(mark), class)
		d.text(p.left-8, p.y(mark)+4.5, "end", "tick", tickText(c.Format, mark))
	}
	p.timeAxis(d, c.Days, days)
	c.lines(d, p, !narrow)
	return d
}

// names are the lines with their last values.
func (c Lines) names() []Key {
	keys := make([]Key, len(c.Series))
	for i, series := range c.Series {
		keys[i] = Key{Class: fmt.Sprintf("d%d", i+1), Label: series.Name}
		if last := lastValue(series.Values); last >= 0 {
			keys[i].Label += "  " + c.Format(series.Values[last])
		}
	}
	return keys
}

// lines draws them, each with its name at its end where named asks for it.
func (c Lines) lines(d *drawing, p plot, named bool) {
	type end struct {
		at, want float64
		series   int
		value    float64
	}
	var ends []end
	for i, series := range c.Series {
		xs, ys := p.path(series.Values)
		if len(c.Series) == 1 {
			d.shape(areaPath(xs, ys, p.y(0)), "area", "")
		}
		d.shape(points(xs, ys), fmt.Sprintf("series s%d", i+1), series.Name)
		last := lastValue(series.Values)
		if last < 0 {
			continue
		}
		d.dot(xs[last], ys[last], 3.5, fmt.Sprintf("d%d", i+1), fmt.Sprintf("%s, %s: %s", series.Name, c.Days[last].Format("2 Jan 2006"), c.Format(series.Values[last])))
		if named {
			ends = append(ends, end{ys[last], ys[last], i, series.Values[last]})
		}
	}
	slices.SortFunc(ends, func(a, b end) int {
		if a.at != b.at {
			return compare(a.at, b.at)
		}
		return a.series - b.series
	})
	at := make([]float64, len(ends))
	for i, e := range ends {
		at[i] = e.at
	}
	spread(at, 18, p.top+4, p.bottom-2)
	for i, e := range ends {
		if math.Abs(at[i]-e.want) > 3 {
			d.line(p.right+5, e.want, p.right+14, at[i], "lead")
		}
		value := "  " + c.Format(e.value)
		name := shorten(c.Series[e.series].Name, 13, d.Width-p.right-18-textWidth(value, 13))
		d.text(p.right+18, at[i]+4.5, "start", fmt.Sprintf("t%d", e.series+1), name+value)
	}
}

// plot maps days and values to the page.
type plot struct {
	left, right, top, bottom float64
	high                     float64
	days                     int
}

func (p plot) x(i int) float64 {
	if p.days < 2 {
		return (p.left + p.right) / 2
	}
	return p.left + (p.right-p.left)*float64(i)/float64(p.days-1)
}

func (p plot) y(v float64) float64 {
	if p.high == 0 {
		return p.bottom
	}
	return p.bottom - (p.bottom-p.top)*v/p.high
}

func (p plot) path(values []float64) (xs, ys []float64) {
	for i, v := range values {
		xs, ys = append(xs, p.x(i)), append(ys, p.y(v))
	}
	return xs, ys
}

func (p plot) timeAxis(d *drawing, days []time.Time, n int) {
	end := math.Inf(-1)
	for _, mark := range dayMarks(days, n) {
		x := p.x(mark.index)
		half := textWidth(mark.label, 13) / 2
		anchor := "middle"
		switch {
		case x-half < 0:
			anchor, half = "start", 2*half
		case x+half > d.Width:
			anchor = "end"
		}
		if x-half < end+8 {
			continue
		}
		end = x + half
		d.line(x, p.bottom, x, p.bottom+5, "axis")
		d.text(x, p.bottom+20, anchor, "tick", mark.label)
	}
}

func areaPath(xs, ys []float64, floor float64) string {
	for _, y := range ys {
		if math.IsNaN(y) {
			return "" // an area with gaps tells nothing
		}
	}
	if len(xs) < 2 {
		return ""
	}
	return points(xs, ys) + "L" + number(xs[len(xs)-1]) + " " + number(floor) + "L" + number(xs[0]) + " " + number(floor) + "z"
}

func lastValue(values []float64) int {
	for i := len(values) - 1; i >= 0; i-- {
		if !math.IsNaN(values[i]) {
			return i
		}
	}
	return -1
}

func compare(a, b float64) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}
