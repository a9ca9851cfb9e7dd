package asyncapi_test

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// The specification's own JSON Schema, in the npm package that publishes it.
const (
	specPackage = "@asyncapi/specs@6.11.1"
	specFile    = "package/schemas/3.0.0.json"
	specSHA256  = "d4571a420e6ffb7fcc7066c95a6db1202f299a3c51daa103d0706bf30f95e626"
)

// TestOfficialSchema holds the document against the JSON Schema of AsyncAPI
// 3.0.0. The schema is fetched once, with npm, into the user's cache.
func TestOfficialSchema(t *testing.T) {
	t.Parallel()
	compiler := jsonschema.NewCompiler()
	spec, err := jsonschema.UnmarshalJSON(bytes.NewReader(specification(t)))
	if err != nil {
		t.Fatal(err)
	}
	if err := compiler.AddResource("urn:spec", spec); err != nil {
		t.Fatal(err)
	}
	schema, err := compiler.Compile("urn:spec")
	if err != nil {
		t.Fatal(err)
	}
	text, _ := document(t)
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	if err := schema.Validate(value); err != nil {
		t.Errorf("%#v", err)
	}
	for _, part := range []string{"asyncapi", "info"} {
		broken := map[string]any{}
		for key, item := range value.(map[string]any) {
			if key != part {
				broken[key] = item
			}
		}
		if schema.Validate(broken) == nil {
			t.Errorf("the official schema takes a document without %q: it checks nothing", part)
		}
	}
}

func specification(t *testing.T) []byte {
	t.Helper()
	cache, err := os.UserCacheDir()
	if err != nil {
		t.Skipf("needs a cache directory for %s: %v", specPackage, err)
	}
	cached := filepath.Join(cache, "careerstream", "asyncapi-3.0.0-"+specSHA256[:12]+".json")
	if text, err := os.ReadFile(cached); err == nil && sum(text) == specSHA256 {
		return text
	}
	npm, err := exec.LookPath("npm")
	if err != nil {
		t.Skipf("needs npm, or %s in the cache: %v", specPackage, err)
	}
	dir := t.TempDir()
	cmd := exec.CommandContext(t.Context(), npm, "pack", "--silent", "--ignore-scripts", "--pack-destination", dir, specPackage)
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Skipf("needs the package %s, which npm could not fetch: %v\n%s", specPackage, err, out)
	}
	archives, err := filepath.Glob(filepath.Join(dir, "*.tgz"))
	if err != nil || len(archives) != 1 {
		t.Fatalf("npm pack left %v, %v", archives, err)
	}
	text, err := unpack(archives[0])
	if err != nil {
		t.Fatal(err)
	}
	if sum(text) != specSHA256 {
		t.Fatalf("%s of %s has SHA-256 %s, want %s", specFile, specPackage, sum(text), specSHA256)
	}
	// Without a cache it is fetched again the next time.
	if err := os.MkdirAll(filepath.Dir(cached), 0o755); err == nil {
		temporary := filepath.Join(filepath.Dir(cached), fmt.Sprintf(".asyncapi-%d", os.Getpid()))
		if err := os.WriteFile(temporary, text, 0o644); err == nil {
			_ = os.Rename(temporary, cached)
		}
	}
	return text
}

func sum(text []byte) string {
	s := sha256.Sum256(text)
	return hex.EncodeToString(s[:])
}

// unpack reads specFile out of an npm archive.
func unpack(path string) ([]byte, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }()
	zipped, err := gzip.NewReader(file)
	if err != nil {
		return nil, err
	}
	for archive := tar.NewReader(zipped); ; {
		header, err := archive.Next()
		if errors.Is(err, io.EOF) {
			return nil, fmt.Errorf("%s is not in %s", specFile, specPackage)
		}
		if err != nil {
			return nil, err
		}
		if header.Name == specFile {
			return io.ReadAll(io.LimitReader(archive, 8<<20))
		}
	}
}
