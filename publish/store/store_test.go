package store

import (
	"encoding/json"
	"math"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"careerstream/schemas/fault"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestOpenSaysEverythingThatIsWrong(t *testing.T) {
	t.Parallel()
	tests := []struct {
		cfg  Config
		want []string
	}{
		{Config{}, []string{"no DSN"}},
		{Config{DSN: "ftp://x"}, []string{"clickhouse://, http:// or https://"}},
		{Config{DSN: "http://u:p@h:1/x", Database: "default"}, []string{"belongs to ClickHouse"}},
		{Config{DSN: "http://h:1", Database: "a-b", Cluster: "x`y", InsertTimeout: 1, MaxConns: 1}, []string{"a-b", "cluster", "insert timeout", "connections"}},
		{Config{DSN: "http://user:pass word@[::1"}, []string{"DSN"}},
	}
	for _, test := range tests {
		_, err := Open(test.cfg)
		for _, part := range test.want {
			if err == nil || !strings.Contains(err.Error(), part) {
				t.Errorf("%+v: error %v, want %q", test.cfg, err, part)
			}
		}
		if err != nil && strings.Contains(err.Error(), "pass word") {
			t.Errorf("the password is in the error: %v", err)
		}
	}
}

func TestDatabaseFromDSN(t *testing.T) {
	t.Parallel()
	for dsn, want := range map[string]string{
		"clickhouse://u:p@h:9000":        "careerstream",
		"clickhouse://u:p@h:9000/other":  "other",
		"http://u:p@h:8123/default":      "careerstream",
		"https://u:p@h:8443/third?x=y":   "third",
		"http://h:8123/?database=fourth": "fourth",
	} {
		s, err := Open(Config{DSN: dsn})
		if err != nil {
			t.Fatal(err)
		}
		if got := s.Database(); got != want {
			t.Errorf("%s: database %s, want %s", dsn, got, want)
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}
}

func TestServerThatIsNotThere(t *testing.T) {
	t.Parallel()
	for _, dsn := range []string{"http://127.0.0.1:1", "clickhouse://127.0.0.1:1"} {
		s, err := Open(Config{DSN: dsn})
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Ping(t.Context()); fault.KindOf(err) != fault.StoreUnavailable {
			t.Errorf("%s: error %v, want %s", dsn, err, fault.StoreUnavailable)
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}
}

func TestTextAndJSON(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 1, 2, 0, 0, 0, 0, time.UTC)
	none := (*string)(nil)
	some := "x"
	tests := []struct {
		typ        string
		value      any
		text, json string
	}{
		{"String", "a,b", "a,b", `"a,b"`},
		{"UInt64", uint64(math.MaxUint64), "18446744073709551615", `18446744073709551615`},
		{"Float64", 0.1, "0.1", `0.1`},
		{"Float32", float32(0.1), "0.1", `0.1`},
		{"Float64", math.NaN(), "NaN", `null`},
		{"Float32", float32(math.Inf(1)), "+Inf", `null`},
		{"Bool", true, "true", `true`},
		{"Nullable(String)", none, "", `null`},
		{"Nullable(String)", &some, "x", `"x"`},
		{"Date", at, "2026-01-02", `"2026-01-02T00:00:00Z"`},
		{"DateTime('UTC')", at, "2026-01-02 00:00:00", `"2026-01-02T00:00:00Z"`},
		{"DateTime64(3, 'UTC')", at, "2026-01-02 00:00:00.000", `"2026-01-02T00:00:00Z"`},
		{"Nullable(DateTime)", &at, "2026-01-02 00:00:00", `"2026-01-02T00:00:00Z"`},
		{"Array(String)", []string{"a", "b"}, `["a","b"]`, `["a","b"]`},
		{"Array(UInt8)", []uint8{1, 2}, `[1,2]`, `[1,2]`},
		{"Array(Float64)", []float64{1, math.NaN()}, `[1,null]`, `[1,null]`},
		{"Map(String, UInt8)", map[string]uint8{"b": 2, "a": 1}, `{"a":1,"b":2}`, `{"a":1,"b":2}`},
	}
	for _, test := range tests {
		if got := (Column{Type: test.typ}).Text(test.value); got != test.text {
			t.Errorf("%s: text %q, want %q", test.typ, got, test.text)
		}
		got, err := json.Marshal(JSON(test.value))
		if err != nil || string(got) != test.json {
			t.Errorf("%s: JSON %s (%v), want %s", test.typ, got, err, test.json)
		}
	}
}
