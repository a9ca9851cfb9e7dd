package section

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"

	"careerstream/normalize/block"
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

// section adds a section. One that a summary began is completed by the section
// of the same heading.
func (r *reader) section(s *stretch, texts []string, rows [][]string) {
	level := int(s.head.Level)
	if level == 0 && s.head.Text != "" {
		level = defaultLevel
	}
	key := text.Fold(s.head.Text)
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
	if n := len(r.rec.Sections); n > 0 && key != "" && text.Fold(r.rec.Sections[n-1].Heading) == key {
		sec := &r.rec.Sections[n-1]
		sec.Text = append(sec.Text, texts...)
		sec.Rows = append(sec.Rows, rows...)
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
		id := slug.Make(d.Name)
		if id == "" {
			sum := sha256.Sum256([]byte(d.Text))
			words := strings.Fields(d.Text)
			id = strings.Trim(slug.Make(strings.Join(words[:min(len(words), 6)], " "))+"-"+hex.EncodeToString(sum[:3]), "-")
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
