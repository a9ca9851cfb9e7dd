package quality

import (
	"fmt"
	"strings"
	"unicode"

	"careerstream/schemas/career"
)

// Readability is judged from leastWords on: Flesch took samples of 100 words.
const leastWords = 100

// plainEase is the reading ease from which on text is as readable as it needs to
// be: Flesch's 60 to 70, "standard".
const plainEase = 60

// prose is the counts that reading ease is made of.
type prose struct {
	words, sentences, syllables int
	// syllabary counts for read.
	syllabary *syllabary
}

// ease is the reading ease of R. Flesch, "A new readability yardstick", Journal of
// Applied Psychology 32 (1948) 221-233: about 0 (very hard) to 100 (very easy).
func (p prose) ease() float64 {
	if p.words == 0 || p.sentences == 0 {
		return 0
	}
	return 206.835 - 1.015*float64(p.words)/float64(p.sentences) - 84.6*float64(p.syllables)/float64(p.words)
}

// readability maps reading ease 0 to plainEase onto 0 to 1. It is made for English.
func (s *Scorer) readability(r *career.Record) judgement {
	p := prose{syllabary: s.syllabary}
	for _, texts := range [][]string{r.Definition.Paragraphs, r.DutiesIntro, r.TypesIntro, r.Workplace.Paragraphs} {
		for _, text := range texts {
			p.read(text)
		}
	}
	for _, duty := range r.Duties {
		p.read(duty.Text)
	}
	for _, t := range r.Types {
		p.read(t.Text)
	}
	for _, faq := range r.FAQs {
		for _, text := range faq.Answer {
			p.read(text)
		}
	}
	j := judgement{name: Readability, weight: weightReadability}
	if p.words < leastWords {
		j.why = fmt.Sprintf("%d words of prose are too few to judge", p.words)
		return j
	}
	ease := p.ease()
	j.known, j.value = true, ease/plainEase
	j.why = fmt.Sprintf("reading ease %.0f: %.1f words a sentence, %.2f syllables a word",
		ease, float64(p.words)/float64(p.sentences), float64(p.syllables)/float64(p.words))
	return j
}

// read counts a text. Its end is the end of a sentence, and so is a word that ends
// in . ! or ? unless it is an abbreviation.
func (p *prose) read(text string) {
	open := false
	for _, field := range strings.Fields(text) {
		word := strings.TrimFunc(field, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
		if word != "" {
			p.words++
			p.syllables += p.syllabary.of(word)
			open = true
		}
		end := strings.TrimRight(field, `"'”’)]`)
		if open && (strings.HasSuffix(end, "!") || strings.HasSuffix(end, "?") || strings.HasSuffix(end, ".") && !abbreviation(word)) {
			p.sentences++
			open = false
		}
	}
	if open {
		p.sentences++
	}
}

// abbreviation reports whether a word before a full stop is one that goes on: with
// stops inside (e.g, U.S, Ph.D), one letter, or a title.
func abbreviation(word string) bool {
	switch strings.ToLower(word) {
	case "dr", "mr", "mrs", "ms", "prof", "st", "vs", "approx":
		return true
	}
	return strings.Contains(word, ".") || len(word) == 1
}

// syllables counts by vowel groups, as J. Talburt, "The Flesch index: an easily
// programmable readability analysis algorithm", SIGDOC '85 (1986) 114-122, with
// more endings. Numbers, symbols and abbreviations count one, as Flesch says.
func syllables(word string) int {
	if strings.ToUpper(word) == word || strings.ContainsFunc(word, unicode.IsDigit) || strings.Contains(word, ".") {
		return 1
	}
	sum := 0
	for part := range strings.FieldsFuncSeq(strings.ToLower(word), func(r rune) bool { return r == '-' || r == '/' }) {
		part, _, _ = strings.Cut(strings.ReplaceAll(part, "’", "'"), "'")
		sum += simple(part)
	}
	return max(1, sum)
}

// simple counts the syllables of a word without hyphens in lower case.
func simple(word string) int {
	n, before := 0, false
	for _, r := range word {
		vowel := strings.ContainsRune("aeiouyäöüáéíóúàèêâô", r)
		if vowel && !before {
			n++
		}
		before = vowel
	}
	// Vowels side by side that are spoken apart.
	for _, apart := range [...]string{"ia", "io", "iu", "eo", "ua", "uou", "eing", "oing", "ying", "creat", "client", "scien", "diet"} {
		n += strings.Count(word, apart)
	}
	// ... but not after these.
	for _, together := range [...]string{"tia", "cia", "sia", "tio", "sio", "cio", "gio", "gia", "qua", "gua", "peo", "geo"} {
		n -= strings.Count(word, together)
	}
	end := func(endings ...string) bool {
		for _, ending := range endings {
			if len(word) > len(ending) && strings.HasSuffix(word, ending) {
				return true
			}
		}
		return false
	}
	switch {
	case end("ted", "ded", "ses", "zes", "ces", "ges", "shes", "ches", "xes"):
	case end("ble", "ple", "tle", "dle", "gle", "cle", "fle", "kle", "bles", "ples", "tles", "dles", "gles", "cles"):
	case end("ee", "oe", "ie", "ye", "ees", "ies", "oes", "eed", "ied", "ue", "ues", "ued"):
	case end("e", "es", "ed"):
		n-- // silent
	}
	if end("ely", "ement", "ements", "eless", "eful") && len(word) > 6 {
		n-- // silent inside
	}
	return max(1, n)
}
