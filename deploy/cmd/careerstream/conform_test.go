package main

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"careerstream/deploy/broker"
	"careerstream/deploy/datadir"
	"careerstream/publish/feed/conformance"
	"careerstream/schemas/compat"
	"careerstream/schemas/event"
	"careerstream/schemas/jsonschema"
	"careerstream/schemas/stream"
	"careerstream/schemas/subject"
)

// TestConform compares states with a catalog in the broker of a data directory.
func TestConform(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	publishDirectly(t, data, map[string]int{"a": 1, "b": 2, "c": 3})
	state := filepath.Join(t.TempDir(), "state.ndjson")
	log := `{"note":"start","seq":0}
{"slug":"a","version":1,"content_sha256":"a1"}
{"slug":"b","version":1,"content_sha256":"b1"}
{"slug":"b","version":2,"content_sha256":"b2"}
{"slug":"c","version":3,"content_sha256":"c3"}
`
	if err := os.WriteFile(state, []byte(log), 0o644); err != nil {
		t.Fatal(err)
	}
	if out := mustRun(t, "conform", "--data", data, "--state", state); !strings.Contains(out, "3 of 3") {
		t.Errorf("conform prints\n%s", out)
	}
	wrong := `{"a":{"version":1,"content_sha256":"a0"},"b":{"version":1},"c":{"version":4},"d":{"version":1}}`
	e := runProgram(t, wrong, "conform", "--data", data, "--json", "--state", "-")
	if e.code != exitIncomplete {
		t.Errorf("exit code %d, want %d\n%s", e.code, exitIncomplete, e.stderr)
	}
	report := decodeOutput[conformance.Report](t, e.stdout)
	kinds := map[string]string{}
	for _, d := range report.Differences {
		kinds[d.Slug] = d.Kind
	}
	if want := map[string]string{"a": conformance.Different, "b": conformance.Stale, "c": conformance.Ahead, "d": conformance.Unknown}; fmt.Sprint(kinds) != fmt.Sprint(want) {
		t.Errorf("differences %v, want %v", kinds, want)
	}
	if e := runProgram(t, "", "conform", "--data", data, "--state", "-"); e.code != exitIncomplete || !strings.Contains(e.stdout, conformance.Missing) {
		t.Errorf("an empty state: code %d, prints\n%s%s", e.code, e.stdout, e.stderr)
	}
	if e := runProgram(t, "no JSON", "conform", "--data", data, "--state", "-"); e.code != exitFailed || !strings.Contains(e.stderr, "value 1") {
		t.Errorf("no state: code %d, %s", e.code, e.stderr)
	}
}

// TestConformAgainstALaggingFeed: the stream is the truth, and what the bucket has
// not yet is said.
func TestConformAgainstALaggingFeed(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	publishLagging(t, data, map[string]int{"a": 1, "b": 2, "c": 1}, map[string]int{"a": 1, "b": 1})
	follower := `{"a":{"version":1,"content_sha256":"a1"},"b":{"version":2,"content_sha256":"b2"},"c":{"version":1,"content_sha256":"c1"}}`
	if e := runProgram(t, follower, "conform", "--data", data, "--state", "-"); e.code != exitOK || !strings.Contains(e.stdout, "3 of 3") ||
		!strings.Contains(e.stdout, "2 of 3 careers") || !strings.Contains(e.stdout, "b: version 2 is published, the bucket has 1") {
		t.Errorf("who follows the stream: code %d, prints\n%s%s", e.code, e.stdout, e.stderr)
	}
	reader := `{"a":{"version":1},"b":{"version":1}}`
	e := runProgram(t, reader, "conform", "--data", data, "--json", "--state", "-")
	report := decodeOutput[conformance.Report](t, e.stdout)
	if e.code != exitIncomplete || len(report.Differences) != 2 || !report.Differences[0].Lag || !report.Differences[1].Lag || len(report.Lagging) != 2 {
		t.Errorf("who reads the bucket: code %d, prints\n%s%s", e.code, e.stdout, e.stderr)
	}
}

// publishDirectly writes the stream and the bucket of latest records.
func publishDirectly(t *testing.T, data string, versions map[string]int) {
	t.Helper()
	publishLagging(t, data, versions, versions)
}

// publishLagging writes the stream, and of it what the bucket has.
func publishLagging(t *testing.T, data string, versions, bucket map[string]int) {
	t.Helper()
	server, err := broker.Start(t.Context(), broker.Config{Dir: datadir.Dir(data).NATS(), Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := server.Close(); err != nil {
			t.Error(err)
		}
	}()
	conn := server.Conn()
	if _, err := conn.Apply(t.Context(), broker.AllSpecs(), 0); err != nil {
		t.Fatal(err)
	}
	for slug, version := range versions {
		published := func(version int) string {
			return fmt.Sprintf(`{"record":{"slug":%q,"version":%d},"content_sha256":"%s%d"}`, slug, version, slug, version)
		}
		value := published(version)
		e := event.Event{ID: event.ID("test", slug), Source: "/test", Type: event.RecordPublished, Data: json.RawMessage(value)}
		if _, _, err := conn.Publish(t.Context(), event.Out{Subject: subject.Published(slug), Event: e}); err != nil {
			t.Fatal(err)
		}
		if version, ok := bucket[slug]; ok {
			if _, err := conn.Bucket(stream.Careers).Put(t.Context(), slug, []byte(published(version)), 0); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// TestConformGolden is a consumer that is tested without a broker.
func TestConformGolden(t *testing.T) {
	t.Parallel()
	var log strings.Builder
	latest := map[string]uint64{}
	last := ""
	for line := range strings.Lines(mustRun(t, "conform", "--golden")) {
		last = line
		e, err := event.Decode(nil, []byte(line))
		if err != nil {
			continue
		}
		var p struct {
			Record struct {
				Slug    string
				Version uint64
			}
			ContentSHA256 string `json:"content_sha256"`
		}
		if err := json.Unmarshal(e.Data, &p); err != nil {
			t.Fatal(err)
		}
		if p.Record.Version > latest[p.Record.Slug] {
			latest[p.Record.Slug] = p.Record.Version
			fmt.Fprintf(&log, `{"slug":%q,"version":%d,"content_sha256":%q}`+"\n", p.Record.Slug, p.Record.Version, p.ContentSHA256)
		}
	}
	if e := runProgram(t, log.String(), "conform", "--golden", "--state", "-"); e.code != exitOK || !strings.Contains(e.stdout, "3 of 3") {
		t.Errorf("code %d, prints\n%s%s", e.code, e.stdout, e.stderr)
	}
	var expected struct {
		Note  string
		State json.RawMessage
	}
	if err := json.Unmarshal([]byte(last), &expected); err != nil || expected.Note != "expected" {
		t.Fatalf("the last line is %q (%v), want the expected state", last, err)
	}
	mustRun(t, "conform", "--golden", "--state", writeFile(t, string(expected.State)))
	if e := runProgram(t, `{"lamp-keeper":{"version":1}}`, "conform", "--golden", "--state", "-"); e.code != exitIncomplete || !strings.Contains(e.stdout, conformance.Stale) {
		t.Errorf("code %d, prints\n%s%s", e.code, e.stdout, e.stderr)
	}
}

func writeFile(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestSchemasCheckAgainst compares with a folder of schemas, one of which says
// otherwise.
func TestSchemasCheckAgainst(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for _, name := range jsonschema.Names() {
		text, err := jsonschema.Read(name)
		if err != nil {
			t.Fatal(err)
		}
		text = []byte(strings.Replace(string(text), `["text/html", "text/plain"]`, `["text/html", "text/plain", "application/pdf"]`, 1))
		if err := os.WriteFile(filepath.Join(dir, name+".json"), text, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	e := runProgram(t, "", "schemas", "check", "--against", dir, "--json")
	if e.code != exitIncomplete {
		t.Errorf("exit code %d, want %d\n%s", e.code, exitIncomplete, e.stderr)
	}
	var found []compat.Break
	for _, result := range decodeOutput[[]checked](t, e.stdout) {
		found = append(found, result.Breaks...)
	}
	if len(found) == 0 {
		t.Fatal("no break is found")
	}
	for _, b := range found {
		if b.Direction != compat.Backward || !strings.HasSuffix(b.Path, "$.media_type") && !strings.HasSuffix(b.Path, ".last.media_type") {
			t.Errorf("break %s", b)
		}
	}
	if e := runProgram(t, "", "schemas", "check", "--against", dir); e.code != exitIncomplete || !strings.Contains(e.stdout, `counter-example: {`) {
		t.Errorf("code %d, prints\n%s%s", e.code, e.stdout, e.stderr)
	}
}
