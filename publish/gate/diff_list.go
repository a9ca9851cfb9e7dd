package gate

import (
	"slices"
	"sort"
	"strconv"
	"strings"

	"careerstream/schemas/career"
)

// items says how to compare the items of a list.
type items[T any] struct {
	// key is the identity of an item within its list; of several items with one
	// key each is matched with its like by order.
	key func(T) string
	// show gives an item as text, for one that was added or removed.
	show func(T) string
	// compare reports the differences of two items that are matched, under
	// the field of the item; nil when the key is all there is.
	compare func(d *differ, field string, before, after T)
	// anonymous items have no identity that outlives an edit: what is left of
	// them between the same neighbours is matched by place. May be nil.
	anonymous func(T) bool
}

// pair matches the item at index before with the one at index after.
type pair struct{ before, after int }

func list[T any](d *differ, field string, before, after []T, of items[T]) {
	oldNames, newNames := names(before, of.key), names(after, of.key)
	pairs := match(oldNames, newNames)
	edited := matchByPlace(before, after, pairs, of.anonymous)
	at := func(n name) string { return field + "[" + n.String() + "]" }
	moved := moves(pairs)
	kept := make(map[int]pair)
	for _, p := range slices.Concat(pairs, edited) {
		kept[p.after] = p
	}
	gone := make(map[int]bool)
	for i := range before {
		gone[i] = true
	}
	for _, p := range kept {
		delete(gone, p.before)
	}
	for i := range before {
		if gone[i] {
			d.add(career.Removed, at(oldNames[i]), of.show(before[i]), "")
		}
	}
	for i := range after {
		p, ok := kept[i]
		if !ok {
			d.add(career.Added, at(newNames[i]), "", of.show(after[i]))
			continue
		}
		if moved[p] {
			d.add(career.Moved, at(newNames[i]), strconv.Itoa(p.before+1), strconv.Itoa(p.after+1))
		}
		if of.compare == nil {
			continue
		}
		path := at(oldNames[p.before])
		if _, isText := any(after[i]).(string); isText {
			// A reworded paragraph has no name but its place.
			path = field + "[" + strconv.Itoa(i+1) + "]"
		}
		of.compare(d, path, before[p.before], after[i])
	}
}

// name is the identity of an item: its key, and which one of that key it is.
type name struct {
	key string
	n   int
}

// maxKey is the longest key in a field's path, in bytes: paragraphs name
// themselves by their beginning.
const maxKey = 60

// String is the name in a field's path; the second item of a key ends in #2.
func (n name) String() string {
	key := n.key
	if len(key) > maxKey {
		key = strings.ToValidUTF8(key[:maxKey], "") + "…"
	}
	if n.n > 1 {
		key += "#" + strconv.Itoa(n.n)
	}
	return key
}

func names[T any](list []T, key func(T) string) []name {
	seen := make(map[string]int)
	out := make([]name, len(list))
	for i, item := range list {
		k := key(item)
		seen[k]++
		out[i] = name{k, seen[k]}
	}
	return out
}

// match pairs items of equal name, in the order of the new list.
func match(before, after []name) []pair {
	index := make(map[name]int, len(before))
	for i, n := range before {
		index[n] = i
	}
	var pairs []pair
	for i, n := range after {
		if j, ok := index[n]; ok {
			pairs = append(pairs, pair{j, i})
		}
	}
	return pairs
}

// matchByPlace pairs anonymous items that have no partner: within each gap
// between neighbours that stay in order, the first with the first, and so on.
func matchByPlace[T any](before, after []T, pairs []pair, anonymous func(T) bool) []pair {
	if anonymous == nil {
		return nil
	}
	var edited []pair
	anchors := append(inOrder(pairs), pair{len(before), len(after)})
	matchedBefore, matchedAfter := make(map[int]bool), make(map[int]bool)
	for _, p := range pairs {
		matchedBefore[p.before], matchedAfter[p.after] = true, true
	}
	from := pair{}
	for _, anchor := range anchors {
		i, j := from.before, from.after
		for {
			for i < anchor.before && (matchedBefore[i] || !anonymous(before[i])) {
				i++
			}
			for j < anchor.after && (matchedAfter[j] || !anonymous(after[j])) {
				j++
			}
			if i >= anchor.before || j >= anchor.after {
				break
			}
			edited = append(edited, pair{i, j})
			i, j = i+1, j+1
		}
		from = pair{anchor.before + 1, anchor.after + 1}
	}
	return edited
}

// moves are the pairs that are not in order with the others.
func moves(pairs []pair) map[pair]bool {
	moved := make(map[pair]bool)
	for _, p := range pairs {
		moved[p] = true
	}
	for _, p := range inOrder(pairs) {
		delete(moved, p)
	}
	return moved
}

// inOrder is a longest run of pairs, which are in the order of after, that is
// in the order of before too (patience sorting).
func inOrder(pairs []pair) []pair {
	var ends []int // ends[n] is the index of the pair that ends a run of n+1
	previous := make([]int, len(pairs))
	for i, p := range pairs {
		n := sort.Search(len(ends), func(n int) bool { return pairs[ends[n]].before > p.before })
		previous[i] = -1
		if n > 0 {
			previous[i] = ends[n-1]
		}
		if n == len(ends) {
			ends = append(ends, i)
		} else {
			ends[n] = i
		}
	}
	if len(ends) == 0 {
		return nil
	}
	run := make([]pair, 0, len(ends))
	for i := ends[len(ends)-1]; i >= 0; i = previous[i] {
		run = append(run, pairs[i])
	}
	slices.Reverse(run)
	return run
}
