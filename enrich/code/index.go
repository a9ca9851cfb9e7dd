package code

import (
	"cmp"
	"maps"
	"math"
	"slices"
	"strings"
)

// entry is a title in the singular, with the occupations that bear it.
type entry struct {
	// titles and alternates are occupations, sorted; none is in both.
	titles, alternates []int32
	// words and heads are sorted numbers of words.
	words, heads []uint32
	// shown is how the title is written.
	shown string
}

// index finds titles by their key, and by their words.
type index struct {
	forms *singulars
	byKey map[string]int32
	// short are occupations by abbreviation, in capitals.
	short   map[string][]int32
	entries []entry
	// words numbers the words, rarity is the weight of each, unknown that of a word
	// of no title.
	words   map[string]uint32
	rarity  []float64
	unknown float64
	// trade marks the words that are the head of a title.
	trade []bool
	// postings are the entries with a word that may match by their words, and weight
	// the sum of the rarities of each entry, 0 where it may not.
	postings [][]int32
	weight   []float64
}

// building is an entry on the way.
type building struct {
	phrase             phrase
	shown              string
	titles, alternates map[int32]bool
}

// newIndex indexes occupations. The result depends on their order alone.
func newIndex(occupations []*occupation) index {
	x := index{forms: newSingulars(), byKey: map[string]int32{}, short: map[string][]int32{}, words: map[string]uint32{}}
	all := map[string]*building{}
	add := func(o int32, title string, own bool) {
		p := newPhrase(title, x.forms.learn)
		if p.key == "" {
			return
		}
		b := all[p.key]
		if b == nil {
			b = &building{phrase: p, shown: title, titles: map[int32]bool{}, alternates: map[int32]bool{}}
			all[p.key] = b
		}
		if own {
			b.titles[o] = true
			return
		}
		b.alternates[o] = true
		// Alternates differ in writing alone here; the first of the alphabet is shown.
		if len(b.titles) == 0 {
			b.shown = min(b.shown, title)
		}
	}
	// Titles go first, so that an entry with one is shown and read as it.
	for i, o := range occupations {
		add(int32(i), o.title, true)
	}
	for i, o := range occupations {
		for _, title := range o.alternates {
			// "Certified Public Accountant (CPA)"
			name, inside, found := strings.Cut(title, "(")
			inside, _, closed := strings.Cut(inside, ")")
			if found && closed && isAbbreviation(inside) {
				add(int32(i), name, false)
				x.addShort(inside, int32(i))
			}
			add(int32(i), title, false)
		}
		for _, short := range o.short {
			if isAbbreviation(short) {
				x.addShort(short, int32(i))
			} else {
				add(int32(i), short, false)
			}
		}
	}
	x.fill(all)
	return x
}

func (x *index) addShort(short string, o int32) {
	key := strings.ToUpper(strings.TrimSpace(short))
	if list := x.short[key]; !slices.Contains(list, o) {
		x.short[key] = append(list, o)
	}
}

// fill numbers everything by the alphabet and weighs the words.
func (x *index) fill(all map[string]*building) {
	keys := slices.Sorted(maps.Keys(all))
	frequency := map[string]int{}
	for _, b := range all {
		for _, word := range b.phrase.words {
			frequency[word]++
		}
	}
	rarity := func(frequency int) float64 {
		return math.Log(1 + float64(len(keys)+1)/float64(frequency+1))
	}
	x.unknown = rarity(0)
	for i, word := range slices.Sorted(maps.Keys(frequency)) {
		x.words[word] = uint32(i)
		x.rarity = append(x.rarity, rarity(frequency[word]))
	}
	heads := map[string]bool{}
	for _, b := range all {
		for _, head := range b.phrase.heads {
			heads[head] = true
		}
	}
	for _, head := range slices.Sorted(maps.Keys(heads)) {
		x.forms.learnPlural(head)
	}
	x.postings = make([][]int32, len(x.rarity))
	x.trade = make([]bool, len(x.rarity))
	x.entries = make([]entry, 0, len(keys))
	x.weight = make([]float64, len(keys))
	for i, key := range keys {
		b := all[key]
		for o := range b.titles {
			delete(b.alternates, o)
		}
		e := entry{
			titles:     slices.Sorted(maps.Keys(b.titles)),
			alternates: slices.Sorted(maps.Keys(b.alternates)),
			shown:      b.shown,
		}
		e.words, _ = x.numbers(b.phrase.words)
		e.heads, _ = x.numbers(b.phrase.heads)
		for _, head := range e.heads {
			x.trade[head] = true
		}
		x.byKey[key] = int32(i)
		x.entries = append(x.entries, e)
		if b.phrase.residual {
			continue
		}
		for _, word := range e.words {
			x.postings[word] = append(x.postings[word], int32(i))
			x.weight[i] += x.rarity[word]
		}
	}
}

// numbers returns the sorted numbers of words, and how many have none.
func (x *index) numbers(words []string) (known []uint32, unknown int) {
	for _, word := range words {
		if number, found := x.words[word]; found {
			known = append(known, number)
		} else {
			unknown++
		}
	}
	slices.SortFunc(known, cmp.Compare[uint32])
	return known, unknown
}

// maxAbbreviation is the length of the longest abbreviation, in bytes.
const maxAbbreviation = 8

// isAbbreviation: a single word with at least two capitals and not more small
// letters than capitals ("CPA", "RNs", "PhD").
func isAbbreviation(text string) bool {
	text = strings.TrimSpace(text)
	if len(text) > maxAbbreviation {
		return false
	}
	upper, lower := 0, 0
	for _, r := range text {
		switch {
		case r >= 'A' && r <= 'Z':
			upper++
		case r >= 'a' && r <= 'z':
			lower++
		case r != '.' && r != '-' && r != '/' && (r < '0' || r > '9'):
			return false
		}
	}
	return upper >= 2 && lower <= upper
}
