package ingest

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"careerstream/schemas/fault"
	"careerstream/schemas/page"
)

// Stdin is the source string that stands for standard input.
const Stdin = "-"

// Files finds pages in files, folders, globs and standard input, and in WARC
// files among them; see Archives.
//
// A folder is read recursively in the order of names, hidden files and folders
// left out. Links are followed; a file or folder that several paths lead to is
// read once, by the first of them, so a loop of links ends. FILE.meta.json is no page but says where FILE
// came from. Anything else that is no regular file is a fault and never opened.
type Files struct {
	// Sources are paths, glob patterns as of filepath.Match, or Stdin.
	Sources []string
	// MaxBytes bounds a page, packed and unpacked; default page.DefaultMaxBytes.
	MaxBytes int64
	// Stdin is read for the source Stdin; nil makes that source a fault.
	Stdin io.Reader
	// Clock gives the time for pages without one; default time.Now.
	Clock func() time.Time
}

var _ Source = Files{}

// Entries yields the pages in the order of Sources.
func (f Files) Entries(ctx context.Context) iter.Seq[Entry] {
	f.MaxBytes = cmp.Or(f.MaxBytes, page.DefaultMaxBytes)
	if f.Clock == nil {
		f.Clock = time.Now
	}
	return func(yield func(Entry) bool) {
		w := walk{files: f, ctx: ctx, yield: yield, seen: make(map[string]bool), named: make(map[string]bool)}
		for _, source := range f.Sources {
			w.named[source] = true
		}
		for _, source := range f.Sources {
			if !w.source(source) {
				return
			}
		}
	}
}

// walk is one pass over the sources. Its methods return false when it must end.
type walk struct {
	files Files
	ctx   context.Context
	yield func(Entry) bool
	// seen holds the real paths of files and folders that were met.
	seen map[string]bool
	// named are the sources.
	named map[string]bool
}

func (w *walk) fault(origin string, kind fault.Kind, format string, args ...any) bool {
	return w.yield(Entry{Origin: origin, Err: fault.New(kind, format, args...)})
}

func (w *walk) source(source string) bool {
	if w.ctx.Err() != nil {
		return false
	}
	switch {
	case source == Stdin:
		return w.stdin()
	case source == "":
		return w.fault(source, fault.UnsupportedSource, "the source is empty")
	case strings.Contains(source, "://"):
		return w.fault(source, fault.UnsupportedSource, "%s is a URL, not a local source", source)
	}
	info, err := os.Stat(source)
	if err == nil {
		if isSidecar(source) && info.Mode().IsRegular() {
			if w.named[strings.TrimSuffix(source, sidecarSuffix)] {
				return true // the shell has made both of folder/*
			}
			return w.fault(source, fault.UnsupportedSource, "%s is the sidecar of a page, not a page", source)
		}
		return w.path(source, info)
	}
	// Only what is no path is a pattern: a file may be named "a[1].html".
	if !strings.ContainsAny(source, "*?[") {
		return w.fault(source, fault.UnreadableFile, "look at source: %w", err)
	}
	return w.glob(source)
}

func (w *walk) glob(pattern string) bool {
	matches, err := filepath.Glob(pattern)
	if err != nil {
		return w.fault(pattern, fault.UnsupportedSource, "read glob %s: %w", pattern, err)
	}
	slices.Sort(matches)
	wantHidden := hidden(filepath.Base(pattern))
	found := false
	for _, path := range matches {
		if isSidecar(path) || (hidden(filepath.Base(path)) && !wantHidden) {
			continue
		}
		found = true
		if !w.stat(path) {
			return false
		}
	}
	if !found {
		return w.fault(pattern, fault.UnreadableFile, "no file matches %s", pattern)
	}
	return true
}

func hidden(name string) bool {
	return strings.HasPrefix(name, ".") && name != "." && name != ".."
}

func (w *walk) stat(path string) bool {
	if w.ctx.Err() != nil {
		return false
	}
	info, err := os.Stat(path)
	if err != nil {
		return w.fault(path, fault.UnreadableFile, "look at file: %w", err)
	}
	return w.path(path, info)
}

func (w *walk) path(path string, info fs.FileInfo) bool {
	real, err := filepath.EvalSymlinks(path)
	if err == nil {
		real, err = filepath.Abs(real)
	}
	switch {
	case err != nil:
		return w.fault(path, fault.UnreadableFile, "resolve path: %w", err)
	case w.seen[real]:
		return true
	}
	w.seen[real] = true
	switch {
	case info.IsDir():
		return w.folder(path)
	case !info.Mode().IsRegular():
		return w.yield(Entry{Origin: path, Err: notRegular(path, info)})
	}
	if IsArchive(path) {
		for entry := range (Archives{Paths: []string{path}, MaxBytes: w.files.MaxBytes}).Entries(w.ctx) {
			if !w.yield(entry) {
				return false
			}
		}
		return true
	}
	return w.yield(Entry{Origin: path, Take: func(ctx context.Context) (Capture, error) {
		if err := ctx.Err(); err != nil {
			return Capture{}, err
		}
		return w.files.takeFile(path)
	}})
}

func (w *walk) folder(path string) bool {
	// ReadDir sorts by name and returns what it could read with the error.
	entries, err := os.ReadDir(path)
	if err != nil && !w.fault(path, fault.UnreadableFile, "list folder: %w", err) {
		return false
	}
	for _, entry := range entries {
		name := entry.Name()
		if hidden(name) || (isSidecar(name) && !entry.IsDir()) {
			continue
		}
		if !w.stat(filepath.Join(path, name)) {
			return false
		}
	}
	return true
}

// takeFile reads a page and its sidecar.
func (f Files) takeFile(path string) (Capture, error) {
	meta, err := readSidecar(path)
	if err != nil {
		return Capture{}, err
	}
	data, info, err := readFile(path, f.MaxBytes)
	if err != nil {
		return Capture{}, err
	}
	body, err := unpack(path, data, f.MaxBytes)
	if err != nil {
		return Capture{}, err
	}
	own, err := fileURL(path)
	if err != nil {
		return Capture{}, fault.New(fault.UnreadableFile, "name file: %w", err)
	}
	return Capture{
		Body: body, Name: path,
		URL: meta.URL, FallbackURL: own, Charset: meta.Charset,
		FetchedAt: f.fetchedAt(meta.FetchedAt, info.ModTime()),
		ETag:      meta.ETag, LastModified: meta.LastModified,
	}, nil
}

// fetchedAt returns the first time that is set and can be written as RFC 3339.
func (f Files) fetchedAt(times ...time.Time) time.Time {
	for _, t := range times {
		if !t.IsZero() && t.Year() >= 1 && t.Year() <= 9999 {
			return t.UTC()
		}
	}
	return f.Clock().UTC()
}

func (w *walk) stdin() bool {
	if w.files.Stdin == nil {
		return w.fault(Stdin, fault.UnsupportedSource, "there is no standard input")
	}
	if w.seen[Stdin] {
		return w.fault(Stdin, fault.UnsupportedSource, "standard input is given twice")
	}
	w.seen[Stdin] = true
	return w.yield(Entry{Origin: Stdin, Take: w.files.takeStdin})
}

// takeStdin reads one page. A read of standard input cannot be interrupted: on
// cancellation it is left behind and ends with the input.
func (f Files) takeStdin(ctx context.Context) (Capture, error) {
	type result struct {
		data []byte
		err  error
	}
	done := make(chan result, 1)
	go func() {
		data, err := readLimited(f.Stdin, 0, f.MaxBytes)
		done <- result{data, err}
	}()
	var r result
	select {
	case <-ctx.Done():
		return Capture{}, context.Cause(ctx)
	case r = <-done:
	}
	if r.err != nil {
		return Capture{}, fmt.Errorf("standard input: %w", r.err)
	}
	body, err := unpack("standard input", r.data, f.MaxBytes)
	if err != nil {
		return Capture{}, err
	}
	// Two different pages on standard input are two pages, not one that changed.
	sum := sha256.Sum256(body)
	own := "file:///dev/stdin/" + hex.EncodeToString(sum[:8])
	return Capture{Body: body, FallbackURL: own, FetchedAt: f.fetchedAt()}, nil
}
