package chart

import (
	"bytes"
	"cmp"
	_ "embed"
	"fmt"
	"html/template"
	"math"
	"strconv"
	"strings"
)

//go:embed chart.tmpl
var source string

// Style is the CSS of the charts: put it into the page once.
//
//go:embed chart.css
var Style string

// Every chart is drawn for a wide page, for a tablet or a column, and for a phone;
// Style shows the one that fits. Text is of the same size in all, so that it can be
// read on each.
const (
	// Width of a chart in user units; it scales with the page.
	Width = 960.0
	// MiddleWidth is that of the drawing for tablets and columns.
	MiddleWidth = 700.0
	// NarrowWidth is that of the drawing for phones.
	NarrowWidth = 340.0
)

// text is one label.
type text struct {
	X, Y    float64
	Anchor  string
	Class   string
	Content string
	// Href makes it a link; Title is shown by pointing at it.
	Href, Title string
}

// segment is a straight line.
type segment struct {
	X1, Y1, X2, Y2 float64
	Class          string
}

// shape is a path.
type shape struct {
	Path, Class string
	// Title is shown by pointing at the shape.
	Title string
}

// dot is a circle.
type dot struct {
	X, Y, R float64
	Class   string
	Title   string
}

// drawing is what the template draws, back to front: lines, shapes, dots, texts.
type drawing struct {
	ID, Title, Description string
	// Kind is the class of the svg besides chart: "wide", "middle" or "narrow".
	Kind          string
	Role          string
	Width, Height float64
	Lines         []segment
	Shapes        []shape
	Dots          []dot
	Texts         []text
}

func (d *drawing) line(x1, y1, x2, y2 float64, class string) {
	d.Lines = append(d.Lines, segment{x1, y1, x2, y2, class})
}

func (d *drawing) text(x, y float64, anchor, class, content string) {
	d.Texts = append(d.Texts, text{X: x, Y: y, Anchor: anchor, Class: class, Content: content})
}

func (d *drawing) shape(path, class, title string) {
	d.Shapes = append(d.Shapes, shape{path, class, title})
}

func (d *drawing) dot(x, y, r float64, class, title string) {
	d.Dots = append(d.Dots, dot{x, y, r, class, title})
}

// each draws a chart in every width.
func each(chart func(width float64) *drawing) (template.HTML, error) {
	tmpl, err := template.New("chart").Funcs(template.FuncMap{"n": number}).Parse(source)
	if err != nil {
		return "", fmt.Errorf("parse chart template: %w", err)
	}
	var buf bytes.Buffer
	for _, size := range []struct {
		kind  string
		width float64
	}{{"wide", Width}, {"middle", MiddleWidth}, {"narrow", NarrowWidth}} {
		d := chart(size.width)
		d.Kind, d.Role = size.kind, cmp.Or(d.Role, "img")
		if size.width < Width {
			d.ID += "-" + size.kind
		}
		if err := tmpl.Execute(&buf, d); err != nil {
			return "", fmt.Errorf("draw chart: %w", err)
		}
	}
	return template.HTML(buf.String()), nil //nolint:gosec // made by html/template above
}

// legend names lines or bars in rows that fit the width, and returns the height
// that it takes. Dots are circles, bars are squares.
func (d *drawing) legend(entries []Key, top float64, size float64, dots bool) float64 {
	x, y := 0.0, top
	for i, entry := range entries {
		label := shorten(entry.Label, size, d.Width-20)
		width := 20 + textWidth(label, size)
		if x > 0 && x+width > d.Width {
			x, y = 0, y+19
		}
		class := "small"
		if dots {
			d.dot(x+6, y+10, 4.5, entry.Class, "")
			class = fmt.Sprintf("small t%d", i+1)
		} else {
			d.shape(box(x, y+4, 14, 12), entry.Class, "")
		}
		d.text(x+20, y+14.5, "start", class, label)
		x += width + 18
	}
	return y + 19 - top
}

// number renders a coordinate with a decimal at most.
func number(v float64) string {
	return strconv.FormatFloat(math.Round(v*10)/10, 'f', -1, 64)
}

// points joins coordinates into a path; NaN breaks it.
func points(xs, ys []float64) string {
	var b strings.Builder
	pen := "M"
	for i := range xs {
		if math.IsNaN(ys[i]) {
			pen = "M"
			continue
		}
		b.WriteString(pen + number(xs[i]) + " " + number(ys[i]))
		pen = "L"
	}
	return b.String()
}

// box is the path of a bar that starts at an axis on its left, with rounded
// outer corners.
func box(x, y, w, h float64) string {
	r := min(2.5, w)
	if w <= 0 {
		return ""
	}
	return fmt.Sprintf("M%s %sh%sq%s 0 %s %sv%sq0 %s %s %sh%sz",
		number(x), number(y), number(w-r), number(r), number(r), number(r), number(h-2*r), number(r), number(-r), number(r), number(r-w))
}
