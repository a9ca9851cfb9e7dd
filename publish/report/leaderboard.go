package report

import "context"

// Place is a row of the view match_leaderboard; see its comment.
type Place struct {
	Position         uint64   `json:"position"`
	Career           string   `json:"career"`
	Name             string   `json:"name"`
	Outcomes         uint64   `json:"outcomes"`
	Top1             uint64   `json:"top1"`
	Top3             uint64   `json:"top3"`
	Share            *float64 `json:"share"`
	ShareLow         *float64 `json:"share_low"`
	ShareHigh        *float64 `json:"share_high"`
	MeanScore        *float64 `json:"mean_score"`
	Chosen           uint64   `json:"chosen"`
	PreviousPosition *uint64  `json:"previous_position"`
	Movement         *int64   `json:"movement"`
	PreviousOutcomes uint64   `json:"previous_outcomes"`
	PreviousShare    *float64 `json:"previous_share"`
	ShareChange      *float64 `json:"share_change"`
	Z                *float64 `json:"z"`
	PValue           *float64 `json:"p_value"`
	QValue           *float64 `json:"q_value"`
	// Verdict is "rising", "falling", "steady", "too few" or, where there is nothing
	// to compare with, "no previous period".
	Verdict string `json:"verdict"`
}

// Leaderboard is the careers of a period by how often they were matched.
type Leaderboard struct {
	Head
	// Before is the outcomes of the period of the same length before.
	Before uint64  `json:"previous_outcomes"`
	Places []Place `json:"places"`
}

// About is the report's head.
func (l Leaderboard) About() Head { return l.Head }

func leaderboard(ctx context.Context, source Source, head Head, opt Options) (Report, error) {
	head.Title = "Match leaderboard"
	report := Leaderboard{Head: head}
	before := head.Period().before()
	total, err := one[struct{ Outcomes uint64 }](ctx, source, "SELECT sum(outcomes) AS Outcomes FROM "+source.Table("match_days")+
		" FINAL WHERE day BETWEEN "+quoteDay(before.Since)+" AND "+quoteDay(before.Until))
	if err != nil {
		return nil, err
	}
	report.Before = total.Outcomes
	report.Places, err = query[Place](ctx, source, "SELECT * EXCEPT (period_outcomes, previous_period_outcomes) FROM "+over(source, "match_leaderboard", head.Period())+
		" WHERE "+in("career", opt.Careers)+" ORDER BY position, career"+limit(opt))
	if err != nil {
		return nil, err
	}
	shown := make([]string, len(report.Places))
	for i, place := range report.Places {
		shown[i] = place.Career
	}
	if err := report.name(ctx, source, shown, opt.Careers); err != nil {
		return nil, err
	}
	for i := range report.Places {
		report.Places[i].Name = report.Head.Name(report.Places[i].Career)
	}
	return report, nil
}
