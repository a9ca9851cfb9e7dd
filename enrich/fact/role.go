package fact

import "strings"

// role is what the words of a cue do to the clause that they stand in.
type role uint

const (
	require role = iota
	has
	prefer
	negator
	allowed
	hedge
	aside
	asideEnd
	advance
	contrast
	unlike
	starter
	relative
	preposition
	bystander
	postDeny
	postRequire
	work
	spare
	payWord
	notPay
	cost
	wage
	occupation
	roleCount
)

// roles are the names that cues.tsv has them under, all of which it must have.
func roles() [roleCount]string {
	return [roleCount]string{
		"require", "has", "prefer", "negator", "allowed", "hedge", "aside", "asideend", "advance", "contrast", "unlike",
		"starter", "relative", "preposition", "bystander", "postdeny", "postrequire", "work", "spare", "pay", "notpay", "cost", "wage", "occupation",
	}
}

// marks say what may begin with a word: a bit for the phrases of each role, and
// those below. A reader asks some thirty questions of every word, and mostly the
// answer is no; with marks that costs one look-up a word and not thirty.
type marks uint32

const (
	// aliasMark: an alias may begin.
	aliasMark marks = 1 << (roleCount + iota)
	// suffixMark: the word ends as occupations do.
	suffixMark
	// ownMark: it is the last word of a name of the career.
	ownMark
)

func (r role) mark() marks { return 1 << r }

// mark sets what may begin with each token.
func (rd reader) mark(tokens []token) {
	for i := range tokens {
		t := &tokens[i]
		t.marks = rd.v.firsts[t.lower]
		if strings.HasSuffix(t.lower, "n't") {
			t.marks |= rd.v.firsts["n't"]
		}
		for _, suffix := range rd.v.suffixes {
			if len(t.lower) > len(suffix) && strings.HasSuffix(t.lower, suffix) {
				t.marks |= suffixMark
				break
			}
		}
		if rd.own[t.lower] {
			t.marks |= ownMark
		}
	}
}

// cue is the length of the role's phrase that begins the tokens, 0 for none.
func (rd reader) cue(r role, tokens []token) int {
	if tokens[0].marks&r.mark() == 0 {
		return 0
	}
	_, n := rd.v.cues[r].at(tokens)
	return n
}

// is reports whether one of the role's phrases begins the tokens.
func (rd reader) is(r role, tokens []token) bool {
	return len(tokens) > 0 && rd.cue(r, tokens) > 0
}

// alias is the longest alias that begins the tokens and its length, 0 for none.
func (rd reader) alias(tokens []token) (*entry, int) {
	if tokens[0].marks&aliasMark == 0 {
		return nil, 0
	}
	return rd.v.aliases.at(tokens)
}

// index notes which words begin a phrase.
func (v *vocabulary) index() {
	for word := range v.aliases {
		v.firsts[word] |= aliasMark
	}
	for r, phrases := range v.cues {
		for word := range phrases {
			v.firsts[word] |= role(r).mark()
		}
	}
}
