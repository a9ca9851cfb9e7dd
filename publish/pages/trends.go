package pages

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"careerstream/publish/report"
)

// What the form of the trends may ask for.
const (
	maxPicked  = 12
	defaultTop = 10
	maxTop     = 50
)

// trendsPage is four reports over one choice.
type trendsPage struct {
	Since, Until string
	Top          int
	// Options are the careers to pick from: those chosen and the first of the
	// leaderboard; Names are all careers for the field that takes another one.
	Options []option
	Names   []Listing
	Head    report.Head
	Reports []section[reportPart]
	// Nothing says that the reports were made, and found no test in the period.
	Nothing bool
	// Problem is what is wrong with the form.
	Problem string
}

type option struct {
	Slug, Name string
	Picked     bool
}

// reportPart is a report of the page.
type reportPart struct {
	ID, Title string
	Report    report.Report
	Figures   []figure
	Notes     []string
}

// order of the reports in the page.
func order() []reportPart {
	return []reportPart{
		{ID: report.LeaderboardName, Title: "Leaderboard"}, {ID: report.TrendsName, Title: "Day by day"},
		{ID: report.FunnelName, Title: "From page to choice"}, {ID: report.TraitsName, Title: "Traits"},
	}
}

// choose reads the form; problem says what is wrong with it. Careers are taken by
// slug or by name.
func (p *Pages) choose(ctx context.Context, q url.Values) (opt report.Options, problem string) {
	opt = report.Options{Since: strings.TrimSpace(q.Get("since")), Until: strings.TrimSpace(q.Get("until")), Top: defaultTop, Now: p.cfg.Now()}
	if top, err := strconv.Atoi(q.Get("top")); err == nil && top > 0 {
		opt.Top = min(top, maxTop)
	}
	for _, value := range q["career"] {
		slug := p.slugOf(ctx, strings.TrimSpace(value))
		if slug == "" || slices.Contains(opt.Careers, slug) {
			continue
		}
		if len(slug) > 120 || len(opt.Careers) == maxPicked {
			return opt, "Pick " + strconv.Itoa(maxPicked) + " careers at most."
		}
		opt.Careers = append(opt.Careers, slug)
	}
	if _, err := report.ParsePeriod(opt.Since, opt.Until, opt.Now); err != nil {
		if opt.Until != "" || !strings.Contains(err.Error(), "after") {
			return opt, "The period is not one: give two dates in order, such as 2026-10-01 and 2026-10-31, ten years apart at most."
		}
	}
	return opt, ""
}

// slugOf finds a career that people name.
func (p *Pages) slugOf(ctx context.Context, name string) string {
	slug := strings.ToLower(name)
	if name == "" || len(name) > maxQuery || p.Catalog.Name(slug) != "" {
		return slug
	}
	// Without the list, what was typed stands as it is.
	found, err := p.Catalog.Find(ctx, Filter{Query: name, Sort: ByName, Limit: 20})
	if err == nil {
		for _, l := range found.Careers {
			if strings.EqualFold(l.Name, name) || slices.ContainsFunc(l.AlsoKnownAs, func(other string) bool { return strings.EqualFold(other, name) }) {
				return l.Slug
			}
		}
	}
	return strings.ReplaceAll(slug, " ", "-")
}

func (p *Pages) trends(w http.ResponseWriter, r *http.Request) {
	opt, problem := p.choose(r.Context(), r.URL.Query())
	t := trendsPage{Since: opt.Since, Until: opt.Until, Top: opt.Top, Problem: problem}
	status := http.StatusOK
	if problem != "" {
		status = http.StatusBadRequest
	} else {
		t.Reports = p.reports(r.Context(), opt)
		t.Nothing = !slices.ContainsFunc(t.Reports, func(s section[reportPart]) bool {
			return s.Missing != "" || len(s.Data.Figures) > 0 || s.Data.Report == nil || s.Data.Report.About().Outcomes > 0
		})
		for _, s := range t.Reports {
			if s.Missing == "" && s.Data.Report != nil {
				t.Head = s.Data.Report.About()
				t.Since, t.Until = isoDay(t.Head.Since), isoDay(t.Head.Until)
				break
			}
		}
	}
	t.Options = p.options(opt, t.Reports)
	// Without the names the field still takes what is typed.
	if found, err := p.Catalog.Find(r.Context(), Filter{Sort: ByName, Limit: 2000}); err == nil {
		t.Names = found.Careers
	}
	p.render(w, r, status, "trends", view{Title: "Match trends", Nav: "/trends", Page: t})
}

func isoDay(day time.Time) string {
	if day.IsZero() {
		return ""
	}
	return day.Format(time.DateOnly)
}

// reports makes all of them at once: each has its own way to be missing.
func (p *Pages) reports(ctx context.Context, opt report.Options) []section[reportPart] {
	parts := order()
	list := make([]section[reportPart], len(parts))
	var group sync.WaitGroup
	for i, part := range parts {
		group.Go(func() {
			list[i] = stored(ctx, p, part.ID, func(ctx context.Context) (reportPart, error) { return p.make(ctx, part, opt) })
			list[i].Data.ID, list[i].Data.Title = part.ID, part.Title
		})
	}
	group.Wait()
	return list
}

func (p *Pages) make(ctx context.Context, part reportPart, opt report.Options) (reportPart, error) {
	if part.ID == report.TrendsName || part.ID == report.TraitsName {
		opt.Top = min(opt.Top, 8) // more lines are no chart any more
	}
	made, err := p.Reports.Make(ctx, part.ID, opt)
	if err != nil {
		return part, err
	}
	part.Report = made
	head := made.About()
	part.Notes = head.Notes
	figures, err := report.Figures(made)
	q := url.Values{"since": {isoDay(head.Since)}, "until": {isoDay(head.Until)}, "top": {strconv.Itoa(opt.Top)}, "career": opt.Careers}
	for i, f := range figures {
		part.Figures = append(part.Figures, figure{Figure: f, ID: part.ID + "-" + strconv.Itoa(i), CSV: "/trends/" + part.ID + ".csv?" + q.Encode(), Level: 3})
	}
	return part, err
}

// options are the careers chosen, and the first ones of the leaderboard.
func (p *Pages) options(opt report.Options, parts []section[reportPart]) []option {
	var list []option
	add := func(slug, name string, picked bool) {
		if i := slices.IndexFunc(list, func(o option) bool { return o.Slug == slug }); i >= 0 {
			list[i].Name = name
		} else if len(list) < maxPicked+defaultTop {
			list = append(list, option{slug, name, picked})
		}
	}
	for _, slug := range opt.Careers {
		add(slug, p.nameOf(slug, slug), true)
	}
	for _, part := range parts {
		switch made := part.Data.Report.(type) {
		case report.Leaderboard:
			for _, place := range made.Places {
				add(place.Career, place.Name, false)
			}
		case report.Trends:
			for _, trend := range made.Careers {
				add(trend.Career, trend.Name, false)
			}
		}
	}
	return list
}

func (p *Pages) trendsCSV(w http.ResponseWriter, r *http.Request) {
	name, ok := strings.CutSuffix(r.PathValue("file"), ".csv")
	if !ok || !slices.ContainsFunc(order(), func(part reportPart) bool { return part.ID == name }) {
		p.notFound(w, r)
		return
	}
	opt, problem := p.choose(r.Context(), r.URL.Query())
	if problem != "" {
		p.fail(w, r, trouble{Status: http.StatusBadRequest, Title: "The numbers cannot be made", Text: problem})
		return
	}
	s := stored(r.Context(), p, name, func(ctx context.Context) (report.Report, error) { return p.Reports.Make(ctx, name, opt) })
	if s.Missing != "" {
		p.missing(w, r, s.Missing)
		return
	}
	writeCSV(w, name, s.Data.Data())
}
