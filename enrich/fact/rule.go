package fact

import "slices"

// Rule says why a mention counts and how much.
type Rule struct {
	ID string
	// Confidence that it gives, over 0 to 1.
	Confidence float64
	Meaning    string
}

// rules are never changed.
var rules = [...]Rule{
	{"credential.required", 0.95, "the clause requires it"},
	{"credential.held", 0.85, "the clause says that people in the career have or get it"},
	{"credential.preferred", 0.6, "the clause calls it an advantage"},
	{"credential.title", 0.7, "the career's people, who are the subject, go by it"},
	{"education.required", 0.95, "the clause requires the level"},
	{"education.held", 0.85, "the clause says that people in the career have the level"},
	{"education.preferred", 0.6, "the clause calls the level an advantage"},
	{"education.implied", 0.75, "a credential of the clause implies the level"},
	{"method.named", 0.9, "the vocabulary has the name"},
	{"method.listed", 0.6, "the name stands in a list of examples of tools"},
	{"hours.stated", 0.9, "the clause says so of the career's work"},
	{"hours.weekly", 0.95, "a number of hours a week"},
	{"pay.stated", 0.95, "amounts with what they measure"},
	{"pay.typical", 0.8, "an amount without saying what it measures, or an average"},
	{"experience.required", 0.95, "the clause requires the years"},
	{"experience.held", 0.85, "the clause says that people in the career have them"},
	{"experience.preferred", 0.6, "the clause calls them an advantage"},
}

// Rules returns the rules in reading order. A fact's Rule is one of their ids,
// and the suffix "+hedged" where the clause hedges, which multiplies its
// confidence by Hedged.
func Rules() []Rule {
	return slices.Clone(rules[:])
}

// Hedged multiplies the confidence of what "may", "some" and the like qualify.
const Hedged = 0.6

// confidence of a rule by its id.
func confidence(id string) float64 {
	for _, rule := range rules {
		if rule.ID == id {
			return rule.Confidence
		}
	}
	return 0
}
