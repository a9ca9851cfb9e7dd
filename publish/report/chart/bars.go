package chart

import (
	"html/template"
	"strings"
)

// Part is a piece of a bar, drawn from the axis over the parts before it.
type Part struct {
	Value float64
	// Class is "bar", "bar-soft", "bar-mid", "bar-up", "bar-down" or "bar-quiet".
	Class string
	Title string
}

// Bar is one row of Bars.
type Bar struct {
	Label string
	// Parts from the longest to the shortest.
	Parts []Part
	// Low and High, where High is more than 0, mark an interval about the value.
	Low, High float64
	// Rank stands before the label, Text at the bar's end, Note and Move in
	// columns at the right.
	Rank, Text, Note, Move string
	// NoteClass is "up", "down" or "".
	NoteClass string
}

// Key explains a class of bars.
type Key struct{ Class, Label string }

// Bars compares things by length: horizontal bars, labelled at both ends.
type Bars struct {
	ID, Title, Description string
	// Unit stands above the axis; NoteHead above the notes.
	Unit, NoteHead string
	Rows           []Bar
	Keys           []Key
	Format         Format
	Whole          bool
}

// SVG draws the chart.
func (c Bars) SVG() (template.HTML, error) { return each(c.draw) }

func (c Bars) draw(width float64) *drawing {
	if width < MiddleWidth {
		return c.drawNarrow(width)
	}
	row, thick := 27.0, 17.0
	if len(c.Rows) <= 4 {
		row, thick = 46, 30
	}
	label, note, end, top, rank, move := 60.0, 0.0, 0.0, 0.0, 0.0, 0.0
	for _, bar := range c.Rows {
		rank = max(rank, textWidth(bar.Rank, 13))
		move = max(move, textWidth(bar.Move, 13))
		label = max(label, textWidth(bar.Label, 13)+8)
		note = max(note, textWidth(bar.Note, 13)+6)
		end = max(end, textWidth(bar.Text, 13)+14)
		top = max(top, bar.longest())
	}
	label = min(label, width*0.26)
	if rank > 0 {
		rank += 8
	}
	if move > 0 {
		move += 14
	}
	if note > 0 {
		note = max(note+move, textWidth(c.NoteHead, 11.5)) + 20
	}
	marks := ticks(top, 5)
	if c.Whole {
		marks = wholeTicks(top, 5)
	}
	head := 40.0
	if len(c.Keys) > 0 {
		head = 62
	}
	d := &drawing{ID: c.ID, Title: c.Title, Description: c.Description, Width: width, Height: head + row*float64(len(c.Rows)) + 6}
	left, right := rank+label+10, width-note-end
	high := max(marks[len(marks)-1], 1e-9)
	if len(marks) > 1 && marks[len(marks)-2] > 0 && top > 0 {
		high = max(top, marks[len(marks)-2]) // no empty stretch after the longest bar
	}
	x := func(v float64) float64 { return left + (right-left)*v/high }
	d.legend(c.Keys, 0, 11.5, false)
	d.text(0, head-10, "start", "small", c.Unit)
	bottom := head + row*float64(len(c.Rows))
	for _, mark := range marks {
		if mark > high {
			continue
		}
		class := "grid"
		if mark == 0 {
			class = "axis"
		}
		d.line(x(mark), head-4, x(mark), bottom, class)
		if mark > 0 || c.Unit == "" || left > textWidth(c.Unit, 11.5)+12 {
			d.text(x(mark), head-10, "middle", "tick small", tickText(c.Format, mark))
		}
	}
	d.text(width, head-10, "end", "small", c.NoteHead)
	for i, bar := range c.Rows {
		y := head + row*float64(i) + (row-thick)/2
		base := y + thick/2 + 4.5
		if bar.Rank != "" {
			d.text(rank-8, base, "end", "tick", bar.Rank)
		}
		d.text(rank+label, base, "end", "ink", shorten(bar.Label, 13, label))
		for _, part := range bar.Parts {
			d.shape(box(left, y, x(part.Value)-left, thick), part.Class, part.Title)
		}
		bar.whisker(d, x, y+thick/2)
		d.text(x(bar.longest())+7, base, "start", "ink", bar.Text)
		class := strings.TrimSpace("note " + bar.NoteClass)
		d.text(width-move, base, "end", class, bar.Note)
		if bar.Move != "" {
			d.text(width, base, "end", "note", bar.Move)
		}
	}
	return d
}
