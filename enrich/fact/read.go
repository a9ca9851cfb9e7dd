package fact

import (
	"strings"
	"unicode"
)

// strength is how firmly a clause ties people in the career to what it names.
type strength int

const (
	none strength = iota
	preferred
	held
	required
	denied
)

// state is what the words so far say about those that follow.
type state struct {
	// denied, hedged: the clause denies or hedges.
	denied, hedged bool
	// foreign: the subject is another occupation; bystander: it is clients,
	// students, schools and the like.
	foreign, bystander bool
	// aside: a word like "supervise" makes what follows somebody else's.
	aside bool
	// advance: the sentence is about leaving the career upwards.
	advance bool
	// work and spare: a word about work, or about studies, came before.
	work, spare bool
	cue         strength
}

// elsewhere reports whether the clause is about others.
func (s state) elsewhere() bool { return s.foreign || s.bystander }

// reading is a sentence with what its clauses say.
type reading struct {
	text   string
	tokens []token
	// states are those before each token.
	states []state
	// trailing is what the rest of each token's clause says of what it names.
	trailing []strength
	// words are the sentence's words, as they stand and in lower case, made when
	// asked for.
	words map[string]bool
	// covered tokens are part of an alias, so cues in them mean nothing.
	covered []bool
	// foreign: the whole sentence is about another occupation.
	foreign bool
	// shouted: the sentence has no small letters, so capitals mean nothing.
	shouted bool
}

// reader reads sentences about one career.
type reader struct {
	v *vocabulary
	// own are the last words of the career's names, in the singular and plural.
	own map[string]bool
	// names are those of several words, in lower case.
	names [][]string
}

// cover marks the tokens of aliases.
func (rd reader) cover(r *reading) {
	r.covered = make([]bool, len(r.tokens))
	for i := 0; i < len(r.tokens); {
		_, n := rd.alias(r.tokens[i:])
		for j := i; j < i+n; j++ {
			r.covered[j] = true
		}
		i += max(n, 1)
	}
}

// read finds clauses and states in one pass from left to right, and what trails in
// one from right to left. before says that the sentence before was about another
// occupation, which "They" then are.
func (rd reader) read(text string, before bool) *reading {
	r := &reading{text: text, tokens: tokenize(text)}
	r.shouted = strings.IndexFunc(text, unicode.IsLower) < 0
	rd.mark(r.tokens)
	rd.cover(r)
	n := len(r.tokens)
	r.states, r.trailing = make([]state, n), make([]strength, n+1)
	starts := make([]bool, n+1)
	var s state
	opening := false // the clause goes on to its first comma
	other := false   // it names what the career is not
	permitted := 0   // tokens before here deny and contrast nothing
	for i := range r.tokens {
		rest := r.tokens[i:]
		if length := rd.cue(allowed, rest); length > 0 && i >= permitted {
			permitted = i + length
		}
		turned := i >= permitted && rd.is(contrast, rest)
		against := i >= permitted && (rd.is(unlike, rest) || rd.moreThanOthers(rest))
		closed := i > 0 && rest[0].comma && (opening || other) && !rd.goesOn(rest, other)
		if i == 0 || rest[0].stop || turned || against || closed || rd.newSubject(rest) {
			starts[i] = true
			s = rd.begin(s, rest, closed && opening, turned)
			if i == 0 && before && refers(rest[0]) {
				s.foreign = true
			}
			opening = rd.is(preposition, rest) || turned
			if other = against; other {
				s.foreign, opening = true, false
			}
		}
		if i >= permitted {
			rd.apply(&s, r, i)
		}
		s.hedged = s.hedged || rd.is(hedge, rest)
		r.states[i] = s
	}
	r.foreign = n > 0 && r.states[0].foreign && s.foreign
	starts[n] = true
	after := none
	for i := n - 1; i >= 0; i-- {
		if starts[i+1] {
			after = none
		}
		r.trailing[i+1] = after
		rest := r.tokens[i:]
		switch {
		case rd.is(postDeny, rest), rest[0].lower == "not" && starts[i+1]:
			after = denied
		case rd.is(postRequire, rest):
			after = required
		case rd.is(prefer, rest):
			after = preferred
		}
	}
	return r
}

// goesOn reports whether the words after a comma still belong to what stands
// before it: a relative clause or, with list, another item.
func (rd reader) goesOn(rest []token, list bool) bool {
	return rd.is(relative, rest) || list && (rest[0].lower == "and" || rest[0].lower == "or")
}

// begin is the state at the start of a clause that follows s. carried says that
// the clause before was an opening one ("In some states,").
func (rd reader) begin(s state, rest []token, carried, turned bool) state {
	next := state{advance: s.advance}
	if carried {
		next.hedged = s.hedged && !turned
	}
	if rest[0].stop && !rd.states(rest) {
		next.cue = s.cue // "Requirements: a degree; a license"
	}
	own, other, others, subject := rd.subject(rest)
	switch {
	case own && !others:
	case other:
		next.foreign = len(rd.own) > 0 || turned && rest[0].lower != "but"
	case others:
		next.bystander = true
	case !subject && (carried || rest[0].stop):
		next.foreign = s.foreign
	}
	return next
}

// moreThanOthers reports whether "than" and another occupation begin the tokens.
func (rd reader) moreThanOthers(rest []token) bool {
	if rest[0].lower != "than" || len(rest) < 2 {
		return false
	}
	for j := 1; j < min(4, len(rest)); j++ {
		if n := rd.occupation(rest[j:]); n > 0 {
			return !rd.own[rest[j+n-1].lower]
		}
	}
	return false
}

// refers reports whether the word means whom the sentence before is about.
func refers(t token) bool {
	switch t.lower {
	case "they", "these", "their", "he", "she", "his", "her", "such", "both":
		return true
	}
	return false
}

// states reports whether a verb stands in the first words.
func (rd reader) states(rest []token) bool {
	for j := 0; j < min(len(rest), reach) && (j == 0 || !rest[j].stop); j++ {
		if rd.verb(rest[j:]) {
			return true
		}
	}
	return false
}

// reach is how many words of a clause are looked at for its subject.
const reach = 14

// subject looks at the words up to the verb: is the clause about people in the
// career, in another, or about bystanders, and has it a subject of a known kind?
func (rd reader) subject(rest []token) (own, other, others, known bool) {
	switch rest[0].lower {
	case "they", "he", "she", "we", "you", "it":
		return false, false, false, true
	}
	linked := true // no preposition since the last occupation
	for j := 0; j < min(len(rest), reach); j++ {
		if j > 0 && (rest[j].stop || rd.verb(rest[j:])) {
			break
		}
		if n := rd.named(rest[j:]); n > 0 {
			own, linked, j = true, true, j+n-1
			continue
		}
		if e, n := rd.alias(rest[j:]); n > 1 && (e == nil || rd.occupation(rest[j+n-1:]) == 0) {
			j += n - 1 // "high school" is no school
			continue
		}
		if n := rd.occupation(rest[j:]); n > 0 {
			last := rest[j+n-1].lower
			// Of "physician assistants" the last word counts.
			if j+n >= len(rest) || rest[j+n].comma || rd.occupation(rest[j+n:]) == 0 {
				own, other = own || rd.own[last], other || !rd.own[last]
			}
			linked, j = true, j+n-1
			continue
		}
		switch {
		case rd.is(bystander, rest[j:]):
			if !own && !other || linked {
				others = true
			}
		case rd.is(preposition, rest[j:]), rest[j].lower == "of", rest[j].comma:
			linked = false
		}
		known = known || rd.is(starter, rest[j:])
	}
	return own, other, others, known || own || other || others
}

// named is the length of a name of the career that begins the tokens, unless it
// goes on as another one's ("nurse" in "nurse anesthetists").
func (rd reader) named(rest []token) int {
	for _, name := range rd.names {
		if len(name) > len(rest) {
			continue
		}
		same := true
		for i, word := range name {
			same = same && rest[i].lower == word
		}
		if same && (len(rest) == len(name) || rest[len(name)].comma || rd.occupation(rest[len(name):]) == 0) {
			return len(name)
		}
	}
	return 0
}

// occupation is the length of an occupation's name that begins the tokens.
func (rd reader) occupation(rest []token) int {
	if n := rd.cue(occupation, rest); n > 0 {
		return n
	}
	if rest[0].marks&(suffixMark|ownMark) != 0 {
		return 1
	}
	return 0
}

// verb reports whether the tokens begin with a word that ends a subject.
func (rd reader) verb(rest []token) bool {
	switch rest[0].lower {
	case "is", "are", "was", "were", "be", "do", "does", "did", "may", "might", "can", "could", "should", "will", "would",
		"work", "works", "typically", "usually", "often", "generally", "also", "who", "that", "use", "uses", "make", "offer",
		"offers", "go", "goes", "attend", "help", "rely", "learn", "don't", "doesn't", "aren't", "isn't", "rarely", "seldom", "never":
		return true
	}
	return rd.is(require, rest) || rd.is(has, rest) || rd.is(prefer, rest)
}

// newSubject reports whether a comma, or "and", and then a subject of its own with
// a verb begin the tokens.
func (rd reader) newSubject(rest []token) bool {
	comma := rest[0].comma
	window := 7
	switch rest[0].lower {
	case "and", "or", "so", "then":
		if rest = rest[1:]; len(rest) == 0 {
			return false
		}
		if !comma {
			window = 3
		}
	default:
		if !comma {
			return false
		}
	}
	if !rd.is(starter, rest) && rd.occupation(rest) == 0 && (len(rest) < 2 || rd.occupation(rest[1:]) == 0) {
		return false
	}
	for j := 1; j < min(window, len(rest)) && !rest[j].comma && rest[j].lower != "to"; j++ {
		if rd.verb(rest[j:]) {
			return !rd.is(relative, rest[j:])
		}
	}
	return false
}

// apply lets the token at i change the state.
func (rd reader) apply(s *state, r *reading, i int) {
	rest := r.tokens[i:]
	if rd.is(negator, rest) || strings.HasSuffix(rest[0].lower, "n't") {
		s.denied = true
	}
	free := !r.covered[i]
	s.advance = s.advance || free && rd.is(advance, rest)
	s.work = s.work || rd.is(work, rest)
	s.spare = s.spare || free && rd.is(spare, rest)
	if rd.is(asideEnd, rest) {
		s.aside = false
	}
	s.aside = s.aside || free && rd.is(aside, rest)
	linked := i > 0 && rd.is(relative, r.tokens[i-1:])
	switch {
	case rd.is(require, rest):
		if !linked {
			s.cue = required
		}
		if strings.HasPrefix(rest[0].lower, "requir") {
			rd.object(s, rest)
		}
	case rd.is(prefer, rest):
		if s.cue != required {
			s.cue = preferred
		}
	case s.cue == none && !linked && rd.is(has, rest):
		s.cue = held
	}
}

// object reads "require X to ...", where X takes the subject's place.
func (rd reader) object(s *state, rest []token) {
	own := false
	for j := 1; j < min(8, len(rest)); j++ {
		if n := rd.occupation(rest[j:]); n > 0 {
			own = own || rd.own[rest[j+n-1].lower]
			if j+n < len(rest) && rest[j+n].lower == "to" {
				s.bystander, s.foreign = false, len(rd.own) > 0 && !own
				return
			}
		}
		switch rest[j].lower {
		case "workers", "them":
			s.bystander = false
			return
		}
	}
}

// mentions reports whether the sentence holds one of the words.
func (r *reading) mentions(words []string) bool {
	if len(words) == 0 {
		return true
	}
	if r.words == nil {
		r.words = make(map[string]bool, len(r.tokens))
		for _, t := range r.tokens {
			r.words[t.text], r.words[t.lower] = true, true
		}
	}
	for _, word := range words {
		if r.words[word] {
			return true
		}
	}
	return false
}
