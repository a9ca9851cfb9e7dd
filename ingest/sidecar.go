package ingest

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"strings"
	"time"

	"careerstream/schemas/fault"
)

// sidecarSuffix marks the file that says where another file came from.
const sidecarSuffix = ".meta.json"

// maxSidecar bounds a sidecar, in bytes.
const maxSidecar = 64 << 10

// sidecar is the content of FILE.meta.json. Every field may be absent; unknown
// fields are ignored.
type sidecar struct {
	URL          string    `json:"url"`
	FetchedAt    time.Time `json:"fetched_at"`
	Charset      string    `json:"charset"`
	ETag         string    `json:"etag"`
	LastModified string    `json:"last_modified"`
}

func isSidecar(path string) bool { return strings.HasSuffix(path, sidecarSuffix) }

// readSidecar reads the sidecar of the page at path; without one it returns the
// zero sidecar. Errors are fault.BadSidecar and name the sidecar.
func readSidecar(path string) (sidecar, error) {
	path += sidecarSuffix
	// A name too long for a sidecar has none.
	if _, err := os.Lstat(path); errors.Is(err, fs.ErrNotExist) || isNameTooLong(err) {
		return sidecar{}, nil
	}
	data, _, err := readFile(path, maxSidecar)
	if err != nil {
		return sidecar{}, fault.New(fault.BadSidecar, "%s: %w", path, err)
	}
	s, err := parseSidecar(data)
	if err != nil {
		return sidecar{}, fault.New(fault.BadSidecar, "%s: %w", path, err)
	}
	return s, nil
}

func parseSidecar(data []byte) (sidecar, error) {
	var s *sidecar
	if err := json.Unmarshal(data, &s); err != nil {
		return sidecar{}, err
	}
	if s == nil {
		return sidecar{}, errors.New("null is no object")
	}
	if s.URL != "" {
		if _, err := parseAddress(s.URL); err != nil {
			return sidecar{}, err
		}
	}
	s.FetchedAt = s.FetchedAt.UTC()
	return *s, nil
}
