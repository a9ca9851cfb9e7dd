package site_test

import (
	"bytes"
	"compress/gzip"
	"encoding/xml"
	"errors"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html/charset"

	"careerstream/deploy/site"
)

// judge gives a URL the simplest treatment that tells the outcomes apart; ""
// where it is not able to.
func judge(t *testing.T, c *http.Client, base, path string) (site.Want, answer) {
	t.Helper()
	seen := map[string]bool{}
	for range 10 {
		a, err := try(t, c, base+path)
		var timeout interface{ Timeout() bool }
		switch {
		case errors.As(err, &timeout) && timeout.Timeout():
			return site.WantSlow, a
		case errors.Is(err, io.ErrUnexpectedEOF):
			return site.WantTruncated, a
		case err != nil && strings.Contains(err.Error(), "parse Location"):
			return site.WantRedirectBad, a
		case err != nil && strings.Contains(err.Error(), "headers exceeded"):
			return site.WantTooLarge, a
		case err != nil:
			return site.WantReset, a
		case a.status == http.StatusFound || a.status == http.StatusMovedPermanently:
			to, err := url.Parse(a.header.Get("Location"))
			switch {
			case err != nil || to.String() == "":
				return site.WantRedirectBad, a
			case to.Scheme == "file" || to.Scheme == "javascript":
				return site.WantRedirectScheme, a
			case to.Host != "":
				return site.WantRedirectPrivate, a
			case seen[to.String()]:
				return site.WantRedirectLoop, a
			}
			path = to.String()
			seen[path] = true
			continue
		}
		return judgeStatus(a), a
	}
	return site.WantTooManyRedirects, answer{}
}

func judgeStatus(a answer) site.Want {
	want, ok := map[int]site.Want{
		500: site.WantServerError, 503: site.WantUnavailable, 429: site.WantRateLimited,
		403: site.WantForbidden, 404: site.WantMissing, 410: site.WantGone,
	}[a.status]
	switch {
	case ok:
		return want
	case len(a.body) == 4<<20:
		return site.WantTooLarge
	case a.header.Get("Content-Encoding") == "gzip":
		r, err := gzip.NewReader(bytes.NewReader(a.body))
		if err != nil {
			return site.WantEncoding
		}
		if n, err := io.CopyN(io.Discard, r, 64<<20); err == nil && n == 64<<20 {
			return site.WantTooLarge
		}
		return site.WantGood
	case a.header.Get("Content-Encoding") != "":
		return site.WantEncoding
	case !strings.HasPrefix(a.header.Get("Content-Type"), "text/"):
		return site.WantContentType
	case a.header.Get("X-Robots-Tag") != "" || bytes.Contains(a.body, []byte(`content="noindex"`)):
		return site.WantNoindex
	case bytes.Contains(a.body, []byte("812 partners")):
		return site.WantNoCareer
	case bytes.Count(a.body, []byte("<div>")) > 10_000:
		return site.WantDeep
	case len(a.body) < 100:
		return site.WantEmpty
	case bytes.Contains(a.body, []byte("Next day")):
		return site.WantLimit
	}
	return site.WantGood
}

func TestHostileSiteKeepsItsPromises(t *testing.T) {
	t.Parallel()
	s := start(t, site.Hostile(5))
	// No body or header of the good ones takes long; the others run into it.
	c := client(t, 300*time.Millisecond)
	patient := client(t, time.Minute)
	listed := lastmods(sitemap(t, patient, s.URL()))
	robots := string(get(t, patient, s.URL()+"/robots.txt").body)
	good := 0
	for _, e := range s.Expectations() {
		if e.Sitemap {
			continue
		}
		t.Run(strings.Trim(e.Path, "/"), func(t *testing.T) {
			if _, ok := listed[s.URL()+e.Path]; !ok {
				t.Error("is in no sitemap")
			}
			with := patient
			if e.Want == site.WantSlow {
				with = c
			}
			got, a := judge(t, with, s.URL(), e.Path)
			if e.Retried {
				if got == site.WantGood {
					t.Error("is good at once")
				}
				got, a = judge(t, with, s.URL(), e.Path)
			}
			want := e.Want
			switch want {
			case site.WantSameText, site.WantChanged:
				if _, again := judge(t, with, s.URL(), e.Path); bytes.Equal(a.body, again.body) {
					t.Error("is the same twice")
				}
				want = site.WantGood
			case site.WantRobots:
				if !strings.Contains(robots, "\nDisallow: "+e.Path+"\n") {
					t.Error("is not disallowed")
				}
				want = site.WantGood
			case site.WantCut:
				if bytes.Contains(a.body, []byte("</html>")) {
					t.Error("is whole")
				}
				want = site.WantGood
			case site.WantCharset:
				want = site.WantGood
			}
			if got != want {
				t.Errorf("fares %q, want %q: %d %v", got, want, a.status, a.header)
			}
			if e.Title == "" && e.Want == site.WantGood {
				t.Error("has no title")
			}
			checkText(t, a, e)
		})
		if e.Want == site.WantGood {
			good++
		}
	}
	if good < 5+5 {
		t.Errorf("%d good pages", good)
	}
	if trapped := s.TrapLog(); len(trapped) > 0 {
		t.Errorf("the trap was asked: %+v", trapped)
	}
}

func checkText(t *testing.T, a answer, e site.Expectation) {
	t.Helper()
	if e.Title == "" {
		return
	}
	r, err := charset.NewReader(bytes.NewReader(a.body), a.header.Get("Content-Type"))
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(r)
	if err != nil || !strings.Contains(string(text), e.Title) || !strings.Contains(string(text), e.Text) {
		t.Errorf("does not say %q and %q (%v): %.400s", e.Title, e.Text, err, text)
	}
}

func TestHostileSitemaps(t *testing.T) {
	t.Parallel()
	s := start(t, site.Hostile(1))
	c := client(t, time.Minute)
	index := string(get(t, c, s.URL()+"/sitemap.xml").body)
	n := 0
	for _, e := range s.Expectations() {
		if !e.Sitemap {
			continue
		}
		n++
		if !strings.Contains(index, "<loc>"+s.URL()+e.Path+"</loc>") {
			t.Errorf("the index does not name %s", e.Path)
		}
		a := get(t, c, s.URL()+e.Path)
		var set struct {
			XMLName xml.Name `xml:"urlset"`
		}
		wellFormed := a.status == http.StatusOK && xml.Unmarshal(a.body, &set) == nil
		if wellFormed != slices.Contains([]site.Want{site.WantForeign, site.WantBadURL}, e.Want) {
			t.Errorf("%s, wanted for %q, answers %d, a sitemap: %v", e.Path, e.Want, a.status, wellFormed)
		}
	}
	if n < 10 {
		t.Errorf("%d bad sitemaps", n)
	}
	list := string(get(t, c, s.URL()+"/careers/").body)
	if !strings.Contains(list, `href="/careers/x-calendar/"`) || !strings.Contains(list, `href="mailto:`) {
		t.Error("the list does not link to the calendar, or to nothing odd")
	}
}

func TestCalendarGoesOn(t *testing.T) {
	t.Parallel()
	s := start(t, site.Hostile(1))
	c := client(t, time.Minute)
	path, seen := "/careers/x-calendar/", map[string]bool{}
	for range 40 {
		body := string(get(t, c, s.URL()+path).body)
		before, _, ok := strings.Cut(body, `">Next day`)
		if !ok || seen[path] {
			t.Fatalf("%s is a dead end or a circle", path)
		}
		seen[path] = true
		path = before[strings.LastIndex(before, `"`)+1:]
	}
	if path != "/careers/x-calendar/2026/06/13/" {
		t.Errorf("after 40 days: %s", path)
	}
}

func TestTrapRemembersWhoComes(t *testing.T) {
	t.Parallel()
	s := start(t, site.Hostile(1))
	c := client(t, time.Minute)
	to := get(t, c, s.URL()+"/careers/x-redirect-loopback/").header.Get("Location")
	get(t, c, to)
	if trapped := s.TrapLog(); len(trapped) != 1 || trapped[0].Path != "/private" {
		t.Errorf("the trap remembers %+v", trapped)
	}
}

func TestRobotsCasesAnswerAsNamed(t *testing.T) {
	t.Parallel()
	s := start(t, site.Config{Pages: 1})
	for _, test := range site.RobotsCases() {
		if err := s.SetFaults(site.Robots(test.Do)); err != nil {
			t.Fatal(err)
		}
		c := client(t, time.Minute)
		if test.Want == site.RobotsWait { // for ever, some of them
			c = client(t, 300*time.Millisecond)
		}
		path, a, err := "/robots.txt", answer{}, error(nil)
		for range 7 {
			if a, err = try(t, c, s.URL()+path); err != nil || a.status != http.StatusFound {
				break
			}
			path = a.header.Get("Location")
		}
		var got site.RobotsWant
		switch body := strings.ReplaceAll(string(a.body), "\r", "\n"); {
		case err != nil || a.status >= 500:
			got = site.RobotsWait
		case a.status == 200 && strings.Contains(body, "User-agent: *\nDisallow: /\n"):
			got = site.RobotsDenyAll
		default:
			got = site.RobotsAllowAll
		}
		if got != test.Want {
			t.Errorf("%s: comes to %q, want %q (%d, %v)", test.Name, got, test.Want, a.status, err)
		}
	}
}
