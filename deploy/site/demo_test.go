package site_test

import (
	"bytes"
	"io/fs"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"careerstream/deploy/sample"
	"careerstream/deploy/site"
)

func TestDemoSitemapsNameEverything(t *testing.T) {
	t.Parallel()
	s := start(t, site.Config{})
	c := client(t, time.Minute)
	robots := string(get(t, c, s.URL()+"/robots.txt").body)
	for _, line := range []string{"Disallow: " + site.HiddenPath + "\n", "Crawl-delay: 0.02\n", "Sitemap: " + s.URL() + "/sitemap.xml\n"} {
		if !strings.Contains(robots, line) {
			t.Errorf("robots.txt has no line %q:\n%s", line, robots)
		}
	}
	entries := lastmods(sitemap(t, c, s.URL()))
	if want := s.Pages() + 2; len(entries) != want || len(s.Sitemaps()) != 2 {
		t.Errorf("%d URLs in %v, want %d in 2", len(entries), s.Sitemaps(), want)
	}
	list := string(get(t, c, s.URL()+"/careers/").body)
	for url, lastmod := range entries {
		if _, err := time.Parse(time.RFC3339Nano, lastmod); err != nil {
			t.Errorf("%s: lastmod %q: %v", url, lastmod, err)
		}
		path := strings.TrimPrefix(url, s.URL())
		if !strings.Contains(list, `href="`+path+`"`) {
			t.Errorf("the list has no link to %s", path)
		}
		a := get(t, c, url)
		if path == site.MovedPath {
			if a.status != http.StatusMovedPermanently || a.header.Get("Location") != site.MovedTo {
				t.Errorf("%s answers %d to %q", path, a.status, a.header.Get("Location"))
			}
			continue
		}
		if a.status != http.StatusOK || a.header.Get("ETag") == "" || a.header.Get("Last-Modified") == "" {
			t.Errorf("%s answers %d, headers %v", path, a.status, a.header)
		}
	}
	if !strings.Contains(string(get(t, c, s.URL()+"/").body), `href="/careers/"`) {
		t.Error("the start page has no link to the list")
	}
}

func TestDemoServesSamplePagesAsTheyAre(t *testing.T) {
	t.Parallel()
	s := start(t, site.Config{})
	c := client(t, time.Minute)
	files, err := fs.Glob(sample.Site(), "careers/*[lt]")
	if err != nil || len(files) != s.Pages() {
		t.Fatalf("%d sample pages, the site has %d: %v", len(files), s.Pages(), err)
	}
	for _, file := range files {
		want, err := fs.ReadFile(sample.Site(), file)
		if err != nil {
			t.Fatal(err)
		}
		path := "/" + file[:strings.LastIndexByte(file, '.')] + "/"
		if a := get(t, c, s.URL()+path); !bytes.Equal(a.body, want) {
			t.Errorf("%s is not %s", path, file)
		}
		if i := s.Index(path); s.Path(i) != path || !bytes.Equal(s.Body(path), want) {
			t.Errorf("%s is page %d, which is %q", path, i, s.Path(i))
		}
	}
}

func TestDemoArticlesStandWherePagesLink(t *testing.T) {
	t.Parallel()
	s := start(t, site.Config{})
	c := client(t, time.Minute)
	articles := s.Articles()
	if len(articles) != 3 {
		t.Fatalf("articles %v, want 3", articles)
	}
	for i := range s.Pages() {
		body := string(s.Body(s.Path(i)))
		articles = slices.DeleteFunc(articles, func(path string) bool {
			return strings.Contains(body, `<a href="`+path+`">Continue reading</a>`) && get(t, c, s.URL()+path).status == http.StatusOK
		})
	}
	if len(articles) > 0 {
		t.Errorf("no page links to %v, or they are missing", articles)
	}
	if a := get(t, c, s.URL()+"/compare/welder-plumber/"); a.status != http.StatusNotFound {
		t.Errorf("an article that is not there answers %d", a.status)
	}
}
