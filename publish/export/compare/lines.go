package compare

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"careerstream/publish/export"
	"careerstream/publish/export/release"
	"careerstream/schemas/career"
)

// maxLine bounds a line, in bytes: far over the largest message of a broker.
const maxLine = 64 << 20

// lines reads a format of lines.
type lines struct {
	dir, name string
	decode    func([]byte) (entry, error)
	file      *os.File
	scanner   *bufio.Scanner
	n         int
	last      string
}

func openLines(dir string, m release.Manifest) (entries, error) {
	l := &lines{dir: dir, name: "careers." + m.Format, decode: record}
	if m.Format == export.JSONLD {
		l.decode = document
	}
	if len(m.Files) != 1 || m.Files[0].Name != l.name {
		return nil, &release.BadError{Dir: dir, File: release.ManifestName, Reason: "does not list " + l.name + " alone"}
	}
	var err error
	if l.file, err = os.Open(filepath.Join(dir, l.name)); err != nil {
		return nil, fmt.Errorf("read release: %w", err)
	}
	l.scanner = bufio.NewScanner(l.file)
	l.scanner.Buffer(make([]byte, 0, 64<<10), maxLine)
	return l, nil
}

func (l *lines) next() (entry, error) {
	l.n++
	if !l.scanner.Scan() {
		if err := l.scanner.Err(); err != nil {
			return entry{}, l.bad(err.Error())
		}
		return entry{}, io.EOF
	}
	e, err := l.decode(l.scanner.Bytes())
	if err != nil {
		return entry{}, l.bad(err.Error())
	}
	if e.slug <= l.last {
		return entry{}, l.bad(fmt.Sprintf("%q stands after %q", e.slug, l.last))
	}
	l.last, e.raw = e.slug, append([]byte(nil), l.scanner.Bytes()...)
	return e, nil
}

func (l *lines) bad(reason string) error {
	return &release.BadError{Dir: l.dir, File: l.name, Reason: fmt.Sprintf("line %d: %s", l.n, reason)}
}

func (l *lines) close() error { return l.file.Close() }

func record(line []byte) (entry, error) {
	var r career.Record
	if err := json.Unmarshal(line, &r); err != nil {
		return entry{}, fmt.Errorf("is no record: %w", err)
	}
	return entry{slug: r.Slug, name: r.Name, value: r}, nil
}

// document reads a document of JSON-LD; its first node is the occupation.
func document(line []byte) (entry, error) {
	var d struct {
		Graph []struct {
			ID   string `json:"@id"`
			Name string `json:"name"`
		} `json:"@graph"`
	}
	var tree map[string]any
	if err := json.Unmarshal(line, &d); err != nil {
		return entry{}, fmt.Errorf("is no document: %w", err)
	}
	if err := json.Unmarshal(line, &tree); err != nil {
		return entry{}, fmt.Errorf("is no document: %w", err)
	}
	if len(d.Graph) == 0 {
		return entry{}, errors.New("has no @graph")
	}
	if nodes, ok := tree["@graph"].([]any); ok {
		for _, node := range nodes {
			if node, ok := node.(map[string]any); ok {
				delete(node, "dateModified") // the version's, not the content's
			}
		}
	}
	slug := d.Graph[0].ID[strings.LastIndexByte(d.Graph[0].ID, ':')+1:]
	return entry{slug: slug, name: d.Graph[0].Name, value: tree}, nil
}
