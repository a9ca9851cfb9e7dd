package ingest

import (
	"careerstream/schemas/fault"
)

// MaxListed bounds the lists of a Statement.
const MaxListed = 100

// Statement accounts for a run. In a complete one,
// Discovered = Taken + Unchanged + the sum of Failed.
type Statement struct {
	// Discovered counts the pages found and the places that hold none.
	Discovered int `json:"discovered"`
	// Taken counts snapshots published.
	Taken int `json:"taken"`
	// Unchanged counts pages equal to their last snapshot.
	Unchanged int `json:"unchanged"`
	// Failed counts dead letters by fault kind.
	Failed map[fault.Kind]int `json:"failed"`
	// Failures lists the first MaxListed of them, in source order.
	Failures []Failure `json:"failures"`
	// Warned counts pages taken with doubts; Warnings lists the first MaxListed
	// doubts, in source order.
	Warned   int       `json:"warned"`
	Warnings []Warning `json:"warnings"`
	// Bytes of the bodies of pages taken and unchanged.
	Bytes int64 `json:"bytes"`
	// LastSeq is the highest sequence, in the pages stream, of a snapshot that
	// was taken or found unchanged; 0 without one.
	LastSeq uint64 `json:"last_seq"`
	// Complete: every source was read to its end and every page is accounted for.
	Complete bool `json:"complete"`
	// Why a statement is not complete, and what to do; "" for a complete one.
	Why string `json:"why"`
}

// Failure is one page that could not be taken.
type Failure struct {
	Origin string     `json:"origin"`
	Kind   fault.Kind `json:"kind"`
	Reason string     `json:"reason"`
}

// Warning is one doubt about a page that was taken.
type Warning struct {
	Origin string `json:"origin"`
	Text   string `json:"text"`
}

// FailedTotal is the sum of Failed.
func (s Statement) FailedTotal() int {
	total := 0
	for _, n := range s.Failed {
		total += n
	}
	return total
}

// Accounted counts the pages whose fate is known.
func (s Statement) Accounted() int { return s.Taken + s.Unchanged + s.FailedTotal() }

// Progress says how far a run is.
type Progress struct {
	// Discovered so far; final once Walked.
	Discovered int
	Walked     bool
	// Taken, Unchanged, Failed and Bytes as in Statement, so far.
	Taken, Unchanged, Failed int
	Bytes                    int64
	// Origin is the page just accounted for.
	Origin string
}

func newStatement() Statement {
	return Statement{Failed: map[fault.Kind]int{}, Failures: []Failure{}, Warnings: []Warning{}}
}

func (s *Statement) failed(origin string, err error) {
	kind := fault.KindOf(err)
	s.Failed[kind]++
	if len(s.Failures) < MaxListed {
		s.Failures = append(s.Failures, Failure{Origin: origin, Kind: kind, Reason: err.Error()})
	}
}

func (s *Statement) warned(origin string, texts []string) {
	if len(texts) > 0 {
		s.Warned++
	}
	for _, text := range texts {
		if len(s.Warnings) < MaxListed {
			s.Warnings = append(s.Warnings, Warning{Origin: origin, Text: text})
		}
	}
}
