package code

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"unicode/utf8"
)

// maxFile is the size of the largest file taken, in bytes. The largest that the
// publishers have is about 6 MB.
const maxFile = 32 << 20

// FileError says why a taxonomy's file was refused.
type FileError struct {
	File string
	// Line counts from 1; 0 where the reason is about the whole file.
	Line   int
	Reason string
}

func (e *FileError) Error() string {
	if e.Line == 0 {
		return fmt.Sprintf("%s: %s", e.File, e.Reason)
	}
	return fmt.Sprintf("%s line %d: %s", e.File, e.Line, e.Reason)
}

func refuse(file string, line int, format string, args ...any) error {
	return &FileError{File: file, Line: line, Reason: fmt.Sprintf(format, args...)}
}

// readText returns a file's text without a byte order mark. A file that does not
// exist is fs.ErrNotExist; one that is not UTF-8 text is refused.
func readText(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close() // read only, so nothing can be lost
	data, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if err != nil {
		return nil, err
	}
	return checkText(path, data)
}

// checkText tells what a file is that is no text at all, and takes off the mark.
func checkText(name string, data []byte) ([]byte, error) {
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	head := bytes.ToLower(bytes.TrimSpace(data[:min(len(data), 512)]))
	switch {
	case len(data) > maxFile:
		return nil, refuse(name, 0, "is larger than %d MiB, so it is another file", maxFile>>20)
	case len(bytes.TrimSpace(data)) == 0:
		return nil, refuse(name, 0, "is empty")
	case bytes.HasPrefix(data, []byte("PK\x03\x04")):
		return nil, refuse(name, 0, "is a ZIP archive or spreadsheet; unpack it, or save it as text")
	case bytes.HasPrefix(data, []byte("\xff\xfe")), bytes.HasPrefix(data, []byte("\xfe\xff")):
		return nil, refuse(name, 0, "is UTF-16; save it as UTF-8")
	case bytes.HasPrefix(head, []byte("<")):
		return nil, refuse(name, 1, "is an HTML or XML page, not the file; download it again")
	}
	if at := bytes.IndexByte(data, 0); at >= 0 {
		return nil, refuse(name, lineAt(data, at), "has a NUL byte, so it is binary")
	}
	if !utf8.Valid(data) {
		at := 0
		for at < len(data) {
			r, size := utf8.DecodeRune(data[at:])
			if r == utf8.RuneError && size == 1 {
				break
			}
			at += size
		}
		return nil, refuse(name, lineAt(data, at), "is not UTF-8")
	}
	return data, nil
}

func lineAt(data []byte, at int) int { return 1 + bytes.Count(data[:at], []byte("\n")) }

// locate returns the folder that holds the file anchor: dir, or the only folder
// directly within it that does, as unpacking an archive leaves it.
func locate(dir, anchor string) (string, error) {
	if _, err := os.Stat(filepath.Join(dir, anchor)); err == nil {
		return dir, nil
	}
	children, err := os.ReadDir(dir)
	if err != nil {
		return "", fmt.Errorf("read folder: %w", err)
	}
	var found []string
	for _, child := range children {
		if _, err := os.Stat(filepath.Join(dir, child.Name(), anchor)); err == nil {
			found = append(found, child.Name())
		}
	}
	switch len(found) {
	case 0:
		return "", fs.ErrNotExist
	case 1:
		return filepath.Join(dir, found[0]), nil
	}
	return "", fmt.Errorf("%s: several folders have %s, name one: %s", dir, anchor, strings.Join(found, ", "))
}

// optional turns the absence of a file into no text.
func optional(data []byte, err error) ([]byte, error) {
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return data, err
}
