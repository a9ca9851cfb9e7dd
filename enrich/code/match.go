package code

import (
	"cmp"
	"slices"
	"strings"
)

// Match returns the codes of a career, by scheme, the surest first, then by code;
// never nil. Equal queries to taxonomies with equal content give equal answers.
func (t *Taxonomies) Match(q Query) []Code {
	if t == nil {
		t = &Taxonomies{}
	}
	codes, known := t.stated(q.StatedSOC)
	if t.onet != nil && !known {
		codes = merge(codes, t.onet.soc(t.onet.find(q)))
	}
	if t.esco != nil {
		codes = merge(codes, t.esco.isco(t.esco.find(q)))
	}
	slices.SortFunc(codes, func(a, b Code) int {
		return cmp.Or(
			cmp.Compare(rank(a.Scheme), rank(b.Scheme)),
			cmp.Compare(b.Confidence, a.Confidence),
			cmp.Compare(a.Code, b.Code),
		)
	})
	return codes
}

func rank(scheme Scheme) int {
	return slices.Index([]Scheme{ONETSOC, SOC2018, SOC2010, ESCO, ISCO08}, scheme)
}

// merge adds codes that are not there yet.
func merge(codes, more []Code) []Code {
	for _, c := range more {
		if !slices.ContainsFunc(codes, func(have Code) bool { return have.Scheme == c.Scheme && have.Code == c.Code }) {
			codes = append(codes, c)
		}
	}
	return codes
}

// soc makes codes of what was found in O*NET: of each occupation and of its SOC
// occupation.
func (t *taxonomy) soc(found []finding) []Code {
	var codes, above []Code
	for _, f := range found {
		o := t.occupations[f.occupation]
		codes = append(codes, Code{ONETSOC, t.version, o.code, o.uri, o.title, f.relation, f.confidence, f.method, f.evidence})
		above = widen(above, t.socOf(o, f))
	}
	return append(codes, above...)
}

// socOf is the SOC code of an O*NET occupation. One that ends in .00 is the SOC
// occupation itself, the others are parts of it.
func (t *taxonomy) socOf(o *occupation, f finding) Code {
	soc, detail, _ := strings.Cut(o.code, ".")
	relation := f.relation
	if detail != "00" {
		relation = Broad
	}
	scheme := socScheme(t.version)
	return Code{scheme, socVersion(scheme), soc, "", t.titleOf(soc + ".00"), relation, f.confidence, f.method, f.evidence}
}

func socVersion(scheme Scheme) string { return strings.TrimPrefix(string(scheme), "soc-") }

// titleOf is the title of a code, or empty.
func (t *taxonomy) titleOf(code string) string {
	if i, found := t.byCode[code]; found {
		return t.occupations[i].title
	}
	return ""
}

// isco makes codes of what was found in ESCO: of each occupation and of its ISCO-08
// unit group, which is always the broader one.
func (t *taxonomy) isco(found []finding) []Code {
	var codes, above []Code
	for _, f := range found {
		o := t.occupations[f.occupation]
		codes = append(codes, Code{ESCO, t.version, o.code, o.uri, o.title, f.relation, f.confidence, f.method, f.evidence})
		if o.group != "" {
			above = widen(above, Code{ISCO08, "2008", o.group, "", t.groups[o.group], Broad, f.confidence, f.method, f.evidence})
		}
	}
	return append(codes, above...)
}

// widen adds the code of a group. Where several occupations of it were found, the
// career is in the group as surely as it is any of them.
func widen(codes []Code, c Code) []Code {
	for i := range codes {
		if codes[i].Code == c.Code {
			codes[i].Confidence = round3(min(codes[i].Confidence+c.Confidence, sureAlternate))
			codes[i].Relation = Broad
			return codes
		}
	}
	return append(codes, c)
}
