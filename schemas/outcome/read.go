package outcome

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strings"
	"time"
	"unicode/utf8"

	"careerstream/schemas/event"
	"careerstream/schemas/fault"
)

// Reader reads outcomes. It reuses memory between calls but never that of a
// row that it has returned. It is not safe for concurrent use. The zero Reader
// is ready.
type Reader struct {
	rows    []Row
	strings []string
	numbers []float64
	ranks   []uint16
	// known are strings that many outcomes have.
	known map[string]string
}

// Read reads and checks a message: an outcome as bare JSON, or a CloudEvent
// that holds one. now is the clock that taken_at is held against. The row shares
// no memory with header and body.
//
// A text that is no JSON object, or no CloudEvent, is a fault.BadEnvelope; an
// event of another type a fault.UnknownType; a broken rule a
// fault.SchemaViolation whose text begins with the field.
func (d *Reader) Read(header map[string][]string, body []byte, now time.Time) (*Row, error) {
	for name := range header {
		if len(name) == len("ce-specversion") && strings.EqualFold(name, "ce-specversion") {
			return d.readEvent(header, body, now)
		}
	}
	if row := d.fast(body); row != nil && row.check(now) == nil {
		return row, nil
	}
	// The quick way knows the common shape alone and no errors: everything else
	// is decided here.
	fields, err := objectOf(body)
	if err != nil {
		return nil, err
	}
	if _, ok := fields["specversion"]; ok {
		return d.readEvent(header, body, now)
	}
	return slow(fields, now)
}

func (d *Reader) readEvent(header map[string][]string, body []byte, now time.Time) (*Row, error) {
	e, err := event.Decode(header, body)
	if err != nil {
		return nil, err
	}
	if e.Type != event.QuizOutcome {
		return nil, fault.New(fault.UnknownType, "type is %q, want %q", clip(e.Type), event.QuizOutcome)
	}
	if row := d.fast(e.Data); row != nil && row.check(now) == nil {
		return row, nil
	}
	fields, err := objectOf(e.Data)
	if err != nil {
		return nil, err
	}
	return slow(fields, now)
}

// objectOf reads a JSON object one level deep.
func objectOf(text []byte) (map[string]json.RawMessage, error) {
	if !utf8.Valid(text) {
		return nil, fault.New(fault.BadEnvelope, "outcome is not UTF-8")
	}
	var fields map[string]json.RawMessage
	err := json.Unmarshal(text, &fields)
	var other *json.UnmarshalTypeError
	if errors.As(err, &other) {
		return nil, fault.New(fault.BadEnvelope, "outcome is JSON of the type %s, want an object", other.Value)
	}
	if err != nil {
		return nil, fault.New(fault.BadEnvelope, "outcome is no JSON object: %w", err)
	}
	if fields == nil {
		return nil, fault.New(fault.BadEnvelope, "outcome is null, want a JSON object")
	}
	return fields, nil
}

// slow reads every valid outcome, and says what is wrong with the others.
func slow(fields map[string]json.RawMessage, now time.Time) (*Row, error) {
	for _, name := range []string{"outcome_id", "quiz", "taken_at", "matches"} {
		if _, ok := fields[name]; !ok {
			return nil, broken(name, "is missing")
		}
	}
	r := &Row{}
	var id, taken string
	for _, f := range []struct {
		name string
		to   *string
	}{
		{"outcome_id", &id}, {"quiz", &r.Quiz}, {"quiz_version", &r.QuizVersion}, {"taken_at", &taken},
		{"session", &r.Session}, {"locale", &r.Locale}, {"entry_career", &r.EntryCareer}, {"chosen", &r.Chosen},
	} {
		if text, ok := fields[f.name]; ok {
			if err := stringOf(f.name, text, f.to); err != nil {
				return nil, err
			}
		}
	}
	var ok bool
	if r.ID, ok = parseUUID(id); !ok {
		return nil, broken("outcome_id", "is %q, want a UUID", clip(id))
	}
	if r.TakenAt, ok = parseTime(taken); !ok {
		return nil, broken("taken_at", "is %q, want a time as in RFC 3339", clip(taken))
	}
	if text, ok := fields["traits"]; ok {
		if err := slowTraits(text, r); err != nil {
			return nil, err
		}
	}
	if err := slowMatches(fields["matches"], r); err != nil {
		return nil, err
	}
	if err := r.check(now); err != nil {
		return nil, err
	}
	return r, nil
}

func stringOf(name string, text json.RawMessage, to *string) error {
	if len(text) == 0 || text[0] != '"' || json.Unmarshal(text, to) != nil {
		return broken(name, "is %s, want a string", clip(string(text)))
	}
	return nil
}

func numberOf(name string, text json.RawMessage) (float64, error) {
	var v float64
	if len(text) == 0 || text[0] == 'n' || json.Unmarshal(text, &v) != nil {
		return 0, broken(name, "is %s, want a number", clip(string(text)))
	}
	return v, nil
}

func slowTraits(text json.RawMessage, r *Row) error {
	var traits map[string]json.RawMessage
	if err := json.Unmarshal(text, &traits); err != nil || traits == nil {
		return broken("traits", "is %s, want an object", clip(string(text)))
	}
	for name, value := range traits {
		v, err := numberOf("traits."+clip(name), value)
		if err != nil {
			return err
		}
		r.TraitNames, r.TraitValues = append(r.TraitNames, name), append(r.TraitValues, v)
	}
	return nil
}

func slowMatches(text json.RawMessage, r *Row) error {
	var matches []json.RawMessage
	if err := json.Unmarshal(text, &matches); err != nil || matches == nil {
		return broken("matches", "is %s, want an array", clip(string(text)))
	}
	if len(matches) > MaxMatches {
		return broken("matches", "has %d careers, want %d at most", len(matches), MaxMatches)
	}
	for i, text := range matches {
		var fields map[string]json.RawMessage
		if err := json.Unmarshal(text, &fields); err != nil || fields == nil {
			return broken(fmt.Sprintf("matches[%d]", i), "is %s, want an object", clip(string(text)))
		}
		for _, name := range []string{"career", "score", "rank"} {
			if _, ok := fields[name]; !ok {
				return broken(at(i, name), "is missing")
			}
		}
		var career string
		if err := stringOf(at(i, "career"), fields["career"], &career); err != nil {
			return err
		}
		score, err := numberOf(at(i, "score"), fields["score"])
		if err != nil {
			return err
		}
		rank, err := numberOf(at(i, "rank"), fields["rank"])
		if err != nil {
			return err
		}
		if rank != math.Trunc(rank) || rank < 1 || rank > MaxMatches {
			return broken(at(i, "rank"), "is %v, want each of 1 to %d once", rank, len(matches))
		}
		r.Careers, r.Scores, r.Ranks = append(r.Careers, career), append(r.Scores, score), append(r.Ranks, uint16(rank))
	}
	return nil
}
