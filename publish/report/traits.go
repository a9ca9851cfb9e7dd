package report

import "context"

// TraitMean is a row of the view match_traits; see its comment.
type TraitMean struct {
	Career           string  `json:"career"`
	Trait            string  `json:"trait"`
	Outcomes         uint64  `json:"outcomes"`
	Mean             float64 `json:"mean"`
	EveryoneOutcomes uint64  `json:"everyone_outcomes"`
	EveryoneMean     float64 `json:"everyone_mean"`
	Difference       float64 `json:"difference"`
}

// Profile is one career's traits.
type Profile struct {
	Career string `json:"career"`
	Name   string `json:"name"`
	// Outcomes is the largest number of matched outcomes that a mean is over.
	Outcomes uint64      `json:"outcomes"`
	Traits   []TraitMean `json:"traits"`
}

// Traits is who is matched with a career, against everyone.
type Traits struct {
	Head
	Profiles []Profile `json:"profiles"`
}

// About is the report's head.
func (t Traits) About() Head { return t.Head }

func traits(ctx context.Context, source Source, head Head, opt Options) (Report, error) {
	head.Title = "Trait profiles"
	careers, err := top(ctx, source, head, opt)
	if err != nil {
		return nil, err
	}
	report := Traits{Head: head, Profiles: []Profile{}}
	var rows []TraitMean
	if len(careers) > 0 {
		rows, err = query[TraitMean](ctx, source, "SELECT * FROM "+over(source, "match_traits", head.Period())+" WHERE "+in("career", careers)+" ORDER BY career, trait")
		if err != nil {
			return nil, err
		}
	}
	byCareer := make(map[string][]TraitMean)
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
		profile := Profile{Career: career, Name: report.Name(career), Traits: byCareer[career]}
		for _, trait := range profile.Traits {
			profile.Outcomes = max(profile.Outcomes, trait.Outcomes)
		}
		report.Profiles = append(report.Profiles, profile)
	}
	return report, nil
}
