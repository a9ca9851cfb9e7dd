package robots

import (
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// MaxCrawlDelay is the longest Crawl-delay that is taken for one; above it the
// line is a slip or a trap, and ignored with a warning.
const MaxCrawlDelay = 30 * 24 * time.Hour

var seconds = regexp.MustCompile(`^[0-9]{1,9}(\.[0-9]{0,9})?$|^\.[0-9]{1,9}$`)

// delay reads a Crawl-delay in seconds with decimals.
func (p *parser) delay(value string) {
	if p.current == nil {
		p.warn("a crawl-delay before the first user-agent line is nobody's")
		return
	}
	p.delayed = true
	if !seconds.MatchString(value) {
		p.warn("crawl-delay %s is no number of seconds", show(value))
		return
	}
	s, err := strconv.ParseFloat(value, 64)
	if err != nil || s > MaxCrawlDelay.Seconds() {
		p.warn("crawl-delay %s is over %.0f seconds", show(value), MaxCrawlDelay.Seconds())
		return
	}
	d := time.Duration(s * float64(time.Second))
	for _, agent := range p.run {
		p.file.delays[agent] = max(p.file.delays[agent], d)
	}
}

// maxSitemaps bounds what one robots.txt can name. Real files have a few dozen.
const maxSitemaps = 1000

func (p *parser) sitemap(value string) {
	u, err := url.Parse(value)
	if err != nil || u.Host == "" || !strings.EqualFold(u.Scheme, "http") && !strings.EqualFold(u.Scheme, "https") {
		p.warn("sitemap %s is no absolute http or https URL", show(value))
		return
	}
	if slices.Contains(p.file.sitemaps, value) {
		return
	}
	if len(p.file.sitemaps) == maxSitemaps {
		p.warn("sitemap %s is ignored: only the first %d count", show(value), maxSitemaps)
		return
	}
	p.file.sitemaps = append(p.file.sitemaps, value)
}
