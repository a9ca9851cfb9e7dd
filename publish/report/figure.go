package report

import "html/template"

// Figure is a chart of a report with its numbers, for a page that shows several
// reports. The page puts chart.Style into its style sheet.
type Figure struct {
	Title, Lead string
	// SVG has its own title and description.
	SVG template.HTML
	// Note is the method, or "".
	Note string
	// Grid is the numbers for people.
	Grid Grid
}

// Figures draws the charts of a report; none where it is empty.
func Figures(r Report) ([]Figure, error) {
	drawn, err := r.figures()
	list := make([]Figure, len(drawn))
	for i, f := range drawn {
		list[i] = Figure(f)
	}
	return list, err
}
