package fetch

import (
	"bufio"
	"errors"
	"io"
	"net"
	"net/http"
	"net/netip"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
)

func TestConditional(t *testing.T) {
	t.Parallel()
	const modified = "Sun, 01 Mar 2026 12:00:00 GMT"
	u := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("If-None-Match") == `W/"v1"` && r.Header.Get("If-Modified-Since") == modified {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		w.Header().Set("ETag", `W/"v1"`)
		w.Header().Set("Last-Modified", modified)
		sendPage(w, "<p>one")
	})
	c := newClient(t, quick(), Deps{})
	first, err := c.Get(t.Context(), Request{URL: u})
	if err != nil || first.Kind != OK || first.NotModified() {
		t.Fatal(first.Kind, err)
	}
	again, err := c.Get(t.Context(), Request{URL: u, ETag: first.ETag, LastModified: first.LastModified})
	if err != nil || !again.NotModified() || again.WireBytes != 0 || !again.ReusedConn {
		t.Fatalf("%+v, %v", again, err)
	}
	if again.ETag != first.ETag || again.LastModified != modified {
		t.Errorf("validators %q %q are lost", again.ETag, again.LastModified)
	}
	// Validators that cannot stand in a header are left out, whatever they hold.
	for _, bad := range []string{"\"x\"\r\nX-Evil: 1", "\"\x00\"", strings.Repeat("e", maxValidator+1)} {
		if r, err := c.Get(t.Context(), Request{URL: u, ETag: bad, LastModified: bad}); err != nil || r.Kind != OK {
			t.Errorf("%.10q: %s, %v", bad, r.Kind, err)
		}
	}
}

func TestRequestHeader(t *testing.T) {
	t.Parallel()
	got := make(chan *http.Request, 1)
	u := serve(t, func(w http.ResponseWriter, r *http.Request) { got <- r; sendPage(w, "x") })
	u.Fragment = "part"
	if _, err := newClient(t, quick(), Deps{}).Get(t.Context(), Request{URL: u, Accept: []Media{XML, Gzip}}); err != nil {
		if KindOf(err) != WrongType {
			t.Fatal(err)
		}
	}
	r := <-got
	want := http.Header{
		"User-Agent": {testAgent}, "Accept-Encoding": {"gzip, deflate, br, zstd"},
		"Accept": {"application/xml, text/xml, application/gzip, */*;q=0.1"},
	}
	if r.Method != http.MethodGet || r.RequestURI != "/page" || len(r.Header) != len(want) {
		t.Errorf("%s %s %v", r.Method, r.RequestURI, r.Header)
	}
	for k := range want {
		if r.Header.Get(k) != want.Get(k) {
			t.Errorf("%s: %q", k, r.Header.Get(k))
		}
	}
}

// The transport would ask a second time when a kept connection breaks after
// the request; here the server counts every request that reaches it.
func TestOneRequestOnTheWire(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var requests atomic.Int32
	var all sync.WaitGroup
	all.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			all.Go(func() {
				defer func() { _ = c.Close() }()
				in := bufio.NewReader(c)
				for n := 0; ; n++ {
					if _, err := http.ReadRequest(in); err != nil {
						return
					}
					requests.Add(1)
					if n == 1 {
						return // the second request on a connection gets no answer
					}
					_, _ = io.WriteString(c, "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 2\r\n\r\nok")
				}
			})
		}
	})
	t.Cleanup(func() { _ = l.Close(); all.Wait() })
	c := newClient(t, quick(), Deps{})
	t.Cleanup(c.Close)
	u := parse(t, "http://"+l.Addr().String()+"/")
	if _, err := c.Get(t.Context(), Request{URL: u}); err != nil {
		t.Fatal(err)
	}
	r, err := c.Get(t.Context(), Request{URL: u})
	if r.Kind != Reset || !errors.Is(err, errRepeat) {
		t.Errorf("%s, %v; want the lost connection", r.Kind, err)
	}
	if n := requests.Load(); n != 2 {
		t.Errorf("%d requests reached the server for 2 calls", n)
	}
	if _, err := c.Get(t.Context(), Request{URL: u}); err != nil {
		t.Errorf("the next call: %v", err)
	}
	if n := requests.Load(); n != 3 {
		t.Errorf("%d requests for 3 calls", n)
	}
}

func TestOneConnectionAHost(t *testing.T) {
	t.Parallel()
	var now, most atomic.Int32
	u := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		if n := now.Add(1); n > most.Load() {
			most.Store(n)
		}
		defer now.Add(-1)
		sendPage(w, strings.Repeat("x", 100<<10))
	})
	c := newClient(t, quick(), Deps{})
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() {
			if _, err := c.Get(t.Context(), Request{URL: u}); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if most.Load() != 1 {
		t.Errorf("%d requests at once", most.Load())
	}
}

func TestRaw(t *testing.T) {
	t.Parallel()
	const ok = "HTTP/1.1 200 OK\r\ncontent-TYPE: text/html\r\nX-Order: b\r\nX-order: a\r\n"
	for _, c := range []struct{ name, sent, raw, truncated string }{
		{"length", ok + "Content-Length: 4\r\n\r\n<p>x", "", ""},
		{"surplus", ok + "Content-Length: 4\r\nConnection: close\r\n\r\n<p>xyz", ok + "Content-Length: 4\r\nConnection: close\r\n\r\n<p>x", ""},
		{"chunks", ok + "Transfer-Encoding: chunked\r\n\r\n2;a=b\r\n<p\r\n2\r\n>x\r\n0\r\nX-Trailer: t\r\n\r\n", "", ""},
		{"chunks, surplus", ok + "Connection: close\r\nTransfer-Encoding: chunked\r\n\r\n4\r\n<p>x\r\n0\r\n\r\nHTTP/1.1 200 OK\r\n\r\n",
			ok + "Connection: close\r\nTransfer-Encoding: chunked\r\n\r\n4\r\n<p>x\r\n0\r\n\r\n", ""},
		{"by close", ok + "\r\n<p>x", "", ""},
		{"bare LF", strings.ReplaceAll(ok, "\r", "") + "Content-Length: 4\n\n<p>x", "", ""},
		{"interim", "HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" + ok + "Content-Length: 4\r\n\r\n<p>x", ok + "Content-Length: 4\r\n\r\n<p>x", ""},
		{"error page", "HTTP/1.1 404 Not Found\r\nContent-Length: 4\r\n\r\ngone", "", ""},
		{"short", ok + "Content-Length: 9\r\n\r\n<p>x", "", "disconnect"},
		{"refused type", "HTTP/1.1 200 OK\r\nContent-Type: image/png\r\nContent-Length: 1000000\r\n\r\n", "", "length"},
		{"empty", ok + "Content-Length: 0\r\n\r\n", "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			cfg := quick()
			cfg.KeepRaw = true
			u := listen(t, say(c.sent))
			r, err := newClient(t, cfg, Deps{}).Get(t.Context(), Request{URL: u})
			if r.Raw == nil {
				t.Fatalf("no raw bytes: %v", err)
			}
			want := c.raw
			if want == "" {
				want = c.sent
			}
			if got := string(r.Raw.Response); got != want || r.Raw.Truncated != c.truncated {
				t.Errorf("truncated %q\n%q\nwant %q\n%q", r.Raw.Truncated, got, c.truncated, want)
			}
			if head := string(r.Raw.Response[:r.Raw.HeaderLen]); !strings.HasSuffix(strings.ReplaceAll(head, "\r", ""), "\n\n") {
				t.Errorf("header ends in %q", head)
			}
			if q := string(r.Raw.Request); !strings.HasPrefix(q, "GET /page HTTP/1.1\r\nHost: "+u.Host+"\r\nUser-Agent: "+testAgent+"\r\n") || !strings.HasSuffix(q, "\r\n\r\n") {
				t.Errorf("request %q", q)
			}
		})
	}
}

func TestRawOnAKeptConnection(t *testing.T) {
	t.Parallel()
	cfg := quick()
	cfg.KeepRaw = true
	u := serve(t, func(w http.ResponseWriter, r *http.Request) { sendPage(w, "<p>"+r.URL.RawQuery) })
	c := newClient(t, cfg, Deps{})
	for _, q := range []string{"one", "two", "three"} {
		u.RawQuery = q
		r, err := c.Get(t.Context(), Request{URL: u})
		if err != nil || !strings.HasPrefix(string(r.Raw.Request), "GET /page?"+q+" ") || string(r.Raw.Response[r.Raw.HeaderLen:]) != "<p>"+q {
			t.Errorf("%s: %v, %q %q", q, err, r.Raw.Request, r.Raw.Response)
		}
	}
}

func FuzzCutRaw(f *testing.F) {
	f.Add([]byte("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0\r\n\r\nrest"), int64(-1), true)
	f.Add([]byte("HTTP/1.1 100 C\n\nHTTP/1.1 200 OK\n\nabc"), int64(2), false)
	f.Add([]byte("5\r\nffffffffffffffff\r\n"), int64(0), true)
	f.Fuzz(func(t *testing.T, b []byte, length int64, chunked bool) {
		head := &http.Response{StatusCode: 200, ContentLength: max(length, -1)}
		if chunked {
			head.TransferEncoding = []string{"chunked"}
		}
		if msg, n := cutRaw(b, head); n > len(msg) || len(msg) > len(b) {
			t.Errorf("%d of %d of %d", n, len(msg), len(b))
		}
	})
}

func TestConfig(t *testing.T) {
	t.Parallel()
	for _, ua := range []string{"", "careerstream", "careerstream/1.0", "careerstream/1.0 (+contact not configured)", "Mozilla/5.0 (+https://x.example)", "careerstream/1 (+x)", "careerstream/1 (+https://x.example)\r\nX: y"} {
		if _, err := New(Config{UserAgent: ua}, Deps{}); err == nil {
			t.Errorf("user agent %q was taken", ua)
		}
	}
	for _, contact := range []string{"https://data.example/bot", "data@site.example", "mailto:data@site.example"} {
		ua, err := UserAgent("1.2.3", contact)
		if err != nil {
			t.Error(err)
		}
		newClient(t, Config{UserAgent: ua}, Deps{})
	}
	if _, err := UserAgent("1.2.3", "nobody"); err == nil {
		t.Error("contact \"nobody\" was taken")
	}
	_, err := New(Config{UserAgent: "x", AllowPrivate: []netip.Prefix{{}}, TotalTimeout: -1, MaxBodyBytes: -1}, Deps{})
	for _, part := range []string{"user agent", "private range", "total timeout", "body bytes"} {
		if err == nil || !strings.Contains(err.Error(), part) {
			t.Errorf("%v does not name %s", err, part)
		}
	}
}

func TestProxyOfTheEnvironmentIsNotUsed(t *testing.T) { // not parallel: it sets the environment
	for _, k := range []string{"HTTP_PROXY", "http_proxy", "ALL_PROXY"} {
		t.Setenv(k, "http://127.0.0.1:1")
	}
	if os.Getenv("HTTP_PROXY") == "" {
		t.Fatal("no proxy set")
	}
	r := newClient(t, quick(), Deps{}).transport
	if r.Proxy != nil {
		t.Error("the transport has a proxy")
	}
}

func TestTable(t *testing.T) {
	t.Parallel()
	seen := map[Kind]bool{}
	for _, row := range Table() {
		if seen[row.Kind] || row.Label == "" || row.Hint == "" || (row.Class != Done && row.Class != Retry && row.Class != Permanent) {
			t.Errorf("%+v", row)
		}
		seen[row.Kind] = true
		if row.Kind.Info() != row {
			t.Errorf("%s: Info differs from its row", row.Kind)
		}
	}
	if Kind("unheard").Info().Kind != Protocol || KindOf(io.EOF) != Protocol {
		t.Error("an unknown kind has no row")
	}
}
