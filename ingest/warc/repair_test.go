package warc

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/klauspost/compress/gzip"
)

// A file cut off at any byte is read to its last whole record, and continued.
func TestCutAtEveryByte(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"x.warc", "x.warc.gz"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			path := filepath.Join(dir, name)
			w := open(t, path)
			ends := []int64{0, w.Size()}
			for i := range 2 {
				c := capture(fmt.Sprintf("https://example.com/%d", i), strings.Repeat("<p>text", 10))
				c.Request = Message{}
				if _, err := w.Write(c); err != nil {
					t.Fatal(err)
				}
				ends = append(ends, w.Size())
			}
			closed(t, w)
			whole, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			all, err := readAll(t, whole, Limits{})
			if err != nil {
				t.Fatal(err)
			}
			for cut := range len(whole) {
				records := 0
				for records+1 < len(ends) && ends[records+1] <= int64(cut) {
					records++
				}
				read, err := readAll(t, whole[:cut], Limits{})
				if cut == int(ends[records]) {
					if err != nil {
						t.Fatalf("cut at %d, between records: %v", cut, err)
					}
				} else if !errors.Is(err, Truncated) {
					t.Fatalf("cut at %d: %v", cut, err)
				}
				if diff := cmp.Diff(all[:records], read[:min(records, len(read))]); diff != "" && records > 0 {
					t.Fatalf("cut at %d: %s", cut, diff)
				}
				end, err := wholeEnd(bytes.NewReader(whole[:cut]), int64(cut), strings.HasSuffix(name, ".gz"))
				if err != nil || end != ends[records] {
					t.Fatalf("cut at %d: whole to %d, want %d: %v", cut, end, ends[records], err)
				}
				if near := cut - int(ends[records]); near > 2 && cut%97 != 0 {
					continue // the rest waits for the disk
				}
				continued(t, filepath.Join(dir, "half-"+name), whole[:cut], ends[records], all[:records])
			}
		})
	}
}

// continued opens a cut-off file, goes on with it and reads it all.
func continued(t *testing.T, path string, half []byte, end int64, records []got) {
	t.Helper()
	if err := os.WriteFile(path, half, 0o600); err != nil {
		t.Fatal(err)
	}
	w := open(t, path)
	if w.Cut() != int64(len(half))-end {
		t.Fatalf("cut at %d: %d bytes taken off, want %d", len(half), w.Cut(), int64(len(half))-end)
	}
	if _, err := w.Write(capture("https://example.com/new", "new")); err != nil {
		t.Fatal(err)
	}
	closed(t, w)
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	read, err := readAll(t, b, Limits{VerifyDigests: true})
	want := append(append([]got{}, records...), got{Type: Warcinfo},
		got{Response, "https://example.com/new", 200, "new"}, got{Type: Request, URI: "https://example.com/new"})
	if diff := cmp.Diff(want, read); err != nil || diff != "" {
		t.Fatalf("cut at %d and continued: %v\n%s", len(half), err, diff)
	}
}

// What is not half a record at the end is not Open's to cut.
func TestOpenLeavesOtherFilesAlone(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "good.warc")
	w := open(t, path)
	if _, err := w.Write(capture("https://example.com/", "body")); err != nil {
		t.Fatal(err)
	}
	closed(t, w)
	good, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	longer := bytes.Replace(good, []byte("Content-Length: "), []byte("Content-Length: 9"), 1)
	if bytes.Equal(longer, good) {
		t.Fatal("no Content-Length in the file")
	}
	var whole bytes.Buffer
	z := gzip.NewWriter(&whole)
	_, err = z.Write(good)
	if err = errors.Join(err, z.Close()); err != nil {
		t.Fatal(err)
	}
	flipped := bytes.Clone(whole.Bytes())
	flipped[len(flipped)/2] ^= 0x55
	for _, c := range []struct {
		name, file string
		content    []byte
	}{
		{"text", "a.warc", []byte("hello")},
		{"text with newline", "a.warc", []byte("hello\n")},
		{"zeros", "a.warc", make([]byte, 100)},
		{"Content-Length over later records", "a.warc", longer},
		{"gzip named plain", "a.warc", whole.Bytes()},
		{"plain named gzip", "a.warc.gz", good},
		{"several records in a cut-off member", "a.warc.gz", whole.Bytes()[:whole.Len()-3]},
		{"damaged gzip", "a.warc.gz", flipped},
		{"gzip of text", "a.warc.gz", zip(t, "hello")},
		{"garbage after gzip", "a.warc.gz", append(bytes.Clone(whole.Bytes()), "garbage garbage garbage"...)},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), c.file)
			if err := os.WriteFile(path, c.content, 0o600); err != nil {
				t.Fatal(err)
			}
			if w, err := Open(path, config()); err == nil {
				t.Errorf("opened, %d bytes cut off", w.Cut())
				closed(t, w)
			}
			after, err := os.ReadFile(path)
			if err != nil || !bytes.Equal(after, c.content) {
				t.Errorf("the file changed: %v", err)
			}
		})
	}
}

func zip(t testing.TB, s string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, err := io.WriteString(z, s)
	if err = errors.Join(err, z.Close()); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// A later record in what would be cut off means that a length in the middle is
// wrong: in a compressed file too nothing is taken away then.
func TestHiddenRecord(t *testing.T) {
	t.Parallel()
	one := zip(t, resource("https://e.com/a", "one"))
	for name, c := range map[string]struct {
		tail       []byte
		compressed bool
		want       int64
	}{
		"half a member":             {one[:len(one)-4], true, -1},
		"a member after a half one": {append(bytes.Clone(one[:20]), one...), true, 20},
		"gzip that is no record":    {append(bytes.Clone(one[:20]), zip(t, "hello")...), true, -1},
		"half a record":             {[]byte(resource("https://e.com/a", "see WARC/1.0\r\n")), false, -1},
		"a record after a half one": {[]byte("WARC/1.0\r\nx\r\n\r\n" + resource("https://e.com/a", "")), false, 11},
		"far behind":                {append(make([]byte, 3*bufferSize-4), "\r\n\r\nWARC/1.1"...), false, 3*bufferSize - 4},
		"nothing":                   {nil, false, -1},
	} {
		if at := hiddenRecord(bytes.NewReader(c.tail), 0, int64(len(c.tail)), c.compressed); at != c.want {
			t.Errorf("%s: %d, want %d", name, at, c.want)
		}
	}
}
