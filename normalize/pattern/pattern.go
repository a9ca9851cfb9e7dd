// Package pattern matches short texts, such as headings, against patterns that
// are data.
//
// A pattern is words with slots and choices:
//
//	what is the workplace of {career} like
//	(difference|differences) between {left} and {right}
//	[top] duties [and responsibilities]
//	take * (test|quiz)
//
// {name} stands for one to nine words and is captured, an article before it
// left out; [..] may be missing; (a|b c) is a choice; * is up to four words.
// Case and punctuation do not count.
package pattern

import (
	"fmt"
	"strings"

	"careerstream/normalize/text"
)

// Limits of one pattern.
const (
	maxVariants  = 512
	maxSlotWords = 9
	maxGapWords  = 4
)

type part struct {
	word  string   // a literal word, or
	words []string // one of several words, or
	slot  string   // the name of a slot, or
	gap   bool     // up to maxGapWords words
}

// literal reports whether the part is a word or a choice of words.
func (p *part) literal() bool { return p.word != "" || p.words != nil }

func (p *part) takes(word string) bool {
	if p.word != "" {
		return p.word == word
	}
	for _, w := range p.words {
		if w == word {
			return true
		}
	}
	return false
}

type sequence struct {
	id       int
	parts    []part
	literals int
	// least and most are how many words the whole sequence may take.
	least, most int
}

// Set is a compiled list of patterns, each with an id of the caller's. It may
// be read from many goroutines at once.
type Set struct {
	byWord map[string][]*sequence
}

// Slot is what a {name} in a pattern stood for.
type Slot struct {
	Name string
	// Start and End are byte offsets in the text matched, the article left out.
	Start, End int
	// Article is "a", "an", "the" or "".
	Article string
}

// Match is the result of matching a text.
type Match struct {
	// ID is the id given to Add.
	ID int
	// Literals counts the words matched literally: the larger the surer.
	Literals int
	// Slots in pattern order.
	Slots []Slot
}

// Slot returns the slot of that name and whether there is one.
func (m Match) Slot(name string) (Slot, bool) {
	for _, s := range m.Slots {
		if s.Name == name {
			return s, true
		}
	}
	return Slot{}, false
}

// NewSet returns an empty set.
func NewSet() *Set { return &Set{byWord: map[string][]*sequence{}} }

// Add compiles a pattern. It fails for a pattern without any literal word, with
// unbalanced brackets, or with more than 512 variants.
func (s *Set) Add(source string, id int) error {
	variants, rest, err := parseSequence(source, 0)
	if err != nil {
		return fmt.Errorf("pattern %q: %w", source, err)
	}
	if rest != "" {
		return fmt.Errorf("pattern %q: unexpected %q", source, rest)
	}
	for _, v := range variants {
		seq := &sequence{id: id, parts: v}
		var anchors []string // the longest word, else the shortest choice
		for i := range v {
			switch p := &v[i]; {
			case p.word != "":
				seq.literals++
				if len(anchors) != 1 || len(p.word) > len(anchors[0]) {
					anchors = []string{p.word}
				}
			case p.words != nil:
				seq.literals++
				if len(anchors) == 0 || len(anchors) > len(p.words) {
					anchors = p.words
				}
			}
		}
		if len(anchors) == 0 {
			return fmt.Errorf("pattern %q: needs at least one word outside of slots and optional parts", source)
		}
		for i := range v {
			switch {
			case v[i].literal():
				seq.least, seq.most = seq.least+1, seq.most+1
			case v[i].gap:
				seq.most += maxGapWords
			default:
				seq.least, seq.most = seq.least+1, seq.most+maxSlotWords+1
			}
		}
		for _, a := range anchors {
			s.byWord[a] = append(s.byWord[a], seq)
		}
	}
	return nil
}

// parseSequence reads words, slots and groups up to a closing bracket or bar.
func parseSequence(src string, depth int) ([][]part, string, error) {
	if depth > 8 {
		return nil, "", fmt.Errorf("groups nested more than 8 deep")
	}
	out := [][]part{nil}
	for {
		src = strings.TrimLeft(src, " ")
		if src == "" || strings.ContainsRune(")]|", rune(src[0])) {
			return out, src, nil
		}
		var options [][]part
		switch src[0] {
		case '(', '[':
			open := src[0]
			closing := byte(')')
			if open == '[' {
				closing = ']'
				options = append(options, nil)
			}
			src = src[1:]
			for {
				alt, rest, err := parseSequence(src, depth+1)
				if err != nil {
					return nil, "", err
				}
				options = append(options, alt...)
				if rest == "" {
					return nil, "", fmt.Errorf("missing %q", closing)
				}
				src = rest[1:]
				if rest[0] == closing {
					break
				}
				if rest[0] != '|' {
					return nil, "", fmt.Errorf("unexpected %q", rest[0])
				}
			}
			options = mergeWords(options)
		case '{':
			end := strings.IndexByte(src, '}')
			if end < 2 {
				return nil, "", fmt.Errorf("slot without a name or closing brace")
			}
			options = [][]part{{{slot: src[1:end]}}}
			src = src[end+1:]
		case '*':
			options = [][]part{{{gap: true}}}
			src = src[1:]
		default:
			end := strings.IndexAny(src, " ()[]|{}*")
			if end < 0 {
				end = len(src)
			}
			if end == 0 {
				return nil, "", fmt.Errorf("unexpected %q", src[0])
			}
			var words []part
			for _, t := range text.Tokens(src[:end]) {
				words = append(words, part{word: t.Word})
			}
			options = [][]part{words}
			src = src[end:]
		}
		var next [][]part
		for _, head := range out {
			for _, tail := range options {
				next = append(next, append(append([]part(nil), head...), tail...))
			}
		}
		if len(next) > maxVariants {
			return nil, "", fmt.Errorf("more than %d variants", maxVariants)
		}
		out = next
	}
}

// mergeWords makes one choice of the options that are single words.
func mergeWords(options [][]part) [][]part {
	var words []string
	var out [][]part
	for _, o := range options {
		if len(o) == 1 && o[0].literal() {
			if o[0].words != nil {
				words = append(words, o[0].words...)
			} else {
				words = append(words, o[0].word)
			}
		} else {
			out = append(out, o)
		}
	}
	switch len(words) {
	case 0:
		return options
	case 1:
		return append(out, []part{{word: words[0]}})
	}
	return append(out, []part{{words: words}})
}

// Full matches the whole of a text given as its tokens. Of several matches the
// one with the most literal words wins, then the one added first.
func (s *Set) Full(toks []text.Token) (Match, bool) { return s.find(toks, true) }

// Prefix matches the first words of the text and returns how many they are, at
// most limit; the longest match wins. 0 is no match.
func (s *Set) Prefix(toks []text.Token, limit int) int {
	for n := min(limit, len(toks)); n > 0; n-- {
		if _, ok := s.Full(toks[:n]); ok {
			return n
		}
	}
	return 0
}

// Within matches any stretch of words of the text.
func (s *Set) Within(toks []text.Token) (Match, bool) { return s.find(toks, false) }

// All returns the distinct ids of the patterns that match a stretch of words.
func (s *Set) All(toks []text.Token, ids []int) []int {
	for i, t := range toks {
		for _, seq := range s.byWord[t.Word] {
			if !contains(ids, seq.id) && seq.around(toks, i) {
				ids = append(ids, seq.id)
			}
		}
	}
	return ids
}

func contains(ids []int, id int) bool {
	for _, x := range ids {
		if x == id {
			return true
		}
	}
	return false
}

func (s *Set) find(toks []text.Token, full bool) (best Match, ok bool) {
	var slots [4]Slot
	var bestSeq *sequence
	for i, t := range toks {
		for _, seq := range s.byWord[t.Word] {
			if bestSeq != nil && (seq.literals < bestSeq.literals || seq.literals == bestSeq.literals && seq.id >= bestSeq.id) {
				continue
			}
			if full {
				if len(toks) < seq.least || len(toks) > seq.most {
					continue
				}
				if n, found := match(seq.parts, toks, 0, true, slots[:0]); found {
					bestSeq = seq
					best = Match{ID: seq.id, Literals: seq.literals, Slots: append([]Slot(nil), n...)}
				}
			} else if seq.around(toks, i) {
				bestSeq = seq
				best = Match{ID: seq.id, Literals: seq.literals}
			}
		}
	}
	return best, bestSeq != nil
}

// around reports whether the sequence matches a stretch that holds toks[i].
func (s *sequence) around(toks []text.Token, i int) bool {
	first := i - len(s.parts)*maxGapWords
	var slots [4]Slot
	for start := max(0, first); start <= i; start++ {
		if first := &s.parts[0]; first.literal() && !first.takes(toks[start].Word) {
			continue
		}
		if _, ok := match(s.parts, toks, start, false, slots[:0]); ok {
			return true
		}
	}
	return false
}

func match(parts []part, toks []text.Token, at int, full bool, slots []Slot) ([]Slot, bool) {
	if len(parts) == 0 {
		return slots, !full || at == len(toks)
	}
	p := &parts[0]
	switch {
	case p.literal():
		if at < len(toks) && p.takes(toks[at].Word) {
			return match(parts[1:], toks, at+1, full, slots)
		}
	case p.gap:
		for n := 0; n <= maxGapWords && at+n <= len(toks); n++ {
			if out, ok := match(parts[1:], toks, at+n, full, slots); ok {
				return out, true
			}
		}
	default:
		article := ""
		from := at
		if from < len(toks)-1 && isArticle(toks[from].Word) {
			article = toks[from].Word
			from++
		}
		for n := 1; n <= maxSlotWords && from+n <= len(toks); n++ {
			slot := Slot{Name: p.slot, Start: toks[from].Start, End: toks[from+n-1].End, Article: article}
			if out, ok := match(parts[1:], toks, from+n, full, append(slots, slot)); ok {
				return out, true
			}
		}
	}
	return nil, false
}

func isArticle(w string) bool { return w == "a" || w == "an" || w == "the" }
