package api_test

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"careerstream/publish/api"
	"careerstream/publish/api/catalog"
	"careerstream/publish/sink"
	"careerstream/publish/sink/sinktest"
	"careerstream/schemas/career"
	"careerstream/schemas/event"
	"careerstream/schemas/subject"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// world is the API over a stream in memory, with a server on loopback.
type world struct {
	t       testing.TB
	log     *sinktest.Log
	history *history
	catalog *catalog.Catalog
	handler *api.Handler
	server  *httptest.Server

	mu       sync.Mutex
	versions map[string]uint64
	clock    time.Time
}

// history can be away.
type history struct {
	sink.Getter
	mu   sync.Mutex
	away error
}

func (h *history) set(err error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.away = err
}

func (h *history) Get(ctx context.Context, seq uint64) (sink.Raw, bool, error) {
	h.mu.Lock()
	away := h.away
	h.mu.Unlock()
	if away != nil {
		return sink.Raw{}, false, away
	}
	return h.Getter.Get(ctx, seq)
}

// likeness is similar careers by slug.
type likeness map[string][]api.Match

func (l likeness) Similar(slug string, k int) []api.Match { return l[slug][:min(k, len(l[slug]))] }

func newWorld(t testing.TB, cfg api.Config, change ...func(*api.Deps, *httptest.Server)) *world {
	t.Helper()
	w := &world{t: t, log: sinktest.NewLog("PUBLISHED", "one"), versions: make(map[string]uint64), clock: time.Date(2026, 5, 1, 0, 0, 0, 0, time.UTC)}
	w.history = &history{Getter: w.log}
	var err error
	if w.catalog, err = catalog.New(catalog.Config{}); err != nil {
		t.Fatal(err)
	}
	w.server = httptest.NewUnstartedServer(nil)
	deps := api.Deps{Catalog: w.catalog, History: w.history}
	for _, change := range change {
		change(&deps, w.server)
	}
	if w.handler, err = api.New(cfg, deps); err != nil {
		t.Fatal(err)
	}
	w.server.Config.Handler = w.handler
	w.server.Start()
	t.Cleanup(func() {
		w.handler.Close()
		w.server.Close()
	})
	return w
}

// follow feeds the catalog and waits until it has all.
func (w *world) follow() {
	w.t.Helper()
	ctx, cancel := context.WithCancel(w.t.Context())
	var running sync.WaitGroup
	running.Go(func() { w.catalog.Follow(ctx, w.log, slog.New(slog.DiscardHandler)) })
	w.t.Cleanup(func() { cancel(); running.Wait() })
	w.settle()
}

// settle waits until the catalog has all that is published.
func (w *world) settle() {
	w.t.Helper()
	info, err := w.log.Info(w.t.Context())
	if err != nil {
		w.t.Fatal(err)
	}
	for {
		news := w.catalog.After(0, 1)
		if news.Position >= info.Last && w.catalog.Ready() {
			return
		}
		select {
		case <-news.Changed:
		case <-w.t.Context().Done():
			w.t.Fatal("the catalog does not come up")
		}
	}
}

// publish adds the next version of a career, one minute after the last, and
// returns its sequence.
func (w *world) publish(r career.Record) uint64 {
	w.t.Helper()
	w.mu.Lock()
	defer w.mu.Unlock()
	w.versions[r.Slug]++
	w.clock = w.clock.Add(time.Minute)
	r.Version, r.ValidFrom = w.versions[r.Slug], w.clock
	return w.log.Append(subject.Published(r.Slug), encode(w.t, r))
}

// encode makes the message of a version.
func encode(t testing.TB, r career.Record) []byte {
	t.Helper()
	r.FillLists()
	sum, err := r.ContentSHA256()
	if err != nil {
		t.Fatal(err)
	}
	changes := []career.Change{{Kind: career.Added, Field: "record"}}
	if r.Version > 1 {
		changes = []career.Change{{Kind: career.Changed, Field: "name", Before: "x", After: r.Name}}
	}
	e, err := event.New("/careerstream/gate", event.RecordPublished, r.Slug, career.Published{Record: r, ContentSHA256: sum, Changes: changes})
	if err != nil {
		t.Fatal(err)
	}
	e.ID, e.Time = event.ID(r.Slug, fmt.Sprint(r.Version)), r.ValidFrom
	body, err := e.Encode()
	if err != nil {
		t.Fatal(err)
	}
	return body
}

// record is a career that breaks no schema.
func record(slug, name string) career.Record {
	return career.Record{
		Slug: slug, Name: name, Plural: name + "s", AlsoKnownAs: []string{name + " Person"},
		Definition: career.Definition{Paragraphs: []string{"A " + name + " works."}},
		Duties:     []career.Duty{{ID: "work", Name: "Work", Text: "does the work"}},
		Source: career.Source{
			URL: "https://example.com/" + slug, Site: "example.com", FetchedAt: time.Date(2026, 5, 1, 0, 0, 0, 0, time.UTC),
			BodySHA256: strings.Repeat("0", 64), Profile: "generic", Template: "t", Extractor: "1",
		},
		Quality: career.Quality{Score: 0.5},
	}
}

func retired(slug, name, heir string) career.Record {
	r := record(slug, name)
	reason := "not-found"
	if heir != "" {
		reason = "moved"
	}
	r.Retired = &career.Retirement{Since: time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC), Reason: reason, ReplacedBy: heir}
	return r
}

// answer is a response with its body.
type answer struct {
	*http.Response
	body []byte
}

// get asks for a path without following redirects.
func (w *world) get(path string, header ...string) answer {
	w.t.Helper()
	return w.ask(http.MethodGet, path, header...)
}

func (w *world) ask(method, path string, header ...string) answer {
	w.t.Helper()
	r, err := http.NewRequestWithContext(w.t.Context(), method, w.server.URL+path, nil)
	if err != nil {
		w.t.Fatal(err)
	}
	for i := 0; i < len(header); i += 2 {
		r.Header.Add(header[i], header[i+1])
	}
	response, err := w.server.Client().Transport.RoundTrip(r)
	if err != nil {
		w.t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		w.t.Fatal(err)
	}
	return answer{response, body}
}

// into decodes the body after a check of the status.
func into[T any](t testing.TB, a answer) (v T) {
	t.Helper()
	if a.StatusCode != http.StatusOK {
		t.Fatalf("%s: %d %s", a.Request.URL, a.StatusCode, a.body)
	}
	if err := json.Unmarshal(a.body, &v); err != nil {
		t.Fatal(err)
	}
	return v
}

// problemOf is the last part of the type of a problem with a status.
func problemOf(t testing.TB, a answer, status int) string {
	t.Helper()
	var p struct {
		Type   string `json:"type"`
		Status int    `json:"status"`
	}
	if err := json.Unmarshal(a.body, &p); err != nil {
		t.Fatalf("%s: %s: %v", a.Request.URL, a.body, err)
	}
	if a.StatusCode != status || p.Status != status || a.Header.Get("Content-Type") != "application/problem+json" {
		t.Fatalf("%s: %d %v %s, want a problem with %d", a.Request.URL, a.StatusCode, a.Header, a.body, status)
	}
	return strings.TrimPrefix(p.Type, "urn:careerstream:problem:")
}

// events reads server-sent events.
type events struct {
	t    testing.TB
	body io.ReadCloser
	in   *bufio.Scanner
}

// listen opens a stream of events that ends with stop.
func (w *world) listen(ctx context.Context, path, last string) *events {
	w.t.Helper()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, w.server.URL+path, nil)
	if err != nil {
		w.t.Fatal(err)
	}
	r.Header.Set("Accept", "text/event-stream")
	if last != "" {
		r.Header.Set("Last-Event-ID", last)
	}
	response, err := w.server.Client().Transport.RoundTrip(r)
	if err != nil {
		w.t.Fatal(err)
	}
	if response.StatusCode != http.StatusOK || response.Header.Get("Content-Type") != "text/event-stream" {
		w.t.Fatalf("%d %v", response.StatusCode, response.Header)
	}
	return &events{w.t, response.Body, bufio.NewScanner(response.Body)}
}

// next returns the next change with its id; heartbeats counts comments before it.
func (e *events) next() (id string, entry api.ChangeEntry, heartbeats int, err error) {
	for e.in.Scan() {
		line := e.in.Text()
		switch {
		case strings.HasPrefix(line, ":"):
			heartbeats++
		case strings.HasPrefix(line, "id: "):
			id = line[4:]
		case strings.HasPrefix(line, "data: "):
			err = json.Unmarshal([]byte(line[6:]), &entry)
			return id, entry, heartbeats, err
		}
	}
	return "", entry, heartbeats, errors.Join(io.EOF, e.in.Err())
}
