package represent_test

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"careerstream/publish/api/represent"
)

func serve(x *represent.Representation, method string, header map[string]string) *http.Response {
	r := httptest.NewRequest(method, "/", nil)
	for name, value := range header {
		r.Header.Set(name, value)
	}
	w := httptest.NewRecorder()
	x.ServeHTTP(w, r)
	return w.Result()
}

func TestConditionalRequestsAndCoding(t *testing.T) {
	t.Parallel()
	text := strings.Repeat("a career ", 500)
	x := represent.New("application/json", "abc-v1", []byte(text))
	for name, c := range map[string]struct {
		method  string
		header  map[string]string
		status  int
		tag     string
		gzipped bool
		empty   bool
	}{
		"plain":             {"GET", nil, 200, `"abc-v1"`, false, false},
		"head":              {"HEAD", nil, 200, `"abc-v1"`, false, true},
		"gzip":              {"GET", map[string]string{"Accept-Encoding": "br, gzip;q=0.5"}, 200, `"abc-v1-gz"`, true, false},
		"gzip refused":      {"GET", map[string]string{"Accept-Encoding": "gzip;q=0.0"}, 200, `"abc-v1"`, false, false},
		"same":              {"GET", map[string]string{"If-None-Match": `"x", "abc-v1"`}, 304, `"abc-v1"`, false, true},
		"same weak":         {"GET", map[string]string{"If-None-Match": `W/"abc-v1"`}, 304, `"abc-v1"`, false, true},
		"any":               {"GET", map[string]string{"If-None-Match": `*`}, 304, `"abc-v1"`, false, true},
		"other":             {"GET", map[string]string{"If-None-Match": `"abc-v2"`}, 200, `"abc-v1"`, false, false},
		"same gzip":         {"GET", map[string]string{"If-None-Match": `"abc-v1-gz"`, "Accept-Encoding": "gzip"}, 304, `"abc-v1-gz"`, false, true},
		"plain is not gzip": {"GET", map[string]string{"If-None-Match": `"abc-v1"`, "Accept-Encoding": "gzip"}, 200, `"abc-v1-gz"`, true, false},
	} {
		got := serve(x, c.method, c.header)
		body, err := io.ReadAll(got.Body)
		if err != nil {
			t.Fatal(err)
		}
		if got.StatusCode != c.status || got.Header.Get("Etag") != c.tag || (got.Header.Get("Content-Encoding") == "gzip") != c.gzipped || (len(body) == 0) != c.empty {
			t.Errorf("%s: status %d, header %v, %d bytes", name, got.StatusCode, got.Header, len(body))
		}
		if c.gzipped {
			z, err := gzip.NewReader(bytes.NewReader(body))
			if err != nil {
				t.Fatal(err)
			}
			if body, err = io.ReadAll(z); err != nil {
				t.Fatal(err)
			}
		}
		if !c.empty && string(body) != text {
			t.Errorf("%s: another body", name)
		}
	}
}

func TestSmallBodiesStayPlain(t *testing.T) {
	t.Parallel()
	got := serve(represent.New("application/json", "a", []byte("{}")), "GET", map[string]string{"Accept-Encoding": "gzip"})
	if got.Header.Get("Content-Encoding") != "" {
		t.Error("two bytes are compressed")
	}
}
