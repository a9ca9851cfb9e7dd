package release

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// Names of the files that describe a release.
const (
	// ManifestName is the manifest.
	ManifestName = "manifest.json"
	// SumsName lists the SHA-256 of every other file, as sha256sum prints it.
	SumsName = "SHA256SUMS"
)

// ManifestVersion is the version of the manifest's own format. A reader refuses
// one that it does not know.
const ManifestVersion = 1

// maxManifest bounds the manifest that is read, in bytes.
const maxManifest = 4 << 20

// Manifest says what a release is.
type Manifest struct {
	// Manifest is ManifestVersion.
	Manifest int `json:"manifest"`
	// Release is the name of the release, which is that of its folder.
	Release   string    `json:"release"`
	CreatedAt time.Time `json:"created_at"`
	// Generator names the program and its version.
	Generator string `json:"generator"`
	// Format is "ndjson", "jsonld", "csv" or "parquet".
	Format string `json:"format"`
	Source Source `json:"source"`
	Filter Filter `json:"filter"`
	Counts Counts `json:"counts"`
	// Files in the order of their names, without the manifest and the sums.
	Files []File `json:"files"`
	// Attributions are to be shown wherever the data are; empty where they ask for
	// none.
	Attributions []Attribution `json:"attributions"`
	// Warnings are for who uses the release.
	Warnings []string `json:"warnings"`
}

// Source is the state that was exported: everything published up to a sequence,
// and nothing after it.
type Source struct {
	// Stream by name.
	Stream string `json:"stream"`
	// Incarnation changes when the stream is made anew.
	Incarnation string `json:"incarnation"`
	// LastSequence that is in; 0 for an empty stream.
	LastSequence uint64 `json:"last_sequence"`
}

// Filter is what was asked for.
type Filter struct {
	// Site by host; "" is every site.
	Site string `json:"site,omitempty"`
	// Status is "active", "retired" or "all".
	Status string `json:"status"`
	// AsOf leaves out versions that were published later; nil is now.
	AsOf *time.Time `json:"as_of,omitempty"`
}

// Counts are of what is in the release.
type Counts struct {
	Careers int `json:"careers"`
	Active  int `json:"active"`
	Retired int `json:"retired"`
	// Unreadable are messages of the stream that hold no published record; they are
	// in no release.
	Unreadable int `json:"unreadable"`
}

// File is one file of a release.
type File struct {
	Name  string `json:"name"`
	Bytes int64  `json:"bytes"`
	// SHA256 is 64 hex digits.
	SHA256 string `json:"sha256"`
	// Rows are lines, or rows of a table without its header.
	Rows int `json:"rows"`
	// Schema names what a row is, with its version: "career.record.v1".
	Schema string `json:"schema"`
	// MediaType by its IANA name.
	MediaType string `json:"media_type"`
}

// Attribution is what a taxonomy asks to be said wherever its data are shown.
type Attribution struct {
	// Schemes of occupation codes that it is for.
	Schemes []string `json:"schemes"`
	Version string   `json:"version,omitempty"`
	Text    string   `json:"text"`
	Licence string   `json:"licence"`
	URL     string   `json:"url"`
}

// BadError says which file of a release is not as it should be, and why.
type BadError struct {
	// Dir is the release's folder, File a name in it.
	Dir, File string
	Reason    string
}

func (e *BadError) Error() string {
	return fmt.Sprintf("release %s is damaged: %s: %s", e.Dir, e.File, e.Reason)
}

// Read reads the manifest of a release. Its error is a *BadError where there is
// none or it cannot be understood.
func Read(dir string) (Manifest, error) {
	var m Manifest
	bad := func(format string, args ...any) error {
		return &BadError{dir, ManifestName, fmt.Sprintf(format, args...)}
	}
	file, err := os.Open(filepath.Join(dir, ManifestName))
	if errors.Is(err, fs.ErrNotExist) {
		return m, bad("is missing: this is no release of careerstream, or a part of one")
	}
	if err != nil {
		return m, fmt.Errorf("read manifest: %w", err)
	}
	defer func() { _ = file.Close() }()
	data, err := io.ReadAll(io.LimitReader(file, maxManifest+1))
	if err != nil {
		return m, fmt.Errorf("read manifest: %w", err)
	}
	if len(data) > maxManifest {
		return m, bad("is over %d bytes", maxManifest)
	}
	if err := json.Unmarshal(data, &m); err != nil {
		return m, bad("is no manifest: %v", err)
	}
	if m.Manifest != ManifestVersion {
		return m, bad("has version %d, this program reads %d", m.Manifest, ManifestVersion)
	}
	seen := map[string]bool{}
	for _, f := range m.Files {
		if !plain(f.Name) || f.Name == ManifestName || f.Name == SumsName {
			return m, bad("lists a file %q", f.Name)
		}
		if seen[f.Name] {
			return m, bad("lists %s twice", f.Name)
		}
		seen[f.Name] = true
	}
	return m, nil
}

// plain reports whether name is one of a file or folder in its folder, and shows.
func plain(name string) bool {
	return name != "" && !strings.HasPrefix(name, ".") && !strings.ContainsAny(name, "/\\\x00\n\r") && len(name) <= 200
}
