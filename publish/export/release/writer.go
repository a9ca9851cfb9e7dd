package release

import (
	"bufio"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// Writer writes a release. It is not safe for concurrent use.
type Writer struct {
	parent, name, temp string
	files              []File
	open               []*FileWriter
	ended              bool
}

// ExistsError says that the release is there already. It is left as it is.
type ExistsError struct{ Path string }

func (e *ExistsError) Error() string {
	return fmt.Sprintf("%s exists already: choose another --release, or remove it first", e.Path)
}

// Create begins a release in the folder parent, which is made where it is
// missing, and removes there what killed exports left. It fails with *ExistsError where parent has something of that name,
// and for a name that is no plain file name. The caller ends with Commit, or with
// Discard.
func Create(parent, name string) (*Writer, error) {
	if !plain(name) {
		return nil, fmt.Errorf("release %q: want a plain name of a folder that does not begin with a dot, such as 2026-11", name)
	}
	path := filepath.Join(parent, name)
	if _, err := os.Lstat(path); err == nil {
		return nil, &ExistsError{path}
	} else if !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("create release: %w", err)
	}
	if err := os.MkdirAll(parent, 0o755); err != nil {
		return nil, fmt.Errorf("create release: %w", err)
	}
	sweep(parent, time.Now())
	temp, err := os.MkdirTemp(parent, partial(name))
	if err != nil {
		return nil, fmt.Errorf("create release: %w", err)
	}
	w := &Writer{parent: parent, name: name, temp: temp}
	if err := os.Chmod(temp, 0o755); err != nil {
		return nil, errors.Join(fmt.Errorf("create release: %w", err), w.Discard())
	}
	return w, nil
}

// Path is where the release will be.
func (w *Writer) Path() string { return filepath.Join(w.parent, w.name) }

// FileWriter writes one file of a release.
type FileWriter struct {
	file *os.File
	buf  *bufio.Writer
	hash hash.Hash
	info File
}

// Create begins a file. Several may be written side by side. Commit closes them.
func (w *Writer) Create(name, schema, mediaType string) (*FileWriter, error) {
	if !plain(name) {
		return nil, fmt.Errorf("file %q of a release: want a plain name", name)
	}
	file, err := os.OpenFile(filepath.Join(w.temp, name), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return nil, fmt.Errorf("create file of release: %w", err)
	}
	f := &FileWriter{file: file, hash: sha256.New(), info: File{Name: name, Schema: schema, MediaType: mediaType}}
	f.buf = bufio.NewWriterSize(io.MultiWriter(file, f.hash), 64<<10)
	w.open = append(w.open, f)
	return f, nil
}

// Write implements io.Writer.
func (f *FileWriter) Write(p []byte) (int, error) {
	n, err := f.buf.Write(p)
	f.info.Bytes += int64(n)
	if err != nil {
		return n, fmt.Errorf("write release: %w", err)
	}
	return n, nil
}

// AddRows counts rows that were written.
func (f *FileWriter) AddRows(n int) { f.info.Rows += n }

// close puts the file on the disk.
func (f *FileWriter) close() (File, error) {
	err := f.buf.Flush()
	if err == nil {
		err = f.file.Sync()
	}
	if closed := f.file.Close(); err == nil {
		err = closed
	}
	f.info.SHA256 = hex.EncodeToString(f.hash.Sum(nil))
	if err != nil {
		return f.info, fmt.Errorf("write release: %w", err)
	}
	return f.info, nil
}

// Commit writes the manifest, with Manifest, Release and Files filled in, and the
// sums, and gives the release its name. After an error, and in a failed rename,
// nothing is left.
func (w *Writer) Commit(m Manifest) (_ Manifest, err error) {
	defer func() { err = errors.Join(err, w.Discard()) }()
	if err := w.closeFiles(); err != nil {
		return m, err
	}
	m.Manifest, m.Release, m.Files = ManifestVersion, w.name, w.files
	if m.Attributions == nil {
		m.Attributions = []Attribution{}
	}
	if m.Warnings == nil {
		m.Warnings = []string{}
	}
	slices.SortFunc(m.Files, func(a, b File) int { return cmp.Compare(a.Name, b.Name) })
	if err := w.describe(m); err != nil {
		return m, err
	}
	if err := syncDir(w.temp); err != nil {
		return m, err
	}
	// A folder over an empty one would take its place; another over it fails.
	if _, err := os.Lstat(w.Path()); err == nil {
		return m, &ExistsError{w.Path()}
	}
	if err := os.Rename(w.temp, w.Path()); err != nil {
		return m, fmt.Errorf("name release: %w", err)
	}
	w.ended = true
	return m, syncDir(w.parent)
}

func (w *Writer) closeFiles() error {
	for len(w.open) > 0 {
		f := w.open[0]
		w.open = w.open[1:]
		info, err := f.close()
		if err != nil {
			return err
		}
		w.files = append(w.files, info)
	}
	if w.files == nil {
		w.files = []File{}
	}
	return nil
}

// describe writes manifest and sums.
func (w *Writer) describe(m Manifest) error {
	text, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return fmt.Errorf("encode manifest: %w", err)
	}
	manifest, err := w.put(ManifestName, append(text, '\n'))
	if err != nil {
		return err
	}
	var sums strings.Builder
	for _, f := range append(slices.Clone(m.Files), manifest) {
		// Two blanks: sha256sum reads the name as that of a file of text or bytes alike.
		fmt.Fprintf(&sums, "%s  %s\n", f.SHA256, f.Name)
	}
	_, err = w.put(SumsName, []byte(sums.String()))
	return err
}

func (w *Writer) put(name string, data []byte) (File, error) {
	f, err := w.Create(name, "", "")
	if err != nil {
		return File{}, err
	}
	w.open = nil
	_, err = f.Write(data)
	info, closed := f.close()
	return info, errors.Join(err, closed)
}

// Discard removes what was written. After Commit, and a second time, it does
// nothing.
func (w *Writer) Discard() error {
	if w.ended {
		return nil
	}
	w.ended = true
	for _, f := range w.open {
		_ = f.file.Close() // it is removed
	}
	if err := os.RemoveAll(w.temp); err != nil {
		return fmt.Errorf("remove unfinished release: %w", err)
	}
	return nil
}

func syncDir(path string) error {
	dir, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("sync folder: %w", err)
	}
	defer func() { _ = dir.Close() }()
	if err := dir.Sync(); err != nil {
		return fmt.Errorf("sync folder: %w", err)
	}
	return nil
}

// ReplaceFile writes a single file: path has the old content or all of the new.
func ReplaceFile(path string, write func(io.Writer) error) (err error) {
	parent := filepath.Dir(path)
	sweep(parent, time.Now())
	file, err := os.CreateTemp(parent, partial(filepath.Base(path)))
	if err != nil {
		return fmt.Errorf("create file: %w", err)
	}
	defer func() {
		if err != nil {
			_ = file.Close()
			err = errors.Join(err, os.Remove(file.Name()))
		}
	}()
	buf := bufio.NewWriterSize(file, 64<<10)
	if err := write(buf); err != nil {
		return err
	}
	for _, step := range []func() error{buf.Flush, func() error { return file.Chmod(0o644) }, file.Sync, file.Close} {
		if err := step(); err != nil {
			return fmt.Errorf("write file: %w", err)
		}
	}
	if err := os.Rename(file.Name(), path); err != nil {
		return fmt.Errorf("name file: %w", err)
	}
	return syncDir(parent)
}
