package site

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"fmt"
	"net/http"
	"sync"
	"time"

	"careerstream/deploy/sample"
)

const (
	htmlType = "text/html; charset=utf-8"
	textType = "text/plain; charset=utf-8"
	// cachedPages bounds how many generated pages are kept ready to send.
	cachedPages = 4096
)

// item is one URL of the site. All fields but rendered are guarded by catalog.mu.
type item struct {
	path        string
	name        string // what links to it say
	number      int    // of a generated page, -1 for others
	contentType string
	header      http.Header // sent along, may be nil
	body        []byte      // nil when generated from number and edition
	edition     uint64
	skin        int // more than 0 adds that many invisible changes
	touched     int // changes of the validators alone
	made        time.Time
	modified    time.Time
	lastmod     Lastmod
	listed      bool // in a sitemap
	linked      bool // on the index pages
	article     bool // linked from a career page only
	hostile     bool // in the hostile corner
	status      int  // 200, 301, 404 or 410
	location    string
	rendered    *rendered // nil when not ready
}

// rendered is what is sent of an item.
type rendered struct {
	plain, gzip []byte
	etag        string // without quotes
}

// catalog is all URLs of a site except robots.txt, sitemaps and index pages.
type catalog struct {
	mu       sync.Mutex
	universe int // number of careers that generated pages may name
	items    []*item
	byPath   map[string]*item
	careers  []*item // generated page i at i; the sample pages of the demo
	cached   int
	relisted time.Time // when the set of listed pages changed last
}

func newCatalog(universe int) *catalog {
	return &catalog{universe: universe, byPath: map[string]*item{}}
}

// add is called with mu held, or before the catalog is shared.
func (c *catalog) add(p *item) *item {
	if p.status == 0 {
		p.status = http.StatusOK
	}
	if p.modified.IsZero() {
		p.modified = p.made
	}
	c.items = append(c.items, p)
	c.byPath[p.path] = p
	return p
}

// find returns a copy of the item at path, and what is sent of it when it has
// a body.
func (c *catalog) find(path string) (item, *rendered, error) {
	c.mu.Lock()
	p, ok := c.byPath[path]
	if !ok {
		c.mu.Unlock()
		return item{status: http.StatusNotFound, number: -1}, nil, nil
	}
	was := *p
	c.mu.Unlock()
	if was.status != http.StatusOK || was.rendered != nil {
		return was, was.rendered, nil
	}
	ready, err := c.render(was)
	if err != nil {
		return was, nil, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if p.rendered == nil && p.same(was) && c.cached < cachedPages {
		p.rendered = ready
		c.cached++
	}
	return was, ready, nil
}

// same tells whether two states of an item have the same body.
func (p *item) same(q item) bool {
	return p.edition == q.edition && p.skin == q.skin && p.touched == q.touched && p.modified.Equal(q.modified)
}

// forget drops what is ready to send; mu is held.
func (c *catalog) forget(p *item) {
	if p.rendered != nil {
		p.rendered = nil
		c.cached--
	}
}

// plain is the body of an item.
func (c *catalog) plain(p item) []byte {
	body := p.body
	if body == nil && p.number >= 0 {
		body = sample.Generate(p.number, c.universe, p.edition)[0].Body
	}
	if p.skin > 0 {
		body = fmt.Appendf(bytes.Clone(body), "\n<!-- build %d -->\n", p.skin)
	}
	return body
}

func (c *catalog) render(p item) (*rendered, error) {
	body := c.plain(p)
	packed, err := pack(body)
	if err != nil {
		return nil, err
	}
	return &rendered{plain: body, gzip: packed, etag: etagOf(body, p.touched)}, nil
}

func etagOf(body []byte, touched int) string {
	sum := sha256.Sum256(body)
	return fmt.Sprintf("%x-%d", sum[:8], touched)
}

func pack(body []byte) ([]byte, error) {
	var b bytes.Buffer
	w, err := gzip.NewWriterLevel(&b, gzip.BestSpeed)
	if err != nil {
		return nil, fmt.Errorf("compress a page: %w", err)
	}
	if _, err := w.Write(body); err != nil {
		return nil, fmt.Errorf("compress a page: %w", err)
	}
	if err := w.Close(); err != nil {
		return nil, fmt.Errorf("compress a page: %w", err)
	}
	return b.Bytes(), nil
}

// visible returns copies of the items that keep allows, in their order.
func (c *catalog) visible(keep func(*item) bool) []item {
	c.mu.Lock()
	defer c.mu.Unlock()
	var out []item
	for _, p := range c.items {
		if keep(p) {
			out = append(out, *p)
		}
	}
	return out
}
