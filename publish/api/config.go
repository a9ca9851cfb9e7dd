package api

import (
	"cmp"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"careerstream/publish/api/catalog"
	"careerstream/publish/api/quota"
	"careerstream/publish/report"
	"careerstream/publish/sink"
)

// Defaults of Config.
const (
	DefaultHeartbeat  = 15 * time.Second
	DefaultMaxWaiting = 1024
	// MaxWait is the longest that a client may wait for changes.
	MaxWait = 60 * time.Second
)

// AllOrigins in Config.Origins lets scripts of every site read.
const AllOrigins = "*"

// Config of the read API.
type Config struct {
	// Token that clients send as "Authorization: Bearer TOKEN" (RFC 6750); without
	// one everybody may read.
	Token string
	// Rate of requests a second for each client address, and Burst at once,
	// default twice the rate; a Rate of 0 is no limit.
	Rate  float64
	Burst int
	// Origins that may read from scripts (https://fetch.spec.whatwg.org/#http-cors-protocol),
	// such as https://example.com, or AllOrigins; none means none.
	Origins []string
	// Heartbeat is how often a silent stream of events is kept alive; default
	// DefaultHeartbeat.
	Heartbeat time.Duration
	// MaxWaiting bounds the clients that wait for changes at once; default
	// DefaultMaxWaiting.
	MaxWaiting int
	// Version of the program, for the OpenAPI document.
	Version string
	// Now is the clock; default time.Now.
	Now func() time.Time
	// Logger; default none.
	Logger *slog.Logger
}

// Deps is what the API reads.
type Deps struct {
	// Catalog of the latest versions; somebody else feeds it.
	Catalog *catalog.Catalog
	// History is the stream of published versions. Its errors mean that it cannot
	// be read now.
	History sink.Getter
	// Similar careers, or nil where there are none.
	Similar Similar
	// Reports is the database of reports, or nil where this process has none.
	Reports report.Source
}

// Similar finds careers that are like one another.
type Similar interface {
	// Similar returns at most k careers similar to slug, the most similar first;
	// none where slug is unknown. It is safe for concurrent use.
	Similar(slug string, k int) []Match
}

// Match is a similar career.
type Match struct {
	Slug string
	// Score from 0 to 1.
	Score float64
	// Because are what the two have in common.
	Because []Reason
}

// Reason is a duty or type of one career with one of another that is like it.
type Reason struct {
	Mine   string   `json:"mine" doc:"A duty or type of the career asked for."`
	Theirs string   `json:"theirs" doc:"One of the similar career."`
	Score  float64  `json:"score"`
	Terms  []string `json:"terms" doc:"Words that both have."`
}

func (c Config) withDefaults() (Config, error) {
	c.Heartbeat, c.MaxWaiting = cmp.Or(c.Heartbeat, DefaultHeartbeat), cmp.Or(c.MaxWaiting, DefaultMaxWaiting)
	c.Burst = cmp.Or(c.Burst, max(1, int(2*c.Rate)))
	c.Version = cmp.Or(c.Version, "dev")
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	var errs []error
	if c.Rate < 0 || c.Burst < 1 {
		errs = append(errs, fmt.Errorf("rate %v and burst %d: want positive, or a rate of 0 for no limit", c.Rate, c.Burst))
	}
	if c.Heartbeat < 0 || c.MaxWaiting < 0 {
		errs = append(errs, fmt.Errorf("heartbeat %s and %d waiting: want positive", c.Heartbeat, c.MaxWaiting))
	}
	for _, origin := range c.Origins {
		if origin != AllOrigins && (!strings.Contains(origin, "://") || strings.HasSuffix(origin, "/")) {
			errs = append(errs, fmt.Errorf("origin %q: want scheme and host, such as https://example.com, or *", origin))
		}
	}
	return c, errors.Join(errs...)
}

// limiter is nil where there is no limit.
func (c Config) limiter() (*quota.Limiter, error) {
	if c.Rate == 0 {
		return nil, nil
	}
	return quota.New(c.Rate, c.Burst, 0)
}
