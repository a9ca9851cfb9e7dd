package site_test

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"syscall"
	"testing"
	"time"

	"careerstream/deploy/site"
)

func TestFaultsHitWhatTheyShould(t *testing.T) {
	t.Parallel()
	s := start(t, site.Config{Pages: 200, Seed: 7, Faults: []site.Fault{
		{Name: "some", Share: 0.25, Do: site.Status(500)},
		{Name: "robots", Path: "/robots.txt", Times: 2, Do: site.Status(503)},
		{Name: "maps", Path: "/sitemaps/*", Do: site.Status(403)},
		{Name: "elsewhere", Host: "127.0.0.9", Path: "*", Do: site.Status(418)},
	}})
	c := client(t, time.Minute)
	hit := map[string]bool{}
	for i := range s.Pages() {
		hit[s.Path(i)] = get(t, c, s.PageURL(i)).status == 500
	}
	failed := 0
	for i := range s.Pages() {
		if again := get(t, c, s.PageURL(i)).status == 500; again != hit[s.Path(i)] {
			t.Errorf("%s fares differently at the second request", s.Path(i))
		} else if again {
			failed++
		}
	}
	if failed < 25 || failed > 75 {
		t.Errorf("%d of 200 pages fail, want about a quarter", failed)
	}
	for _, want := range []int{503, 503, 200} {
		if a := get(t, c, s.URL()+"/robots.txt"); a.status != want {
			t.Errorf("robots.txt answers %d, want %d", a.status, want)
		}
	}
	if a := get(t, c, s.URL()+"/sitemaps/careers-1.xml"); a.status != 403 {
		t.Errorf("the sitemap answers %d, want 403", a.status)
	}
	if err := s.SetFaults(); err != nil {
		t.Fatal(err)
	}
	if a := get(t, c, s.URL()+"/sitemaps/careers-1.xml"); a.status != 200 {
		t.Errorf("without faults the sitemap answers %d", a.status)
	}
	if err := s.SetFaults(site.Fault{}); err == nil {
		t.Error("a fault that does nothing is accepted")
	}
}

func TestFaultsStack(t *testing.T) {
	t.Parallel()
	s := start(t, site.Config{Pages: 1, Faults: []site.Fault{
		{Name: "late", Do: site.Latency(time.Millisecond)},
		{Name: "once", Times: 1, Do: site.RetryAfter(429, 1500*time.Millisecond)},
	}})
	c := client(t, time.Minute)
	a := get(t, c, s.PageURL(0))
	if a.status != 429 || a.header.Get("Retry-After") != "2" {
		t.Errorf("answers %d, Retry-After %q", a.status, a.header.Get("Retry-After"))
	}
	if a := get(t, c, s.PageURL(0)); a.status != 200 {
		t.Errorf("then answers %d", a.status)
	}
	if err := s.WaitEnded(t.Context(), 2); err != nil {
		t.Fatal(err)
	}
	for i, name := range []string{"once", "late"} {
		if r := s.Log()[i]; r.Fault != name || r.End.Sub(r.Start) < time.Millisecond {
			t.Errorf("request %d: fault %q in %v, want %q", i, r.Fault, r.End.Sub(r.Start), name)
		}
	}
}

// TestAnswersThatNeverEnd asks for what no client waits for, and looks at what
// comes first.
func TestAnswersThatNeverEnd(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		do    site.Behavior
		first int // bytes that must come
	}{
		"declared":  {site.Huge(site.TenGiB, true), 1 << 20},
		"chunked":   {site.Huge(site.TenGiB, false), 1 << 20},
		"gzip bomb": {site.GzipBomb(site.TenGiB, "text/html"), 1 << 20},
		"drip":      {site.Drip(time.Millisecond), 5},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := start(t, site.Config{Pages: 1, Faults: []site.Fault{{Name: name, Do: test.do}}})
			c := client(t, time.Minute)
			req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.PageURL(0), nil)
			if err != nil {
				t.Fatal(err)
			}
			resp, err := c.Do(req)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := io.CopyN(io.Discard, resp.Body, int64(test.first)); err != nil {
				t.Error(err)
			}
			if declared := resp.ContentLength == site.TenGiB; declared != (name == "declared") {
				t.Errorf("Content-Length %d", resp.ContentLength)
			}
			resp.Body.Close()
			// The site notices that the client is gone.
			if err := s.WaitIdle(t.Context()); err != nil {
				t.Error(err)
			}
			if r := s.Log()[0]; r.Status != 200 || !r.Aborted || r.Bytes < int64(test.first) || r.Fault != name {
				t.Errorf("logged %+v", r)
			}
		})
	}
}

func TestAnswersThatNeverBegin(t *testing.T) {
	t.Parallel()
	s := start(t, site.Config{Pages: 2, Faults: []site.Fault{
		{Name: "silent", Path: "/silent", Do: site.Silent()},
		{Name: "drip", Path: "/drip", Do: site.DripHeader(time.Millisecond)},
	}})
	for _, path := range []string{"/silent", "/drip"} {
		if a, err := try(t, client(t, 50*time.Millisecond), s.URL()+path); err == nil {
			t.Errorf("%s answers %d", path, a.status)
		}
	}
	if err := s.WaitIdle(t.Context()); err != nil {
		t.Error(err)
	}
	for _, r := range s.Log() {
		if !r.Aborted {
			t.Errorf("logged %+v", r)
		}
	}
}

func TestBrokenConnections(t *testing.T) {
	t.Parallel()
	s := start(t, site.Config{Pages: 1, Faults: []site.Fault{
		{Path: "/reset", Do: site.Reset()},
		{Path: "/header", Do: site.HugeHeader(16 << 20)},
		{Path: s0, Times: 1, Do: site.WrongLength(100)},
	}})
	c := client(t, time.Minute)
	if _, err := try(t, c, s.URL()+"/reset"); !errors.Is(err, syscall.ECONNRESET) && !errors.Is(err, io.EOF) {
		t.Errorf("a reset connection: %v", err)
	}
	if _, err := try(t, c, s.URL()+"/header"); err == nil {
		t.Error("a header of 16 MiB was taken")
	}
	if _, err := try(t, c, s.URL()+s0); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("too short a body: %v", err)
	}
	whole := get(t, c, s.URL()+s0).body
	if err := s.SetFaults(site.Fault{Do: site.WrongLength(-100)}); err != nil {
		t.Fatal(err)
	}
	if cut := get(t, c, s.URL()+s0).body; string(cut) != string(whole[:len(whole)-100]) {
		t.Errorf("%d bytes of %d came", len(cut), len(whole))
	}
}

// s0 is the path of the first generated page.
const s0 = "/careers/marine-welder/"

func TestRedirects(t *testing.T) {
	t.Parallel()
	s := start(t, site.Config{Pages: 1, Faults: []site.Fault{
		{Path: "/loop", Do: site.RedirectLoop(302)},
		{Path: "/endless", Do: site.RedirectChain(307, -1)},
		{Path: "/to", Do: site.RedirectTo(301, "http://169.254.169.254/")},
		{Path: s0, Do: site.RedirectChain(302, 2)},
	}})
	c := client(t, time.Minute)
	for first, want := range map[string][]string{
		"/loop":    {"302 /loop?again=1", "302 /loop", "302 /loop?again=1"},
		"/endless": {"307 /endless?hop=1", "307 /endless?hop=2", "307 /endless?hop=3"},
		"/to":      {"301 http://169.254.169.254/"},
		s0:         {"302 " + s0 + "?hop=1", "302 " + s0 + "?hop=2", "200 "},
	} {
		path := first
		for i, hop := range want {
			a := get(t, c, s.URL()+path)
			path = a.header.Get("Location")
			if got := fmt.Sprint(a.status, " ", path); got != hop {
				t.Errorf("%s, hop %d: %q, want %q", first, i, got, hop)
			}
		}
	}
}

func TestNonceChangesEveryTime(t *testing.T) {
	t.Parallel()
	s := start(t, site.Config{Pages: 1, Faults: []site.Fault{{Do: site.Nonce(false)}}})
	c := client(t, time.Minute)
	first, second := string(get(t, c, s.PageURL(0)).body), string(get(t, c, s.PageURL(0)).body)
	if first == second || strings.Replace(first, `data-nonce="1"`, `data-nonce="2"`, 1) != second {
		t.Error("the second answer differs in something else than the nonce")
	}
}
