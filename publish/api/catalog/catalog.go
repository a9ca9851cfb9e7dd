package catalog

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"careerstream/publish/api/represent"
)

// DefaultMaxBody bounds a record kept in memory, in bytes.
const DefaultMaxBody = 512 << 10

// Config of a catalog.
type Config struct {
	// MaxBody bounds a record kept, in bytes; DefaultMaxBody if 0.
	MaxBody int
	// Observer hears of every version, or is nil.
	Observer Observer
}

// Observer hears of what a catalog takes in, in the order of the stream, from one
// goroutine.
type Observer interface {
	// Applied is called after a version is in the catalog. record is its JSON and
	// may be kept.
	Applied(v *Version, record []byte)
	// CaughtUp is called when all is in that was there at the start, once, and
	// before Ready says so.
	CaughtUp()
	// Reset is called when the stream turns out to be another one: the catalog is
	// empty again.
	Reset()
}

// Latest is the latest version of a career with its texts.
type Latest struct {
	*Version
	// Body is the record; nil where it is over Config.MaxBody.
	Body *represent.Representation
	// Changes is the JSON list of changes; nil exactly where Body is.
	Changes []byte
}

// entry is what is kept of a career.
type entry struct {
	// versions in the order of the stream, which is that of their numbers.
	versions []*Version
	latest   Latest
}

// Catalog is the published careers in memory. It is safe for concurrent use.
type Catalog struct {
	cfg Config

	mu          sync.RWMutex
	incarnation string
	position    uint64
	ready       atomic.Bool
	careers     map[string]*entry
	// aliases are slugs that lead to a living career.
	aliases map[string]string
	// log is every version in the order of the stream.
	log []*Version
	// active are the living careers, bytes what the bodies take.
	active int
	bytes  int64
	// changed is closed and replaced with every message.
	changed chan struct{}

	// viewing guards views, the one asked for last at the end; it is taken before mu.
	viewing sync.Mutex
	views   []*View
}

// New returns an empty catalog, or an error for a bad setting.
func New(cfg Config) (*Catalog, error) {
	if cfg.MaxBody = cmp.Or(cfg.MaxBody, DefaultMaxBody); cfg.MaxBody < 0 {
		return nil, fmt.Errorf("configure catalog: MaxBody is %d, must not be negative", cfg.MaxBody)
	}
	c := &Catalog{cfg: cfg}
	c.clear()
	return c, nil
}

func (c *Catalog) clear() {
	c.ready.Store(false)
	c.position, c.careers, c.aliases = 0, make(map[string]*entry), make(map[string]string)
	c.log, c.active, c.bytes = nil, 0, 0
	if c.changed != nil {
		close(c.changed)
	}
	c.changed = make(chan struct{})
}

// errOrder is what apply gives for a message that was applied already.
var errOrder = errors.New("message comes out of order")

// apply takes a version in, nil for a message without one, which has its place
// all the same. A version that is not newer than the career's latest is left out:
// it is a repeat.
func (c *Catalog) apply(seq uint64, v *Version, p Published) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if seq <= c.position {
		return errOrder
	}
	c.position = seq
	close(c.changed)
	c.changed = make(chan struct{})
	if v == nil {
		return nil
	}
	e := c.careers[v.Slug]
	if e == nil {
		e = &entry{}
		c.careers[v.Slug] = e
	} else if e.latest.Number >= v.Number {
		return nil
	}
	before := e.latest
	v.share(before.Version)
	e.versions = append(e.versions, v)
	e.latest = Latest{Version: v}
	if len(p.Record) <= c.cfg.MaxBody {
		e.latest.Body, e.latest.Changes = represent.New("application/json", Tag(v), p.Record), p.Changes
	}
	c.log = append(c.log, v)
	c.account(before, e.latest)
	return nil
}

// account keeps totals and aliases right when a version follows another.
func (c *Catalog) account(before, after Latest) {
	size := func(l Latest) int64 {
		if l.Body == nil {
			return 0
		}
		return int64(l.Body.Size() + len(l.Changes))
	}
	c.bytes += size(after) - size(before)
	if before.Version != nil && before.Retired == nil {
		c.active--
		for _, alias := range before.Aliases {
			if c.aliases[alias] == before.Slug {
				delete(c.aliases, alias)
			}
		}
	}
	if after.Retired == nil {
		c.active++
		for _, alias := range after.Aliases {
			c.aliases[alias] = after.Slug
		}
	}
}

// Tag tells the record of a version from all others; see represent.New.
func Tag(v *Version) string {
	return v.ContentSHA256[:min(16, len(v.ContentSHA256))] + "-v" + strconv.FormatUint(v.Number, 10)
}

// Get returns the latest version of a career, and false where there is none.
func (c *Catalog) Get(slug string) (Latest, bool) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	e := c.careers[slug]
	if e == nil {
		return Latest{}, false
	}
	return e.latest, true
}

// longest is the number of careers that replace one another in a row.
const longest = 16

// Heir returns the living career that a slug leads to: the one that has it as an
// alias, or the last of those that replaced it. "" where there is none.
func (c *Catalog) Heir(slug string) string {
	c.mu.RLock()
	defer c.mu.RUnlock()
	for range longest {
		if alias := c.aliases[slug]; alias != "" {
			return alias
		}
		e := c.careers[slug]
		if e == nil || e.latest.Retired == nil {
			return ""
		}
		slug = e.latest.Retired.ReplacedBy
		if next := c.careers[slug]; next != nil && next.latest.Retired == nil {
			return slug
		}
	}
	return ""
}

// Versions returns every version of a career, oldest first; nil where it is
// unknown. The caller does not write to it.
func (c *Catalog) Versions(slug string) []*Version {
	c.mu.RLock()
	defer c.mu.RUnlock()
	if e := c.careers[slug]; e != nil {
		return slices.Clip(e.versions)
	}
	return nil
}

// News is a stretch of the stream.
type News struct {
	// Incarnation of the stream, Position the sequence that the catalog has read
	// up to.
	Incarnation string
	Position    uint64
	// Versions in the order of the stream.
	Versions []*Version
	// Changed is closed when there may be more.
	Changed <-chan struct{}
}

// After returns at most limit versions with a sequence over after.
func (c *Catalog) After(after uint64, limit int) News {
	c.mu.RLock()
	defer c.mu.RUnlock()
	i, _ := slices.BinarySearchFunc(c.log, after, func(v *Version, after uint64) int {
		if v.Seq <= after {
			return -1
		}
		return 1
	})
	return News{c.incarnation, c.position, slices.Clip(c.log[i:min(len(c.log), i+limit)]), c.changed}
}

// Stats is what a catalog holds.
type Stats struct {
	// Ready says that everything is in that was in the stream at the start.
	Ready bool `json:"ready"`
	// Incarnation of the stream, Position the sequence read last.
	Incarnation string `json:"-"`
	Position    uint64 `json:"position"`
	// Careers that live, and all with those retired.
	Active  int `json:"active"`
	Careers int `json:"careers"`
	// Versions of all careers, and when the last of them was published.
	Versions  int       `json:"versions"`
	Published time.Time `json:"published,omitzero"`
	// Bytes that the latest records take in memory.
	Bytes int64 `json:"bytes"`
}

// Stats returns what the catalog holds now.
func (c *Catalog) Stats() Stats {
	c.mu.RLock()
	defer c.mu.RUnlock()
	s := Stats{
		Ready: c.ready.Load(), Incarnation: c.incarnation, Position: c.position, Active: c.active, Careers: len(c.careers),
		Versions: len(c.log), Bytes: c.bytes,
	}
	if len(c.log) > 0 {
		s.Published = c.log[len(c.log)-1].ValidFrom
	}
	return s
}

// Ready says that everything is in that was in the stream at the start: before,
// an unknown career may just not have been read yet.
func (c *Catalog) Ready() bool { return c.ready.Load() }
