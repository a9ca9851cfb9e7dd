package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// outcomesFile makes a file of outcomes over 50 careers, with repeats and late ones.
func outcomesFile(t *testing.T, folder string, outcomes int) string {
	t.Helper()
	slugs, file := filepath.Join(folder, "slugs"), filepath.Join(folder, "outcomes.ndjson")
	var names strings.Builder
	for i := range 50 {
		fmt.Fprintf(&names, "career-%d\n", i)
	}
	if err := os.WriteFile(slugs, []byte(names.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	mustRun(t, "quiz", "simulate", "--careers", slugs, "--outcomes", fmt.Sprint(outcomes), "--until", "2026-05-31", "--out", file)
	return file
}

// splitLines cuts a file into n files of whole lines, in its order.
func splitLines(t *testing.T, file string, n int) []string {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	lines := bytes.SplitAfter(text, []byte("\n"))
	var parts []string
	for i := range n {
		part := fmt.Sprintf("%s.%d", file, i)
		if err := os.WriteFile(part, bytes.Join(lines[len(lines)*i/n:len(lines)*(i+1)/n], nil), 0o600); err != nil {
			t.Fatal(err)
		}
		parts = append(parts, part)
	}
	return parts
}

// reportsOf is every number of every report.
func reportsOf(t *testing.T, data string) map[string][]map[string]any {
	t.Helper()
	mustRun(t, "report", "trends", "--data", data, "--format", "json") // brings the days up to date
	const month = "(since = '2026-05-16', until = '2026-05-30')"
	all := make(map[string][]map[string]any)
	for name, from := range map[string]string{
		"trends":      "match_trends_daily ORDER BY day, career",
		"leaderboard": "match_leaderboard" + month + " ORDER BY position, career",
		"funnel":      "match_funnel" + month + " ORDER BY entry_career",
		"traits":      "match_traits" + month + " ORDER BY career, trait",
	} {
		all[name] = queryRows(t, data, "SELECT * FROM "+from)
		if len(all[name]) == 0 {
			t.Errorf("report %s is empty", name)
		}
	}
	return all
}

// compareReplay takes the file from its beginning into a new database; every
// report must be the one of data.
func compareReplay(t *testing.T, data, file string) {
	t.Helper()
	fresh := t.TempDir()
	// On a busy machine the broker may be too slow for an import, which then asks
	// to be repeated.
	for try := 1; ; try++ {
		e := runProgram(t, "", "quiz", "import", "--data", fresh, file)
		if e.code == exitOK {
			break
		}
		if try == 5 || !strings.Contains(e.stderr, "repeat the import") {
			t.Fatalf("import: exit code %d\n%s", e.code, e.stderr)
		}
	}
	if diff := cmp.Diff(reportsOf(t, data), reportsOf(t, fresh)); diff != "" {
		t.Errorf("replayed into a new database the reports differ (-before +replayed):\n%.3000s", diff)
	}
}

// TestOutcomesReplayed: the parts of a file in another order and some of them
// twice give the reports that the file gives in one go.
func TestOutcomesReplayed(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	file := outcomesFile(t, t.TempDir(), 6000)
	parts := splitLines(t, file, 4)
	for _, i := range []int{0, 2, 1, 2, 3, 0} {
		mustRun(t, "quiz", "import", "--data", data, parts[i])
	}
	compareReplay(t, data, file)
}
