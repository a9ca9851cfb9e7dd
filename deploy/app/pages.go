package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"

	"careerstream/deploy/broker"
	"careerstream/enrich/code"
	"careerstream/publish/api"
	"careerstream/publish/api/catalog"
	webpages "careerstream/publish/pages"
	"careerstream/schemas/event"
	"careerstream/schemas/page"
	"careerstream/schemas/stream"
)

// PagesConfig says what the web pages show besides the pipeline.
type PagesConfig struct {
	// AdminToken and ReadToken as in pages.Config.
	AdminToken, ReadToken string
	// Reads has the catalog, and feeds it.
	Reads  *ReadAPI
	Logger *slog.Logger
}

// NewPages makes the web pages over what a pipeline runs on. The error says what
// is wrong with the configuration.
func NewPages(cfg PagesConfig, p *Pipeline, engines *Engines) (*webpages.Pages, error) {
	attributions, err := attributionsOf(p.cfg.Knowledge)
	if err != nil {
		return nil, err
	}
	deps := webpages.Deps{
		Catalog:  &pagesCatalog{catalog: cfg.Reads.catalog, conn: engines.Broker},
		Pipeline: pagesPipeline{p},
		Holds:    newPagesHolds(engines.Broker),
		Letters:  newPagesLetters(engines.Broker),
		Reports:  newPagesReports(p, engines.Store),
		Similar:  pagesSimilar{cfg.Reads.similar, cfg.Reads.catalog},
	}
	return webpages.New(webpages.Config{AdminToken: cfg.AdminToken, ReadToken: cfg.ReadToken, Attributions: attributions, API: "/v1/", Logger: cfg.Logger}, deps)
}

// attributionsOf reads what the taxonomies ask to be said; nothing else of them is
// kept.
func attributionsOf(k Knowledge) ([]webpages.Attribution, error) {
	taxonomies, err := code.Load(code.Config{ONETDir: k.ONET, ESCODir: k.ESCO})
	if err != nil {
		return nil, fmt.Errorf("read taxonomies: %w", err)
	}
	var list []webpages.Attribution
	for _, a := range taxonomies.Attributions() {
		schemes := []string{string(a.Scheme)}
		switch a.Scheme {
		case code.ONETSOC:
			schemes = append(schemes, "soc-2018", "soc-2010")
		case code.ESCO:
			schemes = append(schemes, "isco-08")
		}
		list = append(list, webpages.Attribution{Schemes: schemes, Text: a.Text, URL: a.URL})
	}
	return list, nil
}

type pagesPipeline struct{ *Pipeline }

// Health implements pages.Pipeline.
func (p pagesPipeline) Health() webpages.Health {
	h := p.Pipeline.Health()
	return webpages.Health{Ready: h.Ready, Troubles: h.Troubles}
}

// Lags implements pages.Pipeline.
func (p pagesPipeline) Lags(ctx context.Context) ([]webpages.Lag, error) {
	lags, err := Lags(ctx, p.engines.Broker)
	list := make([]webpages.Lag, len(lags))
	for i, lag := range lags {
		list[i] = webpages.Lag(lag)
	}
	return list, err
}

// Runs implements pages.Pipeline.
func (p pagesPipeline) Runs(ctx context.Context, n int) ([]page.Run, error) {
	return pagesRuns(ctx, p.engines.Broker, n)
}

// pagesRuns reads the stream of statements from its end.
func pagesRuns(ctx context.Context, conn *broker.Conn, n int) ([]page.Run, error) {
	info, err := conn.Log(stream.Runs).Info(ctx)
	if err != nil {
		return nil, err
	}
	var runs []page.Run
	// A statement may have been deleted, but not many in a row.
	for seq := info.Last; seq >= max(info.First, 1) && len(runs) < n && info.Last-seq < uint64(4*n); seq-- {
		raw, ok, err := conn.Get(ctx, stream.Runs, seq)
		if err != nil {
			return nil, err
		}
		if !ok {
			continue
		}
		m := event.Message{Stream: stream.Runs, Seq: seq}
		if m.Event, err = event.Decode(raw.Header, raw.Body); err != nil {
			continue
		}
		if run, err := event.Data[page.Run](m); err == nil {
			runs = append(runs, run)
		}
	}
	return runs, nil
}

type pagesSimilar struct {
	similar api.Similar
	catalog *catalog.Catalog
}

// Similar implements pages.Similar.
func (s pagesSimilar) Similar(_ context.Context, slug string, n int) ([]webpages.Neighbour, error) {
	var list []webpages.Neighbour
	for _, match := range s.similar.Similar(slug, n) {
		known, ok := s.catalog.Get(match.Slug)
		if !ok || known.Retired != nil {
			continue
		}
		neighbour := webpages.Neighbour{Slug: match.Slug, Name: known.Name, Score: match.Score}
		for _, reason := range match.Because {
			neighbour.Shared = append(neighbour.Shared, reason.Terms...)
		}
		neighbour.Shared = neighbour.Shared[:min(len(neighbour.Shared), 6)]
		list = append(list, neighbour)
	}
	return list, nil
}

// errAway stands for a store that this process does not have.
var errAway = errors.New("this process stores nothing: open the pages of one that runs the sinks")
