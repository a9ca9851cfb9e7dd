package chart

import "strings"

// drawNarrow draws each bar below its label, which needs no column of its own.
func (c Bars) drawNarrow(width float64) *drawing {
	const row, thick = 45.0, 14.0
	d := &drawing{ID: c.ID, Title: c.Title, Description: c.Description, Width: width}
	head := 0.0
	if len(c.Keys) > 0 {
		head = d.legend(c.Keys, 0, 11.5, false) + 4
	}
	d.text(0, head+14, "start", "small", c.Unit)
	d.text(width, head+14, "end", "small", c.NoteHead)
	head += 42
	top, end := 0.0, 0.0
	for _, bar := range c.Rows {
		top, end = max(top, bar.longest()), max(end, textWidth(bar.Text, 13)+14)
	}
	marks := ticks(top, 3)
	if c.Whole {
		marks = wholeTicks(top, 3)
	}
	high := max(top, 1e-9)
	right := width - end
	x := func(v float64) float64 { return right * v / high }
	d.Height = head + row*float64(len(c.Rows)) + 6
	for _, mark := range marks {
		if mark > high {
			continue
		}
		class, anchor := "grid", "middle"
		if mark == 0 {
			class, anchor = "axis", "start"
		}
		d.line(x(mark), head-4, x(mark), d.Height-6, class)
		d.text(x(mark), head-9, anchor, "tick small", tickText(c.Format, mark))
	}
	for i, bar := range c.Rows {
		y := head + row*float64(i)
		note := bar.Note
		if bar.Move != "" {
			note = strings.TrimSpace(note + "  " + bar.Move)
		}
		label := bar.Label
		if bar.Rank != "" {
			label = bar.Rank + "  " + label
		}
		d.text(4, y+15, "start", "ink", shorten(label, 13, width-textWidth(note, 13)-16))
		d.text(width, y+15, "end", strings.TrimSpace("note "+bar.NoteClass), note)
		for _, part := range bar.Parts {
			d.shape(box(0, y+22, x(part.Value), thick), part.Class, part.Title)
		}
		bar.whisker(d, x, y+22+thick/2)
		d.text(x(bar.longest())+7, y+22+thick-2.5, "start", "ink", bar.Text)
	}
	return d
}

// longest is how far the bar reaches.
func (b Bar) longest() float64 {
	longest := b.High
	for _, part := range b.Parts {
		longest = max(longest, part.Value)
	}
	return longest
}

// whisker draws the interval.
func (b Bar) whisker(d *drawing, x func(float64) float64, y float64) {
	if b.High > 0 {
		d.shape("M"+number(x(b.Low))+" "+number(y)+"H"+number(x(b.High))+
			"M"+number(x(b.Low))+" "+number(y-3.5)+"v7M"+number(x(b.High))+" "+number(y-3.5)+"v7", "whisker", "")
	}
}
