package release

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
	"time"
)

// TestSweep: what a killed export left goes with the next one; what a living one
// writes, and what is none of ours, stays.
func TestSweep(t *testing.T) {
	t.Parallel()
	over := exec.CommandContext(t.Context(), "true")
	if err := over.Run(); err != nil {
		t.Skip("needs the program true")
	}
	killed, self := over.ProcessState.Pid(), os.Getpid()
	old := time.Now().Add(-25 * time.Hour)
	tests := []struct {
		name string
		old  bool
		stay bool
	}{
		{fmt.Sprintf(".r.partial-%s-%d-123", host(), killed), false, false},
		{fmt.Sprintf(".r.partial-%s-%d-124", host(), self), false, true},
		{fmt.Sprintf(".other.partial-%s-%d-123", host(), killed), false, false},
		{fmt.Sprintf(".r.partial-00000000-%d-123", killed), false, true},
		{fmt.Sprintf(".r.partial-00000000-%d-124", killed), true, false},
		{".r.partial-4711", false, true},
		{".r.partial-4712", true, false},
		{"r.partial-4712", true, true},
		{".r.partial-mine", true, true},
		{"release", true, true},
	}
	parent := t.TempDir()
	var want []string
	for _, tt := range tests {
		dir := filepath.Join(parent, tt.name)
		file := filepath.Join(dir, "careers.ndjson")
		if err := os.Mkdir(dir, 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte("{}\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		if tt.old {
			for _, path := range []string{file, dir} {
				if err := os.Chtimes(path, old, old); err != nil {
					t.Fatal(err)
				}
			}
		}
		if tt.stay {
			want = append(want, tt.name)
		}
	}
	single := filepath.Join(parent, fmt.Sprintf(".careers.ndjson.partial-%s-%d-9", host(), killed))
	if err := os.WriteFile(single, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	w, err := Create(parent, "r2")
	if err != nil {
		t.Fatal(err)
	}
	if partialName.FindString(filepath.Base(w.temp)) == "" {
		t.Errorf("%s would never be swept", w.temp)
	}
	if err := w.Discard(); err != nil {
		t.Fatal(err)
	}
	entries, err := os.ReadDir(parent)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, entry := range entries {
		got = append(got, entry.Name())
	}
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("left are %q, want %q", got, want)
	}
}
