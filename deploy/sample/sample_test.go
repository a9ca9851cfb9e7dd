package sample_test

import (
	"bytes"
	"io/fs"
	"strings"
	"testing"

	"careerstream/deploy/sample"
)

func TestGeneratedCareersAreDifferentAndRepeatable(t *testing.T) {
	t.Parallel()
	seen := map[string]int{}
	for i := range sample.MaxGenerated {
		name := sample.GeneratedName(i)
		if j, ok := seen[name]; ok {
			t.Fatalf("careers %d and %d are both %q", i, j, name)
		}
		seen[name] = i
	}
	for i := range 8 {
		first, second := sample.Generate(i, 2000, 1), sample.Generate(i, 2000, 1)
		if !bytes.Equal(first[0].Body, second[0].Body) {
			t.Errorf("page %d differs between two calls", i)
		}
		if other := sample.Generate(i, 2000, 2); bytes.Equal(first[0].Body, other[0].Body) {
			t.Errorf("page %d is the same in another edition", i)
		}
	}
}

func TestSitePagesHaveSidecars(t *testing.T) {
	t.Parallel()
	pages := 0
	err := fs.WalkDir(sample.Site(), "careers", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || strings.HasSuffix(path, ".meta.json") {
			return err
		}
		pages++
		if _, err := fs.Stat(sample.Site(), path+".meta.json"); err != nil {
			t.Errorf("%s has no sidecar", path)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if pages < 24 {
		t.Errorf("the site has %d pages, want at least 24", pages)
	}
}
