package pages

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"careerstream/publish/report"
	"careerstream/publish/report/chart"
	"careerstream/schemas/career"
)

// pageSize is how many careers a page of the catalog lists.
const pageSize = 50

// maxQuery bounds what is searched for, in bytes.
const maxQuery = 200

// catalogPage is a list with its form.
type catalogPage struct {
	Filter Filter
	// Percent is MinQuality in percent, "" for none.
	Percent string
	Found   Found
	Summary Summary
	Figure  *figure
	// Many says that careers come from several sites.
	Many    bool
	Columns []listColumn
	// Filtered says that the form asks for anything.
	Filtered bool
	// First and Next are addresses, or "".
	First, Next string
}

func (p *Pages) catalog(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	summary := p.Catalog.Summary()
	c := catalogPage{Summary: summary, Percent: strings.TrimSpace(q.Get("quality"))}
	c.Filter = Filter{
		Query: strings.TrimSpace(strings.ToValidUTF8(q.Get("q"), " ")), Site: strings.ToLower(strings.TrimSpace(q.Get("site"))),
		Status: choice(q.Get("status"), career.Active, career.Retired), Has: q.Get("has"),
		Sort: choice(q.Get("sort"), ByName, ByUpdated, ByQuality), After: q.Get("after"), Limit: pageSize,
	}
	if c.Filter.Sort == "" {
		c.Filter.Sort = ByName
	}
	if len(c.Filter.Query) > maxQuery {
		p.fail(w, r, trouble{Status: http.StatusBadRequest, Title: "That is too much to search for", Text: fmt.Sprintf("A search may have %d bytes; a word or two of the name are enough.", maxQuery), Search: true})
		return
	}
	if !slices.ContainsFunc(summary.Parts, func(part Coverage) bool { return part.Part == c.Filter.Has }) {
		c.Filter.Has = ""
	}
	if percent, err := strconv.Atoi(c.Percent); err == nil && percent > 0 {
		c.Filter.MinQuality = float64(min(percent, 100)) / 100
	} else {
		c.Percent = ""
	}
	var err error
	if c.Found, err = p.Catalog.Find(r.Context(), c.Filter); errors.Is(err, ErrCursor) {
		p.fail(w, r, trouble{Status: http.StatusBadRequest, Title: "This page of the list is gone", Text: "The list has changed since. Begin again at its first page.", Search: true})
		return
	} else if err != nil {
		p.broken(w, r, "The catalog", err)
		return
	}
	c.Filtered = c.Filter.Query+c.Filter.Site+c.Filter.Status+c.Filter.Has+c.Percent != ""
	if c.Filter.After != "" {
		c.First = c.address("")
	}
	if c.Found.Next != "" {
		c.Next = c.address(c.Found.Next)
	}
	c.Figure, c.Many = coverageFigure(summary), len(summary.Sites) > 1
	c.Columns = c.columns()
	title := "Catalog"
	if c.Filter.Query != "" {
		title = "Careers named “" + c.Filter.Query + "”"
	}
	p.render(w, r, http.StatusOK, "catalog", view{Title: title, Nav: "/catalog", Page: c})
}

// listColumn is the head of a column.
type listColumn struct {
	Label string
	// Href sorts by it, or is "".
	Href string
	// Sorted is the value of aria-sort (WAI-ARIA 1.2) where the list is by it, and
	// Mark shows it.
	Sorted, Mark string
}

func (c catalogPage) columns() []listColumn {
	by := func(label, sort, sorted, mark string) listColumn {
		if c.Filter.Sort == sort {
			return listColumn{Label: label, Sorted: sorted, Mark: mark}
		}
		other := c
		other.Filter.Sort = sort
		return listColumn{Label: label, Href: other.address("")}
	}
	list := []listColumn{by("Career", ByName, "ascending", "▲"), by("Quality", ByQuality, "descending", "▼"), {Label: "Lacks"}}
	if c.Many {
		list = append(list, listColumn{Label: "Site"})
	}
	return append(list, by("Changed", ByUpdated, "descending", "▼"))
}

// address is that of another page of the same list.
func (c catalogPage) address(after string) string {
	q := url.Values{}
	for name, value := range map[string]string{
		"q": c.Filter.Query, "site": c.Filter.Site, "status": c.Filter.Status, "has": c.Filter.Has, "quality": c.Percent, "sort": c.Filter.Sort, "after": after,
	} {
		if value != "" {
			q.Set(name, value)
		}
	}
	return "/catalog?" + q.Encode()
}

// choice is the text where it is one of the values, and "" otherwise.
func choice(text string, values ...string) string {
	if slices.Contains(values, text) {
		return text
	}
	return ""
}

func coverageGrid(s Summary) report.Grid {
	g := report.Grid{Columns: []report.Column{{Name: "part"}, {Name: "careers", Right: true}, {Name: "share", Right: true}}}
	for _, part := range s.Parts {
		g.Rows = append(g.Rows, []string{partName(part.Part), fmt.Sprint(part.Have), chart.Percent(share(part.Have, s.Active))})
	}
	return g
}

func share(n, of int) float64 {
	if of == 0 {
		return 0
	}
	return float64(n) / float64(of)
}

// coverageFigure is nil for an empty catalog.
func coverageFigure(s Summary) *figure {
	if s.Active == 0 {
		return nil
	}
	bars := chart.Bars{ID: "coverage", Title: "Careers that have each part", Unit: "share of careers", NoteHead: "careers", Format: chart.Percent}
	f := figure{ID: "coverage", CSV: "/catalog/coverage.csv", Level: 2}
	for _, part := range s.Parts {
		v := share(part.Have, s.Active)
		bars.Rows = append(bars.Rows, chart.Bar{Label: partName(part.Part), Text: chart.Percent(v), Note: count(part.Have), Parts: []chart.Part{{Value: v, Class: "bar"}}})
		f.Links = append(f.Links, "/catalog?has="+url.QueryEscape(part.Part))
	}
	bars.Description = fmt.Sprintf("Bar chart of %d parts of a record by the share of %d careers that have them.", len(s.Parts), s.Active)
	svg, err := bars.SVG()
	if err != nil {
		return nil
	}
	f.Title, f.Lead, f.SVG, f.Grid = "Coverage", "What the records of "+many(s.Active, "career", "careers")+" hold", svg, coverageGrid(s)
	return &f
}

func (p *Pages) coverageCSV(w http.ResponseWriter, _ *http.Request) {
	writeCSV(w, "coverage", coverageGrid(p.Catalog.Summary()))
}
