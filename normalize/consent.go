package normalize

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// A consent wall is a page that has hardly any text besides asking for consent.
const (
	// maxWall is the most text, in bytes, that the page of a wall shows.
	maxWall = 6000
	// wallWords of the vocabulary have to be there, in wallShare percent of the text
	// and in one stretch of minWall bytes: a link to a privacy policy is no wall.
	wallWords = 3
	wallShare = 40
	minWall   = 60
	// wallParts is the number of parts of a record from which on a page is no wall,
	// whatever it asks.
	wallParts = 2
)

// consentWords are stems of what consent walls say, in some languages.
var consentWords = []string{
	"cookie", "consent", "privacy", "accept all", "reject all", "agree", "personal data", "partners", "preferences", "tracking", "gdpr",
	"einwilligung", "datenschutz", "zustimm", "ablehnen", "consentement", "confidentialit", "accepter", "refuser",
	"consentimiento", "privacidad", "aceptar", "rechazar", "toestemming", "accepteren",
}

// walled reports whether a page asks for consent instead of showing its text. It
// looks at everything that the page says, dialogs and footers included.
func walled(root *html.Node) bool {
	words := map[string]bool{}
	size, asking, longest := 0, 0, 0
	for n := root; n != nil && size <= maxWall; {
		down := n.FirstChild
		if n.Type == html.TextNode {
			text := strings.TrimSpace(n.Data)
			size += len(text)
			if size <= maxWall && consents(text, words) {
				asking, longest = asking+len(text), max(longest, len(text))
			}
		}
		switch n.DataAtom {
		case atom.Script, atom.Style, atom.Template, atom.Noscript, atom.Head, atom.Svg:
			down = nil
		}
		if down != nil {
			n = down
			continue
		}
		for n != nil && n.NextSibling == nil {
			n = n.Parent
		}
		if n != nil {
			n = n.NextSibling
		}
	}
	return size <= maxWall && len(words) >= wallWords && longest >= minWall && asking*100 >= size*wallShare
}

// consents notes the words of the vocabulary in a text and reports whether there
// are any.
func consents(text string, words map[string]bool) (any bool) {
	text = strings.ToLower(text)
	for _, word := range consentWords {
		if strings.Contains(text, word) {
			words[word], any = true, true
		}
	}
	return any
}
