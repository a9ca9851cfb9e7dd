package site

// Want is the outcome that a URL must have.
type Want string

// Outcomes of a hostile site's URLs.
const (
	// WantGood pages become records.
	WantGood Want = "good"
	// WantRedirectLoop leads back to where it was.
	WantRedirectLoop Want = "redirect-loop"
	// WantTooManyRedirects leads on for ever, or too long (30 hops).
	WantTooManyRedirects Want = "too-many-redirects"
	// WantRedirectPrivate leads to an address that no crawler may ask.
	WantRedirectPrivate Want = "redirect-private"
	// WantRedirectScheme leads to what is not http.
	WantRedirectScheme Want = "redirect-scheme"
	// WantRedirectBad has no Location, or one that is no URL.
	WantRedirectBad Want = "redirect-bad"
	// WantTooLarge has a body, a header or an unpacked body beyond any limit.
	WantTooLarge Want = "too-large"
	// WantSlow never comes to an end, or never begins.
	WantSlow Want = "slow"
	// WantTruncated ends before its Content-Length.
	WantTruncated Want = "truncated"
	// WantCut arrives, but only as much of it as its Content-Length said.
	WantCut Want = "cut"
	// WantReset loses its connection.
	WantReset Want = "reset"
	// WantServerError answers 500 always.
	WantServerError Want = "server-error"
	// WantUnavailable answers 503 with Retry-After always.
	WantUnavailable Want = "unavailable"
	// WantRateLimited answers 429 with Retry-After always.
	WantRateLimited Want = "rate-limited"
	// WantForbidden answers 403 always.
	WantForbidden Want = "forbidden"
	// WantMissing answers 404 though a sitemap names it.
	WantMissing Want = "missing"
	// WantGone answers 410 though a sitemap names it.
	WantGone Want = "gone"
	// WantContentType is a page by its URL, but another kind of thing.
	WantContentType Want = "content-type"
	// WantEncoding says gzip and is not, or uses an unknown coding.
	WantEncoding Want = "encoding"
	// WantCharset cannot be read in the charset that it declares without doubt.
	WantCharset Want = "charset"
	// WantNoindex asks not to be kept, by header or in its markup.
	WantNoindex Want = "noindex"
	// WantRobots is disallowed by robots.txt: it must not be asked at all.
	WantRobots Want = "robots-denied"
	// WantEmpty has no text.
	WantEmpty Want = "empty"
	// WantNoCareer has text, but is no career page: a consent wall, say.
	WantNoCareer Want = "no-career"
	// WantDeep has markup nested beyond any sense; bounded work is all that is asked.
	WantDeep Want = "deep"
	// WantSameText differs at every request in what nobody sees: a record, and
	// no second version of it.
	WantSameText Want = "same-text"
	// WantChanged differs at every request in its text.
	WantChanged Want = "changed"
	// WantLimit links to more of its kind without end: bounded and counted.
	WantLimit Want = "limit"
	// WantSitemap is a sitemap that cannot be read, or not wholly.
	WantSitemap Want = "sitemap"
	// WantForeign is a sitemap that names other hosts, none of which may be asked.
	WantForeign Want = "foreign"
	// WantBadURL is a sitemap with entries that are no web addresses.
	WantBadURL Want = "bad-url"
)

// Expectation is what must become of one URL.
type Expectation struct {
	Path string
	Want Want
	// Title is the career's name on pages of WantGood, WantSameText and
	// WantChanged, else "".
	Title string
	// Text stands in the record when the page was decoded well; "" when there
	// is nothing special in it.
	Text string
	// Retried pages fare badly at first and need more than one request.
	Retried bool
	// Sitemap tells sitemaps from pages.
	Sitemap bool
}

// Expectations of all URLs of a hostile site: the good pages first, then the
// corner of bad ones, then the sitemaps. The pages of other sites are all good
// except HiddenPath.
func (s *Site) Expectations() []Expectation {
	var all []Expectation
	for _, p := range s.pages.visible(func(p *item) bool { return p.listed && p.status == 200 && !p.hostile }) {
		want := Expectation{Path: p.path, Want: WantGood, Title: p.name}
		if p.path == HiddenPath {
			want.Want, want.Title = WantRobots, ""
		}
		all = append(all, want)
	}
	if !s.config.Hostile {
		return all
	}
	for i, c := range corners(s.trapURL) {
		e := Expectation{Path: c.path(), Want: c.want, Text: c.text, Retried: c.retried}
		switch c.want {
		case WantGood, WantSameText, WantChanged:
			e.Title = cornerName(i)
		}
		all = append(all, e)
	}
	for _, bad := range hostileSitemaps() {
		all = append(all, Expectation{Path: bad.path, Want: bad.want, Sitemap: true})
	}
	return all
}
