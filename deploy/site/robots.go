package site

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"
)

func (s *Site) serveRobots(w http.ResponseWriter, r *http.Request) {
	text := s.config.Robots
	if text == "" {
		text = s.robots()
	}
	s.sendMade(w, r, textType, time.Time{}, []byte(strings.ReplaceAll(text, "BASE", baseOf(r))))
}

// robots is the robots.txt of a site whose Config has none.
func (s *Site) robots() string {
	var b strings.Builder
	if s.config.Hostile {
		b.WriteString(messyRobots)
	}
	b.WriteString("User-agent: *\n")
	if s.config.Pages == 0 {
		b.WriteString("Disallow: " + HiddenPath + "\n")
	}
	for _, pattern := range s.config.Disallow {
		b.WriteString("Disallow: " + pattern + "\n")
	}
	if s.config.Hostile {
		b.WriteString("Disallow: " + hostileRoot + "disallowed/\n")
	}
	if delay := s.config.CrawlDelay; delay > 0 {
		fmt.Fprintf(&b, "Crawl-delay: %s\n", strconv.FormatFloat(delay.Seconds(), 'f', -1, 64))
	}
	b.WriteString("\nSitemap: BASE/sitemap.xml\n")
	return b.String()
}

// baseOf is the base URL under which the site was asked.
func baseOf(r *http.Request) string { return "http://" + r.Host }
