package chdb

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// fakeRelease is a small package and the release that describes it.
func fakeRelease(t *testing.T) (release, []byte) {
	t.Helper()
	lib := make([]byte, 3<<20)
	if _, err := rand.Read(lib); err != nil {
		t.Fatal(err)
	}
	var buf bytes.Buffer
	z := gzip.NewWriter(&buf)
	w := tar.NewWriter(z)
	for name, data := range map[string][]byte{"package/package.json": []byte("{}"), "package/lib.so": lib} {
		if err := w.WriteHeader(&tar.Header{Name: name, Mode: 0o644, Size: int64(len(data)), Typeflag: tar.TypeReg}); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write(data); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(w.Close(), z.Close()); err != nil {
		t.Fatal(err)
	}
	packed, whole := sha512.Sum512(buf.Bytes()), sha256.Sum256(lib)
	return release{
		name: "libtest", spec: "test@1", member: "package/lib.so", file: "lib.so",
		integrity: "sha512-" + base64.StdEncoding.EncodeToString(packed[:]), packed: int64(buf.Len()),
		size: int64(len(lib)), sha256: hex.EncodeToString(whole[:]),
	}, buf.Bytes()
}

// fakeNPM puts a shell script called npm on PATH; $DEST is where it must write
// its package, $PACKAGE a package to write, $LOG a file to note its start in.
func fakeNPM(t *testing.T, packed []byte, script string) (log string) {
	t.Helper()
	dir := t.TempDir()
	log = filepath.Join(dir, "log")
	pkg := filepath.Join(dir, "pkg")
	if err := os.WriteFile(pkg, packed, 0o644); err != nil {
		t.Fatal(err)
	}
	text := "#!/bin/sh\nLOG='" + log + "' PACKAGE='" + pkg + "'\necho started >> \"$LOG\"\n" +
		"while [ $# -gt 0 ]; do [ \"$1\" = --pack-destination ] && DEST=$2; shift; done\n" + script + "\n"
	if err := os.WriteFile(filepath.Join(dir, "npm"), []byte(text), 0o755); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", dir+string(os.PathListSeparator)+os.Getenv("PATH"))
	return log
}

const copyPackage = `cp "$PACKAGE" "$DEST/p.tgz"`

// leftovers lists what is in a cache beside the lock.
func leftovers(t *testing.T, cache string, rel release) []string {
	t.Helper()
	entries, err := os.ReadDir(filepath.Join(cache, "careerstream", rel.name))
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		if e.Name() != "lock" {
			names = append(names, e.Name())
		}
	}
	return names
}

func TestFetch(t *testing.T) {
	rel, packed := fakeRelease(t)
	log := fakeNPM(t, packed, copyPackage)
	cache := t.TempDir()
	stale := filepath.Join(cache, "careerstream", rel.name, "incoming-stale")
	if err := os.MkdirAll(stale, 0o755); err != nil {
		t.Fatal(err)
	}
	var last, all int64
	cfg := LibraryConfig{CacheDir: cache, Progress: func(done, total int64) {
		if done < last || done > total {
			t.Errorf("progress went from %d to %d of %d", last, done, total)
		}
		last, all = done, total
	}}
	path, err := ensure(t.Context(), cfg, rel)
	if err != nil {
		t.Fatal(err)
	}
	if last != all || all == 0 {
		t.Errorf("progress ended at %d of %d", last, all)
	}
	if got := leftovers(t, cache, rel); len(got) != 1 || got[0] != rel.file {
		t.Errorf("cache holds %v, want %s alone", got, rel.file)
	}
	// A truncated file is replaced; a whole one is used as it is.
	if err := os.Truncate(path, rel.size/2); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		last = 0
		if path, err = ensure(t.Context(), cfg, rel); err != nil {
			t.Fatal(err)
		}
	}
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if sum := sha256.Sum256(data); hex.EncodeToString(sum[:]) != rel.sha256 {
		t.Error("library is not the released one")
	}
	if started, err := os.ReadFile(log); err != nil || strings.Count(string(started), "started") != 2 {
		t.Errorf("npm ran %q (%v), want twice", started, err)
	}
}

func TestFetchFailures(t *testing.T) {
	for _, tc := range []struct {
		name   string
		script string
		change func(*release)
		cfg    LibraryConfig
		want   []string
	}{
		{name: "npm fails", script: "echo 'npm error code E404' >&2; exit 1", want: []string{"E404", "--clickhouse", LibraryEnv}},
		{name: "npm writes nothing", script: "true", want: []string{"no package"}},
		{name: "other package", script: copyPackage + `; printf x >> "$DEST/p.tgz"`, want: []string{"does not match", "--clickhouse"}},
		{name: "other library", script: copyPackage, change: func(r *release) { r.sha256 = strings.Repeat("0", 64) }, want: []string{"does not match"}},
		{name: "no library", script: copyPackage, change: func(r *release) { r.member = "package/none" }, want: []string{"no package/none"}},
		{name: "disk full", script: "echo 'npm error code ENOSPC' >&2; exit 1", want: []string{"disk is full", "XDG_CACHE_HOME"}},
		{name: "stalls", script: "sleep 60", cfg: LibraryConfig{Stall: time.Millisecond}, want: []string{errStalled.Error()}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			rel, packed := fakeRelease(t)
			if tc.change != nil {
				tc.change(&rel)
			}
			fakeNPM(t, packed, tc.script)
			tc.cfg.CacheDir = t.TempDir()
			_, err := ensure(t.Context(), tc.cfg, rel)
			if err == nil {
				t.Fatal("no error")
			}
			for _, want := range tc.want {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("error %q lacks %q", err, want)
				}
			}
			if got := leftovers(t, tc.cfg.CacheDir, rel); len(got) != 0 {
				t.Errorf("left behind: %v", got)
			}
		})
	}
}

func TestFetchWithoutNPM(t *testing.T) {
	rel, _ := fakeRelease(t)
	t.Setenv("PATH", t.TempDir())
	_, err := ensure(t.Context(), LibraryConfig{CacheDir: t.TempDir()}, rel)
	for _, want := range []string{"install npm", LibraryEnv, "--clickhouse DSN"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v lacks %q", err, want)
		}
	}
}

func TestFetchCancelled(t *testing.T) {
	rel, packed := fakeRelease(t)
	log := fakeNPM(t, packed, `echo part > "$DEST/part"; sleep 60 & wait`)
	cache := t.TempDir()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	ended := make(chan error, 1)
	go func() {
		_, err := ensure(ctx, LibraryConfig{CacheDir: cache}, rel)
		ended <- err
	}()
	eventually(t, "npm starts", func() bool { _, err := os.Stat(log); return err == nil })
	started := time.Now()
	cancel()
	if err := <-ended; !errors.Is(err, context.Canceled) || time.Since(started) > 4*time.Second {
		t.Errorf("ended after %s with %v", time.Since(started), err)
	}
	if got := leftovers(t, cache, rel); len(got) != 0 {
		t.Errorf("left behind: %v", got)
	}
}

func TestFetchByTwoProcesses(t *testing.T) {
	rel, packed := fakeRelease(t)
	// The first npm waits until the second process must have come to the lock.
	log := fakeNPM(t, packed, `while [ ! -e "$PACKAGE.go" ]; do sleep 0.05; done; `+copyPackage)
	cache := t.TempDir()
	in, err := json.Marshal(map[string]any{
		"Cache": cache, "Rel": []string{rel.name, rel.spec, rel.integrity, rel.member, rel.file, rel.sha256}, "Sizes": []int64{rel.packed, rel.size},
	})
	if err != nil {
		t.Fatal(err)
	}
	type end struct {
		out []byte
		err error
	}
	ends := make(chan end, 2)
	for range 2 {
		cmd := child(t, "fetch", "CHDB_TEST_RELEASE="+string(in))
		go func() { out, err := cmd.Output(); ends <- end{out, err} }()
	}
	eventually(t, "npm starts", func() bool { _, err := os.Stat(log); return err == nil })
	if err := os.WriteFile(filepath.Join(filepath.Dir(log), "pkg.go"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if e := <-ends; e.err != nil || !strings.HasPrefix(string(e.out), cache) {
			t.Errorf("process ended with %v: %s", e.err, e.out)
		}
	}
	if started, err := os.ReadFile(log); err != nil || strings.Count(string(started), "started") != 1 {
		t.Errorf("npm ran %q (%v), want once", started, err)
	}
}

func TestLibraryFromEnvironment(t *testing.T) {
	dir := t.TempDir()
	text := filepath.Join(dir, "text.so")
	if err := os.WriteFile(text, []byte("not a library at all"), 0o644); err != nil {
		t.Fatal(err)
	}
	half := filepath.Join(dir, "half.so")
	whole, err := os.Open(suite.engine.cfg.Library)
	if err != nil {
		t.Fatal(err)
	}
	defer whole.Close()
	part := make([]byte, 1<<20)
	if _, err := whole.Read(part); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(half, part, 0o644); err != nil {
		t.Fatal(err)
	}
	for file, want := range map[string]string{
		filepath.Join(dir, "none"): "no such file", dir: "not a regular file",
		text: "not a complete shared library", half: "not a complete shared library", suite.engine.cfg.Library: "",
	} {
		t.Setenv(LibraryEnv, file)
		got, err := EnsureLibrary(t.Context(), LibraryConfig{})
		switch {
		case want == "" && (err != nil || got != file):
			t.Errorf("%s: %q, %v", file, got, err)
		case want != "" && (err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), LibraryEnv)):
			t.Errorf("%s: error %v lacks %q", file, err, want)
		}
	}
}
