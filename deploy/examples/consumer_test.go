package examples_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"careerstream/deploy/broker"
	"careerstream/publish/feed/conformance"
	"careerstream/schemas/career"
	"careerstream/schemas/event"
	"careerstream/schemas/stream"
	"careerstream/schemas/subject"
)

var (
	versionsFlag = flag.Int("consumer.versions", 500, "versions that are published while consumers are killed")
	killsFlag    = flag.Int("consumer.kills", 8, "times that each consumer is killed")
)

// catalog publishes versions of careers and knows what it has published.
type catalog struct {
	conn   *broker.Conn
	rand   *rand.Rand
	latest map[string]uint64
	sums   map[string]string
	count  int
}

func newCatalog(conn *broker.Conn, seed uint64) *catalog {
	return &catalog{conn: conn, rand: rand.New(rand.NewPCG(seed, 1)), latest: make(map[string]uint64), sums: make(map[string]string)}
}

// publish publishes n versions of careers in turn at random.
func (c *catalog) publish(t *testing.T, careers, n int) error {
	for range n {
		slug := fmt.Sprintf("career-%d", c.rand.IntN(careers))
		record := career.Record{Slug: slug, Name: slug, Version: c.latest[slug] + 1, ValidFrom: time.Unix(int64(c.count), 0).UTC()}
		record.FillLists()
		sum, err := record.ContentSHA256()
		if err != nil {
			return err
		}
		// The content is the same in every version of a test; its sum tells them apart.
		sum = fmt.Sprintf("%08x", record.Version) + sum[8:]
		e, err := event.New("/test", event.RecordPublished, slug, career.Published{
			Record: record, Basis: career.Basis{Snapshot: 1, Catalog: uint64(c.count + 1)}, ContentSHA256: sum,
			Changes: []career.Change{{Kind: career.Added, Field: "record"}},
		})
		if err != nil {
			return err
		}
		e.ID = event.ID("test", slug, fmt.Sprint(record.Version))
		if _, _, err := c.conn.Publish(t.Context(), event.Out{Subject: subject.Published(slug), Event: e}); err != nil {
			return err
		}
		c.latest[slug], c.sums[slug] = record.Version, sum
		c.count++
	}
	return nil
}

// publishSlowly publishes a version each millisecond and then sends the result.
func (c *catalog) publishSlowly(t *testing.T, careers, n int) <-chan error {
	published := make(chan error, 1)
	go func() {
		tick := time.NewTicker(time.Millisecond)
		defer tick.Stop()
		for range n {
			<-tick.C
			if err := c.publish(t, careers, 1); err != nil {
				published <- err
				return
			}
		}
		published <- nil
	}()
	return published
}

// entry is a line of a consumer's log.
type entry struct {
	Note          string `json:"note"`
	Slug          string `json:"slug"`
	Version       uint64 `json:"version"`
	ContentSHA256 string `json:"content_sha256"`
	Seq           uint64 `json:"seq"`
}

// readLog returns the whole lines of a log.
func readLog(t *testing.T, path string) []entry {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		t.Fatal(err)
	}
	var entries []entry
	for line := range bytes.Lines(text) {
		if !bytes.HasSuffix(line, []byte("\n")) {
			break
		}
		var e entry
		if err := json.Unmarshal(line, &e); err != nil {
			t.Fatalf("log has the line %q: %v", line, err)
		}
		entries = append(entries, e)
	}
	return entries
}

// current tells whether a log has arrived at the catalog's versions.
func (c *catalog) current(entries []entry) bool {
	latest := make(map[string]uint64)
	for _, e := range entries {
		latest[e.Slug] = e.Version
	}
	for slug, version := range c.latest {
		if latest[slug] != version {
			return false
		}
	}
	return true
}

// examine holds a log against the promise: one line a version, in order for each
// career, without a hole, up to what is published. What comes from the bucket
// may begin with any version from the one in least on, what comes from the
// stream with 1 alone. It returns the number of careers from the bucket.
func (c *catalog) examine(t *testing.T, entries []entry, least map[string]uint64) (fromBucket int) {
	t.Helper()
	seen, sums := make(map[string]uint64), make(map[string]string)
	for i, e := range entries {
		if e.Note != "" {
			continue
		}
		if e.Seq == 0 {
			fromBucket++
		}
		switch known := seen[e.Slug]; {
		case known == 0 && e.Seq > 0 && e.Version != 1:
			t.Errorf("line %d: %s begins with version %d, want 1", i+1, e.Slug, e.Version)
		case known == 0 && e.Version < least[e.Slug]:
			t.Errorf("line %d: %s begins with version %d, the bucket had %d already", i+1, e.Slug, e.Version, least[e.Slug])
		case known > 0 && e.Version != known+1:
			t.Errorf("line %d: %s has version %d after %d", i+1, e.Slug, e.Version, known)
		}
		seen[e.Slug], sums[e.Slug] = e.Version, e.ContentSHA256
	}
	if len(seen) != len(c.latest) {
		t.Errorf("the log has %d careers, %d are published", len(seen), len(c.latest))
	}
	for slug, version := range c.latest {
		if seen[slug] != version || sums[slug] != c.sums[slug] {
			t.Errorf("%s: the log ends with version %d (%s), want %d (%s)", slug, seen[slug], sums[slug], version, c.sums[slug])
		}
	}
	return fromBucket
}

// inBucket waits until the bucket has the catalog's versions, and holds them
// against each other.
func (c *catalog) inBucket(t *testing.T) {
	t.Helper()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	patience := time.After(time.Minute)
	for slug, version := range c.latest {
		for {
			value, _, err := c.conn.Bucket(stream.Careers).Get(t.Context(), slug)
			if err != nil {
				t.Fatal(err)
			}
			var p career.Published
			if value != nil {
				if err := json.Unmarshal(value, &p); err != nil {
					t.Fatal(err)
				}
			}
			if p.Record.Version == version && p.ContentSHA256 == c.sums[slug] {
				break
			}
			select {
			case <-tick.C:
			case <-patience:
				t.Fatalf("bucket has %s at version %d, want %d", slug, p.Record.Version, version)
			}
		}
	}
}

// conforms holds the log, as a consumer's state, against the bucket.
func (c *catalog) conforms(t *testing.T, path string) {
	t.Helper()
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = file.Close() }()
	theirs, err := conformance.Read(file)
	if err != nil {
		t.Fatal(err)
	}
	ours := make(conformance.State)
	for slug := range c.latest {
		value, _, err := c.conn.Bucket(stream.Careers).Get(t.Context(), slug)
		if err != nil {
			t.Fatal(err)
		}
		var p career.Published
		if err := json.Unmarshal(value, &p); err != nil {
			t.Fatal(err)
		}
		ours[slug] = conformance.Known{Version: p.Record.Version, ContentSHA256: p.ContentSHA256}
	}
	if report := conformance.Compare(ours, theirs); len(report.Differences) > 0 || report.Same != len(c.latest) {
		t.Errorf("the consumer does not conform: %+v", report)
	}
}

var consumers = map[string]func(*testing.T) []string{"go": goConsumer, "typescript": tsConsumer}

// TestKilledConsumers kills a consumer at any moment, its first ones included,
// while versions are published.
func TestKilledConsumers(t *testing.T) {
	t.Parallel()
	for language, build := range consumers {
		t.Run(language, func(t *testing.T) {
			t.Parallel()
			command := build(t)
			server := startBroker(t)
			startFeed(t, server.Conn())
			c := newCatalog(server.Conn(), 7)
			const careers = 150
			if err := c.publish(t, careers*2/3, *versionsFlag/4); err != nil {
				t.Fatal(err)
			}
			total := c.count + *versionsFlag
			c.inBucket(t)
			least := maps.Clone(c.latest)
			path := filepath.Join(t.TempDir(), "careers.ndjson")
			random := rand.New(rand.NewPCG(3, 3))
			midway := 0
			for kill := range *killsFlag {
				before := len(readLog(t, path))
				n := (total - c.count) / (*killsFlag + 1 - kill)
				wanted := before + 1
				if kill > 2 {
					wanted += random.IntN(n/2 + 1)
				}
				// The second half is published while the consumer is at work.
				if err := c.publish(t, careers, n/2); err != nil {
					t.Fatal(err)
				}
				r := start(t, command, server.URL(), path)
				r.waitFor("a sign of life", func() bool { return len(readLog(t, path)) > before })
				published := c.publishSlowly(t, careers, n-n/2)
				r.waitFor("progress", func() bool { return len(readLog(t, path)) >= wanted })
				r.kill()
				if len(published) == 0 {
					midway++
				}
				if err := <-published; err != nil {
					t.Fatal(err)
				}
			}
			r := start(t, command, server.URL(), path)
			if err := c.publish(t, careers, total-c.count); err != nil {
				t.Fatal(err)
			}
			r.waitFor("the last version", func() bool { return c.current(readLog(t, path)) })
			r.interrupt()
			c.inBucket(t)
			entries := readLog(t, path)
			fromBucket := c.examine(t, entries, least)
			c.conforms(t, path)
			if fromBucket < len(least) {
				t.Errorf("%d careers come from the bucket, which had %d", fromBucket, len(least))
			}
			t.Logf("%d versions of %d careers before the first start and %d after it, %d kills, %d of them while versions were published; %d lines, %d of them from the bucket",
				total-*versionsFlag, len(c.latest), *versionsFlag, *killsFlag, midway, len(entries), fromBucket)
		})
	}
}

// The lock file pins what the example needs by version and hash, and names no
// place to fetch it from.
func TestLockFileNamesNoPlace(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(filepath.Join("consumer-ts", "package-lock.json"))
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(text, []byte("://")) || bytes.Contains(text, []byte(`"resolved"`)) {
		t.Error("package-lock.json says where packages were fetched; make it anew with the .npmrc beside it")
	}
	if !bytes.Contains(text, []byte(`"integrity"`)) {
		t.Error("package-lock.json has no hashes")
	}
}

// TestBucketBehind starts a consumer while the bucket has nothing of what the
// stream has: everything comes from the stream.
func TestBucketBehind(t *testing.T) {
	t.Parallel()
	for language, build := range consumers {
		t.Run(language, func(t *testing.T) {
			t.Parallel()
			command := build(t)
			server := startBroker(t)
			c := newCatalog(server.Conn(), 9)
			if err := c.publish(t, 5, 20); err != nil {
				t.Fatal(err)
			}
			path := filepath.Join(t.TempDir(), "careers.ndjson")
			r := start(t, command, server.URL(), path)
			r.waitFor("the last version", func() bool { return c.current(readLog(t, path)) })
			r.interrupt()
			if n := c.examine(t, readLog(t, path), nil); n > 0 {
				t.Errorf("%d careers come from the bucket, which is empty", n)
			}
		})
	}
}

// TestKilledStart cuts the log among the careers of the bucket: those that have
// a line go on from the stream, with no version left out, though the bucket is
// further by then.
func TestKilledStart(t *testing.T) {
	t.Parallel()
	for language, build := range consumers {
		t.Run(language, func(t *testing.T) {
			t.Parallel()
			command := build(t)
			server := startBroker(t)
			startFeed(t, server.Conn())
			c := newCatalog(server.Conn(), 13)
			if err := c.publish(t, 10, 60); err != nil {
				t.Fatal(err)
			}
			c.inBucket(t)
			path := filepath.Join(t.TempDir(), "careers.ndjson")
			r := start(t, command, server.URL(), path)
			r.waitFor("the last version", func() bool { return c.current(readLog(t, path)) })
			r.kill()
			text, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			lines := strings.SplitAfter(string(text), "\n")
			if err := os.WriteFile(path, []byte(strings.Join(lines[:5], "")), 0o644); err != nil {
				t.Fatal(err)
			}
			if err := c.publish(t, 10, 60); err != nil {
				t.Fatal(err)
			}
			c.inBucket(t)
			r = start(t, command, server.URL(), path)
			r.waitFor("the last version again", func() bool { return c.current(readLog(t, path)) })
			r.kill()
			if n := c.examine(t, readLog(t, path), nil); n != 10 {
				t.Errorf("%d careers come from the bucket, want 10", n)
			}
		})
	}
}

// TestTornLog cuts the log in the middle of its last line, as a power cut can,
// and then takes a version out of it: the first is mended, the second is a loss
// that the consumer does not go on over.
func TestTornLog(t *testing.T) {
	t.Parallel()
	for language, build := range consumers {
		t.Run(language, func(t *testing.T) {
			t.Parallel()
			command := build(t)
			server := startBroker(t)
			c := newCatalog(server.Conn(), 11)
			if err := c.publish(t, 2, 12); err != nil {
				t.Fatal(err)
			}
			path := filepath.Join(t.TempDir(), "careers.ndjson")
			r := start(t, command, server.URL(), path)
			r.waitFor("the last version", func() bool { return c.current(readLog(t, path)) })
			r.kill()
			text, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, text[:len(text)-20], 0o644); err != nil {
				t.Fatal(err)
			}
			r = start(t, command, server.URL(), path)
			r.waitFor("the last version again", func() bool { return c.current(readLog(t, path)) })
			r.interrupt()
			c.examine(t, readLog(t, path), nil)
			lines := strings.SplitAfter(string(text), "\n")
			without := append(lines[:2:2], lines[3:]...) // after start and bootstrapped
			if err := os.WriteFile(path, []byte(strings.Join(without, "")), 0o644); err != nil {
				t.Fatal(err)
			}
			r = start(t, command, server.URL(), path)
			select {
			case <-r.done:
			case <-time.After(30 * time.Second):
				t.Fatal("the consumer goes on over a hole")
			}
			if r.cmd.ProcessState.ExitCode() != 1 || !strings.Contains(r.said.String(), "is lost") {
				t.Errorf("exit code %d, %s; want 1 and what is lost", r.cmd.ProcessState.ExitCode(), r.said)
			}
		})
	}
}
