package report

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"
)

// Options choose what a report shows.
type Options struct {
	// Since and Until as ParsePeriod reads them; the last day is by default
	// the last with outcomes.
	Since, Until string
	// Careers by slug; none means the first of the period.
	Careers []string
	// Top is how many careers are shown where Careers names none; 0 means all.
	Top int
	// Now is the time of the report.
	Now time.Time
}

// Head says what a report is about.
type Head struct {
	Report string    `json:"report"`
	Title  string    `json:"title"`
	Since  time.Time `json:"since"`
	Until  time.Time `json:"until"`
	// First and Last are the first and last day in the database that have
	// outcomes; zero where none has.
	First time.Time `json:"first,omitzero"`
	Last  time.Time `json:"last,omitzero"`
	// Outcomes of the period, each counted once, Entered those whose taker
	// came from a career page, Chosen those where a career was chosen.
	Outcomes uint64 `json:"outcomes"`
	Entered  uint64 `json:"entered"`
	Chosen   uint64 `json:"chosen"`
	// AsOf: every outcome stored before it is counted. Zero where unknown.
	AsOf time.Time `json:"as_of,omitzero"`
	// Made is when the report was made.
	Made time.Time `json:"made"`
	// Notes for the reader: careers that nobody knows and the like.
	Notes []string `json:"notes,omitempty"`
	// Names of careers by slug, where the catalog has them.
	Names map[string]string `json:"names,omitempty"`
}

// Period of the report.
func (h Head) Period() Period { return Period{h.Since, h.Until} }

// Name of a career for people: the catalog's, or the slug.
func (h Head) Name(slug string) string {
	if name := h.Names[slug]; name != "" {
		return name
	}
	return slug
}

// Report is any of Trends, Leaderboard, Funnel and Traits.
type Report interface {
	// About is the report's head.
	About() Head
	// Grid is what a terminal shows: the main numbers, for people.
	Grid() Grid
	// Data is every number, a row each, for CSV.
	Data() Grid
	// figures are the charts of the HTML page.
	figures() ([]figure, error)
}

// Names of the reports.
const (
	TrendsName      = "trends"
	LeaderboardName = "leaderboard"
	FunnelName      = "funnel"
	TraitsName      = "traits"
)

// Make makes the report of that name. An empty database gives an empty report.
func Make(ctx context.Context, source Source, name string, opt Options) (Report, error) {
	head, err := about(ctx, source, name, opt)
	if err != nil {
		return nil, err
	}
	switch name {
	case TrendsName:
		return trends(ctx, source, head, opt)
	case LeaderboardName:
		return leaderboard(ctx, source, head, opt)
	case FunnelName:
		return funnel(ctx, source, head, opt)
	case TraitsName:
		return traits(ctx, source, head, opt)
	}
	return nil, fmt.Errorf("no report %q: want %s, %s, %s or %s", name, TrendsName, LeaderboardName, FunnelName, TraitsName)
}

func about(ctx context.Context, source Source, name string, opt Options) (Head, error) {
	if opt.Top < 0 {
		return Head{}, errors.New("top: want 0 or more careers")
	}
	h := Head{Report: name, Made: opt.Now}
	days, err := one[struct {
		First time.Time `json:"first"`
		Last  time.Time `json:"last"`
		Days  uint64    `json:"days"`
	}](ctx, source, "SELECT min(day) AS first, max(day) AS last, count() AS days FROM "+source.Table("match_days")+" FINAL WHERE outcomes > 0")
	if err != nil {
		return Head{}, err
	}
	last := opt.Now
	if days.Days > 0 {
		h.First, h.Last, last = days.First, days.Last, days.Last
	}
	period, err := ParsePeriod(opt.Since, opt.Until, last)
	if err != nil {
		return Head{}, err
	}
	h.Since, h.Until = period.Since, period.Until
	total, err := one[struct{ Outcomes, Entered, Chosen uint64 }](ctx, source,
		"SELECT sum(outcomes) AS Outcomes, sum(entered) AS Entered, sum(chosen) AS Chosen FROM (SELECT outcomes, entered, chosen FROM "+source.Table("match_days")+
			" FINAL WHERE day BETWEEN "+quoteDay(h.Since)+" AND "+quoteDay(h.Until)+")")
	if err != nil {
		return Head{}, err
	}
	h.Outcomes, h.Entered, h.Chosen = total.Outcomes, total.Entered, total.Chosen
	// Without the right to see system tables the age is just not known.
	if fresh, err := query[struct {
		AsOf time.Time `json:"as_of"`
	}](ctx, source, "SELECT as_of FROM "+source.Table("match_freshness")); err == nil && len(fresh) == 1 && fresh[0].AsOf.Unix() > 0 {
		h.AsOf = fresh[0].AsOf
	}
	if h.Outcomes == 0 {
		note := "There is no outcome in this period."
		if days.Days == 0 {
			note = "There is no outcome yet."
		}
		h.Notes = append(h.Notes, note)
	}
	return h, nil
}

// name looks up the names of the careers shown, and notes those that were
// asked for and that nobody knows.
func (h *Head) name(ctx context.Context, source Source, shown []string, asked []string) error {
	all := slices.Compact(slices.Sorted(slices.Values(slices.Concat(shown, asked))))
	h.Names = make(map[string]string)
	if len(all) > 0 {
		rows, err := query[struct{ Slug, Name string }](ctx, source,
			"SELECT slug AS Slug, name AS Name FROM "+source.Table("careers")+" FINAL WHERE "+in("slug", all))
		if err != nil {
			return err
		}
		for _, row := range rows {
			h.Names[row.Slug] = row.Name
		}
	}
	for _, career := range asked {
		_, known := h.Names[career]
		switch {
		case slices.Contains(shown, career):
		case known:
			h.Notes = append(h.Notes, "Nobody was matched with "+career+" in this period.")
		default:
			h.Notes = append(h.Notes, "Nobody was matched with "+career+", and the catalog has no such career: look for its slug with careerstream query \"SELECT slug, name FROM careers FINAL\".")
		}
	}
	return nil
}

// top is the careers that the options ask for, or the first of the period by
// outcomes matched.
func top(ctx context.Context, source Source, h Head, opt Options) ([]string, error) {
	if len(opt.Careers) > 0 {
		return opt.Careers, nil
	}
	limit := ""
	if opt.Top > 0 {
		limit = fmt.Sprintf(" LIMIT %d", opt.Top)
	}
	rows, err := query[struct{ Career string }](ctx, source, "SELECT career AS Career FROM "+source.Table("match_daily")+
		" WHERE day BETWEEN "+quoteDay(h.Since)+" AND "+quoteDay(h.Until)+" AND outcomes > 0 GROUP BY career ORDER BY sum(outcomes) DESC, career"+limit)
	if err != nil {
		return nil, err
	}
	careers := make([]string, len(rows))
	for i, row := range rows {
		careers[i] = row.Career
	}
	return careers, nil
}
