package code

import (
	"fmt"
	"slices"
	"strings"
)

// How sure each step is; see the package comment.
const (
	sureAlternate      = 0.9
	sureOtherTitle     = 0.8
	sureOtherAlternate = 0.7
	sureAbbreviation   = 0.6
	sureFuzzyTitle     = 0.8
	sureFuzzyAlternate = 0.72
)

// Bounds of what is looked up for one career.
const (
	maxShared        = 4 // occupations that one title may lead to
	maxOtherNames    = 20
	maxAbbreviations = 8
)

// finding is an occupation of one taxonomy that a query led to.
type finding struct {
	occupation int32
	relation   Relation
	confidence float64
	method     Method
	evidence   string
}

// find returns the occupations that q leads to by the first step that finds any.
func (t *taxonomy) find(q Query) []finding {
	names := t.phrases([]string{q.Name, q.Plural})
	for _, n := range names {
		if e := t.entry(n.phrase); e != nil && len(e.titles) > 0 {
			return t.byTitle(n, e.titles)
		}
	}
	common := false // a title of too many, which tells nothing
	for _, n := range names {
		if e := t.entry(n.phrase); e != nil {
			if found := spread(e.alternates, Alternate, sureAlternate, "%s is an alternate title", n.text); len(found) > 0 {
				return found
			}
			common = true
		}
	}
	if found := t.byOtherNames(q.AlsoKnownAs); len(found) > 0 {
		return found
	}
	for _, short := range q.Abbreviations[:min(len(q.Abbreviations), maxAbbreviations)] {
		if list := t.short[strings.ToUpper(strings.TrimSpace(short))]; len(list) == 1 {
			return spread(list, Alternate, sureAbbreviation, "abbreviation %s is a short title", short)
		}
	}
	if common {
		return nil
	}
	for _, n := range names {
		near, found := t.nearest(n.phrase)
		if !found {
			continue
		}
		sure := sureFuzzyAlternate
		if near.own {
			sure = sureFuzzyTitle
		}
		return []finding{{near.occupation, near.relation, round3(sure * near.similarity), Fuzzy,
			fmt.Sprintf("%s shares %.2f of the words' weight with %s", quote(n.text), near.similarity, quote(t.entries[near.entry].shown))}}
	}
	return nil
}

// named is a name as it was given, and as it is compared.
type named struct {
	text string
	phrase
}

func (t *taxonomy) phrases(names []string) []named {
	var all []named
	for _, name := range names {
		p := newPhrase(name, t.forms.of)
		if p.key != "" && !slices.ContainsFunc(all, func(n named) bool { return n.folded == p.folded }) {
			all = append(all, named{strings.TrimSpace(name), p})
		}
	}
	return all
}

func (t *taxonomy) entry(p phrase) *entry {
	i, found := t.byKey[p.key]
	if !found {
		return nil
	}
	return &t.entries[i]
}

// byTitle returns the occupations with the title n. Titles that differ in number
// alone are told apart by how n is written.
func (t *taxonomy) byTitle(n named, titles []int32) []finding {
	if len(titles) > 1 {
		var literal []int32
		for _, o := range titles {
			if strings.Join(fold(t.occupations[o].title), " ") == n.folded {
				literal = append(literal, o)
			}
		}
		if len(literal) == 1 {
			titles = literal
		}
	}
	found := spread(titles, Title, 1, "%s is the title", n.text)
	if len(found) == 1 {
		found[0].relation = Exact
	}
	return found
}

// byOtherNames looks up the names that a career is also known by, each as a title
// first.
func (t *taxonomy) byOtherNames(names []string) []finding {
	type source struct {
		sure float64
		text string
	}
	found := map[int32]source{}
	var order []int32
	for _, n := range t.phrases(names[:min(len(names), maxOtherNames)]) {
		e := t.entry(n.phrase)
		if e == nil {
			continue
		}
		list, sure := e.titles, sureOtherTitle
		if len(list) == 0 {
			list, sure = e.alternates, sureOtherAlternate
		}
		if len(list) > maxShared {
			continue
		}
		for _, o := range list {
			if before, known := found[o]; !known || before.sure < sure {
				if !known {
					order = append(order, o)
				}
				found[o] = source{sure, n.text}
			}
		}
	}
	if len(order) > maxShared {
		return nil
	}
	var all []finding
	for _, o := range order {
		all = append(all, finding{o, relationOf(len(order)), round3(found[o].sure / float64(len(order))), Alternate,
			fmt.Sprintf("also known as %s, a title of it%s", quote(found[o].text), among(len(order)))})
	}
	return all
}

// spread makes findings of all occupations that one title leads to; none where they
// are more than a title can tell apart.
func spread(list []int32, method Method, sure float64, evidence, name string) []finding {
	if len(list) > maxShared {
		return nil
	}
	var all []finding
	for _, o := range list {
		all = append(all, finding{o, relationOf(len(list)), round3(sure / float64(len(list))), method,
			fmt.Sprintf(evidence, quote(name)) + among(len(list))})
	}
	return all
}

func relationOf(bearers int) Relation {
	if bearers == 1 {
		return Close
	}
	return Broad
}

func among(bearers int) string {
	if bearers == 1 {
		return ""
	}
	return fmt.Sprintf(", as of %d occupations", bearers)
}
