package report

import (
	"context"
	"strconv"
)

// Entry is a row of the view match_funnel; see its comment.
type Entry struct {
	EntryCareer   string   `json:"entry_career"`
	Name          string   `json:"name"`
	Tests         uint64   `json:"tests"`
	Matched       uint64   `json:"matched"`
	Top3          uint64   `json:"top3"`
	Chosen        uint64   `json:"chosen"`
	MatchRate     float64  `json:"match_rate"`
	MatchRateLow  float64  `json:"match_rate_low"`
	MatchRateHigh float64  `json:"match_rate_high"`
	ChoiceRate    *float64 `json:"choice_rate"`
	MatchRateAll  float64  `json:"match_rate_all"`
	Lift          *float64 `json:"lift"`
}

// Funnel is what becomes of those who come from a career's page.
type Funnel struct {
	Head
	Entries []Entry `json:"entries"`
}

// About is the report's head.
func (f Funnel) About() Head { return f.Head }

func funnel(ctx context.Context, source Source, head Head, opt Options) (Report, error) {
	head.Title = "Match funnel"
	report := Funnel{Head: head}
	var err error
	report.Entries, err = query[Entry](ctx, source, "SELECT * EXCEPT (period_outcomes, period_entered) FROM "+over(source, "match_funnel", head.Period())+
		" WHERE "+in("entry_career", opt.Careers)+" ORDER BY tests DESC, entry_career"+limit(opt))
	if err != nil {
		return nil, err
	}
	shown := make([]string, len(report.Entries))
	for i, entry := range report.Entries {
		shown[i] = entry.EntryCareer
	}
	asked := opt.Careers
	if err := report.name(ctx, source, shown, nil); err != nil {
		return nil, err
	}
	for _, career := range asked {
		found := false
		for _, have := range shown {
			found = found || have == career
		}
		if !found {
			report.Notes = append(report.Notes, "No taker came from the page of "+career+" in this period.")
		}
	}
	for i := range report.Entries {
		report.Entries[i].Name = report.Head.Name(report.Entries[i].EntryCareer)
	}
	return report, nil
}

// limit applies Top where no careers are named.
func limit(opt Options) string {
	if len(opt.Careers) > 0 || opt.Top == 0 {
		return ""
	}
	return " LIMIT " + strconv.Itoa(opt.Top)
}
