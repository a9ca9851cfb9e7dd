package archtest

import (
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// module is the import path of the repository.
const module = "careerstream"

// rooms are the top-level folders with code.
var rooms = []string{"schemas", "ingest", "normalize", "enrich", "publish", "deploy"}

// restricted lists modules that only some folders may import directly.
var restricted = map[string][]string{
	"github.com/nats-io/":                 {"deploy"},
	"github.com/ClickHouse/clickhouse-go": {"publish/store", "deploy/chdb/chdbtest", "deploy/bench"},
	"github.com/ebitengine/purego":        {"deploy/chdb"},
	"github.com/PuerkitoBio/goquery":      {"normalize"},
	"github.com/andybalholm/cascadia":     {"normalize"},
	"github.com/alecthomas/kong":          {"deploy/cmd"},
}

type goPackage struct {
	ImportPath   string
	Imports      []string
	TestImports  []string
	XTestImports []string
}

func listPackages(t *testing.T) []goPackage {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", "list", "-json=ImportPath,Imports,TestImports,XTestImports", module+"/...")
	cmd.Dir = "../.."
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	var packages []goPackage
	for dec := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p goPackage
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		packages = append(packages, p)
	}
	if len(packages) < len(rooms) {
		t.Fatalf("found %d packages, want at least one a room", len(packages))
	}
	return packages
}

func room(path string) string {
	first, _, _ := strings.Cut(strings.TrimPrefix(strings.TrimPrefix(path, module), "/"), "/")
	return first
}

// allowed is the rule stage -> schemas <- deploy.
func allowed(from, to string) bool {
	return from == to || to == "schemas" || from == "deploy"
}

func TestRoomsImportOnlyWhatTheyMay(t *testing.T) {
	t.Parallel()
	for _, p := range listPackages(t) {
		from := room(p.ImportPath)
		if p.ImportPath != module && !slices.Contains(rooms, from) {
			t.Errorf("%s is in no room of %v", p.ImportPath, rooms)
		}
		for _, to := range slices.Concat(p.Imports, p.TestImports, p.XTestImports) {
			if to == module || strings.HasPrefix(to, module+"/") {
				if !allowed(from, room(to)) {
					t.Errorf("%s imports %s: %s may import only itself and schemas", p.ImportPath, to, from)
				}
			}
		}
		for _, to := range p.Imports {
			for prefix, folders := range restricted {
				if strings.HasPrefix(to, prefix) && !inFolders(p.ImportPath, folders) {
					t.Errorf("%s imports %s, which only %v may", p.ImportPath, to, folders)
				}
			}
		}
	}
}

func inFolders(path string, folders []string) bool {
	path = strings.TrimPrefix(path, module+"/")
	return slices.ContainsFunc(folders, func(folder string) bool {
		return path == folder || strings.HasPrefix(path, folder+"/")
	})
}
