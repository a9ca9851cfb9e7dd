package code

import (
	"bytes"
	"strings"
)

// tsv reads tab-separated text with a header line. There is no quoting: a quotation
// mark is a character like others.
type tsv struct {
	name    string
	columns map[string]int
	width   int
	rest    []byte
	line    int
}

// newTSV reads the header; every column of required must be in it.
func newTSV(name string, data []byte, required ...string) (*tsv, error) {
	t := &tsv{name: name, rest: data, columns: map[string]int{}}
	header, ok := t.take()
	if !ok {
		return nil, refuse(name, 0, "is empty")
	}
	if !strings.Contains(header, "\t") {
		for _, other := range []struct{ mark, name string }{{",", "commas"}, {";", "semicolons"}, {"|", "bars"}} {
			if strings.Contains(header, other.mark) {
				return nil, refuse(name, t.line, "columns are separated by %s, not tabs; take the text files, unchanged", other.name)
			}
		}
	}
	fields := strings.Split(header, "\t")
	t.width = len(fields)
	for i, field := range fields {
		t.columns[strings.TrimSpace(field)] = i
	}
	var missing []string
	for _, column := range required {
		if _, found := t.columns[column]; !found {
			missing = append(missing, quote(column))
		}
	}
	if len(missing) > 0 {
		return nil, refuse(name, t.line, "the header has no column %s", strings.Join(missing, ", "))
	}
	return t, nil
}

// take returns the next line that is not blank.
func (t *tsv) take() (string, bool) {
	for len(t.rest) > 0 {
		line, rest, _ := bytes.Cut(t.rest, []byte("\n"))
		t.rest = rest
		t.line++
		if len(bytes.TrimSpace(line)) > 0 {
			return string(bytes.TrimSuffix(line, []byte("\r"))), true
		}
	}
	return "", false
}

// next returns the fields of the next line, or none at the end.
func (t *tsv) next() ([]string, error) {
	line, ok := t.take()
	if !ok {
		return nil, nil
	}
	row := strings.Split(line, "\t")
	if len(row) != t.width {
		return nil, refuse(t.name, t.line, "has %d fields, and the header has %d", len(row), t.width)
	}
	return row, nil
}

// get returns a field by its column's name, without white space around it.
func (t *tsv) get(row []string, column string) string {
	return strings.TrimSpace(row[t.columns[column]])
}
