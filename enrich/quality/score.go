package quality

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"time"

	"careerstream/schemas/career"
)

// Names of the parts, in the order in which they stand in Quality.Parts.
const (
	Completeness = "completeness"
	Length       = "length"
	Freshness    = "freshness"
	Links        = "links"
	Readability  = "readability"
)

// Weights of the parts, in hundredths; their sum is 100.
const (
	weightCompleteness = 40
	weightLength       = 25
	weightFreshness    = 15
	weightLinks        = 10
	weightReadability  = 10
)

// DefaultHorizon is the age at which a record is no longer fresh at all.
const DefaultHorizon = 365 * 24 * time.Hour

// Config is how a Scorer judges; the zero value is usable.
type Config struct {
	// Horizon is the age at which freshness is 0; DefaultHorizon if 0, and not
	// negative.
	Horizon time.Duration
}

// Scorer scores records. It is safe for concurrent use, and keeps how many
// syllables words have, which changes no score.
type Scorer struct {
	horizon   time.Duration
	syllabary *syllabary
}

// New returns a scorer, or an error that names every bad setting.
func New(cfg Config) (*Scorer, error) {
	var errs []error
	if cfg.Horizon < 0 {
		errs = append(errs, fmt.Errorf("setting Horizon is %v, must not be negative", cfg.Horizon))
	}
	if err := errors.Join(errs...); err != nil {
		return nil, fmt.Errorf("configure quality: %w", err)
	}
	return &Scorer{cmp.Or(cfg.Horizon, DefaultHorizon), newSyllabary()}, nil
}

// Share counts what is good of how many; numbers under 0 are 0, and Good over
// Total is Total.
type Share struct {
	Good, Total int
}

// Input is what a score depends on.
type Input struct {
	// Record is read and never changed.
	Record *career.Record
	// Relations are the names of other careers in the record: how many are in the
	// catalog.
	Relations Share
	// Articles are the links of the page that were tried: how many were answered.
	Articles Share
	// VerifiedAt is when the source last said that the page is unchanged; zero if
	// never. The later one of it and Record.Source.FetchedAt counts.
	VerifiedAt time.Time
	// Now is the clock; zero where age is not to count.
	Now time.Time
}

// Part is one aspect of a score.
type Part struct {
	// Name is Completeness, Length, Freshness, Links or Readability.
	Name string
	// Value from 0 (bad) to 1 (good), in steps of 0.001; 0 where Weight is 0.
	Value float64
	// Weight is the part's share of the score, 0 to 1; 0 where it cannot be
	// judged. The weights of a score add up to 1.
	Weight float64
	// Why is one short phrase for people.
	Why string
}

// Quality is a score with its parts.
type Quality struct {
	// Score from 0 to 1 in steps of 0.001.
	Score float64
	// Parts are all five, in the order of the constants.
	Parts []Part
	// Missing are the sections that the record lacks, by field name in record
	// order; never nil.
	Missing []string
}

// Part returns the part of a name, and false where there is none.
func (q Quality) Part(name string) (Part, bool) {
	for _, part := range q.Parts {
		if part.Name == name {
			return part, true
		}
	}
	return Part{}, false
}

// judgement is a part before it is weighed; known is false where there is nothing
// to judge.
type judgement struct {
	name   string
	weight int
	value  float64
	known  bool
	why    string
}

// Score judges a record. A nil record is an empty one.
func (s *Scorer) Score(in Input) Quality {
	if in.Record == nil {
		in.Record = &career.Record{}
	}
	sections := sectionsOf(in.Record)
	judgements := [...]judgement{
		completeness(sections), length(sections), s.freshness(in), links(in), s.readability(in.Record),
	}
	weights := 0
	for _, j := range judgements {
		if j.known {
			weights += j.weight
		}
	}
	q := Quality{Missing: missing(sections)}
	sum := 0.0
	for _, j := range judgements {
		part := Part{Name: j.name, Why: j.why}
		if j.known {
			part.Value = round(min(1, max(0, j.value)))
			part.Weight = float64(j.weight) / float64(weights)
			sum += part.Value * float64(j.weight)
		}
		q.Parts = append(q.Parts, part)
	}
	q.Score = round(sum / float64(weights))
	return q
}

// round to three decimals.
func round(value float64) float64 { return math.Round(value*1000) / 1000 }

// freshness falls in a straight line from now to the horizon. A time after now is
// now: clocks differ.
func (s *Scorer) freshness(in Input) judgement {
	j := judgement{name: Freshness, weight: weightFreshness}
	read, what := in.Record.Source.FetchedAt, "read"
	if in.VerifiedAt.After(read) {
		read, what = in.VerifiedAt, "verified"
	}
	switch {
	case in.Now.IsZero():
		j.why = "age does not count here"
		return j
	case read.IsZero():
		j.known, j.why = true, "no time of reading is known"
		return j
	}
	age := max(0, in.Now.Sub(read))
	j.known, j.value = true, 1-float64(age)/float64(s.horizon)
	j.why = fmt.Sprintf("%s %d days ago, horizon %d days", what, int(age.Hours()/24), int(s.horizon.Hours()/24))
	return j
}

// links is the share of relations and articles that lead somewhere.
func links(in Input) judgement {
	good, total := 0, 0
	for _, share := range [...]Share{in.Relations, in.Articles} {
		of := max(0, share.Total)
		total += of
		good += min(of, max(0, share.Good))
	}
	j := judgement{name: Links, weight: weightLinks, why: "no relations or links"}
	if total > 0 {
		j.known, j.value = true, float64(good)/float64(total)
		j.why = fmt.Sprintf("%d of %d relations and links lead somewhere", good, total)
	}
	return j
}
