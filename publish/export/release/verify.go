package release

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// Verify checks every file of a release against the manifest and the sums, and
// that no other file is there. The first that is wrong is a *BadError.
func Verify(ctx context.Context, dir string) (Manifest, error) {
	m, err := Read(dir)
	if err != nil {
		return m, err
	}
	sums, err := readSums(dir)
	if err != nil {
		return m, err
	}
	want := map[string]bool{SumsName: true, ManifestName: true}
	if err := checkFile(ctx, dir, File{Name: ManifestName, SHA256: sums[ManifestName], Bytes: -1}); err != nil {
		return m, err
	}
	for _, f := range m.Files {
		want[f.Name] = true
		if err := checkFile(ctx, dir, f); err != nil {
			return m, err
		}
		if sums[f.Name] != f.SHA256 {
			return m, &BadError{dir, SumsName, "disagrees with " + ManifestName + " about " + f.Name}
		}
	}
	for name := range sums {
		if !want[name] {
			return m, &BadError{dir, SumsName, "names " + name + ", which " + ManifestName + " does not list"}
		}
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return m, fmt.Errorf("read release: %w", err)
	}
	for _, entry := range entries {
		if !want[entry.Name()] {
			return m, &BadError{dir, entry.Name(), "is not in " + ManifestName}
		}
	}
	return m, nil
}

// readSums reads the file as sha256sum writes it.
func readSums(dir string) (map[string]string, error) {
	file, err := os.Open(filepath.Join(dir, SumsName))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, &BadError{dir, SumsName, "is missing"}
	}
	if err != nil {
		return nil, fmt.Errorf("read sums: %w", err)
	}
	defer func() { _ = file.Close() }()
	sums := map[string]string{}
	lines := bufio.NewScanner(io.LimitReader(file, maxManifest))
	for n := 1; lines.Scan(); n++ {
		sum, name, ok := strings.Cut(lines.Text(), "  ")
		if raw, err := hex.DecodeString(sum); !ok || err != nil || len(raw) != sha256.Size || !plain(name) {
			return nil, &BadError{dir, SumsName, fmt.Sprintf("line %d is no sum and name", n)}
		}
		sums[name] = strings.ToLower(sum)
	}
	if err := lines.Err(); err != nil {
		return nil, &BadError{dir, SumsName, err.Error()}
	}
	return sums, nil
}

// checkFile compares size and sum. Bytes below 0 are not compared.
func checkFile(ctx context.Context, dir string, want File) error {
	bad := func(format string, args ...any) error {
		return &BadError{dir, want.Name, fmt.Sprintf(format, args...)}
	}
	if want.SHA256 == "" {
		return bad("has no sum")
	}
	info, err := os.Lstat(filepath.Join(dir, want.Name))
	if errors.Is(err, fs.ErrNotExist) {
		return bad("is missing")
	}
	if err != nil {
		return fmt.Errorf("check release: %w", err)
	}
	if !info.Mode().IsRegular() {
		return bad("is no regular file")
	}
	if want.Bytes >= 0 && info.Size() != want.Bytes {
		return bad("has %d bytes, want %d", info.Size(), want.Bytes)
	}
	file, err := os.Open(filepath.Join(dir, want.Name))
	if err != nil {
		return fmt.Errorf("check release: %w", err)
	}
	defer func() { _ = file.Close() }()
	hash := sha256.New()
	if _, err := io.Copy(hash, &cancelled{ctx, file}); err != nil {
		return fmt.Errorf("check %s of release: %w", want.Name, err)
	}
	if got := hex.EncodeToString(hash.Sum(nil)); got != want.SHA256 {
		return bad("has SHA-256 %s, want %s", got, want.SHA256)
	}
	return nil
}

// cancelled reads until its context ends.
type cancelled struct {
	ctx context.Context //nolint:containedctx // io.Copy has no place for it
	r   io.Reader
}

func (c *cancelled) Read(p []byte) (int, error) {
	if err := context.Cause(c.ctx); err != nil {
		return 0, err
	}
	return c.r.Read(p)
}
