package report

import (
	"context"
	"math"
	"time"
)

// TrendDay is a row of the view match_trends_daily; see its comment.
type TrendDay struct {
	Day              time.Time `json:"day"`
	Career           string    `json:"career"`
	Outcomes         uint64    `json:"outcomes"`
	Top1             uint64    `json:"top1"`
	Top3             uint64    `json:"top3"`
	Top10            uint64    `json:"top10"`
	MeanScore        *float64  `json:"mean_score"`
	DayOutcomes      uint64    `json:"day_outcomes"`
	Share            *float64  `json:"share"`
	PreviousOutcomes *float64  `json:"previous_outcomes"`
	PreviousShare    *float64  `json:"previous_share"`
	Change           *float64  `json:"change"`
	ShareChange      *float64  `json:"share_change"`
}

// Trend is one career's days.
type Trend struct {
	Career string `json:"career"`
	Name   string `json:"name"`
	// Outcomes matched with the career in the period.
	Outcomes uint64     `json:"outcomes"`
	Days     []TrendDay `json:"days"`
}

// Trends is how often careers are matched, day by day.
type Trends struct {
	Head
	Careers []Trend `json:"careers"`
}

// About is the report's head.
func (t Trends) About() Head { return t.Head }

func trends(ctx context.Context, source Source, head Head, opt Options) (Report, error) {
	head.Title = "Match trends"
	careers, err := top(ctx, source, head, opt)
	if err != nil {
		return nil, err
	}
	report := Trends{Head: head, Careers: []Trend{}}
	var rows []TrendDay
	if len(careers) > 0 {
		rows, err = query[TrendDay](ctx, source, "SELECT * FROM "+source.Table("match_trends_daily")+
			" WHERE day BETWEEN "+quoteDay(head.Since)+" AND "+quoteDay(head.Until)+" AND "+in("career", careers)+" ORDER BY career, day")
		if err != nil {
			return nil, err
		}
	}
	byCareer := make(map[string][]TrendDay)
	for _, row := range rows {
		byCareer[row.Career] = append(byCareer[row.Career], row)
	}
	var shown []string
	for _, career := range careers {
		if len(byCareer[career]) > 0 {
			shown = append(shown, career)
		}
	}
	if err := report.name(ctx, source, shown, opt.Careers); err != nil {
		return nil, err
	}
	for _, career := range shown {
		trend := Trend{Career: career, Name: report.Name(career), Days: byCareer[career]}
		for _, day := range trend.Days {
			trend.Outcomes += day.Outcomes
		}
		report.Careers = append(report.Careers, trend)
	}
	return report, nil
}

// counts are the outcomes by day.
func (t Trend) counts() []float64 {
	values := make([]float64, len(t.Days))
	for i, day := range t.Days {
		values[i] = float64(day.Outcomes)
	}
	return values
}

// shares are the shares by day; a day without outcomes is a gap.
func (t Trend) shares() []float64 {
	values := make([]float64, len(t.Days))
	for i, day := range t.Days {
		values[i] = math.NaN()
		if day.Share != nil {
			values[i] = *day.Share
		}
	}
	return values
}

// week compares the last 7 days with the 7 before, in shares of all outcomes:
// a quiet week for everybody is no fall of one career. ok is false where there
// are no 14 days or nothing to compare with.
func (t Trend) week() (change float64, ok bool) {
	n := len(t.Days)
	if n < 14 {
		return 0, false
	}
	var have, all [2]float64
	for i, day := range t.Days[n-14:] {
		have[i/7] += float64(day.Outcomes)
		all[i/7] += float64(day.DayOutcomes)
	}
	if have[0] == 0 || all[0] == 0 || all[1] == 0 {
		return 0, false
	}
	return (have[1]/all[1])/(have[0]/all[0]) - 1, true
}
