package section

import (
	"strings"

	"careerstream/normalize/block"
	"careerstream/normalize/profile"
	"careerstream/normalize/text"
	"careerstream/schemas/career"
)

// alsoKnownAs reads other names of the career.
func (r *reader) alsoKnownAs(s *stretch) {
	var left []block.Block
	for i := range s.blocks {
		b := &s.blocks[i]
		if b.Kind == block.Row {
			left = append(left, *b)
			continue
		}
		if _, rest, ok := r.akaLabel(b); ok {
			r.addNames(rest)
			continue
		}
		if b.Item == 0 && strings.HasSuffix(b.Text, ":") {
			r.page.Dropped = append(r.page.Dropped, b.Text)
			continue // it introduces the names
		}
		if names := nameList(b.Text); names != nil {
			for _, n := range names {
				r.addName(n)
			}
			continue
		}
		left = append(left, *b)
	}
	r.rest(s, left)
}

// afterNames gives the lead the prose that stands below the other names of a page
// that begins with them.
func afterNames(all []*stretch) {
	if len(all) < 2 || all[1].class != profile.AlsoKnownAs || prosy(all[0].blocks) {
		return
	}
	lead, s := all[0], all[1]
	for i := range s.blocks {
		if prosy(s.blocks[i : i+1]) {
			lead.blocks, lead.heads = append(lead.blocks, s.blocks[i:]...), append(lead.heads, s.heads[i:]...)
			s.blocks, s.heads = s.blocks[:i:i], s.heads[:i:i]
			return
		}
	}
}

func (r *reader) addNames(s string) bool {
	names := nameList(strings.ReplaceAll(s, " or ", ", "))
	for _, n := range names {
		r.addName(n)
	}
	return names != nil
}

func (r *reader) addName(n string) {
	n = strings.Trim(trimLink(n), `.“”"`)
	if n == "" || strings.EqualFold(n, r.rec.Name) {
		return
	}
	for _, old := range r.rec.AlsoKnownAs {
		if strings.EqualFold(old, n) {
			return
		}
	}
	r.rec.AlsoKnownAs = append(r.rec.AlsoKnownAs, n)
}

// akaLabel cuts "A paramedic may also be known as: X, Y" at its label.
func (r *reader) akaLabel(b *block.Block) (label, rest string, ok bool) { return r.page.akaLabel(b) }

func (p *Page) akaLabel(b *block.Block) (label, rest string, ok bool) {
	at := strings.Index(b.Text, ":")
	if at <= 0 || at > maxLeadBytes || at+1 >= len(b.Text) {
		if b.Lead > 0 && b.Lead < len(b.Text) {
			at = b.Lead - 1
		} else {
			return p.akaPrefix(b.Text)
		}
	}
	label = b.Text[:at+1]
	if _, ok := p.Profile.AKALabels.Full(p.tokens(label)); !ok {
		return "", "", false
	}
	return label, strings.TrimSpace(strings.TrimLeft(b.Text[at+1:], ": ")), true
}

// akaPrefix cuts a short line whose first words are such a label: "Alternative
// titles for this job include X, Y".
func (p *Page) akaPrefix(s string) (label, rest string, ok bool) {
	if len(s) > 160 || !strings.Contains(s, "nown as") && !strings.Contains(s, "alled ") && !strings.Contains(s, "itle") && !strings.Contains(s, "ames ") {
		return "", "", false
	}
	toks := p.tokens(s)
	n := p.Profile.AKALabels.Prefix(toks, 8)
	if n < 2 || n >= len(toks) {
		return "", "", false
	}
	end := toks[n-1].End
	rest = strings.TrimSpace(s[end:])
	if nameList(rest) == nil || !text.StartsUpper(rest) {
		return "", "", false
	}
	return s[:end], rest, true
}

// pullLabels takes out of prose the lines that a label makes a part of their
// own: "Also known as: ...", "See also: ...".
func (r *reader) pullLabels(all []*stretch) {
	for _, s := range all {
		aka := true
		switch s.class {
		case profile.SeeAlso, profile.Drop:
			continue
		case profile.AlsoKnownAs, profile.FAQ, profile.Comparison, profile.Comparisons:
			aka = false
		}
		keep := make([]int, 0, len(s.blocks))
		for i := range s.blocks {
			if !r.pullLabel(&s.blocks[i], aka) {
				keep = append(keep, i)
			}
		}
		if len(keep) == len(s.blocks) {
			continue
		}
		blocks, heads := make([]block.Block, 0, len(keep)), make([]Head, 0, len(keep))
		for _, i := range keep {
			blocks, heads = append(blocks, s.blocks[i]), append(heads, s.heads[i])
		}
		s.blocks, s.heads = blocks, heads
	}
}

// pullLabel takes one block's names if a label makes it a list of names, those
// of the career itself where aka is true.
func (r *reader) pullLabel(b *block.Block, aka bool) bool {
	if len(b.Text) >= 500 || b.Kind == block.Heading || b.Kind == block.Term {
		return false
	}
	if b.Kind == block.Row {
		if len(b.Cells) != 2 || b.Head || !aka {
			return false
		}
		if r.found[profile.SeeAlso] && r.page.match(b.Cells[0]).Class == profile.SeeAlso {
			return false // the page has a list of its own
		}
		pair := *b
		pair.Kind, pair.Text, pair.Lead = block.Paragraph, b.Cells[0]+": "+b.Cells[1], 0
		b = &pair
	}
	if aka {
		if _, rest, ok := r.akaLabel(b); ok && r.addNames(rest) {
			r.found[profile.AlsoKnownAs] = true
			return true
		}
	}
	if aka && r.pullTypes(b) {
		return true
	}
	rest, ok := r.page.seeAlsoLabel(b)
	if !ok {
		return false
	}
	names := b.Links
	if len(names) < 2 {
		names = r.page.people(rest)
	}
	people := 0
	for _, n := range names {
		if r.page.inflect.Person(n) {
			people++
		}
	}
	if people*2 < len(names) || names == nil { // "Related: 10 Jobs for Quiet People"
		return b.LinkBytes*2 > len(b.Text)
	}
	for _, n := range names {
		r.addLink(n)
	}
	r.found[profile.SeeAlso] = true
	return true
}

// pullTypes takes the types that a label lists: "Specialisations: Commis Chef,
// Sous Chef".
func (r *reader) pullTypes(b *block.Block) bool {
	at := strings.IndexByte(b.Text[:min(len(b.Text), maxSeeAlsoLabel)], ':')
	if at <= 0 || b.Kind == block.Row || r.found[profile.Types] || r.page.match(b.Text[:at]).Class != profile.Types {
		return false
	}
	names := r.page.people(strings.TrimSpace(b.Text[at+1:]))
	if len(names) < 2 {
		return false
	}
	for _, n := range names {
		if !r.page.inflect.Person(n) {
			return false
		}
	}
	for _, n := range names {
		base, abbr := splitAbbreviation(n)
		r.rec.Types = append(r.rec.Types, career.Type{Name: trimName(base), Abbreviation: abbr})
	}
	return true
}
