package normalize

import (
	"net/url"

	"careerstream/normalize/text"
)

// IsPage reports whether a URL is that of a career page, by the path patterns of
// its site's profile.
func (p *Parser) IsPage(pageURL string) bool {
	u, err := url.Parse(pageURL)
	return err == nil && p.profiles.Find(pageURL).IsPage(u.Path)
}

// Continues reports whether a link with this text leads to an article that an
// answer goes on at, by the profile of the site.
func (p *Parser) Continues(pageURL, label string) bool {
	if label == "" || len(label) > maxLabel {
		return false
	}
	m, ok := p.profiles.Find(pageURL).Articles.Full(text.Tokens(text.Clean(label)))
	return ok && m.Literals > 0
}

// Profiles is a fingerprint of the profiles' rules of which links are followed.
func (p *Parser) Profiles() string { return p.profiles.Follows() }
