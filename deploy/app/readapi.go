package app

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"sync"

	"careerstream/deploy/broker"
	"careerstream/enrich/similar"
	"careerstream/publish/api"
	"careerstream/publish/api/catalog"
	"careerstream/publish/sink"
	"careerstream/schemas/career"
	"careerstream/schemas/stream"
)

// ReadAPI is the read API on the engines, with what feeds it.
type ReadAPI struct {
	conn    *broker.Conn
	catalog *catalog.Catalog
	similar *alike
	handler *api.Handler
	log     *slog.Logger
}

// NewReadAPI makes the read API, or an error for a bad setting. Without
// ClickHouse it serves all but reports.
func NewReadAPI(cfg api.Config, engines *Engines, log *slog.Logger) (*ReadAPI, error) {
	alike := &alike{log: log}
	if err := alike.empty(); err != nil {
		return nil, err
	}
	careers, err := catalog.New(catalog.Config{Observer: alike})
	if err != nil {
		return nil, err
	}
	cfg.Logger = log
	deps := api.Deps{Catalog: careers, History: published{engines.Broker}, Similar: alike}
	if engines.Store != nil {
		deps.Reports = engines.Store
	}
	handler, err := api.New(cfg, deps)
	if err != nil {
		return nil, err
	}
	return &ReadAPI{conn: engines.Broker, catalog: careers, similar: alike, handler: handler, log: log}, nil
}

// Routes are what it serves, by pattern.
func (r *ReadAPI) Routes() map[string]http.Handler {
	return map[string]http.Handler{"/v1/": r.handler}
}

// Run feeds the catalog until ctx ends, and then ends the answers that wait.
func (r *ReadAPI) Run(ctx context.Context) error {
	defer r.handler.Close()
	r.catalog.Follow(ctx, r.conn.Log(stream.Published), r.log)
	return nil
}

// published is the history of published versions.
type published struct{ conn *broker.Conn }

var _ sink.Getter = published{}

// Get implements sink.Getter.
func (p published) Get(ctx context.Context, seq uint64) (sink.Raw, bool, error) {
	return p.conn.Get(ctx, stream.Published, seq)
}

// alike keeps the index of similar careers up to date with the catalog.
type alike struct {
	log *slog.Logger

	mu    sync.RWMutex
	index *similar.Index
	// pending is the latest records by slug until the catalog has caught up: many
	// at once are taken in much faster than one by one. Afterwards it is nil.
	pending map[string][]byte
}

var (
	_ catalog.Observer = (*alike)(nil)
	_ api.Similar      = (*alike)(nil)
)

func (a *alike) empty() error {
	index, err := similar.New(similar.Config{K: api.MaxSimilar})
	if err != nil {
		return err
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.index, a.pending = index, make(map[string][]byte)
	return nil
}

// Applied implements catalog.Observer.
func (a *alike) Applied(v *catalog.Version, record []byte) {
	a.mu.RLock()
	index, pending := a.index, a.pending
	a.mu.RUnlock()
	switch {
	case v.Retired != nil && pending != nil:
		delete(pending, v.Slug)
	case v.Retired != nil:
		index.Delete(v.Slug)
	case pending != nil:
		pending[v.Slug] = record
	default:
		if doc, ok := a.doc(v.Slug, record); ok {
			_, err := index.Put(doc)
			a.failed(v.Slug, err)
		}
	}
}

// CaughtUp implements catalog.Observer.
func (a *alike) CaughtUp() {
	docs := make([]similar.Doc, 0, len(a.pending))
	for slug, record := range a.pending {
		if doc, ok := a.doc(slug, record); ok {
			docs = append(docs, doc)
		}
	}
	a.failed("", a.index.Load(docs))
	a.mu.Lock()
	defer a.mu.Unlock()
	a.pending = nil
}

// Reset implements catalog.Observer.
func (a *alike) Reset() { a.failed("", a.empty()) }

func (a *alike) doc(slug string, record []byte) (similar.Doc, bool) {
	var r career.Record
	err := json.Unmarshal(record, &r)
	a.failed(slug, err)
	return similar.FromRecord(&r), err == nil
}

func (a *alike) failed(slug string, err error) {
	if err != nil {
		a.log.Warn("a career is left out of similar careers", "slug", slug, "err", err)
	}
}

// Similar implements api.Similar.
func (a *alike) Similar(slug string, k int) []api.Match {
	a.mu.RLock()
	index := a.index
	a.mu.RUnlock()
	var matches []api.Match
	for _, found := range index.Similar(slug, k) {
		match := api.Match{Slug: found.Slug, Score: found.Score}
		for _, reason := range found.Because {
			match.Because = append(match.Because, api.Reason(reason))
		}
		matches = append(matches, match)
	}
	return matches
}
