package api_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"mime"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"careerstream/publish/api"
	"careerstream/schemas/career"
	"careerstream/schemas/fault"
)

// contract is the served OpenAPI document with its schemas compiled as asked.
type contract struct {
	Paths map[string]struct {
		Get struct {
			ID        string `json:"operationId"`
			Responses map[string]struct {
				Headers map[string]any
				Content map[string]any
			}
		}
	}
	compiler *jsonschema.Compiler
}

func describedBy(t *testing.T, text []byte) *contract {
	t.Helper()
	c := &contract{compiler: jsonschema.NewCompiler()}
	if err := json.Unmarshal(text, c); err != nil {
		t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	c.compiler.AssertFormat()
	if err := c.compiler.AddResource("openapi.json", doc); err != nil {
		t.Fatal(err)
	}
	return c
}

// check holds an answer against what is documented for it.
func (c *contract) check(t *testing.T, path, status string, got answer) {
	t.Helper()
	documented := c.Paths[path].Get.Responses[status]
	if fmt.Sprint(got.StatusCode) != status {
		t.Errorf("%s: %d %s, want %s", got.Request.URL, got.StatusCode, got.body, status)
		return
	}
	for name := range documented.Headers {
		if got.Header.Get(name) == "" && name != "Link" {
			t.Errorf("%s %s: no %s", path, status, name)
		}
	}
	if len(documented.Content) == 0 {
		if len(got.body) > 0 {
			t.Errorf("%s %s: a body that is not documented", path, status)
		}
		return
	}
	media, _, err := mime.ParseMediaType(got.Header.Get("Content-Type"))
	if err != nil || documented.Content[media] == nil {
		t.Errorf("%s %s: media type %q is not documented", path, status, media)
		return
	}
	if media == "text/event-stream" {
		return
	}
	escape := strings.NewReplacer("~", "~0", "/", "~1").Replace
	schema, err := c.compiler.Compile(fmt.Sprintf("openapi.json#/paths/%s/get/responses/%s/content/%s/schema", strings.NewReplacer("{", "%7B", "}", "%7D").Replace(escape(path)), status, escape(media)))
	if err != nil {
		t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(got.body))
	if err != nil {
		t.Fatalf("%s: %v", got.body, err)
	}
	if err := schema.Validate(doc); err != nil {
		t.Errorf("%s %s: %v\n%s", path, status, err, got.body)
	}
}

// request is how to get a status of a path: from which world and with what.
type request struct {
	world  *world
	path   string
	header []string
}

// TestEveryPathAndStatusIsAsDocumented sends a request for each, and fails where
// one is documented that it does not know of.
func TestEveryPathAndStatusIsAsDocumented(t *testing.T) {
	t.Parallel()
	d, broken := &database{}, &database{}
	broken.set(fault.New(fault.Internal, "bad statement"))
	good := newWorld(t, api.Config{}, withDatabase(d), withSimilar)
	r := record("a", "A")
	r.Aliases = []string{"alias"}
	r.FAQs = []career.FAQ{{Kind: career.QA, Question: "Why?", Answer: []string{"So."}}}
	r.Facts = []career.Fact{{Kind: "tool", Value: "t", Label: "T", Field: "f", Sentence: "A T.", End: 1, Confidence: 1, Rule: "r"}}
	good.publish(r)
	good.publish(r)
	good.publish(record("b", "B"))
	good.publish(retired("gone", "Gone", ""))
	good.follow()
	away := newWorld(t, api.Config{MaxWaiting: 1})
	away.some(4)
	away.follow()
	away.history.set(errors.New("away"))
	loading := newWorld(t, api.Config{})
	wrong := newWorld(t, api.Config{}, withDatabase(broken))
	wrong.follow()
	closed := newWorld(t, api.Config{Token: "secret"})
	closed.follow()
	limited := newWorld(t, api.Config{Rate: 1e-9, Burst: 1})
	limited.follow()
	limited.get("/v1/health")
	other := newWorld(t, api.Config{})
	other.log.Remake("two")
	other.some(4)
	other.follow()
	next := func(path string) string {
		var list struct{ Next string }
		if err := json.Unmarshal(other.get(path).body, &list); err != nil || list.Next == "" {
			t.Fatalf("%s has no next: %v", path, err)
		}
		return list.Next
	}

	document := good.get("/v1/openapi.json")
	c := describedBy(t, document.body)
	requests := map[string]map[string][]request{
		"/v1/careers": {
			"200": {{good, "?limit=1", nil}, {good, "?status=all", nil}}, "410": {{good, "?limit=1&cursor=" + next("/v1/careers?limit=1"), nil}},
			"400": {{good, "?limit=x", nil}, {good, "?cursor=x", nil}}, "503": {{loading, "", nil}},
		},
		"/v1/careers/{slug}": {
			"200": {{good, "a", nil}, {good, "a?as_of=2026-05-01T00:01:00Z", nil}, {good, "gone?as_of=2027-01-01", nil}, {good, "a", []string{"Accept", "application/ld+json"}}},
			"301": {{good, "alias", nil}}, "304": {{good, "a", []string{"If-None-Match", "*"}}}, "400": {{good, "a?as_of=x", nil}},
			"404": {{good, "nobody", nil}, {good, "a?as_of=2020-01-01", nil}}, "410": {{good, "gone", nil}},
			"503": {{loading, "a", nil}, {away, "a?as_of=2026-05-01T00:01:00Z", nil}},
		},
		"/v1/careers/{slug}.jsonld": {
			"200": {{good, "a.jsonld", nil}}, "301": {{good, "alias.jsonld", nil}}, "304": {{good, "a.jsonld", []string{"If-None-Match", "*"}}},
			"400": {{good, "a.jsonld?x=1", nil}}, "404": {{good, "nobody.jsonld", nil}}, "410": {{good, "gone.jsonld", nil}}, "503": {{loading, "a.jsonld", nil}},
		},
		"/v1/careers/{slug}/versions": {
			"200": {{good, "a/versions", nil}, {good, "a/versions?limit=1", nil}, {good, "gone/versions", nil}}, "301": {{good, "alias/versions", nil}},
			"400": {{good, "a/versions?cursor=x", nil}}, "404": {{good, "nobody/versions", nil}}, "410": {{good, "a/versions?cursor=" + next("/v1/careers/a/versions?limit=1"), nil}},
			"503": {{loading, "a/versions", nil}, {away, "a/versions", nil}},
		},
		"/v1/careers/{slug}/similar": {
			"200": {{good, "a/similar", nil}, {good, "b/similar", nil}}, "301": {{good, "alias/similar", nil}}, "400": {{good, "a/similar?limit=99", nil}},
			"404": {{good, "nobody/similar", nil}}, "410": {{good, "gone/similar", nil}}, "503": {{loading, "a/similar", nil}},
		},
		"/v1/changes": {
			"200": {{good, "", nil}, {good, "?include=record&limit=2", nil}, {good, "?after=latest", nil}}, "400": {{good, "?after=x", nil}, {good, "?wait=61", nil}},
			"410": {{good, "?after=" + next("/v1/changes"), nil}}, "503": {{loading, "", nil}, {away, "", nil}},
		},
		"/v1/health":       {"200": {{good, "", nil}, {loading, "", nil}}, "400": {{good, "?x=1", nil}}},
		"/v1/openapi.json": {"200": {{good, "", nil}}, "400": {{good, "?x=1", nil}}},
		"/v1/coverage":     {"200": {{good, "", nil}}, "400": {{good, "?x=1", nil}}, "500": {{wrong, "", nil}}, "503": {{away, "", nil}}},
	}
	for _, name := range []string{"leaderboard", "daily", "funnel", "traits"} {
		requests["/v1/trends/"+name] = map[string][]request{
			"200": {{good, "", nil}, {good, "?career=welder,nobody&since=7d", nil}}, "400": {{good, "?since=x", nil}}, "500": {{wrong, "", nil}}, "503": {{away, "", nil}},
		}
	}
	for path, byStatus := range requests { // what is the same everywhere
		sample := byStatus["200"][0].path
		byStatus["304"] = append(byStatus["304"], request{good, sample, []string{"If-None-Match", "*"}})
		byStatus["406"] = []request{{good, sample, []string{"Accept", "image/png"}}}
		byStatus["429"] = []request{{limited, sample, nil}}
		if path != "/v1/health" && path != "/v1/openapi.json" {
			byStatus["401"] = []request{{closed, sample, nil}}
		}
	}

	sent := 0
	for path, item := range c.Paths {
		for status := range item.Get.Responses {
			if len(requests[path][status]) == 0 {
				t.Errorf("%s %s is documented, and nothing asks for it", path, status)
			}
		}
		for status, list := range requests[path] {
			for _, q := range list {
				sent++
				before, _, _ := strings.Cut(path, "{slug}")
				got := q.world.get(before+q.path, q.header...)
				c.check(t, path, status, got)
				if head := q.world.ask(http.MethodHead, before+q.path, q.header...); head.StatusCode != got.StatusCode || len(head.body) > 0 || head.Header.Get("Content-Type") != got.Header.Get("Content-Type") {
					t.Errorf("HEAD %s: %d %v", before+q.path, head.StatusCode, head.Header)
				}
			}
		}
	}
	if paths := slices.Sorted(maps.Keys(requests)); len(paths) != len(c.Paths) || sent < 100 {
		t.Errorf("%d requests over %v", sent, paths)
	}
}

func TestMethodsTokensAndOrigins(t *testing.T) {
	t.Parallel()
	w := newWorld(t, api.Config{Token: "secret", Origins: []string{"https://a.example"}})
	w.publish(record("a", "A"))
	w.follow()
	for _, method := range []string{"POST", "PUT", "DELETE", "PATCH"} {
		if got := w.ask(method, "/v1/careers/a"); problemOf(t, got, 405) != "method-not-allowed" || got.Header.Get("Allow") != "GET, HEAD, OPTIONS" {
			t.Errorf("%s: %v", method, got.Header)
		}
	}
	if got := w.get("/v1/elsewhere"); problemOf(t, got, 404) != "not-found" {
		t.Error(got.StatusCode)
	}
	for header, status := range map[string]int{"": 401, "Bearer wrong": 401, "Basic secret": 401, "Bearer secret": 200, "bearer  secret": 200} {
		if got := w.get("/v1/careers/a", "Authorization", header); got.StatusCode != status {
			t.Errorf("%q: %d, want %d", header, got.StatusCode, status)
		}
	}
	if w.get("/v1/health").StatusCode != 200 || w.get("/v1/openapi.json").StatusCode != 200 {
		t.Error("health and document need the token")
	}
	preflight := w.ask("OPTIONS", "/v1/careers/a", "Origin", "https://a.example", "Access-Control-Request-Method", "GET", "Access-Control-Request-Headers", "authorization")
	if preflight.StatusCode != 204 || preflight.Header.Get("Access-Control-Allow-Origin") != "https://a.example" || !strings.Contains(preflight.Header.Get("Access-Control-Allow-Headers"), "Authorization") {
		t.Errorf("%d %v", preflight.StatusCode, preflight.Header)
	}
	got := w.get("/v1/careers/a", "Authorization", "Bearer secret", "Origin", "https://b.example")
	if got.Header.Get("Access-Control-Allow-Origin") != "" || !strings.Contains(got.Header.Get("Vary"), "Origin") || !strings.HasPrefix(got.Header.Get("Cache-Control"), "private") {
		t.Errorf("%v", got.Header)
	}
	open := newWorld(t, api.Config{Origins: []string{"*"}})
	if got := open.get("/v1/health", "Origin", "https://b.example"); got.Header.Get("Access-Control-Allow-Origin") != "*" {
		t.Errorf("%v", got.Header)
	}
}

func TestBadSettings(t *testing.T) {
	t.Parallel()
	_, err := api.New(api.Config{Rate: -1, Heartbeat: -1, Origins: []string{"example.com"}}, api.Deps{})
	for _, want := range []string{"rate -1", "heartbeat", `origin "example.com"`, "catalog and history"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v does not name %s", err, want)
		}
	}
}
