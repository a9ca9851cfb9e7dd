package chart

import (
	"bytes"
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

// Width of every chart in user units; it scales with the page.
const Width = 960.0

// text is one label.
type text struct {
	X, Y    float64
	Anchor  string
	Class   string
	Content string
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
	Width, Height          float64
	Lines                  []segment
	Shapes                 []shape
	Dots                   []dot
	Texts                  []text
}

func (d *drawing) line(x1, y1, x2, y2 float64, class string) {
	d.Lines = append(d.Lines, segment{x1, y1, x2, y2, class})
}

func (d *drawing) text(x, y float64, anchor, class, content string) {
	d.Texts = append(d.Texts, text{x, y, anchor, class, content})
}

func (d *drawing) shape(path, class, title string) {
	d.Shapes = append(d.Shapes, shape{path, class, title})
}

func (d *drawing) dot(x, y, r float64, class, title string) {
	d.Dots = append(d.Dots, dot{x, y, r, class, title})
}

// svg renders the drawing.
func (d *drawing) svg() (template.HTML, error) {
	tmpl, err := template.New("chart").Funcs(template.FuncMap{"n": number}).Parse(source)
	if err != nil {
		return "", fmt.Errorf("parse chart template: %w", err)
	}
	var buf bytes.Buffer
	if err := tmpl.Execute(&buf, d); err != nil {
		return "", fmt.Errorf("draw chart: %w", err)
	}
	return template.HTML(buf.String()), nil //nolint:gosec // made by html/template above
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
