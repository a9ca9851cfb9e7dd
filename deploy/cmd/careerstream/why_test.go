package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"careerstream/deploy/sample"
)

// Every fact leads to the page, its bytes and the sentence that states it.
func TestWhyAndCatalogReports(t *testing.T) {
	t.Parallel()
	data, pages := t.TempDir(), t.TempDir()
	if err := os.CopyFS(pages, sample.Site()); err != nil {
		t.Fatal(err)
	}
	mustRun(t, "ingest", "--data", data, filepath.Join(pages, "careers"))
	found := decodeOutput[why](t, mustRun(t, "show", "registered-nurse", "--why", "facts", "--json", "--data", data))
	body, err := os.ReadFile(filepath.Join(pages, "careers", "registered-nurse.html"))
	if err != nil {
		t.Fatal(err)
	}
	if len(found.Found) == 0 || len(found.BodySHA256) != 64 || found.URL == "" {
		t.Fatalf("found %+v", found)
	}
	for _, f := range found.Found {
		// The page breaks its lines anywhere, so a few words stand for the sentence.
		words := strings.Fields(f.Sentence)
		if len(words) < 3 || !strings.Contains(strings.Join(strings.Fields(string(body)), " "), strings.Join(words[1:3], " ")) || f.Place == "" || f.Confidence <= 0 {
			t.Errorf("%+v does not stand on the page", f)
		}
	}
	if e := runProgram(t, "", "show", "registered-nurse", "--why", "nonsense", "--data", data); e.code != exitUsage || !strings.Contains(e.stderr, "workplace") {
		t.Errorf("an unknown field: code %d\n%s", e.code, e.stderr)
	}
	for _, report := range []string{"coverage", "freshness"} {
		out := mustRun(t, "report", report, "--format", "csv", "--site", "careers.example", "--data", data)
		if lines := strings.Count(out, "\n"); lines < 9 {
			t.Errorf("report %s has %d lines:\n%s", report, lines, out)
		}
	}
}
