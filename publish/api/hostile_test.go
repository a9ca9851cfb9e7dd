package api_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"careerstream/publish/api"
)

// hostileWorld has a bit of everything; waiting has ended.
func hostileWorld(t testing.TB) *world {
	w := newWorld(t, api.Config{}, withSimilar)
	w.some(8)
	r := record("a", "A")
	r.Aliases = []string{"alias"}
	w.publish(r)
	w.publish(record("b", "B"))
	w.publish(retired("gone", "Gone", ""))
	w.follow()
	w.handler.Close()
	return w
}

// hostile asks and holds the answer to what every answer promises.
func (w *world) hostile(t *testing.T, method, target, accept, none string) *httptest.ResponseRecorder {
	t.Helper()
	address, err := url.ParseRequestURI(target)
	if err != nil {
		t.Skip("the server never sees such a target")
	}
	r := (&http.Request{Method: method, URL: address, Header: http.Header{}, RemoteAddr: "127.0.0.1:1", Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1}).WithContext(t.Context())
	r.Header["Accept"], r.Header["If-None-Match"] = []string{accept}, []string{none}
	got := httptest.NewRecorder()
	w.handler.ServeHTTP(got, r)
	if !slices.Contains([]int{200, 204, 301, 304, 400, 404, 405, 406, 410, 503}, got.Code) {
		t.Errorf("%s %q: %d %s", method, target, got.Code, got.Body)
	}
	if len(got.Body.String()) > 0 && (method == http.MethodHead || got.Code == 304 || got.Code == 204) {
		t.Errorf("%s %q: %d with a body", method, target, got.Code)
	}
	if got.Code >= 400 {
		var p struct {
			Type, Title, Detail string
			Status              int
		}
		media := got.Header().Get("Content-Type")
		if method != http.MethodHead {
			if err := json.Unmarshal(got.Body.Bytes(), &p); err != nil || p.Status != got.Code || p.Type == "" || p.Detail == "" {
				t.Errorf("%s %q: %d is no problem: %s", method, target, got.Code, got.Body)
			}
		}
		if media != "application/problem+json" || got.Body.Len() > 4<<10 {
			t.Errorf("%s %q: %d with %d bytes of %s", method, target, got.Code, got.Body.Len(), media)
		}
	}
	return got
}

func TestHostileRequests(t *testing.T) {
	t.Parallel()
	w := hostileWorld(t)
	long := strings.Repeat("a", 60_000)
	for target, status := range map[string]int{
		"/v1/careers/%61": 200, "/v1/careers/a%2Fversions": 404, "/v1/careers/a%2fversions": 404, "/v1/careers/" + long: 404, "/v1/" + long: 404,
		"/v1/careers/%00": 404, "/v1/careers/%ff": 404, "/v1/careers/%F0%9F%92%A9.jsonld": 404, "/v1/careers/.jsonld": 404, "/v1/careers//versions": 404,
		"/v1/careers?q=" + long: 400, "/v1/careers?" + long + "=1": 400, "/v1/careers?q=%ff": 400, "/v1/careers?q=a;b": 400, "/v1/careers?q=%zz": 400,
		"/v1/careers?has=duties" + strings.Repeat("&has=duties", 200): 400, "/v1/careers?has=" + strings.Repeat("duties,", 130): 400,
		"/v1/careers?cursor=%00": 400, "/v1/careers?cursor=" + strings.Repeat("A", 900): 400, "/v1/careers?limit=-1": 400, "/v1/careers?min_quality=nan": 400,
		"/v1/careers?limit=99999999999999999999": 400, "/v1/changes?after=" + strings.Repeat("_", 64): 400, "/v1/changes?wait=1e3": 400,
		"/v1/careers/a?as_of=0000-00-00": 400, "/v1/careers/a?as_of=0001-01-01": 404, "/v1/careers/a/versions?cursor=x": 400, "/v1/trends/daily?since=99999999d": 400,
	} {
		for _, method := range []string{http.MethodGet, http.MethodHead} {
			if got := w.hostile(t, method, target, "*/*", ""); got.Code != status {
				t.Errorf("%s %.80q: %d, want %d", method, target, got.Code, status)
			}
		}
		for _, method := range []string{"POST", "TRACE", "BREW", ""} {
			w.hostile(t, method, target, "*/*", "")
		}
	}
	for _, accept := range []string{"garbage", ";;,,//", "text/html", "*/*;q=0", strings.Repeat("a/b;q=0.1,", 5000)} {
		if got := w.hostile(t, http.MethodGet, "/v1/careers/a", accept, ""); got.Code != http.StatusNotAcceptable {
			t.Errorf("Accept %.40q: %d", accept, got.Code)
		}
	}
}

// FuzzRequest: whatever is asked for, the answer is one that is documented, and a
// failure is a problem.
func FuzzRequest(f *testing.F) {
	w := hostileWorld(f)
	for _, seed := range [][4]string{
		{"GET", "/v1/careers?limit=2&sort=quality&has=duties,faqs", "*/*", ""}, {"GET", "/v1/careers/a?as_of=2026-05-01T00:01:00Z", "application/ld+json", "*"},
		{"HEAD", "/v1/careers/gone.jsonld", "", `W/"x", "y"`}, {"GET", "/v1/careers/alias/versions?cursor=AAAA", "application/*;q=0.5", ""},
		{"GET", "/v1/changes?after=latest&wait=1", "text/event-stream", ""}, {"OPTIONS", "/v1/openapi.json", "*/*", ""}, {"GET", "/v1/careers/%2e%2e%2fa/similar?limit=3", "*/*", ""},
	} {
		f.Add(seed[0], seed[1], seed[2], seed[3])
	}
	f.Fuzz(func(t *testing.T, method, target, accept, none string) { w.hostile(t, method, target, accept, none) })
}

// waits asks until so many clients wait.
func (w *world) waits(n int) {
	w.t.Helper()
	again := time.NewTicker(5 * time.Millisecond)
	defer again.Stop()
	for {
		if into[api.Health](w.t, w.get("/v1/health")).Waiting == n {
			return
		}
		select {
		case <-again.C:
		case <-w.t.Context().Done():
			w.t.Fatalf("there are never %d who wait", n)
		}
	}
}

// dial opens a connection and asks for the stream of events.
func (w *world) dial(query string) net.Conn {
	w.t.Helper()
	conn, err := net.Dial("tcp", w.server.Listener.Addr().String())
	if err != nil {
		w.t.Fatal(err)
	}
	w.t.Cleanup(func() { _ = conn.Close() })
	if _, err := fmt.Fprintf(conn, "GET /v1/changes%s HTTP/1.1\r\nHost: x\r\nAccept: text/event-stream\r\n\r\n", query); err != nil {
		w.t.Fatal(err)
	}
	return conn
}

// TestClientsThatAreCutOffLeaveNothing: streams whose client goes in their middle
// end, and give their places back.
func TestClientsThatAreCutOffLeaveNothing(t *testing.T) {
	t.Parallel()
	const clients = 40
	w := newWorld(t, api.Config{MaxWaiting: clients, Heartbeat: 10 * time.Millisecond})
	w.some(50)
	w.follow()
	for range 3 {
		var open []net.Conn
		for range clients {
			open = append(open, w.dial(""))
		}
		w.waits(clients)
		if got := w.get("/v1/changes?wait=1&after=latest"); problemOf(t, got, 503) != "too-many-waiting" {
			t.Errorf("one too many: %d", got.StatusCode)
		}
		for i, conn := range open {
			if i%2 == 0 { // some have read a bit
				_, _ = io.ReadFull(bufio.NewReader(conn), make([]byte, 200))
			}
			if tcp, ok := conn.(*net.TCPConn); ok && i%3 == 0 {
				_ = tcp.SetLinger(0) // a reset, as of a lost phone
			}
			_ = conn.Close()
		}
		w.waits(0)
	}
}

// TestASlowClientIsGivenUp: one that never reads loses its place when it has had
// its time, and hinders nobody.
func TestASlowClientIsGivenUp(t *testing.T) {
	t.Parallel()
	// Of the patience with a client, 15 s, a tenth of a second is left.
	w := newWorld(t, api.Config{MaxWaiting: 2, Now: func() time.Time { return time.Now().Add(-14900 * time.Millisecond) }})
	big := record("big", "Big")
	big.Definition.Paragraphs = []string{strings.Repeat("Long. ", 40_000)}
	for range 60 {
		w.publish(big)
	}
	w.follow()
	conn := w.dial("?include=record")
	if _, err := io.ReadFull(conn, make([]byte, 1)); err != nil {
		t.Fatal(err) // it has its place from here on
	}
	w.waits(0)
	if n, _ := io.Copy(io.Discard, conn); n > 50*240_000 {
		t.Errorf("%d bytes came, all of them", n)
	}
	if got := w.get("/v1/careers/big"); got.StatusCode != http.StatusOK {
		t.Errorf("others: %d", got.StatusCode)
	}
}
