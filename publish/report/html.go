package report

import (
	_ "embed"
	"fmt"
	"html/template"
	"io"
	"strings"
	"time"

	"careerstream/publish/report/chart"
)

//go:embed page.tmpl
var pageSource string

// page is what the template shows.
type page struct {
	Head
	Style   template.CSS
	Tiles   []tile
	Figures []figure
}

// tile is one large figure of the page's head.
type tile struct{ Value, Label string }

// WriteHTML writes the report as one self-contained page: charts as SVG, no
// script, and nothing loaded from elsewhere.
func WriteHTML(w io.Writer, r Report) error {
	tmpl, err := template.New("page").Funcs(template.FuncMap{
		"day":  func(t time.Time) string { return t.Format("2 January 2006") },
		"time": func(t time.Time) string { return t.UTC().Format("2 January 2006, 15:04:05 UTC") },
	}).Parse(pageSource)
	if err != nil {
		return fmt.Errorf("parse page template: %w", err)
	}
	figures, err := r.figures()
	if err != nil {
		return err
	}
	head := r.About()
	p := page{Head: head, Style: template.CSS(chart.Style), Figures: figures} //nolint:gosec // embedded
	p.Tiles = []tile{{count(head.Outcomes), "finished tests"}}
	if head.Outcomes > 0 {
		p.Tiles = append(p.Tiles,
			tile{perDay(head.Outcomes, head.Period().Days()), "a day"},
			tile{chart.Percent(ratio(head.Entered, head.Outcomes)), "came from a career's page"},
			tile{chart.Percent(ratio(head.Chosen, head.Outcomes)), "chose a career"})
	}
	var b strings.Builder
	if err := tmpl.Execute(&b, p); err != nil {
		return fmt.Errorf("write page: %w", err)
	}
	_, err = io.WriteString(w, b.String())
	return err
}
