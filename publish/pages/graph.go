package pages

import (
	"fmt"
	"html/template"
	"slices"
	"strings"

	"careerstream/publish/report/chart"
	"careerstream/schemas/career"
)

// circle is the careers that are related to one in the same way.
type circle struct {
	Label string
	List  []Relation
	// inward lead to the career; faint were worked out and are stated by nobody.
	inward, faint bool
}

// shownLeaves is how many careers of a circle the drawing shows.
const shownLeaves = 8

// around sorts what is known of a career's neighbours by how they are related,
// what leads to it first.
func (p *Pages) around(c careerPage) []circle {
	named := p.named(c.Record)
	var circles []circle
	add := func(of circle) {
		if len(of.List) > 0 {
			circles = append(circles, of)
		}
	}
	of := func(kind string) []Relation { return named[kind] }
	add(circle{Label: "It is a type of", List: of(career.TypeOf), inward: true})
	var inbound []Relation
	for _, r := range c.Inbound.Data {
		if r.Slug != c.Slug && !has(of(career.TypeOf), r.Slug) {
			inbound = append(inbound, Relation{r.Slug, p.nameOf(r.Slug, r.Name), r.Kind})
		}
	}
	add(circle{Label: "Pages that name it", List: inbound, inward: true})
	add(circle{Label: "It replaces", List: of(career.Replaces), inward: true})
	var similar []Relation
	for _, n := range c.Similar {
		similar = append(similar, Relation{Slug: n.Slug, Name: n.Name})
	}
	add(circle{Label: "Similar by what they do", List: similar, inward: true, faint: true})
	add(circle{Label: "Types of it", List: of(career.HasType)})
	add(circle{Label: "Compared with it", List: of(career.ComparedWith)})
	add(circle{Label: "See also", List: of(career.SeeAlso)})
	add(circle{Label: "Also known as", List: of(career.AlsoKnownAs)})
	add(circle{Label: "Replaced by", List: of(career.RetiredInto)})
	return circles
}

// named are the careers that a record names, by kind, each once. Records of old
// have links alone.
func (p *Pages) named(r career.Record) map[string][]Relation {
	named := map[string][]Relation{}
	add := func(kind, slug, name string) {
		if slug != "" && slug != r.Slug && !has(named[kind], slug) {
			named[kind] = append(named[kind], Relation{slug, p.nameOf(slug, name), kind})
		}
	}
	for _, edge := range r.Relations {
		add(edge.Kind, edge.Career, edge.Name)
	}
	for _, t := range r.Types {
		add(career.HasType, t.Career, t.Name)
	}
	for _, q := range r.FAQs {
		if c := q.Comparison; c != nil {
			add(career.ComparedWith, c.LeftCareer, c.Left)
			add(career.ComparedWith, c.RightCareer, c.Right)
		}
	}
	for _, l := range r.SeeAlso {
		add(career.SeeAlso, l.Career, l.Name)
	}
	return named
}

// nameOf is a career's own name, and otherwise what it is called where it is named.
func (p *Pages) nameOf(slug, called string) string {
	if name := p.Catalog.Name(slug); name != "" {
		return name
	}
	return called
}

func has(list []Relation, slug string) bool {
	return slices.ContainsFunc(list, func(r Relation) bool { return r.Slug == slug })
}

// relations are the labels of the circles that a career is in.
func relations(circles []circle, slug string) string {
	var labels []string
	for _, c := range circles {
		if has(c.List, slug) {
			labels = append(labels, c.Label)
		}
	}
	return strings.Join(labels, "; ")
}

// drawAround draws the circles, each career once a side, under the first relation
// that it has there; "" where there are none.
func drawAround(name string, circles []circle) (template.HTML, error) {
	if len(circles) == 0 {
		return "", nil
	}
	drawing := chart.Neighbours{ID: "graph", Title: name + " among other careers", Name: name}
	drawn := map[bool]map[string]bool{true: {}, false: {}}
	for _, c := range circles {
		branch := chart.Branch{Label: c.Label, Faint: c.faint}
		for _, r := range c.List {
			side := drawn[c.inward]
			switch {
			case side[r.Slug]:
			case len(branch.Leaves) == shownLeaves:
				branch.More++
			default:
				side[r.Slug] = true
				branch.Leaves = append(branch.Leaves, chart.Leaf{Name: r.Name, Href: "/careers/" + r.Slug, Title: relations(circles, r.Slug)})
			}
		}
		if len(branch.Leaves) == 0 {
			continue
		}
		if c.inward {
			drawing.Left = append(drawing.Left, branch)
		} else {
			drawing.Right = append(drawing.Right, branch)
		}
	}
	for _, c := range circles {
		drawing.Description += fmt.Sprintf("%s: %s. ", c.Label, many(len(c.List), "career", "careers"))
	}
	return drawing.SVG()
}
