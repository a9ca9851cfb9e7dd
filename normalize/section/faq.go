package section

import (
	"strings"

	"careerstream/normalize/block"
	"careerstream/normalize/profile"
	"careerstream/normalize/text"
	"careerstream/schemas/career"
)

// faqs reads a stretch of questions and answers.
func (r *reader) faqs(s *stretch) {
	var (
		open   *question
		before []block.Block
	)
	closeQ := func() {
		if open != nil {
			r.answer(open)
		}
		open = nil
	}
	blocks := s.blocks
	for i := 0; i < len(blocks); i++ {
		b := blocks[i]
		if q, rest, ok := r.asks(&b, s, open, s.heads[i], blocks[i+1:]); ok {
			closeQ()
			open = q
			if rest != "" {
				open.blocks = append(open.blocks, block.Block{Kind: block.Paragraph, Text: rest})
			}
			continue
		}
		if open == nil {
			before = append(before, b)
			continue
		}
		if len(open.blocks) == 0 && b.Kind != block.Row {
			if prefix, after, found := cutA(b.Text); found {
				b.Text, b.Lead = after, max(0, b.Lead-len(prefix)-1)
			}
		}
		open.blocks = append(open.blocks, b)
	}
	closeQ()
	r.rest(s, before)
}

// question is a question with the blocks of its answer.
type question struct {
	text   string
	head   Head
	level  uint8
	style  uint32
	blocks []block.Block
}

// asks reports whether a block opens a question; rest is the beginning of its
// answer in the same block.
func (r *reader) asks(b *block.Block, s *stretch, open *question, h Head, after []block.Block) (q *question, rest string, ok bool) {
	inComparison := open != nil && open.head.Class == profile.Comparison
	if inComparison && b.Level > open.level && open.level > 0 {
		return nil, "", false
	}
	t := b.Text
	switch b.Kind {
	case block.Heading:
		asks := asks(b) || h.Class == profile.Comparison && h.Left != ""
		if inComparison && !asks {
			if b.Level == 0 || !(b.Level <= open.level) {
				return nil, "", false
			}
		}
		if !asks && b.Level == 0 && (b.Style == block.StylePlain || open != nil && open.style != b.Style) {
			return nil, "", false
		}
		if !asks && open != nil && b.Level > open.level && open.level > 0 {
			return nil, "", false
		}
	case block.Row:
		if b.Head || len(b.Cells) < 2 || !strings.HasSuffix(b.Cells[0], "?") {
			return nil, "", false
		}
		t, rest = b.Cells[0], strings.Join(b.Cells[1:], "\n\n")
	case block.Paragraph, block.Item, block.Term:
		if _, after, found := cutQ(t); found {
			t = after
		}
		switch _, _, _, marked := splitMarked(b); {
		case marked && strings.HasSuffix(strings.TrimRight(b.Text[:b.Lead], " :"), "?"):
			t, rest = strings.TrimRight(strings.TrimSpace(b.Text[:b.Lead]), " :"), strings.TrimSpace(b.Text[b.Lead:])
		case strings.HasSuffix(t, "?") && len(text.Sentences(t)) == 1 && text.WordCount(t, 30) <= 30:
		case b.Kind == block.Term:
		case b.Kind == block.Item && strings.Contains(t, "? ") && strings.Index(t, "? ") < 160:
			at := strings.Index(t, "? ")
			t, rest = t[:at+1], strings.TrimSpace(t[at+1:])
		case b.Kind == block.Item && h.Class == profile.Comparison:
		default:
			if m := r.page.match(t); m.Class == profile.Comparison && m.Left != "" && r.page.compares(m, r.name) && (len(after) > 0 && after[0].Item == b.Item || b.Lead > 0) {
				h = m
				break
			}
			return nil, "", false
		}
		if b.Kind == block.Term && inComparison && !strings.HasSuffix(t, "?") {
			return nil, "", false
		}
	default:
		return nil, "", false
	}
	if _, after, found := cutQ(t); found {
		t = after
	}
	if _, after, found := cutA(rest); found {
		rest = after
	}
	t = strings.TrimSpace(block.StripNumber(t))
	if h = r.page.match(t); h.Class != profile.Comparison || h.Left == "" || !r.page.compares(h, r.name) {
		h = Head{}
	}
	return &question{text: t, head: h, level: b.Level, style: b.Style}, rest, true
}

// cutQ removes "Q:" or "Question:" before a question.
func cutQ(s string) (prefix, rest string, ok bool) {
	for _, p := range []string{"Q:", "Q.", "Q)", "Question:", "Q "} {
		if strings.HasPrefix(s, p) && len(s) > len(p)+1 {
			return p, strings.TrimSpace(s[len(p):]), true
		}
	}
	return cutCounted(s, "Question ", "Q")
}

// cutCounted removes one of the words with its number and a mark: "Q2.", "A 3:".
func cutCounted(s string, words ...string) (prefix, rest string, ok bool) {
	for _, w := range words {
		after, found := strings.CutPrefix(s, w)
		if !found {
			continue
		}
		tail := strings.TrimLeft(strings.TrimLeft(after, " #"), "0123456789")
		if tail == "" || len(tail) == len(after) || !strings.ContainsRune(".:)", rune(tail[0])) {
			continue
		}
		if rest = strings.TrimSpace(tail[1:]); rest != "" {
			return s[:len(s)-len(tail)+1], rest, true
		}
	}
	return "", s, false
}

// cutA removes "A:" or "Answer:" before an answer.
func cutA(s string) (prefix, rest string, ok bool) {
	for _, p := range []string{"A:", "Answer:", "A. ", "A) "} {
		if strings.HasPrefix(s, p) && len(s) > len(p)+1 {
			return p, strings.TrimSpace(s[len(p):]), true
		}
	}
	return cutCounted(s, "Answer ", "A")
}

// answer turns a question into a FAQ of the record.
func (r *reader) answer(q *question) {
	if q.head.Class == profile.Comparison {
		r.compare(q)
		return
	}
	f := career.FAQ{Kind: career.QA, Question: q.text}
	for i := range q.blocks {
		f.Answer = append(f.Answer, answerText(&q.blocks[i], i == 0))
	}
	r.addFAQ(f)
}

func answerText(b *block.Block, first bool) string {
	t := b.Text
	if b.Kind == block.Row {
		t = rowText(b)
	}
	if first {
		_, t, _ = cutA(t)
	}
	return t
}

// rowText joins the cells of a row that no other part takes.
func rowText(b *block.Block) string {
	var cells []string
	for _, c := range b.Cells {
		if c != "" {
			cells = append(cells, c)
		}
	}
	return strings.Join(cells, ": ")
}

// addFAQ adds a question once; a repeated one adds what answer the first lacks.
func (r *reader) addFAQ(f career.FAQ) {
	key := text.Fold(f.Question)
	if i, ok := r.asked[key]; ok {
		old := &r.rec.FAQs[i]
		if old.Comparison == nil && f.Comparison != nil && len(old.Answer) == 0 {
			*old = f
			return
		}
		for _, a := range f.Answer {
			old.Answer = appendNew(old.Answer, a)
		}
		return
	}
	r.asked[key] = len(r.rec.FAQs)
	r.rec.FAQs = append(r.rec.FAQs, f)
}
