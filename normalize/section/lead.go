package section

import (
	"strings"

	"careerstream/normalize/block"
)

// listBelow reports whether a heading heads a list of entries, not one entry.
func listBelow(body []block.Block) bool {
	lists := 0
	for i := range body {
		if body[i].Item != 0 || body[i].Kind == block.Row {
			lists++
		}
	}
	return lists > 0 && (body[0].Item != 0 || body[0].Kind == block.Row || strings.HasSuffix(body[0].Text, ":") || partLeadAny(body))
}

func partLeadAny(body []block.Block) bool {
	return len(body) > 1 && body[1].Item != 0 && body[1].Lead > 0 && body[1].Lead < len(body[1].Text)
}

// namedHeadings reports whether headings with text right below them are the
// entries of the stretch.
func namedHeadings(blocks []block.Block) bool {
	n := 0
	for i := 0; i+1 < len(blocks); i++ {
		if blocks[i].Kind == block.Heading && blocks[i].Item == 0 && blocks[i+1].Kind == block.Paragraph && blocks[i+1].Item == 0 && !strings.HasSuffix(blocks[i+1].Text, ":") {
			n++
		}
	}
	return n >= 2
}

// partLead reports whether markup sets off the first words of a paragraph.
func partLead(b *block.Block) bool {
	if b.Kind != block.Paragraph || b.Item != 0 {
		return false
	}
	_, _, _, ok := splitMarked(b)
	return ok
}

func markedLeads(blocks []block.Block) int {
	n := 0
	for i := range blocks {
		if partLead(&blocks[i]) {
			n++
		}
	}
	return n
}

// isSubject reports whether the set-off words are the subject of a sentence.
func isSubject(b *block.Block) bool {
	if b.Kind != block.Paragraph || b.Item != 0 {
		return false
	}
	_, _, subject, ok := splitMarked(b)
	return ok && subject
}

func subjectLeads(blocks []block.Block) int {
	n := 0
	for i := range blocks {
		if isSubject(&blocks[i]) {
			n++
		}
	}
	return n
}

func isPlainLead(b *block.Block) bool {
	if b.Kind != block.Paragraph || b.Item != 0 {
		return false
	}
	_, _, colon, ok := splitPlain(b.Text)
	return ok && (colon || len(b.Text) < 400)
}

func plainLeads(blocks []block.Block) int {
	n := 0
	for i := range blocks {
		if isPlainLead(&blocks[i]) {
			n++
		}
	}
	return n
}

// entriesFollow reports whether more of the list comes after a paragraph.
func entriesFollow(blocks []block.Block, leads int, labels bool) bool {
	for i := range blocks {
		b := &blocks[i]
		if b.Item != 0 || b.Kind == block.Row || leads >= 2 && partLead(b) || labels && isPlainLead(b) {
			return true
		}
	}
	return false
}
