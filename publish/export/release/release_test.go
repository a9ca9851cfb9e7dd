package release_test

import (
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"careerstream/publish/export/release"
)

// write writes a release of two files.
func write(t *testing.T, parent, name string) string {
	t.Helper()
	w, err := release.Create(parent, name)
	if err != nil {
		t.Fatal(err)
	}
	for file, text := range map[string]string{"b.csv": "slug\r\nx\r\n", "a b.csv": ""} {
		f, err := w.Create(file, "career.table.b.v1", "text/csv")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(f, text); err != nil {
			t.Fatal(err)
		}
		f.AddRows(len(text) / 7)
	}
	m, err := w.Commit(release.Manifest{Format: "csv"})
	if err != nil {
		t.Fatal(err)
	}
	if len(m.Files) != 2 || m.Files[0].Name != "a b.csv" || m.Files[1].Rows != 1 || m.Files[1].Bytes != 9 || m.Release != name {
		t.Errorf("manifest %+v", m)
	}
	return w.Path()
}

func names(t *testing.T, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, entry := range entries {
		all = append(all, entry.Name())
	}
	return all
}

func TestReleaseIsVerified(t *testing.T) {
	t.Parallel()
	parent := filepath.Join(t.TempDir(), "new", "folder")
	dir := write(t, parent, "r1")
	m, err := release.Verify(t.Context(), dir)
	if err != nil || m.Format != "csv" || m.Manifest != release.ManifestVersion {
		t.Errorf("verify: %+v, %v", m, err)
	}
	if got := names(t, parent); len(got) != 1 || got[0] != "r1" {
		t.Errorf("folder has %v, want the release alone", got)
	}
	cmd := exec.CommandContext(t.Context(), "sha256sum", "--check", "--strict", release.SumsName)
	cmd.Dir = dir
	out, err := cmd.CombinedOutput()
	if errors.Is(err, exec.ErrNotFound) {
		t.Skip("needs the program sha256sum")
	}
	if err != nil || strings.Count(string(out), ": OK") != 3 {
		t.Errorf("sha256sum: %v\n%s", err, out)
	}
}

func TestVerifyNamesTheBadFile(t *testing.T) {
	t.Parallel()
	put := func(name, text string) func(string) error {
		return func(dir string) error { return os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600) }
	}
	edit := func(name, old, now string) func(string) error {
		return func(dir string) error {
			text, err := os.ReadFile(filepath.Join(dir, name))
			if err != nil || !strings.Contains(string(text), old) {
				return errors.Join(err, errors.New("nothing to edit"))
			}
			return os.WriteFile(filepath.Join(dir, name), []byte(strings.Replace(string(text), old, now, 1)), 0o600)
		}
	}
	remove := func(name string) func(string) error {
		return func(dir string) error { return os.Remove(filepath.Join(dir, name)) }
	}
	tests := []struct {
		name   string
		damage func(dir string) error
		file   string
		says   string
	}{
		{"no manifest", remove(release.ManifestName), release.ManifestName, "missing"},
		{"manifest is no JSON", put(release.ManifestName, "{"), release.ManifestName, "no manifest"},
		{"other version", edit(release.ManifestName, `"manifest": 1`, `"manifest": 2`), release.ManifestName, "version 2"},
		{"manifest changed", edit(release.ManifestName, `"format": "csv"`, `"format": "tsv"`), release.ManifestName, "SHA-256"},
		{"manifest lists outside", edit(release.ManifestName, "a b.csv", "../a b.csv"), release.ManifestName, "../a b.csv"},
		{"manifest lists twice", edit(release.ManifestName, "a b.csv", "b.csv"), release.ManifestName, "twice"},
		{"no sums", remove(release.SumsName), release.SumsName, "missing"},
		{"sums are none", put(release.SumsName, "x\n"), release.SumsName, "line 1"},
		{"sums are of another file", edit(release.SumsName, "a b.csv", "c.csv"), release.SumsName, "a b.csv"},
		{"same size", put("b.csv", "slug\r\ny\r\n"), "b.csv", "SHA-256"},
		{"other size", put("b.csv", "slug\r\n"), "b.csv", "6 bytes, want 9"},
		{"file missing", remove("b.csv"), "b.csv", "missing"},
		{"file is a folder", func(dir string) error {
			return errors.Join(os.Remove(filepath.Join(dir, "b.csv")), os.Mkdir(filepath.Join(dir, "b.csv"), 0o700))
		}, "b.csv", "no regular file"},
		{"one more file", put("z.csv", ""), "z.csv", "is not in"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			dir := write(t, t.TempDir(), "r")
			if err := tt.damage(dir); err != nil {
				t.Fatal(err)
			}
			_, err := release.Verify(t.Context(), dir)
			var bad *release.BadError
			if !errors.As(err, &bad) || bad.File != tt.file || !strings.Contains(bad.Reason, tt.says) {
				t.Errorf("error %v, want one about %s that says %q", err, tt.file, tt.says)
			}
		})
	}
}

func TestExistingIsLeftAlone(t *testing.T) {
	t.Parallel()
	parent := t.TempDir()
	var exists *release.ExistsError
	for _, name := range []string{"folder", "file", "link"} {
		path := filepath.Join(parent, name)
		err := map[string]func() error{
			"folder": func() error { return os.Mkdir(path, 0o700) },
			"file":   func() error { return os.WriteFile(path, nil, 0o600) },
			"link":   func() error { return os.Symlink("nowhere", path) },
		}[name]()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := release.Create(parent, name); !errors.As(err, &exists) {
			t.Errorf("%s: %v, want ExistsError", name, err)
		}
	}
	// One that comes while the release is written stays too.
	w, err := release.Create(parent, "late")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(filepath.Join(parent, "late"), 0o700); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Commit(release.Manifest{}); !errors.As(err, &exists) {
		t.Errorf("commit over a folder: %v", err)
	}
	if got := names(t, parent); len(got) != 4 || len(names(t, filepath.Join(parent, "late"))) != 0 {
		t.Errorf("left %v", got)
	}
}

func TestBadNames(t *testing.T) {
	t.Parallel()
	parent := t.TempDir()
	for _, name := range []string{"", ".", "..", ".hidden", "a/b", "../x", "a\nb", strings.Repeat("x", 201)} {
		if _, err := release.Create(parent, name); err == nil {
			t.Errorf("release %q was begun", name)
		}
	}
	if got := names(t, parent); len(got) != 0 {
		t.Errorf("left %v", got)
	}
	if err := os.WriteFile(filepath.Join(parent, "file"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := release.Create(filepath.Join(parent, "file"), "r"); err == nil {
		t.Error("release in a file was begun")
	}
}

func TestDiscardLeavesNothing(t *testing.T) {
	t.Parallel()
	parent := t.TempDir()
	w, err := release.Create(parent, "r")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Create("x.csv", "", ""); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Create("x.csv", "", ""); err == nil {
		t.Error("a file was begun twice")
	}
	for range 2 {
		if err := w.Discard(); err != nil {
			t.Error(err)
		}
	}
	if got := names(t, parent); len(got) != 0 {
		t.Errorf("left %v", got)
	}
}

func TestReplaceFileIsWholeOrNot(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "careers.ndjson")
	say := func(text string, err error) func(io.Writer) error {
		return func(w io.Writer) error {
			_, written := io.WriteString(w, text)
			return errors.Join(written, err)
		}
	}
	broken := errors.New("broken")
	for _, step := range []struct {
		write func(io.Writer) error
		err   error
		want  string
	}{{say("one", nil), nil, "one"}, {say("tw", broken), broken, "one"}, {say("two", nil), nil, "two"}} {
		if err := release.ReplaceFile(path, step.write); !errors.Is(err, step.err) {
			t.Errorf("error %v, want %v", err, step.err)
		}
		if got, err := os.ReadFile(path); err != nil || string(got) != step.want {
			t.Errorf("file has %q (%v), want %q", got, err, step.want)
		}
	}
	if got := names(t, filepath.Dir(path)); len(got) != 1 {
		t.Errorf("left %v", got)
	}
}

// FuzzVerify: whatever a manifest and sums hold, the answer is an error or a
// release whose files are all there.
func FuzzVerify(f *testing.F) {
	f.Add(`{"manifest":1,"files":[]}`, "")
	f.Add(`{"manifest":1,"files":[{"name":"x","sha256":"e3b0"}]}`, "e3b0  x\n")
	f.Add(`{"manifest":1,"files":[{"name":"../x"}]}`, "  \n")
	f.Fuzz(func(t *testing.T, manifest, sums string) {
		dir := t.TempDir()
		for name, text := range map[string]string{release.ManifestName: manifest, release.SumsName: sums} {
			if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		m, err := release.Verify(t.Context(), dir)
		if err == nil && len(m.Files) > 0 {
			t.Errorf("%d files are fine that are not there", len(m.Files))
		}
	})
}
