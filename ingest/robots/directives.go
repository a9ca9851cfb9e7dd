package robots

import "strings"

// Directives are what a page asks of a crawler that has already fetched it.
// Restrictions add up: a page cannot take back in one place what it asks in
// another (https://developers.google.com/search/docs/crawling-indexing/robots-meta-tag).
type Directives struct {
	// NoIndex: do not show the page to others.
	NoIndex bool
	// NoFollow: do not follow the page's links.
	NoFollow bool
	// NoArchive: do not show a copy of the page.
	NoArchive bool
}

// MetaDirectives reads values of X-Robots-Tag headers and contents of robots
// meta elements for the crawler with agent's product token, which may be a whole
// User-Agent value. Case does not count. A scope as in "otherbot: noindex, nofollow"
// reaches to the next scope or the end of its value; what is scoped to other crawlers
// is left out. unavailable_after and the max-* settings are ignored, as is
// everything unknown.
//
// A meta element whose name is a crawler's, not "robots", is scoped by its name:
// the caller leaves it out or passes name + ": " + content.
func MetaDirectives(agent string, values ...string) Directives {
	var d Directives
	own := productToken(agent)
	for _, value := range values {
		mine := true
		for part := range strings.SplitSeq(value, ",") {
			name, rest, scoped := strings.Cut(part, ":")
			name = strings.ToLower(strings.TrimSpace(name))
			if scoped && isScope(name) {
				mine = name == "*" || name == "robots" || productToken(name) == own
				name = strings.ToLower(strings.TrimSpace(rest))
			}
			if mine {
				d.apply(name)
			}
		}
	}
	return d
}

func (d *Directives) apply(name string) {
	switch name {
	case "noindex":
		d.NoIndex = true
	case "nofollow":
		d.NoFollow = true
	case "none":
		d.NoIndex, d.NoFollow = true, true
	case "noarchive":
		d.NoArchive = true
	}
}

// isScope tells a crawler's name before a colon from a setting's name and from a
// piece of a date.
func isScope(name string) bool {
	switch name {
	case "", "unavailable_after", "max-snippet", "max-image-preview", "max-video-preview":
		return false
	case "*":
		return true
	}
	// Some write the version too: "otherbot/2.1: noindex".
	name, _, _ = strings.Cut(name, "/")
	return name != "" && strings.IndexFunc(name, func(r rune) bool { return !tokenRune(r) }) < 0
}
