package api_test

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"careerstream/publish/api"
	"careerstream/publish/api/represent"
	"careerstream/schemas/career"
)

// connections is how many clients there are at once, each with a connection that
// is kept.
const connections = 32

// BenchmarkCareer compares GET /v1/careers/{slug}, with rate limit and CORS on,
// with a bare handler of net/http that serves the same bytes from memory. The two
// take turns, so that a noise on the machine hits both. The client writes
// requests and reads answers without net/http, which would hide the servers'
// difference behind its own cost.
func BenchmarkCareer(b *testing.B) {
	for _, coding := range []string{"identity", "gzip"} {
		b.Run(coding, func(b *testing.B) {
			w := newWorld(b, api.Config{Rate: 1e9, Burst: 1e9, Origins: []string{api.AllOrigins}})
			w.publish(large("welder"))
			w.follow()
			body := w.get("/v1/careers/welder").body
			if coding == "gzip" {
				body = represent.Gzip(body)
			}
			bare := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, _ *http.Request) {
				rw.Header().Set("Content-Type", "application/json")
				rw.Header().Set("Content-Length", strconv.Itoa(len(body)))
				_, _ = rw.Write(body)
			}))
			defer bare.Close()
			ours, theirs := dial(b, w.server, coding), dial(b, bare, coding)
			load(b, ours, 10, len(body))
			load(b, theirs, 10, len(body))
			var times [2][]time.Duration
			var spent [2]time.Duration
			b.ReportAllocs()
			b.SetBytes(int64(2 * len(body)))
			for b.Loop() {
				for i, clients := range [][]*client{ours, theirs} {
					start := time.Now()
					times[i] = append(times[i], load(b, clients, 50, len(body))...)
					spent[i] += time.Since(start)
				}
			}
			rate := func(i int) float64 { return float64(len(times[i])) / spent[i].Seconds() }
			p99 := func(i int) float64 {
				slices.Sort(times[i])
				return float64(times[i][len(times[i])*99/100].Microseconds())
			}
			b.ReportMetric(rate(0), "api-req/s")
			b.ReportMetric(rate(1), "bare-req/s")
			b.ReportMetric(rate(0)/rate(1), "ratio")
			b.ReportMetric(p99(0), "api-p99-µs")
			b.ReportMetric(p99(1), "bare-p99-µs")
		})
	}
}

// large is a record of usual size.
func large(slug string) career.Record {
	r := record(slug, "Welder")
	for i := range 12 {
		text := strings.Repeat(fmt.Sprintf("They do thing %d with care and skill. ", i), 20)
		r.Duties = append(r.Duties, career.Duty{ID: fmt.Sprint(i), Name: "Thing", Text: text})
		r.FAQs = append(r.FAQs, career.FAQ{Kind: career.QA, Question: fmt.Sprintf("Why %d?", i), Answer: []string{text}})
	}
	return r
}

type client struct {
	conn    net.Conn
	in      *bufio.Reader
	request []byte
}

func dial(b *testing.B, server *httptest.Server, coding string) []*client {
	b.Helper()
	var clients []*client
	address := server.Listener.Addr().String()
	for range connections {
		conn, err := (&net.Dialer{}).DialContext(b.Context(), "tcp", address)
		if err != nil {
			b.Fatal(err)
		}
		b.Cleanup(func() { _ = conn.Close() })
		clients = append(clients, &client{
			conn: conn, in: bufio.NewReaderSize(conn, 64<<10),
			request: []byte("GET /v1/careers/welder HTTP/1.1\r\nHost: " + address + "\r\nAccept: */*\r\nOrigin: https://example.com\r\nAccept-Encoding: " + coding + "\r\n\r\n"),
		})
	}
	return clients
}

// load has each client send n requests one after the other.
func load(b *testing.B, clients []*client, n, size int) []time.Duration {
	b.Helper()
	times := make([]time.Duration, n*len(clients))
	var running sync.WaitGroup
	for i, c := range clients {
		running.Go(func() {
			for j := range n {
				start := time.Now()
				if err := c.ask(size); err != nil {
					b.Error(err)
					return
				}
				times[i*n+j] = time.Since(start)
			}
		})
	}
	running.Wait()
	return times
}

var errAnswer = errors.New("not the answer asked for")

func (c *client) ask(size int) error {
	if _, err := c.conn.Write(c.request); err != nil {
		return err
	}
	length := -1
	for first := true; ; first = false {
		line, err := c.in.ReadSlice('\n')
		if err != nil {
			return err
		}
		if first && !bytes.HasPrefix(line, []byte("HTTP/1.1 200 ")) {
			return fmt.Errorf("%w: %s", errAnswer, line)
		}
		if len(line) == 2 {
			break
		}
		if value, found := bytes.CutPrefix(line, []byte("Content-Length: ")); found {
			if length, err = strconv.Atoi(string(bytes.TrimSpace(value))); err != nil {
				return err
			}
		}
	}
	if length != size {
		return fmt.Errorf("%w: %d bytes, want %d", errAnswer, length, size)
	}
	_, err := io.CopyN(io.Discard, c.in, int64(length))
	return err
}

// BenchmarkList is a page in the middle of 10,000 careers.
func BenchmarkList(b *testing.B) {
	w := newWorld(b, api.Config{})
	for i := range 10_000 {
		w.publish(record(fmt.Sprintf("career-%05d", i), fmt.Sprintf("Career %d", i)))
	}
	w.follow()
	next := into[api.CareerList](b, w.get("/v1/careers?limit=500&q=care")).Next
	b.ReportAllocs()
	for b.Loop() {
		r := httptest.NewRequest(http.MethodGet, "/v1/careers?limit=500&q=care&cursor="+next, nil)
		rec := httptest.NewRecorder()
		if w.handler.ServeHTTP(rec, r); rec.Code != http.StatusOK {
			b.Fatal(rec.Code)
		}
	}
}

// BenchmarkTakingIn is a start with 1,000 careers of usual size.
func BenchmarkTakingIn(b *testing.B) {
	const careers = 1000
	w := newWorld(b, api.Config{})
	for i := range careers {
		w.publish(large(fmt.Sprintf("career-%05d", i)))
	}
	b.ReportAllocs()
	for b.Loop() {
		other := newWorld(b, api.Config{})
		other.log = w.log
		other.follow()
		stats := other.catalog.Stats()
		b.ReportMetric(float64(stats.Bytes)/careers, "B/career")
	}
	b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N)/careers, "µs/career")
}
