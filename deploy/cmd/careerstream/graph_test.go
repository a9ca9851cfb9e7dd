package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"careerstream/deploy/app"
	"careerstream/deploy/sample"
	"careerstream/schemas/career"
)

// TestGraphAndReplay takes pages that list each other as types, shows the graph,
// and replays with a profile that loses a part of them.
func TestGraphAndReplay(t *testing.T) {
	t.Parallel()
	const n = 12
	folder, data, profiles := t.TempDir(), t.TempDir(), t.TempDir()
	for i := range n {
		if err := sample.Write(folder, sample.Generate(i, n, 1)); err != nil {
			t.Fatal(err)
		}
	}
	mustRun(t, "ingest", "--data", data, "--json", folder)
	slug := strings.ReplaceAll(strings.ToLower(sample.GeneratedName(0)), " ", "-")
	next := strings.ReplaceAll(strings.ToLower(sample.GeneratedName(1)), " ", "-")

	root := decodeOutput[graphNode](t, mustRun(t, "show", "--data", data, "--json", "--graph", slug))
	down, up, deep := 0, 0, 0
	for _, edge := range root.Edges {
		if edge.Career == "" || edge.Confidence <= 0 || edge.Evidence == "" || edge.Method == "" || edge.Career == slug {
			t.Errorf("edge %+v", edge.Relation)
		}
		switch edge.Kind {
		case career.HasType:
			down++
		case career.TypeOf:
			up++
		}
		if edge.Node != nil {
			deep += len(edge.Node.Edges)
		}
	}
	if down != 5 || up != 5 || deep == 0 {
		t.Errorf("%d types, type of %d, %d edges at the second step", down, up, deep)
	}
	out := mustRun(t, "show", "--data", data, "--graph", "--depth", "1", slug)
	if !strings.Contains(out, "has-type "+next) || !strings.Contains(out, "[0.95 by plural; types[") || strings.Contains(out, "│  ├") {
		t.Errorf("graph of depth 1:\n%s", out)
	}
	if e := runProgram(t, "", "show", "--data", data, "--graph", "--changes", slug); e.code != exitUsage {
		t.Errorf("--graph with --changes: code %d", e.code)
	}
	edges := queryRows(t, data, "SELECT count() AS n, countIf(related_career = '') AS open FROM career_relations WHERE kind IN ('has-type', 'type-of')")
	if len(edges) != 1 || edges[0]["n"] != float64(n*10) || edges[0]["open"] != float64(0) {
		t.Errorf("career_relations: %v, want %d edges", edges, n*10)
	}

	profile := `{"name": "edited", "hosts": ["generated.example"], "markup": {"drop": ["details"]}}`
	if err := os.WriteFile(filepath.Join(profiles, "edited.json"), []byte(profile), 0o600); err != nil {
		t.Fatal(err)
	}
	replay := func(flags ...string) app.Blast {
		return decodeOutput[app.Blast](t, mustRun(t, append([]string{"replay", "--from", "normalize", "--data", data, "--json", "--profiles", profiles}, flags...)...))
	}
	dry, done := replay("--dry-run"), replay()
	if dry.Changed != n/4 || done.Changed != dry.Changed || done.Pages != n || !dry.DryRun || done.DryRun {
		t.Errorf("dry run %+v, replay %+v", dry, done)
	}
	if again := replay(); again.Careers() != 0 {
		t.Errorf("a repeat: %+v", again)
	}
	if text := mustRun(t, "replay", "--data", data, "--dry-run", "--examples", "1"); !strings.Contains(text, "3 records would be published") || !strings.Contains(text, "faqs") {
		t.Errorf("replay prints\n%s", text)
	}
	lost := strings.ReplaceAll(strings.ToLower(sample.GeneratedName(2)), " ", "-")
	if text := mustRun(t, "show", "--data", data, "--changes", lost); !strings.Contains(text, "because: code-changed") {
		t.Errorf("changes:\n%s", text)
	}
	rows := queryRows(t, data, "SELECT DISTINCT causes FROM catalog_changes WHERE version = (SELECT max(version) FROM career_versions WHERE slug = '"+lost+"') AND slug = '"+lost+"'")
	if len(rows) != 1 || !strings.Contains(strings.Join(texts(rows[0]["causes"]), " "), career.CodeChanged) {
		t.Errorf("catalog_changes: %v", rows)
	}
	if text := mustRun(t, "show", "--data", data, "--version", "1", "--changes", lost); !strings.Contains(text, "because: source-changed") {
		t.Errorf("changes of version 1:\n%s", text)
	}
}

func texts(list any) []string {
	var out []string
	items, _ := list.([]any)
	for _, item := range items {
		text, _ := item.(string)
		out = append(out, text)
	}
	return out
}
