package jsonld

import "careerstream/schemas/career"

// Distribution is https://schema.org/MonetaryAmountDistribution.
type Distribution struct {
	Type         string  `json:"@type"`
	Description  string  `json:"description,omitempty"`
	Currency     string  `json:"currency"`
	Duration     string  `json:"duration,omitempty"`
	Median       float64 `json:"median,omitempty"`
	Percentile10 float64 `json:"percentile10,omitempty"`
	Percentile25 float64 `json:"percentile25,omitempty"`
	Percentile75 float64 `json:"percentile75,omitempty"`
	Percentile90 float64 `json:"percentile90,omitempty"`
}

// Amount is https://schema.org/MonetaryAmount.
type Amount struct {
	Type        string  `json:"@type"`
	Description string  `json:"description,omitempty"`
	Currency    string  `json:"currency"`
	MinValue    float64 `json:"minValue,omitempty"`
	MaxValue    float64 `json:"maxValue,omitempty"`
	Value       float64 `json:"value,omitempty"`
}

// addFacts takes in what the prose states. A value that is stated again counts
// once.
func addFacts(o *Occupation, facts []career.Fact) {
	seen := make(map[[2]string]bool)
	for _, fact := range facts {
		key := [2]string{fact.Kind, fact.Value}
		if seen[key] && fact.Kind != "pay" {
			continue
		}
		seen[key] = true
		switch fact.Kind {
		case "tool", "method":
			o.Skills = append(o.Skills, DefinedTerm{Type: "DefinedTerm", Name: fact.Label, TermCode: fact.Value})
		case "credential":
			o.Qualifications = append(o.Qualifications, Credential{
				Type: "EducationalOccupationalCredential", Name: fact.Label, Description: fact.Sentence,
			})
		case "education":
			o.EducationRequirements = append(o.EducationRequirements, Credential{
				Type: "EducationalOccupationalCredential", Name: fact.Label, EducationalLevel: fact.Label, Description: fact.Sentence,
			})
		case "experience":
			o.ExperienceRequirements = append(o.ExperienceRequirements, experience(fact))
		case "pay":
			o.EstimatedSalary = append(o.EstimatedSalary, pay(fact)...)
		}
	}
}

// experience is a number of months where the page states a least number of years,
// and the sentence otherwise.
func experience(fact career.Fact) any {
	if fact.Years == nil || fact.Years.Min <= 0 {
		return fact.Sentence
	}
	return Experience{Type: "OccupationalExperienceRequirements", MonthsOfExperience: fact.Years.Min * 12, Description: fact.Sentence}
}

// pay is a distribution, which alone knows what the amounts are paid for, and an
// amount for what a distribution has no word for.
func pay(fact career.Fact) []any {
	p := fact.Pay
	if p == nil {
		return nil
	}
	var all []any
	d := Distribution{
		Type: "MonetaryAmountDistribution", Description: fact.Sentence, Currency: p.Currency, Duration: p.Duration, Median: p.Median,
		Percentile10: p.Percentile10, Percentile25: p.Percentile25, Percentile75: p.Percentile75, Percentile90: p.Percentile90,
	}
	if d.Median+d.Percentile10+d.Percentile25+d.Percentile75+d.Percentile90 > 0 {
		all = append(all, d)
	}
	if p.MinValue+p.MaxValue+p.Typical > 0 {
		all = append(all, Amount{
			Type: "MonetaryAmount", Description: fact.Sentence, Currency: p.Currency,
			MinValue: p.MinValue, MaxValue: p.MaxValue, Value: p.Typical,
		})
	}
	return all
}
