package code

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
)

// The files of the O*NET database (its data dictionary, text format). Alternate
// titles were renamed to job titles with database 30.3.
const (
	occupationFile = "Occupation Data.txt"
	alternateFile  = "Alternate Titles.txt"
	jobTitleFile   = "Job Titles.txt"
	reportedFile   = "Sample of Reported Titles.txt"
	readMeFile     = "Read Me.txt"
	onetCodeColumn = "O*NET-SOC Code"
)

const onetWhere = "download the database as text files from the database page of the O*NET Resource Center"

var (
	// O*NET-SOC taxonomy: an SOC code, a dot and two digits.
	onetCode = regexp.MustCompile(`^[0-9]{2}-[0-9]{4}\.[0-9]{2}$`)
	// "O*NET 30.3 Database", in the first line of Read Me.txt.
	readMeVersion = regexp.MustCompile(`O\*NET(?:®|\(R\))?\s+([0-9]{1,3}\.[0-9]{1,2})\s+Database`)
	// "db_30_3_text", the name of the archive's folder.
	folderVersion = regexp.MustCompile(`^db_([0-9]{1,3})_([0-9]{1,2})(?:_|$)`)
)

// loadONET reads the folder of the O*NET text files.
func loadONET(dir, version string) (*taxonomy, error) {
	folder, err := locate(dir, occupationFile)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("no O*NET database in %s: missing %q and %q (%q before database 30.3); %s",
			dir, occupationFile, jobTitleFile, alternateFile, onetWhere)
	}
	if err != nil {
		return nil, err
	}
	path := filepath.Join(folder, occupationFile)
	data, err := readText(path)
	if err != nil {
		return nil, err
	}
	occupations, err := readOccupations(path, data)
	if err != nil {
		return nil, err
	}
	var errs []error
	alternates := 0
	for _, file := range [...]struct{ name, column string }{
		{jobTitleFile, "Job Title"}, {alternateFile, "Alternate Title"}, {reportedFile, "Reported Job Title"},
	} {
		path := filepath.Join(folder, file.name)
		data, err := optional(readText(path))
		if err == nil && data != nil {
			if file.name != reportedFile {
				alternates++
			}
			err = readTitles(path, data, file.column, occupations)
		}
		errs = append(errs, err)
	}
	if alternates == 0 && errors.Join(errs...) == nil {
		errs = append(errs, fmt.Errorf("no alternate titles in %s: missing %q (%q before database 30.3); %s", folder, jobTitleFile, alternateFile, onetWhere))
	}
	readMe, err := optional(readText(filepath.Join(folder, readMeFile)))
	errs = append(errs, err)
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	version = cmp.Or(version, onetVersion(readMe, folder))
	return newTaxonomy(version, occupations), nil
}

// onetVersion is what the read-me or the folder's name says, or empty.
func onetVersion(readMe []byte, folder string) string {
	if m := readMeVersion.FindSubmatch(readMe); m != nil {
		return string(m[1])
	}
	if m := folderVersion.FindStringSubmatch(baseName(folder)); m != nil {
		return m[1] + "." + m[2]
	}
	return ""
}

// baseName is the last part of a path, also of "." and "..".
func baseName(path string) string {
	if full, err := filepath.Abs(path); err == nil {
		path = full
	}
	return filepath.Base(path)
}

// socScheme is the SOC that a version of the O*NET database builds on: SOC 2018
// from 25.1 on (O*NET-SOC 2019 taxonomy).
func socScheme(version string) Scheme {
	major, minor, _ := strings.Cut(version, ".")
	a, errA := strconv.Atoi(major)
	b, errB := strconv.Atoi(minor)
	if errA == nil && errB == nil && (a < 25 || a == 25 && b < 1) {
		return SOC2010
	}
	return SOC2018
}

// readOccupations reads Occupation Data.txt.
func readOccupations(name string, data []byte) (map[string]*occupation, error) {
	t, err := newTSV(name, data, onetCodeColumn, "Title")
	if err != nil {
		return nil, err
	}
	all := map[string]*occupation{}
	lines := map[string]int{}
	for {
		row, err := t.next()
		if err != nil {
			return nil, err
		}
		if row == nil {
			break
		}
		code, title := t.get(row, onetCodeColumn), t.get(row, "Title")
		switch {
		case !isONETCode(code):
			return nil, refuse(name, t.line, "%s is no O*NET-SOC code such as 29-1141.00", quote(code))
		case title == "":
			return nil, refuse(name, t.line, "%s has no title", code)
		case len(title) > maxName:
			return nil, refuse(name, t.line, "the title of %s is longer than %d bytes", code, maxName)
		case lines[code] > 0:
			return nil, refuse(name, t.line, "%s stands twice, first in line %d", code, lines[code])
		}
		lines[code] = t.line
		all[code] = &occupation{code: code, title: title}
	}
	if len(all) == 0 {
		return nil, refuse(name, 0, "has a header and no occupation")
	}
	return all, nil
}

// readTitles adds the titles of one of the other files to their occupations. A
// title that stands twice counts once, for the files have such.
func readTitles(name string, data []byte, column string, all map[string]*occupation) error {
	t, err := newTSV(name, data, onetCodeColumn, column)
	if err != nil {
		return err
	}
	_, hasShort := t.columns["Short Title"]
	count := 0
	for {
		row, err := t.next()
		if err != nil {
			return err
		}
		if row == nil {
			break
		}
		count++
		code, title := t.get(row, onetCodeColumn), t.get(row, column)
		o, found := all[code]
		switch {
		case !isONETCode(code):
			return refuse(name, t.line, "%s is no O*NET-SOC code such as 29-1141.00", quote(code))
		case !found:
			return refuse(name, t.line, "%s is not in %s; take all files from one version", code, occupationFile)
		case title == "":
			return refuse(name, t.line, "%s has an empty title", code)
		case len(title) > maxName:
			return refuse(name, t.line, "a title of %s is longer than %d bytes", code, maxName)
		}
		o.alternates = append(o.alternates, title)
		if hasShort {
			if short := t.get(row, "Short Title"); short != "" && !strings.EqualFold(short, "n/a") && len(short) <= maxName {
				o.short = append(o.short, short)
			}
		}
	}
	if count == 0 {
		return refuse(name, 0, "has a header and no title")
	}
	return nil
}

// isONETCode checks the form and the major group.
func isONETCode(code string) bool { return onetCode.MatchString(code) && isMajorGroup(code) }

// isMajorGroup: the major groups of the SOC, 2010 and 2018, are the odd numbers 11 to 55.
func isMajorGroup(code string) bool {
	return code >= "11" && code[:2] <= "55" && (code[1]-'0')%2 == 1
}

// quote shows text of a file in an error, shortened.
func quote(text string) string {
	if len(text) > 60 {
		text = strings.ToValidUTF8(text[:60], "") + "..."
	}
	return strconv.Quote(text)
}
