package site_test

import (
	"bytes"
	"maps"
	"net/http"
	"slices"
	"testing"
	"time"

	"careerstream/deploy/site"
)

func TestEditsShowWhereTheyShould(t *testing.T) {
	t.Parallel()
	s := start(t, site.Config{Pages: 10, PerSitemap: 3})
	c := client(t, time.Minute)
	for name, test := range map[string]struct {
		page           int
		edit           func(int) error
		body, validate bool // change
	}{
		"change": {0, s.Change, true, true},
		"edit":   {1, func(i int) error { return s.Edit(i, bytes.ToUpper) }, true, true},
		"reskin": {2, s.Reskin, true, true},
		"touch":  {4, s.Touch, false, true},
	} {
		url := s.PageURL(test.page)
		before, listed := get(t, c, url), lastmods(sitemap(t, c, s.URL()))
		if err := test.edit(test.page); err != nil {
			t.Fatal(err)
		}
		after := get(t, c, url)
		if bytes.Equal(before.body, after.body) == test.body {
			t.Errorf("%s: bodies differ: %v", name, !test.body)
		}
		if before.header.Get("ETag") == after.header.Get("ETag") || before.header.Get("Last-Modified") == after.header.Get("Last-Modified") {
			t.Errorf("%s: validators stay the same", name)
		}
		now := lastmods(sitemap(t, c, s.URL()))
		if now[url] <= listed[url] {
			t.Errorf("%s: lastmod %s after %s", name, now[url], listed[url])
		}
		delete(now, url)
		delete(listed, url)
		if !maps.Equal(now, listed) {
			t.Errorf("%s: other entries of the sitemap changed", name)
		}
	}
	if err := s.Reskin(3); err == nil {
		t.Error("a text page was given a skin")
	}
	if err := s.Change(10); err == nil {
		t.Error("a page that does not exist was changed")
	}
}

func TestPagesComeAndGo(t *testing.T) {
	t.Parallel()
	s := start(t, site.Config{Pages: 6, PerSitemap: 4})
	c := client(t, time.Minute)
	added, err := s.Add()
	if err != nil || added != 6 {
		t.Fatalf("added page %d: %v", added, err)
	}
	old := s.PageURL(2)
	moved, err := s.Move(2)
	if err != nil {
		t.Fatal(err)
	}
	for _, err := range []error{s.Remove(0, http.StatusNotFound), s.Remove(1, http.StatusGone), s.Unlist(3), s.Remove(4, http.StatusGone), s.Restore(4)} {
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Remove(5, http.StatusOK); err == nil {
		t.Error("a page was removed with status 200")
	}
	listed := lastmods(sitemap(t, c, s.URL()))
	for i, want := range []struct {
		status int
		listed bool
	}{{404, false}, {410, false}, {200, true}, {200, false}, {200, true}, {200, true}, {200, true}} {
		_, is := listed[s.PageURL(i)]
		if a := get(t, c, s.PageURL(i)); a.status != want.status || is != want.listed {
			t.Errorf("page %d answers %d and is listed: %v; want %v", i, a.status, is, want)
		}
	}
	if a := get(t, c, old); a.status != http.StatusMovedPermanently || a.header.Get("Location") != moved {
		t.Errorf("the old address answers %d to %q, want 301 to %s", a.status, a.header.Get("Location"), moved)
	}
	if len(listed) != 4 {
		t.Errorf("listed %v", slices.Sorted(maps.Keys(listed)))
	}
}

func TestSitemapDateChangesWhenPagesGo(t *testing.T) {
	t.Parallel()
	s := start(t, site.Config{Pages: 3, Validators: site.ValidatorsDate})
	c := client(t, time.Minute)
	url := s.URL() + "/sitemaps/careers-1.xml"
	before := get(t, c, url).header.Get("Last-Modified")
	if err := s.Remove(0, http.StatusGone); err != nil {
		t.Fatal(err)
	}
	if a := get(t, c, url, "If-Modified-Since", before); a.status != http.StatusOK {
		t.Errorf("a sitemap that lost a page answers %d", a.status)
	}
}

func TestLastmodMayLie(t *testing.T) {
	t.Parallel()
	s := start(t, site.Config{Pages: 4, Now: func() time.Time { return time.Date(2026, 11, 1, 0, 0, 0, 500, time.UTC) }})
	c := client(t, time.Minute)
	first := lastmods(sitemap(t, c, s.URL()))
	for i, mode := range []site.Lastmod{site.LastmodHonest, site.LastmodStale, site.LastmodAlways, site.LastmodNone} {
		if err := s.SetLastmod(i, mode); err != nil {
			t.Fatal(err)
		}
		if mode != site.LastmodAlways { // which needs no change
			if err := s.Change(i); err != nil {
				t.Fatal(err)
			}
		}
	}
	got := lastmods(sitemap(t, c, s.URL()))
	const now = "2026-11-01T00:00:00.0000005Z"
	for i, want := range []string{now, first[s.PageURL(1)], now, ""} {
		if got[s.PageURL(i)] != want {
			t.Errorf("page %d: lastmod %q, want %q", i, got[s.PageURL(i)], want)
		}
	}
}

func TestListHasAllPagesInParts(t *testing.T) {
	t.Parallel()
	s := start(t, site.Config{Pages: 250})
	c := client(t, time.Minute)
	var links int
	for path := "/careers/"; path != ""; {
		body := get(t, c, s.URL()+path).body
		links += bytes.Count(body, []byte("<li>"))
		_, next, more := bytes.Cut(body, []byte(`rel="next" href="`))
		if path = ""; more {
			path = string(next[:bytes.IndexByte(next, '"')])
		}
	}
	if links != 250 {
		t.Errorf("the list has %d links, want 250", links)
	}
}
