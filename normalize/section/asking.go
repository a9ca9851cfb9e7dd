package section

import (
	"strings"

	"careerstream/normalize/block"
	"careerstream/normalize/profile"
)

// asks reports whether a block is a question by its mark, or stated to be one.
func asks(b *block.Block) bool {
	return strings.HasSuffix(b.Text, "?") || b.Style == block.StyleQuestion
}

// endsFAQ decides inside of a FAQ: questions and what belongs to an answer stay.
func (d *divider) endsFAQ(i int, b *block.Block, h Head) bool {
	cur := d.cur
	asks := asks(b) || h.Class == profile.Comparison
	if b.Level > 0 && cur.level() > 0 {
		return b.Level < cur.level() || b.Level == cur.level() && !asks || !asks && d.afterQuestions(i, b, h)
	}
	if d.question != nil && d.question.Class == profile.Comparison && !linksClass(h) && d.dimension(i, b, *d.question) {
		return false
	}
	if asks || h.Class == profile.FAQ {
		return false
	}
	if b.Level > 0 {
		return h.Class != profile.None || !(d.questionAt.Level == b.Level)
	}
	switch {
	case h.Class == profile.None && cur.level() > 0:
		return false
	case h.Class == profile.None:
		return b.Style == cur.head.Style && d.answered && d.hasBody(i) && b.Style != d.questionAt.Style
	case h.Class == profile.Other && (cur.level() > 0 || b.Style == d.questionAt.Style && b.Style != cur.head.Style):
		return false
	}
	return cur.level() == 0 || b.Style != block.StylePlain || h.Class == profile.SeeAlso
}

// afterQuestions reports whether a heading below that of the questions ends them
// all the same: its words announce another section, every heading before it asks,
// and none after it does.
func (d *divider) afterQuestions(i int, b *block.Block, h Head) bool {
	if h.Class != profile.Other && !linksClass(h) || d.question == nil || !d.asked || d.questionAt.Level > 0 && b.Level > d.questionAt.Level {
		return false
	}
	for j := i + 1; j < min(len(d.page.Blocks), i+maxAhead); j++ {
		b := &d.page.Blocks[j]
		if b.Kind != block.Heading {
			continue
		}
		if b.Level > 0 && b.Level <= d.cur.level() {
			break
		}
		if asks(b) {
			return false
		}
	}
	return true
}

// asksUnannounced reports whether a paragraph is a question marked as one, with
// its answer below, outside of any list of questions: "Q1. ...", "A1. ...".
func (d *divider) asksUnannounced(i int, b *block.Block) bool {
	if b.Text == "" || b.Text[0] != 'Q' || d.cur.class == profile.FAQ || i+1 >= len(d.page.Blocks) {
		return false
	}
	_, rest, asks := cutQ(b.Text)
	if !asks || !strings.HasSuffix(rest, "?") {
		return false
	}
	_, _, answers := cutA(d.page.Blocks[i+1].Text)
	return answers
}

// panels reports whether a heading begins a row of questions that no heading
// announces: panels of an accordion or bold lines, all of which ask, and none a
// section's words.
func (d *divider) panels(i int, b *block.Block) bool {
	if b.Kind != block.Heading || b.Level > 0 || b.Style != block.StyleSummary && b.Style != block.StyleQuestion && b.Style != block.StyleBold && b.Style < minClassed || d.cur.class == profile.FAQ ||
		!asks(b) || d.page.Heads[i].Class != profile.None || !d.hasBody(i) {
		return false
	}
	questions := 0
	for j := i; j < min(len(d.page.Blocks), i+maxAhead); j++ {
		other := &d.page.Blocks[j]
		if other.Kind != block.Heading {
			continue
		}
		if other.Style != b.Style {
			break
		}
		if c := d.page.Heads[j].Class; c != profile.None && c != profile.Comparison && c != profile.Other || !asks(other) {
			return false
		}
		questions++
	}
	return questions >= 2
}

// maxAhead bounds how far a decision looks ahead, in blocks.
const maxAhead = 500

// minClassed is the least style of a heading that its class makes one.
const minClassed = 1000
