// Package outcome holds the outcome of a finished career test: its type, the
// rules that make it valid, and a reader that keeps up with a busy stream.
//
// A quiz application publishes outcomes as bare JSON or as CloudEvents; both
// are read here.
package outcome

import "time"

// Limits of an outcome.
const (
	// MaxMatches of one outcome.
	MaxMatches = 1000
	// MaxTraits of one outcome.
	MaxTraits = 200
	// MaxText bounds quiz, quiz_version, session and a trait's name, in bytes.
	MaxText = 200
	// MaxSlug bounds a career's slug, in bytes.
	MaxSlug = 120
	// Skew is how far in the future, by the reader's clock, taken_at may be.
	Skew = 10 * time.Minute
)

// Earliest is the oldest taken_at: older ones are a broken clock.
func Earliest() time.Time { return time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC) }

// Outcome is one finished career test. What may be left out is empty then.
type Outcome struct {
	// OutcomeID is a UUID in its text form (RFC 9562), made by the quiz
	// application: a repeat with the same one is the same outcome.
	OutcomeID string `json:"outcome_id"`
	// Quiz and QuizVersion name the test.
	Quiz        string `json:"quiz"`
	QuizVersion string `json:"quiz_version,omitempty"`
	// TakenAt is when the test was finished.
	TakenAt time.Time `json:"taken_at"`
	// Session is opaque; it is all that is kept about a person.
	Session string `json:"session,omitempty"`
	// Locale is a language tag (BCP 47).
	Locale string `json:"locale,omitempty"`
	// EntryCareer is the slug of the career page that the taker came from.
	EntryCareer string `json:"entry_career,omitempty"`
	// Traits are what the test measured, each 0 to 1.
	Traits map[string]float64 `json:"traits,omitempty"`
	// Matches are the careers found, each once.
	Matches []Match `json:"matches"`
	// Chosen is the slug of the career that the taker settled on.
	Chosen string `json:"chosen,omitempty"`
}

// Match is a career that the test proposes.
type Match struct {
	// Career is a slug. It need not be in the catalog (yet).
	Career string `json:"career"`
	// Score is 0 to 1.
	Score float64 `json:"score"`
	// Rank counts from 1 without gaps or ties.
	Rank int `json:"rank"`
}

// Row is an outcome as it is stored: flat, traits by name, matches by rank.
type Row struct {
	ID                                                      [16]byte
	Quiz, QuizVersion, Session, Locale, EntryCareer, Chosen string
	TakenAt                                                 time.Time
	TraitNames                                              []string
	TraitValues                                             []float64
	Careers                                                 []string
	Scores                                                  []float64
	Ranks                                                   []uint16
}

// UUID is the identity in its text form, lower case.
func (r *Row) UUID() string { return string(appendUUID(make([]byte, 0, 36), r.ID)) }

// Outcome is the row in the shape of the JSON.
func (r *Row) Outcome() Outcome {
	o := Outcome{
		OutcomeID: r.UUID(), Quiz: r.Quiz, QuizVersion: r.QuizVersion, TakenAt: r.TakenAt, Session: r.Session,
		Locale: r.Locale, EntryCareer: r.EntryCareer, Chosen: r.Chosen, Matches: make([]Match, len(r.Careers)),
	}
	if len(r.TraitNames) > 0 {
		o.Traits = make(map[string]float64, len(r.TraitNames))
		for i, name := range r.TraitNames {
			o.Traits[name] = r.TraitValues[i]
		}
	}
	for i, career := range r.Careers {
		o.Matches[i] = Match{career, r.Scores[i], int(r.Ranks[i])}
	}
	return o
}
