package api

import "careerstream/publish/api/problem"

// MaxSimilar bounds the similar careers that are told.
const MaxSimilar = 20

// SimilarCareer is a career like another.
type SimilarCareer struct {
	Slug    string   `json:"slug"`
	Name    string   `json:"name"`
	Score   float64  `json:"score" doc:"0 to 1."`
	Because []Reason `json:"because" doc:"What the two have in common, the best first."`
	Href    string   `json:"href" doc:"Path of the record."`
}

// SimilarList is the careers most like one, the most similar first.
type SimilarList struct {
	Slug    string          `json:"slug"`
	Similar []SimilarCareer `json:"similar"`
}

func serveSimilar(x *exchange) *problem.Problem {
	limit := x.query.integer("limit", 10, 1, MaxSimilar)
	if x.query.problem != nil {
		return x.query.problem
	}
	latest, known := x.deps.Catalog.Get(x.slug)
	if !known || latest.Retired != nil {
		return x.elsewhere(latest, known)
	}
	list := SimilarList{Slug: x.slug, Similar: []SimilarCareer{}}
	if x.deps.Similar != nil {
		for _, match := range x.deps.Similar.Similar(x.slug, limit) {
			if other, known := x.deps.Catalog.Get(match.Slug); known && other.Retired == nil {
				reasons := present(match.Because)
				for i := range reasons {
					reasons[i].Terms = present(reasons[i].Terms)
				}
				list.Similar = append(list.Similar, SimilarCareer{
					Slug: match.Slug, Name: other.Name, Score: match.Score, Because: reasons, Href: "/v1/careers/" + match.Slug,
				})
			}
		}
	}
	return x.send(list)
}
