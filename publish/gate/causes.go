package gate

import (
	"slices"
	"strings"

	"careerstream/schemas/career"
)

// Causes says why next is published after last, whose Record.Version is 0 when
// next is the first version. released says that next was held back and a person
// released it. It looks at what the two state of their origin and at
// next.Changes; package career says what each cause means.
func Causes(last, next career.Published, released bool) []string {
	before, after := last.Record, next.Record
	if before.Version == 0 {
		return appendIf([]string{career.SourceChanged}, released, career.Released)
	}
	causes := []string{}
	sameSource := before.Source.BodySHA256 == after.Source.BodySHA256 && before.Source.URL == after.Source.URL
	causes = appendIf(causes, !sameSource, career.SourceChanged)
	causes = appendIf(causes, articleArrived(before, after), career.ArticleArrived)
	causes = appendIf(causes, after.Retired != nil && (before.Retired == nil || before.Retired.MovedTo != after.Retired.MovedTo || before.Retired.Reason != after.Retired.Reason), career.PageRetired)
	causes = appendIf(causes, before.Retired != nil && after.Retired == nil, career.PageReturned)
	code := before.Source.Extractor != after.Source.Extractor || before.Source.Profile != after.Source.Profile ||
		last.Basis.Snapshot == next.Basis.Snapshot && last.Basis.Replay != next.Basis.Replay
	taxonomy := last.Basis.Taxonomy != next.Basis.Taxonomy &&
		slices.ContainsFunc(next.Changes, func(c career.Change) bool { return strings.HasPrefix(c.Field, "codes[") })
	arrived := slices.ContainsFunc(next.Changes, otherCareer)
	none := len(causes) == 0 && !taxonomy && !arrived && !released
	causes = appendIf(causes, code || none, career.CodeChanged)
	causes = appendIf(causes, taxonomy, career.TaxonomyChanged)
	causes = appendIf(causes, arrived, career.CareerArrived)
	return appendIf(causes, released, career.Released)
}

func appendIf(list []string, ok bool, item string) []string {
	if ok {
		return append(list, item)
	}
	return list
}

// articleArrived reports whether an article of after has bytes that before had
// not read.
func articleArrived(before, after career.Record) bool {
	read := make(map[string]string)
	for _, faq := range before.FAQs {
		if faq.Article != nil {
			read[faq.Article.URL] = faq.Article.BodySHA256
		}
	}
	return slices.ContainsFunc(after.FAQs, func(faq career.FAQ) bool {
		return faq.Article != nil && faq.Article.BodySHA256 != "" && faq.Article.BodySHA256 != read[faq.Article.URL]
	})
}

// otherCareer reports whether a change follows from another career alone: a name
// that stays means something else, or an edge that another page states came or
// went.
func otherCareer(c career.Change) bool {
	if strings.HasPrefix(c.Field, "aliases[") || strings.HasPrefix(c.Field, "relations["+career.TypeOf+" ") || strings.HasPrefix(c.Field, "relations["+career.Replaces+" ") {
		return true
	}
	// Within an item that both versions have; a key may hold anything but is
	// followed by the last bracket.
	leaf := c.Field[strings.LastIndexByte(c.Field, ']')+1:]
	switch leaf {
	case ".career": // a comparison's sides have their relation besides
		return true
	case ".why", ".method", ".confidence":
		return strings.HasPrefix(c.Field, "relations[")
	}
	return false
}
