package setting

import (
	"slices"
	"strings"
	"unicode"
)

// token is a word of a clause.
type token struct {
	word string
	// comma stands before the word.
	comma bool
}

// Match returns the ids of the settings that the paragraphs mention as places of
// work, sorted, each once; never nil.
func (v *Vocabulary) Match(paragraphs []string) []string {
	found := make(map[string]bool)
	for _, paragraph := range paragraphs {
		for _, clause := range clauses(paragraph) {
			v.clause(clause, found)
		}
	}
	ids := make([]string, 0, len(found))
	for id := range found {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	return ids
}

// clause reads one clause from left to right. denied and aside are what the
// words so far say about the mentions that follow.
func (v *Vocabulary) clause(clause []token, found map[string]bool) {
	denied, aside := false, false
	for i := 0; i < len(clause); {
		rest := clause[i:]
		word := rest[0].word
		// "not only in hospitals" denies nothing.
		if length := v.allowed.at(rest); length > 0 {
			i += length
			continue
		}
		switch {
		// A contrast or, after a comma, a new subject begins another statement.
		case v.restarts[word] && (rest[0].comma || contrast(word)):
			denied, aside = false, false
		case v.negators.at(rest) > 0, strings.HasSuffix(word, "n't"):
			denied = true
		case v.asides.at(rest) > 0:
			aside = true
		case v.places[word]:
			aside = false
		}
		p, length := v.longest(rest)
		if length == 0 {
			i++
			continue
		}
		if !denied && !aside && !v.describes(rest[length:]) {
			for _, id := range p.ids {
				found[id] = true
			}
		}
		i += length
	}
}

// contrast words turn a statement round without a comma too.
func contrast(word string) bool {
	switch word {
	case "but", "however", "although", "though", "whereas", "while":
		return true
	}
	return false
}

// describes reports whether the word after a mention makes it an adjective.
func (v *Vocabulary) describes(rest []token) bool {
	return len(rest) > 0 && !rest[0].comma && v.followers[rest[0].word]
}

// longest returns the longest pattern at the start of rest and its length in words.
func (v *Vocabulary) longest(rest []token) (pattern, int) {
	for _, p := range v.patterns[rest[0].word] {
		if begins(rest, p.words) {
			return p, len(p.words)
		}
	}
	return pattern{}, 0
}

// begins reports whether clause starts with words and no comma parts them.
func begins(clause []token, words []string) bool {
	if len(clause) < len(words) {
		return false
	}
	for i, word := range words {
		if clause[i].word != word || (i > 0 && clause[i].comma) {
			return false
		}
	}
	return true
}

// clauses splits a paragraph at everything that ends a clause but commas, which
// also stand in lists, and into words in lower case. A hyphen or slash parts
// words; a possessive ending is dropped.
func clauses(paragraph string) [][]token {
	var all [][]token
	var clause []token
	var word strings.Builder
	comma := false
	endWord := func() {
		if word.Len() == 0 {
			return
		}
		text := strings.TrimLeft(word.String(), "'")
		// "client's" and "clients'" are both the client's.
		text = strings.TrimSuffix(strings.TrimSuffix(text, "'s"), "s'")
		text = strings.TrimRight(text, "'")
		word.Reset()
		if text != "" {
			clause = append(clause, token{text, comma})
			comma = false
		}
	}
	endClause := func() {
		endWord()
		if len(clause) > 0 {
			all = append(all, clause)
		}
		clause, comma = nil, false
	}
	for _, r := range paragraph {
		switch {
		case unicode.IsLetter(r), unicode.IsDigit(r):
			word.WriteRune(unicode.ToLower(r))
		case r == '\'', r == '’':
			word.WriteByte('\'')
		case r == ',':
			endWord()
			comma = true
		case strings.ContainsRune(".;:!?()[]—–•\n", r):
			endClause()
		default:
			endWord()
		}
	}
	endClause()
	return all
}
