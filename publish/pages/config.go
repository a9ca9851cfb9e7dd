package pages

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"
)

// Defaults of Config.
const (
	DefaultPatience = 8 * time.Second
	DefaultRefresh  = 5 * time.Second
	DefaultSession  = 12 * time.Hour
)

// minToken is the shortest admin token taken, in bytes.
const minToken = 8

// Errors that ports return.
var (
	// ErrCursor: the cursor of a list is none of the catalog.
	ErrCursor = errors.New("no such place in the list")
	// ErrDecided: a held record is not the one that was looked at any more.
	ErrDecided = errors.New("somebody or a later page was faster")
)

// Config of the pages.
type Config struct {
	// AdminToken lets who knows it release, reject and redrive; "" lets nobody.
	// At least 8 bytes.
	AdminToken string
	// ReadToken, or the AdminToken, is needed to see anything; "" lets everybody
	// read who can reach the pages.
	ReadToken string
	// Patience is how long a page waits for one section; default DefaultPatience.
	Patience time.Duration
	// Refresh is how often the overview renews itself; default DefaultRefresh.
	Refresh time.Duration
	// Session is how long a login lasts; default DefaultSession.
	Session time.Duration
	// Attributions of taxonomies whose codes are shown.
	Attributions []Attribution
	// API is the path of the read API, such as "/v1/", which the pages lead to; ""
	// for none.
	API string
	// Now is the clock; default time.Now.
	Now func() time.Time
	// Logger hears of sections that cannot be shown; default discards.
	Logger *slog.Logger
}

// Deps are what the pages show. Similar may be nil, the others not.
type Deps struct {
	Catalog  Catalog
	Pipeline Pipeline
	Holds    Holds
	Letters  Letters
	Reports  Reports
	Similar  Similar
}

// New makes the pages, or returns every problem of the configuration.
func New(cfg Config, deps Deps) (*Pages, error) {
	cfg.Patience = cmp.Or(cfg.Patience, DefaultPatience)
	cfg.Refresh = cmp.Or(cfg.Refresh, DefaultRefresh)
	cfg.Session = cmp.Or(cfg.Session, DefaultSession)
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Logger == nil {
		cfg.Logger = slog.New(slog.DiscardHandler)
	}
	var problems []error
	if n := len(cfg.AdminToken); n > 0 && n < minToken {
		problems = append(problems, fmt.Errorf("admin token has %d bytes, want at least %d", n, minToken))
	}
	if cfg.Patience < 0 || cfg.Session < 0 {
		problems = append(problems, fmt.Errorf("patience %s, session %s: want positive", cfg.Patience, cfg.Session))
	}
	if cfg.Refresh < time.Second {
		problems = append(problems, fmt.Errorf("refresh %s: want a second at least", cfg.Refresh))
	}
	if deps.Catalog == nil || deps.Pipeline == nil || deps.Holds == nil || deps.Letters == nil || deps.Reports == nil {
		problems = append(problems, errors.New("catalog, pipeline, holds, letters or reports is missing"))
	}
	assets, err := loadAssets()
	problems = append(problems, err)
	p := &Pages{cfg: cfg, Deps: deps, assets: assets, guard: newGuard(cfg)}
	problems = append(problems, p.parse())
	if err := errors.Join(problems...); err != nil {
		return nil, fmt.Errorf("set up pages: %w", err)
	}
	p.route()
	return p, nil
}

// patient bounds the wait for one section.
func (p *Pages) patient(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeoutCause(ctx, p.cfg.Patience, fmt.Errorf("no answer within %s", p.cfg.Patience))
}
