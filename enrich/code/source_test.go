package code

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const occupationHeader = "O*NET-SOC Code\tTitle\tDescription\n"

// Files that are not what their names say are refused with place and reason.
func TestReadOccupationsRefused(t *testing.T) {
	t.Parallel()
	good := "29-1141.00\tRegistered Nurses\tCare.\n"
	tests := []struct {
		name, text string
		line       int
		reason     string
	}{
		{"empty", "", 0, "is empty"},
		{"blank", " \r\n\n", 0, "is empty"},
		{"header only", occupationHeader, 0, "no occupation"},
		{"missing column", "O*NET-SOC Code\tName\n29-1141.00\tx\n", 1, `no column "Title"`},
		{"commas", "O*NET-SOC Code,Title,Description\n29-1141.00,Nurses,x\n", 1, "commas, not tabs"},
		{"semicolons", "O*NET-SOC Code;Title;Description\n", 1, "semicolons, not tabs"},
		{"HTML", "\n<!DOCTYPE html>\n<html><body>Page not found</body></html>", 1, "HTML"},
		{"ZIP", "PK\x03\x04rest", 0, "ZIP"},
		{"UTF-16", "\xff\xfeO\x00*\x00", 0, "UTF-16"},
		{"NUL", occupationHeader + good + "29-1141.01\tA\x00cute\tx\n", 3, "binary"},
		{"Latin-1", occupationHeader + "29-1141.00\tCaf\xe9 Worker\tx\n", 2, "not UTF-8"},
		{"fields", occupationHeader + good + "29-1141.01\tAcute Care Nurses\n", 3, "has 2 fields, and the header has 3"},
		{"code", occupationHeader + "29-1141\tRegistered Nurses\tx\n", 2, `"29-1141" is no O*NET-SOC code`},
		{"major group", occupationHeader + "30-1141.00\tRegistered Nurses\tx\n", 2, `"30-1141.00" is no O*NET-SOC code`},
		{"no title", occupationHeader + "\n29-1141.00\t \tx\n", 3, "has no title"},
		{"long title", occupationHeader + "29-1141.00\t" + strings.Repeat("x", maxName+1) + "\tx\n", 2, "longer than"},
		{"twice", occupationHeader + good + good, 3, "29-1141.00 stands twice, first in line 2"},
		{"large", strings.Repeat("x", maxFile+1), 0, "larger than"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			data, err := checkText("F.txt", []byte(test.text))
			if err == nil {
				_, err = readOccupations("F.txt", data)
			}
			refused(t, err, test.line, test.reason)
		})
	}
}

func refused(t *testing.T, err error, line int, reason string) {
	t.Helper()
	fileErr := asFileError(err)
	if fileErr == nil {
		t.Fatalf("error %v, want one of a file", err)
	}
	if fileErr.File != "F.txt" || fileErr.Line != line || !strings.Contains(fileErr.Reason, reason) {
		t.Errorf("error %q, want line %d, reason with %q", fileErr, line, reason)
	}
}

func TestReadTitlesRefused(t *testing.T) {
	t.Parallel()
	header := "O*NET-SOC Code\tJob Title\tShort Title\tSource(s)\n"
	for _, test := range []struct {
		name, text string
		line       int
		reason     string
	}{
		{"header only", header, 0, "no title"},
		{"old header", "O*NET-SOC Code\tAlternate Title\n", 1, `no column "Job Title"`},
		{"code", header + "nurse\tNurse\tn/a\t01\n", 2, `"nurse" is no O*NET-SOC code`},
		{"other version", header + "29-9999.00\tNurse\tn/a\t01\n", 2, "29-9999.00 is not in Occupation Data.txt"},
		{"no title", header + "29-1141.00\t\tn/a\t01\n", 2, "empty title"},
		{"fields", header + "29-1141.00\tNurse\n", 2, "has 2 fields"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			all := map[string]*occupation{"29-1141.00": {code: "29-1141.00", title: "Registered Nurses"}}
			refused(t, readTitles("F.txt", []byte(test.text), "Job Title", all), test.line, test.reason)
		})
	}
}

const escoHeader = "conceptType,conceptUri,iscoGroup,preferredLabel,altLabels,code\n"

func TestReadESCORefused(t *testing.T) {
	t.Parallel()
	good := "Occupation,http://a.example/1,2221,nurse,,2221.1\n"
	for _, test := range []struct {
		name, text string
		line       int
		reason     string
	}{
		{"empty", "", 0, "is empty"},
		{"HTML", "<html>", 1, "HTML"},
		{"tabs", strings.ReplaceAll(escoHeader, ",", "\t"), 1, "tabs, not commas"},
		{"semicolons", strings.ReplaceAll(escoHeader, ",", ";"), 1, "semicolons, not commas"},
		{"missing columns", "conceptType,conceptUri,iscoGroup\n", 1, `no column "preferredLabel", "altLabels"`},
		{"groups instead", escoHeader + "ISCOGroup,http://a.example/C2,2,Professionals,,2\n", 0, "no released concept"},
		{"fields", escoHeader + good + "Occupation,http://a.example/2,2221\n", 3, "has 3 fields, and the header has 6"},
		{"open quote", escoHeader + good + "Occupation,http://a.example/2,2221,\"nurse,,2221.2\n", 3, "quote"},
		{"bare quote", escoHeader + "Occupation,http://a.example/2,2221,nur\"se,,2221.2\n", 2, "quote"},
		{"URI", escoHeader + "Occupation,1,2221,nurse,,2221.1\n", 2, "no URI"},
		{"code", escoHeader + "Occupation,http://a.example/1,2221,nurse,,22-21\n", 2, "no ESCO code"},
		{"cut group", escoHeader + "Occupation,http://a.example/1,110,officer,,0110.1\n", 2, `"110" is no ISCO-08 unit group`},
		{"no label", escoHeader + "Occupation,http://a.example/1,2221,,,2221.1\n", 2, "no preferredLabel"},
		{"code twice", escoHeader + "Occupation,http://a.example/1,2221,nurse,\"a\nb\",2221.1\nOccupation,http://a.example/2,2221,nurse,,2221.1\n", 4, "2221.1 stands twice, first in line 2"},
		{"URI twice", escoHeader + good + "Occupation,http://a.example/1,2221,nurse,,2221.2\n", 3, "stands twice, first in line 2"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			data, err := checkText("F.txt", []byte(test.text))
			if err == nil {
				_, err = readESCO("F.txt", data)
			}
			refused(t, err, test.line, test.reason)
		})
	}
}

// Columns are found by name; labels stand one a line, with any quoting and line ends.
func TestReadESCOForms(t *testing.T) {
	t.Parallel()
	want := &occupation{code: "2221.1", uri: "http://a.example/1", title: `nurse "general"`, group: "2221", alternates: []string{"ward nurse", "nurse, staff"}}
	for name, text := range map[string]string{
		"quoted":       escoHeader + `Occupation,http://a.example/1,2221,"nurse ""general""","ward nurse` + "\nnurse, staff\"" + ",2221.1\n",
		"all quoted":   "\ufeff\"conceptType\",\"conceptUri\",\"iscoGroup\",\"preferredLabel\",\"altLabels\",\"code\"\r\n\"Occupation\",\"http://a.example/1\",\"2221\",\"nurse \"\"general\"\"\",\"ward nurse\r\nnurse, staff\r\n\",\"2221.1\"\r\n",
		"other order":  "code,status,altLabels,hiddenLabels,preferredLabel,iscoGroup,conceptUri,conceptType\n2221.1,released,ward nurse,\"nurse, staff\",\"nurse \"\"general\"\"\",2221,http://a.example/1,Occupation\n",
		"one obsolete": escoHeader[:len(escoHeader)-1] + ",status\nOccupation,http://a.example/0,9999,gone,,9999.1,obsolete\nOccupation,http://a.example/1,2221,\"nurse \"\"general\"\"\",\"ward nurse\nnurse, staff\",2221.1,released\n",
	} {
		data, err := checkText("F.txt", []byte(text))
		if err != nil {
			t.Fatal(err)
		}
		all, err := readESCO("F.txt", data)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if diff := cmp.Diff(map[string]*occupation{"2221.1": want}, all, cmp.AllowUnexported(occupation{})); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// ESCO 1.0 has no codes.
func TestReadESCOWithoutCodes(t *testing.T) {
	t.Parallel()
	all, err := readESCO("F.txt", []byte("conceptType,conceptUri,iscoGroup,preferredLabel,altLabels\nOccupation,http://a.example/1,2221,nurse,\n"))
	if err != nil {
		t.Fatal(err)
	}
	if o := all["http://a.example/1"]; o == nil || o.title != "nurse" {
		t.Errorf("occupations %v", all)
	}
}

// write makes a folder of files.
func write(t *testing.T, dir string, files map[string]string) {
	t.Helper()
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// The folder around the archive's will do, and names the version; so does the name of
// the file before database 30.3.
func TestLoadFolders(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write(t, filepath.Join(dir, "onet", "db_25_0_text"), map[string]string{
		occupationFile: occupationHeader + "29-1141.00\tRegistered Nurses\tCare.\n",
		alternateFile:  "O*NET-SOC Code\tAlternate Title\tShort Title\tSource(s)\n29-1141.00\tStaff Nurse\tn/a\t01\n",
	})
	write(t, filepath.Join(dir, "esco", "ESCO dataset - v1.2.0 - classification - en - csv"), map[string]string{
		escoFile: escoHeader + "Occupation,http://a.example/1,2221,nurse,,2221.1\n",
	})
	taxonomies, err := Load(Config{ONETDir: filepath.Join(dir, "onet"), ESCODir: filepath.Join(dir, "esco")})
	if err != nil {
		t.Fatal(err)
	}
	want := []Loaded{{ONETSOC, "25.0", 1, 2}, {ESCO, "1.2.0", 1, 1}}
	if diff := cmp.Diff(want, taxonomies.Loaded()); diff != "" {
		t.Errorf("loaded (-want +got):\n%s", diff)
	}
	// Databases before 25.1 build on the SOC of 2010.
	if got := only(taxonomies.Match(Query{Name: "Staff nurse"}), SOC2010); got != "29-1141 alternate-title close" {
		t.Errorf("SOC 2010: %q", got)
	}
}

func TestLoadMissing(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	half := filepath.Join(dir, "half")
	write(t, half, map[string]string{occupationFile: occupationHeader + "29-1141.00\tRegistered Nurses\tCare.\n"})
	bad := filepath.Join(dir, "bad")
	write(t, bad, map[string]string{
		occupationFile: occupationHeader + "29-1141.00\tRegistered Nurses\tCare.\n",
		jobTitleFile:   "O*NET-SOC Code\tJob Title\nx\ty\n",
		readMeFile:     "\xff\xfe",
	})
	two := filepath.Join(dir, "two")
	write(t, filepath.Join(two, "a"), map[string]string{escoFile: escoHeader})
	write(t, filepath.Join(two, "b"), map[string]string{escoFile: escoHeader})
	empty := t.TempDir()
	for _, test := range []struct {
		cfg  Config
		want []string
	}{
		{Config{ONETDir: empty, ESCODir: empty}, []string{`missing "Occupation Data.txt" and "Job Titles.txt"`, "O*NET Resource Center", `missing "occupations_en.csv"`, "ESCO portal"}},
		{Config{ONETDir: half}, []string{`missing "Job Titles.txt" ("Alternate Titles.txt" before database 30.3)`}},
		{Config{ONETDir: bad}, []string{`Job Titles.txt line 2: "x" is no O*NET-SOC code`, "Read Me.txt: is UTF-16"}},
		{Config{ESCODir: two}, []string{"several folders have occupations_en.csv, name one: a, b"}},
		{Config{ESCODir: filepath.Join(dir, "nowhere")}, []string{"nowhere"}},
	} {
		_, err := Load(test.cfg)
		if err == nil {
			t.Errorf("%+v is taken", test.cfg)
			continue
		}
		for _, want := range test.want {
			if !strings.Contains(err.Error(), want) {
				t.Errorf("%+v: error %q, want it to say %q", test.cfg, err, want)
			}
		}
	}
}
