package section

import (
	"strings"
	"unicode"

	"careerstream/normalize/block"
	"careerstream/normalize/pattern"
	"careerstream/normalize/profile"
	"careerstream/normalize/text"
)

// generic reports whether a heading's pattern would take nearly any words for a
// career, as "{career} skills" does.
func generic(h Head) bool { return h.Literals < 2 || h.Class == profile.Other && h.Literals < 3 }

// nameIn returns the career that a text names by one of the heading patterns.
func (p *Page) nameIn(s string) string {
	if p.noise(s) {
		return ""
	}
	h := p.match(s)
	if h.Career != "" && !generic(h) && !p.noise(h.Career) {
		return h.Career
	}
	s = block.StripNumber(s)
	if m, ok := p.Profile.Names.Full(p.tokens(s)); ok {
		if c := headOf(m, s).Career; !p.noise(c) && !p.compound(s, m) {
			return c
		}
	}
	if p.noise(h.Career) {
		return ""
	}
	return h.Career
}

// noise reports whether a part of a title is nothing but words that surround
// careers' names.
func (p *Page) noise(s string) bool {
	fold := text.Fold(s)
	if fold == "" || p.Profile.TitleNoise[fold] {
		return true
	}
	for _, w := range strings.Fields(fold) {
		if !p.Profile.TitleNoise[w] && w != "and" && w != "what" && w != "they" && w != "do" && w != "a" && w != "faqs" {
			return false
		}
	}
	return true
}

// titleParts cuts a title at the marks that part a site's name from a page's,
// and takes off what only surrounds a name ("Plumber, duties and pay").
func (p *Page) titleParts(s string) []string {
	s = withoutShort(s)
	for _, sep := range []string{"|", "»", "·", "•", "›", "::", " - ", " – ", " — ", ": ", " : ", " ("} {
		s = strings.ReplaceAll(s, sep, "\n")
	}
	var out []string
	for part := range strings.SplitSeq(s, "\n") {
		part = strings.TrimSpace(part)
		for {
			i := strings.LastIndex(part, ", ")
			if i < 0 || !p.noise(part[i+2:]) {
				break
			}
			part = part[:i]
		}
		if part = withoutYear(part); part != "" {
			out = append(out, part)
		}
	}
	return out
}

// withoutYear takes a year off the end of a title.
func withoutYear(s string) string {
	i := strings.LastIndexByte(s, ' ')
	if y := s[i+1:]; i > 0 && len(y) == 4 && (y[:2] == "19" || y[:2] == "20") && strings.Trim(y, "0123456789") == "" {
		return strings.TrimSpace(s[:i])
	}
	return s
}

// withoutShort takes abbreviations in brackets out of the middle of a title:
// "Human resources (HR) officer".
func withoutShort(s string) string {
	for from := 0; ; {
		open := strings.Index(s[from:], " (")
		if open < 0 {
			return s
		}
		open += from
		shut := strings.IndexByte(s[open:], ')')
		if shut < 0 {
			return s
		}
		shut += open
		if rest := s[shut+1:]; len(rest) > 1 && rest[0] == ' ' && unicode.IsLetter(rune(rest[1])) && isAbbreviation(s[open+2:shut]) {
			s = s[:open] + rest
			from = open
		} else {
			from = shut
		}
	}
}

// compound reports whether a match of a name's pattern takes a name apart, or
// finds a field of work: "Career Counselor" is no "Career: Counselor", and
// "Careers in Plumbing" names no people.
func (p *Page) compound(s string, m pattern.Match) bool {
	slot, ok := m.Slot("career")
	if !ok {
		return false
	}
	before := s[:slot.Start]
	if strings.HasSuffix(strings.ToLower(before), " in ") {
		return !p.inflect.Person(s[slot.Start:slot.End])
	}
	word, ok := strings.CutSuffix(before, " ")
	return ok && word != "" && strings.IndexFunc(word, func(r rune) bool { return !unicode.IsLetter(r) }) < 0 &&
		p.Profile.TitleNoise[strings.ToLower(word)] && p.inflect.Person(s[slot.Start:slot.End])
}

// offices are what a person is "in" who is in no place: "Editor in Chief".
var offices = map[string]bool{"chief": true, "charge": true, "residence": true, "training": true, "waiting": true, "command": true, "ordinary": true, "law": true}

// withoutPlace takes a place off a name: "Glazier in Canada".
func (p *Page) withoutPlace(s string) string {
	at := strings.LastIndex(s, " in ")
	if at <= 0 || !p.inflect.Person(s[:at]) {
		return s
	}
	place := strings.TrimPrefix(s[at+len(" in "):], "the ")
	for w := range strings.FieldsSeq(place) {
		if !startsUpper(w) && w != "and" && w != "of" || offices[strings.ToLower(w)] {
			return s
		}
	}
	return s[:at]
}
