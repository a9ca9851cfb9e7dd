package api

import (
	"cmp"
	"slices"
	"strings"

	"careerstream/publish/api/openapi"
	"careerstream/publish/api/problem"
)

// route is a path with all that is known of it: requests are served by it and
// the OpenAPI document is written from it.
type route struct {
	// path may have one parameter, {slug}.
	path, id, summary, description string
	parameters                     []openapi.Parameter
	// media that it offers, the default first.
	media []string
	// open needs no token; catalog needs that the catalog is read.
	open, catalog bool
	// answers besides those that every route has.
	answers func(*openapi.Schemas) []openapi.Answer
	// problems besides those that every route has.
	problems []problem.Kind
	serve    func(*exchange) *problem.Problem
}

// router finds routes by path.
type router struct {
	fixed map[string]*route
	// open have a parameter; the longest ending comes first.
	open []opening
}

type opening struct {
	before, after string
	route         *route
}

func newRouter(table []*route) *router {
	r := &router{fixed: make(map[string]*route)}
	for _, route := range table {
		if before, after, found := strings.Cut(route.path, "{slug}"); found {
			r.open = append(r.open, opening{before, after, route})
		} else {
			r.fixed[route.path] = route
		}
	}
	slices.SortFunc(r.open, func(a, b opening) int { return cmp.Compare(len(b.after), len(a.after)) })
	return r
}

// find returns the route of a path and its parameter, or nil.
func (r *router) find(path string) (*route, string) {
	if route := r.fixed[path]; route != nil {
		return route, ""
	}
	for _, o := range r.open {
		rest, found := strings.CutPrefix(path, o.before)
		if !found {
			continue
		}
		if slug, found := strings.CutSuffix(rest, o.after); found && slug != "" && strings.IndexByte(slug, '/') < 0 {
			return o.route, slug
		}
	}
	return nil, ""
}
