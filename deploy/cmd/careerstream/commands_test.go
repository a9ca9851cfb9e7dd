package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"careerstream/deploy/sample"
)

func TestUsage(t *testing.T) {
	t.Parallel()
	data, file := t.TempDir(), filepath.Join(t.TempDir(), "flags.json")
	if err := os.WriteFile(file, []byte(`{"retire_after": 3, "retire_afer": 4}`), 0o600); err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name string
		args []string
		code int
		says string
	}{
		{"help", []string{"--help"}, exitOK, "demo"},
		{"no command", nil, exitUsage, "--help"},
		{"wrong command", []string{"ingset"}, exitUsage, "ingset"},
		{"wrong flag", []string{"parse", "--jsn", "x"}, exitUsage, "--jsn"},
		{"wrong stage", []string{"up", "--data", data, "--stages", "gait"}, exitUsage, "gate"},
		{"wrong schema", []string{"schemas", "x"}, exitUsage, "careerstream.page.fetched.v1"},
		{"wrong profile", []string{"parse", "--profile", "x", "y"}, exitUsage, "bls-ooh"},
		{"missing file", []string{"parse", filepath.Join(data, "none.html")}, exitIncomplete, "none.html"},
		{"no SQL", []string{"query", "--data", data, ""}, exitUsage, "SELECT"},
		{"version", []string{"version"}, exitOK, "nats-server"},
		{"schemas", []string{"schemas"}, exitOK, "record.published.>"},
		{"a schema", []string{"schemas", "career.record.v1"}, exitOK, "also_known_as"},
		{"faults", []string{"schemas", "faults"}, exitOK, "not-a-career-page"},
		{"AsyncAPI", []string{"schemas", "asyncapi"}, exitOK, "$KV.careers.{slug}"},
		{"schemas of every release", []string{"schemas", "check"}, exitOK, "release 0.1.0"},
		{"against nothing", []string{"schemas", "check", "--against", data}, exitUsage, "no schemas"},
		{"against without check", []string{"schemas", "--against", data}, exitUsage, "schemas check"},
		{"wrong command in a group", []string{"quiz", "imprt"}, exitUsage, "Try: careerstream quiz --help"},
		{"wrong flag in a file", []string{"version", "--config", file}, exitUsage, "\"retire_afer\" is no flag"},
		{"file of flags that is none", []string{"version", "--config", "commands_test.go"}, exitUsage, "commands_test.go"},
		{"empty path", []string{"version", "--data="}, exitUsage, "--data: want a path"},
		{"SQL with a format", []string{"query", "--data", data, "SELECT 1 FORMAT CSV;"}, exitUsage, "--format csv"},
		{"wrong time", []string{"show", "--data", data, "x", "--as-of", "2026-13-01"}, exitUsage, "2026-01-31"},
		{"wrong slug", []string{"show", "--data", data, "a b"}, exitFailed, "careerstream query"},
		{"outcomes in a folder", []string{"quiz", "import", "--data", data, data}, exitUsage, "is a folder"},
		{"report to a folder", []string{"report", "trends", "--data", data, "--out", data}, exitUsage, "is a folder"},
		{"report to nowhere", []string{"report", "trends", "--data", data, "--out", filepath.Join(data, "none", "x")}, exitUsage, "make it first"},
		{"demo on a catalog", []string{"demo", "--data", filepath.Dir(file)}, exitUsage, "empty folder"},
		{"folder without a page", []string{"ingest", "--data", filepath.Join(data, "empty"), t.TempDir()}, exitIncomplete, "no page was found"},
		{"doctor of a new folder", []string{"doctor", "--data", filepath.Join(data, "new")}, exitIncomplete, "careerstream migrate"},
		{"wrong sync", []string{"up", "--sync", "1s"}, exitUsage, "250ms"},
		{"wrong ClickHouse", []string{"query", "--clickhouse", "clickhouse://u:secret@127.0.0.1:1", "SELECT 1"}, exitFailed, "correct --clickhouse"},
		{"no state", []string{"conform"}, exitUsage, "--state"},
		{"no state there", []string{"conform", "--golden", "--state", filepath.Join(data, "none")}, exitUsage, "none"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			e := runProgram(t, "", tt.args...)
			if e.code != tt.code {
				t.Errorf("exit code %d, want %d\n%s%s", e.code, tt.code, e.stdout, e.stderr)
			}
			if !strings.Contains(e.stdout+e.stderr, tt.says) {
				t.Errorf("does not say %q:\n%s%s", tt.says, e.stdout, e.stderr)
			}
		})
	}
}

func TestEveryCommandHasAnExample(t *testing.T) {
	t.Parallel()
	for _, command := range []string{"demo", "up", "parse", "ingest", "show", "query", "reconcile", "conform", "dead list", "dead show", "dead redrive", "migrate", "doctor", "schemas", "quiz import", "quiz simulate", "forget", "replay", "bench outcomes", "version", "report trends", "report coverage", "export verify", "export diff", "held list", "held release"} {
		e := runProgram(t, "", append(strings.Fields(command), "--help")...)
		if e.code != exitOK || !strings.Contains(e.stdout, "Example: careerstream "+command) {
			t.Errorf("careerstream %s --help: code %d, no example in\n%s", command, e.code, e.stdout)
		}
	}
}

// TestIngestShowQuery is the shortest way through everything.
func TestIngestShowQuery(t *testing.T) {
	t.Parallel()
	pages, data := t.TempDir(), t.TempDir()
	for i := range 4 {
		if err := sample.Write(pages, sample.Generate(i, 4, 1)); err != nil {
			t.Fatal(err)
		}
	}
	first := decodeOutput[result](t, mustRun(t, "ingest", "--data", data, "--json", pages))
	if first.Statement.Taken != 4 || first.Outcome == nil || first.Outcome.Published < 4 || first.Outcome.Dead != 0 {
		t.Fatalf("first ingest: %+v, %+v", first.Statement, first.Outcome)
	}
	second := decodeOutput[result](t, mustRun(t, "ingest", "--data", data, "--json", pages))
	if second.Statement.Unchanged != 4 || second.Outcome.Published != 0 {
		t.Errorf("second ingest: %+v, %+v; want 4 unchanged and nothing published", second.Statement, second.Outcome)
	}
	rows := queryRows(t, data, "SELECT slug, name FROM careers FINAL ORDER BY slug")
	if len(rows) != 4 {
		t.Fatalf("careers: %v", rows)
	}
	slug := rows[0]["slug"].(string)
	if out := mustRun(t, "show", "--data", data, slug); !strings.Contains(out, rows[0]["name"].(string)) {
		t.Errorf("show prints\n%s", out)
	}
	if out := mustRun(t, "show", "--data", data, "--version", "1", "--changes", slug); !strings.Contains(out, "added record") {
		t.Errorf("show --version 1 --changes prints\n%s", out)
	}
	if e := runProgram(t, "", "show", "--data", data, "nobody"); e.code != exitFailed || !strings.Contains(e.stderr, "query") {
		t.Errorf("show of an unknown career: code %d, %s", e.code, e.stderr)
	}
	mustRun(t, "reconcile", "--data", data)
	mustRun(t, "doctor", "--data", data)
	if left := queryRows(t, data, "SELECT name FROM system.tables WHERE name LIKE 'probe%'"); len(left) > 0 {
		t.Errorf("scratch tables are left behind: %v", left)
	}
	mustRun(t, "migrate", "--data", data, "--dry-run")
}
