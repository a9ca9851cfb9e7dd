package fetch

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"sync"
	"testing"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const testAgent = "careerstream/1.0 (+https://data.example/contact)"

// quick are limits that a test can wait for.
func quick() Config {
	return Config{
		UserAgent:    testAgent,
		AllowPrivate: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")},
	}
}

func newClient(t testing.TB, cfg Config, deps Deps) *Client {
	t.Helper()
	c, err := New(cfg, deps)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}

// serve is a site on loopback.
func serve(t testing.TB, h http.HandlerFunc) *url.URL {
	t.Helper()
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	return parse(t, s.URL+"/page")
}

func parse(t testing.TB, s string) *url.URL {
	t.Helper()
	u, err := url.Parse(s)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

func sendPage(w http.ResponseWriter, body string) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_, _ = w.Write([]byte(body))
}

// listen serves raw bytes on loopback: talk runs for every connection after one
// request's header was read. gone is closed at the test's end.
func listen(t testing.TB, talk func(c net.Conn, gone <-chan struct{})) *url.URL {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	gone := make(chan struct{})
	var all sync.WaitGroup
	all.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			all.Go(func() {
				defer func() { _ = c.Close() }()
				if _, err := http.ReadRequest(bufio.NewReader(c)); err == nil {
					talk(c, gone)
				}
			})
		}
	})
	t.Cleanup(func() { close(gone); _ = l.Close(); all.Wait() })
	return parse(t, "http://"+l.Addr().String()+"/page")
}

// say sends lines of a header, or anything else, as it is.
func say(s string) func(net.Conn, <-chan struct{}) {
	return func(c net.Conn, _ <-chan struct{}) { _, _ = io.WriteString(c, s) }
}

// talking is a talk that writes until it fails.
func talking(f func(io.Writer) error) func(net.Conn, <-chan struct{}) {
	return func(c net.Conn, _ <-chan struct{}) { _ = f(c) }
}
