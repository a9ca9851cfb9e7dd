package app

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"os"
	"os/user"
	"regexp"
	"time"

	"careerstream/deploy/broker"
	"careerstream/ingest/crawl"
	"careerstream/ingest/fetch"
	"careerstream/ingest/sitemap"
	"careerstream/normalize"
	"careerstream/schemas/stream"
)

// CrawlConfig says how sites are asked. A zero field has its default.
type CrawlConfig struct {
	crawl.Config
	// Contact goes into the User-Agent: the e-mail address or the page of who
	// crawls; default the user's name at the machine's.
	Contact string
	// Version goes into it, too.
	Version string
	// AllowPrivate are ranges of addresses that may be asked although they are
	// not on the public internet.
	AllowPrivate []netip.Prefix
	// Timeout of one request; default fetch.DefaultTotalTimeout.
	Timeout time.Duration
	// MaxPageBytes bounds a page, unpacked, in bytes.
	MaxPageBytes int64
	// Archive is the WARC file that every exchange is written to; "" writes none.
	Archive string
	Logger  *slog.Logger
}

// Crawler crawls on the broker's frontier.
type Crawler struct {
	*crawl.Crawler
	close []func() error
}

// NewCrawler opens a crawler. The caller closes it.
func NewCrawler(cfg CrawlConfig, conn *broker.Conn, parser *normalize.Parser) (_ *Crawler, err error) {
	c := &Crawler{}
	defer func() {
		if err != nil {
			err = errors.Join(err, c.Close())
		}
	}()
	agent, err := fetch.UserAgent(cfg.Version, cmp.Or(cfg.Contact, localContact()))
	if err != nil {
		return nil, fmt.Errorf("--contact: %w", err)
	}
	request := fetch.Config{
		UserAgent: agent, AllowPrivate: cfg.AllowPrivate, TotalTimeout: cfg.Timeout,
		MaxBodyBytes: cfg.MaxPageBytes, MaxWireBytes: cfg.MaxPageBytes, KeepRaw: cfg.Archive != "",
	}
	deps := crawl.Deps{
		Frontier: conn.Frontier(), States: conn.Bucket(stream.Crawl), Publisher: conn, Last: conn,
		DeadLetters: conn.DeadLetters(), Scope: scope{parser}, Log: cfg.Logger,
	}
	pages, err := fetch.New(request, fetch.Deps{})
	if err != nil {
		return nil, err
	}
	c.closes(func() error { pages.Close(); return nil })
	deps.Pages = pages
	request.MaxBodyBytes, request.MaxWireBytes = sitemap.DefaultMaxBytes, sitemap.DefaultMaxBytes
	sitemaps, err := fetch.New(request, fetch.Deps{})
	if err != nil {
		return nil, err
	}
	c.closes(func() error { sitemaps.Close(); return nil })
	deps.Sitemaps = sitemaps
	bodies, err := conn.Bodies()
	if err != nil {
		return nil, err
	}
	c.closes(func() error { bodies.Close(); return nil })
	deps.Bodies = bodies
	if cfg.Archive != "" {
		archive, err := openArchive(cfg.Archive, agent)
		if err != nil {
			return nil, err
		}
		c.closes(archive.Close)
		deps.Archive = archive
	}
	cfg.UserAgent = agent
	c.Crawler, err = crawl.New(cfg.Config, deps)
	return c, err
}

// localContact names who runs the program as well as the machine knows.
func localContact() string {
	name, host := "careerstream", "localhost"
	if u, err := user.Current(); err == nil && u.Username != "" {
		name = u.Username
	}
	if h, err := os.Hostname(); err == nil && h != "" {
		host = h
	}
	return plain.ReplaceAllString(name, "-") + "@" + plain.ReplaceAllString(host, "-")
}

// plain are the characters that are safe in both parts of an address.
var plain = regexp.MustCompile(`[^0-9A-Za-z._-]+`)

func (c *Crawler) closes(f func() error) { c.close = append(c.close, f) }

// Close ends the connections and the archive.
func (c *Crawler) Close() error {
	var errs []error
	for _, f := range c.close {
		errs = append(errs, f())
	}
	c.close = nil
	return errors.Join(errs...)
}

// Schedule runs a spec at once and then every interval, until ctx ends. A run
// that takes longer than the interval is followed by the next one at once. What a
// run comes to goes into the log; an error is the spec's.
func (c *Crawler) Schedule(ctx context.Context, spec crawl.Spec, every time.Duration, log *slog.Logger) error {
	if every < time.Second {
		return fmt.Errorf("sources are looked at every %s: want a second or more", every)
	}
	ticker := time.NewTicker(every)
	defer ticker.Stop()
	for {
		run, err := c.Run(ctx, spec, nil)
		if err != nil {
			return err
		}
		if ctx.Err() != nil {
			return nil
		}
		log.Info("sources visited", "run", run.ID, "complete", run.Complete, "discovered", run.Discovered, "outcomes", run.Outcomes, "why", run.Why)
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return nil
		}
	}
}

// scope is what the profiles say of URLs.
type scope struct{ parser *normalize.Parser }

// Page implements crawl.Scope.
func (s scope) Page(url string) bool { return s.parser.IsPage(url) }

// Article implements crawl.Scope.
func (s scope) Article(url, label string) bool { return s.parser.Continues(url, label) }

// Version implements crawl.Scope.
func (s scope) Version() string { return s.parser.Profiles() }
