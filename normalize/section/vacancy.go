package section

import (
	"careerstream/normalize/pattern"
	"careerstream/normalize/profile"
)

// Vacancy reports whether a page, read as res, advertises one job of one employer:
// no part of it speaks of the career as such, and its words are those of a vacancy.
func (p *Page) Vacancy(res Result) bool {
	if res.Stated {
		return false
	}
	for _, class := range []profile.Class{profile.Types, profile.FAQ, profile.Comparison, profile.Comparisons, profile.SeeAlso} {
		if res.Found[class] {
			return false
		}
	}
	strong := p.signs(p.Profile.VacancyStrong)
	return strong >= 2 || strong == 1 && p.signs(p.Profile.VacancyWeak) >= 2
}

// signs counts the patterns that the page's text has, boilerplate included.
func (p *Page) signs(set *pattern.Set) int {
	var ids []int
	for i := range p.Blocks {
		ids = set.All(p.tokens(p.Blocks[i].Text), ids)
		for _, c := range p.Blocks[i].Cells {
			ids = set.All(p.tokens(c), ids)
		}
	}
	for _, s := range p.Dropped {
		ids = set.All(p.tokens(s), ids)
	}
	return len(ids)
}
