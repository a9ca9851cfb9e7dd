package fact

import (
	"slices"
	"strings"
)

// finder finds the facts of one sentence.
type finder struct {
	rd     reader
	r      *reading
	dollar string
	facts  []Fact
}

func (f *finder) find(known *Amounts) {
	if len(f.r.tokens) == 0 {
		return
	}
	f.terms()
	f.examples()
	f.spans()
	f.pay(known)
}

// put adds a fact of the tokens from first to before next.
func (f *finder) put(kind Kind, value, label, rule string, first, next int, hedged bool) *Fact {
	found := Fact{
		Kind: kind, Value: value, Label: label, Rule: rule, Confidence: confidence(rule),
		Start: f.r.tokens[first].start, End: f.r.tokens[next-1].end,
	}
	if hedged {
		found.Rule += "+hedged"
		found.Confidence *= Hedged
	}
	f.facts = append(f.facts, found)
	return &f.facts[len(f.facts)-1]
}

// distinct keeps of equal values the most confident mention, the first of equals,
// in the order of the sentence.
func (f *finder) distinct() []Fact {
	if len(f.facts) < 2 {
		return f.facts
	}
	best := make(map[[2]string]int, len(f.facts))
	var kept []Fact
	for _, found := range f.facts {
		key := [2]string{string(found.Kind), found.Value}
		at, seen := best[key]
		switch {
		case !seen || found.Amounts != nil || found.Week != nil || found.Years != nil:
			best[key] = len(kept)
			kept = append(kept, found)
		case found.Confidence > kept[at].Confidence:
			kept[at] = found
		}
	}
	slices.SortStableFunc(kept, func(a, b Fact) int { return a.Start - b.Start })
	return kept
}

// terms finds the aliases of the vocabulary.
func (f *finder) terms() {
	tokens := f.r.tokens
	specific := -1 // where the last specific credential ended
	for i := 0; i < len(tokens); {
		e, n := f.rd.alias(tokens[i:])
		if n == 0 {
			i++
			continue
		}
		next := i + n
		if e != nil && f.clear(e, i, n) && !(e.generic && specific == i) {
			switch e.Kind {
			case Credential:
				f.credential(e, i, next)
				if !e.generic {
					specific = next
				}
			case Education:
				f.tied(Education, e, "education", i, next, e.self)
			case Method:
				f.method(e, i, next)
			case Hours:
				f.hours(e, i, next)
			}
		}
		i = next
	}
}

// clear reports whether the alias means what the entry says here.
func (f *finder) clear(e *entry, i, n int) bool {
	first := f.r.tokens[i]
	capital := first.text != first.lower && first.text[1:] != first.lower[1:]
	if capital && n == 1 && (f.r.shouted || first.hyphen) {
		return false
	}
	if n == 1 && e.Kind == Credential && i+1 < len(f.r.tokens) && f.r.tokens[i+1].hyphen {
		return false // "RN-to-BSN", "license-free"
	}
	// A clear phrase needs no context, an abbreviation does.
	return n > 1 || f.r.mentions(e.context)
}

// tie is how firmly the sentence ties the tokens from first to before next to
// people in the career; none and denied mean not at all.
func (f *finder) tie(first, next int) strength {
	s, last := f.r.states[first], f.r.states[next-1]
	if s.denied || s.elsewhere() || s.aside || s.advance {
		return none
	}
	switch after := f.r.trailing[next]; {
	case after == denied:
		return none
	case last.cue == required || after == required:
		return required
	case last.cue == preferred || after == preferred:
		return preferred
	}
	return last.cue
}

// tied puts a fact if the clause ties it to the career.
func (f *finder) tied(kind Kind, e *entry, rule string, first, next int, self bool) bool {
	tie := f.tie(first, next)
	s := f.r.states[first]
	if self && !s.elsewhere() && !s.aside {
		tie = required
	}
	name := tie.rule(rule)
	if name == "" {
		return false
	}
	f.put(kind, e.ID, e.Label, name, first, next, f.r.states[next-1].hedged)
	return true
}

// rule names the rule of a strength; "" where there is none.
func (s strength) rule(kind string) string {
	switch s {
	case required:
		return kind + ".required"
	case held:
		return kind + ".held"
	case preferred:
		return kind + ".preferred"
	case none, denied:
	}
	return ""
}

func (f *finder) credential(e *entry, first, next int) {
	if e.title {
		f.title(e, first, next)
		return
	}
	if e.generic && first > 0 {
		switch f.r.tokens[first-1].lower {
		case "before", "after", "for", "of", "towards", "toward":
			return // what leads to a license, not that one is needed
		}
	}
	if !f.tied(Credential, e, "credential", first, next, false) || e.level == nil {
		return
	}
	implied := f.put(Education, e.level.ID, e.level.Label, "education.implied", first, next, f.r.states[next-1].hedged)
	implied.Confidence = min(implied.Confidence, f.facts[len(f.facts)-2].Confidence)
}

func (f *finder) method(e *entry, first, next int) {
	if s := f.r.states[first]; !s.denied && !s.elsewhere() && f.r.trailing[next] != denied {
		f.put(Method, e.ID, e.Label, "method.named", first, next, s.hedged)
	}
}

// title puts a credential that also names people: as something to hold or become
// ("become a registered nurse"), or as the subject of a sentence about the career
// ("LMFTs work with couples"). Anybody else of that title is no fact.
func (f *finder) title(e *entry, first, next int) {
	tokens := f.r.tokens
	many := strings.HasSuffix(tokens[next-1].text, "s")
	if many {
		subject := first == 0 || first == 1 && f.rd.is(starter, tokens)
		if subject && next < len(tokens) && len(f.rd.own) > 0 && f.rd.verb(tokens[next:]) && !f.r.states[first].elsewhere() {
			f.put(Credential, e.ID, e.Label, "credential.title", first, next, false)
		}
		return
	}
	before := first - 1
	for before >= 0 && (tokens[before].lower == "a" || tokens[before].lower == "an" || tokens[before].lower == "the" || tokens[before].lower == "licensed") {
		before--
	}
	if before >= 0 && f.r.states[next-1].cue == none || before >= 0 && towards(tokens[before].lower) && before < first-1 {
		return
	}
	f.tied(Credential, e, "credential", first, next, false)
}

// towards reports whether the word before makes a title somebody else's ("to a
// registered nurse").
func towards(word string) bool {
	switch word {
	case "to", "by", "with", "for", "of", "from", "under", "at":
		return true
	}
	return false
}
