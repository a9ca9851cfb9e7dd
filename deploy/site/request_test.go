package site_test

import (
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/sync/errgroup"
	"pgregory.net/rapid"

	"careerstream/deploy/site"
)

func at(second int) time.Time { return time.Date(2026, 1, 1, 0, 0, second, 0, time.UTC) }

func during(host, path string, start, end int) site.Request {
	return site.Request{Host: host, Path: path, Start: at(start), End: at(end), Status: 200, Bytes: 10}
}

func TestLogAnalysis(t *testing.T) {
	t.Parallel()
	log := site.Log{
		during("127.0.0.1:80", "/a", 0, 2), during("127.0.0.2:80", "/a", 1, 3), during("127.0.0.1:80", "/b", 5, 6),
		during("127.0.0.2:80", "/a", 4, 9), during("127.0.0.2:80", "/c", 5, 6), during("127.0.0.2:80", "/d", 8, 10),
		{Host: "127.0.0.1:80", Path: "/b", Start: at(10), End: at(11), Status: 304},
	}
	if pairs := log.Overlaps("127.0.0.1:80"); len(pairs) != 0 {
		t.Errorf("overlaps of the first host: %v", pairs)
	}
	// The long request covers both that come after it.
	if pairs := log.Overlaps(""); len(pairs) != 2 || pairs[0][0].Path != "/a" || pairs[1][0].Path != "/a" || pairs[1][1].Path != "/d" {
		t.Errorf("overlaps: %v", pairs)
	}
	if gap, ok := log.MinGap("127.0.0.1"); !ok || gap != 3*time.Second {
		t.Errorf("smallest gap of the first host %v %v, want 3s", gap, ok)
	}
	if gap, ok := log.MinGap(""); !ok || gap != -4*time.Second {
		t.Errorf("smallest gap %v %v, want -4s", gap, ok)
	}
	if _, ok := log[:2].MinGap(""); ok {
		t.Error("a gap between single requests")
	}
	if n, bytes := log.Bodies(); n != 6 || bytes != 60 {
		t.Errorf("%d bodies of %d bytes, want 6 of 60", n, bytes)
	}
	if diff := cmp.Diff(map[string]int{"/a": 3, "/b": 2, "/c": 1, "/d": 1}, log.CountByPath()); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(map[int]int{200: 6, 304: 1}, log.CountByStatus()); diff != "" {
		t.Error(diff)
	}
	if want := []string{"127.0.0.1:80/b", "127.0.0.2:80/a"}; !slices.Equal(log.Repeated(), want) {
		t.Errorf("repeated %v, want %v", log.Repeated(), want)
	}
	if n := log.MaxConcurrent(); n != 3 {
		t.Errorf("%d at once, want 3", n)
	}
	if n := len(log.On("127.0.0.1").Under("/b")); n != 2 {
		t.Errorf("%d requests for /b on the first host, want 2", n)
	}
}

func TestOverlapsAgreeWithComparingAll(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var log site.Log
		for range rapid.IntRange(0, 12).Draw(t, "requests") {
			start := rapid.IntRange(0, 30).Draw(t, "start")
			end := start + rapid.IntRange(1, 5).Draw(t, "length")
			log = append(log, during("h", "/", start, end))
		}
		overlapped := map[site.Request]bool{}
		for i, a := range log {
			for _, b := range log[i+1:] {
				if a.Start.Before(b.End) && b.Start.Before(a.End) {
					overlapped[a] = true
				}
			}
		}
		pairs := log.Overlaps("h")
		if (len(pairs) > 0) != (len(overlapped) > 0) {
			t.Fatalf("pairs %v, comparing all finds %v", pairs, overlapped)
		}
		for _, pair := range pairs {
			if !pair[1].Start.Before(pair[0].End) {
				t.Fatalf("%v do not overlap", pair)
			}
		}
		if gap, ok := log.MinGap("h"); ok && (gap < 0) != (len(pairs) > 0) {
			t.Fatalf("smallest gap %v with %d overlaps", gap, len(pairs))
		}
	})
}

func TestLogSeesWhatHappens(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "requests.jsonl")
	s := start(t, site.Config{Pages: 2, LogFile: file, NoGzip: true})
	c := client(t, time.Minute)
	etag := get(t, c, s.URL()+s.Path(0), "User-Agent", "tester/1").header.Get("ETag")
	get(t, c, s.URL()+s.Path(0)+"?a=b", "If-None-Match", etag)
	if err := s.WaitEnded(t.Context(), 2); err != nil {
		t.Fatal(err)
	}
	log := s.Log()
	first, second := log[0], log[1]
	if first.Method != http.MethodGet || first.Path != s.Path(0) || "http://"+first.Host != s.URL() || first.Status != 200 ||
		first.Conditional || first.Aborted || first.Bytes != int64(len(s.Body(s.Path(0)))) || first.UserAgent != "tester/1" || first.End.Before(first.Start) {
		t.Errorf("first request: %+v", first)
	}
	if second.Path != s.Path(0)+"?a=b" || second.Status != 304 || !second.Conditional || second.Bytes != 0 {
		t.Errorf("second request: %+v", second)
	}
	if len(log.Overlaps("")) != 0 {
		t.Errorf("requests one after the other overlap: %+v", log)
	}
	f, err := os.OpenFile(file, os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.WriteString(`{"method":"GE`); err != nil {
		t.Fatal(err)
	}
	f.Close()
	read, err := site.ReadLog(file)
	if diff := cmp.Diff(log, read); err != nil || diff != "" {
		t.Errorf("the file says something else (%v):\n%s", err, diff)
	}
}

func TestLogSeesRequestsAtOnce(t *testing.T) {
	t.Parallel()
	s := start(t, site.Config{Pages: 1})
	together := func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		if s.WaitBegun(r.Context(), 2) == nil {
			next.ServeHTTP(w, r)
		}
	}
	if err := s.SetFaults(site.Fault{Name: "together", Do: together}); err != nil {
		t.Fatal(err)
	}
	var group errgroup.Group
	c := client(t, time.Minute)
	for range 2 {
		group.Go(func() error {
			_, err := try(t, c, s.PageURL(0))
			return err
		})
	}
	if err := group.Wait(); err != nil {
		t.Fatal(err)
	}
	if err := s.WaitIdle(t.Context()); err != nil {
		t.Fatal(err)
	}
	if pairs := s.Log().Overlaps(""); len(pairs) != 1 || pairs[0][0].Fault != "together" {
		t.Errorf("overlaps %+v, want one", pairs)
	}
}
