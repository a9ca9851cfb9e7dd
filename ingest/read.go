package ingest

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"
	"syscall"

	"careerstream/schemas/fault"
)

// openRegular opens a regular file and nothing else: opening a named pipe would
// wait for its writer. Errors are fault.UnreadableFile or
// fault.UnsupportedSource.
func openRegular(path string) (*os.File, fs.FileInfo, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, nil, fault.New(fault.UnreadableFile, "look at file: %w", err)
	}
	if !info.Mode().IsRegular() {
		return nil, nil, notRegular(path, info)
	}
	// The file may have been replaced by a pipe since; O_NONBLOCK keeps even
	// that open from waiting, and the second look finds out.
	file, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, nil, fault.New(fault.UnreadableFile, "open file: %w", err)
	}
	info, err = file.Stat()
	if err != nil {
		return nil, nil, errors.Join(fault.New(fault.UnreadableFile, "look at open file: %w", err), file.Close())
	}
	if !info.Mode().IsRegular() {
		return nil, nil, errors.Join(notRegular(path, info), file.Close())
	}
	return file, info, nil
}

func notRegular(path string, info fs.FileInfo) error {
	kind := "no regular file"
	switch mode := info.Mode(); {
	case mode.IsDir():
		kind = "a folder"
	case mode&fs.ModeNamedPipe != 0:
		kind = "a named pipe; give its content on standard input and - as the source"
	case mode&fs.ModeSocket != 0:
		kind = "a socket"
	case mode&fs.ModeDevice != 0:
		kind = "a device"
	}
	return fault.New(fault.UnsupportedSource, "%s is %s", path, kind)
}

// readFile reads a regular file of at most limit bytes.
func readFile(path string, limit int64) ([]byte, fs.FileInfo, error) {
	file, info, err := openRegular(path)
	if err != nil {
		return nil, nil, err
	}
	defer func() { _ = file.Close() }() // nothing was written
	if info.Size() > limit {
		return nil, nil, tooLarge(path, limit)
	}
	data, err := readLimited(file, info.Size(), limit)
	if err != nil {
		return nil, nil, fmt.Errorf("%s: %w", path, err)
	}
	return data, info, nil
}

// readLimited reads to the end, and at most one byte past limit. size is a hint.
func readLimited(r io.Reader, size, limit int64) ([]byte, error) {
	var buf bytes.Buffer
	buf.Grow(int(min(size, limit)) + bytes.MinRead)
	n, err := buf.ReadFrom(io.LimitReader(r, limit+1))
	if err != nil {
		return nil, fault.New(fault.UnreadableFile, "read: %w", err)
	}
	if n > limit {
		return nil, fault.New(fault.TooLarge, "over %d bytes", limit)
	}
	return buf.Bytes(), nil
}

func tooLarge(path string, limit int64) error {
	return fault.New(fault.TooLarge, "%s: over %d bytes", path, limit)
}

// gzipHeader is the size of the shortest gzip header (RFC 1952, 2.3).
const gzipHeader = 10

// unpack undoes gzip where the bytes are gzip, whatever the name says. The
// result has at most limit bytes. A name in .gz whose bytes are too few to be
// gzip is a file that was cut off.
func unpack(name string, data []byte, limit int64) ([]byte, error) {
	if len(data) < gzipHeader && strings.HasSuffix(strings.ToLower(name), ".gz") {
		return nil, fault.New(fault.BadCompression, "%s: %d bytes are too few for gzip", name, len(data))
	}
	if !bytes.HasPrefix(data, []byte{0x1f, 0x8b}) {
		return data, nil
	}
	zr, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		return nil, fault.New(fault.BadCompression, "%s: read gzip header: %w", name, err)
	}
	var buf bytes.Buffer
	n, err := buf.ReadFrom(io.LimitReader(zr, limit+1))
	if n > limit {
		return nil, fault.New(fault.TooLarge, "%s: over %d bytes when unpacked", name, limit)
	}
	if err != nil {
		return nil, fault.New(fault.BadCompression, "%s: unpack gzip: %w", name, err)
	}
	return buf.Bytes(), nil
}
