package crawl_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"

	"careerstream/ingest/crawl"
	"careerstream/ingest/crawl/crawltest"
	"careerstream/ingest/fetch"
	"careerstream/schemas/page"
)

// shelf keeps the URLs of exchanges, and breaks at one of them.
type shelf struct {
	breakAt int
	mu      sync.Mutex
	kept    []string
}

func (s *shelf) Keep(_ context.Context, _ page.Visit, r *fetch.Response) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.kept = append(s.kept, r.URL.Path)
	if len(s.kept) == s.breakAt {
		return errors.New("the disk is full")
	}
	return nil
}

func archived(t *testing.T, site *crawltest.Site, a crawl.Archive, progress func(crawl.Progress)) error {
	t.Helper()
	p := crawltest.NewMemory().Ports()
	c, err := crawl.New(crawltest.Quick(), crawl.Deps{
		Frontier: p.Frontier, States: p.States, Bodies: p.Bodies, Publisher: p.Publisher, Last: p.Last, DeadLetters: p.DeadLetters,
		Pages: crawltest.Client(t), Archive: a,
	})
	if err != nil {
		t.Fatal(err)
	}
	_, err = c.Run(t.Context(), crawl.Spec{Sources: []string{site.URL("/sitemap.xml")}}, progress)
	return err
}

func TestArchiveGetsEveryExchange(t *testing.T) {
	t.Parallel()
	site := crawltest.NewSite(t)
	site.Fill(10)
	a := &shelf{}
	var last crawl.Progress
	if err := archived(t, site, a, func(p crawl.Progress) { last = p }); err != nil {
		t.Fatal(err)
	}
	if len(a.kept) != 12 || len(site.Hits()) != 12 {
		t.Errorf("%d exchanges kept of %v", len(a.kept), a.kept)
	}
	if last.Pages != 10 || last.Due != 0 || last.Outcomes["changed"] != 10 || last.Bytes == 0 || last.Run == "" {
		t.Errorf("last progress: %+v", last)
	}
}

func TestArchiveThatFailsEndsTheRun(t *testing.T) {
	t.Parallel()
	site := crawltest.NewSite(t)
	site.Fill(10)
	err := archived(t, site, &shelf{breakAt: 5}, nil)
	if err == nil || !strings.Contains(err.Error(), "the disk is full") {
		t.Errorf("Run = %v, want the archive's error", err)
	}
	if n := len(site.Hits()); n > 6 {
		t.Errorf("%d requests after the failure", n-5)
	}
}
