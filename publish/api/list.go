package api

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/url"
	"slices"
	"strings"
	"time"

	"careerstream/publish/api/catalog"
	"careerstream/publish/api/problem"
	"careerstream/publish/api/represent"
	"careerstream/schemas/career"
)

// Bounds of a page.
const (
	DefaultLimit = 50
	MaxLimit     = 500
)

// Summary is a career in a list.
type Summary struct {
	Slug        string    `json:"slug"`
	Name        string    `json:"name"`
	AlsoKnownAs []string  `json:"also_known_as"`
	Site        string    `json:"site"`
	Status      string    `json:"status" enum:"active,retired"`
	Quality     float64   `json:"quality" doc:"0 to 1."`
	Has         []string  `json:"has" doc:"Parts that the record has."`
	Version     uint64    `json:"version"`
	Updated     time.Time `json:"updated" doc:"When the version was published."`
	Href        string    `json:"href" doc:"Path of the record."`
}

// CareerList is a page of careers.
type CareerList struct {
	Careers []Summary `json:"careers"`
	Total   int       `json:"total" doc:"Careers on all pages."`
	Next    string    `json:"next,omitempty" doc:"Cursor of the next page; left out on the last."`
}

func summary(v *catalog.Version) Summary {
	return Summary{
		Slug: v.Slug, Name: v.Name, AlsoKnownAs: present(v.AlsoKnownAs), Site: v.Site, Status: v.Status(), Quality: v.Quality,
		Has: v.Parts.Names(), Version: v.Number, Updated: v.ValidFrom, Href: "/v1/careers/" + v.Slug,
	}
}

func present[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

// serveList answers with a page of careers. All pages of one walk are of the
// catalog as it was at the first: the cursor names that moment.
func serveList(x *exchange) *problem.Problem {
	filter, sort := x.filter()
	limit := x.query.integer("limit", DefaultLimit, 1, MaxLimit)
	if x.query.problem != nil {
		return x.query.problem
	}
	asked := x.asked()
	var from cursor
	if text := x.query.text("cursor"); text != "" {
		var err error
		if from, err = decodeCursor(text, listCursor); err != nil || from.query != asked {
			return badCursor("cursor")
		}
	}
	view, err := x.deps.Catalog.View(from.number, sort)
	if from.slug != "" && (err != nil || from.incarnation != digest(view.Incarnation())) {
		return cursorGone("cursor")
	}
	if err != nil {
		return x.unexpected(err)
	}
	page, more, total, err := view.Page(filter, from.slug, limit)
	if err != nil {
		return badCursor("cursor")
	}
	list := CareerList{Careers: make([]Summary, len(page)), Total: total}
	for i, v := range page {
		list.Careers[i] = summary(v)
	}
	if more {
		last := page[len(page)-1].Slug
		list.Next = cursor{kind: listCursor, incarnation: digest(view.Incarnation()), query: asked, number: view.At, slug: last}.encode()
		x.link(list.Next, "cursor")
	}
	return x.send(list)
}

func (x *exchange) filter() (catalog.Filter, catalog.Sort) {
	q := &x.query
	filter := catalog.Filter{Query: q.text("q"), Site: strings.ToLower(q.text("site")), MinQuality: q.share("min_quality")}
	filter.Status = q.oneOf("status", career.Active, career.Active, career.Retired, "all")
	if filter.Status == "all" {
		filter.Status = ""
	}
	for _, name := range q.items("has") {
		part, known := catalog.PartOf(name)
		if !known {
			q.fail("has", "%q is none of %s", name, strings.Join(catalog.PartNames(), ", "))
		}
		filter.Has |= part
	}
	filter.UpdatedSince, _ = q.moment("updated_since")
	var sorts []string
	for _, sort := range catalog.Sorts() {
		sorts = append(sorts, string(sort))
	}
	return filter, catalog.Sort(q.oneOf("sort", string(catalog.ByName), sorts...))
}

// asked is a digest of what the list is of, whatever the page.
func (x *exchange) asked() uint32 {
	var parts []string
	for name, values := range x.query.values {
		if name != "cursor" && name != "limit" {
			parts = append(parts, name+"="+strings.Join(values, ","))
		}
	}
	slices.Sort(parts)
	return digest(parts...)
}

// link names the next page (RFC 8288).
func (x *exchange) link(next, parameter string) {
	values := url.Values{parameter: {next}}
	for name, list := range x.query.values {
		if name != parameter {
			values[name] = list
		}
	}
	x.w.Header().Set("Link", "<"+x.r.URL.EscapedPath()+"?"+values.Encode()+`>; rel="next"`)
}

// send answers with a value as JSON, or that the client has it. The tag is strong:
// it is a digest of the very bytes.
func (x *exchange) send(v any) *problem.Problem {
	body, err := json.Marshal(v)
	if err != nil {
		return x.unexpected(err)
	}
	x.represent(represent.New(mediaJSON, tagOf(body), body))
	return nil
}

func (x *exchange) represent(body *represent.Representation) {
	header := x.w.Header()
	header["Vary"], header["Cache-Control"] = x.vary, x.caching
	body.ServeHTTP(x.w, x.r)
}

func tagOf(body []byte) string {
	sum := sha256.Sum256(body)
	return hex.EncodeToString(sum[:12])
}

func badCursor(parameter string) *problem.Problem {
	p := problem.New(problem.BadCursor, parameter+": it is not a cursor of this list with this filter and sort")
	p.Parameter = parameter
	return p
}

func cursorGone(parameter string) *problem.Problem {
	p := problem.New(problem.CursorGone, parameter+": it is of a stream that is there no more; start without one")
	p.Parameter = parameter
	return p
}
