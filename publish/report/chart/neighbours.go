package chart

import (
	"html/template"
	"math"
	"strconv"
	"strings"
)

// Leaf is a neighbour in a Neighbours chart.
type Leaf struct {
	// Name is shown, Href is the address of its page, or "".
	Name, Href string
	// Title says more than the name, or is "".
	Title string
}

// Branch is the neighbours of one kind.
type Branch struct {
	// Label heads them.
	Label  string
	Leaves []Leaf
	// More counts those that are left out.
	More int
	// Faint marks a relation that was worked out and that nobody states.
	Faint bool
}

// Neighbours shows one thing in the middle, and what it is related to in groups at
// its sides: what leads to it on the left, what it leads to on the right. Each
// neighbour is a link. On a phone the groups hang below each other.
type Neighbours struct {
	ID, Title, Description string
	// Name stands in the middle.
	Name        string
	Left, Right []Branch
}

// Sizes of Neighbours in user units.
const (
	leafRow    = 26.0
	branchHead = 24.0
	branchGap  = 14.0
)

// SVG draws the chart. Its links can be reached with the keyboard.
func (c Neighbours) SVG() (template.HTML, error) { return each(c.draw) }

func (c Neighbours) draw(width float64) *drawing {
	// An image has no links inside; a group has.
	d := &drawing{ID: c.ID, Title: c.Title, Description: c.Description, Width: width, Role: "group"}
	if width < MiddleWidth {
		c.drawTree(d)
		return d
	}
	const hub = 170.0
	// Labels need less than the width of other charts, and are larger so.
	width = min(width, 760)
	d.Width = width
	side := (width-hub)/2 - 45
	left, right := branchesHeight(c.Left), branchesHeight(c.Right)
	lines := wrap(c.Name, 15, hub-24, 3)
	d.Height = max(left, right, 40+20*float64(len(lines))) + 16
	middle := d.Height / 2
	from, to := (width-hub)/2, (width+hub)/2
	c.side(d, c.Left, 0, (d.Height-left)/2, func(y float64) string { return curve(from, middle, side, y) }, side)
	c.side(d, c.Right, len(c.Left), (d.Height-right)/2, func(y float64) string { return curve(to, middle, width-side, y) }, width-side)
	tall := 24 + 20*float64(len(lines))
	d.shape(round(from, middle-tall/2, hub, tall, 10), "hub", "")
	for i, line := range lines {
		d.text(width/2, middle+20*(float64(i)-float64(len(lines)-1)/2)+5, "middle", "hubname", line)
	}
	return d
}

// side draws the groups of one side; edge draws from the middle to a leaf, whose
// dot is at x.
func (c Neighbours) side(d *drawing, branches []Branch, first int, y float64, edge func(y float64) string, x float64) {
	anchor, text := "start", x+12
	if x < d.Width/2 {
		anchor, text = "end", x-12
	}
	room := min(x, d.Width-x) - 16
	for i, b := range branches {
		class := branchClass(first + i)
		d.text(text, y+15, anchor, "small strong", shorten(b.Label, 11.5, room))
		y += branchHead
		for _, leaf := range b.Leaves {
			d.shape(edge(y+leafRow/2), b.edge(class), "")
			d.dot(x, y+leafRow/2, 4, "d"+class, "")
			d.link(text, y+leafRow/2+4.5, anchor, leaf, room)
			y += leafRow
		}
		if b.More > 0 {
			d.text(text, y+leafRow/2+4.5, anchor, "small", "and "+Count(float64(b.More))+" more")
			y += leafRow
		}
		y += branchGap
	}
}

// drawTree hangs the groups under the name.
func (c Neighbours) drawTree(d *drawing) {
	const spine, indent = 14.0, 34.0
	lines := wrap(c.Name, 15, d.Width-24, 3)
	tall := 20 + 20*float64(len(lines))
	d.shape(round(0, 0, d.Width, tall, 10), "hub", "")
	for i, line := range lines {
		d.text(d.Width/2, 25+20*float64(i), "middle", "hubname", line)
	}
	y, end := tall+14, tall
	for i, b := range append(append([]Branch(nil), c.Left...), c.Right...) {
		class := branchClass(i)
		d.text(indent, y+15, "start", "small strong", shorten(b.Label, 11.5, d.Width-indent))
		y += branchHead
		for _, leaf := range b.Leaves {
			middle := y + 14
			d.shape("M"+number(spine)+" "+number(middle-10)+"q0 10 10 10h"+number(indent-spine-10), b.edge(class), "")
			d.dot(indent, middle, 4, "d"+class, "")
			d.link(indent+12, middle+4.5, "start", leaf, d.Width-indent-12)
			y, end = y+28, middle-10
		}
		if b.More > 0 {
			d.text(indent+12, y+18, "start", "small", "and "+Count(float64(b.More))+" more")
			y += 28
		}
		y += branchGap
	}
	d.line(spine, tall, spine, end, "axis")
	d.Height = y
}

func (d *drawing) link(x, y float64, anchor string, leaf Leaf, room float64) {
	d.Texts = append(d.Texts, text{X: x, Y: y, Anchor: anchor, Class: "leaf", Content: shorten(leaf.Name, 13, room), Href: leaf.Href, Title: leaf.Title})
}

func (b Branch) edge(class string) string {
	if b.Faint {
		return "edge faint s" + class
	}
	return "edge s" + class
}

// branchClass is the number of a colour.
func branchClass(i int) string { return strconv.Itoa(i%MaxSeries + 1) }

func branchesHeight(branches []Branch) float64 {
	height := 0.0
	for i, b := range branches {
		if i > 0 {
			height += branchGap
		}
		height += branchHead + leafRow*float64(len(b.Leaves))
		if b.More > 0 {
			height += leafRow
		}
	}
	return height
}

// curve leaves and arrives level.
func curve(x1, y1, x2, y2 float64) string {
	bend := (x2 - x1) * 0.55
	return "M" + number(x1) + " " + number(y1) + "C" + number(x1+bend) + " " + number(y1) + " " + number(x2-bend) + " " + number(y2) + " " + number(x2) + " " + number(y2)
}

// round is the path of a rectangle with round corners.
func round(x, y, w, h, r float64) string {
	r = math.Min(r, math.Min(w, h)/2)
	a := "a" + number(r) + " " + number(r) + " 0 0 1 "
	return "M" + number(x+r) + " " + number(y) + "h" + number(w-2*r) + a + number(r) + " " + number(r) + "v" + number(h-2*r) + a + number(-r) + " " + number(r) +
		"h" + number(2*r-w) + a + number(-r) + " " + number(-r) + "v" + number(2*r-h) + a + number(r) + " " + number(-r) + "z"
}

// wrap breaks text between words into at most most lines that fit the width; what
// does not fit is cut.
func wrap(s string, size, width float64, most int) []string {
	var lines []string
	for _, word := range strings.Fields(s) {
		if n := len(lines); n > 0 && (textWidth(lines[n-1]+" "+word, size) <= width || n == most) {
			lines[n-1] += " " + word
			continue
		}
		lines = append(lines, word)
	}
	for i, line := range lines {
		lines[i] = shorten(line, size, width)
	}
	return lines
}
