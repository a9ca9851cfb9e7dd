package outcome

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"careerstream/schemas/fault"
)

// check holds every rule; now is the reader's clock. It sorts traits and
// matches. A broken rule is a fault.SchemaViolation that names the field.
func (r *Row) check(now time.Time) error {
	if r.ID == [16]byte{} {
		return broken("outcome_id", "is the nil UUID, want one of the outcome's own")
	}
	if r.Quiz == "" {
		return broken("quiz", "is empty")
	}
	for _, f := range [...]struct{ name, value string }{
		{"quiz", r.Quiz}, {"quiz_version", r.QuizVersion}, {"session", r.Session},
	} {
		if len(f.value) > MaxText {
			return broken(f.name, "has %d bytes, want %d at most", len(f.value), MaxText)
		}
	}
	if r.TakenAt.Before(Earliest()) {
		return broken("taken_at", "is %s, before 2000-01-01", r.TakenAt.Format(time.RFC3339))
	}
	if r.TakenAt.After(now.Add(Skew)) {
		return broken("taken_at", "is %s, more than %s in the future", r.TakenAt.Format(time.RFC3339), Skew)
	}
	if !isLocale(r.Locale) {
		return broken("locale", "is %q, want a language tag such as en or pt-BR", clip(r.Locale))
	}
	if r.EntryCareer != "" && !isSlug(r.EntryCareer) {
		return broken("entry_career", "is %q, want a slug or nothing", clip(r.EntryCareer))
	}
	if r.Chosen != "" && !isSlug(r.Chosen) {
		return broken("chosen", "is %q, want a slug or nothing", clip(r.Chosen))
	}
	if err := r.checkTraits(); err != nil {
		return err
	}
	return r.checkMatches()
}

func (r *Row) checkTraits() error {
	if len(r.TraitNames) > MaxTraits {
		return broken("traits", "has %d names, want %d at most", len(r.TraitNames), MaxTraits)
	}
	for i, name := range r.TraitNames {
		if name == "" || len(name) > MaxText {
			return broken("traits", "has a name of %d bytes, want 1 to %d", len(name), MaxText)
		}
		if v := r.TraitValues[i]; !(v >= 0 && v <= 1) {
			return broken("traits."+clip(name), "is %v, want 0 to 1", v)
		}
	}
	// Insertion sort: there are few, and mostly they are in order.
	for i := 1; i < len(r.TraitNames); i++ {
		for j := i; j > 0 && r.TraitNames[j] < r.TraitNames[j-1]; j-- {
			r.TraitNames[j], r.TraitNames[j-1] = r.TraitNames[j-1], r.TraitNames[j]
			r.TraitValues[j], r.TraitValues[j-1] = r.TraitValues[j-1], r.TraitValues[j]
		}
	}
	return nil
}

func (r *Row) checkMatches() error {
	n := len(r.Careers)
	if n > MaxMatches {
		return broken("matches", "has %d careers, want %d at most", n, MaxMatches)
	}
	sorted := true
	for i, career := range r.Careers {
		if !isSlug(career) {
			return broken(at(i, "career"), "is %q, want a slug", clip(career))
		}
		if s := r.Scores[i]; !(s >= 0 && s <= 1) {
			return broken(at(i, "score"), "is %v, want 0 to 1", s)
		}
		sorted = sorted && int(r.Ranks[i]) == i+1
	}
	if !sorted {
		if err := r.sortMatches(); err != nil {
			return err
		}
	}
	if twice, ok := firstTwice(r.Careers); ok {
		return broken("matches", "has career %q twice", twice)
	}
	return nil
}

// sortMatches brings the matches into the order of their ranks.
func (r *Row) sortMatches() error {
	n := len(r.Careers)
	careers, scores := make([]string, n), make([]float64, n)
	for i, rank := range r.Ranks {
		if rank < 1 || int(rank) > n || careers[rank-1] != "" {
			return broken(at(i, "rank"), "is %d, want each of 1 to %d once", rank, n)
		}
		careers[rank-1], scores[rank-1] = r.Careers[i], r.Scores[i]
	}
	r.Careers, r.Scores = careers, scores
	for i := range r.Ranks {
		r.Ranks[i] = uint16(i + 1)
	}
	return nil
}

// firstTwice finds a value that is there twice.
func firstTwice(list []string) (string, bool) {
	if len(list) <= 32 {
		for i, s := range list {
			for _, other := range list[:i] {
				if other == s {
					return s, true
				}
			}
		}
		return "", false
	}
	sorted := slices.Clone(list)
	slices.Sort(sorted)
	for i := 1; i < len(sorted); i++ {
		if sorted[i] == sorted[i-1] {
			return sorted[i], true
		}
	}
	return "", false
}

// FieldError says which field breaks a rule, and how.
type FieldError struct {
	// Field as a path: "matches[3].score".
	Field   string
	Problem string
}

func (e *FieldError) Error() string { return e.Field + " " + e.Problem }

// broken is a broken rule; field is a JSON path.
func broken(field, format string, args ...any) error {
	return fault.New(fault.SchemaViolation, "%w", &FieldError{field, fmt.Sprintf(format, args...)})
}

func at(i int, field string) string { return "matches[" + strconv.Itoa(i) + "]." + field }

// clip keeps what a message quotes short.
func clip(s string) string { return strings.ToValidUTF8(s[:min(len(s), 60)], "") }

func isSlug(s string) bool {
	if s == "" || len(s) > MaxSlug {
		return false
	}
	for i := range len(s) {
		if c := s[i]; (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-' {
			return false
		}
	}
	return true
}

// isLocale accepts the shape of a language tag: subtags of 1 to 8 letters or
// digits, the first one of 2 letters or more.
func isLocale(s string) bool {
	if s == "" {
		return true
	}
	if len(s) > 35 {
		return false
	}
	first, run := true, 0
	for i := 0; i <= len(s); i++ {
		if i == len(s) || s[i] == '-' {
			if run < 1 || run > 8 || (first && run < 2) {
				return false
			}
			first, run = false, 0
			continue
		}
		c := s[i] | 0x20
		letter := c >= 'a' && c <= 'z'
		if !letter && (first || s[i] < '0' || s[i] > '9') {
			return false
		}
		run++
	}
	return true
}
