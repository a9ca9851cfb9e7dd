package main

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"careerstream/deploy/site"
	"careerstream/ingest/warc"
)

// recordsOf counts the records of an archive about career pages, by their type
// and, of revisits, their profile. Each revisit must name an earlier record.
func recordsOf(t *testing.T, path string) map[string]int {
	t.Helper()
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = file.Close() }()
	reader, err := warc.NewReader(file, warc.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	counts, digests := map[string]int{}, map[string]string{}
	for {
		record, err := reader.Next()
		if errors.Is(err, io.EOF) {
			return counts
		}
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(record.TargetURI, "/careers/") || record.Type == warc.Request {
			continue
		}
		kind := string(record.Type)
		if of, ok := record.Original(); ok {
			kind = string(of.Profile)
			if of.ID == "" || digests[of.ID] == "" || digests[of.ID] != of.PayloadDigest || of.TargetURI != record.TargetURI || of.Date.IsZero() || !of.Date.Before(record.Date) {
				t.Errorf("revisit of %s refers to %+v", record.TargetURI, of)
			}
		}
		digests[record.ID] = record.PayloadDigest()
		counts[kind]++
	}
}

// A page that has not changed is a revisit record, by its 304 or by its body; the
// archive makes the catalog as it is, and can be continued by another process.
func TestCrawlArchiveRevisits(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name       string
		validators site.Validators
		profile    string
	}{{"site.warc.gz", site.ValidatorsBoth, "server-not-modified"}, {"site.warc", site.ValidatorsNone, "identical-payload-digest"}} {
		const n = 8
		data, again, s := t.TempDir(), t.TempDir(), startSite(t, site.Config{Pages: n, Validators: test.validators})
		file := filepath.Join(t.TempDir(), test.name)
		crawlOf(t, exitOK, data, s, "--warc-out", file)
		whole := recordsOf(t, file)["response"]
		crawlOf(t, exitOK, data, s, "--warc-out", file)
		if err := s.Change(2); err != nil {
			t.Fatal(err)
		}
		crawlOf(t, exitOK, data, s, "--warc-out", file)
		counts := recordsOf(t, file)
		if counts[test.profile] < 2*n-1 {
			t.Errorf("%s: records %v", test.name, counts)
		}
		// The second run has no page whole, the third the one that changed; what is
		// not there has no body to be the same as.
		if d := counts["response"] - whole; d < 1 || d > 1+2*(whole-n) {
			t.Errorf("%s: %d answers whole after the first run, which had %d", test.name, d, whole)
		}
		if read := decodeOutput[result](t, mustRun(t, "ingest", "--json", "--data", again, file)); read.Statement.FailedTotal() > 0 {
			t.Errorf("%s: statement %+v", test.name, read.Statement)
		}
		contents := "SELECT slug, name, definition_paragraphs, `duties.text`, source_body_sha256, source_fetched_at FROM careers FINAL ORDER BY slug"
		if d := cmp.Diff(queryRows(t, data, contents), queryRows(t, again, contents)); d != "" {
			t.Errorf("%s: records differ (-crawled +archived)\n%s", test.name, d)
		}
	}
}
