package robots

import (
	"fmt"
	"slices"
	"time"
)

// Allowed reports whether agent may fetch a path with its query, such as
// "/careers?page=2", and which rule decided, as "disallow: /x (line 3)"; "" is
// no rule. agent is a product token or a whole User-Agent value that begins with
// one; case does not count.
//
// The rules are those of all groups that name the agent, or else of all "*"
// groups (RFC 9309 section 2.2.1). The matching rule with the most octets
// decides, and allow wins between equals (2.2.2). Without one, and for
// /robots.txt itself, the answer is yes. Time is at most proportional to the
// rules' total length times the path's.
func (f *File) Allowed(agent, pathWithQuery string) (allowed bool, by string) {
	plain, strict := pathForms(pathWithQuery)
	if plain == "/robots.txt" {
		return true, ""
	}
	var best *rule
	for _, g := range f.matching(agent) {
		for i := range g.rules {
			r := &g.rules[i]
			if best != nil && precedence(*best, *r) < 0 {
				break // rules are sorted: none below decides
			}
			if r.plain.match(plain) || r.strict.match(strict) {
				best = r
				break
			}
		}
	}
	if best == nil {
		return true, ""
	}
	verb := disallowKey
	if best.allow {
		verb = allowKey
	}
	return best.allow, fmt.Sprintf("%s: %s (line %d)", verb, best.written, best.line)
}

// matching returns the groups that agent must obey.
func (f *File) matching(agent string) []*group { return f.byAgent[f.token(agent)] }

// token is the name under which agent finds its groups.
func (f *File) token(agent string) string {
	if t := productToken(agent); t != "" && len(f.byAgent[t]) > 0 {
		return t
	}
	return "*"
}

// CrawlDelay returns the time that agent is asked to wait between two requests,
// and whether there is a Crawl-delay line for it at all. The line is not part of
// RFC 9309. The largest counts where several speak to the agent; it is at most
// MaxCrawlDelay and otherwise as the site wrote it.
func (f *File) CrawlDelay(agent string) (time.Duration, bool) {
	d, ok := f.delays[f.token(agent)]
	return d, ok
}

// Sitemaps returns the absolute http and https URLs of the Sitemap lines in
// order, each once (https://www.sitemaps.org/protocol.html#submit_robots).
func (f *File) Sitemaps() []string { return slices.Clone(f.sitemaps) }
