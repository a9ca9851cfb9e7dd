package enrich

import (
	"fmt"
	"slices"

	"careerstream/enrich/catalog"
	"careerstream/schemas/career"
)

// confidence that a career is meant by a name that was found by a method; doc.go
// tells readers.
func confidence(a catalog.Answer) float64 {
	percent := 0
	switch a.Method {
	case career.ByName:
		percent = 100
	case career.ByPlural:
		percent = 95
	case career.ByAlias:
		percent = 85
	case career.ByAbbreviation:
		percent = 70
	}
	if a.Retired {
		percent -= 20
	}
	return float64(percent) / 100
}

// Reasons for a relation without a career.
const (
	whyUnknown = "no career in the catalog has this name"
	whyOwn     = "it is a name of this career itself"
	whyNoHeir  = "the page that it leads to is none of a career"
)

// relations are r's edges of the career graph: first those that its page states,
// in record order, then those that other pages state. A name that a field states
// twice makes one.
func relations(r *career.Record, refs []catalog.Reference, view catalog.View) []career.Relation {
	var found []career.Relation
	type stated struct{ kind, name string }
	seen := make(map[stated]bool)
	for i, ref := range refs {
		answer := view.Answers[i]
		own := slices.Contains(answer.Careers, r.Slug)
		key := stated{ref.Kind, ref.Name}
		if own && ref.Side || ref.Name == "" || seen[key] {
			continue
		}
		seen[key] = true
		found = append(found, relation(ref, answer, own))
	}
	found = append(found, retirement(r)...)
	for _, l := range view.Listings {
		found = append(found, career.Relation{
			Kind: career.TypeOf, Name: l.Name, Career: l.Career, Confidence: confidence(l.Answer), Method: l.Answer.Method,
			Evidence: fmt.Sprintf("%s: types[%s]", l.Career, l.Name),
		})
	}
	for _, slug := range view.Aliases {
		if slug != r.Slug {
			found = append(found, career.Relation{
				Kind: career.Replaces, Name: slug, Career: slug, Confidence: 1, Method: career.ByRedirect, Evidence: "aliases[" + slug + "]",
			})
		}
	}
	return found
}

// relation is the edge that a reference states.
func relation(ref catalog.Reference, answer catalog.Answer, own bool) career.Relation {
	edge := career.Relation{Kind: ref.Kind, Name: ref.Name, Evidence: ref.Evidence}
	switch {
	case len(answer.Careers) == 0:
		edge.Why = whyUnknown
	case len(answer.Careers) > 1:
		edge.Why = ambiguous(answer.Careers)
	case own:
		edge.Why = whyOwn
	default:
		edge.Career, edge.Confidence, edge.Method = answer.Careers[0], confidence(answer), answer.Method
	}
	return edge
}

// retirement is the edge to the career that a redirect of r's page leads to.
func retirement(r *career.Record) []career.Relation {
	if r.Retired == nil || r.Retired.MovedTo == "" {
		return nil
	}
	edge := career.Relation{Kind: career.RetiredInto, Name: r.Retired.MovedTo, Evidence: "retired.moved_to"}
	switch r.Retired.ReplacedBy {
	case "":
		edge.Why = whyNoHeir
	case r.Slug:
		edge.Why = whyOwn
	default:
		edge.Career, edge.Confidence, edge.Method = r.Retired.ReplacedBy, 1, career.ByRedirect
	}
	return []career.Relation{edge}
}
