package name

import (
	"cmp"
	"slices"
	"strings"
	"unicode"

	"careerstream/normalize/text"
)

// Name is a career's name.
type Name struct {
	// Singular without its article, Plural likewise, cased as in headings.
	Singular, Plural string
	// Key compares names, see Inflector.Key.
	Key string
}

// Evidence is one place where the page may name its career.
type Evidence struct {
	// Text as on the page.
	Text string
	// Weight of the place.
	Weight int
	// Stated is true if a pattern or a place of its own makes it a name; a mere
	// guess is false.
	Stated bool
	// Hint is true for a place beside the text, such as the page's path: it
	// backs a name that other places give, and settles ties.
	Hint bool
}

// maxNameWords is the longest name that is believed.
const maxNameWords = 9

// Resolve weighs the evidence. body gives text of the page in lower case, in
// which candidates are counted where the evidence alone does not decide. It
// returns false where nothing names a career.
func (f *Inflector) Resolve(evidence []Evidence, body func() string) (Name, bool) {
	type candidate struct {
		key      string
		score    int
		stated   bool
		hinted   bool // by nothing but hints
		surfaces []string
		hints    []string // surfaces that only hints give
		order    int
		mentions int
	}
	byKey := map[string]*candidate{}
	var list []*candidate
	for _, e := range evidence {
		t := tidy(e.Text)
		if t == "" || text.WordCount(t, maxNameWords) > maxNameWords {
			continue
		}
		key := f.Key(t)
		if key == "" || f.generic[key] || speaker(key) || !hasLetter(key) {
			continue
		}
		c := byKey[key]
		if c == nil {
			c = &candidate{key: key, order: len(list), hinted: true}
			byKey[key] = c
			list = append(list, c)
		}
		c.score += e.Weight
		c.stated = c.stated || e.Stated
		c.hinted = c.hinted && e.Hint
		if e.Hint {
			c.hints = append(c.hints, t)
		} else {
			c.surfaces = append(c.surfaces, t)
		}
	}
	if len(list) == 0 {
		return Name{}, false
	}
	first := func(a, b *candidate) int {
		return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(a.order, b.order))
	}
	slices.SortFunc(list, first)
	if !list[0].stated || len(list) > 1 && list[0].score <= list[1].score+maxMentions {
		text := f.mentionText(body())
		for _, c := range list {
			c.mentions = f.mentions(text, c.key)
		}
		for _, c := range list {
			n := c.mentions
			for _, longer := range list { // "attorney" within "attorney at law" is none of its own
				if len(longer.key) > len(c.key) && holdsWords(longer.key, c.key) {
					n -= longer.mentions
				}
			}
			if c.score += min(max(n, 0), maxMentions); c.hinted {
				c.score = min(c.score, maxHinted)
			}
		}
		slices.SortFunc(list, first)
	}
	best := list[0]
	if !best.stated && best.mentions == 0 || best.hinted && best.mentions < 2 {
		return Name{}, false
	}
	if len(best.surfaces) == 0 {
		best.surfaces = best.hints
	}
	return f.form(best.key, best.surfaces), true
}

// maxMentions bounds what the text adds to a candidate's score.
const maxMentions = 8

// maxHinted bounds the score of a name that only hints give.
const maxHinted = 2

// mentionText prepares a text in lower case for counting names in it.
func (f *Inflector) mentionText(body string) string {
	return " " + strings.Join(words(body), " ") + " "
}

// mentions counts how often a name is mentioned in either number.
func (f *Inflector) mentions(body, key string) int {
	key, _, _ = strings.Cut(key, ",")
	n := strings.Count(body, " "+key+" ")
	if p := f.Plural(key); p != key {
		n += strings.Count(body, " "+p+" ")
	}
	return n
}

// holdsWords reports whether a key has the words of another in a row.
func holdsWords(long, key string) bool {
	return strings.Contains(" "+long+" ", " "+key+" ")
}

// form chooses the surface of either number and gives it its case.
func (f *Inflector) form(key string, surfaces []string) Name {
	var singular, plural string
	joint := ""
	if slices.ContainsFunc(surfaces, func(s string) bool { return !capitals(s) }) {
		surfaces = slices.DeleteFunc(surfaces, capitals) // "JUDGE" beside "judges" is no initialism
	}
	for _, s := range surfaces {
		if strings.Contains(strings.ToLower(s), " and ") {
			joint = " and "
		}
		if f.IsPlural(s) {
			plural = better(plural, s)
		} else {
			singular = better(singular, s)
		}
	}
	if joint != "" {
		singular = strings.ReplaceAll(singular, " or ", joint)
	}
	best := better(singular, plural)
	switch {
	case singular == "":
		singular = f.Singular(plural)
	case plural == "":
		plural = f.Plural(singular)
	}
	return Name{Singular: f.recase(singular, best), Plural: f.recase(plural, best), Key: key}
}

// recase gives a name the capitals of the best surface of it on the page, and
// its first letter one in any case.
func (f *Inflector) recase(s, best string) string {
	if shouting(best) {
		return f.title(strings.ToLower(s))
	}
	fields, model := strings.Fields(s), strings.Fields(best)
	for i, w := range fields {
		if shouting(s) {
			w = strings.ToLower(w)
		}
		if i < len(model) && len(fields) == len(model) {
			m := model[i]
			switch {
			case strings.EqualFold(w, m):
				w = m
			case m != strings.ToLower(m):
				w = likeCase(m, w)
			default:
				w = strings.ToLower(w)
			}
		}
		if i == 0 {
			r := []rune(w)
			if strings.ToLower(w) == w {
				r[0] = unicode.ToUpper(r[0])
			}
			w = string(r)
		}
		fields[i] = w
	}
	return strings.Join(fields, " ")
}

// better prefers the surface with more capitals, unless it has nothing else.
func better(old, s string) string {
	if s == "" {
		return old
	}
	if old == "" || caps(s) > caps(old) {
		return s
	}
	return old
}

func caps(s string) int {
	if shouting(s) {
		return -1
	}
	n := 0
	for i, w := range strings.Fields(s) {
		if r := []rune(w)[0]; unicode.IsUpper(r) {
			n += 2
			if i > 0 {
				n++
			}
		}
	}
	return n
}

// capitals reports whether a text has no small letter.
func capitals(s string) bool { return s == strings.ToUpper(s) }

// shouting reports whether a text is in capitals throughout.
func shouting(s string) bool {
	return len(s) > 5 && s == strings.ToUpper(s) && s != strings.ToLower(s)
}

// title gives every word of a name its capital, except small words; capitals
// that are there stay.
func (f *Inflector) title(s string) string {
	if shouting(s) {
		s = strings.ToLower(s)
	}
	fields := strings.Fields(s)
	for i, w := range fields {
		if low := strings.ToLower(w); i > 0 && f.smallCase[low] {
			fields[i] = low
			continue
		}
		if w != strings.ToLower(w) {
			continue
		}
		runes := []rune(w)
		for j, r := range runes {
			if unicode.IsLetter(r) {
				runes[j] = unicode.ToUpper(r)
				break
			}
		}
		fields[i] = string(runes)
	}
	return strings.Join(fields, " ")
}

// tidy removes what surrounds a name: articles, quotes, end marks.
func tidy(s string) string {
	s = strings.TrimSpace(s)
	if i := strings.LastIndexByte(s, '('); i > 0 && strings.HasSuffix(s, ")") {
		s = s[:i]
	}
	if i := strings.LastIndexByte(s, '['); i > 0 && strings.HasSuffix(s, "]") {
		s = s[:i]
	}
	if open, shut := strings.Index(s, " ("), strings.Index(s, ") "); open > 0 && shut > open && shut-open < 15 {
		s = s[:open] + s[shut+1:] // "human resources (HR) officer"
	}
	s = strings.Trim(strings.TrimSpace(s), ".:;,?!\"'“”‘’-–—|»>•* ")
	for _, article := range []string{"a ", "an ", "the "} {
		if len(s) > len(article) && strings.EqualFold(s[:len(article)], article) {
			s = s[len(article):]
			break
		}
	}
	for _, end := range []string{"'s", "’s", "s'", "s’"} { // "a nanny's duties"
		if rest, ok := strings.CutSuffix(s, end); ok && len(rest) > 2 {
			if s = rest; end[0] == 's' {
				s += "s"
			}
			break
		}
	}
	return strings.Join(strings.Fields(s), " ")
}

// speaker reports whether a word is for who speaks or for someone unnamed: "What we
// do" is on a page's makers.
func speaker(key string) bool {
	switch key {
	case "we", "us", "our", "i", "me", "my", "he", "she", "your", "their", "who", "what", "there":
		return true
	}
	return false
}

func hasLetter(s string) bool {
	return strings.ContainsFunc(s, unicode.IsLetter)
}

// Same reports whether a name on the page means the career: it is its name in
// either number, a stand-in such as "one" or "they", or "this career".
func (f *Inflector) Same(n Name, surface string) bool {
	key := f.Key(tidy(surface))
	return key == n.Key || f.standIn(key)
}

// Heads is Same, or reports whether a name is the career's last words: "foreman"
// of a construction foreman.
func (f *Inflector) Heads(n Name, surface string) bool {
	key := f.Key(tidy(surface))
	return key == n.Key || f.standIn(key) || key != "" && strings.HasSuffix(n.Key, " "+key)
}

func (f *Inflector) standIn(key string) bool {
	key = strings.TrimPrefix(key, "this ")
	key = strings.TrimPrefix(key, "these ")
	return f.generic[key]
}

// Akin reports whether a name shares a telling word with the career, names
// people as it does ("therapists"), or means it.
func (f *Inflector) Akin(n Name, surface string) bool {
	return f.Shares(n, surface) || f.Person(surface)
}

// Generic reports whether the head of a name is no career's: "All careers".
func (f *Inflector) Generic(surface string) bool {
	_, head, _ := f.head(tidy(surface))
	return f.generic[f.Key(head)] && !f.person(head)
}

// Person reports whether a name is one of people: its head names a person.
func (f *Inflector) Person(surface string) bool {
	_, head, _ := f.head(tidy(surface))
	return f.person(head)
}

// Surely reports whether the head of a name names people by more than an ending
// that things have too: "Biologist", but not "Router".
func (f *Inflector) Surely(surface string) bool {
	_, head, _ := f.head(tidy(surface))
	if !f.person(head) {
		return false
	}
	w := f.stem(strings.ToLower(head))
	return f.people[w] || slices.ContainsFunc(f.sure, func(end string) bool { return strings.HasSuffix(w, end) })
}

// Shares reports whether a name means the career or shares a telling word with it.
func (f *Inflector) Shares(n Name, surface string) bool {
	if f.Same(n, surface) {
		return true
	}
	for _, w := range strings.Fields(f.Key(surface)) {
		if len(w) > 3 && !f.generic[w] && slices.Contains(strings.Fields(n.Key), w) {
			return true
		}
	}
	return false
}
