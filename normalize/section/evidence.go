package section

import (
	"net/url"
	"path"
	"strings"

	"careerstream/normalize/block"
	"careerstream/normalize/name"
	"careerstream/normalize/profile"
	"careerstream/normalize/text"
)

// Weights of the places that name a career.
const (
	weightTitleSlot = 4
	weightTitle     = 3
	weightTitleRest = 1
	weightH1        = 4
	weightSlot      = 3
	weightMention   = 1
	weightLink      = 1
	weightSubject   = 2
	maxSlotWeight   = 15
)

// Evidence gathers what the page says about its career's name.
func (p *Page) Evidence(pageURL string) []name.Evidence {
	var out []name.Evidence
	add := func(s string, weight int, stated bool) {
		if s = p.withoutPlace(s); s != "" {
			out = append(out, name.Evidence{Text: s, Weight: weight, Stated: stated})
		}
	}
	for i, title := range []string{text.Clean(p.Doc.Title), text.Clean(p.Doc.Name)} {
		rest := weightTitle
		if i > 0 {
			rest = weightTitleRest
		}
		for _, c := range p.titleNames(title) {
			if c.stated {
				add(c.text, weightTitleSlot, true)
				continue
			}
			add(c.text, rest, false)
			rest = weightTitleRest
		}
	}
	for _, link := range []string{p.Doc.Canonical, pageURL} {
		if s := slugWords(link); s != "" {
			if career := p.nameIn(s); career != "" {
				s = career
			}
			if !p.noise(s) {
				out = append(out, name.Evidence{Text: s, Weight: weightLink, Hint: true})
			}
			break
		}
	}
	if p.Doc.Occupation != nil {
		add(p.Doc.Occupation.Name, weightH1, true)
	}
	slots, first := 0, true
	for i := range p.Blocks {
		b := &p.Blocks[i]
		if b.Kind != block.Heading && b.Kind != block.Term {
			continue
		}
		h := p.Heads[i]
		switch {
		case h.Career != "" && h.Class != profile.FAQ && h.Class != profile.SeeAlso && slots < maxSlotWeight:
			weight := weightSlot
			if b.Level == 1 {
				weight = weightH1 + 1
			}
			if generic(h) && b.Level != 1 {
				weight = weightMention
			}
			slots += weight
			add(h.Career, weight, true)
		case h.Left != "":
			add(h.Left, weightMention, true)
		case h.Class == profile.None && (b.Level == 1 || first) && !p.noise(b.Text):
			for j, c := range p.titleNames(b.Text) {
				if c.stated || j == 0 {
					add(c.text, weightH1, c.stated || b.Level == 1)
				}
			}
		}
		first = false
	}
	for _, s := range p.subjects() {
		add(s, weightSubject, false)
	}
	return out
}

// titleName is a name that a title may give; stated where a pattern says so.
type titleName struct {
	text   string
	stated bool
}

// titleNames returns the names in a title, the likeliest first: those of a
// pattern, then those of people.
func (p *Page) titleNames(title string) []titleName {
	var stated, people, others []titleName
	parts := p.titleParts(title)
	for _, seg := range parts {
		if career := p.nameIn(seg); career != "" {
			stated = append(stated, titleName{career, true})
		} else if p.noise(seg) {
			continue
		} else if p.inflect.Person(seg) {
			people = append(people, titleName{seg, false})
		} else {
			others = append(others, titleName{seg, false})
		}
	}
	if len(stated) == 0 && len(parts) > 1 { // "Spotlight on: Nurse"
		if m, ok := p.Profile.Names.Full(p.tokens(title)); ok {
			if c := headOf(m, title).Career; p.inflect.Person(c) && len(p.titleParts(c)) == 1 && !p.noise(c) {
				return append([]titleName{{c, true}}, people...)
			}
		}
	}
	return append(append(stated, people...), others...)
}

// Limits of what the first sentences may say of the career's name.
const (
	maxSubjects   = 3
	maxNameTokens = 4
)

// subjects returns the subjects of the first sentences that name people: "A
// crane operator moves ...", "Beekeepers raise ...".
func (p *Page) subjects() []string {
	var out []string
	for i, seen := 0, 0; i < len(p.Blocks) && seen < 4 && len(out) < maxSubjects; i++ {
		b := &p.Blocks[i]
		if b.Kind != block.Paragraph || b.Item != 0 || !text.EndsSentence(b.Text) {
			continue
		}
		seen++
		for k, sentence := range text.Sentences(b.Text[:min(len(b.Text), 600)]) {
			if k > 2 || len(out) == maxSubjects {
				break
			}
			if s := p.subjectOf(sentence); s != "" {
				out = append(out, s)
			}
		}
	}
	return out
}

// subjectOf returns the people that a sentence begins with, or "": words up to
// a noun for people, after "a" in the singular, else in the plural.
func (p *Page) subjectOf(sentence string) string {
	toks := p.tokens(sentence[:min(len(sentence), 80)])
	article := len(toks) > 0 && (toks[0].Word == "a" || toks[0].Word == "an")
	if article {
		toks = toks[1:]
	}
	for i, t := range toks {
		if i >= maxNameTokens || i+1 == len(toks) || p.Profile.Verbs[t.Word] && !p.inflect.Person(t.Word) {
			return ""
		}
		if i > 0 && strings.ContainsAny(sentence[toks[i-1].End:t.Start], ",;:.") {
			return ""
		}
		if p.inflect.Person(t.Word) && !p.inflect.Person(toks[i+1].Word) && p.inflect.IsPlural(t.Word) != article {
			if next := toks[i+1].Word; next == "of" || next == "and" || next == "or" {
				return ""
			}
			return sentence[toks[0].Start:t.End]
		}
	}
	return ""
}

// slugWords returns the words of a link's last telling path segment.
func slugWords(link string) string {
	u, err := url.Parse(strings.TrimSpace(link))
	if err != nil {
		return ""
	}
	segs := strings.Split(strings.Trim(u.Path, "/"), "/")
	for i := len(segs) - 1; i >= 0; i-- {
		s := strings.TrimSuffix(segs[i], path.Ext(segs[i]))
		if s == "" || s == "index" || s == "overview" || s == "default" || strings.Trim(s, "0123456789-_") == "" {
			continue
		}
		return strings.Join(strings.FieldsFunc(strings.ToLower(s), func(r rune) bool { return r == '-' || r == '_' || r == '+' || r == ' ' }), " ")
	}
	return ""
}

// Body returns some of the page's text in lower case, for counting names in it.
func (p *Page) Body() string {
	var b strings.Builder
	for i := range p.Blocks {
		if k := p.Blocks[i].Kind; k == block.Paragraph || k == block.Item {
			b.WriteString(p.Blocks[i].Text)
			b.WriteByte('\n')
			if b.Len() > 6000 {
				break
			}
		}
	}
	return strings.ToLower(b.String())
}
