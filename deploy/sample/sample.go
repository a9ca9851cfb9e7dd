// Package sample holds the sample career pages that the demo runs on, and makes
// up as many more as a test or a benchmark wants.
package sample

import (
	"embed"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

//go:embed site
var site embed.FS

// Site returns the files of the sample site: pages under careers/, each with
// its sidecar.
func Site() fs.FS {
	sub, err := fs.Sub(site, "site")
	if err != nil {
		panic(err) // embedded: cannot fail
	}
	return sub
}

// File is a page or a sidecar to write.
type File struct {
	// Name relative to the folder.
	Name string
	Body []byte
}

// Write writes the files into dir, making folders as needed.
func Write(dir string, files []File) error {
	for _, file := range files {
		path := filepath.Join(dir, file.Name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return fmt.Errorf("make folder for sample page: %w", err)
		}
		if err := os.WriteFile(path, file.Body, 0o644); err != nil {
			return fmt.Errorf("write sample page: %w", err)
		}
	}
	return nil
}
