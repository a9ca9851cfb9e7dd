package api_test

import (
	"strings"
	"testing"
	"time"

	"careerstream/publish/api"
)

// TestListsAreNotSentTwice: whoever names the tag of a list gets 304 until the list
// is another one.
func TestListsAreNotSentTwice(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	clock := func() time.Time { now = now.Add(time.Second); return now }
	w := newWorld(t, api.Config{Now: clock}, withDatabase(&database{}), withSimilar)
	w.some(60)
	w.publish(record("a", "A"))
	w.publish(record("b", "B"))
	w.follow()
	paths := map[string]bool{ // and whether a new version of a changes it
		"/v1/careers": true, "/v1/careers?q=b": false, "/v1/careers/a/versions": true, "/v1/careers/b/versions": false, "/v1/careers/a/similar": false,
		"/v1/changes?limit=500": true, "/v1/changes?limit=1": false, "/v1/trends/daily": false, "/v1/trends/leaderboard": false, "/v1/coverage": false,
	}
	tags := map[string]string{}
	for path := range paths {
		for _, coding := range []string{"identity", "gzip"} {
			got := w.get(path, "Accept-Encoding", coding)
			tag := got.Header.Get("Etag")
			if got.StatusCode != 200 || tag == "" || strings.HasPrefix(tag, "W/") != (strings.Contains(path, "trends") || path == "/v1/coverage") {
				t.Fatalf("%s: %d with tag %q", path, got.StatusCode, tag)
			}
			packed := strings.HasSuffix(tag, `-gz"`)
			if packed != (got.Header.Get("Content-Encoding") == "gzip") {
				t.Errorf("%s: tag %q with coding %q", path, tag, got.Header.Get("Content-Encoding"))
			}
			for _, condition := range []string{tag, `"other", W/` + strings.TrimPrefix(tag, "W/"), "*"} {
				again := w.get(path, "Accept-Encoding", coding, "If-None-Match", condition)
				if again.StatusCode != 304 || len(again.body) > 0 || again.Header.Get("Etag") != tag || again.Header.Get("Cache-Control") == "" || again.Header.Get("Vary") == "" {
					t.Errorf("%s with If-None-Match %s: %d %v", path, condition, again.StatusCode, again.Header)
				}
			}
			if other := w.get(path, "Accept-Encoding", coding, "If-None-Match", `"other"`); other.StatusCode != 200 {
				t.Errorf("%s: %d for another tag", path, other.StatusCode)
			}
			tags[path] = tag
		}
	}
	w.publish(record("a", "A II"))
	w.settle()
	for path, changed := range paths {
		if got := w.get(path, "Accept-Encoding", "gzip", "If-None-Match", tags[path]); (got.StatusCode == 200) != changed {
			t.Errorf("%s after a version of a: %d, want changed %v", path, got.StatusCode, changed)
		}
	}
}
