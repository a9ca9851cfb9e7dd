package outcome

import (
	"encoding/json"
	"strings"
	"unicode/utf8"
	"unsafe"
)

// chunk is how many values of a kind are allocated at once.
const chunk = 4096

// parser walks one JSON text. It understands the common shape of an outcome
// and sets bad for everything else, be it wrong or only unusual.
type parser struct {
	text []byte
	pos  int
	bad  bool
}

// fast reads an outcome of the common shape, and returns nil for anything else.
// The rules are not checked.
func (d *Reader) fast(text []byte) *Row {
	if !utf8.Valid(text) {
		return nil
	}
	p := parser{text: text}
	if len(d.rows) == 0 {
		d.rows = make([]Row, 256)
	}
	row := &d.rows[0]
	*row = Row{}
	if !p.outcome(d, row) {
		return nil
	}
	d.rows = d.rows[1:]
	return row
}

// Bits of the fields, to notice a repeated or missing one.
const (
	hasID = 1 << iota
	hasQuiz
	hasVersion
	hasTaken
	hasSession
	hasLocale
	hasEntry
	hasTraits
	hasMatches
	hasChosen
	required = hasID | hasQuiz | hasTaken | hasMatches
)

func (p *parser) outcome(d *Reader, row *Row) bool {
	seen := 0
	for more := p.open('{', '}'); more; more = p.more('}') {
		field, before := 0, seen
		switch p.key() {
		case "outcome_id":
			field = hasID
			var ok bool
			row.ID, ok = parseUUID(p.string())
			p.bad = p.bad || !ok
		case "quiz":
			field, row.Quiz = hasQuiz, d.shared(p.string())
		case "quiz_version":
			field, row.QuizVersion = hasVersion, d.shared(p.string())
		case "taken_at":
			field = hasTaken
			var ok bool
			row.TakenAt, ok = parseTime(p.string())
			p.bad = p.bad || !ok
		case "session":
			field, row.Session = hasSession, strings.Clone(p.string())
		case "locale":
			field, row.Locale = hasLocale, d.shared(p.string())
		case "entry_career":
			field, row.EntryCareer = hasEntry, d.shared(p.string())
		case "chosen":
			field, row.Chosen = hasChosen, d.shared(p.string())
		case "traits":
			field = hasTraits
			p.traits(d, row)
		case "matches":
			field = hasMatches
			p.matches(d, row)
		case "specversion":
			return false
		default:
			p.skip()
		}
		if seen |= field; p.bad || (field != 0 && seen == before) {
			return false
		}
	}
	p.space()
	return !p.bad && p.pos == len(p.text) && seen&required == required
}

func (p *parser) traits(d *Reader, row *Row) {
	names, values := d.take(MaxTraits)
	for more := p.open('{', '}'); more && len(names) < MaxTraits; more = p.more('}') {
		name := d.shared(p.key())
		for _, other := range names {
			p.bad = p.bad || other == name
		}
		names, values = append(names, name), append(values, p.number())
		if p.bad {
			return
		}
	}
	row.TraitNames, row.TraitValues = d.keep(names, values)
	p.bad = p.bad || len(names) == MaxTraits
}

func (p *parser) matches(d *Reader, row *Row) {
	careers, scores := d.take(MaxMatches)
	if cap(d.ranks) < MaxMatches {
		d.ranks = make([]uint16, 0, chunk)
	}
	ranks := d.ranks[:0]
	for more := p.open('[', ']'); more; more = p.more(']') {
		if len(careers) == MaxMatches {
			p.bad = true
			return
		}
		var career string
		var score, rank float64
		seen := 0
		for inner := p.open('{', '}'); inner; inner = p.more('}') {
			before := seen
			switch p.key() {
			case "career":
				seen, career = seen|1, d.shared(p.string())
			case "score":
				seen, score = seen|2, p.number()
			case "rank":
				seen, rank = seen|4, p.number()
			default:
				p.bad = true
			}
			if p.bad || seen == before {
				p.bad = true
				return
			}
		}
		if p.bad || seen != 7 || rank < 1 || rank > MaxMatches || rank != float64(uint16(rank)) {
			p.bad = true
			return
		}
		careers, scores, ranks = append(careers, career), append(scores, score), append(ranks, uint16(rank))
	}
	row.Careers, row.Scores = d.keep(careers, scores)
	row.Ranks, d.ranks = ranks[:len(ranks):len(ranks)], d.ranks[len(ranks):len(ranks):cap(d.ranks)]
}

// take gives room for n strings and numbers; keep takes the part in use away
// from what the next take gives.
func (d *Reader) take(n int) ([]string, []float64) {
	if cap(d.strings) < n {
		d.strings = make([]string, 0, chunk)
	}
	if cap(d.numbers) < n {
		d.numbers = make([]float64, 0, chunk)
	}
	return d.strings[:0], d.numbers[:0]
}

func (d *Reader) keep(s []string, f []float64) ([]string, []float64) {
	n := len(s)
	d.strings, d.numbers = d.strings[n:n:cap(d.strings)], d.numbers[n:n:cap(d.numbers)]
	return s[:n:n], f[:n:n]
}

// maxKnown bounds the strings that a Reader remembers: a catalog, its traits
// and languages are much fewer.
const maxKnown = 16384

// shared returns a copy of s that all rows share, so that they are small and
// the text that they were read from is garbage at once.
func (d *Reader) shared(s string) string {
	if known, ok := d.known[s]; ok {
		return known
	}
	if d.known == nil || len(d.known) == maxKnown {
		d.known = make(map[string]string)
	}
	s = strings.Clone(s)
	d.known[s] = s
	return s
}

func (p *parser) space() {
	for p.pos < len(p.text) {
		switch p.text[p.pos] {
		case ' ', '\n', '\t', '\r':
			p.pos++
		default:
			return
		}
	}
}

// next takes one byte after white space, 0 at the end.
func (p *parser) next() byte {
	p.space()
	if p.pos == len(p.text) {
		p.bad = true
		return 0
	}
	p.pos++
	return p.text[p.pos-1]
}

// open begins an object or array and reports whether it has something in it.
func (p *parser) open(begin, end byte) bool {
	if p.next() != begin {
		p.bad = true
		return false
	}
	p.space()
	if p.pos < len(p.text) && p.text[p.pos] == end {
		p.pos++
		return false
	}
	return true
}

// more reports whether another element follows.
func (p *parser) more(end byte) bool {
	if p.bad {
		return false
	}
	switch p.next() {
	case ',':
		return true
	case end:
		return false
	}
	p.bad = true
	return false
}

func (p *parser) key() string {
	p.space()
	s := p.string()
	if p.next() != ':' {
		p.bad = true
	}
	return s
}

// string reads a string without escapes; it shares the text's memory.
func (p *parser) string() string {
	if p.next() != '"' {
		p.bad = true
		return ""
	}
	for i := p.pos; i < len(p.text); i++ {
		switch c := p.text[i]; {
		case c == '"':
			s := p.text[p.pos:i]
			p.pos = i + 1
			return unsafe.String(unsafe.SliceData(s), len(s))
		case c == '\\' || c < ' ':
			p.bad = true
			return ""
		}
	}
	p.bad = true
	return ""
}

// powers of ten that a float64 holds exactly.
var powers = [...]float64{1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22}

// number reads a number of JSON's grammar. Up to 15 digits, which a float64
// holds exactly, divided by an exact power of ten, are rounded right by the one
// division (Clinger 1990); longer ones, signs and exponents are unusual here.
func (p *parser) number() float64 {
	p.space()
	begin, point := p.pos, -1
	var digits uint64
	i := p.pos
	for ; i < len(p.text); i++ {
		c := p.text[i]
		if c >= '0' && c <= '9' {
			digits = digits*10 + uint64(c-'0')
			if i-begin > 20 {
				break
			}
			continue
		}
		if c != '.' || point >= 0 {
			break
		}
		point = i
	}
	p.pos = i
	whole, fraction := i-begin, 0
	if point >= 0 {
		whole, fraction = point-begin, i-point-1
	}
	leadingZero := whole > 1 && p.text[begin] == '0'
	if i == len(p.text) || whole == 0 || leadingZero || (point >= 0 && fraction == 0) || p.text[i] == 'e' || p.text[i] == 'E' {
		p.bad = true
		return 0
	}
	if whole+fraction > 15 {
		var v float64
		if json.Unmarshal(p.text[begin:i], &v) != nil {
			p.bad = true
		}
		return v
	}
	return float64(digits) / powers[fraction]
}

// skip passes over a value of a field that is not ours, in the same major
// version perhaps one of a newer quiz application.
func (p *parser) skip() {
	p.space()
	begin, depth := p.pos, 0
	for i := begin; i < len(p.text); i++ {
		switch p.text[i] {
		case '"':
			for i++; i < len(p.text) && p.text[i] != '"'; i++ {
				if p.text[i] == '\\' {
					i++
				}
			}
		case '{', '[':
			depth++
		case '}', ']', ',':
			if depth == 0 {
				p.bad = p.bad || !json.Valid(p.text[begin:i])
				p.pos = i
				return
			}
			if p.text[i] != ',' {
				depth--
			}
		}
	}
	p.bad = true
}
