package compare

import (
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"careerstream/publish/export/release"
	"careerstream/publish/export/table"
)

// tables reads the files of a CSV release side by side.
type tables struct {
	careers *rows
	parts   []*rows
	last    string
}

// rows reads one file, always one row ahead.
type rows struct {
	dir, name string
	file      *os.File
	reader    *csv.Reader
	header    []string
	row       []string // nil at the end
}

func openTables(dir string) (_ entries, err error) {
	t := &tables{}
	defer func() {
		if err != nil {
			err = errors.Join(err, t.close())
		}
	}()
	for _, spec := range table.All() {
		r, err := openRows(dir, spec.Name+".csv")
		if err != nil {
			return nil, err
		}
		if spec.Name == "careers" {
			t.careers = r
		} else {
			t.parts = append(t.parts, r)
		}
	}
	return t, nil
}

func openRows(dir, name string) (*rows, error) {
	file, err := os.Open(filepath.Join(dir, name))
	if err != nil {
		return nil, &release.BadError{Dir: dir, File: name, Reason: "cannot be opened: " + err.Error()}
	}
	r := &rows{dir: dir, name: name, file: file, reader: csv.NewReader(file)}
	if r.header, err = r.reader.Read(); err != nil || len(r.header) == 0 || r.header[0] != "slug" {
		return nil, errors.Join(r.bad("has no header that begins with slug"), file.Close())
	}
	if err := r.advance(); err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return r, nil
}

func (r *rows) bad(reason string) error {
	return &release.BadError{Dir: r.dir, File: r.name, Reason: reason}
}

func (r *rows) advance() error {
	row, err := r.reader.Read()
	if errors.Is(err, io.EOF) {
		r.row = nil
		return nil
	}
	if err != nil {
		return r.bad(err.Error())
	}
	r.row = row
	return nil
}

// take returns the row as an object and goes on.
func (r *rows) take() (map[string]any, error) {
	object := make(map[string]any, len(r.header))
	for i, name := range r.header {
		object[name] = r.row[i]
	}
	delete(object, "slug")
	return object, r.advance()
}

func (t *tables) next() (entry, error) {
	if t.careers.row == nil {
		for _, part := range t.parts {
			if part.row != nil {
				return entry{}, part.bad(fmt.Sprintf("%q is not in careers.csv, or out of order", part.row[0]))
			}
		}
		return entry{}, io.EOF
	}
	slug := t.careers.row[0]
	if slug <= t.last {
		return entry{}, t.careers.bad(fmt.Sprintf("%q stands after %q", slug, t.last))
	}
	t.last = slug
	tree, err := t.careers.take()
	if err != nil {
		return entry{}, err
	}
	for _, part := range t.parts {
		var list []any
		for part.row != nil && part.row[0] == slug {
			object, err := part.take()
			if err != nil {
				return entry{}, err
			}
			delete(object, "position")
			list = append(list, object)
		}
		tree[part.name[:len(part.name)-len(".csv")]] = list
	}
	raw, err := json.Marshal(tree)
	if err != nil {
		return entry{}, fmt.Errorf("compare %s: %w", slug, err)
	}
	name, _ := tree["name"].(string)
	// Like the rest of what tells how and when the record was read.
	for _, trace := range []string{"version", "valid_from", "fetched_at", "content_sha256"} {
		delete(tree, trace)
	}
	return entry{slug: slug, name: name, raw: raw, value: tree}, nil
}

func (t *tables) close() error {
	var errs []error
	for _, r := range append(t.parts, t.careers) {
		if r != nil {
			errs = append(errs, r.file.Close())
		}
	}
	return errors.Join(errs...)
}
