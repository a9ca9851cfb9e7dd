package intake_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"careerstream/publish/intake"
)

// kept is a publisher that keeps outcomes in memory, each once.
type kept map[string]string

// PublishOutcomes stores messages by their id.
func (k kept) PublishOutcomes(_ context.Context, messages []intake.Message) (int, error) {
	repeated := 0
	for _, m := range messages {
		id := m.ID
		if _, known := k[id]; known {
			repeated++
		}
		k[id] = string(m.Body)
	}
	return repeated, nil
}

func outcomeNo(n int) string {
	return fmt.Sprintf(`{"outcome_id":"80b1622d-9cdd-43d9-8ac5-%012d","quiz":"q","taken_at":"2026-04-24T00:02:13Z","matches":[{"career":"chef","score":0.5,"rank":1}]}`, n)
}

func clock() time.Time { return time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC) }

func TestLines(t *testing.T) {
	t.Parallel()
	const mark = "\uFEFF"
	for name, tt := range map[string]struct {
		text              string
		accepted, refused int
	}{
		"nothing":                   {"", 0, 0},
		"byte order mark alone":     {mark, 0, 0},
		"byte order mark":           {mark + outcomeNo(1) + "\n" + outcomeNo(2), 2, 0},
		"byte order mark later":     {outcomeNo(1) + "\n" + mark + outcomeNo(2), 1, 1},
		"CRLF and empty lines":      {outcomeNo(1) + "\r\n\r\n \n" + outcomeNo(2) + "\r\n", 2, 0},
		"broken in the middle":      {outcomeNo(1) + "\n{\n" + outcomeNo(2), 2, 1},
		"an array, a text and null": {"[1]\n\"x\"\nnull\n", 0, 3},
		"over the limit":            {outcomeNo(1) + "\n" + strings.Repeat(" ", 600) + outcomeNo(2) + "\n" + outcomeNo(3), 2, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			to := kept{}
			r, err := intake.Lines(t.Context(), strings.NewReader(tt.text), to, 500, clock, nil)
			if err != nil || r.Accepted != tt.accepted || r.Refused != tt.refused || len(to) != tt.accepted {
				t.Errorf("%+v, %v, %d stored; want %d accepted, %d refused", r, err, len(to), tt.accepted, tt.refused)
			}
			for _, p := range r.Problems {
				if p.Line == 0 || p.Detail == "" || strings.Contains(p.Detail, "Go value") {
					t.Errorf("problem %+v", p)
				}
			}
		})
	}
}

func TestHTTP(t *testing.T) {
	t.Parallel()
	to := kept{}
	handler, err := intake.New(intake.Config{Token: "secret", MaxBody: 2000, MaxOutcome: 1000, Now: clock}, to)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	for _, tt := range []struct {
		name, method, media, encoding, token, body string
		status                                     int
		says                                       string
	}{
		{"one", "POST", "application/json", "", "secret", outcomeNo(1), 202, `"accepted":1`},
		{"again", "POST", "application/json", "identity", "secret", "\uFEFF" + outcomeNo(1), 202, `"repeated":1`},
		{"lines", "POST", "application/x-ndjson", "", "secret", outcomeNo(2) + "\n{\n" + outcomeNo(3), 202, `"refused":1`},
		{"all refused", "POST", "application/x-ndjson", "", "secret", "{\n[", 422, "every outcome is refused"},
		{"an array", "POST", "application/json", "", "secret", "[" + outcomeNo(1) + "]", 422, "want an object"},
		{"cut off", "POST", "application/json", "", "secret", outcomeNo(1)[:50], 422, "unexpected end"},
		{"compressed", "POST", "application/json", "gzip", "secret", outcomeNo(1), 415, "without Content-Encoding"},
		{"form", "POST", "application/x-www-form-urlencoded", "", "secret", outcomeNo(1), 415, "application/x-ndjson"},
		{"no type", "POST", "", "", "secret", outcomeNo(1), 415, "application/json"},
		{"no token", "POST", "application/json", "", "", outcomeNo(1), 401, "--write-token"},
		{"wrong token", "POST", "application/json", "", "secre", outcomeNo(1), 401, "--write-token"},
		{"too large", "POST", "application/json", "", "secret", strings.Repeat(" ", 2001), 413, "2000 bytes"},
		{"read", "GET", "", "", "secret", "", 405, "by POST"},
	} {
		request, err := http.NewRequestWithContext(t.Context(), tt.method, server.URL, strings.NewReader(tt.body))
		if err != nil {
			t.Fatal(err)
		}
		for name, value := range map[string]string{"Content-Type": tt.media, "Content-Encoding": tt.encoding} {
			if value != "" {
				request.Header.Set(name, value)
			}
		}
		if tt.token != "" {
			request.Header.Set("Authorization", "Bearer "+tt.token)
		}
		response, err := server.Client().Do(request)
		if err != nil {
			t.Fatal(err)
		}
		var body json.RawMessage
		err = json.NewDecoder(response.Body).Decode(&body)
		_ = response.Body.Close() // read to its end
		if err != nil || response.StatusCode != tt.status || !strings.Contains(string(body), tt.says) {
			t.Errorf("%s: %d %s, %v; want %d and %q", tt.name, response.StatusCode, body, err, tt.status, tt.says)
		}
		if tt.status == http.StatusMethodNotAllowed && response.Header.Get("Allow") != "POST" {
			t.Errorf("%s: Allow is %q", tt.name, response.Header.Get("Allow"))
		}
	}
	if len(to) != 3 {
		t.Errorf("%d outcomes stored, want 3", len(to))
	}
}
