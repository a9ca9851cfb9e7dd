package pages

import (
	"context"
	"html/template"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"careerstream/publish/report"
	"careerstream/schemas/career"
	"careerstream/schemas/subject"
)

// careerPage is one version of a career.
type careerPage struct {
	career.Record
	Changes []career.Change
	// Versions with the newest first.
	Versions []Version
	// Old says that a later version is there; Until is when that came.
	Old   bool
	Until time.Time
	// Facts of the prose with their evidence, Codes, and what must be said of them.
	Facts        []evidence
	Attributions []Attribution
	Inbound      section[[]Relation]
	Similar      []Neighbour
	// Around is the career's neighbours, and Graph draws them.
	Around []circle
	Graph  template.HTML
	// API is where programs read the record, or "".
	API   string
	Trend section[*figure]
	// Held says that a newer record is kept back.
	Held bool
}

// evidence is a fact with its sentence cut where the value stands.
type evidence struct {
	career.Fact
	Left, Middle, Right string
}

// shownSimilar is how many similar careers a page names.
const shownSimilar = 8

func (p *Pages) career(w http.ResponseWriter, r *http.Request) {
	slug := r.PathValue("slug")
	ctx, cancel := p.patient(r.Context())
	defer cancel()
	latest, ok, err := p.lookup(ctx, slug)
	if err != nil {
		p.broken(w, r, "The career", err)
		return
	}
	if !ok {
		if heir := p.Catalog.Heir(slug); heir != "" {
			http.Redirect(w, r, "/careers/"+heir, http.StatusFound)
			return
		}
		text := "The catalog has no career of that name. Search for it by a word of its name."
		if !p.Catalog.Summary().Ready {
			p.fail(w, r, trouble{Status: http.StatusServiceUnavailable, Title: "The catalog is still being read", Text: "It is ready in a moment; reload the page then."})
			return
		}
		p.fail(w, r, trouble{Status: http.StatusNotFound, Title: "There is no such career", Text: text, Search: true})
		return
	}
	shown := latest
	if text := r.URL.Query().Get("version"); text != "" {
		number, bad := strconv.ParseUint(text, 10, 64)
		if bad == nil && number != latest.Record.Version {
			shown, ok, err = p.Catalog.Version(ctx, slug, number)
		}
		if err != nil {
			p.broken(w, r, "The version", err)
			return
		}
		ok = ok && bad == nil
		if !ok {
			p.fail(w, r, trouble{Status: http.StatusNotFound, Title: "There is no such version", Text: latest.Record.Name + " is at version " + strconv.FormatUint(latest.Record.Version, 10) + "; its page lists every version.", Search: true})
			return
		}
	}
	c, err := p.careerPage(ctx, shown, latest.Record.Version)
	if err != nil {
		p.broken(w, r, "The versions of the career", err)
		return
	}
	status, title := http.StatusOK, c.Name
	if c.Old {
		title += ", version " + strconv.FormatUint(c.Version, 10)
	}
	if c.Retired != nil && !c.Old {
		status = http.StatusGone
	}
	p.render(w, r, status, "career", view{Title: title, Nav: "/catalog", Page: c})
}

// lookup answers for what can be no slug without asking.
func (p *Pages) lookup(ctx context.Context, slug string) (career.Published, bool, error) {
	if slug == "" || len(slug) > 120 || !strings.HasSuffix(subject.Published(slug), "."+slug) {
		return career.Published{}, false, nil
	}
	return p.Catalog.Latest(ctx, slug)
}

func (p *Pages) careerPage(ctx context.Context, shown career.Published, latest uint64) (careerPage, error) {
	c := careerPage{Record: shown.Record, Changes: shown.Changes, Old: shown.Record.Version != latest}
	versions, err := p.Catalog.Versions(ctx, c.Slug)
	if err != nil {
		return c, err
	}
	c.Versions = slices.Clone(versions)
	slices.Reverse(c.Versions)
	for i, v := range c.Versions {
		if v.Number == c.Version && i > 0 {
			c.Until = c.Versions[i-1].ValidFrom
		}
	}
	for _, fact := range c.Record.Facts {
		c.Facts = append(c.Facts, cut(fact))
	}
	for _, a := range p.cfg.Attributions {
		if slices.ContainsFunc(c.Codes, func(code career.Code) bool { return slices.Contains(a.Schemes, code.Scheme) }) {
			c.Attributions = append(c.Attributions, a)
		}
	}
	c.API = p.cfg.API
	if !c.Old {
		p.surround(ctx, &c)
	}
	c.Around = p.around(c)
	if c.Graph, err = drawAround(c.Name, c.Around); err != nil {
		p.cfg.Logger.Warn("cannot draw a graph", "slug", c.Slug, "err", err)
	}
	return c, nil
}

// surround adds what is known of the latest version alone.
func (p *Pages) surround(ctx context.Context, c *careerPage) {
	c.Inbound = stored(ctx, p, "inbound links", func(ctx context.Context) ([]Relation, error) { return p.Reports.Inbound(ctx, c.Slug) })
	c.Trend = stored(ctx, p, "match trend", func(ctx context.Context) (*figure, error) { return p.trend(ctx, c.Slug) })
	if p.Deps.Similar != nil {
		c.Similar = asked(ctx, p, "similar careers", func(ctx context.Context) ([]Neighbour, error) {
			return p.Deps.Similar.Similar(ctx, c.Slug, shownSimilar)
		}).Data
	}
	held := asked(ctx, p, "held", func(ctx context.Context) (career.Held, error) {
		h, _, err := p.Holds.Get(ctx, c.Slug)
		return h, err
	})
	c.Held = held.Data.State == career.HeldBack
}

// trend is nil where nobody was matched with the career yet.
func (p *Pages) trend(ctx context.Context, slug string) (*figure, error) {
	made, err := p.Reports.Make(ctx, report.TrendsName, report.Options{Careers: []string{slug}, Now: p.cfg.Now()})
	if err != nil {
		return nil, err
	}
	figures, err := report.Figures(made)
	if err != nil || len(figures) == 0 {
		return nil, err
	}
	figures[0].Title = "How often takers of the test are matched"
	return &figure{Figure: figures[0], ID: "trend", CSV: "/trends/trends.csv?career=" + slug, Level: 3}, nil
}

// cut cuts the sentence of a fact; bounds that do not fit it leave it whole.
func cut(f career.Fact) evidence {
	if f.Start < 0 || f.End > len(f.Sentence) || f.Start >= f.End {
		return evidence{Fact: f, Left: f.Sentence}
	}
	return evidence{f, f.Sentence[:f.Start], f.Sentence[f.Start:f.End], f.Sentence[f.End:]}
}
