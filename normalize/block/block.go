// Package block turns a page, HTML or plain text, into one sequence of blocks:
// headings, paragraphs, list items, terms, table rows. Everything after the
// sequence is shared by both.
package block

import "golang.org/x/net/html"

// Kind says what a block is.
type Kind uint8

// The kinds of block.
const (
	Heading   Kind = iota + 1 // a heading, marked up (Level 1-6) or inferred (Level 0)
	Paragraph                 // running text
	Item                      // the first text of a list item
	Term                      // the term of a definition pair; its description follows with the same Item
	Row                       // a table row, in Cells
	Caption                   // a caption of a table
)

// Styles of inferred headings; a classed heading has a hash above these.
const (
	StyleNone      uint32 = iota
	StylePlain            // a short line that reads like a heading
	StyleBold             // all bold
	StyleUnderline        // underlined in text
	StyleNumber           // numbered
	StyleSummary          // summary of details
	StyleTable            // title row of a table
	StyleBig              // large font
	StyleMarkdown         // 100 + level
	StyleQuestion         // stated to be a question, by microdata
)

// Block is one piece of a page's content in page order.
type Block struct {
	Kind Kind
	// Level of a heading that the markup states, 1-6; 0 otherwise.
	Level uint8
	// Style tells inferred headings of different looks apart.
	Style uint32
	// Text is cleaned: one line, NFC, white space folded; never empty except
	// for rows.
	Text string
	// Lead is the length in bytes of the start of Text that is set off (bold,
	// or classed as a name); 0 where there is none.
	Lead int
	// LinkBytes counts the bytes of Text inside links.
	LinkBytes int
	// Links are the texts of the links if a block is hardly more than several.
	Links []string
	// Item is the innermost list item, definition pair or accordion panel that
	// holds the block: an index into Doc.Items; 0 for none.
	Item int32
	// Column is the innermost column of the page's layout that holds the block: an
	// index into Doc.Columns; 0 for none.
	Column int32
	// Cells of a row, cleaned; paragraphs within a cell are parted by a blank line.
	Cells []string
	// Head marks a row of header cells.
	Head bool
	// Table numbers the table of a row from 1.
	Table int32
	// Main is true within the page's main element.
	Main bool
}

// LeadText returns the part of Text that is set off.
func (b *Block) LeadText() string { return b.Text[:b.Lead] }

// ItemKind says what kind of holder an item is.
type ItemKind uint8

// The kinds of holder.
const (
	ListItem ItemKind = iota + 1
	Pair
	Panel
)

// ItemInfo is a list item, definition pair or accordion panel.
type ItemInfo struct {
	Kind ItemKind
	// Parent is the item around it, 0 for none.
	Parent int32
}

// Doc is a page as a sequence of blocks, with what the page states about itself.
type Doc struct {
	Blocks []Block
	// Items by index; index 0 is unused.
	Items []ItemInfo
	// Columns gives the column around each, 0 for none; index 0 is unused.
	Columns []int32
	// Title is the page's title element, Name its og:title.
	Title, Name string
	// Canonical is the page's canonical link as written, or "".
	Canonical string
	// FAQs are the questions stated as schema.org JSON-LD.
	FAQs []QA
	// Occupation is the one that the page states as schema.org JSON-LD, or nil.
	Occupation *Occupation
	// Anchors are the a elements of the page, boilerplate included.
	Anchors []*html.Node
	// Alts are the texts, folded, that stand for pictures.
	Alts map[string]bool
	// Template is a fingerprint of the structure without the text.
	Template string
	// HasMain is true if the page has a main element.
	HasMain bool
	tables  int32
	column  int32 // that is open
	// TextBytes, BoldBytes and LinkBytes are totals over Blocks.
	TextBytes, BoldBytes, LinkBytes int
	// Truncated is true if the limit on blocks cut the page short.
	Truncated bool
}

// QA is a question with the blocks of its answer.
type QA struct {
	Question string
	Answer   []Block

	html string
}

// MaxBlocks bounds the blocks of one page.
const MaxBlocks = 50_000

func (d *Doc) newItem(kind ItemKind, parent int32) int32 {
	if len(d.Items) == 0 {
		d.Items = append(d.Items, ItemInfo{})
	}
	d.Items = append(d.Items, ItemInfo{Kind: kind, Parent: parent})
	return int32(len(d.Items) - 1)
}
