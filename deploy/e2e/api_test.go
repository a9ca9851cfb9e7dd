package e2e

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"careerstream/deploy/app"
	"careerstream/deploy/broker"
	"careerstream/deploy/chdb/chdbtest"
	"careerstream/publish/api"
	"careerstream/publish/store"
	"careerstream/schemas/career"
	"careerstream/schemas/event"
	"careerstream/schemas/stream"
	"careerstream/schemas/subject"
)

// apiWorld is the read API over a real broker.
type apiWorld struct {
	t       testing.TB
	conn    *broker.Conn
	server  *httptest.Server
	version map[string]uint64
}

func newAPIWorld(t testing.TB, s *store.Store, first ...career.Record) *apiWorld {
	t.Helper()
	embedded, err := broker.Start(t.Context(), broker.Config{Dir: t.TempDir(), Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := embedded.Close(); err != nil {
			t.Errorf("close broker: %v", err)
		}
	})
	w := &apiWorld{t: t, conn: embedded.Conn(), version: make(map[string]uint64)}
	if _, err := w.conn.Apply(t.Context(), broker.AllSpecs(), 0); err != nil {
		t.Fatal(err)
	}
	for _, r := range first {
		w.publish(r)
	}
	reads, err := app.NewReadAPI(api.Config{}, &app.Engines{Broker: w.conn, Store: s}, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	for pattern, handler := range reads.Routes() {
		mux.Handle(pattern, handler)
	}
	w.server = httptest.NewServer(mux)
	ctx, cancel := context.WithCancel(t.Context())
	var running sync.WaitGroup
	running.Go(func() {
		if err := reads.Run(ctx); err != nil {
			t.Errorf("read API: %v", err)
		}
	})
	t.Cleanup(func() { cancel(); running.Wait(); w.server.Close() })
	return w
}

// publish stores the next version of a career in the stream.
func (w *apiWorld) publish(r career.Record) {
	w.version[r.Slug]++
	r.FillLists()
	r.Version, r.ValidFrom = w.version[r.Slug], time.Now().UTC()
	sum, err := r.ContentSHA256()
	if err != nil {
		w.t.Error(err)
		return
	}
	e, err := event.New("/careerstream/gate", event.RecordPublished, r.Slug, career.Published{
		Record: r, ContentSHA256: sum, Changes: []career.Change{{Kind: career.Added, Field: "record"}},
	})
	if err != nil {
		w.t.Error(err)
		return
	}
	e.ID = event.ID("api", r.Slug, fmt.Sprint(r.Version))
	if _, _, err := w.conn.Publish(w.t.Context(), event.Out{Subject: subject.Published(r.Slug), Event: e}); err != nil {
		w.t.Error(err)
	}
}

func (w *apiWorld) get(path string, into any) (int, http.Header) {
	w.t.Helper()
	r, err := http.NewRequestWithContext(w.t.Context(), http.MethodGet, w.server.URL+path, nil)
	if err != nil {
		w.t.Fatal(err)
	}
	response, err := w.server.Client().Do(r)
	if err != nil {
		w.t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		w.t.Fatal(err)
	}
	if into != nil {
		if err := json.Unmarshal(body, into); err != nil {
			w.t.Fatalf("%s: %s: %v", path, body, err)
		}
	}
	return response.StatusCode, response.Header
}

// until asks for a path until it has that status.
func (w *apiWorld) until(path string, status int, into any) {
	w.t.Helper()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	deadline := time.After(time.Minute)
	for {
		got, _ := w.get(path, into)
		if got == status {
			return
		}
		select {
		case <-tick.C:
		case <-deadline:
			w.t.Fatalf("%s: %d, want %d", path, got, status)
		}
	}
}

func TestAPITenThousandCareersWhilePublishingGoesOn(t *testing.T) {
	t.Parallel()
	const careers = 10_000
	var first []career.Record
	for i := range careers {
		r := career.Record{Slug: fmt.Sprintf("career-%05d", i), Name: fmt.Sprintf("Career %d", i)}
		r.Source.Site = "example.com"
		first = append(first, r)
	}
	w := newAPIWorld(t, nil, first...)
	w.until("/v1/careers?limit=1", http.StatusOK, nil)
	stop := make(chan struct{})
	var publishing sync.WaitGroup
	publishing.Go(func() {
		for i := 0; ; i++ {
			select {
			case <-stop:
				return
			default:
			}
			r := first[(i*31)%careers]
			r.Name, r.Quality.Score = fmt.Sprintf("Renamed %d", i), float64(i%10)/10
			w.publish(r)
			w.publish(career.Record{Slug: fmt.Sprintf("new-%d", i), Name: "A New One"})
		}
	})
	for _, sort := range []string{"name", "-updated", "quality"} {
		seen := make(map[string]int)
		for next := ""; ; {
			var list api.CareerList
			if status, _ := w.get("/v1/careers?limit=500&sort="+sort+next, &list); status != http.StatusOK {
				t.Fatal(status)
			}
			for _, c := range list.Careers {
				seen[c.Slug]++
			}
			if next = "&cursor=" + list.Next; list.Next == "" {
				break
			}
		}
		for _, r := range first {
			if seen[r.Slug] != 1 {
				t.Errorf("%s: %s comes %d times", sort, r.Slug, seen[r.Slug])
			}
		}
	}
	close(stop)
	publishing.Wait()
	w.followAll()
}

// followAll reads every change by events, with a break after every so many, and
// compares with the stream.
func (w *apiWorld) followAll() {
	w.t.Helper()
	var want, got []string
	log := w.conn.Log(stream.Published)
	info, err := log.Info(w.t.Context())
	if err != nil {
		w.t.Fatal(err)
	}
	for slug, versions := range w.version {
		for v := range versions {
			want = append(want, fmt.Sprint(slug, " ", v+1))
		}
	}
	for last := ""; uint64(len(got)) < info.Last; {
		last = w.events(last, int(min(3000, info.Last-uint64(len(got)))), func(c api.ChangeEntry) { got = append(got, fmt.Sprint(c.Slug, " ", c.Version)) })
	}
	highest := make(map[string]string)
	for _, change := range got {
		slug, version, _ := strings.Cut(change, " ")
		if len(version) < len(highest[slug]) || len(version) == len(highest[slug]) && version <= highest[slug] {
			w.t.Fatalf("%s after version %s", change, highest[slug])
		}
		highest[slug] = version
	}
	slices.Sort(want)
	slices.Sort(got)
	if !slices.Equal(want, got) {
		w.t.Errorf("%d changes, want %d", len(got), len(want))
	}
}

// events takes n changes after a cursor, breaks the connection and returns the
// last cursor.
func (w *apiWorld) events(last string, n int, take func(api.ChangeEntry)) string {
	w.t.Helper()
	ctx, cancel := context.WithCancel(w.t.Context())
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, w.server.URL+"/v1/changes", nil)
	if err != nil {
		w.t.Fatal(err)
	}
	r.Header.Set("Accept", "text/event-stream")
	r.Header.Set("Last-Event-ID", last)
	response, err := w.server.Client().Do(r)
	if err != nil {
		w.t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	in := bufio.NewScanner(response.Body)
	for n > 0 && in.Scan() {
		if data, found := strings.CutPrefix(in.Text(), "data: "); found {
			var entry api.ChangeEntry
			if err := json.Unmarshal([]byte(data), &entry); err != nil {
				w.t.Fatal(err)
			}
			take(entry)
			last = entry.Cursor
			n--
		}
	}
	if n > 0 {
		w.t.Fatalf("stream ends %d changes early: %v", n, in.Err())
	}
	return last
}

// outage is a way to the database that can be cut.
type outage struct {
	dial func(context.Context, string) (net.Conn, error)
	mu   sync.Mutex
	cut  bool
	open []net.Conn
}

var errCut = errors.New("connection refused")

func (o *outage) Dial(ctx context.Context, address string) (net.Conn, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.cut {
		return nil, errCut
	}
	conn, err := o.dial(ctx, address)
	if err == nil {
		o.open = append(o.open, conn)
	}
	return conn, err
}

func (o *outage) set(cut bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.cut = cut
	for _, conn := range o.open {
		_ = conn.Close() // what was open breaks too
	}
	o.open = nil
}

func TestAPIServesCareersWhileClickHouseIsAway(t *testing.T) {
	t.Parallel()
	engine := chdbtest.Engine(t)
	way := &outage{dial: engine.Dialer()}
	s, err := store.Open(store.Config{Dial: way.Dial, Database: chdbtest.Database(t).Auth.Database})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("close store: %v", err)
		}
	})
	if _, err := s.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	nurse, medic := fullRecord("nurse"), fullRecord("medic")
	nurse.Duties[0].Text, medic.Duties[0].Text = "bandages wounds and monitors patients", "bandages wounds and carries patients"
	filler := fullRecord("pilot")
	filler.Duties, filler.Types = []career.Duty{{ID: "f", Text: "flies aircraft between airports"}}, nil
	w := newAPIWorld(t, s, nurse, medic, filler)
	w.until("/v1/careers?limit=1", http.StatusOK, nil)
	reports := []string{"/v1/trends/leaderboard", "/v1/trends/daily", "/v1/trends/funnel", "/v1/trends/traits", "/v1/coverage"}
	for _, path := range reports {
		if status, _ := w.get(path, nil); status != http.StatusOK {
			t.Errorf("%s: %d", path, status)
		}
	}
	way.set(true)
	for _, path := range reports {
		var p struct {
			Since time.Time `json:"unavailable_since"`
		}
		if status, header := w.get(path, &p); status != http.StatusServiceUnavailable || p.Since.IsZero() || header.Get("Retry-After") == "" {
			t.Errorf("%s: %d %+v", path, status, p)
		}
	}
	for _, path := range []string{"/v1/careers/nurse", "/v1/careers/nurse.jsonld", "/v1/careers", "/v1/careers/nurse/versions", "/v1/changes", "/v1/careers/nurse?as_of=2100-01-01"} {
		if status, _ := w.get(path, nil); status != http.StatusOK {
			t.Errorf("%s: %d", path, status)
		}
	}
	var alike api.SimilarList
	if status, _ := w.get("/v1/careers/nurse/similar", &alike); status != http.StatusOK || len(alike.Similar) == 0 || alike.Similar[0].Slug != "medic" || len(alike.Similar[0].Because) == 0 {
		t.Errorf("%d %+v", status, alike)
	}
	way.set(false)
	for _, path := range reports {
		w.until(path, http.StatusOK, nil)
	}
}
