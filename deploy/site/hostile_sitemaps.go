package site

import (
	"encoding/xml"
	"fmt"
	"net/http"
	"strings"
)

// badSitemap is a nested sitemap of a hostile site's index.
type badSitemap struct {
	path        string
	want        Want
	contentType string
	body        func(base string) []byte // nil when do answers
	do          Behavior
}

func hostileSitemaps() []badSitemap {
	text := func(s string) func(string) []byte {
		return func(base string) []byte { return []byte(strings.ReplaceAll(s, "BASE", base)) }
	}
	urls := func(locations ...string) func(string) []byte {
		var b strings.Builder
		b.WriteString(xml.Header + "<urlset xmlns=\"" + sitemapNamespace + "\">\n")
		for _, location := range locations {
			fmt.Fprintf(&b, "<url><loc>%s</loc></url>\n", location)
		}
		return text(b.String() + "</urlset>\n")
	}
	const typ = "application/xml"
	return []badSitemap{
		{path: "/sitemaps/x-truncated.xml", want: WantSitemap, contentType: typ,
			body: text(xml.Header + "<urlset xmlns=\"" + sitemapNamespace + "\">\n<url><loc>BASE" + hostileRoot + "missing/</loc></url>\n<url><loc>BASE/careers/x-mis")},
		{path: "/sitemaps/x-other.xml", want: WantSitemap, contentType: typ,
			body: text(xml.Header + `<rss version="2.0"><channel><title>News</title><link>BASE/</link></channel></rss>`)},
		{path: "/sitemaps/x-page.xml", want: WantSitemap, contentType: htmlType,
			body: text("<!DOCTYPE html><html><head><title>Sorry</title></head><body><p>This page has moved.<br>Try the <a href=/>start page</a></body></html>")},
		{path: "/sitemaps/x-empty.xml", want: WantSitemap, contentType: typ, body: text("")},
		{path: "/sitemaps/x-entities.xml", want: WantSitemap, contentType: typ, body: text(entityBomb)},
		{path: "/sitemaps/x-missing.xml", want: WantSitemap, do: Status(http.StatusNotFound)},
		{path: "/sitemaps/x-error.xml", want: WantSitemap, do: Status(http.StatusInternalServerError)},
		{path: "/sitemaps/x-bomb.xml.gz", want: WantSitemap, do: GzipBomb(TenGiB, "application/gzip")},
		{path: "/sitemaps/x-itself.xml", want: WantSitemap, contentType: typ,
			body: text(xml.Header + "<sitemapindex xmlns=\"" + sitemapNamespace + "\"><sitemap><loc>BASE/sitemaps/x-itself.xml</loc></sitemap><sitemap><loc>BASE/sitemap.xml</loc></sitemap></sitemapindex>")},
		{path: "/sitemaps/x-foreign.xml", want: WantForeign, contentType: typ,
			body: urls("http://foreign.example/careers/spy/", "http://169.254.169.254/latest/meta-data/", "http://10.0.0.1/careers/router/")},
		{path: "/sitemaps/x-addresses.xml", want: WantBadURL, contentType: typ,
			body: urls("javascript:alert(1)", "http://", "/careers/", "http://[::1/", "mailto:nobody@example.org", "", "BASE/careers/%zz/", "ftp://127.0.0.1/")},
	}
}

// entityBomb is an XML document of three lines that stands for a gigabyte.
const entityBomb = `<?xml version="1.0"?>
<!DOCTYPE urlset [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;"><!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;"><!ENTITY e "&d;&d;&d;&d;&d;&d;&d;&d;&d;&d;">]>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><url><loc>BASE/&e;&e;&e;&e;</loc></url></urlset>
`
