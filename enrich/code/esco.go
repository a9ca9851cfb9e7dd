package code

import (
	"bytes"
	"cmp"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
	"regexp"
	"strings"
)

// The files of ESCO's classification in English as CSV (ESCO, structure of the
// downloadable datasets). The second is optional and has the titles of the ISCO-08
// groups.
const (
	escoFile = "occupations_en.csv"
	iscoFile = "ISCOGroups_en.csv"
)

const escoWhere = "download the classification in English as CSV from the download page of the ESCO portal"

var (
	escoCode = regexp.MustCompile(`^[0-9]{4}(\.[0-9]{1,4})+$`)
	iscoCode = regexp.MustCompile(`^[0-9]{4}$`)
	// "ESCO dataset - v1.2.0 - classification - en - csv", the archive's name.
	escoVersion = regexp.MustCompile(`\bv([0-9]{1,3}(?:\.[0-9]{1,3}){1,2})\b`)
)

// loadESCO reads the folder of the ESCO files.
func loadESCO(dir, version string) (*taxonomy, error) {
	folder, err := locate(dir, escoFile)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("no ESCO classification in %s: missing %q; %s", dir, escoFile, escoWhere)
	}
	if err != nil {
		return nil, err
	}
	path := filepath.Join(folder, escoFile)
	data, err := readText(path)
	if err != nil {
		return nil, err
	}
	occupations, err := readESCO(path, data)
	if err != nil {
		return nil, err
	}
	path = filepath.Join(folder, iscoFile)
	data, err = optional(readText(path))
	if err != nil {
		return nil, err
	}
	var groups map[string]string
	if data != nil {
		if groups, err = readISCO(path, data); err != nil {
			return nil, err
		}
	}
	if m := escoVersion.FindStringSubmatch(baseName(folder)); m != nil {
		version = cmp.Or(version, m[1])
	}
	t := newTaxonomy(version, occupations)
	t.groups = groups
	return t, nil
}

// records reads CSV (RFC 4180) with a header line.
type records struct {
	name    string
	reader  *csv.Reader
	columns map[string]int
	line    int
}

func newRecords(name string, data []byte, required ...string) (*records, error) {
	r := &records{name: name, reader: csv.NewReader(bytes.NewReader(data)), columns: map[string]int{}}
	r.reader.ReuseRecord = true
	header, err := r.next()
	if err != nil {
		return nil, err
	}
	if len(header) == 1 {
		for _, other := range []struct{ mark, name string }{{"\t", "tabs"}, {";", "semicolons"}, {"|", "bars"}} {
			if strings.Contains(header[0], other.mark) {
				return nil, refuse(name, r.line, "columns are separated by %s, not commas; take the CSV file, unchanged", other.name)
			}
		}
	}
	for i, field := range header {
		r.columns[strings.TrimSpace(field)] = i
	}
	var missing []string
	for _, column := range required {
		if _, found := r.columns[column]; !found {
			missing = append(missing, quote(column))
		}
	}
	if len(missing) > 0 {
		return nil, refuse(name, r.line, "the header has no column %s", strings.Join(missing, ", "))
	}
	return r, nil
}

// next returns the fields of the next record, or none at the end. It is valid until
// the following call.
func (r *records) next() ([]string, error) {
	row, err := r.reader.Read()
	var broken *csv.ParseError
	switch {
	case errors.Is(err, io.EOF):
		return nil, nil
	case errors.As(err, &broken) && errors.Is(err, csv.ErrFieldCount):
		return nil, refuse(r.name, broken.StartLine, "has %d fields, and the header has %d", len(row), r.reader.FieldsPerRecord)
	case errors.As(err, &broken):
		return nil, refuse(r.name, broken.StartLine, "%v", broken.Err)
	case err != nil:
		return nil, refuse(r.name, 0, "%v", err)
	}
	r.line, _ = r.reader.FieldPos(0)
	return row, nil
}

// get returns a field by its column's name, empty where there is no such column.
func (r *records) get(row []string, column string) string {
	i, found := r.columns[column]
	if !found {
		return ""
	}
	return strings.TrimSpace(row[i])
}

// readESCO reads occupations_en.csv. Rows of other concepts and those not in force
// are left out. ESCO 1.0 has no codes; there the URI stands for the code.
func readESCO(name string, data []byte) (map[string]*occupation, error) {
	r, err := newRecords(name, data, "conceptType", "conceptUri", "iscoGroup", "preferredLabel", "altLabels")
	if err != nil {
		return nil, err
	}
	all := map[string]*occupation{}
	lines := map[string]int{}
	for {
		row, err := r.next()
		if err != nil {
			return nil, err
		}
		if row == nil {
			break
		}
		if r.get(row, "conceptType") != "Occupation" || cmp.Or(r.get(row, "status"), "released") != "released" {
			continue
		}
		o := &occupation{
			uri:        strings.Clone(r.get(row, "conceptUri")),
			code:       strings.Clone(r.get(row, "code")),
			title:      strings.Clone(r.get(row, "preferredLabel")),
			group:      strings.Clone(r.get(row, "iscoGroup")),
			alternates: labels(r.get(row, "altLabels") + "\n" + r.get(row, "hiddenLabels")),
		}
		switch {
		case !strings.HasPrefix(o.uri, "http://") && !strings.HasPrefix(o.uri, "https://"):
			return nil, refuse(name, r.line, "conceptUri %s is no URI", quote(o.uri))
		case o.code != "" && !escoCode.MatchString(o.code):
			return nil, refuse(name, r.line, "%s is no ESCO code such as 2221.1", quote(o.code))
		case o.group != "" && !iscoCode.MatchString(o.group):
			return nil, refuse(name, r.line, "iscoGroup %s is no ISCO-08 unit group of 4 digits; a spreadsheet may have cut it", quote(o.group))
		case o.title == "":
			return nil, refuse(name, r.line, "the occupation has no preferredLabel")
		case len(o.title) > maxName:
			return nil, refuse(name, r.line, "the preferredLabel is longer than %d bytes", maxName)
		}
		// "actor/actress" is one occupation under two words.
		if one, other, pair := strings.Cut(o.title, "/"); pair && !strings.ContainsAny(o.title, " ,(") && !strings.Contains(other, "/") {
			o.alternates = append(o.alternates, one, other)
		}
		o.code = cmp.Or(o.code, o.uri)
		for _, id := range [...]string{o.code, o.uri} {
			if lines[id] > 0 && lines[id] != r.line {
				return nil, refuse(name, r.line, "%s stands twice, first in line %d", id, lines[id])
			}
			lines[id] = r.line
		}
		all[o.code] = o
	}
	if len(all) == 0 {
		return nil, refuse(name, 0, "has no released concept of type Occupation")
	}
	return all, nil
}

// labels splits a field of labels, one a line. Labels too long for a name are left out.
func labels(field string) []string {
	var all []string
	for label := range strings.Lines(field) {
		if label = strings.TrimSpace(label); label != "" && len(label) <= maxName {
			all = append(all, strings.Clone(label))
		}
	}
	return all
}

// readISCO reads the titles of the groups by their codes.
func readISCO(name string, data []byte) (map[string]string, error) {
	r, err := newRecords(name, data, "code", "preferredLabel")
	if err != nil {
		return nil, err
	}
	groups := map[string]string{}
	for {
		row, err := r.next()
		if err != nil {
			return nil, err
		}
		if row == nil {
			return groups, nil
		}
		if code := r.get(row, "code"); iscoCode.MatchString(code) {
			groups[strings.Clone(code)] = strings.Clone(r.get(row, "preferredLabel"))
		}
	}
}
