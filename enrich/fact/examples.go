package fact

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// longest is how many words a tool's name may have.
const longest = 3

// examples finds tools that the vocabulary lacks where the sentence lists them as
// examples of software or tools: names with capitals after "software such as".
func (f *finder) examples() {
	tokens := f.r.tokens
	for i := 1; i+2 < len(tokens); i++ {
		if !toolNoun(tokens, i-1) {
			continue
		}
		at := i
		switch {
		case tokens[i].lower == "such" && tokens[i+1].lower == "as":
			at += 2
		case tokens[i].lower == "including", tokens[i].lower == "like":
			at++
		default:
			continue
		}
		if s := f.r.states[i]; s.denied || s.elsewhere() || f.r.shouted {
			continue
		}
		f.names(at)
	}
}

// toolNoun reports whether the word at i names a class of tools.
func toolNoun(tokens []token, i int) bool {
	switch tokens[i].lower {
	case "software", "applications", "frameworks":
		return true
	case "languages":
		return i > 0 && (tokens[i-1].lower == "programming" || tokens[i-1].lower == "scripting")
	case "packages", "programs", "tools":
		return i > 0 && (tokens[i-1].lower == "software" || tokens[i-1].lower == "computer" || tokens[i-1].lower == "design")
	}
	return false
}

// names puts the names of the list that begins at token at.
func (f *finder) names(at int) {
	tokens := f.r.tokens
	for at < len(tokens) {
		first := at
		for at < len(tokens) && at-first <= longest && capital(tokens[at]) && (at == first || !tokens[at].comma && !tokens[at].stop) {
			at++
		}
		n := at - first
		ends := at == len(tokens) || tokens[at].comma || tokens[at].stop || tokens[at].lower == "and" || tokens[at].lower == "or"
		if n == 0 || n > longest || !ends {
			return
		}
		if _, known := f.rd.alias(tokens[first:at]); known == 0 {
			name := f.r.text[tokens[first].start:tokens[at-1].end]
			f.put(Method, slug(tokens[first:at]), name, "method.listed", first, at, f.r.states[first].hedged)
		}
		if at < len(tokens) && (tokens[at].lower == "and" || tokens[at].lower == "or") {
			at++
		} else if at < len(tokens) && tokens[at].stop {
			return
		}
	}
}

func capital(t token) bool {
	r, _ := utf8.DecodeRuneInString(t.text)
	return unicode.IsUpper(r)
}

// slug is a name in lower case with hyphens.
func slug(tokens []token) string {
	words := make([]string, len(tokens))
	for i, t := range tokens {
		words[i] = t.lower
	}
	return strings.Join(words, "-")
}
