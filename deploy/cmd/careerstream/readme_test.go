package main

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"careerstream/deploy/sample"
	"careerstream/deploy/site"
	"careerstream/schemas/fault"
)

var update = flag.Bool("update", false, "rewrite generated parts of documents")

const readme = "../../../README.md"

// runElsewhere are README commands that this test does not run, and who does.
var runElsewhere = map[string]string{
	"go test ./...": "whoever runs this test",
	"go build -o careerstream ./deploy/cmd/careerstream": "the go tool, to run this test",
}

// TestREADMECommands runs every command of the README, in order, in one shell
// with the sample pages in pages/ and the sample site for its example.
func TestREADMECommands(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(readme)
	if err != nil {
		t.Fatal(err)
	}
	pages := startSite(t, site.Config{})
	script := "set -e\nexport CAREERSTREAM_ALLOW_PRIVATE=127.0.0.1\n"
	commands := 0
	for _, block := range regexp.MustCompile("(?s)```sh\n(.*?)```").FindAllStringSubmatch(string(text), -1) {
		for line := range strings.Lines(block[1]) {
			line = strings.TrimSpace(line)
			if _, ok := runElsewhere[line]; ok {
				continue
			}
			// The demo would stay up; and the program is on the PATH already.
			line = strings.ReplaceAll(line, "https://careers.example/", pages.URL()+"/")
			line = strings.Replace(line, "go run ./deploy/cmd/careerstream demo", "careerstream demo --once", 1)
			script += fmt.Sprintf("echo %q >&2\n%s\n", "$ "+line, line)
			commands++
		}
	}
	if commands < 15 {
		t.Fatalf("found %d commands, want the README's", commands)
	}
	dir := t.TempDir()
	if err := os.CopyFS(filepath.Join(dir, "site"), sample.Site()); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(filepath.Join(dir, "site", "careers"), filepath.Join(dir, "pages")); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), "bash", "-c", script)
	cmd.Dir = dir
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
}

// TestREADMEFaults holds the README's table of faults against the code.
func TestREADMEFaults(t *testing.T) {
	t.Parallel()
	var table strings.Builder
	table.WriteString("| fault | class | what | what to do |\n|---|---|---|---|\n")
	for _, row := range fault.Table() {
		fmt.Fprintf(&table, "| `%s` | %s | %s | %s |\n", row.Kind, row.Class, row.Label, strings.ReplaceAll(row.Hint, "|", "\\|"))
	}
	text, err := os.ReadFile(readme)
	if err != nil {
		t.Fatal(err)
	}
	part := regexp.MustCompile(`(?s)<!-- faults -->\n.*<!-- /faults -->`)
	want := part.ReplaceAllLiteralString(string(text), "<!-- faults -->\n"+table.String()+"<!-- /faults -->")
	if want == string(text) {
		return
	}
	if !*update {
		t.Fatal("the README's table of faults is out of date; run: go test ./deploy/cmd/careerstream -run README -update")
	}
	if err := os.WriteFile(readme, []byte(want), 0o644); err != nil {
		t.Fatal(err)
	}
}
