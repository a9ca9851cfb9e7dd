package prose

import (
	"strings"

	"careerstream/schemas/career"
)

// maxCells bounds the table that aligns two passages: 300 sentences by 300. What
// goes beyond it is taken as a whole, as removed and added.
const maxCells = 300 * 300

// alike is the share of common words from which on a sentence that went and one
// that came in its place are the same one, changed.
const alike = 0.5

// Diff says which sentences of a passage went, came or changed, in the order of
// the passage. It is empty where the passages differ in white space alone. The
// time is bounded by maxCells, and otherwise linear in the length.
func Diff(before, after string) []career.SentenceChange {
	old, now := Sentences(before), Sentences(after)
	for len(old) > 0 && len(now) > 0 && old[0] == now[0] {
		old, now = old[1:], now[1:]
	}
	for len(old) > 0 && len(now) > 0 && old[len(old)-1] == now[len(now)-1] {
		old, now = old[:len(old)-1], now[:len(now)-1]
	}
	var changes []career.SentenceChange
	i, j := 0, 0
	for _, same := range append(common(old, now), [2]int{len(old), len(now)}) {
		changes = append(changes, gap(old[i:same[0]], now[j:same[1]])...)
		i, j = same[0]+1, same[1]+1
	}
	return changes
}

// common is a longest common subsequence of two lists, as pairs of places.
func common(old, now []string) [][2]int {
	if len(old)*len(now) > maxCells {
		return nil
	}
	// longest[i][j] is the length for old[i:] and now[j:].
	longest := make([][]int, len(old)+1)
	for i := range longest {
		longest[i] = make([]int, len(now)+1)
	}
	for i := len(old) - 1; i >= 0; i-- {
		for j := len(now) - 1; j >= 0; j-- {
			if old[i] == now[j] {
				longest[i][j] = longest[i+1][j+1] + 1
			} else {
				longest[i][j] = max(longest[i+1][j], longest[i][j+1])
			}
		}
	}
	var pairs [][2]int
	for i, j := 0, 0; i < len(old) && j < len(now); {
		switch {
		case old[i] == now[j]:
			pairs = append(pairs, [2]int{i, j})
			i, j = i+1, j+1
		case longest[i+1][j] >= longest[i][j+1]:
			i++
		default:
			j++
		}
	}
	return pairs
}

// gap compares what stands between two sentences that stay. A sentence is matched
// with the next one on the other side that is alike.
func gap(old, now []string) []career.SentenceChange {
	var changes []career.SentenceChange
	came := func(upTo, from int) {
		for _, s := range now[from:upTo] {
			changes = append(changes, career.SentenceChange{Kind: career.Added, After: s})
		}
	}
	next := 0
	compared := len(old)*len(now) <= maxCells
	bags := make([]map[string]int, 0, len(now))
	for _, s := range now {
		if compared && len(old) > 0 {
			bags = append(bags, words(s))
		}
	}
	for _, s := range old {
		match := -1
		if compared {
			match = nearest(words(s), bags, next)
		}
		if match < 0 {
			changes = append(changes, career.SentenceChange{Kind: career.Removed, Before: s})
			continue
		}
		came(match, next)
		changes = append(changes, career.SentenceChange{Kind: career.Changed, Before: s, After: now[match]})
		next = match + 1
	}
	came(len(now), next)
	return changes
}

// nearest is the first place from on whose words are alike, or -1.
func nearest(bag map[string]int, bags []map[string]int, from int) int {
	for i := from; i < len(bags); i++ {
		if similarity(bag, bags[i]) >= alike {
			return i
		}
	}
	return -1
}

// words counts the words of a sentence, without case and punctuation around them.
func words(s string) map[string]int {
	bag := make(map[string]int)
	for _, word := range strings.Fields(strings.ToLower(s)) {
		if word = strings.Trim(word, ".,;:!?\"'()[]“”‘’«»"); word != "" {
			bag[word]++
		}
	}
	return bag
}

// similarity is Dice's coefficient of two bags of words, 0 to 1.
func similarity(a, b map[string]int) float64 {
	shared, all := 0, 0
	for word, n := range a {
		shared += min(n, b[word])
		all += n
	}
	for _, n := range b {
		all += n
	}
	if all == 0 {
		return 0
	}
	return 2 * float64(shared) / float64(all)
}
