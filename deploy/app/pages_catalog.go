package app

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"

	"careerstream/deploy/broker"
	"careerstream/publish/api/catalog"
	webpages "careerstream/publish/pages"
	"careerstream/schemas/career"
	"careerstream/schemas/event"
	"careerstream/schemas/fault"
	"careerstream/schemas/stream"
)

// pagesCatalog is the catalog in memory, and the stream for what that leaves out.
type pagesCatalog struct {
	catalog *catalog.Catalog
	conn    *broker.Conn

	mu      sync.Mutex
	at      catalog.Stats
	summary webpages.Summary
}

var _ webpages.Catalog = (*pagesCatalog)(nil)

// Find implements pages.Catalog. A cursor is the position that the list is as of,
// and the last career before.
func (c *pagesCatalog) Find(_ context.Context, f webpages.Filter) (webpages.Found, error) {
	var at uint64
	position, slug, ok := strings.Cut(f.After, ".")
	if f.After != "" {
		var err error
		if at, err = strconv.ParseUint(position, 10, 64); err != nil || !ok || at == 0 {
			return webpages.Found{}, fmt.Errorf("%w: %q", webpages.ErrCursor, f.After)
		}
	}
	sort := map[string]catalog.Sort{webpages.ByUpdated: catalog.ByUpdated, webpages.ByQuality: catalog.ByQuality}[f.Sort]
	if sort == "" {
		sort = catalog.ByName
	}
	view, err := c.catalog.View(at, sort)
	if err != nil {
		return webpages.Found{}, fmt.Errorf("%w: %w", webpages.ErrCursor, err)
	}
	filter := catalog.Filter{Query: f.Query, Site: f.Site, Status: f.Status, MinQuality: f.MinQuality}
	if f.Has != "" {
		filter.Has, _ = catalog.PartOf(f.Has)
	}
	list, more, total, err := view.Page(filter, slug, f.Limit)
	if err != nil {
		return webpages.Found{}, fmt.Errorf("%w: %w", webpages.ErrCursor, err)
	}
	found := webpages.Found{Total: total}
	for _, v := range list {
		found.Careers = append(found.Careers, webpages.Listing{
			Slug: v.Slug, Name: v.Name, AlsoKnownAs: v.AlsoKnownAs, Site: v.Site, Status: v.Status(), Quality: v.Quality,
			Parts: v.Parts.Names(), Version: v.Number, Updated: v.ValidFrom,
		})
	}
	if more {
		found.Next = strconv.FormatUint(view.At, 10) + "." + list[len(list)-1].Slug
	}
	return found, nil
}

// Latest implements pages.Catalog.
func (c *pagesCatalog) Latest(ctx context.Context, slug string) (career.Published, bool, error) {
	latest, ok := c.catalog.Get(slug)
	if !ok {
		return career.Published{}, false, nil
	}
	if latest.Body == nil {
		return c.read(ctx, latest.Version)
	}
	p := career.Published{ContentSHA256: latest.ContentSHA256}
	if err := json.Unmarshal(latest.Body.Bytes(), &p.Record); err != nil {
		return p, false, fault.New(fault.SchemaViolation, "read record of %s: %w", slug, err)
	}
	if err := json.Unmarshal(latest.Changes, &p.Changes); err != nil {
		return p, false, fault.New(fault.SchemaViolation, "read changes of %s: %w", slug, err)
	}
	return p, true, nil
}

// Version implements pages.Catalog.
func (c *pagesCatalog) Version(ctx context.Context, slug string, number uint64) (career.Published, bool, error) {
	for _, v := range c.catalog.Versions(slug) {
		if v.Number == number {
			return c.read(ctx, v)
		}
	}
	return career.Published{}, false, nil
}

// read takes a version from the stream.
func (c *pagesCatalog) read(ctx context.Context, v *catalog.Version) (career.Published, bool, error) {
	raw, ok, err := c.conn.Get(ctx, stream.Published, v.Seq)
	if err != nil || !ok {
		return career.Published{}, false, err
	}
	m := event.Message{Stream: stream.Published, Seq: v.Seq}
	if m.Event, err = event.Decode(raw.Header, raw.Body); err != nil {
		return career.Published{}, false, err
	}
	p, err := event.Data[career.Published](m)
	return p, err == nil, err
}

// Versions implements pages.Catalog.
func (c *pagesCatalog) Versions(_ context.Context, slug string) ([]webpages.Version, error) {
	versions := c.catalog.Versions(slug)
	list := make([]webpages.Version, len(versions))
	for i, v := range versions {
		list[i] = webpages.Version{Number: v.Number, ValidFrom: v.ValidFrom, Quality: v.Quality, Retired: v.Retired != nil}
	}
	return list, nil
}

// Heir implements pages.Catalog.
func (c *pagesCatalog) Heir(slug string) string { return c.catalog.Heir(slug) }

// Name implements pages.Catalog.
func (c *pagesCatalog) Name(slug string) string {
	latest, ok := c.catalog.Get(slug)
	if !ok || latest.Retired != nil {
		return ""
	}
	return latest.Name
}

// Summary implements pages.Catalog. It counts anew when the catalog has moved on.
func (c *pagesCatalog) Summary() webpages.Summary {
	c.mu.Lock()
	defer c.mu.Unlock()
	stats := c.catalog.Stats()
	if stats == c.at {
		return c.summary
	}
	s := webpages.Summary{Ready: stats.Ready, Active: stats.Active, Careers: stats.Careers, Versions: stats.Versions, Published: stats.Published}
	for _, part := range catalog.PartNames() {
		s.Parts = append(s.Parts, webpages.Coverage{Part: part})
	}
	if view, err := c.catalog.View(0, catalog.ByName); err == nil {
		all, _, _, _ := view.Page(catalog.Filter{Status: career.Active}, "", stats.Careers+1) // from the beginning: cannot fail
		for _, v := range all {
			if !slices.Contains(s.Sites, v.Site) {
				s.Sites = append(s.Sites, v.Site)
			}
			for i, part := range s.Parts {
				if set, _ := catalog.PartOf(part.Part); v.Parts&set != 0 {
					s.Parts[i].Have++
				}
			}
		}
	}
	slices.Sort(s.Sites)
	c.at, c.summary = stats, s
	return s
}
