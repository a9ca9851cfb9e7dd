package problem_test

import (
	"encoding/json"
	"net/http/httptest"
	"testing"
	"time"

	"careerstream/publish/api/problem"
)

func TestTable(t *testing.T) {
	t.Parallel()
	seen := make(map[problem.Kind]bool)
	for _, row := range problem.Table() {
		if seen[row.Kind] || row.Title == "" || row.Meaning == "" || row.Status < 400 || row.Status > 599 {
			t.Errorf("row %+v", row)
		}
		seen[row.Kind] = true
		if row.Kind.Info() != row {
			t.Errorf("%s: info %+v", row.Kind, row.Kind.Info())
		}
	}
	if problem.Kind("other").Info().Kind != problem.Internal {
		t.Error("an unknown kind is not internal")
	}
}

func TestServe(t *testing.T) {
	t.Parallel()
	p := problem.New(problem.TooManyRequests, "slow down")
	p.RetryAfter = 1100 * time.Millisecond
	w := httptest.NewRecorder()
	p.ServeHTTP(w, httptest.NewRequest("GET", "/", nil))
	var got map[string]any
	if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	if w.Code != 429 || w.Header().Get("Retry-After") != "2" || got["type"] != "urn:careerstream:problem:too-many-requests" || len(got) != 4 {
		t.Errorf("%d %v %v", w.Code, w.Header(), got)
	}
}
