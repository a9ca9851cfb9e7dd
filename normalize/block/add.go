package block

import (
	"strings"

	"careerstream/normalize/text"
)

// anchorMarks are the texts of links that point at the heading they stand in.
var anchorMarks = []string{" #", " ¶", "¶", " §", " 🔗", " ⚓"}

// withoutAnchor takes such a mark off the end of a heading.
func withoutAnchor(s string) string {
	for _, m := range anchorMarks {
		if rest, ok := strings.CutSuffix(s, m); ok && rest != "" {
			return strings.TrimSpace(rest)
		}
	}
	return s
}

// minAlt is the least words of a picture's text that a caption may repeat; less is
// a name.
const minAlt = 4

// alt notes the text that stands for a picture.
func (d *Doc) alt(s string) {
	if text.WordCount(s, minAlt) < minAlt || len(d.Alts) >= maxAlts {
		return
	}
	if d.Alts == nil {
		d.Alts = map[string]bool{}
	}
	d.Alts[text.Fold(s)] = true
}

// maxAlts bounds the pictures of one page.
const maxAlts = 1000

func (d *Doc) add(b Block) {
	if len(d.Blocks) >= MaxBlocks {
		d.Truncated = true
		return
	}
	b.Column = d.column
	if b.Kind != Row {
		if b.Kind == Heading {
			b.Text = withoutAnchor(b.Text)
		}
		if b.Text == "" {
			return
		}
		d.TextBytes += len(b.Text)
		d.BoldBytes += b.Lead
		if b.Kind == Heading && b.Style == StyleBold {
			d.BoldBytes += len(b.Text)
		}
		d.LinkBytes += b.LinkBytes
	}
	d.Blocks = append(d.Blocks, b)
}
