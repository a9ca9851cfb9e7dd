package section

import (
	"strings"
	"unicode"

	"careerstream/normalize/block"
	"careerstream/normalize/profile"
	"careerstream/normalize/text"
)

// Limits on the length of what may be taken for boilerplate.
const (
	maxDropLine  = 80
	maxCTAWords  = 80
	maxCaption   = 25
	minTriggered = 12
)

// boilerplate reports whether a whole block is a line that goes nowhere, and
// whether it is a call to action; rest is its text without such sentences.
func (p *Page) boilerplate(b *block.Block, h Head) (rest string, drop, cta bool) {
	switch {
	case b.Kind == block.Row:
		return b.Text, false, false
	case b.Kind == block.Caption:
		return b.Text, h.Class == profile.None || h.Class == profile.Drop, false
	case b.Kind == block.Heading && h.Class == profile.Comparison && h.Literals > 1:
		return b.Text, false, false // "X or Y: which is right for you?"
	case b.Kind == block.Heading && h.Class != profile.None:
	case len(b.Text) <= maxChrome && p.chrome(b.Text) || strings.HasPrefix(b.Text, "©") || strings.HasPrefix(b.Text, "(c) "):
		return b.Text, true, false
	}
	if b.Level == 0 && len(b.Text) <= maxDropLine && strings.ContainsAny(b.Text, "0123456789") && dateLine(p.tokens(b.Text)) {
		return b.Text, true, false
	}
	rest = p.withoutCTA(b.Text)
	return rest, rest == "", rest == ""
}

// maxChrome is the longest line, in bytes, that may be of the site's chrome.
const maxChrome = 200

// chrome reports whether a line is navigation, a foot line or a stock phrase.
func (p *Page) chrome(s string) bool {
	if i := indexMark(s); i > 0 && p.Profile.Crumbs[text.Fold(s[:i])] {
		return true
	}
	if i := strings.Index(s, "opyright"); i >= 0 && strings.ContainsAny(s[i:], "12") && text.WordCount(s, 25) <= 25 {
		return true
	}
	if len(s) > maxDropLine && indexMark(s) < 0 && !strings.Contains(s, "opyright") {
		return false
	}
	toks := p.tokens(s)
	if len(toks) == 0 {
		return false
	}
	if len(s) <= maxDropLine {
		if _, ok := p.Profile.DropLines.Full(toks); ok {
			return true
		}
	}
	if len(toks) <= maxStartWords && p.Profile.DropStarts.Prefix(toks, 5) > 0 {
		return true
	}
	return p.navigation(s, toks) || p.footer(s, toks)
}

// maxStartWords is the longest line, in words, that DropStarts may drop.
const maxStartWords = 30

// indexMark returns the place of the first mark that parts links in a line of
// them, or -1.
func indexMark(s string) int {
	for i := range len(s) {
		switch s[i] {
		case '>', '|', '/':
			return i
		case 0xC2, 0xE2:
			for _, mark := range []string{"»", "›", "→", "·", "•", "©"} {
				if strings.HasPrefix(s[i:], mark) {
					return i
				}
			}
		}
	}
	return -1
}

// navigation reports whether a line is a row of navigation without marks.
func (p *Page) navigation(s string, toks []text.Token) bool {
	if len(toks) < 3 || len(toks) > 12 || !p.Profile.Crumbs[toks[0].Word] || text.EndsSentence(s) {
		return false
	}
	known := 0
	for i := 1; i < len(toks); i++ {
		if p.Profile.NavWords[toks[i].Word] || i+1 < len(toks) && p.Profile.NavWords[toks[i].Word+" "+toks[i+1].Word] {
			known++
		}
	}
	return known >= 2
}

// footer reports whether a line is what stands at the foot of a site: at least
// two of its words, and a mark or bits of sentences between them.
func (p *Page) footer(s string, toks []text.Token) bool {
	if len(toks) > 30 || len(p.Profile.FooterWords.All(toks, nil)) < 2 {
		return false
	}
	if strings.ContainsAny(s, "|·•©") || strings.Contains(strings.ToLower(s), "copyright") {
		return true
	}
	return len(toks) <= 8 || len(text.Sentences(s)) > 1 && len(toks) <= 6*len(text.Sentences(s))
}

// triggered reports whether a text has a piece of a word that every call to action
// has one of; it spares most text a closer look.
func triggered(s string) bool {
	if len(s) < minTriggered {
		return false
	}
	if len(s) < 200 && strings.IndexFunc(s, unicode.IsLower) < 0 {
		s = strings.ToLower(s)
	}
	if len(s) > 700 { // a call to action in a long text stands at its end
		s = s[len(s)-350:]
	}
	if strings.Contains(s, "ou") && (strings.Contains(s, "you") || strings.Contains(s, "You") || strings.Contains(s, "our ") || strings.Contains(s, "Our ")) {
		return true
	}
	for i := 0; i+1 < len(s); i++ {
		var t string
		switch uint16(s[i])<<8 | uint16(s[i+1]) { // one pass, not one a trigger
		case 'm'<<8 | 'e':
			t = "mentioned in"
		case 'o'<<8 | 'n':
			t = "on this "
		case 'o'<<8 | 'g':
			t = "og in"
		case 'i'<<8 | 'g':
			if strings.HasPrefix(s[i:], "ign in") {
				return true
			}
			t = "ign up"
		case 'u'<<8 | 'b':
			t = "ubscribe"
		case 'l'<<8 | 'i':
			t = "lick"
		case 'u'<<8 | 'i':
			t = "uiz"
		case 't'<<8 | 'e':
			t = "test"
		case 'e'<<8 | 'w':
			t = "ewsletter"
		case 'o'<<8 | 'o':
			t = "ookie"
		case 'c'<<8 | 'o':
			t = "code"
		case 'c'<<8 | 'a':
			t = "career"
		case 'f'<<8 | 'r':
			t = "free"
		case 's'<<8 | 'h':
			t = "shop"
		case 'n'<<8 | 'b':
			t = "nbox"
		case 'r'<<8 | 'd':
			t = "rder "
		default:
			continue
		}
		if strings.HasPrefix(s[i:], t) {
			return true
		}
	}
	return false
}

// withoutCTA removes calls to action from a text: the whole of a short text of
// which they make up at least half, else the sentences that are one.
func (p *Page) withoutCTA(s string) string {
	if !triggered(s) {
		return s
	}
	sentences := text.Sentences(s)
	strong, weak := 0, 0
	calls := make([]bool, len(sentences))
	for i, sentence := range sentences {
		toks := p.tokens(sentence)
		if _, ok := p.Profile.CTAStrong.Within(toks); ok {
			calls[i] = true
			strong++
		} else if _, ok := p.Profile.CTAWeak.Within(toks); ok || addresses(toks) || len(toks) <= 6 && strings.HasSuffix(sentence, "?") {
			weak++
		}
	}
	if strong == 0 {
		return s
	}
	if (strong+weak)*2 >= len(sentences) && text.WordCount(s, maxCTAWords) <= maxCTAWords {
		return ""
	}
	var kept []string
	for i, sentence := range sentences {
		if !calls[i] {
			kept = append(kept, sentence)
		}
	}
	return strings.Join(kept, " ")
}

// cutPointer takes a link that leads on, "Continue reading", off the end of a text.
func (p *Page) cutPointer(b *block.Block) {
	if b.LinkBytes == 0 || b.LinkBytes >= len(b.Text) || b.Kind != block.Paragraph && b.Kind != block.Item {
		return
	}
	at := strings.LastIndexAny(b.Text[:len(b.Text)-1], ".!?")
	if at <= 0 || b.Text[at+1] != ' ' || len(b.Text)-at-2 > b.LinkBytes || len(b.Text)-at > maxDropLine {
		return
	}
	if m, ok := p.Profile.DropLines.Full(p.tokens(b.Text[at+1:])); ok && m.Literals > 1 {
		p.Dropped = append(p.Dropped, b.Text[at+2:])
		b.Text = b.Text[:at+1]
		b.Lead, b.LinkBytes = min(b.Lead, len(b.Text)), min(b.LinkBytes, len(b.Text))
	}
}

// rescueHeadings keeps a heading that reads like a call to action ("Is it right
// for you?") if text follows that is none.
func (p *Page) rescueHeadings(blocks []block.Block, heads []Head, drop []bool) {
	for i := range blocks {
		if !drop[i] || blocks[i].Kind != block.Heading || i+1 >= len(blocks) || drop[i+1] || !strings.HasSuffix(blocks[i].Text, "?") {
			continue
		}
		if next := &blocks[i+1]; next.Kind == block.Paragraph && len(next.Text) > maxDropLine && heads[i+1].Class == profile.None {
			drop[i] = false
		}
	}
}

// spreadCTA drops the short lines around a call to action that belong to it:
// "Could this be your career? Answer a few questions."
func (p *Page) spreadCTA(blocks []block.Block, heads []Head, drop, cta []bool) {
	for i := range blocks {
		if !cta[i] {
			continue
		}
		for j := i - 1; j >= 0 && j >= i-3 && (drop[j] || p.teases(&blocks[j], heads[j])); j-- {
			drop[j] = true
		}
		for j := i + 1; j < len(blocks) && j <= i+2 && !drop[j] && p.teases(&blocks[j], heads[j]); j++ {
			drop[j] = true
		}
	}
}

// maxTease is the longest line, in words, that a call to action draws along.
const maxTease = 24

// teases reports whether a short line speaks to the reader, or asks something.
func (p *Page) teases(b *block.Block, h Head) bool {
	if h.Class != profile.None || b.Kind == block.Row || b.Item != 0 || b.Level > 0 && !strings.HasSuffix(b.Text, "?") || text.WordCount(b.Text, maxTease) > maxTease {
		return false
	}
	toks := text.Tokens(b.Text)
	if addresses(toks) {
		return true
	}
	first := text.Sentences(b.Text)[0]
	return strings.HasSuffix(first, "?") && len(toks) <= 8 && b.Level == 0
}

// addresses reports whether a text speaks to its reader, or of its site.
func addresses(toks []text.Token) bool {
	for _, t := range toks {
		switch t.Word {
		case "you", "your", "we", "our", "us", "yourself", "you're", "you'll", "you've":
			return true
		}
	}
	return false
}

// markCaptions drops captions that no markup tells from text: a short line
// without a finite verb right below a heading, or one that says what it is.
func (p *Page) markCaptions(blocks []block.Block, drop []bool) {
	prev := -1
	for i := range blocks {
		b := &blocks[i]
		if drop[i] {
			continue
		}
		if b.Kind == block.Paragraph && len(p.Doc.Alts) > 0 && len(b.Text) < 200 && p.Doc.Alts[text.Fold(b.Text)] {
			drop[i] = true
		} else if b.Kind == block.Paragraph && b.Item == 0 && b.Lead == 0 && len(b.Text) < 200 && prev >= 0 && blocks[prev].Kind == block.Heading {
			drop[i] = p.caption(b.Text, i+1 < len(blocks) && blocks[i+1].Kind == block.Heading)
		} else if b.Kind == block.Paragraph && len(b.Text) < 200 {
			drop[i] = p.labelledCaption(b.Text)
		}
		if !drop[i] {
			prev = i
		}
	}
}

func (p *Page) labelledCaption(s string) bool {
	inner := strings.TrimSpace(strings.Trim(s, "[](){}"))
	i := strings.IndexAny(inner, ":]")
	if i <= 0 || i > 30 || text.WordCount(s, maxCaption) > maxCaption {
		return false
	}
	_, ok := p.Profile.CaptionStarts.Full(text.Tokens(inner[:i]))
	return ok
}

// notParticiples are words in "ing" that say nothing of what a picture shows.
var notParticiples = map[string]bool{"during": true, "including": true, "following": true, "according": true, "regarding": true,
	"concerning": true, "something": true, "anything": true, "everything": true, "nothing": true, "building": true, "evening": true,
	"morning": true, "wedding": true, "clothing": true, "spring": true, "string": true, "ceiling": true, "engineering": true, "training": true, "nursing": true, "housing": true, "accounting": true, "marketing": true}

// caption reports whether a line right below a heading is a caption. One that
// is all the text below its heading needs less proof.
func (p *Page) caption(s string, alone bool) bool {
	if p.labelledCaption(s) {
		return true
	}
	if len(text.Sentences(s)) != 1 || strings.HasSuffix(s, ":") || strings.HasSuffix(s, "?") {
		return false
	}
	toks := p.tokens(s)
	if len(toks) < 3 || len(toks) > maxCaption {
		return false
	}
	participle, people := -1, false
	article := toks[0].Word == "a" || toks[0].Word == "an"
	for i, t := range toks {
		if p.Profile.Verbs[t.Word] {
			return false
		}
		if participle >= 0 || i == 0 {
			continue
		}
		people = people || p.shows(toks[i-1].Word)
		if article && i > 1 && strings.HasSuffix(t.Word, "s") && !strings.HasSuffix(t.Word, "ss") && len(t.Word) > 3 {
			return false // "A midwife cares for ..." has its verb
		}
		if i < 7 && len(t.Word) > 4 && strings.HasSuffix(t.Word, "ing") && !notParticiples[t.Word] && !governs(toks[i-1].Word) {
			participle = i
		}
	}
	if participle < 0 || alone && !people {
		return false
	}
	// "A chef slicing onions" and "Reporters waiting outside" are captions;
	// "A plumber installs piping" and "Plumbers install piping" have their verb.
	plural := strings.HasSuffix(toks[participle-1].Word, "s")
	if participle <= 3 && !plural && p.inflect.Person(toks[participle-1].Word) && text.StartsUpper(s) && !p.inflect.IsPlural(toks[participle-1].Word) {
		return true // "Chef slicing onions"
	}
	switch toks[0].Word {
	case "a", "an":
		return !plural
	case "the", "two", "three", "four", "several", "some":
		return true
	}
	return alone && plural && participle <= 3
}

// governs reports whether a word takes the one in "ing" after it for a noun: "a
// degree in surveying".
func governs(w string) bool {
	switch w {
	case "in", "of", "by", "for", "to", "with", "from", "at", "on", "through", "about", "and", "or", "as", "the", "no", "some":
		return true
	}
	return false
}

// shows reports whether a word names what pictures on a career's page show.
func (p *Page) shows(w string) bool {
	switch w {
	case "man", "men", "woman", "women", "person", "people", "group", "team", "crew", "couple", "pair", "hand", "hands", "student", "students", "child", "children", "class":
		return true
	}
	return p.inflect.Person(w)
}

// startsUpper reports whether s begins with a capital letter.
func startsUpper(s string) bool {
	for _, r := range s {
		return unicode.IsUpper(r)
	}
	return false
}
