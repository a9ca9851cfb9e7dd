package chart

import (
	"html/template"
	"math"
	"time"
)

// Panel is one small chart of Multiples.
type Panel struct {
	Name   string
	Values []float64
	// Figure stands beside the name ("412 a day"), Note below it ("+12%").
	Figure, Note string
	// NoteClass is "up", "down" or "".
	NoteClass string
}

// Multiples shows many things one by one over the same days, each on its own
// scale from zero with its highest value marked.
type Multiples struct {
	ID, Title, Description string
	Days                   []time.Time
	Panels                 []Panel
	Format                 Format
	// Bars draws a bar a day, as suits counts of which most are zero.
	Bars bool
}

// SVG draws the chart.
func (c Multiples) SVG() (template.HTML, error) { return each(c.draw) }

func (c Multiples) draw(chart float64) *drawing {
	gap, height, note := 28.0, 118.0, 0.0
	columns := min(max(len(c.Panels), 2), 4)
	if chart < Width {
		columns = min(columns, 3)
	}
	if chart < MiddleWidth {
		gap, columns = 20, 1
		if len(c.Panels) > 4 {
			columns, note = 2, 15 // the note has a line of its own
		}
	}
	height += note
	rows := (len(c.Panels) + columns - 1) / columns
	d := &drawing{ID: c.ID, Title: c.Title, Description: c.Description, Width: chart, Height: max(1, float64(rows)*(height+24))}
	width := (chart - gap*float64(columns-1)) / float64(columns)
	for i, panel := range c.Panels {
		x, y := float64(i%columns)*(width+gap), float64(i/columns)*(height+24)
		top, peak := 0.0, 0
		for day, v := range panel.Values {
			if v > top {
				top, peak = v, day
			}
		}
		p := plot{left: x, right: x + width - 4, top: y + 54 + note, bottom: y + height - 12, high: max(top, 1e-9), days: len(c.Days)}
		d.text(x, y+14, "start", "strong", shorten(panel.Name, 13.5, width-6))
		d.text(x, y+31, "start", "ink small", panel.Figure)
		if note > 0 {
			d.text(x, y+31+note, "start", "small "+panel.NoteClass, panel.Note)
		} else {
			d.text(x+width-4, y+31, "end", "small "+panel.NoteClass, panel.Note)
		}
		d.line(p.left, p.bottom, p.right, p.bottom, "axis")
		if c.Bars {
			c.bars(d, p, panel.Values)
		} else {
			c.line(d, p, panel)
		}
		if top > 0 {
			label := c.Format(top)
			half := textWidth(label, 11.5) / 2
			d.text(math.Min(math.Max(p.x(peak), p.left+half), p.right-half), p.y(top)-5, "middle", "small", label)
		}
		if len(c.Days) > 1 {
			d.text(p.left, p.bottom+14, "start", "small", c.Days[0].Format("2 Jan"))
			d.text(p.right, p.bottom+14, "end", "small", c.Days[len(c.Days)-1].Format("2 Jan"))
		}
	}
	return d
}

func (c Multiples) line(d *drawing, p plot, panel Panel) {
	xs, ys := p.path(panel.Values)
	d.shape(areaPath(xs, ys, p.bottom), "area", "")
	d.shape(points(xs, ys), "series s1", panel.Name)
	if last := lastValue(panel.Values); last >= 0 {
		d.dot(xs[last], ys[last], 3, "d1", c.Days[last].Format("2 Jan 2006")+": "+c.Format(panel.Values[last]))
	}
}

// bars stand side by side over the whole width.
func (c Multiples) bars(d *drawing, p plot, values []float64) {
	step := (p.right - p.left) / float64(max(len(values), 1))
	for day, v := range values {
		if v > 0 {
			high := max(p.bottom-p.y(v), 1) // what is there can be seen
			d.shape("M"+number(p.left+step*float64(day)+step*0.12)+" "+number(p.bottom)+"v"+number(-high)+"h"+number(step*0.76)+"v"+number(high)+"z",
				"bar", c.Days[day].Format("2 Jan 2006")+": "+c.Format(v))
		}
	}
}
