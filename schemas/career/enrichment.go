package career

// Code is an occupation code of a career.
type Code struct {
	// Scheme is "onet-soc", "soc-2018", "soc-2010", "esco" or "isco-08".
	Scheme string `json:"scheme"`
	// Version of the scheme's data, such as "30.3", or "".
	Version string `json:"version"`
	Code    string `json:"code"`
	// URI is the concept's, for ESCO, or "".
	URI string `json:"uri"`
	// Title is the occupation's own, or "" where no file has it.
	Title string `json:"title"`
	// Relation from the career to the occupation, after the mapping properties of
	// SKOS (https://www.w3.org/TR/skos-reference/#mapping): "exact", "close",
	// "broad" or "narrow".
	Relation string `json:"relation"`
	// Confidence is over 0 to 1.
	Confidence float64 `json:"confidence"`
	// Method is "stated", "title", "alternate-title" or "fuzzy".
	Method string `json:"method"`
	// Evidence says in a phrase what was compared with what.
	Evidence string `json:"evidence"`
}

// Fact is one thing that the page's prose states, with the sentence that does.
type Fact struct {
	// Kind is "credential", "education", "method", "tool", "hours", "pay" or
	// "experience".
	Kind string `json:"kind"`
	// Value is the ID in the vocabulary, Label its name for people.
	Value string `json:"value"`
	Label string `json:"label"`
	// Field is where the sentence stands, such as "duties[2].text".
	Field string `json:"field"`
	// Sentence is the evidence, and Start and End where in it the value is stated,
	// in bytes.
	Sentence string `json:"sentence"`
	Start    int    `json:"start"`
	End      int    `json:"end"`
	// Confidence is over 0 to 1.
	Confidence float64 `json:"confidence"`
	// Rule says why the mention counts.
	Rule string `json:"rule"`
	// Pay is set exactly for pay.
	Pay *Pay `json:"pay,omitempty"`
	// Week is set for hours a week, Years for experience.
	Week  *Range `json:"week,omitempty"`
	Years *Range `json:"years,omitempty"`
}

// Pay is what people in the career earn, in the terms of schema.org's
// MonetaryAmountDistribution (https://schema.org/MonetaryAmountDistribution).
// 0 stands for what is not stated.
type Pay struct {
	// Currency is an ISO 4217 code.
	Currency string `json:"currency"`
	// Duration is what the amounts are paid for, as an ISO 8601 duration ("P1Y",
	// "PT1H"), or "".
	Duration     string  `json:"duration"`
	Median       float64 `json:"median,omitempty"`
	Percentile10 float64 `json:"percentile10,omitempty"`
	Percentile25 float64 `json:"percentile25,omitempty"`
	Percentile75 float64 `json:"percentile75,omitempty"`
	Percentile90 float64 `json:"percentile90,omitempty"`
	MinValue     float64 `json:"min_value,omitempty"`
	MaxValue     float64 `json:"max_value,omitempty"`
	// Typical is an average, or an amount without a word on which it is.
	Typical float64 `json:"typical,omitempty"`
	// Year that the amounts are of, or 0.
	Year int `json:"year,omitempty"`
}

// Range is a number or a span of numbers. A bound of 0 is open.
type Range struct {
	Min float64 `json:"min,omitempty"`
	Max float64 `json:"max,omitempty"`
	// Above says that Min itself is not in the range ("more than 40 hours").
	Above bool `json:"above,omitempty"`
}
