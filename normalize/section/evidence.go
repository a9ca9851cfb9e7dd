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
	weightLink      = 3
	maxSlotWeight   = 15
)

// Evidence gathers what the page says about its career's name.
func (p *Page) Evidence(pageURL string) []name.Evidence {
	var out []name.Evidence
	add := func(s string, weight int, stated bool) {
		if s != "" {
			out = append(out, name.Evidence{Text: s, Weight: weight, Stated: stated})
		}
	}
	for i, title := range []string{text.Clean(p.Doc.Title), text.Clean(p.Doc.Name)} {
		for j, seg := range p.titleParts(title) {
			if career := p.nameIn(seg); career != "" {
				add(career, weightTitleSlot, true)
			} else if !p.noise(seg) && i+j == 0 {
				add(seg, weightTitle, false)
			} else if !p.noise(seg) {
				add(seg, weightTitleRest, false)
			}
		}
	}
	for _, link := range []string{p.Doc.Canonical, pageURL} {
		if s := slugWords(link); s != "" {
			if career := p.nameIn(s); career != "" {
				s = career
			}
			if !p.noise(s) {
				add(s, weightLink, false)
			}
			break
		}
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
			for j, seg := range p.titleParts(b.Text) {
				if career := p.nameIn(seg); career != "" {
					add(career, weightH1, true)
				} else if !p.noise(seg) && j == 0 {
					add(seg, weightH1, b.Level == 1)
				}
			}
		}
		first = false
	}
	return out
}

// generic reports whether a heading's pattern would take nearly any words for a
// career, as "{career} skills" does.
func generic(h Head) bool { return h.Literals < 2 || h.Class == profile.Other && h.Literals < 3 }

// nameIn returns the career that a text names by one of the heading patterns.
func (p *Page) nameIn(s string) string {
	if h := p.match(s); h.Career != "" && !generic(h) {
		return h.Career
	}
	s = block.StripNumber(s)
	if m, ok := p.Profile.Names.Full(text.Tokens(s)); ok {
		return headOf(m, s).Career
	}
	return p.match(s).Career
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
		if part != "" {
			out = append(out, part)
		}
	}
	return out
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
