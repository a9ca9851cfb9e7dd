package ingest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"careerstream/schemas/event"
	"careerstream/schemas/fault"
	"careerstream/schemas/page"
	"careerstream/schemas/subject"
)

// folder writes n small pages and returns their folder.
func folder(t *testing.T, n int) string {
	t.Helper()
	dir := t.TempDir()
	for i := range n {
		write(t, filepath.Join(dir, fmt.Sprintf("%03d.html", i)), fmt.Sprintf("<html><p>Page %d.</p></html>", i))
	}
	return dir
}

func TestRun(t *testing.T) {
	t.Parallel()
	dir := folder(t, 5)
	modified := time.Date(2023, 1, 2, 3, 4, 5, 0, time.UTC)
	first := filepath.Join(dir, "000.html")
	if err := os.Chtimes(first, modified, modified); err != nil {
		t.Fatal(err)
	}
	b := newBroker()
	in := ingester(t, b)

	s := run1(t, in, dir)
	want := newStatement()
	want.Discovered, want.Taken, want.Bytes, want.LastSeq, want.Complete = 5, 5, 5*27, 5, true
	if diff := cmp.Diff(want, s); diff != "" {
		t.Errorf("first run (-want +got):\n%s", diff)
	}
	got := b.snapshots(t)[0]
	url, err := fileURL(first)
	if err != nil {
		t.Fatal(err)
	}
	wantSnapshot := page.Snapshot{
		URL: url, Site: page.LocalSite, Key: address{url: url}.key(), Origin: first,
		BodySHA256: "", Size: 27, MediaType: page.HTML, Charset: "utf-8", FetchedAt: modified, Warnings: []string{},
	}
	wantSnapshot.BodySHA256 = got.BodySHA256
	if diff := cmp.Diff(wantSnapshot, got); diff != "" {
		t.Errorf("snapshot (-want +got):\n%s", diff)
	}
	m := b.stream[0]
	if m.Subject != subject.Page(page.LocalSite, got.Key) || m.Event.Type != event.PageFetched || m.Event.Subject != got.Key ||
		m.Event.ID != event.ID("ingest", m.Subject, got.BodySHA256, "0") || m.Event.TraceParent != event.NewTrace(m.Event.ID) {
		t.Errorf("envelope: %+v", m)
	}

	// Nothing changed; then one page changes, and changes back.
	want.Taken, want.Unchanged = 0, 5
	if diff := cmp.Diff(want, run1(t, in, dir)); diff != "" {
		t.Errorf("second run (-want +got):\n%s", diff)
	}
	old, err := os.ReadFile(first)
	if err != nil {
		t.Fatal(err)
	}
	for i, body := range []string{"<html><p>Changed.</p></html>", string(old)} {
		write(t, first, body)
		if s := run1(t, in, dir); s.Taken != 1 || s.Unchanged != 4 || s.LastSeq != uint64(6+i) {
			t.Errorf("change %d: %+v", i+1, s)
		}
	}

	// A body that was lost comes back with an unchanged page.
	clear(b.bodies)
	if s := run1(t, in, dir); s.Unchanged != 5 || len(b.bodies) != 5 {
		t.Errorf("lost bodies: %+v, %d stored", s, len(b.bodies))
	}
}

func TestOtherCharsetOfTheSameBytesIsAChange(t *testing.T) {
	t.Parallel()
	path := write(t, filepath.Join(t.TempDir(), "a.html"), "<p>caf\xe9 and more plain text")
	b := newBroker()
	in := ingester(t, b)
	run1(t, in, path)
	write(t, path+".meta.json", `{"charset":"windows-1250"}`)
	if s := run1(t, in, path); s.Taken != 1 {
		t.Errorf("another charset: %+v", s)
	}
	write(t, path+".meta.json", `{"charset":"windows-1250","etag":"new"}`)
	if s := run1(t, in, path); s.Unchanged != 1 {
		t.Errorf("another validator: %+v", s)
	}
}

func TestOrderIsThatOfTheSources(t *testing.T) {
	t.Parallel()
	dir := folder(t, 60)
	b := newBroker()
	var seen []string
	in := ingester(t, b, func(c *Config, _ *Deps) { c.Workers = 4 })
	s, err := in.Run(t.Context(), []string{dir}, func(p Progress) {
		seen = append(seen, p.Origin)
		if p.Taken != len(seen) || p.Discovered < p.Taken || p.Bytes == 0 {
			t.Errorf("progress: %+v after %d pages", p, len(seen))
		}
	})
	if err != nil || s.Taken != 60 {
		t.Fatalf("%+v, %v", s, err)
	}
	var published []string
	for _, snapshot := range b.snapshots(t) {
		published = append(published, snapshot.Origin)
	}
	if !slices.IsSorted(published) {
		t.Errorf("published in the order %v", published)
	}
	if diff := cmp.Diff(published, seen); diff != "" {
		t.Errorf("progress (-published +seen):\n%s", diff)
	}
}

func TestTwoFilesOfOnePage(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	const link = "<link rel=canonical href=https://example.com/nurse>"
	one := write(t, filepath.Join(dir, "1.html"), link+"<p>Old.")
	write(t, filepath.Join(dir, "2.html"), link+"<p>New.")
	b := newBroker()
	s := run1(t, ingester(t, b), dir)
	got := b.snapshots(t)
	if s.Taken != 2 || len(got) != 2 || got[0].Key != got[1].Key || got[1].Origin != filepath.Join(dir, "2.html") {
		t.Fatalf("%+v, %+v", s, got)
	}
	if len(got[0].Warnings) != 0 || len(got[1].Warnings) != 1 || !strings.Contains(got[1].Warnings[0], one) || s.Warned != 1 {
		t.Errorf("warnings: %q, %q, statement %+v", got[0].Warnings, got[1].Warnings, s.Warnings)
	}
}

// Every call fails now and then, answers get lost, and another run takes the same
// pages at the same time: still every page is there once for each change.
func TestBrokerThatFails(t *testing.T) {
	t.Parallel()
	dir := folder(t, 20)
	write(t, filepath.Join(dir, "empty.html"), "")
	b := newBroker()
	calls := 0
	b.fail = func(op string) error {
		if calls++; calls%3 == 0 {
			return fault.New(fault.BrokerUnavailable, "%s: no answer", op)
		}
		return nil
	}
	stored := 0
	b.lost = func() error {
		if stored++; stored%2 == 0 {
			return fault.New(fault.BrokerUnavailable, "the answer is lost")
		}
		return nil
	}
	var log safeBuffer
	logged := func(_ *Config, d *Deps) { d.Log = slog.New(slog.NewTextHandler(&log, nil)) }
	var statements [2]Statement
	var wg sync.WaitGroup
	for i := range statements {
		in := ingester(t, b, logged)
		wg.Go(func() { statements[i] = run1(t, in, dir) })
	}
	wg.Wait()
	taken := 0
	for _, s := range statements {
		if !s.Complete || s.Taken+s.Unchanged != 20 || s.Failed[fault.EmptyPage] != 1 {
			t.Errorf("statement: %+v", s)
		}
		taken += s.Taken
	}
	if len(b.snapshots(t)) != 20 || len(b.letters) != 1 {
		t.Errorf("%d snapshots, %d letters; want 20 and 1", len(b.stream), len(b.letters))
	}
	// A lost answer may be found as the other run's page by both.
	if taken < 20 {
		t.Errorf("%d pages taken by both runs, want at least 20", taken)
	}
	if text := log.String(); !strings.Contains(text, "trying again") || !strings.Contains(text, "recovered") {
		t.Errorf("the log does not tell of the outage:\n%s", text)
	}
}

type safeBuffer struct {
	mu sync.Mutex
	bytes.Buffer
}

func (b *safeBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.Buffer.Write(p)
}

func TestPageThatTheBrokerRefuses(t *testing.T) {
	t.Parallel()
	dir := folder(t, 3)
	b := newBroker()
	publications := 0
	b.fail = func(op string) error {
		if op == "publish" {
			if publications++; publications == 2 {
				return fault.New(fault.EventTooLarge, "1 byte too much")
			}
		}
		return nil
	}
	s := run1(t, ingester(t, b), dir)
	if !s.Complete || s.Taken != 2 || s.Failed[fault.EventTooLarge] != 1 || len(b.letters) != 1 {
		t.Errorf("%+v", s)
	}
}

func TestBrokerThatStaysDown(t *testing.T) {
	t.Parallel()
	dir := folder(t, 10)
	b := newBroker()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	tries := 0
	b.fail = func(op string) error {
		if len(b.stream) < 4 || op != "publish" {
			return nil
		}
		if tries++; tries == 3 {
			cancel()
		}
		return fault.New(fault.BrokerFull, "no space")
	}
	s, err := ingester(t, b).Run(ctx, []string{dir}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if s.Complete || s.Taken != 4 || s.Accounted() != 4 || s.LastSeq != 4 {
		t.Errorf("%+v", s)
	}
	for _, want := range []string{"4 of 10", "no space", "canceled", "004.html", "again"} {
		if !strings.Contains(s.Why, want) {
			t.Errorf("why is %q, want it to hold %q", s.Why, want)
		}
	}
	// A new run takes the rest.
	b.fail = nil
	if s := run1(t, ingester(t, b), dir); s.Taken != 6 || s.Unchanged != 4 || !s.Complete {
		t.Errorf("second run: %+v", s)
	}
}

func TestCancelBetweenPages(t *testing.T) {
	t.Parallel()
	dir := folder(t, 200)
	b := newBroker()
	ctx, cancel := context.WithCancelCause(t.Context())
	s, err := ingester(t, b).Run(ctx, []string{dir}, func(p Progress) {
		if p.Taken == 7 {
			cancel(errors.New("the operator has had enough"))
		}
	})
	if err != nil || s.Complete || s.Taken != 7 || !strings.Contains(s.Why, "enough") {
		t.Errorf("%+v, %v", s, err)
	}
	if len(b.letters) != 0 {
		t.Errorf("cancelled pages are buried: %v", b.letters)
	}
}

func TestCancelWhileStandardInputIsSilent(t *testing.T) {
	t.Parallel()
	silent, typist := io.Pipe()
	t.Cleanup(func() { _ = typist.Close() })
	reading := make(chan struct{})
	in := ingester(t, newBroker(), func(_ *Config, d *Deps) { d.Stdin = &noticed{silent, reading} })
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		<-reading
		cancel()
	}()
	s, err := in.Run(ctx, []string{"-"}, nil)
	if err != nil || s.Complete || s.Accounted() != 0 || s.Why == "" {
		t.Errorf("%+v, %v", s, err)
	}
}

// noticed closes reading when it is first read.
type noticed struct {
	io.Reader
	reading chan struct{}
}

func (n *noticed) Read(p []byte) (int, error) {
	close(n.reading)
	return n.Reader.Read(p)
}

// counted is a source of n pages that counts how many are in memory at once.
type counted struct {
	n       int
	held    atomic.Int64
	most    atomic.Int64
	panicAt int
}

func (c *counted) Entries(context.Context) iter.Seq[Entry] {
	return func(yield func(Entry) bool) {
		for i := range c.n {
			more := yield(Entry{Origin: fmt.Sprint(i), Take: func(context.Context) (Capture, error) {
				if i == c.panicAt {
					panic("a bug")
				}
				now := c.held.Add(1)
				for most := c.most.Load(); now > most && !c.most.CompareAndSwap(most, now); most = c.most.Load() {
				}
				return Capture{Body: fmt.Appendf(nil, "Page %d.", i), FallbackURL: fmt.Sprintf("file:///%d", i), FetchedAt: noon}, nil
			}})
			if !more {
				return
			}
		}
	}
}

func TestMemoryIsBounded(t *testing.T) {
	t.Parallel()
	b := newBroker()
	src := &counted{n: 3 * ahead, panicAt: -1}
	in := ingester(t, b, func(c *Config, _ *Deps) { c.Workers = 3 })
	// Looking a subject up scans the stream of this broker, so it forgets.
	b.lost = func() error { b.stream = b.stream[:0]; return nil }
	s, err := in.RunSource(t.Context(), src, func(Progress) { src.held.Add(-1) })
	if err != nil || s.Taken != src.n {
		t.Fatalf("%+v, %v", s, err)
	}
	// A slot is freed just before progress is told, so one page more may show.
	if most := src.most.Load(); most > 2*3+1 {
		t.Errorf("%d pages in memory at once, want at most 6", most)
	}
}

func TestPanicIsThePagesOwn(t *testing.T) {
	t.Parallel()
	s, err := ingester(t, newBroker()).RunSource(t.Context(), &counted{n: 5, panicAt: 2}, nil)
	if err != nil || !s.Complete || s.Taken != 4 || s.Failed[fault.Panic] != 1 {
		t.Errorf("%+v, %v", s, err)
	}
}

func TestListsAreBounded(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for i := range MaxListed + 20 {
		write(t, filepath.Join(dir, fmt.Sprintf("e%d", i)), "")
		write(t, filepath.Join(dir, fmt.Sprintf("w%d", i)), "caf\xe9")
	}
	s := run1(t, ingester(t, newBroker()), dir)
	if len(s.Failures) != MaxListed || s.FailedTotal() != MaxListed+20 || len(s.Warnings) != MaxListed || s.Warned != MaxListed+20 {
		t.Errorf("%d of %d failures, %d of %d warnings", len(s.Failures), s.FailedTotal(), len(s.Warnings), s.Warned)
	}
}

func TestNewNamesEveryMistake(t *testing.T) {
	t.Parallel()
	_, err := New(Config{MaxPageBytes: -1, Workers: 65, RetryInitial: time.Hour}, Deps{})
	for _, want := range []string{"-1", "65", "1h", "Bodies", "Publisher", "Last", "DeadLetters"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("New = %v, want it to name %s", err, want)
		}
	}
	if _, err := ingester(t, newBroker()).Run(t.Context(), nil, nil); err == nil {
		t.Error("Run without a source succeeds")
	}
}
