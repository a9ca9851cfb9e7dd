package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/netip"
	"os"
	"strings"
	"time"

	"careerstream/deploy/app"
	"careerstream/ingest/crawl"
	"careerstream/normalize"
	"careerstream/schemas/page"
)

// crawlFlags say how sites are asked.
type crawlFlags struct {
	Contact       string        `help:"Your e-mail address or page, for the User-Agent (default: your name at this machine)." env:"CAREERSTREAM_CONTACT" placeholder:"WHO"`
	Delay         time.Duration `help:"Least time between two requests to a host; 0 for none." default:"1s"`
	Factor        float64       `help:"The time between two requests is at least this many times what the last one took." default:"1"`
	CrawlHosts    int           `name:"hosts" help:"Hosts that are asked at once; each with one request at a time." default:"16"`
	Timeout       time.Duration `help:"Longest time for one request." default:"2m"`
	Patience      time.Duration `help:"How long to wait for a host that fails or asks to wait." default:"10m"`
	AllowPrivate  []string      `name:"allow-private" help:"Ask addresses in this range although it is not on the public internet, such as 127.0.0.1 or 10.0.0.0/8." env:"CAREERSTREAM_ALLOW_PRIVATE" placeholder:"RANGE"`
	RetireAfter   int           `name:"retire-after" help:"Runs in a row that must miss a page before its career is retired." default:"3"`
	TrustLastmod  bool          `name:"trust-lastmod" help:"Leave pages out whose sitemap says that they did not change, once that has proved true." `
	RetryDelay    time.Duration `name:"retry-delay" help:"Time before a page that failed is asked again, doubled each time." default:"10s"`
	BreakerDelay  time.Duration `name:"breaker-delay" help:"How long a host is left alone after 5 failures in a row, doubled each time." default:"30s"`
	LeaseTTL      time.Duration `name:"lease" help:"How long a host stays with a process that is silent." default:"15s" hidden:""`
	WARCOut       string        `name:"warc-out" help:"Write every exchange to this WARC file (.warc or .warc.gz); it is continued if it exists." type:"path" placeholder:"FILE"`
	Follow        []string      `help:"Follow links to URLs that match this regular expression." sep:"none" placeholder:"REGEXP"`
	MaxPages      int           `name:"max-pages" help:"Most pages of one run." default:"50000"`
	MaxDepth      int           `name:"max-depth" help:"Most links between a source and a page." default:"5"`
	MaxCrawlDelay time.Duration `name:"max-crawl-delay" help:"Longest Crawl-delay that is obeyed; a site that asks for more is not fetched." default:"1m"`
}

func (f crawlFlags) config(p *program, maxPageBytes int64) (app.CrawlConfig, error) {
	cfg := app.CrawlConfig{
		Contact: f.Contact, Version: version(), Timeout: f.Timeout, MaxPageBytes: maxPageBytes, Archive: f.WARCOut, Logger: p.log,
	}
	cfg.Config = crawl.Config{
		Delay: f.Delay, Factor: f.Factor, NoDelay: f.Delay == 0, MaxCrawlDelay: f.MaxCrawlDelay, Hosts: f.CrawlHosts,
		Patience: f.Patience, RetryDelay: f.RetryDelay, RetireAfter: f.RetireAfter, TrustLastmod: f.TrustLastmod, LeaseTTL: f.LeaseTTL,
	}
	cfg.Breaker.Initial = f.BreakerDelay
	if f.Delay == 0 {
		cfg.Factor = 0
	}
	for _, text := range f.AllowPrivate {
		prefix, err := netip.ParsePrefix(text)
		if err != nil {
			address, bad := netip.ParseAddr(text)
			if bad != nil {
				return cfg, usage("--allow-private %s: want an address or a range such as 10.0.0.0/8", text)
			}
			prefix = netip.PrefixFrom(address, address.BitLen())
		}
		cfg.AllowPrivate = append(cfg.AllowPrivate, prefix)
	}
	return cfg, nil
}

func (f crawlFlags) options() crawl.Options {
	return crawl.Options{Follow: f.Follow, MaxPages: f.MaxPages, MaxDepth: f.MaxDepth}
}

// isURL tells what is asked over HTTP from what is on disk.
func isURL(source string) bool {
	lower := strings.ToLower(source)
	return strings.HasPrefix(lower, "http://") || strings.HasPrefix(lower, "https://")
}

// readURLs reads a list of URLs, one a line; empty lines and # lines are left out.
func readURLs(path string) ([]string, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("open list of URLs: %w", err)
	}
	defer func() { _ = file.Close() }() // it was only read
	var urls []string
	scanner := bufio.NewScanner(file)
	for n := 1; scanner.Scan(); n++ {
		line := strings.TrimSpace(scanner.Text())
		switch {
		case line == "" || strings.HasPrefix(line, "#"):
		case !isURL(line):
			return nil, usage("%s:%d: %q is no http or https URL", path, n, line)
		default:
			urls = append(urls, line)
		}
	}
	if err := scanner.Err(); err != nil {
		return nil, fmt.Errorf("read list of URLs %s: %w", path, err)
	}
	return urls, nil
}

// crawlSites visits sites and returns the statement of the run.
func crawlSites(ctx context.Context, p *program, engines *app.Engines, cfg app.CrawlConfig, parser *normalize.Parser, spec crawl.Spec) (page.Run, error) {
	crawler, err := app.NewCrawler(cfg, engines.Broker, parser)
	var file *fs.PathError
	switch {
	case errors.As(err, &file):
		return page.Run{}, fmt.Errorf("--warc-out: %w", err)
	case err != nil:
		return page.Run{}, usage("%v", err)
	}
	bar := newStepBar(p, "pages")
	defer bar.stop()
	run, err := crawler.Run(ctx, spec, func(s crawl.Progress) {
		done, bad := 0, 0
		for outcome, n := range s.Outcomes {
			done += n
			if outcome == page.Failed || outcome == page.Unreachable {
				bad += n
			}
		}
		bar.note(fmt.Sprintf("%d failed", bad), bad > 0)
		bar.set(int64(done), int64(s.Pages))
	})
	var wrong crawl.SpecError
	if errors.As(err, &wrong) {
		err = usage("%v", wrong)
	}
	if closed := crawler.Close(); err == nil && closed != nil {
		err = closed
	}
	return run, err
}
