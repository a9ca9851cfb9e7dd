package fact

import "careerstream/schemas/career"

// Kind is what a fact is about.
type Kind string

// The kinds.
const (
	// Credential is a licence, certificate, title or exam ("lcsw", "bar-exam").
	Credential Kind = "credential"
	// Education is a level of education that the career requires or people in it
	// typically have ("bachelors").
	Education Kind = "education"
	// Method is a named method, technique, tool or piece of software.
	Method Kind = "method"
	// Hours is about working hours ("full-time", "weekly-hours").
	Hours Kind = "hours"
	// Pay is what people in the career earn; see Amounts.
	Pay Kind = "pay"
	// Experience is years of work experience asked for.
	Experience Kind = "experience"
)

// Text is one stretch of a record's prose.
type Text struct {
	// Field is where in the record it stands, as a JSON path ("duties[2].text").
	Field string
	// Text is plain prose; paragraphs are parted by blank lines.
	Text string
	// About names whom the text is about, in the singular or plural
	// ("Psychotherapist"). With it, sentences whose subject is another occupation
	// are left out; without it, only those that a contrast ("unlike", "whereas")
	// marks as such.
	About []string
	// Weight multiplies the confidence of the text's facts, over 0 to 1; 0 means 1.
	Weight float64
}

// Fact is one finding.
type Fact struct {
	Kind Kind `json:"kind"`
	// Value is the id in the vocabulary. Of Pay it is "median", "percentiles",
	// "range" or "typical"; of Experience, and for hours a week, it is "years" and
	// "weekly-hours"; of a tool that the vocabulary lacks, its name in lower case
	// with hyphens.
	Value string `json:"value"`
	// Label is for people.
	Label string `json:"label"`
	// Field is that of the Text.
	Field string `json:"field"`
	// Sentence is the evidence as it stands in the text.
	Sentence string `json:"sentence"`
	// Start and End are where in Sentence the value is stated, in bytes.
	Start int `json:"start"`
	End   int `json:"end"`
	// Confidence is over 0 to 1.
	Confidence float64 `json:"confidence"`
	// Rule says why the mention counts, "+" before what lowers the confidence
	// ("credential.required+hedged"); see Rules.
	Rule string `json:"rule"`
	// Amounts is set exactly for Pay.
	Amounts *Amounts `json:"amounts,omitempty"`
	// Week is set exactly for the Hours value "weekly-hours".
	Week *Range `json:"week,omitempty"`
	// Years is set exactly for Experience.
	Years *Range `json:"years,omitempty"`
}

// Amounts and Range are those of the record, which a fact goes into.
type (
	Amounts = career.Pay
	Range   = career.Range
)
