package fetch

import (
	"errors"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"
)

func TestStatus(t *testing.T) {
	t.Parallel()
	u := serve(t, func(w http.ResponseWriter, r *http.Request) {
		status, _ := strconv.Atoi(r.URL.Query().Get("s"))
		if l := r.URL.Query().Get("l"); l == "long" {
			w.Header().Set("Location", "/"+strings.Repeat("a", maxURL))
		} else if l != "" {
			w.Header().Set("Location", l)
		}
		w.Header().Set("Content-Type", "text/html")
		w.WriteHeader(status)
	})
	c := newClient(t, quick(), Deps{})
	for _, tc := range []struct {
		query string
		want  Kind
	}{
		{"s=200", OK}, {"s=203", OK},
		{"s=202", UnexpectedStatus}, {"s=204", UnexpectedStatus}, {"s=206", UnexpectedStatus},
		{"s=300&l=/x", UnexpectedStatus}, {"s=304", UnexpectedStatus}, {"s=305&l=/x", UnexpectedStatus}, {"s=999", UnexpectedStatus},
		{"s=404", Gone}, {"s=410", Gone},
		{"s=401", Forbidden}, {"s=403", Forbidden}, {"s=451", Forbidden},
		{"s=429", TooMany}, {"s=408", Timeout},
		{"s=400", ClientError}, {"s=418", ClientError},
		{"s=500", ServerError}, {"s=503", ServerError}, {"s=599", ServerError},
		{"s=301&l=/x", Redirect}, {"s=302&l=/x", Redirect}, {"s=303&l=/x", Redirect}, {"s=307&l=/x", Redirect}, {"s=308&l=/x", Redirect},
		{"s=301", BadRedirect}, {"s=302&l=ftp://h/x", BadRedirect}, {"s=302&l=http://a:b@h/", BadRedirect},
		{"s=302&l=http://[::1/", BadRedirect}, {"s=302&l=javascript:alert(1)", BadRedirect}, {"s=302&l=http:///x", BadRedirect},
		{"s=302&l=http://h:99999/", BadRedirect}, {"s=302&l=long", BadRedirect},
	} {
		at := *u
		at.RawQuery = tc.query
		r, err := c.Get(t.Context(), Request{URL: &at})
		good := tc.want.Info().Class == Done
		if r.Kind != tc.want || (err == nil) != good {
			t.Errorf("%.40s: kind %s, err %v; want %s", tc.query, r.Kind, err, tc.want)
		}
		if err != nil && (!errors.Is(err, tc.want) || !strings.Contains(err.Error(), "/page")) {
			t.Errorf("%.40s: err %v", tc.query, err)
		}
		if r.Status == 0 || !r.RemoteAddr.IsValid() || r.Ended.Before(r.Started) {
			t.Errorf("%.40s: %+v", tc.query, r)
		}
	}
}

func TestRedirectTarget(t *testing.T) {
	t.Parallel()
	from := parse(t, "https://site.example/a/b?q#f")
	for _, c := range []struct{ line, want string }{
		{"/x", "https://site.example/x"},
		{"../y?z#frag", "https://site.example/y?z"},
		{"//other.example/x", "https://other.example/x"},
		{" https://other.example ", "https://other.example"},
		{"?p=2", "https://site.example/a/b?p=2"},
		{"http://site.example/x", ""},
		{"http://169.254.169.254/latest", ""},
		{"", ""},
		{"https:///x", ""},
		{"https://u@site.example/", ""},
		{"data:text/html,x", ""},
		{"%zz", ""},
	} {
		got, err := location(from, http.Header{"Location": {c.line}})
		if (err == nil) != (c.want != "") || (err == nil && got.String() != c.want) {
			t.Errorf("%q: %v, %v; want %q", c.line, got, err, c.want)
		}
	}
	if _, err := location(from, http.Header{"Location": {"/a", "/b"}}); err == nil {
		t.Error("two Locations that differ were taken")
	}
}

func TestRedirectIntoPrivateNetwork(t *testing.T) {
	t.Parallel()
	c := newClient(t, quick(), Deps{})
	for _, to := range []string{"http://169.254.169.254/latest/meta-data/", "http://[::1]/", "http://10.0.0.1/", "http://0.0.0.0/", "http://[::ffff:192.168.0.1]/"} {
		u := serve(t, func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, to, http.StatusFound) })
		r, err := c.Get(t.Context(), Request{URL: u})
		if err != nil || r.Location.String() != to {
			t.Fatalf("%s: %v, %v", to, r.Location, err)
		}
		if _, err = c.Get(t.Context(), Request{URL: r.Location}); KindOf(err) != Blocked {
			t.Errorf("%s: %v, want blocked", to, err)
		}
	}
}

func TestBadURL(t *testing.T) {
	t.Parallel()
	c := newClient(t, quick(), Deps{})
	for _, s := range []string{"ftp://h/", "file:///etc/passwd", "http://user:secret@h/", "http:///x", "mailto:a@b.example", "http://h:0/", "http://h:70000/", "gopher://h:25/"} {
		r, err := c.Get(t.Context(), Request{URL: parse(t, s)})
		if r.Kind != BadURL || KindOf(err) != BadURL || strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: %v", s, err)
		}
	}
	long := parse(t, "http://h/"+strings.Repeat("a", maxURL))
	if _, err := c.Get(t.Context(), Request{URL: long}); KindOf(err) != BadURL || len(err.Error()) > 500 {
		t.Errorf("long address: %v", err)
	}
	if _, err := c.Get(t.Context(), Request{}); KindOf(err) != BadURL {
		t.Errorf("no address: %v", err)
	}
}

func TestHops(t *testing.T) {
	t.Parallel()
	hop := func(from, to string, permanent bool) *Response {
		return &Response{URL: parse(t, from), Location: parse(t, to), Permanent: permanent, Status: 301}
	}
	var h Hops
	for _, r := range []*Response{hop("http://h/a", "http://h/b", true), hop("http://h/b", "http://h/c", true)} {
		if err := h.Follow(r); err != nil {
			t.Fatal(err)
		}
	}
	if !h.Permanent() || h.Len() != 2 {
		t.Errorf("permanent %v, %d hops", h.Permanent(), h.Len())
	}
	err := h.Follow(hop("http://h/c", "http://h/b#x", false))
	if KindOf(err) != BadRedirect || !strings.Contains(err.Error(), "loop: http://h/a -> http://h/b -> http://h/c -> http://h/b") {
		t.Errorf("loop: %v", err)
	}
	if h.Permanent() {
		t.Error("a chain with a 302 is not permanent")
	}
	var long Hops
	for i := range MaxHops {
		if err := long.Follow(hop("http://h/"+strconv.Itoa(i), "http://h/"+strconv.Itoa(i+1), true)); err != nil {
			t.Fatal(err)
		}
	}
	if err := long.Follow(hop("http://h/10", "http://h/11", true)); KindOf(err) != BadRedirect || !strings.Contains(err.Error(), "more than 10") {
		t.Errorf("long chain: %v", err)
	}
	if err := new(Hops).Follow(&Response{URL: parse(t, "http://h/"), Status: 200}); KindOf(err) != BadRedirect {
		t.Errorf("no redirect: %v", err)
	}
}

func TestRetryAfter(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		value, date string
		want        time.Duration
	}{
		{"", "", 0},
		{"120", "", 2 * time.Minute},
		{" 5 ", "", 5 * time.Second},
		{"0", "", 0},
		{"-5", "", 0},
		{"1.5", "", 0},
		{"soon", "", 0},
		{"86401", "", 24 * time.Hour},
		{"99999999999999999999999", "", 24 * time.Hour},
		{"Sun, 01 Mar 2026 12:01:00 GMT", "", time.Minute},
		{"Sunday, 01-Mar-26 12:01:00 GMT", "", time.Minute},
		{"Sun, 01 Mar 2026 11:00:00 GMT", "", 0},
		{"Sun, 01 Mar 2026 11:01:00 GMT", "Sun, 01 Mar 2026 11:00:00 GMT", time.Minute},
		{"Sun, 01 Mar 2099 11:00:00 GMT", "", 24 * time.Hour},
	} {
		h := http.Header{"Retry-After": {c.value}, "Date": {c.date}}
		if got := retryAfter(h, now, 24*time.Hour); got != c.want {
			t.Errorf("%q, Date %q: %v, want %v", c.value, c.date, got, c.want)
		}
	}
}

func FuzzHeaders(f *testing.F) {
	f.Add("120", "/x", "gzip, br", "text/html; charset=utf-8")
	f.Add("Sun, 01 Mar 2026 12:01:00 GMT", "http://h:1/%", "x-gzip,,identity", "text/html;charset")
	f.Add("-1", "//[::1]:x", "gzip,gzip,gzip", "/")
	from := parse(f, "https://site.example/a")
	f.Fuzz(func(t *testing.T, retry, loc, coding, ct string) {
		h := http.Header{"Retry-After": {retry}, "Location": {loc}, "Content-Encoding": {coding}}
		if d := retryAfter(h, time.Unix(0, 0), time.Hour); d < 0 || d > time.Hour {
			t.Errorf("Retry-After %q: %v", retry, d)
		}
		if to, err := location(from, h); err == nil && (to.Scheme != "https" || to.Hostname() == "" || to.User != nil || to.Fragment != "") {
			t.Errorf("Location %q: %v", loc, to)
		}
		if list, err := codings(h); err == nil && len(list) > maxCodings {
			t.Errorf("Content-Encoding %q: %v", coding, list)
		}
		if name, _ := declared(ct); name != "" && name != strings.ToLower(name) {
			t.Errorf("Content-Type %q: %q", ct, name)
		}
	})
}
