package pages

import (
	"strings"
	"unicode"
)

// run is a stretch of text that two texts share, or that only one has.
type run struct {
	// Kind is "same", "gone" or "new".
	Kind string
	Text string
}

// maxCells bounds the table of a comparison; texts beyond are shown whole.
const maxCells = 400_000

// words compares two texts word by word: the longest common subsequence, after
// what they begin and end with alike.
func words(before, after string) []run {
	a, b := split(before), split(after)
	head := 0
	for head < len(a) && head < len(b) && a[head] == b[head] {
		head++
	}
	tail := 0
	for tail < len(a)-head && tail < len(b)-head && a[len(a)-1-tail] == b[len(b)-1-tail] {
		tail++
	}
	var runs []run
	add := func(kind string, tokens ...string) {
		text := strings.Join(tokens, "")
		if text == "" {
			return
		}
		if n := len(runs); n > 0 && runs[n-1].Kind == kind {
			runs[n-1].Text += text
			return
		}
		runs = append(runs, run{kind, text})
	}
	add("same", a[:head]...)
	middleA, middleB := a[head:len(a)-tail], b[head:len(b)-tail]
	if len(middleA)*len(middleB) > maxCells {
		add("gone", middleA...)
		add("new", middleB...)
	} else {
		align(middleA, middleB, func(kind, token string) { add(kind, token) })
	}
	add("same", a[len(a)-tail:]...)
	return runs
}

// align walks along a longest common subsequence of two lists.
func align[T comparable](a, b []T, visit func(kind string, item T)) {
	width := len(b) + 1
	table := make([]int32, (len(a)+1)*width)
	for i := len(a) - 1; i >= 0; i-- {
		for j := len(b) - 1; j >= 0; j-- {
			if a[i] == b[j] {
				table[i*width+j] = table[(i+1)*width+j+1] + 1
			} else {
				table[i*width+j] = max(table[(i+1)*width+j], table[i*width+j+1])
			}
		}
	}
	i, j := 0, 0
	for i < len(a) && j < len(b) {
		switch {
		case a[i] == b[j]:
			visit("same", a[i])
			i++
			j++
		case table[(i+1)*width+j] >= table[i*width+j+1]:
			visit("gone", a[i])
			i++
		default:
			visit("new", b[j])
			j++
		}
	}
	for ; i < len(a); i++ {
		visit("gone", a[i])
	}
	for ; j < len(b); j++ {
		visit("new", b[j])
	}
}

// split cuts text into words, each with the blanks after it.
func split(text string) []string {
	var tokens []string
	start, blank := 0, false
	for i, r := range text {
		space := unicode.IsSpace(r)
		if blank && !space {
			tokens = append(tokens, text[start:i])
			start = i
		}
		blank = space
	}
	if start < len(text) {
		tokens = append(tokens, text[start:])
	}
	return tokens
}
