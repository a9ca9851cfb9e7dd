package archtest

import (
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// TestTopLevel keeps the product's face: nothing beside the rooms.
func TestTopLevel(t *testing.T) {
	t.Parallel()
	want := append([]string{"go.mod", "go.sum", "README.md", "LICENSE"}, rooms...)
	entries, err := os.ReadDir("../..")
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		if name := entry.Name(); !strings.HasPrefix(name, ".") && !slices.Contains(want, name) && !ignored(t, name) {
			t.Errorf("%s stands at the top level, where only %v may", name, want)
		}
	}
}

// ignored tells whether git leaves the file out; without git nothing is.
func ignored(t *testing.T, name string) bool {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "git", "check-ignore", "-q", name)
	cmd.Dir = "../.."
	return cmd.Run() == nil
}
