package section

import (
	"slices"
	"strings"

	"careerstream/normalize/block"
	"careerstream/normalize/name"
	"careerstream/normalize/profile"
	"careerstream/normalize/text"
	"careerstream/schemas/career"
)

// reader makes the parts of one record.
type reader struct {
	page *Page
	name name.Name
	rec  *career.Record
	// sections that a summary tab began, by folded heading.
	begun map[string]int
	// asked are the places of rec.FAQs, by folded question.
	asked map[string]int
	// found are the classes that the page has.
	found map[profile.Class]bool
}

// Result is what reading a page found.
type Result struct {
	// Found are the classes of headings on the page.
	Found map[profile.Class]bool
	// Stated is true if a heading of a definition, duties, types or workplace
	// names the career.
	Stated bool
	// Entry is true if a heading tells how one becomes what the page is about,
	// what it pays or what it asks for.
	Entry bool
}

// Read fills the parts of rec from the page: everything but its name, slug and
// source.
func Read(p *Page, n name.Name, rec *career.Record) Result {
	r := &reader{page: p, name: n, rec: rec, begun: map[string]int{}, asked: map[string]int{}, found: map[profile.Class]bool{}}
	stretches, titleClass := p.divide(n)
	stated := titleClass == profile.Definition || titleClass == profile.Duties || titleClass == profile.Types || titleClass == profile.Workplace
	entry := false
	for _, s := range stretches {
		entry = entry || s.class == profile.Other && s.info.Class == profile.Other && s.info.Literals > 0 && onEntry(s.head.Text)
		if s.head.Text != "" {
			r.found[s.class] = true
			stated = stated || s.info.Career != "" && s.class >= profile.Definition && s.class <= profile.Workplace
		}
	}
	lead := stretches[0]
	afterNames(stretches)
	r.pullLabels(stretches)
	if titleClass == profile.Duties && !r.found[profile.Duties] && hasEntries(lead) || titleClass == profile.Types && !r.found[titleClass] && hasEntries(lead) {
		lead.class = titleClass
		r.found[titleClass] = true
	}
	r.define(stretches, titleClass)
	for i, s := range stretches {
		switch s.class {
		case profile.Definition, profile.None:
		case profile.Duties:
			r.duties(s, stretches)
		case profile.Types:
			r.types(s)
		case profile.Workplace:
			r.workplace(s)
		case profile.FAQ, profile.Comparisons:
			r.faqs(s)
		case profile.Comparison:
			r.comparison(s)
		case profile.SeeAlso:
			r.seeAlso(s)
		case profile.AlsoKnownAs:
			r.alsoKnownAs(s)
		case profile.Drop:
			for i := range s.blocks {
				p.Dropped = append(p.Dropped, s.blocks[i].Text)
			}
		default:
			if len(s.blocks) == 0 && i+1 < len(stretches) && s.over(stretches[i+1]) {
				r.heading(s)
			}
			r.rest(s, s.blocks)
		}
	}
	stated = r.mergeFAQs() || stated
	stated = r.occupation() || stated
	r.abbreviations()
	r.identify()
	return Result{Found: r.found, Stated: stated, Entry: entry}
}

func hasEntries(s *stretch) bool {
	return s.items >= 2 || markedLeads(s.blocks) >= 2
}

// prose reads paragraphs and lists into a list of texts; tables go to sections.
func (r *reader) prose(s *stretch, to *[]string) {
	var other []block.Block
	for i := 0; i < len(s.blocks); i++ {
		b := &s.blocks[i]
		switch {
		case b.Kind == block.Row:
			other = append(other, *b)
		case b.Kind == block.Heading && b.Item == 0:
			if b.Style == block.StylePlain || i+1 == len(s.blocks) {
				*to = appendNew(*to, b.Text)
			} else if s.class != profile.Workplace {
				r.rest(s, append(other, s.blocks[i:]...))
				return
			} else if i+1 < len(s.blocks) && s.blocks[i+1].Kind == block.Row {
				other = append(other, *b)
			}
		case b.Item != 0:
			j := i
			var parts []string
			for ; j < len(s.blocks) && s.blocks[j].Item == b.Item; j++ {
				parts = append(parts, s.blocks[j].Text)
			}
			if len(parts) > 1 && (b.Kind == block.Term || b.Kind == block.Heading || nameLike(parts[0])) && !text.EndsSentence(parts[0]) && !strings.HasSuffix(parts[0], ":") {
				parts[0] += ":"
			}
			*to = appendNew(*to, text.Join(parts))
			i = j - 1
		default:
			*to = appendNew(*to, b.Text)
		}
	}
	r.rest(s, other)
}

func (r *reader) workplace(s *stretch) { r.prose(s, &r.rec.Workplace.Paragraphs) }

// duties reads duties, and types that follow them without a heading.
func (r *reader) duties(s *stretch, all []*stretch) {
	l := r.list(s)
	if len(l.entries) == 0 {
		// Prose only: it introduces a list that comes later, else it is the list.
		later, seen := false, false
		for _, t := range all {
			if t == s {
				seen = true
			} else if t.class == profile.Duties && seen {
				later = true
			}
		}
		if later || len(r.rec.Duties) > 0 {
			for _, t := range l.intro {
				if len(r.rec.Duties) > 0 {
					r.section(s, []string{t}, nil)
				} else if !contained(r.rec.Definition.Paragraphs, t) {
					r.rec.DutiesIntro = appendNew(r.rec.DutiesIntro, t)
				}
			}
		} else {
			for _, t := range l.intro {
				if strings.HasSuffix(t, ":") {
					r.rec.DutiesIntro = appendNew(r.rec.DutiesIntro, t)
					continue
				}
				for _, t := range enumeration(t) {
					r.addDuty(career.Duty{Text: t})
				}
			}
		}
		r.rest(s, l.tail)
		return
	}
	for _, t := range l.intro {
		r.rec.DutiesIntro = appendNew(r.rec.DutiesIntro, t)
	}
	for _, e := range l.entries {
		r.addDuty(duty(e))
	}
	if len(l.types) > 0 {
		r.rec.TypesIntro = append(r.rec.TypesIntro, l.typesIntro...)
		r.addTypes(s, l.types)
	}
	r.rest(s, l.tail)
}

// enumeration cuts a text that is one list apart: "Patrols trails; fights fires;
// counts wildlife." Any other text is whole.
func enumeration(s string) []string {
	if strings.Count(s, "; ") < 2 || len(text.Sentences(s)) > 1 {
		return []string{s}
	}
	parts := strings.Split(strings.TrimSuffix(s, "."), "; ")
	last := len(parts) - 1
	parts[last] = strings.TrimPrefix(parts[last], "and ")
	return parts
}

func (r *reader) addDuty(d career.Duty) {
	for _, old := range recent(r.rec.Duties) {
		if old.Name == d.Name && old.Text == d.Text {
			return
		}
	}
	r.rec.Duties = append(r.rec.Duties, d)
}

func (r *reader) types(s *stretch) {
	l := r.list(s)
	for _, t := range l.intro {
		r.rec.TypesIntro = appendNew(r.rec.TypesIntro, t)
	}
	r.addTypes(s, l.entries)
	if len(r.rec.Types) == 0 {
		for _, t := range l.intro {
			r.inlineTypes(t)
		}
	}
	r.rest(s, l.tail)
}

// inlineTypes adds the types that a sentence lists: "There are three types of
// welders: pipe welders, structural welders and underwater welders."
func (r *reader) inlineTypes(s string) {
	for _, sentence := range text.Sentences(s) {
		_, list, ok := strings.Cut(sentence, ": ")
		if !ok {
			if _, list, ok = strings.Cut(sentence, " include "); !ok {
				continue
			}
		}
		names := r.page.people(strings.TrimPrefix(list, ": "))
		if len(names) < 2 || slices.ContainsFunc(names, func(n string) bool { return !r.page.inflect.Person(n) }) {
			continue
		}
		for _, n := range names {
			base, abbr := splitAbbreviation(n)
			r.rec.Types = append(r.rec.Types, career.Type{Name: trimName(base), Abbreviation: abbr})
		}
	}
}

// addTypes adds the entries that name a type, each once; the others stay in a
// section.
func (r *reader) addTypes(s *stretch, entries []entry) {
	var nameless []string
	endList(entries)
	for _, e := range entries {
		t, ok := r.typeOf(e)
		if !ok {
			nameless = append(nameless, e.raw)
		} else if !slices.Contains(recent(r.rec.Types), t) {
			r.rec.Types = append(r.rec.Types, t)
		}
	}
	if len(nameless) > 0 {
		r.section(s, nameless, nil)
	}
}

// endList takes the full stop off the last entry of a list that is one sentence.
func endList(entries []entry) {
	n := len(entries) - 1
	if n < 1 {
		return
	}
	for _, e := range entries[:n] {
		if e.name != "" || text.EndsSentence(e.raw) {
			return
		}
	}
	if last := &entries[n]; last.name == "" {
		last.raw = strings.TrimSuffix(last.raw, ".")
		last.text = last.raw
	}
}

// comparison reads a comparison that is a section of its own.
func (r *reader) comparison(s *stretch) {
	if s.info.Left == "" {
		r.rest(s, s.blocks)
		return
	}
	r.compare(&question{text: strings.TrimSpace(block.StripNumber(s.head.Text)), head: s.info, blocks: s.blocks})
}

// appendNew appends a text unless the list has it, alone or at the start or end
// of a longer one; a longer text replaces one that it holds.
func appendNew(list []string, s string) []string {
	near := recent(list)
	for i, old := range near {
		switch {
		case holds(old, s):
			return list
		case holds(s, old):
			near[i] = s
			return list
		}
	}
	return append(list, s)
}

// maxCompared bounds what a new item is compared with: the repeats that this is
// for are copies for another screen, and no list of a real page is as long.
const maxCompared = 1000

// recent is the end of a list.
func recent[T any](list []T) []T { return list[max(0, len(list)-maxCompared):] }

// holds reports whether long is s, or begins or ends with its sentences.
func holds(long, s string) bool {
	if long == s {
		return true
	}
	rest := len(long) - len(s)
	return len(s) > 30 && rest > 0 && text.EndsSentence(s) &&
		(long[len(s)] == ' ' && long[:len(s)] == s || long[rest-1] == ' ' && long[rest:] == s)
}

func contained(list []string, s string) bool {
	for _, old := range recent(list) {
		if holds(old, s) {
			return true
		}
	}
	return false
}
