package report

import (
	"fmt"
	"html/template"
	"math"
	"strconv"
	"time"

	"careerstream/publish/report/chart"
)

// figure is a chart of the page with its numbers.
type figure struct {
	Title, Lead string
	SVG         template.HTML
	// Note is the method, below the chart.
	Note string
	Grid Grid
}

func draw(title, lead, note string, grid Grid, svg func() (template.HTML, error)) (figure, error) {
	drawn, err := svg()
	return figure{title, lead, drawn, note, grid}, err
}

const maxPanels = 24

func (t Trends) figures() ([]figure, error) {
	if len(t.Careers) == 0 {
		return nil, nil
	}
	var days []time.Time
	all := chart.Series{Name: "All tests"}
	for _, day := range t.Careers[0].Days {
		days = append(days, day.Day)
		all.Values = append(all.Values, float64(day.DayOutcomes))
	}
	lines := chart.Lines{ID: "share", Days: days, Format: chart.Percent, Unit: "share of the day's tests that were matched with the career"}
	shares := Grid{Columns: []Column{{"day", false}}}
	for range days {
		shares.Rows = append(shares.Rows, nil)
	}
	for i, day := range days {
		shares.Rows[i] = []string{day.Format(time.DateOnly)}
	}
	for _, trend := range t.Careers[:min(len(t.Careers), chart.MaxSeries)] {
		lines.Series = append(lines.Series, chart.Series{Name: trend.Name, Values: trend.shares()})
		shares.Columns = append(shares.Columns, Column{trend.Name, true})
		for i, day := range trend.Days {
			shares.Rows[i] = append(shares.Rows[i], optional(day.Share, func(v float64) string { return fmt.Sprintf("%.2f%%", v*100) }))
		}
	}
	lines.Title = "Share of tests matched with " + enumerate(lines.Series)
	lines.Description = "Line chart by day from " + t.Period().String() + ". " + describe(lines.Series, chart.Percent)
	first, err := draw("How often the careers are matched", "Share of each day's tests, "+t.Period().String(),
		"Share: tests matched with the career at any rank, of all tests of the day (UTC). Each test counts once.", shares, lines.SVG)
	if err != nil {
		return nil, err
	}

	panels := chart.Multiples{ID: "careers", Title: "Matches a day by career", Days: days, Format: chart.Count}
	for _, trend := range t.Careers[:min(len(t.Careers), maxPanels)] {
		panel := chart.Panel{Name: trend.Name, Values: trend.counts(), Figure: perDay(trend.Outcomes, len(trend.Days)) + " a day"}
		if change, ok := trend.week(); ok {
			panel.Note = signed(change) + " in 7 days"
			switch {
			case change >= 0.1:
				panel.NoteClass = "up"
			case change <= -0.1:
				panel.NoteClass = "down"
			}
		}
		panels.Panels = append(panels.Panels, panel)
	}
	panels.Description = fmt.Sprintf("%d small line charts of matches a day, each on its own scale from zero.", len(panels.Panels))
	second, err := draw("Career by career", "Matches a day, each on its own scale from zero with its highest day marked",
		"In 7 days: share of tests in the last 7 days of the period against the 7 days before.", t.Grid(), panels.SVG)
	if err != nil {
		return nil, err
	}

	total := chart.Lines{ID: "tests", Title: "Tests a day", Days: days, Series: []chart.Series{all}, Format: chart.Count, Whole: true, Unit: "finished tests a day"}
	total.Description = "Line chart by day. " + describe(total.Series, chart.Count)
	tests := Grid{Columns: []Column{{"day", false}, {"tests", true}}}
	for i, day := range days {
		tests.Rows = append(tests.Rows, []string{day.Format(time.DateOnly), chart.Count(all.Values[i])})
	}
	third, err := draw("All tests", "Finished tests a day, "+t.Period().String(), "", tests, total.SVG)
	return []figure{first, second, third}, err
}

func (l Leaderboard) figures() ([]figure, error) {
	if len(l.Places) == 0 {
		return nil, nil
	}
	bars := chart.Bars{
		ID: "leaderboard", Title: "Careers by share of tests matched, " + l.Period().String(), Unit: "share of tests", NoteHead: "against the period before", Format: chart.Percent,
		Keys: []chart.Key{{Class: "bar-up", Label: "rising"}, {Class: "bar-down", Label: "falling"}, {Class: "bar-quiet", Label: "steady, or too few to tell"}},
	}
	alone := l.Before == 0
	if alone {
		bars.NoteHead, bars.Keys = "", nil
	}
	for _, p := range l.Places {
		bar := chart.Bar{Rank: count(p.Position), Label: p.Name}
		if !alone {
			bar.Move = p.moved()
		}
		if p.Share != nil {
			class := "bar-quiet"
			if alone {
				class = "bar"
			}
			switch p.Verdict {
			case "rising":
				class, bar.NoteClass = "bar-up", "up"
			case "falling":
				class, bar.NoteClass = "bar-down", "down"
			}
			bar.Parts = []chart.Part{{Value: *p.Share, Class: class, Title: fmt.Sprintf("%s: %s matches", p.Name, count(p.Outcomes))}}
			bar.Low, bar.High = *p.ShareLow, *p.ShareHigh
			bar.Text = chart.Percent(*p.Share)
			if p.ShareChange != nil {
				bar.Note = points(*p.ShareChange) + " pts"
			}
		}
		bars.Rows = append(bars.Rows, bar)
	}
	bars.Description = fmt.Sprintf("Bar chart of %d careers with 95%% intervals; first is %s with %s of tests.", len(l.Places), l.Places[0].Name, optional(l.Places[0].Share, chart.Percent))
	note := fmt.Sprintf("Whiskers: 95%% Wilson score interval. Rising and falling: two-proportion z test against the %d days before (%s tests), false discoveries held at 5%% over all careers (Benjamini-Hochberg); not tested where an expected count is under 5.",
		l.Period().Days(), count(l.Before))
	if alone {
		note = fmt.Sprintf("Whiskers: 95%% Wilson score interval. There are no tests in the %d days before to compare with.", l.Period().Days())
	}
	f, err := draw("Which careers are matched most", "Share of "+count(l.Outcomes)+" tests, "+l.Period().String(), note, l.Grid(), bars.SVG)
	return []figure{f}, err
}

func (f Funnel) figures() ([]figure, error) {
	if len(f.Entries) == 0 {
		return nil, nil
	}
	var list []figure
	if len(f.Entries) == 1 {
		e := f.Entries[0]
		steps := chart.Bars{ID: "steps", Title: "From the page of " + e.Name + " to the choice", Unit: "tests", NoteHead: "of the step before", Format: chart.Count, Whole: true}
		before := e.Tests
		for _, step := range []struct {
			label, class string
			n            uint64
		}{{"Took the test", "bar-soft", e.Tests}, {"Matched with it", "bar-mid", e.Matched}, {"Chose it", "bar", e.Chosen}} {
			bar := chart.Bar{Label: step.label, Text: count(step.n), Parts: []chart.Part{{Value: float64(step.n), Class: step.class}}}
			if step.label != "Took the test" && before > 0 {
				bar.Note = chart.Percent(ratio(step.n, before))
			}
			before = step.n
			steps.Rows = append(steps.Rows, bar)
		}
		steps.Description = fmt.Sprintf("%s tests came from the page, %s were matched with the career, %s chose it.", count(e.Tests), count(e.Matched), count(e.Chosen))
		lead := fmt.Sprintf("%s; matched by %s of everyone", f.Period(), chart.Percent(e.MatchRateAll))
		one, err := draw(steps.Title, lead, "", f.Grid(), steps.SVG)
		return append(list, one), err
	}
	bars := chart.Bars{
		ID: "funnel", Title: "From a career's page to that career", Unit: "tests", NoteHead: "matched, then chosen", Format: chart.Count, Whole: true,
		Keys: []chart.Key{{Class: "bar-soft", Label: "came from the page and took the test"}, {Class: "bar-mid", Label: "matched with that career"}, {Class: "bar", Label: "chose it"}},
	}
	for _, e := range f.Entries {
		bars.Rows = append(bars.Rows, chart.Bar{
			Label: e.Name, Text: count(e.Tests), Note: chart.Percent(e.MatchRate) + ", then " + optional(e.ChoiceRate, chart.Percent),
			Parts: []chart.Part{
				{Value: float64(e.Tests), Class: "bar-soft", Title: count(e.Tests) + " tests"},
				{Value: float64(e.Matched), Class: "bar-mid", Title: count(e.Matched) + " matched"},
				{Value: float64(e.Chosen), Class: "bar", Title: count(e.Chosen) + " chose it"},
			},
		})
	}
	bars.Description = fmt.Sprintf("Nested bars for %d career pages: tests, of those matched with the career, of those chosen.", len(f.Entries))
	all, err := draw("From a career's page to that career", count(f.Entered)+" of "+count(f.Outcomes)+" tests came from a career's page, "+f.Period().String(),
		"Matched: the career is among the matches at any rank. Chosen: matched and chosen. Percentages: of the step before.", f.Grid(), bars.SVG)
	return append(list, all), err
}

func (t Traits) figures() ([]figure, error) {
	if len(t.Profiles) == 0 {
		return nil, nil
	}
	c := chart.Comparisons{ID: "traits", Title: "Mean traits of those matched with a career, against everyone", Unit: "mean", ValueName: "matched with the career", ReferenceName: "everyone", Format: chart.Decimal}
	for _, profile := range t.Profiles {
		group := chart.Group{Name: profile.Name, Note: count(profile.Outcomes) + " tests"}
		for _, trait := range profile.Traits {
			group.Pairs = append(group.Pairs, chart.Pair{Label: trait.Trait, Value: trait.Mean, Reference: trait.EveryoneMean})
		}
		c.Groups = append(c.Groups, group)
	}
	c.Description = fmt.Sprintf("Pairs of dots for %d careers on one scale: the mean of each trait of those matched, and of everyone.", len(t.Profiles))
	f, err := draw("Who is matched with which career", "Mean of each trait, "+t.Period().String(), "Traits run from 0 to 1. Matched: the career is among the matches at any rank.", t.Grid(), c.SVG)
	return []figure{f}, err
}

// perDay is a mean a day, with a decimal where it matters.
func perDay(n uint64, days int) string {
	mean := ratio(n, uint64(days))
	if mean < 99.95 {
		return strconv.FormatFloat(mean, 'f', 1, 64)
	}
	return chart.Count(mean)
}

func enumerate(series []chart.Series) string {
	text := ""
	for i, s := range series {
		switch {
		case i == 0:
		case i == len(series)-1:
			text += " and "
		default:
			text += ", "
		}
		text += s.Name
	}
	return text
}

// describe says in words where each line begins and ends.
func describe(series []chart.Series, format chart.Format) string {
	text := ""
	for _, s := range series {
		var have []float64
		for _, v := range s.Values {
			if !math.IsNaN(v) {
				have = append(have, v)
			}
		}
		if len(have) > 0 {
			text += fmt.Sprintf("%s goes from %s to %s. ", s.Name, format(have[0]), format(have[len(have)-1]))
		}
	}
	return text
}
