package section

import (
	"strings"

	"careerstream/normalize/block"
	"careerstream/normalize/profile"
	"careerstream/normalize/text"
	"careerstream/schemas/career"
)

// seeAlso reads the names of related careers; what is said of them is kept as a
// section.
func (r *reader) seeAlso(s *stretch) {
	var left []block.Block
	column := -1
	for i := 0; i < len(s.blocks); i++ {
		b := &s.blocks[i]
		switch {
		case b.Kind == block.Row && b.Head:
			column = nameColumn(b.Cells)
			left = append(left, *b)
		case b.Kind == block.Row:
			at := column
			if at < 0 || at >= len(b.Cells) {
				at = firstName(b.Cells)
			}
			if at >= 0 && len(b.Cells[at]) <= maxLeadBytes {
				r.addLink(b.Cells[at])
			}
			if len(b.Cells) > 1 {
				left = append(left, *b)
			}
		case b.Item != 0:
			j := i + 1
			for j < len(s.blocks) && s.blocks[j].Item == b.Item {
				j++
			}
			left = append(left, r.linkItem(s.blocks[i:j])...)
			i = j - 1
		case len(b.Links) > 1:
			for _, n := range b.Links {
				r.addLink(n)
			}
		default:
			if names := nameList(b.Text); names != nil {
				if len(names) > 1 {
					names = r.page.people(b.Text)
				}
				for _, n := range names {
					r.addLink(n)
				}
			} else {
				left = append(left, *b)
			}
		}
	}
	r.rest(s, left)
}

// linkItem reads one item; it returns what its name does not take.
func (r *reader) linkItem(blocks []block.Block) []block.Block {
	b := blocks[0]
	if len(blocks) == 1 && !text.EndsSentence(b.Text) {
		if lead, rest, ok := splitAny(&b); ok {
			r.addLink(lead)
			return []block.Block{{Kind: block.Paragraph, Text: rest}}
		}
		if text.WordCount(b.Text, 12) <= 12 {
			r.addLink(b.Text)
			return nil
		}
	}
	if lead, rest, ok := splitAny(&b); ok {
		r.addLink(lead)
		blocks[0].Text, blocks[0].Lead = rest, 0
		return blocks
	}
	if len(blocks) > 1 && nameLike(b.Text) {
		r.addLink(b.Text)
		return blocks[1:]
	}
	if b.LinkBytes > 0 && b.LinkBytes < len(b.Text) && b.LinkBytes <= maxLeadBytes {
		if name := strings.TrimSpace(b.Text[:b.LinkBytes]); nameLike(name) {
			r.addLink(name)
		}
	}
	return blocks
}

// nameList cuts a line such as "Psychoanalyst, Counselor, Coach" into names; nil
// if the line is prose.
func nameList(s string) []string {
	if text.EndsSentence(s) && text.WordCount(s, 6) > 6 || len(s) > 400 {
		return nil
	}
	s = strings.TrimRight(s, ".")
	sep := ","
	for _, sp := range []string{"|", ";", "•", "·", " / "} {
		if strings.Contains(s, sp) {
			sep = sp
			break
		}
	}
	var out []string
	for part := range strings.SplitSeq(s, sep) {
		part = strings.TrimSpace(part)
		if sep == "," || sep == ";" {
			part = strings.TrimPrefix(strings.TrimPrefix(part, "and "), "or ")
		}
		if part == "" {
			continue
		}
		if text.WordCount(part, 8) > 8 {
			return nil
		}
		out = append(out, part)
	}
	if n := len(out); n == 1 {
		if l, r, ok := strings.Cut(out[0], " and "); ok && startsUpper(l) && startsUpper(r) && strings.Count(s, " ") > 2 && sep != "," {
			return []string{l, r}
		}
	}
	return out
}

func (r *reader) addLink(n string) {
	n = trimLink(n)
	if h := r.page.match(n); h.Career != "" && h.Literals > 1 && r.page.inflect.Person(h.Career) {
		n = h.Career // "What a Boilermaker Does"
	}
	if n == "" || strings.HasPrefix(n, "List of ") || strings.HasSuffix(n, "?") || strings.HasSuffix(n, "!") {
		return
	}
	for _, old := range recent(r.rec.SeeAlso) {
		if strings.EqualFold(old.Name, n) {
			return
		}
	}
	r.rec.SeeAlso = append(r.rec.SeeAlso, career.Link{Name: n})
}

func trimLink(s string) string {
	return withoutCode(strings.TrimSpace(strings.Trim(strings.TrimSpace(s), "→»›>:;,•| ")))
}

// minCode is the least digits of a code.
const minCode = 4

// withoutCode takes the code of a classification off a name: "29-1141.00
// Registered Nurses", "Roofers (73110)".
func withoutCode(s string) string {
	if code, rest, ok := strings.Cut(s, " "); ok && isCode(code) {
		return strings.TrimLeft(rest, "-–—: ")
	}
	if open := strings.LastIndexByte(s, '('); open > 0 && strings.HasSuffix(s, ")") {
		code := s[open+1 : len(s)-1]
		if _, number, ok := strings.Cut(code, " "); ok { // "(NOC 73110)"
			code = number
		}
		if isCode(code) {
			return strings.TrimSpace(s[:open])
		}
	}
	return s
}

func isCode(s string) bool {
	digits := 0
	for i := range len(s) {
		switch c := s[i]; {
		case c >= '0' && c <= '9':
			digits++
		case c != '-' && c != '.':
			return false
		}
	}
	return digits >= minCode
}

// seeAlsoVerbs stand between the words for related careers and their names.
var seeAlsoVerbs = []string{" include ", " are ", " includes "}

// seeAlsoLabel cuts "See also: X, Y" and "Related occupations include X and Y."
// at the words before the names.
func (p *Page) seeAlsoLabel(b *block.Block) (rest string, ok bool) {
	at := strings.IndexByte(b.Text, ':')
	if b.Lead > 0 && b.Lead < len(b.Text) && (at < 0 || at > b.Lead) {
		at = b.Lead - 1 // "<b>See also</b> X, Y"
	}
	if at > 0 && at <= maxSeeAlsoLabel && p.match(b.Text[:at+1]).Class == profile.SeeAlso {
		rest = strings.TrimSpace(strings.TrimLeft(b.Text[at+1:], ": "))
		return rest, rest != ""
	}
	start := b.Text[:min(len(b.Text), maxSeeAlsoLabel)]
	if !strings.Contains(start, "elated") && !strings.Contains(start, "imilar") && !strings.Contains(start, "lternative") && !strings.Contains(start, "ther ") {
		return "", false
	}
	for _, verb := range seeAlsoVerbs {
		if i := strings.Index(start, verb); i > 0 {
			if h := p.match(b.Text[:i]); h.Class == profile.SeeAlso && h.Literals > 1 && len(text.Sentences(b.Text)) == 1 {
				return strings.TrimLeft(b.Text[i+len(verb):], ": "), true
			}
		}
	}
	return "", false
}

// maxSeeAlsoLabel is the longest label before related careers, in bytes.
const maxSeeAlsoLabel = 60

// people is nameList for a line that a label makes a list; the last two names
// may be joined by "and" alone.
func (p *Page) people(s string) []string {
	names := nameList(strings.TrimRight(s, ". "))
	if len(names) == 0 {
		return nil
	}
	last := len(names) - 1
	for _, joint := range []string{" and ", " or ", " & "} {
		if l, r, ok := strings.Cut(names[last], joint); ok && p.inflect.Person(l) && p.inflect.Person(r) {
			return append(names[:last], l, r)
		}
	}
	return names
}

// nameColumn finds the column of careers' names in a header row, or -1.
func nameColumn(cells []string) int {
	for i, c := range cells {
		switch text.Fold(c) {
		case "occupation", "occupations", "career", "careers", "job", "job title", "title", "name", "role", "profession", "related career", "similar occupation":
			return i
		}
	}
	return -1
}

func firstName(cells []string) int {
	for i, c := range cells {
		if c != "" && nameLike(c) {
			return i
		}
	}
	return -1
}
