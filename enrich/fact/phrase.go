package fact

import (
	"errors"
	"slices"
	"strings"
	"unicode"

	"github.com/gertd/go-pluralize"
)

// phrase is a sequence of words.
type phrase struct {
	words []word
	// entry is what it stands for; nil for what is ignored and for cues.
	entry *entry
}

// word is one word of a phrase. With a capital in it, it matches as it stands, and
// otherwise in any case.
type word struct {
	text  string
	exact bool
}

func (w word) matches(t token) bool {
	if w.exact {
		return t.text == w.text
	}
	return t.lower == w.text
}

// phrases are phrases by the lower case of their first word, longest first.
type phrases map[string][]phrase

// parse makes the words of a phrase as the tokens of a text are made.
func parse(text string) ([]word, error) {
	if text == "n't" || strings.HasPrefix(text, "n't ") {
		return append([]word{{text: "n't"}}, wordsOf(strings.TrimPrefix(text, "n't"))...), nil
	}
	words := wordsOf(text)
	if len(words) == 0 {
		return nil, errors.New("a phrase has no words")
	}
	return words, nil
}

// wordsOf splits a phrase as a text is split.
func wordsOf(text string) []word {
	var words []word
	for _, t := range tokenize(text) {
		exact := strings.IndexFunc(t.text, unicode.IsUpper) >= 0
		if exact {
			words = append(words, word{t.text, true})
		} else {
			words = append(words, word{text: t.lower})
		}
	}
	return words
}

// add puts a phrase, and with plural also the plural of its last word. "=" before
// the text keeps it as it stands.
func (p phrases) add(plural *pluralize.Client, text string, e *entry) error {
	fixed, asIs := strings.CutPrefix(text, "=")
	words, err := parse(fixed)
	if err != nil {
		return err
	}
	p.put(phrase{words, e})
	if plural == nil || asIs {
		return nil
	}
	last := words[len(words)-1]
	many := last.text + "s"
	if !last.exact {
		many = plural.Plural(last.text)
	}
	if many != last.text {
		p.put(phrase{append(slices.Clone(words[:len(words)-1]), word{many, last.exact}), e})
	}
	return nil
}

func (p phrases) put(ph phrase) {
	key := strings.ToLower(ph.words[0].text)
	list := p[key]
	at, _ := slices.BinarySearchFunc(list, -len(ph.words), func(have phrase, n int) int { return -len(have.words) - n })
	for at < len(list) && len(list[at].words) == len(ph.words) {
		at++
	}
	p[key] = slices.Insert(list, at, ph)
}

// at returns the longest phrase that begins the tokens and its length, 0 for none.
// No comma or dash may stand in it.
func (p phrases) at(tokens []token) (*entry, int) {
	list := p[tokens[0].lower]
	if len(list) == 0 && strings.HasSuffix(tokens[0].lower, "n't") {
		list = p["n't"]
	}
	for _, ph := range list {
		if ph.begins(tokens) {
			return ph.entry, len(ph.words)
		}
	}
	return nil, 0
}

func (ph phrase) begins(tokens []token) bool {
	if len(tokens) < len(ph.words) {
		return false
	}
	for i, w := range ph.words {
		if i > 0 && (tokens[i].comma || tokens[i].stop) {
			return false
		}
		if !w.matches(tokens[i]) && (i > 0 || w.text != "n't") {
			return false
		}
	}
	return true
}
