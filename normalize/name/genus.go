package name

import (
	"slices"
	"strings"
)

// maxGenusWords is how far into a sentence the noun may stand that says what kind
// of thing the subject is.
const maxGenusWords = 16

// genusEnds end the noun that says what a thing is: "a machine that", "a tool for".
var genusEnds = []string{"that", "which", "who", "whose", "where", "used", "designed", "made", "built", "found", "for", "of", "in", "on", "to", "with", "from", "by", "and", "or", "capable", "able"}

// DefinesThing reports whether a sentence defines a thing and no people: "A
// dishwasher is a machine that cleans plates."
func (f *Inflector) DefinesThing(sentence string) bool {
	toks := words(sentence[:min(len(sentence), 200)])
	is := slices.IndexFunc(toks, func(w string) bool { return w == "is" || w == "are" })
	if is < 1 || is > 7 {
		return false
	}
	last := ""
	for i := is + 1; i < min(len(toks), is+maxGenusWords); i++ {
		if slices.Contains(genusEnds, toks[i]) || strings.HasSuffix(toks[i], "ing") && last != "" {
			break
		}
		last = toks[i]
	}
	return f.genera[f.stem(last)]
}
