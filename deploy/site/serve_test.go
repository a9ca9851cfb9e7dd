package site_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"careerstream/deploy/site"
)

func TestConditionalRequests(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		validators site.Validators
		etag, date bool
	}{
		"both": {site.ValidatorsBoth, true, true},
		"etag": {site.ValidatorsETag, true, false},
		"date": {site.ValidatorsDate, false, true},
		"none": {site.ValidatorsNone, false, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := start(t, site.Config{Pages: 4, Validators: test.validators})
			c := client(t, time.Minute)
			for _, path := range []string{s.Path(0), s.Path(3), "/sitemap.xml", "/sitemaps/careers-1.xml"} {
				for _, coding := range []string{"", "gzip", "br;q=1, gzip; q=0.5", "gzip;q=0"} {
					checkConditional(t, c, s.URL()+path, coding, test.etag, test.date)
				}
			}
		})
	}
}

func checkConditional(t *testing.T, c *http.Client, url, coding string, withETag, withDate bool) {
	t.Helper()
	a := get(t, c, url, "Accept-Encoding", coding)
	etag, date := a.header.Get("ETag"), a.header.Get("Last-Modified")
	if (etag != "") != withETag || (date != "") != withDate {
		t.Errorf("%s: ETag %q, Last-Modified %q", url, etag, date)
	}
	if packed := a.header.Get("Content-Encoding") == "gzip"; packed != (coding == "gzip" || strings.HasPrefix(coding, "br")) {
		t.Errorf("%s: gzip %v for Accept-Encoding %q", url, packed, coding)
	}
	want := map[bool]int{true: http.StatusNotModified, false: http.StatusOK}
	if a := get(t, c, url, "Accept-Encoding", coding, "If-None-Match", etag); a.status != want[withETag] {
		t.Errorf("%s: If-None-Match %s answers %d", url, etag, a.status)
	}
	if a := get(t, c, url, "Accept-Encoding", coding, "If-Modified-Since", date); a.status != want[withDate] {
		t.Errorf("%s: If-Modified-Since %s answers %d", url, date, a.status)
	}
	// A date does not help when the tag says otherwise.
	if a := get(t, c, url, "Accept-Encoding", coding, "If-None-Match", `"other"`, "If-Modified-Since", date); a.status != http.StatusOK {
		t.Errorf("%s: another ETag answers %d", url, a.status)
	}
}

func TestGzipPagesUnpackToThePlainOnes(t *testing.T) {
	t.Parallel()
	s := start(t, site.Config{Pages: 1})
	c := client(t, time.Minute)
	plain := get(t, c, s.URL()+s.Path(0))
	packed := get(t, c, s.URL()+s.Path(0), "Accept-Encoding", "gzip")
	if gunzip(t, string(packed.body)) != string(plain.body) {
		t.Error("the compressed page is another one")
	}
	if plain.header.Get("ETag") == packed.header.Get("ETag") {
		t.Error("two representations have one ETag")
	}
}

func TestOtherMethods(t *testing.T) {
	t.Parallel()
	s := start(t, site.Config{Pages: 1})
	c := client(t, time.Minute)
	for method, want := range map[string]int{http.MethodHead: http.StatusOK, http.MethodPost: http.StatusMethodNotAllowed} {
		req, err := http.NewRequestWithContext(t.Context(), method, s.URL()+s.Path(0), nil)
		if err != nil {
			t.Fatal(err)
		}
		resp, err := c.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if resp.StatusCode != want {
			t.Errorf("%s answers %d, want %d", method, resp.StatusCode, want)
		}
	}
}

func TestSeveralHosts(t *testing.T) {
	t.Parallel()
	s, err := site.New(site.Config{Pages: 10, Hosts: site.Loopbacks(3), Split: true, PerSitemap: 2})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Start(t.Context()); err != nil {
		t.Skipf("needs a system that answers on all of 127.0.0.0/8: %v", err)
	}
	t.Cleanup(func() { _ = s.Close() })
	c := client(t, time.Minute)
	seen := map[string]bool{}
	for _, base := range s.URLs() {
		for url := range lastmods(sitemap(t, c, base)) {
			if !strings.HasPrefix(url, base+"/") {
				t.Errorf("the sitemap of %s names %s", base, url)
			}
			seen[url] = true
			if a := get(t, c, url); a.status != http.StatusOK {
				t.Errorf("%s answers %d", url, a.status)
			}
		}
	}
	for i := range s.Pages() {
		if !seen[s.PageURL(i)] {
			t.Errorf("no sitemap names %s", s.PageURL(i))
		}
	}
	if a := get(t, c, s.URLs()[1]+s.Path(0)); a.status != http.StatusNotFound {
		t.Errorf("a page of the first host answers %d on the second", a.status)
	}
	if hosts := s.Log().Hosts(); len(hosts) != 3 || len(s.Log().On("127.0.0.2")) == 0 {
		t.Errorf("the log has hosts %v", hosts)
	}
}

func TestConfigNamesAllProblems(t *testing.T) {
	t.Parallel()
	_, err := site.New(site.Config{
		Pages: -1, Hosts: []string{"10.0.0.1", "10.0.0.1"}, Port: 70000, PerSitemap: 60000,
		Faults: []site.Fault{{Share: 2, Times: -1}},
	})
	if err == nil {
		t.Fatal("no error")
	}
	for _, part := range []string{"-1 pages", `"10.0.0.1" is no loopback`, "stands twice", "port 70000", "60000 URLs", "does nothing", "share of 2", "hits -1 times"} {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("the error does not say %q:\n%v", part, err)
		}
	}
	if _, err := site.New(site.Config{Hostile: true, Split: true}); err == nil {
		t.Error("a hostile or split demo site is accepted")
	}
}
