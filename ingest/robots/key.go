package robots

import "strings"

// key is the kind of a line.
type key string

const (
	otherKey    key = ""
	agentKey    key = "user-agent"
	allowKey    key = "allow"
	disallowKey key = "disallow"
	delayKey    key = "crawl-delay"
	sitemapKey  key = "sitemap"
)

// keyOf reads a line's name. Case does not count (RFC 9309 section 2.2).
// RFC 9309 section 2.2.4 permits to accept common misspellings; they are those, and only those, that Google's parser accepts
// (github.com/google/robotstxt, robots.cc, kAllowFrequentTypos: KeyIsUserAgent,
// KeyIsDisallow, KeyIsSitemap); there they are prefixes, here whole names.
func keyOf(name string) key {
	switch strings.ToLower(name) {
	case "user-agent", "useragent", "user agent":
		return agentKey
	case "allow":
		return allowKey
	case "disallow", "dissallow", "dissalow", "disalow", "diasllow", "disallaw":
		return disallowKey
	case "crawl-delay":
		return delayKey
	case "sitemap", "site-map":
		return sitemapKey
	}
	return otherKey
}

// spelled reports whether name is a key's right name.
func spelled(name string) bool { return strings.EqualFold(name, string(keyOf(name))) }

// productToken reads the product token at the beginning of a user-agent value,
// in lower case, and "" where there is none. What follows the token, such as a
// version, does not count (so reads Google's ExtractUserAgent). RFC 9309 section
// 2.2.1 knows letters, "_" and "-"; digits are read besides, so that "MJ12bot"
// is not taken for a crawler called "MJ". "*" is every crawler, also where more
// words follow (as in Google's HandleUserAgent).
func productToken(value string) string {
	value = strings.TrimSpace(value)
	if value == "*" || strings.HasPrefix(value, "* ") || strings.HasPrefix(value, "*\t") {
		return "*"
	}
	end := strings.IndexFunc(value, func(r rune) bool { return !tokenRune(r) })
	if end < 0 {
		end = len(value)
	}
	return strings.ToLower(value[:end])
}

func tokenRune(r rune) bool {
	return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '-' || r == '_'
}
