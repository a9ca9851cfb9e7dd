package api_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"careerstream/publish/api"
	"careerstream/publish/api/problem"
	"careerstream/schemas/career"
)

func TestRecordIsServedAsPublished(t *testing.T) {
	t.Parallel()
	w := newWorld(t, api.Config{Origins: []string{api.AllOrigins}})
	w.publish(record("welder", "Welder"))
	w.publish(record("welder", "Master Welder"))
	w.follow()
	got := w.get("/v1/careers/welder")
	r := into[career.Record](t, got)
	if r.Name != "Master Welder" || r.Version != 2 || r.ValidFrom.IsZero() {
		t.Errorf("record %+v", r)
	}
	tag := got.Header.Get("Etag")
	if !strings.HasSuffix(tag, `-v2"`) || got.Header.Get("Cache-Control") != "public, no-cache" || got.Header.Get("Vary") == "" {
		t.Errorf("header %v", got.Header)
	}
	if again := w.get("/v1/careers/welder", "If-None-Match", tag); again.StatusCode != 304 || len(again.body) != 0 || again.Header.Get("Etag") != tag {
		t.Errorf("%d %v", again.StatusCode, again.Header)
	}
	if head := w.ask("HEAD", "/v1/careers/welder"); head.StatusCode != 200 || len(head.body) != 0 || head.ContentLength != int64(len(got.body)) {
		t.Errorf("HEAD: %d %v", head.StatusCode, head.Header)
	}
	w.publish(record("welder", "Welder III"))
	w.settle()
	if fresh := w.get("/v1/careers/welder", "If-None-Match", tag); fresh.StatusCode != 200 || fresh.Header.Get("Etag") == tag {
		t.Errorf("the old tag still counts: %d", fresh.StatusCode)
	}
}

func TestLinkedData(t *testing.T) {
	t.Parallel()
	w := newWorld(t, api.Config{})
	r := record("welder", "Welder")
	r.FAQs = []career.FAQ{{Kind: career.QA, Question: "Hot?", Answer: []string{"Yes."}}}
	w.publish(r)
	w.follow()
	byName, byAccept := w.get("/v1/careers/welder.jsonld"), w.get("/v1/careers/welder", "Accept", "application/json;q=0.5, application/ld+json")
	var document struct {
		Graph []map[string]any `json:"@graph"`
	}
	if err := json.Unmarshal(byName.body, &document); err != nil {
		t.Fatal(err)
	}
	if len(document.Graph) != 2 || document.Graph[0]["name"] != "Welder" || byName.Header.Get("Content-Type") != "application/ld+json" {
		t.Errorf("%s", byName.body)
	}
	if diff := cmp.Diff(string(byName.body), string(byAccept.body)); diff != "" {
		t.Error(diff)
	}
	if tag := byAccept.Header.Get("Etag"); tag == w.get("/v1/careers/welder").Header.Get("Etag") || w.get("/v1/careers/welder.jsonld", "If-None-Match", tag).StatusCode != 304 {
		t.Errorf("tag %s", tag)
	}
}

func TestAsOf(t *testing.T) {
	t.Parallel()
	w := newWorld(t, api.Config{})
	for _, name := range []string{"One", "Two", "Three"} { // at 00:01, 00:02 and 00:03
		w.publish(record("x", name))
	}
	w.follow()
	for at, want := range map[string]string{
		"2026-05-01T00:01:00Z": "One", "2026-05-01T00:01:59Z": "One", "2026-05-01T00:02:00Z": "Two",
		"2026-05-01T02:02:30%2B02:00": "Two", "2026-05-01T02:02:30+02:00": "Two", "2026-05-02": "Three",
	} {
		if got := into[career.Record](t, w.get("/v1/careers/x?as_of="+at)); got.Name != want {
			t.Errorf("%s: %s, want %s", at, got.Name, want)
		}
	}
	before := w.get("/v1/careers/x?as_of=2026-05-01")
	if kind := problemOf(t, before, 404); kind != "not-yet-published" || !strings.Contains(string(before.body), `"first_published":"2026-05-01T00:01:00Z"`) {
		t.Errorf("%s", before.body)
	}
	if kind := problemOf(t, w.get("/v1/careers/x?as_of=yesterday"), 400); kind != "bad-parameter" {
		t.Error(kind)
	}
	old := w.get("/v1/careers/x?as_of=2026-05-01T00:01:00Z")
	if w.get("/v1/careers/x?as_of=2026-05-01T00:01:30Z", "If-None-Match", old.Header.Get("Etag")).StatusCode != 304 {
		t.Error("the same version at another time is sent again")
	}
	w.history.set(errors.New("away"))
	if got := w.get("/v1/careers/x?as_of=2026-05-01T00:01:00Z"); problemOf(t, got, 503) != "history-unavailable" || got.Header.Get("Retry-After") == "" {
		t.Errorf("%s", got.body)
	}
	if got := into[career.Record](t, w.get("/v1/careers/x?as_of=2026-06-01")); got.Name != "Three" {
		t.Error("the latest version needs the history")
	}
}

func TestAliasesAndRetirement(t *testing.T) {
	t.Parallel()
	w := newWorld(t, api.Config{})
	r := record("new", "New")
	r.Aliases = []string{"older", "oldest"}
	w.publish(r)
	w.publish(record("older", "Older"))
	w.publish(retired("older", "Older", ""))
	w.publish(record("first", "First"))
	w.publish(retired("first", "First", "second"))
	w.publish(retired("second", "Second", "new"))
	w.publish(retired("gone", "Gone", ""))
	w.publish(retired("loop", "Loop", "pool"))
	w.publish(retired("pool", "Pool", "loop"))
	w.follow()
	for path, want := range map[string]string{
		"/v1/careers/oldest": "/v1/careers/new", "/v1/careers/older": "/v1/careers/new", "/v1/careers/first.jsonld": "/v1/careers/new.jsonld",
		"/v1/careers/second/similar?limit=3": "/v1/careers/new/similar?limit=3", "/v1/careers/oldest/versions": "/v1/careers/new/versions",
		"/v1/careers/oldest?as_of=2026-05-03": "/v1/careers/new?as_of=2026-05-03",
	} {
		if got := w.get(path); got.StatusCode != 301 || got.Header.Get("Location") != want {
			t.Errorf("%s: %d %s", path, got.StatusCode, got.Header.Get("Location"))
		}
	}
	for _, slug := range []string{"gone", "loop"} {
		got := w.get("/v1/careers/" + slug)
		if kind := problemOf(t, got, 410); kind != "career-retired" {
			t.Error(kind)
		}
		var p problem.Problem
		if err := json.Unmarshal(got.body, &p); err != nil {
			t.Fatal(err)
		}
		if last := into[career.Record](t, w.get(p.LastVersion)); last.Slug != slug || p.Retirement == nil || last.Retired.Reason != p.Retirement.Reason {
			t.Errorf("%s: last version %+v", slug, last)
		}
		if list := into[api.VersionList](t, w.get("/v1/careers/"+slug+"/versions")); list.Total != 1 || list.Versions[0].Status != "retired" {
			t.Errorf("%+v", list)
		}
	}
	if kind := problemOf(t, w.get("/v1/careers/nobody"), 404); kind != "unknown-career" {
		t.Error(kind)
	}
	back := record("gone", "Gone")
	w.publish(back)
	w.settle()
	if w.get("/v1/careers/gone").StatusCode != 200 {
		t.Error("a career that came back is gone")
	}
}

func TestVersionsGoBackPageByPage(t *testing.T) {
	t.Parallel()
	w := newWorld(t, api.Config{})
	for range 7 {
		w.publish(record("x", "X"))
	}
	w.publish(record("y", "Y"))
	w.follow()
	var got []uint64
	path := "/v1/careers/x/versions?limit=3"
	for path != "" {
		list := into[api.VersionList](t, w.get(path))
		for _, v := range list.Versions {
			got = append(got, v.Version)
			if len(v.Changes) < 10 || into[career.Record](t, w.get(v.Href)).Version != v.Version {
				t.Errorf("entry %+v", v)
			}
		}
		w.publish(record("x", "X")) // does not move pages that are under way
		w.settle()
		if path = ""; list.Next != "" {
			path = "/v1/careers/x/versions?limit=3&cursor=" + list.Next
		}
	}
	if diff := cmp.Diff([]uint64{7, 6, 5, 4, 3, 2, 1}, got); diff != "" {
		t.Error(diff)
	}
	cursor := into[api.VersionList](t, w.get("/v1/careers/x/versions?limit=3")).Next
	if kind := problemOf(t, w.get("/v1/careers/y/versions?cursor="+cursor), 400); kind != "bad-cursor" {
		t.Error(kind)
	}
}

func TestSimilar(t *testing.T) {
	t.Parallel()
	w := newWorld(t, api.Config{}, withSimilar)
	w.publish(record("a", "A"))
	w.publish(record("b", "B"))
	w.publish(retired("c", "C", ""))
	w.follow()
	got := into[api.SimilarList](t, w.get("/v1/careers/a/similar"))
	if len(got.Similar) != 1 || got.Similar[0].Slug != "b" || got.Similar[0].Name != "B" || len(got.Similar[0].Because) != 1 {
		t.Errorf("%+v", got)
	}
	if got := into[api.SimilarList](t, w.get("/v1/careers/b/similar")); got.Similar == nil || len(got.Similar) != 0 {
		t.Errorf("%+v", got)
	}
}
