package site

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"net/http"
	"net/netip"
	"time"

	"careerstream/deploy/sample"
)

const (
	// DefaultPerSitemap is the number of URLs in a nested sitemap of a generated site.
	DefaultPerSitemap = 500
	// DefaultCrawlDelay is the demo site's.
	DefaultCrawlDelay = 20 * time.Millisecond

	demoPerSitemap = 16
	maxPages       = sample.MaxGenerated // names would repeat
	maxHosts       = 64
)

// Lastmod is what a sitemap says about when a page changed.
type Lastmod int

const (
	// LastmodHonest is the time of the page's last change, with fractions of a second.
	LastmodHonest Lastmod = iota
	// LastmodStale stays what it was when the page was made, whatever changes.
	LastmodStale
	// LastmodAlways is the time of the request: the page claims to be always new.
	LastmodAlways
	// LastmodNone leaves the element out.
	LastmodNone
)

// Validators are the headers that make conditional requests possible.
type Validators int

const (
	// ValidatorsBoth sends ETag and Last-Modified.
	ValidatorsBoth Validators = iota
	// ValidatorsETag sends an ETag only.
	ValidatorsETag
	// ValidatorsDate sends Last-Modified only.
	ValidatorsDate
	// ValidatorsNone sends neither, so that every answer carries a body.
	ValidatorsNone
)

// Config of a Site. The zero value is the demo site on one address.
type Config struct {
	// Pages is the number of generated career pages, at most
	// sample.MaxGenerated. 0 serves the sample pages instead.
	Pages int
	// Others is the number of pages beside the generated ones that hold no career
	// and are in the sitemaps all the same, at most 10,000.
	Others int
	// Hosts are the loopback addresses that answer, all on the same port.
	// Default: 127.0.0.1 only. See Loopbacks.
	Hosts []string
	// Port to listen on; 0 lets the system choose one.
	Port int
	// Split gives generated page i to host i modulo len(Hosts) only; without it
	// every host serves every page.
	Split bool
	// PerSitemap is the number of URLs in one nested sitemap, default
	// DefaultPerSitemap, 16 for the demo site. Every second nested sitemap is a gzip file.
	PerSitemap int
	// Lastmod of all pages at the start; SetLastmod changes one.
	Lastmod Lastmod
	// Validators of pages and sitemaps.
	Validators Validators
	// CrawlDelay in robots.txt, default DefaultCrawlDelay for the demo site and
	// none for a generated one; negative for none.
	CrawlDelay time.Duration
	// Disallow lists more path patterns for robots.txt.
	Disallow []string
	// Robots replaces the text of robots.txt; the word BASE in it stands for
	// the base URL of the host that is asked.
	Robots string
	// NoGzip sends everything plain.
	NoGzip bool
	// Faults in force from the start; SetFaults replaces them.
	Faults []Fault
	// Seed chooses the pages that a Fault with a Share hits.
	Seed uint64
	// Hostile mounts the hostile corner around the generated pages; see Hostile.
	Hostile bool
	// LogFile gets one line of JSON a request as it ends, appended; "" for none.
	LogFile string
	// Now is the clock of page changes and of the log, default time.Now.
	Now func() time.Time
}

// Hostile is a site of good pages that are surrounded by everything that a
// crawler must survive. Site.Expectations names each URL's outcome.
func Hostile(good int) Config {
	return Config{Pages: good, Hostile: true}
}

// Loopbacks returns the first n addresses of 127.0.0.0/8, beginning with
// 127.0.0.1: as many hosts as a test of politeness wants. Not every system
// answers on all of them; Linux does.
func Loopbacks(n int) []string {
	hosts := make([]string, 0, n)
	address := netip.AddrFrom4([4]byte{127, 0, 0, 1})
	for range n {
		hosts = append(hosts, address.String())
		address = address.Next()
	}
	return hosts
}

func (c Config) withDefaults() Config {
	if len(c.Hosts) == 0 {
		c.Hosts = Loopbacks(1)
	}
	if c.Pages == 0 {
		c.PerSitemap = cmp.Or(c.PerSitemap, demoPerSitemap)
		c.CrawlDelay = cmp.Or(c.CrawlDelay, DefaultCrawlDelay)
	}
	c.PerSitemap = cmp.Or(c.PerSitemap, DefaultPerSitemap)
	if c.Now == nil {
		c.Now = time.Now
	}
	return c
}

func (c Config) validate() error {
	var problems []error
	bad := func(format string, args ...any) { problems = append(problems, fmt.Errorf(format, args...)) }
	if c.Pages < 0 || c.Pages > maxPages {
		bad("site: %d pages, want 0 to %d", c.Pages, maxPages)
	}
	if c.Others < 0 || c.Others > maxOthers || c.Others > 0 && c.Pages == 0 {
		bad("site: %d other pages, want 0 to %d, and generated pages beside them", c.Others, maxOthers)
	}
	if c.Hostile && c.Pages == 0 {
		bad("site: a hostile site needs good pages")
	}
	if c.Split && c.Pages == 0 {
		bad("site: the sample pages cannot be split between hosts")
	}
	if len(c.Hosts) > maxHosts {
		bad("site: %d hosts, want at most %d", len(c.Hosts), maxHosts)
	}
	seen := map[string]bool{}
	for _, host := range c.Hosts {
		if address, err := netip.ParseAddr(host); err != nil || !address.IsLoopback() {
			bad("site: host %q is no loopback address", host)
		}
		if seen[host] {
			bad("site: host %q stands twice", host)
		}
		seen[host] = true
	}
	if c.Port < 0 || c.Port > math.MaxUint16 {
		bad("site: port %d, want 0 to %d", c.Port, math.MaxUint16)
	}
	if c.PerSitemap < 1 || c.PerSitemap > 50_000 { // sitemaps.org: 50,000 URLs a file
		bad("site: %d URLs a sitemap, want 1 to 50000", c.PerSitemap)
	}
	problems = append(problems, validateFaults(c.Faults))
	return errors.Join(problems...)
}

// statusGone tells whether Remove may answer with the status.
func statusGone(status int) bool {
	return status == http.StatusNotFound || status == http.StatusGone
}
