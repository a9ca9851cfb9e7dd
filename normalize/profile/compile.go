package profile

import (
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"

	"careerstream/normalize/block"
	"careerstream/normalize/pattern"
	"careerstream/normalize/text"
)

// chainOf returns a profile's source after those that it extends.
func chainOf(name string, sources map[string]Source) ([]Source, error) {
	var chain []Source
	for seen := map[string]bool{}; name != ""; {
		src, ok := sources[name]
		if !ok {
			return nil, fmt.Errorf(`field "extends": no profile is called %q`, name)
		}
		if seen[name] {
			return nil, fmt.Errorf(`field "extends": %q extends itself`, name)
		}
		seen[name] = true
		chain = append(chain, src)
		name = src.Extends
		if name == "" && src.Name != Generic {
			name = Generic
		}
	}
	slices.Reverse(chain)
	return chain, nil
}

type compiler struct{ errs []error }

func (c *compiler) fail(field string, err error) {
	if err != nil {
		c.errs = append(c.errs, fmt.Errorf("field %q: %w", field, err))
	}
}

func (c *compiler) add(set *pattern.Set, field string, id int, patterns []string) {
	for _, p := range patterns {
		c.fail(field, set.Add(p, id))
	}
}

// compile merges a chain of sources, the last being the profile itself.
func compile(chain []Source) (*Profile, error) {
	c := &compiler{}
	own := chain[len(chain)-1]
	p := &Profile{
		Name: own.Name, Headings: pattern.NewSet(), LeadIns: pattern.NewSet(), AKALabels: pattern.NewSet(), Articles: pattern.NewSet(),
		SummaryStarts: pattern.NewSet(), Asides: pattern.NewSet(), Names: pattern.NewSet(), DropLines: pattern.NewSet(), DropStarts: pattern.NewSet(),
		CTAStrong: pattern.NewSet(), CTAWeak: pattern.NewSet(), CaptionStarts: pattern.NewSet(),
		VacancyStrong: pattern.NewSet(), VacancyWeak: pattern.NewSet(),
		Crumbs: map[string]bool{}, NavWords: map[string]bool{}, FooterWords: pattern.NewSet(), Verbs: map[string]bool{}, TitleNoise: map[string]bool{},
		Rules: block.Rules{
			DropClasses: map[string]bool{}, DropPairs: map[string]bool{}, HiddenClasses: map[string]bool{},
			HeadingClasses: map[string]bool{}, NameClasses: map[string]bool{}, AdLabels: map[string]bool{},
		},
		paths: own.Paths,
	}
	for _, h := range own.Hosts {
		h = strings.ToLower(strings.TrimPrefix(h, "www."))
		if h == "" || strings.ContainsAny(h, "/: ") {
			c.fail("hosts", fmt.Errorf("%q is no host name", h))
		}
		p.hosts = append(p.hosts, h)
	}
	var drop, keep, root []string
	for _, src := range chain {
		for class := Definition; class <= Drop; class++ {
			name := class.String()
			c.add(p.Headings, "headings."+name, int(class), src.Headings[name])
			c.add(p.LeadIns, "lead_ins."+name, int(class), src.LeadIns[name])
		}
		c.add(p.AKALabels, "also_known_as_labels", 0, src.AKALabels)
		c.add(p.SummaryStarts, "summary_starts", 0, src.SummaryStarts)
		c.add(p.Asides, "asides", 0, src.Asides)
		c.add(p.Names, "names", 0, src.Names)
		c.add(p.DropStarts, "drop_starts", 0, src.DropStarts)
		c.add(p.Articles, "articles", 0, src.Articles)
		for _, pattern := range src.Pages {
			_, err := path.Match(pattern, "")
			c.fail("pages", err)
		}
		p.pages = append(p.pages, src.Pages...)
		c.add(p.DropLines, "drop_lines", 0, src.DropLines)
		c.add(p.CaptionStarts, "captions.prefixes", 0, src.Captions.Prefixes)
		for i, s := range src.CTA.Strong {
			c.add(p.CTAStrong, "cta.strong", i, []string{s})
		}
		for i, s := range src.CTA.Weak {
			c.add(p.CTAWeak, "cta.weak", i, []string{s})
		}
		for i, s := range src.Vacancy.Strong {
			c.add(p.VacancyStrong, "vacancy.strong", i, []string{s})
		}
		for i, s := range src.Vacancy.Weak {
			c.add(p.VacancyWeak, "vacancy.weak", i, []string{s})
		}
		fill(p.Crumbs, src.Crumbs)
		fill(p.NavWords, src.NavWords)
		for i, w := range src.FooterWords {
			c.add(p.FooterWords, "footer_words", i, []string{w})
		}
		fill(p.Verbs, src.Captions.Verbs)
		for _, s := range src.TitleNoise {
			p.TitleNoise[text.Fold(s)] = true
		}
		m := src.Markup
		fill(p.Rules.DropClasses, m.DropClasses)
		fill(p.Rules.DropPairs, m.DropPairs)
		fill(p.Rules.HiddenClasses, m.HiddenClasses)
		fill(p.Rules.HeadingClasses, m.HeadingClasses)
		fill(p.Rules.NameClasses, m.NameClasses)
		for _, l := range m.AdLabels {
			p.Rules.AdLabels[text.Fold(l)] = true
		}
		drop, keep = append(drop, m.Drop...), append(keep, m.Keep...)
		root = append(root, m.Root...)
	}
	var err error
	p.Rules.Drop, err = block.NewSelector(drop)
	c.fail("markup.drop", err)
	p.Rules.Keep, err = block.NewSelector(keep)
	c.fail("markup.keep", err)
	p.Rules.Root, err = block.NewSelector(root)
	c.fail("markup.root", err)
	p.Rules.Telling = func(heading string) bool {
		m, ok := p.Headings.Full(text.Tokens(block.StripNumber(heading)))
		class := Class(m.ID)
		return ok && class >= Definition && class <= AlsoKnownAs && class != FAQ && (m.Literals >= 2 || class != Definition)
	}
	return p, errors.Join(c.errs...)
}

func fill(set map[string]bool, words []string) {
	for _, w := range words {
		set[w] = true
	}
}
