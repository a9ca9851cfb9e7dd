package section

import (
	"strings"

	"careerstream/normalize/block"
	"careerstream/normalize/profile"
	"careerstream/normalize/text"
	"careerstream/schemas/career"
)

// entry is one thing of a list, however the page marks it up.
type entry struct {
	name, text string
	// raw is the whole text with the name, for a list whose names prove none.
	raw string
	// marked is true where markup, not wording, sets the name off; colon where
	// a colon does, dash where a dash does.
	marked, colon, dash bool
}

// listing is a stretch read as a list: prose before it, its entries, and the
// blocks that belong to neither.
type listing struct {
	intro   []string
	entries []entry
	tail    []block.Block
	// types are entries of another kind that follow the list in its own stretch.
	typesIntro []string
	types      []entry
}

// list reads a stretch as a list of entries.
func (r *reader) list(s *stretch) listing {
	var out listing
	blocks, heads := s.blocks, s.heads
	items := 0
	var header []string // of the table that is open
	for i := range blocks {
		if blocks[i].Item != 0 || blocks[i].Kind == block.Row && len(blocks[i].Cells) > 1 {
			items++
		}
	}
	leads := markedLeads(blocks)
	named := namedHeadings(blocks)
	labels := items == 0 && !named && leads < 2 && plainLeads(blocks) >= 2
	for i := 0; i < len(blocks); {
		b := &blocks[i]
		switch {
		case b.Item != 0:
			j := i + 1
			for j < len(blocks) && blocks[j].Item == b.Item {
				j++
			}
			out.entries = append(out.entries, itemEntry(blocks[i:j]))
			i = j
			continue
		case b.Kind == block.Row:
			if b.Head && len(b.Cells) > 1 {
				header = b.Cells
				break
			}
			if e, ok := rowEntry(b, header); ok {
				out.entries = append(out.entries, e)
			} else {
				out.tail = append(out.tail, *b)
			}
		case b.Kind == block.Heading:
			j := i + 1
			for j < len(blocks) && blocks[j].Kind != block.Heading {
				j++
			}
			body := blocks[i+1 : j]
			switch {
			case len(body) == 0 && b.Level == 0 && items > 0 && len(out.entries) > 0 && !entriesFollow(blocks[i+1:], leads, labels):
				out.tail = append(out.tail, *b)
			case len(body) == 0 && (items > 0 && len(out.entries) > 0 || b.Style == block.StyleNone):
				out.intro = append(out.intro, b.Text)
			case len(body) == 0:
				out.entries = append(out.entries, entry{text: b.Text, raw: b.Text})
			case listBelow(body):
				out.intro = append(out.intro, b.Text)
			case items > 0 && len(out.entries) > 0 && heads[i].Class == profile.None && b.Style == block.StylePlain && !named:
				out.tail = append(out.tail, *b)
			default:
				out.entries = append(out.entries, headingEntry(b, body))
				i = j
				continue
			}
		case r.opensTypes(s, b, blocks[i+1:]) && len(out.types) == 0 && len(out.entries) > 0:
			out.typesIntro = []string{b.Text}
			var rest []block.Block
			out.types, rest = r.typesBelow(blocks[i+1:])
			out.tail = append(out.tail, rest...)
			return finish(out)
		case s.class == profile.Duties && items > 0 && len(out.entries) > 0 && subjectLeads(blocks[i:]) >= 2 && isSubject(b):
			var rest []block.Block
			out.types, rest = r.typesBelow(blocks[i:])
			out.tail = append(out.tail, rest...)
			return finish(out)
		case items == 0 && leads >= 2 && partLead(b), items == 0 && leads == 1 && partLead(b) && s.class == profile.Types,
			items > 0 && leads >= 2 && len(out.entries) > 0 && s.class == profile.Types && partLead(b):
			e := paragraphEntry(b)
			j := i + 1
			for j < len(blocks) && blocks[j].Kind == block.Paragraph && blocks[j].Item == 0 && !partLead(&blocks[j]) && !r.aside(blocks[j].Text) && !(j == len(blocks)-1 && items > 0) {
				e.text += "\n\n" + blocks[j].Text
				e.raw += "\n\n" + blocks[j].Text
				j++
			}
			out.entries = append(out.entries, e)
			i = j
			continue
		case labels && isPlainLead(b):
			out.entries = append(out.entries, itemEntry(blocks[i:i+1]))
		case len(out.entries) == 0 || entriesFollow(blocks[i+1:], leads, labels):
			out.intro = append(out.intro, b.Text)
		default:
			out.tail = append(out.tail, *b)
		}
		i++
	}
	return finish(out)
}

// finish gives up names that only wording suggests where most entries of the
// list have none.
func finish(l listing) listing {
	vote(l.entries)
	return l
}

func vote(entries []entry) {
	if len(entries) == 0 {
		return
	}
	colons, dashes, marked := 0, 0, 0
	for _, e := range entries {
		switch {
		case e.marked:
			marked++
		case e.colon:
			colons++
		case e.dash:
			dashes++
		}
	}
	n := len(entries)
	for i := range entries {
		e := &entries[i]
		if e.colon && (colons+marked)*2 < n || e.dash && (dashes+marked)*10 < n*6 {
			e.name, e.text = "", e.raw
		}
	}
}

// itemEntry reads a list item or definition pair of one or more blocks.
func itemEntry(blocks []block.Block) entry {
	first := &blocks[0]
	parts := make([]string, 0, len(blocks))
	for i := range blocks {
		if blocks[i].Kind == block.Row {
			parts = append(parts, strings.Join(blocks[i].Cells, ": "))
		} else {
			parts = append(parts, blocks[i].Text)
		}
	}
	e := entry{raw: text.Join(parts)}
	if lead, rest, subject, ok := splitMarked(first); ok {
		e.name, e.marked = lead, true
		if subject {
			e.text = e.raw
			return e
		}
		parts[0] = rest
		e.text = text.Join(parts)
		return e
	}
	whole := first.Kind == block.Heading || first.Kind == block.Term || first.Lead >= len(strings.TrimRight(first.Text, ":.–- "))
	if whole && first.Lead > 0 && len(blocks) == 1 {
		whole = !text.EndsSentence(first.Text) && text.WordCount(first.Text, 12) <= 12
		if _, _, _, plain := splitPlain(first.Text); plain {
			whole = false
		}
	}
	if whole || len(blocks) > 1 && nameLike(first.Text) && !text.EndsSentence(first.Text) && len(blocks[1].Text) > len(first.Text) {
		e.name, e.text, e.marked = trimName(first.Text), text.Join(parts[1:]), true
		if len(parts) == 1 {
			e.text = ""
		}
		return e
	}
	if lead, rest, colon, ok := splitPlain(first.Text); ok {
		e.name, e.colon, e.dash = trimName(lead), colon, !colon
		parts[0] = rest
		e.text = text.Join(parts)
		return e
	}
	e.text = e.raw
	return e
}

// nameLike reports whether a text could be the name of an entry.
func nameLike(s string) bool {
	return text.StartsUpper(s) && len(s) <= maxLeadBytes && text.WordCount(s, maxLeadWords) <= maxLeadWords &&
		!strings.HasSuffix(s, ".") && !strings.HasSuffix(s, ",") && !strings.HasSuffix(s, ";")
}

// rowEntry reads a table row: a name, and text in the cells after it, the third
// and later ones with what the header says of them.
func rowEntry(b *block.Block, header []string) (entry, bool) {
	var cells []string
	for i, c := range b.Cells {
		if c == "" {
			continue
		}
		if len(cells) > 1 && len(header) == len(b.Cells) && header[i] != "" {
			c = trimName(header[i]) + ": " + c
		}
		cells = append(cells, c)
	}
	switch len(cells) {
	case 0:
		return entry{}, false
	case 1:
		return entry{text: cells[0], raw: cells[0]}, true
	}
	body := strings.Join(cells[1:], "\n\n")
	if !nameLike(cells[0]) {
		all := strings.Join(cells, "\n\n")
		return entry{text: all, raw: all}, true
	}
	return entry{name: trimName(cells[0]), text: body, raw: cells[0] + ": " + body, marked: true}, true
}

// headingEntry reads a heading with the text below it.
func headingEntry(head *block.Block, body []block.Block) entry {
	var parts []string
	for i := 0; i < len(body); {
		j := i + 1
		for body[i].Item != 0 && j < len(body) && body[j].Item != 0 {
			j++
		}
		var group []string
		for k := i; k < j; k++ {
			if body[k].Kind == block.Row {
				group = append(group, strings.Join(body[k].Cells, ": "))
			} else {
				group = append(group, body[k].Text)
			}
		}
		part := text.Join(group)
		if n := len(parts); body[i].Item != 0 && n > 0 {
			parts[n-1] += " " + part
		} else {
			parts = append(parts, part)
		}
		i = j
	}
	body0 := strings.Join(parts, "\n\n")
	return entry{name: trimName(head.Text), text: body0, raw: head.Text + ": " + body0, marked: true}
}

// paragraphEntry reads a paragraph whose first words are set off.
func paragraphEntry(b *block.Block) entry {
	lead, rest, _, _ := splitMarked(b)
	return entry{name: lead, text: rest, raw: b.Text, marked: true}
}

func (r *reader) aside(s string) bool {
	if len(s) > 600 {
		s = s[:600]
	}
	first := text.Sentences(s)
	_, ok := r.page.Profile.Asides.Within(text.Tokens(first[0]))
	return ok
}

// opensTypes reports whether a paragraph introduces types of the career within
// another section: "The following are examples of types of ...:".
func (r *reader) opensTypes(s *stretch, b *block.Block, rest []block.Block) bool {
	if s.class != profile.Duties || b.Kind != block.Paragraph || !strings.HasSuffix(b.Text, ":") || len(rest) == 0 {
		return false
	}
	sentences := text.Sentences(b.Text)
	m, ok := r.page.Profile.LeadIns.Within(text.Tokens(sentences[len(sentences)-1]))
	return ok && profile.Class(m.ID) == profile.Types && (rest[0].Item != 0 || rest[0].Lead > 0 || rest[0].Kind == block.Row)
}

// typesBelow reads the rest of a stretch as types: items, or paragraphs that
// begin with a name and those that go on with it.
func (r *reader) typesBelow(blocks []block.Block) (entries []entry, rest []block.Block) {
	for i := 0; i < len(blocks); {
		b := &blocks[i]
		switch {
		case b.Item != 0:
			j := i + 1
			for j < len(blocks) && blocks[j].Item == b.Item {
				j++
			}
			entries = append(entries, itemEntry(blocks[i:j]))
			i = j
			continue
		case partLead(b):
			entries = append(entries, paragraphEntry(b))
		case b.Kind == block.Paragraph && len(entries) > 0 && len(rest) == 0 && !r.aside(b.Text):
			e := &entries[len(entries)-1]
			e.text += "\n\n" + b.Text
			e.raw += "\n\n" + b.Text
		default:
			rest = append(rest, *b)
		}
		i++
	}
	vote(entries)
	return entries, rest
}

// duty makes a duty of an entry.
func duty(e entry) career.Duty {
	if e.text == "" || e.name == "" {
		return career.Duty{Text: e.raw}
	}
	return career.Duty{Name: e.name, Text: e.text}
}

// typeOf makes a type of an entry; false for one that names none.
func (r *reader) typeOf(e entry) (career.Type, bool) {
	t := career.Type{Name: e.name, Text: e.text}
	if t.Name == "" {
		if !text.EndsSentence(e.raw) && (nameLike(e.raw) || text.WordCount(e.raw, 6) <= 6) {
			t.Name, t.Text = trimName(e.raw), ""
		} else {
			t.Name, t.Text = r.subject(e.raw), e.raw
		}
	}
	t.Name, t.Abbreviation = splitAbbreviation(t.Name)
	return t, t.Name != ""
}

// maxSubjectWords is the longest subject of a sentence that names a type.
const maxSubjectWords = 6

// subject returns the words before the first verb of a sentence such as
// "Trial lawyers argue cases in court.", or "".
func (r *reader) subject(s string) string {
	for i, t := range text.Tokens(s) {
		if r.page.Profile.Verbs[t.Word] {
			if name := strings.TrimSpace(s[:t.Start]); i > 0 && !strings.ContainsAny(name, ".;:!?") {
				return strings.TrimRight(name, ", ")
			}
			return ""
		}
		if i >= maxSubjectWords {
			return ""
		}
	}
	return ""
}
