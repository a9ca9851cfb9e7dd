package site

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// sitemapNamespace is the namespace of sitemaps.org, protocol 0.9.
const sitemapNamespace = "http://www.sitemaps.org/schemas/sitemap/0.9"

// listed are the pages that the sitemaps of the host that is asked name.
func (s *Site) listed(r *http.Request) []item {
	return s.pages.visible(func(p *item) bool { return p.listed && (p.number < 0 || s.lives(p.number, r)) })
}

// serveIndex is /sitemap.xml: an index of the nested sitemaps.
func (s *Site) serveIndex(w http.ResponseWriter, r *http.Request) {
	pages := s.listed(r)
	var b bytes.Buffer
	fmt.Fprintf(&b, "%s<sitemapindex xmlns=%q>\n", xml.Header, sitemapNamespace)
	for part := 0; part*s.config.PerSitemap < len(pages); part++ {
		last := s.latest(s.part(pages, part))
		writeEntry(&b, "sitemap", baseOf(r)+"/sitemaps/"+sitemapName(part), s.stamp(item{modified: last, made: last, lastmod: s.config.Lastmod}))
	}
	if s.config.Hostile {
		for _, bad := range hostileSitemaps() {
			writeEntry(&b, "sitemap", baseOf(r)+bad.path, "")
		}
	}
	b.WriteString("</sitemapindex>\n")
	s.sendMade(w, r, "application/xml", s.latest(pages), b.Bytes())
}

// serveSitemap is one nested sitemap.
func (s *Site) serveSitemap(w http.ResponseWriter, r *http.Request) {
	if s.config.Hostile {
		for _, bad := range hostileSitemaps() {
			if bad.path == r.URL.Path && bad.body != nil {
				s.sendMade(w, r, bad.contentType, time.Time{}, bad.body(baseOf(r)))
				return
			}
		}
	}
	name := strings.TrimPrefix(r.URL.Path, "/sitemaps/")
	number, _, _ := strings.Cut(strings.TrimPrefix(name, "careers-"), ".")
	n, err := strconv.Atoi(number)
	pages := s.listed(r)
	if err != nil || n < 1 || name != sitemapName(n-1) || (n-1)*s.config.PerSitemap >= len(pages) {
		http.NotFound(w, r)
		return
	}
	pages = s.part(pages, n-1)
	var b bytes.Buffer
	fmt.Fprintf(&b, "%s<urlset xmlns=%q>\n", xml.Header, sitemapNamespace)
	for _, p := range pages {
		writeEntry(&b, "url", baseOf(r)+p.path, s.stamp(p))
	}
	b.WriteString("</urlset>\n")
	if !strings.HasSuffix(name, ".gz") {
		s.sendMade(w, r, "application/xml", s.latest(pages), b.Bytes())
		return
	}
	packed, err := pack(b.Bytes())
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	// The file itself is compressed, whatever the client accepts.
	s.send(w, r, "application/gzip", s.latest(pages), &rendered{plain: packed, etag: etagOf(packed, 0)})
}

// Sitemaps are the paths of the well-formed sitemaps that name pages, on the
// first host.
func (s *Site) Sitemaps() []string {
	r := &http.Request{Host: s.config.Hosts[0]}
	var paths []string
	for part, n := 0, len(s.listed(r)); part*s.config.PerSitemap < n; part++ {
		paths = append(paths, "/sitemaps/"+sitemapName(part))
	}
	return paths
}

// sitemapName makes every second sitemap a gzip file.
func sitemapName(part int) string {
	if part%2 == 1 {
		return fmt.Sprintf("careers-%d.xml.gz", part+1)
	}
	return fmt.Sprintf("careers-%d.xml", part+1)
}

func (s *Site) part(pages []item, part int) []item {
	first := part * s.config.PerSitemap
	return pages[first:min(first+s.config.PerSitemap, len(pages))]
}

// stamp is the lastmod of a page in the W3C format with fractions, or "".
func (s *Site) stamp(p item) string {
	at := p.modified
	switch p.lastmod {
	case LastmodStale:
		at = p.made
	case LastmodAlways:
		at = s.config.Now()
	case LastmodNone:
		return ""
	case LastmodHonest:
	}
	if at.IsZero() {
		return ""
	}
	return at.UTC().Format(time.RFC3339Nano)
}

func writeEntry(b *bytes.Buffer, element, location, lastmod string) {
	fmt.Fprintf(b, "  <%s><loc>", element)
	_ = xml.EscapeText(b, []byte(location)) // a buffer takes everything
	b.WriteString("</loc>")
	if lastmod != "" {
		fmt.Fprintf(b, "<lastmod>%s</lastmod>", lastmod)
	}
	fmt.Fprintf(b, "</%s>\n", element)
}

// latest is when a sitemap of the pages changed last, at the earliest.
func (s *Site) latest(pages []item) time.Time {
	s.pages.mu.Lock()
	last := s.pages.relisted
	s.pages.mu.Unlock()
	for _, p := range pages {
		if p.modified.After(last) {
			last = p.modified
		}
	}
	return last
}
