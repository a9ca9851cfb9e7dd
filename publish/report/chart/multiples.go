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
}

// SVG draws the chart.
func (c Multiples) SVG() (template.HTML, error) {
	const gap, height = 28.0, 118.0
	columns := min(max(len(c.Panels), 2), 4)
	rows := (len(c.Panels) + columns - 1) / columns
	d := &drawing{ID: c.ID, Title: c.Title, Description: c.Description, Width: Width, Height: max(1, float64(rows)*(height+24))}
	width := (Width - gap*float64(columns-1)) / float64(columns)
	for i, panel := range c.Panels {
		x, y := float64(i%columns)*(width+gap), float64(i/columns)*(height+24)
		top, peak := 0.0, 0
		for day, v := range panel.Values {
			if v > top {
				top, peak = v, day
			}
		}
		p := plot{left: x, right: x + width - 4, top: y + 54, bottom: y + height - 12, high: max(top, 1e-9), days: len(c.Days)}
		d.text(x, y+14, "start", "strong", shorten(panel.Name, 13.5, width-6))
		d.text(x, y+31, "start", "ink small", panel.Figure)
		d.text(x+width-4, y+31, "end", "small "+panel.NoteClass, panel.Note)
		d.line(p.left, p.bottom, p.right, p.bottom, "axis")
		xs, ys := p.path(panel.Values)
		d.shape(areaPath(xs, ys, p.bottom), "area", "")
		d.shape(points(xs, ys), "series s1", panel.Name)
		if last := lastValue(panel.Values); last >= 0 {
			d.dot(xs[last], ys[last], 3, "d1", c.Days[last].Format("2 Jan 2006")+": "+c.Format(panel.Values[last]))
		}
		if top > 0 {
			label := c.Format(top)
			half := textWidth(label, 11.5) / 2
			d.text(math.Min(math.Max(xs[peak], p.left+half), p.right-half), ys[peak]-5, "middle", "small", label)
		}
		if len(c.Days) > 1 {
			d.text(p.left, p.bottom+14, "start", "small", c.Days[0].Format("2 Jan"))
			d.text(p.right, p.bottom+14, "end", "small", c.Days[len(c.Days)-1].Format("2 Jan"))
		}
	}
	return d.svg()
}
