package section

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"careerstream/normalize/block"
	"careerstream/normalize/profile"
	"careerstream/normalize/text"
	"careerstream/schemas/career"

	"github.com/gosimple/slug"
)

// defaultLevel is the level of a section whose heading states none.
const defaultLevel = 2

// rest keeps blocks that no reader claims as sections, a section a heading.
func (r *reader) rest(s *stretch, blocks []block.Block) {
	if len(blocks) == 0 {
		return
	}
	var texts []string
	var rows [][]string
	head := s.head
	if b := &blocks[0]; s.class == profile.Other && b.Kind == block.Heading && s.level() > 1 && b.Level > s.level() && !strings.EqualFold(b.Text, s.head.Text) {
		r.heading(s)
	}
	flush := func() {
		if len(texts) > 0 || len(rows) > 0 || head.Text != s.head.Text {
			sub := *s
			sub.head = head
			r.section(&sub, texts, rows)
		}
		texts, rows = nil, nil
	}
	for i := 0; i < len(blocks); {
		b := &blocks[i]
		j := i + 1
		switch {
		case b.Kind == block.Row:
			rows = append(rows, b.Cells)
		case b.Kind == block.Heading && b.Item == 0 && (b.Style != block.StylePlain || s.head.Text == "") && !(b.Style == block.StyleTable && i+1 < len(blocks) && blocks[i+1].Kind != block.Row):
			flush()
			head = *b
		case b.Item != 0:
			var parts []string
			for j = i; j < len(blocks) && blocks[j].Item == b.Item; j++ {
				if blocks[j].Kind == block.Row {
					rows = append(rows, blocks[j].Cells)
					continue
				}
				parts = append(parts, blocks[j].Text)
			}
			if len(parts) > 1 && nameLike(parts[0]) && !text.EndsSentence(parts[0]) && !strings.HasSuffix(parts[0], ":") {
				parts[0] += ":"
			}
			if len(parts) > 0 {
				texts = append(texts, text.Join(parts))
			}
		default:
			texts = append(texts, b.Text)
		}
		i = j
	}
	flush()
}

// heading adds a section that has no text of its own, only sections below it: "How
// to become a judge", with its steps.
func (r *reader) heading(s *stretch) {
	for i := range recent(r.rec.Sections) {
		if strings.EqualFold(r.rec.Sections[i].Heading, s.head.Text) {
			return
		}
	}
	r.section(s, nil, nil)
}

// section adds a section. One that a summary began is completed by the section
// of the same heading.
func (r *reader) section(s *stretch, texts []string, rows [][]string) {
	level := int(s.head.Level)
	if level == 0 && s.head.Text != "" {
		level = defaultLevel
	}
	key := strings.ToLower(s.head.Text)
	if at, ok := r.begun[key]; ok && key != "" {
		sec := &r.rec.Sections[at]
		for _, t := range texts {
			sec.Text = appendNew(sec.Text, t)
		}
		sec.Rows = append(sec.Rows, rows...)
		if !s.inSummary {
			sec.Level = level
			delete(r.begun, key)
		}
		return
	}
	if n := len(r.rec.Sections); n > 0 && key != "" && strings.EqualFold(r.rec.Sections[n-1].Heading, s.head.Text) {
		sec := &r.rec.Sections[n-1]
		for _, t := range texts {
			sec.Text = appendNew(sec.Text, t)
		}
		sec.Rows = append(sec.Rows, rows...)
		return
	}
	if r.repeated(s.head.Text, texts, rows) {
		return
	}
	if s.inSummary {
		r.begun[key] = len(r.rec.Sections)
	}
	r.rec.Sections = append(r.rec.Sections, career.Section{Heading: s.head.Text, Level: level, Text: texts, Rows: rows})
}

// identify gives every duty an id that stays while its name stays, or, without
// a name, its text.
func (r *reader) identify() {
	seen := map[string]bool{}
	for i := range r.rec.Duties {
		d := &r.rec.Duties[i]
		id := idOf(d.Name)
		if id == "" {
			sum := sha256.Sum256([]byte(d.Text))
			words := strings.Fields(d.Text)
			id = strings.Trim(idOf(strings.Join(words[:min(len(words), 6)], " "))+"-"+hex.EncodeToString(sum[:3]), "-")
		}
		if len(id) > 100 {
			id = strings.TrimRight(id[:100], "-")
		}
		base := id
		for n := 2; seen[id]; n++ {
			id = fmt.Sprintf("%s-%d", base, n)
		}
		seen[id] = true
		d.ID = id
	}
}

// idOf makes a slug; plain ASCII words need no transliteration.
func idOf(s string) string {
	b := make([]byte, 0, len(s))
	for i := range len(s) {
		c := s[i]
		switch {
		case c >= 'A' && c <= 'Z':
			c += 'a' - 'A'
		case c >= 'a' && c <= 'z' || c >= '0' && c <= '9':
		case c >= 0x80 || c == '&' || c == '@':
			return slug.Make(s)
		case len(b) > 0 && b[len(b)-1] != '-' && c != '\'':
			c = '-'
		default:
			continue
		}
		b = append(b, c)
	}
	return strings.TrimRight(string(b), "-")
}

// repeated reports whether a section of that heading says all this already, as
// on a page with one copy for large and one for small screens.
func (r *reader) repeated(heading string, texts []string, rows [][]string) bool {
	for _, sec := range r.rec.Sections {
		if !strings.EqualFold(sec.Heading, heading) {
			continue
		}
		same := true
		for _, t := range texts {
			same = same && slices.Contains(sec.Text, t)
		}
		for _, row := range rows {
			same = same && slices.ContainsFunc(sec.Rows, func(old []string) bool { return slices.Equal(old, row) })
		}
		if same && len(texts)+len(rows) > 0 {
			return true
		}
	}
	return false
}
