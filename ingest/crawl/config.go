package crawl

import (
	"cmp"
	"errors"
	"fmt"
	"time"

	"careerstream/ingest/frontier"
)

// Config of a Crawler. A zero field has its default, but for Delay and Factor.
type Config struct {
	// UserAgent as in fetch.Config; robots.txt is obeyed in its name.
	UserAgent string
	// Delay is the least time between the end of a request to a host and the
	// start of the next; 0 is none. Without NoDelay, 0 has the default 1 s.
	Delay time.Duration
	// Factor times the last request's duration is such a time, too, up to
	// MaxGap; default 1. NoDelay makes it 0.
	Factor float64
	// MaxGap bounds what Factor makes; default 1 minute.
	MaxGap time.Duration
	// NoDelay leaves Delay and Factor as they are, so that zero is none.
	NoDelay bool
	// MaxCrawlDelay is the longest Crawl-delay that is obeyed; the pages of a host
	// that asks for more are not fetched. Default 60 s.
	MaxCrawlDelay time.Duration
	// RobotsAge is how long a robots.txt is used; default 24 h (RFC 9309, 2.4).
	RobotsAge time.Duration
	// Hosts is how many hosts are asked at once; 1 to 1024, default 16.
	Hosts int
	// Settlers is how many answers of a host are settled while the next request
	// is under way; 1 to 64, default 8. Together with Hosts it bounds the bodies
	// in memory.
	Settlers int
	// MaxTries is how often a URL is tried in a run when trouble may pass;
	// default 3. RetryDelay is the delay before the second try, doubled each
	// time; default 10 s.
	MaxTries   int
	RetryDelay time.Duration
	// Patience is how long a run waits for a host that does not answer, fails, or
	// asks to wait; default 10 minutes.
	Patience time.Duration
	// Breaker says when a host is left alone; default 5 failures, 30 s, 10 min.
	Breaker frontier.BreakerConfig
	// Revisit bounds the time between two visits of a page; default start 24 h,
	// 1 h to 30 days.
	Revisit frontier.Revisit
	// RetireAfter is in how many runs in a row a page must be missing; default 3.
	RetireAfter int
	// Guard holds misses back when too many pages are missing at once; default
	// more than 20 % and more than 10.
	Guard frontier.Guard
	// TrustLastmod lets a sitemap's lastmod stand for a visit once it proved true.
	TrustLastmod bool
	// LeaseTTL is how long a host stays with a process that is silent; default 15 s.
	LeaseTTL time.Duration
	// Poll is how often a process looks whether a host is free; default 1 s.
	Poll time.Duration
	// Grace is how long an orderly stop waits for the requests in flight; default 5 s.
	Grace time.Duration
	// RetryInitial and RetryMax are the first and the longest delay between
	// tries while the broker fails; defaults 100 ms and 5 s.
	RetryInitial time.Duration
	RetryMax     time.Duration
}

func (c Config) withDefaults() Config {
	if !c.NoDelay {
		c.Delay = cmp.Or(c.Delay, time.Second)
		c.Factor = cmp.Or(c.Factor, 1)
	}
	c.MaxGap = cmp.Or(c.MaxGap, time.Minute)
	c.MaxCrawlDelay = cmp.Or(c.MaxCrawlDelay, time.Minute)
	c.RobotsAge = cmp.Or(c.RobotsAge, 24*time.Hour)
	c.Hosts = cmp.Or(c.Hosts, 16)
	c.Settlers = cmp.Or(c.Settlers, 8)
	c.MaxTries = cmp.Or(c.MaxTries, 3)
	c.RetryDelay = cmp.Or(c.RetryDelay, 10*time.Second)
	c.Patience = cmp.Or(c.Patience, 10*time.Minute)
	c.Breaker.Failures = cmp.Or(c.Breaker.Failures, 5)
	c.Breaker.Initial = cmp.Or(c.Breaker.Initial, 30*time.Second)
	c.Breaker.Max = cmp.Or(c.Breaker.Max, 10*time.Minute)
	c.Revisit.Start = cmp.Or(c.Revisit.Start, 24*time.Hour)
	c.Revisit.Min = cmp.Or(c.Revisit.Min, time.Hour)
	c.Revisit.Max = cmp.Or(c.Revisit.Max, 30*24*time.Hour)
	c.RetireAfter = cmp.Or(c.RetireAfter, 3)
	if c.Guard == (frontier.Guard{}) {
		c.Guard = frontier.Guard{Share: 0.2, Count: 10}
	}
	c.LeaseTTL = cmp.Or(c.LeaseTTL, 15*time.Second)
	c.Poll = cmp.Or(c.Poll, time.Second)
	c.Grace = cmp.Or(c.Grace, 5*time.Second)
	c.RetryInitial = cmp.Or(c.RetryInitial, 100*time.Millisecond)
	c.RetryMax = cmp.Or(c.RetryMax, 5*time.Second)
	return c
}

func (c Config) validate() error {
	var errs []error
	if c.UserAgent == "" {
		errs = append(errs, errors.New("user agent is empty"))
	}
	if c.Factor < 0 || c.Factor > 1000 {
		errs = append(errs, fmt.Errorf("factor is %g, want 0 to 1000", c.Factor))
	}
	for _, d := range []struct {
		name  string
		value time.Duration
	}{
		{"delay", c.Delay}, {"longest gap", c.MaxGap}, {"longest Crawl-delay", c.MaxCrawlDelay},
		{"age of robots.txt", c.RobotsAge}, {"retry delay", c.RetryDelay}, {"patience", c.Patience},
		{"breaker", c.Breaker.Initial}, {"longest breaker", c.Breaker.Max - c.Breaker.Initial},
		{"shortest interval", c.Revisit.Min}, {"longest interval", c.Revisit.Max - c.Revisit.Min},
		{"poll", c.Poll}, {"grace", c.Grace},
		{"first retry of the broker", c.RetryInitial}, {"longest retry of the broker", c.RetryMax - c.RetryInitial},
	} {
		if d.value < 0 {
			errs = append(errs, fmt.Errorf("%s is %s, want 0 or more, and not under its lower bound", d.name, d.value))
		}
	}
	for _, n := range []struct {
		name            string
		value, min, max int
	}{
		{"hosts", c.Hosts, 1, 1024}, {"settlers", c.Settlers, 1, 64}, {"tries", c.MaxTries, 1, 100},
		{"breaker failures", c.Breaker.Failures, 1, 1000}, {"confirmations of retirement", c.RetireAfter, 1, 1000},
		{"guard count", c.Guard.Count, 0, 1 << 30},
	} {
		if n.value < n.min || n.value > n.max {
			errs = append(errs, fmt.Errorf("%s is %d, want %d to %d", n.name, n.value, n.min, n.max))
		}
	}
	if c.LeaseTTL < 10*time.Millisecond {
		errs = append(errs, fmt.Errorf("lease is %s, want at least 10ms", c.LeaseTTL))
	}
	return errors.Join(errs...)
}

// Options of a run. A zero field has its default.
type Options struct {
	// Follow are regular expressions (https://pkg.go.dev/regexp/syntax) of URLs
	// whose links are followed, besides those that Scope names.
	Follow []string `json:"follow"`
	// MaxPages bounds the pages of a run; default 50,000.
	MaxPages int `json:"max_pages"`
	// MaxDepth bounds the links between a source or sitemap and a page; default 5.
	MaxDepth int `json:"max_depth"`
	// OnlyDue leaves pages alone whose time has not come.
	OnlyDue bool `json:"only_due"`
}

func (o Options) withDefaults() Options {
	o.MaxPages = cmp.Or(o.MaxPages, 50_000)
	o.MaxDepth = cmp.Or(o.MaxDepth, 5)
	return o
}

// Spec says what a run covers.
type Spec struct {
	// Sources are URLs of pages, sites, sitemaps and robots.txt files. For a
	// site, a URL whose path is "/", the sitemaps that its robots.txt names are
	// sources too.
	Sources []string
	Options Options
}
