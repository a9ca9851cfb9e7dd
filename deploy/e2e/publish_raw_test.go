package e2e

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"careerstream/publish/store"
	"careerstream/schemas/fault"
)

var errWriter = errors.New("no space left")

type brokenWriter struct{}

func (brokenWriter) Write([]byte) (int, error) { return 0, errWriter }

func TestPublishRaw(t *testing.T) {
	t.Parallel()
	s := openStore(t)
	ctx := t.Context()
	var b bytes.Buffer
	awkward := "tab\tline\nback\\slash 'quote' €"
	err := s.Raw(ctx, &b, "SELECT {text:String} AS text, number FROM numbers({n:UInt64})", "JSONEachRow",
		map[string]string{"text": awkward, "n": "2"}, map[string]string{"output_format_json_escape_forward_slashes": "0"})
	if want := "{\"text\":\"tab\\tline\\nback\\\\slash 'quote' €\",\"number\":0}\n"; err != nil || !strings.HasPrefix(b.String(), want) || strings.Count(b.String(), "\n") != 2 {
		t.Errorf("%v\n%s", err, b.String())
	}
	b.Reset()
	if err := s.Raw(ctx, &b, "SELECT nothing FROM careers", "Parquet", nil, nil); fault.KindOf(err) != fault.StoreSchema || !strings.Contains(err.Error(), "nothing") || b.Len() > 0 {
		t.Errorf("wrong column: %v, %d bytes", err, b.Len())
	}
	if err := s.Raw(ctx, &b, "SELECT throwIf(number = 99999) FROM numbers(100000)", "Parquet", nil, nil); err == nil || b.Len() > 0 {
		t.Errorf("error in the middle: %v, %d bytes", err, b.Len())
	}
	if err := s.Raw(ctx, brokenWriter{}, "SELECT 1", "CSV", nil, nil); !errors.Is(err, errWriter) || fault.KindOf(err) == fault.StoreUnavailable {
		t.Errorf("broken writer: %v", err)
	}
	for dsn, says := range map[string]string{
		"clickhouse://db.example:9000": "--clickhouse http://db.example:8123",
		"http://127.0.0.1:1":           "store-unavailable",
	} {
		other, err := store.Open(store.Config{DSN: dsn})
		if err != nil {
			t.Fatal(err)
		}
		if err := other.Raw(ctx, &b, "SELECT 1", "Parquet", nil, nil); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: %v, want %q", dsn, err, says)
		}
		if err := other.Close(); err != nil {
			t.Error(err)
		}
	}
}
