package site_test

import (
	"compress/gzip"
	"encoding/xml"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"careerstream/deploy/site"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// start serves a site for the length of a test.
func start(t *testing.T, config site.Config) *site.Site {
	t.Helper()
	s, err := site.New(config)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	return s
}

// client follows no redirects and gives up after the timeout.
func client(t *testing.T, timeout time.Duration) *http.Client {
	t.Helper()
	transport := &http.Transport{DisableCompression: true}
	t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{
		Transport: transport, Timeout: timeout,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

type answer struct {
	status int
	header http.Header
	body   []byte
}

// get asks for a URL with headers given as name, value, name, value.
func get(t *testing.T, c *http.Client, url string, headers ...string) answer {
	t.Helper()
	a, err := try(t, c, url, headers...)
	if err != nil {
		t.Fatalf("GET %s: %v", url, err)
	}
	return a
}

func try(t *testing.T, c *http.Client, url string, headers ...string) (answer, error) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		return answer{}, err
	}
	for i := 0; i+1 < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	resp, err := c.Do(req)
	if err != nil {
		return answer{}, err
	}
	defer resp.Body.Close()
	const limit = 4 << 20
	body, err := io.ReadAll(io.LimitReader(resp.Body, limit))
	return answer{resp.StatusCode, resp.Header, body}, err
}

type entry struct {
	Loc     string `xml:"loc"`
	Lastmod string `xml:"lastmod"`
}

// sitemap reads the index and all well-formed sitemaps under base, in order.
func sitemap(t *testing.T, c *http.Client, base string) []entry {
	t.Helper()
	var index struct {
		Sitemaps []entry `xml:"sitemap"`
	}
	if err := xml.Unmarshal(get(t, c, base+"/sitemap.xml").body, &index); err != nil {
		t.Fatal(err)
	}
	var all []entry
	for _, nested := range index.Sitemaps {
		if strings.Contains(nested.Loc, "/x-") {
			continue
		}
		body := string(get(t, c, nested.Loc).body)
		if strings.HasSuffix(nested.Loc, ".gz") {
			body = gunzip(t, body)
		}
		var set struct {
			URLs []entry `xml:"url"`
		}
		if err := xml.Unmarshal([]byte(body), &set); err != nil {
			t.Fatalf("%s: %v", nested.Loc, err)
		}
		all = append(all, set.URLs...)
	}
	return all
}

func gunzip(t *testing.T, packed string) string {
	t.Helper()
	r, err := gzip.NewReader(strings.NewReader(packed))
	if err != nil {
		t.Fatal(err)
	}
	plain, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return string(plain)
}

func lastmods(entries []entry) map[string]string {
	m := map[string]string{}
	for _, e := range entries {
		m[e.Loc] = e.Lastmod
	}
	return m
}
