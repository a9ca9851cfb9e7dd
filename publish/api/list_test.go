package api_test

import (
	"fmt"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"careerstream/publish/api"
	"careerstream/schemas/career"
)

func withSimilar(deps *api.Deps, _ *httptest.Server) {
	deps.Similar = likeness{"a": {
		{Slug: "b", Score: 0.5, Because: []api.Reason{{Mine: "Work", Theirs: "Work", Score: 1}}},
		{Slug: "c", Score: 0.4}, {Slug: "never-published", Score: 0.3},
	}}
}

// walk reads all pages and returns the slugs; between is called after each page.
func (w *world) walk(query string, between func()) (slugs []string) {
	w.t.Helper()
	path := "/v1/careers?" + query
	for {
		list := into[api.CareerList](w.t, w.get(path))
		for _, c := range list.Careers {
			slugs = append(slugs, c.Slug)
		}
		if list.Next == "" {
			if list.Total != len(slugs) {
				w.t.Errorf("%s: total %d, got %d", query, list.Total, len(slugs))
			}
			return slugs
		}
		if between != nil {
			between()
		}
		path = "/v1/careers?" + query + "&cursor=" + list.Next
	}
}

func TestFiltersAndOrders(t *testing.T) {
	t.Parallel()
	w := newWorld(t, api.Config{})
	add := func(slug, name string, change func(*career.Record)) {
		r := record(slug, name)
		if change != nil {
			change(&r)
		}
		w.publish(r)
	}
	add("welder", "Welder", func(r *career.Record) { r.AlsoKnownAs, r.Quality.Score = []string{"Métal Joiner"}, 0.9 })
	add("zookeeper", "zookeeper", func(r *career.Record) { r.Quality.Score = 0.1; r.Definition.Paragraphs = nil })
	add("actor", "Actor", func(r *career.Record) {
		r.Source.Site = "Other.Example"
		r.Types = []career.Type{{Name: "Stage Actor"}}
	})
	add("eclair", "Éclair Baker", nil)
	w.publish(retired("stoker", "Stoker", ""))
	add("zookeeper", "Zookeeper", func(r *career.Record) { r.Quality.Score = 0.1; r.Definition.Paragraphs = nil })
	w.follow()
	for query, want := range map[string]string{
		"":                                   "actor eclair welder zookeeper",
		"sort=-updated":                      "zookeeper eclair actor welder",
		"sort=quality":                       "welder actor eclair zookeeper",
		"status=retired":                     "stoker",
		"status=all":                         "actor eclair stoker welder zookeeper",
		"q=metal":                            "welder",
		"q=joi+met":                          "welder",
		"q=etal":                             "",
		"q=ECLAIR":                           "eclair",
		"site=other.example":                 "actor",
		"has=duties,types":                   "actor",
		"has=duties&has=definition":          "actor eclair welder",
		"min_quality=0.5":                    "actor eclair welder",
		"updated_since=2026-05-01T00:04:00Z": "eclair zookeeper",
		"updated_since=2027-01-01":           "",
	} {
		for _, limit := range []string{"", "&limit=1", "&limit=2"} {
			if got := strings.Join(w.walk(query+limit, nil), " "); got != want {
				t.Errorf("%s%s: %q, want %q", query, limit, got, want)
			}
		}
	}
	one := into[api.CareerList](t, w.get("/v1/careers?q=welder")).Careers[0]
	if diff := cmp.Diff(api.Summary{
		Slug: "welder", Name: "Welder", AlsoKnownAs: []string{"Métal Joiner"}, Site: "example.com", Status: "active", Quality: 0.9,
		Has: []string{"definition", "duties"}, Version: 1, Updated: one.Updated, Href: "/v1/careers/welder",
	}, one); diff != "" {
		t.Error(diff)
	}
	for query, parameter := range map[string]string{
		"limit=0": "limit", "limit=501": "limit", "limit=x": "limit", "sort=age": "sort", "status=dead": "status", "has=pictures": "has",
		"min_quality=2": "min_quality", "min_quality=NaN": "min_quality", "updated_since=soon": "updated_since", "colour=red": "colour",
		"limit=1&limit=2": "limit", "q=" + strings.Repeat("x", 2000): "q", "cursor=nonsense": "cursor",
	} {
		got := w.get("/v1/careers?" + query)
		problemOf(t, got, 400)
		if !strings.Contains(string(got.body), `"parameter":"`+parameter+`"`) {
			t.Errorf("%s: %s", query, got.body)
		}
	}
	if got := w.get("/v1/careers?limit=1"); !strings.Contains(got.Header.Get("Link"), `rel="next"`) {
		t.Errorf("link %s", got.Header.Get("Link"))
	}
	next := into[api.CareerList](t, w.get("/v1/careers?limit=1&sort=quality")).Next
	if kind := problemOf(t, w.get("/v1/careers?limit=1&sort=name&cursor="+next), 400); kind != "bad-cursor" {
		t.Error(kind)
	}
	if got := into[api.CareerList](t, w.get("/v1/careers?limit=3&sort=quality&cursor="+next)); got.Careers[0].Slug != "actor" {
		t.Error("another limit on the way is refused")
	}
}

func TestTenThousandCareersWhilePublishingGoesOn(t *testing.T) {
	t.Parallel()
	const careers = 10_000
	w := newWorld(t, api.Config{})
	var want []string
	for i := range careers {
		slug := fmt.Sprintf("career-%05d", i)
		want = append(want, slug)
		w.publish(record(slug, fmt.Sprintf("Career %05d", (i*7919)%careers)))
	}
	w.follow()
	round := 0
	publish := func() { // renames, improves, retires and adds between any two pages
		for range 10 {
			round++
			r := record(want[(round*31)%careers], fmt.Sprintf("Renamed %d", round))
			r.Quality.Score = float64(round%100) / 100
			if round%5 == 0 {
				r = retired(r.Slug, r.Name, "")
			}
			w.publish(r)
			w.publish(record(fmt.Sprintf("new-%d", round), "A New One"))
		}
		w.settle()
	}
	for _, sort := range []string{"name", "-updated", "quality"} {
		seen := w.walk("status=all&limit=500&sort="+url.QueryEscape(sort), publish)
		slugs := slices.Sorted(slices.Values(seen))
		if unique := slices.Compact(slices.Clone(slugs)); len(unique) != len(slugs) {
			t.Errorf("%s: %d of %d come twice", sort, len(slugs)-len(unique), len(slugs))
		}
		for _, slug := range want {
			if _, found := slices.BinarySearch(slugs, slug); !found {
				t.Errorf("%s: %s is missing", sort, slug)
			}
		}
	}
}

func TestListsBeforeTheCatalogIsRead(t *testing.T) {
	t.Parallel()
	w := newWorld(t, api.Config{})
	for _, path := range []string{"/v1/careers", "/v1/careers/x", "/v1/changes", "/v1/careers/x/versions"} {
		got := w.get(path)
		if kind := problemOf(t, got, 503); kind != "catalog-loading" || got.Header.Get("Retry-After") != "1" {
			t.Errorf("%s: %s", path, kind)
		}
	}
	if health := into[api.Health](t, w.get("/v1/health")); health.Status != api.HealthLoading {
		t.Errorf("%+v", health)
	}
	w.follow() // of an empty stream
	if list := into[api.CareerList](t, w.get("/v1/careers")); list.Careers == nil || list.Total != 0 {
		t.Errorf("%+v", list)
	}
}
