// Package released holds the JSON Schemas as each release had them, a folder for
// each, so that today's can be held against all of them.
package released

import (
	"embed"
	"io/fs"
	"slices"
	"strconv"
	"strings"
)

//go:embed */*.json
var files embed.FS

// Versions returns the releases in order, the first one first.
func Versions() []string {
	entries, err := fs.ReadDir(files, ".")
	if err != nil {
		panic(err) // embedded: cannot fail
	}
	var versions []string
	for _, entry := range entries {
		versions = append(versions, entry.Name())
	}
	slices.SortFunc(versions, func(a, b string) int { return slices.Compare(parts(a), parts(b)) })
	return versions
}

// parts are the numbers of MAJOR.MINOR.PATCH.
func parts(version string) []int {
	var numbers []int
	for part := range strings.SplitSeq(version, ".") {
		n, _ := strconv.Atoi(part)
		numbers = append(numbers, n)
	}
	return numbers
}

// FS returns the schemas of a release; one that is not there is empty.
func FS(version string) fs.FS {
	sub, err := fs.Sub(files, version)
	if err != nil {
		panic(err) // embedded: cannot fail
	}
	return sub
}
