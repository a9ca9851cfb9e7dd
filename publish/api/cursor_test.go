package api

import (
	"testing"

	"pgregory.net/rapid"
)

func TestCursorsComeBack(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		c := cursor{
			kind: rapid.SampledFrom([]byte{listCursor, changesCursor, historyCursor}).Draw(t, "kind"), incarnation: rapid.Uint32().Draw(t, "incarnation"),
			query: rapid.Uint32().Draw(t, "query"), number: rapid.Uint64().Draw(t, "number"), slug: rapid.StringMatching(`[a-z-]{0,40}`).Draw(t, "slug"),
		}
		if got, err := decodeCursor(c.encode(), c.kind); err != nil || got != c {
			t.Fatalf("%+v, %v", got, err)
		}
		if _, err := decodeCursor(c.encode(), 'x'); err == nil {
			t.Fatal("a cursor of another kind is taken")
		}
	})
}

func FuzzCursor(f *testing.F) {
	f.Add(cursor{kind: listCursor, number: 7, slug: "a"}.encode())
	f.Add("")
	f.Add("AWwAAAAAAAAAAP__________")
	f.Fuzz(func(t *testing.T, text string) {
		c, err := decodeCursor(text, listCursor)
		if err != nil {
			return
		}
		if again, err := decodeCursor(c.encode(), listCursor); err != nil || again != c {
			t.Fatalf("%+v comes back as %+v, %v", c, again, err)
		}
	})
}

func TestAccepted(t *testing.T) {
	t.Parallel()
	offers := []string{"application/json", "application/ld+json"}
	for accept, want := range map[string]string{
		"*/*": "application/json", "application/ld+json": "application/ld+json", "text/html": "",
		"text/html, application/xhtml+xml, */*;q=0.8":      "application/json",
		"application/*;q=0.2, application/ld+json":         "application/ld+json",
		"application/json;q=0, */*":                        "application/ld+json",
		"application/json;q=0.1, application/ld+json;q=.5": "application/ld+json",
		"nonsense": "", "": "", "application/json;q=x": "",
	} {
		if got := accepted([]string{accept}, offers); got != want {
			t.Errorf("%q: %q, want %q", accept, got, want)
		}
	}
	if accepted(nil, offers) != offers[0] {
		t.Error("without Accept nothing is offered")
	}
}

func FuzzAccept(f *testing.F) {
	f.Add("a/b;q=1, */*")
	f.Fuzz(func(t *testing.T, text string) {
		if got := accepted([]string{text}, []string{"a/b", "a/c"}); got != "" && got != "a/b" && got != "a/c" {
			t.Fatal(got)
		}
	})
}

func TestRouter(t *testing.T) {
	t.Parallel()
	h := &Handler{}
	r := newRouter(h.table())
	for path, want := range map[string][2]string{
		"/v1/careers": {"listCareers", ""}, "/v1/careers/x": {"getCareer", "x"}, "/v1/careers/x.jsonld": {"getCareerLinked", "x"},
		"/v1/careers/x/versions": {"listVersions", "x"}, "/v1/careers/versions": {"getCareer", "versions"}, "/v1/careers/x/similar": {"listSimilar", "x"},
		"/v1/changes": {"listChanges", ""}, "/v1/careers/": {}, "/v1/careers/x/": {}, "/v1/careers/x/y/versions": {}, "/v1": {}, "/": {}, "/v1/careers//versions": {},
		"/v1/careers/.jsonld": {"getCareer", ".jsonld"},
	} {
		route, slug := r.find(path)
		got := [2]string{"", slug}
		if route != nil {
			got[0] = route.id
		}
		if got != want {
			t.Errorf("%s: %v, want %v", path, got, want)
		}
	}
}
