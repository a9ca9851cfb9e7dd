package main

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"careerstream/deploy/datadir"
	"careerstream/deploy/sample"
	"careerstream/publish/export/release"
)

// publishedSample returns a data directory with the sample's careers.
func publishedSample(t *testing.T) string {
	t.Helper()
	pages, data := t.TempDir(), t.TempDir()
	if err := os.CopyFS(pages, sample.Site()); err != nil {
		t.Fatal(err)
	}
	mustRun(t, "ingest", "--data", data, "--json", filepath.Join(pages, "careers"))
	return data
}

func folder(t *testing.T, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		t.Fatal(err)
	}
	var names []string
	for _, entry := range entries {
		names = append(names, entry.Name())
	}
	return names
}

func TestExport(t *testing.T) {
	t.Parallel()
	data, out := publishedSample(t), filepath.Join(t.TempDir(), "releases")
	names := queryRows(t, data, "SELECT name FROM careers FINAL ORDER BY slug")
	for _, format := range []string{"ndjson", "jsonld", "csv", "parquet"} {
		made := decodeOutput[release.Manifest](t, mustRun(t, "export", "--data", data, "--format", format, "--out", out, "--release", format, "--json"))
		if made.Counts.Careers != len(names) || made.Source.LastSequence < uint64(len(names)) || made.Release != format {
			t.Errorf("%s: %+v, want %d careers", format, made, len(names))
		}
		if said := mustRun(t, "export", "verify", filepath.Join(out, format)); !strings.Contains(said, made.Files[0].Name) {
			t.Errorf("verify prints\n%s", said)
		}
	}
	for _, format := range []string{"ndjson", "jsonld"} {
		text, err := os.ReadFile(filepath.Join(out, format, "careers."+format))
		if err != nil {
			t.Fatal(err)
		}
		if piped := mustRun(t, "export", "--data", data, "--format", format); piped != string(text) || strings.Count(piped, "\n") != len(names) {
			t.Errorf("%s: standard output and the file of the release differ", format)
		}
		for _, row := range names {
			if !strings.Contains(string(text), row["name"].(string)) {
				t.Errorf("%s has no %s", format, row["name"])
			}
		}
		file := filepath.Join(t.TempDir(), "careers."+format)
		mustRun(t, "export", "--data", data, "--format", format, "--out", file)
		if single, err := os.ReadFile(file); err != nil || string(single) != string(text) {
			t.Errorf("%s: the single file differs (%v)", format, err)
		}
	}
	mustRun(t, "export", "--data", data, "--out", out, "--release", "again")
	if said := mustRun(t, "export", "diff", filepath.Join(out, "ndjson"), filepath.Join(out, "again")); !strings.Contains(said, "0 added, 0 removed, 0 changed") {
		t.Errorf("diff prints\n%s", said)
	}
	// Damage is named, by verify and by diff.
	if err := os.Truncate(filepath.Join(out, "again", "careers.ndjson"), 100); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{{"verify", filepath.Join(out, "again")}, {"diff", filepath.Join(out, "ndjson"), filepath.Join(out, "again"), "--json"}} {
		if e := runProgram(t, "", append([]string{"export"}, args...)...); e.code != exitFailed || !strings.Contains(e.stderr, "careers.ndjson: has 100 bytes") {
			t.Errorf("export %v: code %d, %s%s", args, e.code, e.stdout, e.stderr)
		}
	}
}

// TestExportDiffOfTables: CSV and Parquet of the same two states differ alike.
func TestExportDiffOfTables(t *testing.T) {
	t.Parallel()
	data, out := publishedSample(t), t.TempDir()
	export := func(name string) {
		for _, format := range []string{"csv", "parquet"} {
			mustRun(t, "export", "--data", data, "--format", format, "--out", out, "--release", format+name)
		}
	}
	export("1")
	pages := t.TempDir()
	text, err := fs.ReadFile(sample.Site(), "careers/welder.html")
	if err != nil {
		t.Fatal(err)
	}
	changed := strings.Replace(string(text), "<li>", "<li>With care: ", 1)
	if err := os.WriteFile(filepath.Join(pages, "welder.html"), []byte(changed), 0o600); err != nil || changed == string(text) {
		t.Fatalf("no duty to change: %v", err)
	}
	mustRun(t, "ingest", "--data", data, "--json", pages)
	export("2")
	diff := func(format string) []string {
		lines := strings.Split(strings.TrimSpace(mustRun(t, "export", "diff", "--json", filepath.Join(out, format+"1"), filepath.Join(out, format+"2"))), "\n")
		return lines[:len(lines)-1] // the last names the releases
	}
	csv, parquet := diff("csv"), diff("parquet")
	if len(csv) == 0 || !strings.Contains(csv[len(csv)-1], "With care") || !slices.Equal(csv, parquet) {
		t.Errorf("csv differs in\n%s\nparquet in\n%s", strings.Join(csv, "\n"), strings.Join(parquet, "\n"))
	}
}

func TestExportUsage(t *testing.T) {
	t.Parallel()
	data, out := t.TempDir(), t.TempDir()
	if err := os.Mkdir(filepath.Join(out, "taken"), 0o700); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		args []string
		code int
		says string
	}{
		{[]string{"--format", "xml"}, exitUsage, "ndjson"},
		{[]string{"--format", "csv"}, exitUsage, "name a folder"},
		{[]string{"--format", "parquet", "--out", "x.ndjson"}, exitUsage, "name a folder"},
		{[]string{"--format", "csv", "--out", "x.csv"}, exitUsage, "want a folder"},
		{[]string{"--release", "r"}, exitUsage, "--out"},
		{[]string{"--as-of", "yesterday"}, exitUsage, "--as-of"},
		{[]string{"--out", out, "--release", "taken"}, exitFailed, "exists already"},
		{[]string{"--out", out, "--release", "../x"}, exitFailed, "plain name"},
		{[]string{"--out", out, "--format", "parquet", "--release", "r", "--clickhouse", "clickhouse://127.0.0.1:1"}, exitFailed, "store-unavailable"},
		{[]string{"--out", "/dev/null/x"}, exitFailed, "not a directory"},
		{[]string{"verify", out}, exitFailed, "manifest.json"},
	} {
		e := runProgram(t, "", append([]string{"export", "--data", data}, tt.args...)...)
		if e.code != tt.code || !strings.Contains(e.stderr, tt.says) {
			t.Errorf("export %v: code %d, want %d and %q in\n%s", tt.args, e.code, tt.code, tt.says, e.stderr)
		}
	}
	if got := folder(t, out); len(got) != 1 {
		t.Errorf("left %v", got)
	}
	for command, example := range map[string]string{"export": "export --format", "export catalog": "export --format", "export diff": "export diff", "export verify": "export verify"} {
		if e := runProgram(t, "", append(strings.Fields(command), "--help")...); e.code != exitOK || !strings.Contains(e.stdout, "Example: careerstream "+example) && command != "export" {
			t.Errorf("careerstream %s --help: code %d, no example in\n%s", command, e.code, e.stdout)
		}
	}
}

// throttle passes connections on to addr until so many bytes came from there, and
// then none any more, without closing: whoever reads stands still in the middle.
func throttle(t *testing.T, addr string, bytes int64) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	t.Cleanup(func() { cancel(); _ = listener.Close() })
	go func() {
		for {
			client, err := listener.Accept()
			if err != nil {
				return
			}
			server, err := net.Dial("tcp", addr)
			if err != nil {
				_ = client.Close()
				continue
			}
			context.AfterFunc(ctx, func() { _ = client.Close(); _ = server.Close() })
			go func() { _, _ = io.Copy(server, client) }()
			go func() { _, _ = io.CopyN(client, server, bytes) }()
		}
	}()
	return listener.Addr().String()
}

// TestExportIsWholeOrNot stops an export in the middle of its files.
func TestExportIsWholeOrNot(t *testing.T) {
	t.Parallel()
	up := startUp(t, publishedSample(t), "--stages", "none")
	endpoint, ok, err := datadir.Dir(up.data).Endpoint(t.Context())
	if err != nil || !ok {
		t.Fatal(ok, err)
	}
	broker, err := url.Parse(endpoint.NATS)
	if err != nil {
		t.Fatal(err)
	}
	// The first reading takes all records, the second stops in their middle.
	sizes := queryRows(t, up.data, "SELECT sum(length(record)) AS n FROM career_versions FINAL")
	broker.Host = throttle(t, broker.Host, int64(sizes[0]["n"].(float64)*1.5))
	for _, signal := range []syscall.Signal{syscall.SIGKILL, syscall.SIGINT} {
		for _, format := range []string{"ndjson", "csv"} {
			out := filepath.Join(t.TempDir(), "releases")
			p := launch(t, up.data, "export", "--nats", broker.String(), "--data", up.data, "--format", format, "--out", out, "--release", "r")
			p.waitFor("files", 20*time.Second, func() bool {
				names, err := filepath.Glob(filepath.Join(out, ".r.partial-*", "careers.*"))
				return err == nil && len(names) == 1
			})
			if signal == syscall.SIGKILL {
				p.kill()
				if got := folder(t, out); len(got) != 1 || !strings.HasPrefix(got[0], ".r.partial-") {
					t.Errorf("%s killed leaves %v, want the unfinished folder alone", format, got)
				}
				// It is in nobody's way, and goes with the next export.
				mustRun(t, "export", "--data", up.data, "--format", format, "--out", out, "--release", "r")
				mustRun(t, "export", "verify", filepath.Join(out, "r"))
				if got := folder(t, out); len(got) != 1 {
					t.Errorf("after the next export the folder has %v, want the release alone", got)
				}
				continue
			}
			if code := p.interrupt(); code != exitInterrupted {
				t.Errorf("%s interrupted: exit code %d\n%s", format, code, p.log)
			}
			if got := folder(t, out); len(got) != 0 {
				t.Errorf("%s interrupted leaves %v", format, got)
			}
		}
	}
}
