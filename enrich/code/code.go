package code

// Scheme names a classification.
type Scheme string

// The schemes, in the order in which Match returns them.
const (
	ONETSOC Scheme = "onet-soc" // "29-1141.01"
	SOC2018 Scheme = "soc-2018" // "29-1141"
	SOC2010 Scheme = "soc-2010" // of O*NET databases before 25.1
	ESCO    Scheme = "esco"     // "2221.1"
	ISCO08  Scheme = "isco-08"  // "2221"
)

// Relation says how the career relates to the occupation of a code.
type Relation string

// The relations, after the mapping properties of SKOS (section 10).
const (
	Exact  Relation = "exact"  // skos:exactMatch
	Close  Relation = "close"  // skos:closeMatch
	Broad  Relation = "broad"  // skos:broadMatch: the occupation is broader
	Narrow Relation = "narrow" // skos:narrowMatch: the occupation is narrower
)

// Method says what a code was found by.
type Method string

// The methods, the most certain first.
const (
	Stated    Method = "stated"          // the page states the code
	Title     Method = "title"           // the occupation's own title
	Alternate Method = "alternate-title" // another title that the taxonomy lists
	Fuzzy     Method = "fuzzy"           // the words of a title
)

// Code is one occupation code of a career.
type Code struct {
	Scheme Scheme `json:"scheme"`
	// Version of the scheme's data, such as "30.3"; empty where nothing tells it.
	Version string `json:"version,omitempty"`
	Code    string `json:"code"`
	// URI is the concept's, for ESCO only.
	URI string `json:"uri,omitempty"`
	// Title is the occupation's own; empty where no file has it.
	Title    string   `json:"title,omitempty"`
	Relation Relation `json:"relation"`
	// Confidence is over 0 and at most 1, rounded to 3 decimals.
	Confidence float64 `json:"confidence"`
	Method     Method  `json:"method"`
	// Evidence says in a phrase what was compared with what.
	Evidence string `json:"evidence"`
}

// Query is what is known of a career. All but Name may be empty.
type Query struct {
	Name, Plural  string
	AlsoKnownAs   []string
	Abbreviations []string
	// StatedSOC are the codes that the page states, see StatedSOC. What is no SOC
	// or O*NET-SOC code by its form is passed over.
	StatedSOC []string
}
