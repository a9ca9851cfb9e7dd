package drift

import (
	"fmt"
	"slices"

	"careerstream/schemas/career"
)

// Rules, by career.Reason.Rule.
const (
	SectionLost    = "section-lost"
	Collapse       = "collapse"
	TemplatePoorer = "template-poorer"
	CountLow       = "count-low"
	LengthLow      = "length-low"
	CountHigh      = "count-high"
	LengthHigh     = "length-high"
)

// Smallest losses and gains that count: under them the shares say nothing.
const (
	minItems     = 3   // items lost, or items that a part had
	minBytes     = 200 // bytes lost, or bytes before a collapse
	minMoreItems = 12
	minMoreBytes = 2000
)

// Judge compares a candidate with the version that is published and returns what
// looks damaged, the worst first; none is a good record. transient tells that the
// trouble is likely to pass: the page asks for consent instead of showing its text.
// A nil before is the first version of a career, which is always good.
func (g *Guard) Judge(before, candidate *career.Record) (reasons []career.Reason, transient bool) {
	if before == nil {
		return nil, false
	}
	g.mu.RLock()
	defer g.mu.RUnlock()
	s := g.sites[candidate.Source.Site]
	if s == nil {
		s = &site{}
	}
	j := judgement{
		cfg: g.cfg, site: s, was: measure(before), is: measure(candidate),
		moved: before.Source.Template != "" && candidate.Source.Template != "" && before.Source.Template != candidate.Source.Template,
	}
	j.run()
	reasons = slices.DeleteFunc(j.reasons, func(r career.Reason) bool {
		_, accepted := g.released[finding{candidate.Source.Site, candidate.Source.Template, r.Rule, r.Field}]
		return accepted
	})
	return reasons, len(reasons) > 0 && asksConsent(candidate)
}

// judgement compares the measures of two versions.
type judgement struct {
	cfg     Config
	site    *site
	was, is measures
	moved   bool
	reasons []career.Reason
}

func (j *judgement) find(rule string, f field, format string, args ...any) {
	name := ""
	if f < all {
		name = names[f]
	}
	j.reasons = append(j.reasons, career.Reason{Rule: rule, Field: name, Text: fmt.Sprintf(format, args...)})
}

func (j *judgement) run() {
	lost, optional := j.losses()
	was, is := j.was.total(all), j.is.total(all)
	if lost == 1 && optional < all {
		was = j.was.total(optional) // an optional part may be most of a page
	}
	if was >= minBytes && float64(is) < j.cfg.CollapseTo*float64(was) {
		j.find(Collapse, all, "%d bytes of text are left of %d (less than %.0f %%)", is, was, 100*j.cfg.CollapseTo)
	}
	if j.moved {
		switch had, has := j.was.present(), j.is.present(); {
		case has < had:
			j.find(TemplatePoorer, all, "the page's template changed, and %d of %d fields are left", has, had)
		case float64(is) < j.cfg.TemplateTo*float64(was):
			j.find(TemplatePoorer, all, "the page's template changed, and %d bytes of text are left of %d", is, was)
		}
	}
	for f := range whole {
		if j.was.has(f) && j.is.has(f) {
			j.amount(CountLow, CountHigh, f, "items", minItems, minMoreItems, func(m *measures) int { return int(m.count[f]) })
			j.amount(LengthLow, LengthHigh, f, "bytes", minBytes, minMoreBytes, func(m *measures) int { return int(m.bytes[f]) })
		}
	}
}

// losses finds fields that are empty now. It returns how many there are, and one
// that the site does not require, or all.
func (j *judgement) losses() (lost int, optional field) {
	optional = all
	for f := range all {
		if !j.was.has(f) || j.is.has(f) {
			continue
		}
		if whole, part := owner[f]; part {
			if !j.is.has(whole) || int(j.was.count[f]) < minItems {
				continue
			}
		} else {
			lost++
		}
		have, of := j.site.have[f], len(j.site.records)
		known := of >= j.cfg.MinRecords && float64(have) >= j.cfg.RequiredShare*float64(of)
		if f == sections && j.is.total(all) >= j.was.total(all) {
			known = false // what was left over found its place
		}
		switch {
		case known:
			j.find(SectionLost, f, "%d before, none now; %d of %d records of the site have it", j.was.count[f], have, of)
		case f == definition || f == duties:
			j.find(SectionLost, f, "%d before, none now; no record does without", j.was.count[f])
		case f < whole:
			optional = f
		}
	}
	return lost, optional
}

// amount compares how much of a field there is, as get counts it.
func (j *judgement) amount(low, high string, f field, unit string, minLess, minMore int, get func(*measures) int) {
	was, is := get(&j.was), get(&j.is)
	items := int(j.was.count[f]) - int(j.is.count[f])
	if low == LengthLow && items >= minItems { // the text of the others is compared
		was = was * int(j.is.count[f]) / int(j.was.count[f])
	}
	switch {
	case low == LengthLow && items > 0 && items < minItems:
		// A long item was taken out.
	case was-is >= minLess:
		known := j.site.have[f] >= j.cfg.MinRecords
		share := j.cfg.ShrinkAlone
		if known {
			share = j.cfg.ShrinkTo
		}
		if float64(is) >= share*float64(was) {
			return
		}
		if !known {
			j.find(low, f, "%d %s are left of %d", is, unit, was)
			return
		}
		as := 0
		for _, m := range j.site.records {
			if m.has(f) && get(m) <= is {
				as++
			}
		}
		if float64(as) <= j.cfg.Tail*float64(j.site.have[f]) {
			j.find(low, f, "%d %s are left of %d; %d of %d records of the site have as few", is, unit, was, as, j.site.have[f])
		}
	case is-was >= minMore && j.site.have[f] >= j.cfg.MinRecords && float64(is) > j.cfg.GrowTo*float64(was):
		most := 0
		for _, m := range j.site.records {
			most = max(most, get(m))
		}
		if is > 2*most {
			j.find(high, f, "%d %s after %d; the most that a record of the site has is %d", is, unit, was, most)
		}
	}
}
