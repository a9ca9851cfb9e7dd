package report

import (
	"fmt"

	"careerstream/publish/report/chart"
)

// Grid shows a career a row, with its days as a sparkline.
func (t Trends) Grid() Grid {
	g := Grid{Columns: []Column{{"career", false}, {"matches", true}, {"a day", true}, {"share", true}, {"top 1", true}, {"top 3", true}, {"score", true}, {"7 days", true}, {"matches a day", false}}}
	for _, trend := range t.Careers {
		var top1, top3, all uint64
		score := 0.0
		for _, day := range trend.Days {
			top1, top3, all = top1+day.Top1, top3+day.Top3, all+day.DayOutcomes
			if day.MeanScore != nil {
				score += *day.MeanScore * float64(day.Outcomes)
			}
		}
		week := blank
		if change, ok := trend.week(); ok {
			week = signed(change)
		}
		g.Rows = append(g.Rows, []string{
			trend.Name, count(trend.Outcomes), perDay(trend.Outcomes, len(trend.Days)), chart.Percent(ratio(trend.Outcomes, all)),
			count(top1), count(top3), meanScore(score, trend.Outcomes), week, spark(trend.counts()),
		})
	}
	return g
}

// Data has a row a day and career.
func (t Trends) Data() Grid {
	var rows []TrendDay
	for _, trend := range t.Careers {
		rows = append(rows, trend.Days...)
	}
	return data(rows)
}

// Grid shows a career a row.
func (l Leaderboard) Grid() Grid {
	g := Grid{Columns: []Column{{"", true}, {"moved", true}, {"career", false}, {"matches", true}, {"share", true}, {"95% interval", false}, {"before", true}, {"change, points", true}, {"q", true}, {"verdict", false}}}
	for _, p := range l.Places {
		interval, q := blank, blank
		if p.ShareLow != nil && p.ShareHigh != nil {
			interval = fmt.Sprintf("%.2f to %.2f%%", *p.ShareLow*100, *p.ShareHigh*100)
		}
		if p.QValue != nil {
			q = pvalue(*p.QValue)
		}
		g.Rows = append(g.Rows, []string{
			count(p.Position), p.moved(), p.Name, count(p.Outcomes), optional(p.Share, chart.Percent), interval,
			optional(p.PreviousShare, chart.Percent), optional(p.ShareChange, points), q, p.Verdict,
		})
	}
	return g
}

// Data has a row a career.
func (l Leaderboard) Data() Grid { return data(l.Places) }

// moved renders the movement: places gained or lost, or new.
func (p Place) moved() string {
	switch {
	case p.Movement == nil && p.Outcomes > 0:
		return "new"
	case p.Movement == nil || *p.Movement == 0:
		return "="
	case *p.Movement > 0:
		return fmt.Sprintf("▲%d", *p.Movement)
	}
	return fmt.Sprintf("▼%d", -*p.Movement)
}

// Grid shows a page a row.
func (f Funnel) Grid() Grid {
	g := Grid{Columns: []Column{{"came from", false}, {"tests", true}, {"matched", true}, {"top 3", true}, {"chosen", true}, {"match rate", true}, {"95% interval", false}, {"everyone", true}, {"lift", true}, {"choice rate", true}}}
	for _, e := range f.Entries {
		lift := blank
		if e.Lift != nil {
			lift = fmt.Sprintf("%.1f×", *e.Lift)
		}
		g.Rows = append(g.Rows, []string{
			e.Name, count(e.Tests), count(e.Matched), count(e.Top3), count(e.Chosen), chart.Percent(e.MatchRate),
			fmt.Sprintf("%.0f to %.0f%%", e.MatchRateLow*100, e.MatchRateHigh*100), chart.Percent(e.MatchRateAll), lift, optional(e.ChoiceRate, chart.Percent),
		})
	}
	return g
}

// Data has a row a page.
func (f Funnel) Data() Grid { return data(f.Entries) }

// Grid shows a career and trait a row.
func (t Traits) Grid() Grid {
	g := Grid{Columns: []Column{{"career", false}, {"trait", false}, {"outcomes", true}, {"mean", true}, {"everyone", true}, {"difference", true}}}
	for _, profile := range t.Profiles {
		for _, trait := range profile.Traits {
			difference := chart.Decimal(trait.Difference)
			if trait.Difference > 0 {
				difference = "+" + difference
			}
			g.Rows = append(g.Rows, []string{profile.Name, trait.Trait, count(trait.Outcomes), chart.Decimal(trait.Mean), chart.Decimal(trait.EveryoneMean), difference})
		}
	}
	return g
}

// Data has a row a career and trait.
func (t Traits) Data() Grid {
	var rows []TraitMean
	for _, profile := range t.Profiles {
		rows = append(rows, profile.Traits...)
	}
	return data(rows)
}

func ratio(a, b uint64) float64 {
	if b == 0 {
		return 0
	}
	return float64(a) / float64(b)
}

func meanScore(sum float64, n uint64) string {
	if n == 0 {
		return blank
	}
	return chart.Decimal(sum / float64(n))
}

func pvalue(p float64) string {
	if p < 0.001 {
		return "<0.001"
	}
	return fmt.Sprintf("%.3f", p)
}
