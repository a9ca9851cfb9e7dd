package fact

import (
	"strconv"
	"strings"
)

// hours puts a term about working hours if the clause is about work.
func (f *finder) hours(e *entry, first, next int) {
	s := f.r.states[first]
	if s.denied && f.r.tokens[first].lower != "not" || s.elsewhere() || s.spare || f.spareAfter(next) {
		return
	}
	if f.r.trailing[next] == denied || e.cue && !s.work && !f.workNear(first, next) {
		return
	}
	f.put(Hours, e.ID, e.Label, "hours.stated", first, next, s.hedged)
}

// spareAfter reports whether one of the next two words is about studies ("full-time
// degree").
func (f *finder) spareAfter(next int) bool {
	for i := next; i < min(next+2, len(f.r.tokens)) && !f.r.tokens[i].comma && !f.r.tokens[i].stop && f.r.tokens[i].lower != "and"; i++ {
		if f.rd.is(spare, f.r.tokens[i:]) {
			return true
		}
	}
	return false
}

// workNear reports whether the term itself, or a word soon after it, is about work
// ("evening and weekend hours"), or people "are" full time.
func (f *finder) workNear(first, next int) bool {
	tokens := f.r.tokens
	for i := first; i < min(next+4, len(tokens)) && !tokens[i].stop; i++ {
		switch {
		case f.rd.is(work, tokens[i:]):
			return true
		case i >= next && (tokens[i].lower == "common" || tokens[i].lower == "required" || tokens[i].lower == "expected"):
			return true
		}
	}
	if first == 0 || !strings.HasSuffix(tokens[next-1].lower, "time") {
		return false
	}
	before := tokens[first-1].lower
	return before == "are" || before == "is" || before == "be" || before == "either"
}

// spans finds hours a week and years of experience.
func (f *finder) spans() {
	for i := 0; i < len(f.r.tokens); {
		next := i + 1
		if _, ok := numeral(f.r.tokens[i]); ok || f.r.tokens[i].lower == "several" {
			f.weekly(i)
			f.experience(i)
			_, _, next = f.span(i)
		}
		i = next
	}
}

// weekly reads "40 hours per week", "a 40-hour week" at the number i.
func (f *finder) weekly(i int) {
	span, first, next := f.span(i)
	rest := f.r.tokens[next:]
	if span.Min == 0 && span.Max == 0 || len(rest) < 2 || rest[0].lower != "hours" && rest[0].lower != "hour" {
		return
	}
	length := 2
	switch word := rest[1].lower; {
	case word == "weekly", word == "week", word == "workweek", word == "weeks", word == "workweeks":
	case len(rest) > 2 && rest[2].lower == "week" && (word == "per" || word == "a" || word == "each" || word == "every"):
		length = 3
	case len(rest) > 2 && word == "work" && strings.HasPrefix(rest[2].lower, "week"):
		length = 3
	default:
		return
	}
	s := f.r.states[first]
	upper := span.Min == 0 // "no more than 40" is a bound, "do not work more than 40" a denial
	if s.denied && !upper || s.elsewhere() || s.spare || span.Max > 168 || span.Min > 168 {
		return
	}
	week := f.put(Hours, "weekly-hours", inWords(span, "hours a week"), "hours.weekly", first, next+length, s.hedged)
	week.Week = &span
}

// fillers are words that may stand between "years" and "experience".
const fillers = 6

// experience reads "at least 2 years of work experience" at the number i.
func (f *finder) experience(i int) {
	span, first, next := f.span(i)
	tokens := f.r.tokens
	if next >= len(tokens) || tokens[next].lower != "years" && tokens[next].lower != "year" {
		return
	}
	end := 0
	for j := next + 1; j < min(next+2+fillers, len(tokens)) && !tokens[j].stop && !tokens[j].comma; j++ {
		if tokens[j].lower == "experience" {
			end = j + 1
			break
		}
		if tokens[j].lower == "or" && j+1 < len(tokens) && tokens[j+1].lower == "more" {
			span.Max = 0
		}
	}
	if end == 0 || span.Min > 60 {
		return
	}
	rule := f.tie(first, end).rule("experience")
	if rule == "" {
		return
	}
	label := inWords(span, "years of experience")
	if span.Min == 0 && span.Max == 0 {
		label = "several years of experience"
	}
	found := f.put(Experience, "years", label, rule, first, end, f.r.states[end-1].hedged)
	found.Years = &span
}

// span reads the number at i with the words around it that make it a range:
// "more than 40", "5 to 10", "2 or more". Its tokens are first to before next.
func (f *finder) span(i int) (span Range, first, next int) {
	tokens := f.r.tokens
	first, next = i, i+1
	n, ok := numeral(tokens[i])
	if !ok {
		return Range{}, first, next // "several"
	}
	word := func(at int) string {
		if at < 0 || at >= len(tokens) {
			return ""
		}
		return tokens[at].lower
	}
	span = Range{Min: n, Max: n}
	if next < len(tokens) {
		at := next
		if w := word(at); w == "to" || w == "or" || w == "and" && word(i-1) == "between" {
			at++
		}
		joined := at > next || tokens[next].hyphen || tokens[next].stop
		if at < len(tokens) && joined {
			if m, ok := numeral(tokens[at]); ok && m > n {
				span.Max, next = m, at+1
			}
		}
	}
	if w := word(next); (w == "or" || w == "and") && (word(next+1) == "more" || word(next+1) == "over") || w == "plus" {
		span.Max = 0
		next++
		if w != "plus" {
			next++
		}
	}
	before, two := word(i-1), word(i-2)+" "+word(i-1)
	switch {
	case two == "more than" && word(i-3) == "no", two == "up to", two == "less than", two == "fewer than", two == "maximum of":
		span.Min, first = 0, i-2
	case two == "more than":
		span, first = Range{Min: n, Above: true}, i-2
	case before == "over", before == "exceed", before == "exceeds":
		span, first = Range{Min: n, Above: true}, i-1
	case two == "at least", two == "minimum of":
		span.Max, first = 0, i-2
	case before == "between" && span.Max != n:
		first = i - 1
	}
	return span, first, next
}

// inWords is the label of a range of a unit.
func inWords(r Range, unit string) string {
	text := strconv.FormatFloat(r.Min, 'f', -1, 64)
	most := strconv.FormatFloat(r.Max, 'f', -1, 64)
	switch {
	case r.Above:
		text = "more than " + text
	case r.Max == 0:
		text = "at least " + text
	case r.Min == 0:
		text = "up to " + most
	case r.Min != r.Max:
		text += " to " + most
	}
	return text + " " + unit
}

// numeral is the value of a number in digits, or in words up to ten and forty.
func numeral(t token) (float64, bool) {
	if t.lower[0] >= '0' && t.lower[0] <= '9' {
		n, err := strconv.ParseFloat(strings.ReplaceAll(t.lower, ",", ""), 64)
		return n, err == nil && n < 1e6
	}
	for i, word := range [...]string{"one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"} {
		if t.lower == word {
			return float64(i + 1), true
		}
	}
	if t.lower == "forty" {
		return 40, true
	}
	return 0, false
}
