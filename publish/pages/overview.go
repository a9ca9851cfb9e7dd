package pages

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"careerstream/publish/report"
	"careerstream/publish/report/chart"
	"careerstream/schemas/career"
	"careerstream/schemas/deadletter"
	"careerstream/schemas/page"
)

// overviewPage is the state of everything on one page.
type overviewPage struct {
	Summary Summary
	Health  Health
	Lags    section[lags]
	Held    section[[]career.Held]
	// HeldFirst are the oldest of them.
	HeldFirst []career.Held
	Dead      section[[]kindCount]
	DeadAll   int
	Runs      section[[]runRow]
	Activity  section[Activity]
	Days      section[*figure]
	Fresh     section[freshness]
}

// lags with their sum.
type lags struct {
	Rows []Lag
	Left uint64
}

// sumLags takes the writers of outcomes together: a reader wants to know of
// outcomes, not of partitions.
func sumLags(list []Lag) (l lags) {
	const outcomes = "outcomes"
	for _, lag := range list {
		l.Left += lag.Left
		if strings.HasPrefix(lag.Stage, "quiz-") {
			lag.Stage = outcomes
		}
		if n := len(l.Rows); lag.Stage == outcomes && n > 0 && l.Rows[n-1].Stage == outcomes {
			l.Rows[n-1].Left += lag.Left
			continue
		}
		l.Rows = append(l.Rows, lag)
	}
	return l
}

// lagTable is a part of the stages with a name.
type lagTable struct {
	Name string
	Rows []Lag
}

// Halves are the stages that work on a page's way, and those that store.
func (l lags) Halves() []lagTable {
	halves := []lagTable{{Name: "Stage"}, {Name: "Store"}}
	for _, lag := range l.Rows {
		half := &halves[1]
		if works(lag.Stage) {
			half = &halves[0]
		}
		half.Rows = append(half.Rows, lag)
	}
	return slices.DeleteFunc(halves, func(half lagTable) bool { return len(half.Rows) == 0 })
}

// freshness is how old the knowledge is.
type freshness struct {
	Figure *figure
	Oldest []Age
}

// runRow is a run with its counts in a fixed order.
type runRow struct {
	page.Run
	Outcomes []kindCount
}

// shownHeld is how many held records the overview names.
const shownHeld = 4

// shownRuns is how many runs the overview shows.
const shownRuns = 6

func (p *Pages) overview(w http.ResponseWriter, r *http.Request) {
	ctx := r.Context()
	o := overviewPage{Summary: p.Catalog.Summary(), Health: p.Pipeline.Health()}
	o.Lags = asked(ctx, p, "lags", func(ctx context.Context) (lags, error) {
		list, err := p.Pipeline.Lags(ctx)
		return sumLags(list), err
	})
	o.Held = asked(ctx, p, "held", func(ctx context.Context) ([]career.Held, error) {
		list, err := p.Holds.List(ctx)
		return open(list), err
	})
	o.HeldFirst = o.Held.Data[:min(len(o.Held.Data), shownHeld)]
	o.Dead = asked(ctx, p, "dead", func(ctx context.Context) ([]kindCount, error) {
		list, err := p.Letters.List(ctx)
		return countKinds(list, deadletter.Open), err
	})
	for _, kind := range o.Dead.Data {
		o.DeadAll += kind.Count
	}
	o.Runs = asked(ctx, p, "runs", func(ctx context.Context) ([]runRow, error) {
		runs, err := p.Pipeline.Runs(ctx, shownRuns)
		rows := make([]runRow, len(runs))
		for i, run := range runs {
			rows[i] = runRow{run, sorted(run.Outcomes)}
		}
		return rows, err
	})
	o.Activity = stored(ctx, p, "activity", p.Reports.Activity)
	if o.Activity.Missing == "" {
		o.Days.Data = daysFigure(o.Activity.Data.Days)
	}
	o.Fresh = stored(ctx, p, "freshness", func(ctx context.Context) (freshness, error) {
		ages, err := p.Reports.Freshness(ctx)
		return p.freshness(ages), err
	})
	p.render(w, r, http.StatusOK, "overview", view{Title: "Overview", Nav: "/", Refresh: int(p.cfg.Refresh / time.Second), Page: o})
}

// kindCount is a number with what it counts.
type kindCount struct {
	Kind  string
	Count int
}

// sorted lists counts, the largest first.
func sorted(counts map[string]int) []kindCount {
	list := make([]kindCount, 0, len(counts))
	for kind, n := range counts {
		if n > 0 {
			list = append(list, kindCount{kind, n})
		}
	}
	slices.SortFunc(list, func(a, b kindCount) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Kind, b.Kind))
	})
	return list
}

func countKinds(letters []Letter, state string) []kindCount {
	counts := map[string]int{}
	for _, letter := range letters {
		if letter.State == state {
			counts[letter.Kind]++
		}
	}
	return sorted(counts)
}

// open are the records that wait for a person or a better page, the oldest first.
func open(list []career.Held) []career.Held {
	var held []career.Held
	for _, h := range list {
		if h.State == career.HeldBack {
			held = append(held, h)
		}
	}
	slices.SortFunc(held, func(a, b career.Held) int {
		return cmp.Or(a.Since.Compare(b.Since), cmp.Compare(a.Slug, b.Slug))
	})
	return held
}

func daysGrid(days []DayCounts) report.Grid {
	g := report.Grid{Columns: []report.Column{{Name: "day"}, {Name: "pages", Right: true}, {Name: "versions", Right: true}, {Name: "outcomes", Right: true}}}
	for _, day := range days {
		g.Rows = append(g.Rows, []string{day.Day.Format(time.DateOnly), fmt.Sprint(day.Pages), fmt.Sprint(day.Versions), fmt.Sprint(day.Outcomes)})
	}
	return g
}

// total of all days.
func total(days []DayCounts) (sum Counts) {
	for _, day := range days {
		sum.Pages += day.Pages
		sum.Versions += day.Versions
		sum.Outcomes += day.Outcomes
	}
	return sum
}

// daysFigure is nil where nothing ever came.
func daysFigure(days []DayCounts) *figure {
	c := chart.Multiples{ID: "days", Title: "What came in by day", Format: chart.Count, Bars: true}
	panels := []chart.Panel{{Name: "Pages taken"}, {Name: "Versions published"}, {Name: "Outcomes received"}}
	totals := make([]uint64, len(panels))
	for _, day := range days {
		c.Days = append(c.Days, day.Day)
		for i, n := range []uint64{day.Pages, day.Versions, day.Outcomes} {
			panels[i].Values = append(panels[i].Values, float64(n))
			totals[i] += n
		}
	}
	for i := range panels {
		panels[i].Figure = count(totals[i]) + " in all"
	}
	c.Panels = panels
	c.Description = fmt.Sprintf("Three small bar charts over %d days, each on its own scale from zero: %s pages, %s versions, %s outcomes.", len(days), count(totals[0]), count(totals[1]), count(totals[2]))
	svg, err := c.SVG()
	if err != nil || totals[0]+totals[1]+totals[2] == 0 {
		return nil
	}
	f := figure{ID: "days", CSV: "/days.csv", Level: 3}
	f.Title, f.SVG, f.Grid = fmt.Sprintf("The last %d days", len(days)), svg, daysGrid(days)
	f.Lead = "By the day that the streams took them (UTC), each on its own scale"
	return &f
}

func (p *Pages) daysCSV(w http.ResponseWriter, r *http.Request) {
	s := stored(r.Context(), p, "activity", p.Reports.Activity)
	if s.Missing != "" {
		p.missing(w, r, s.Missing)
		return
	}
	writeCSV(w, "days", daysGrid(s.Data.Days))
}

// missing is the answer where a file's numbers cannot be read.
func (p *Pages) missing(w http.ResponseWriter, r *http.Request, why string) {
	p.fail(w, r, trouble{Status: http.StatusServiceUnavailable, Title: "The numbers cannot be read now", Text: why + " Reload the page in a moment."})
}

// shownOldest is how many of the oldest careers the overview names.
const shownOldest = 5

func (p *Pages) freshness(ages []Age) freshness {
	const day = 24 * time.Hour
	steps := []struct {
		label string
		under time.Duration
		n     int
	}{{"a day", day, 0}, {"a week", 7 * day, 0}, {"a month", 31 * day, 0}, {"a quarter", 92 * day, 0}, {"longer ago", 1 << 62, 0}}
	now := p.cfg.Now()
	for _, age := range ages {
		for i := range steps {
			if now.Sub(age.Verified) < steps[i].under {
				steps[i].n++
				break
			}
		}
	}
	if len(ages) == 0 {
		return freshness{}
	}
	bars := chart.Bars{ID: "fresh", Title: "Careers by when their page was last found as it is known", Unit: "careers", NoteHead: "of all", Format: chart.Count, Whole: true}
	f := figure{ID: "fresh", Level: 3}
	f.Grid.Columns = []report.Column{{Name: "last verified"}, {Name: "careers", Right: true}}
	for i, step := range steps {
		label := "within " + step.label
		if i == len(steps)-1 {
			label = step.label
		}
		bars.Rows = append(bars.Rows, chart.Bar{Label: label, Text: count(step.n), Note: chart.Percent(float64(step.n) / float64(len(ages))), Parts: []chart.Part{{Value: float64(step.n), Class: "bar"}}})
		f.Grid.Rows = append(f.Grid.Rows, []string{label, count(step.n)})
	}
	bars.Description = fmt.Sprintf("Bar chart of %d careers: %d verified within a day, %d longer than a quarter ago.", len(ages), steps[0].n, steps[len(steps)-1].n)
	svg, err := bars.SVG()
	if err != nil {
		return freshness{}
	}
	f.SVG, f.Title, f.Lead = svg, "Last verified", "Careers by when their page was last found as it is known"
	slices.SortFunc(ages, func(a, b Age) int { return cmp.Or(a.Verified.Compare(b.Verified), cmp.Compare(a.Slug, b.Slug)) })
	return freshness{&f, ages[:min(len(ages), shownOldest)]}
}
