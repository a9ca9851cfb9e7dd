package site

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"careerstream/deploy/sample"
)

// epoch is when the first pages of every site were made.
var epoch = time.Date(2026, 5, 4, 9, 0, 0, 0, time.UTC)

func generatedCatalog(config Config) (*catalog, error) {
	c := newCatalog(config.Pages)
	for i := range config.Pages {
		c.generate(i, epoch.Add(time.Duration(i)*time.Second), config.Lastmod)
	}
	for i := range config.Others {
		c.add(other(i))
	}
	if config.Hostile {
		for _, p := range hostileItems() {
			c.add(p)
		}
	}
	return c, nil
}

// generate adds career i.
func (c *catalog) generate(i int, made time.Time, lastmod Lastmod) *item {
	name := sample.GeneratedName(i)
	const plainLayout = 3 // every fourth generated page is a text file
	contentType := htmlType
	if i%4 == plainLayout {
		contentType = textType
	}
	p := c.add(&item{
		path: "/careers/" + strings.ReplaceAll(strings.ToLower(name), " ", "-") + "/", name: name,
		number: i, contentType: contentType, edition: 1, made: made, lastmod: lastmod, listed: true, linked: true,
	})
	c.careers = append(c.careers, p)
	return p
}

// Pages is the number of career pages that were ever added, removed ones too.
func (s *Site) Pages() int {
	s.pages.mu.Lock()
	defer s.pages.mu.Unlock()
	return len(s.pages.careers)
}

// Path is the path of career page i, "" when there is none. The order of the
// demo site is that of the file names of its sample pages.
func (s *Site) Path(i int) string {
	s.pages.mu.Lock()
	defer s.pages.mu.Unlock()
	if i < 0 || i >= len(s.pages.careers) {
		return ""
	}
	return s.pages.careers[i].path
}

// Index is the number of the career page at path, -1 when there is none.
func (s *Site) Index(path string) int {
	s.pages.mu.Lock()
	defer s.pages.mu.Unlock()
	return slices.IndexFunc(s.pages.careers, func(p *item) bool { return p.path == path })
}

// PageURL is the full URL of career page i: on its own host when the site is
// split, else on the first one.
func (s *Site) PageURL(i int) string {
	urls := s.URLs()
	if s.config.Split {
		return urls[i%len(urls)] + s.Path(i)
	}
	return urls[0] + s.Path(i)
}

// Body is the page that stands at path now, as sent but not compressed; nil
// when there is none.
func (s *Site) Body(path string) []byte {
	_, ready, err := s.pages.find(path)
	if err != nil || ready == nil {
		return nil
	}
	return ready.plain
}

// Change gives page i new text: its next edition. Only generated pages have
// editions; use Edit for others.
func (s *Site) Change(i int) error {
	return s.alter(i, func(p *item) error {
		if p.number < 0 {
			return fmt.Errorf("site: %s has no editions", p.path)
		}
		p.edition++
		return nil
	})
}

// Edit replaces the body of page i by what change makes of it.
func (s *Site) Edit(i int, change func([]byte) []byte) error {
	return s.alter(i, func(p *item) error {
		plain := s.pages.plain(*p)
		p.skin = 0
		p.body = change(append([]byte(nil), plain...))
		return nil
	})
}

// Reskin changes the bytes of page i but nothing that a reader sees: a comment
// is added. Text pages have no comments and are refused.
func (s *Site) Reskin(i int) error {
	return s.alter(i, func(p *item) error {
		if !strings.HasPrefix(p.contentType, "text/html") {
			return fmt.Errorf("site: %s is text and has no skin", p.path)
		}
		p.skin++
		return nil
	})
}

// Touch changes the validators and the lastmod of page i, but not its bytes.
func (s *Site) Touch(i int) error {
	return s.alter(i, func(p *item) error {
		p.touched++
		return nil
	})
}

// SetLastmod says what sitemaps tell about page i from now on.
func (s *Site) SetLastmod(i int, mode Lastmod) error {
	return s.with(i, func(p *item) error {
		p.lastmod = mode
		return nil
	})
}

// Add adds a page and returns its number.
func (s *Site) Add() (int, error) {
	s.pages.mu.Lock()
	defer s.pages.mu.Unlock()
	i := len(s.pages.careers)
	if s.config.Pages == 0 || i >= maxPages {
		return 0, fmt.Errorf("site: no page can be added after %d", i)
	}
	s.pages.generate(i, s.config.Now().UTC(), s.config.Lastmod)
	s.relist()
	return i, nil
}

// Remove takes page i away: requests get the status, 404 or 410, and neither
// sitemaps nor index pages name it.
func (s *Site) Remove(i, status int) error {
	if !statusGone(status) {
		return fmt.Errorf("site: a removed page cannot answer %d, want 404 or 410", status)
	}
	return s.with(i, func(p *item) error {
		s.relist()
		p.status, p.listed, p.linked = status, false, false
		return nil
	})
}

// Unlist takes page i off the sitemaps and index pages; the page itself stays.
func (s *Site) Unlist(i int) error {
	return s.with(i, func(p *item) error {
		s.relist()
		p.listed, p.linked = false, false
		return nil
	})
}

// Restore undoes Remove and Unlist.
func (s *Site) Restore(i int) error {
	return s.with(i, func(p *item) error {
		s.relist()
		p.status, p.listed, p.linked = http.StatusOK, true, true
		return nil
	})
}

// Move gives page i the new path that it returns. The old one redirects there
// for good (301) and is on no sitemap any more.
func (s *Site) Move(i int) (string, error) {
	var to string
	err := s.with(i, func(p *item) error {
		if p.status != http.StatusOK {
			return fmt.Errorf("site: %s is gone and cannot move", p.path)
		}
		from := p.path
		to = strings.TrimSuffix(from, "/") + "-profile/"
		p.path = to
		s.relist()
		s.pages.byPath[to] = p
		delete(s.pages.byPath, from)
		s.pages.add(&item{path: from, number: -1, status: http.StatusMovedPermanently, location: to})
		return nil
	})
	return to, err
}

// alter changes the content of page i, and so its time of change.
func (s *Site) alter(i int, change func(*item) error) error {
	return s.with(i, func(p *item) error {
		if err := change(p); err != nil {
			return err
		}
		p.modified = s.after(p.modified)
		s.pages.forget(p)
		return nil
	})
}

// after is now, but in a later second than the last change: Last-Modified
// counts whole seconds, and two changes in one must differ.
func (s *Site) after(last time.Time) time.Time {
	now := s.config.Now().UTC()
	if next := last.Truncate(time.Second).Add(time.Second); now.Before(next) {
		return next
	}
	return now
}

// relist notes that sitemaps name other pages now; the catalog is locked.
func (s *Site) relist() { s.pages.relisted = s.after(s.pages.relisted) }

func (s *Site) with(i int, do func(*item) error) error {
	s.pages.mu.Lock()
	defer s.pages.mu.Unlock()
	if i < 0 || i >= len(s.pages.careers) {
		return fmt.Errorf("site: no page %d, there are %d", i, len(s.pages.careers))
	}
	return do(s.pages.careers[i])
}
