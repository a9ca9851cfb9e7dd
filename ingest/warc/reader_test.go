package warc

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/google/go-cmp/cmp"
)

// record is a record as another tool may write it.
func record(fields, block string) string {
	return "WARC/1.0\r\nWARC-Record-ID: <urn:uuid:1>\r\nWARC-Date: 2006-09-19T17:20:24Z\r\n" + fields +
		fmt.Sprintf("Content-Length: %d\r\n\r\n%s\r\n\r\n", len(block), block)
}

func resource(uri, body string) string {
	return record("WARC-Type: resource\r\nWARC-Target-URI: "+uri+"\r\nContent-Type: text/html\r\n", body)
}

func TestForms(t *testing.T) {
	t.Parallel()
	a, b := resource("https://e.com/a", "one"), resource("<https://e.com/b>", "WARC/1.0\r\n\r\n")
	want := []got{{Resource, "https://e.com/a", 0, "one"}, {Resource, "https://e.com/b", 0, "WARC/1.0\r\n\r\n"}}
	lf := strings.ReplaceAll(a, "\r\n", "\n") + b
	for name, file := range map[string][]byte{
		"plain":                  []byte(a + b),
		"newlines are LF":        []byte(lf),
		"one newline at the end": []byte(strings.TrimSuffix(a, "\r\n") + b),
		"stray newlines":         []byte("\r\n\r\n" + a + "\n\n\n" + b + "\r\n"),
		"any case":               []byte(strings.ReplaceAll(a+b, "WARC-Type", "warc-TYPE")),
		"folded field":           []byte(strings.ReplaceAll(a+b, "WARC-Target-URI: ", "WARC-Target-URI:\r\n\t ")),
		"gzip by record":         append(zip(t, a), zip(t, b)...),
		"gzip as a whole":        zip(t, a+b),
		"gzip without newlines":  append(zip(t, strings.TrimSuffix(a, "\r\n")), zip(t, b)...),
		"empty gzip member":      append(append(zip(t, a), zip(t, "")...), zip(t, b)...),
	} {
		all, err := readAll(t, file, Limits{})
		if diff := cmp.Diff(want, all); err != nil || diff != "" {
			t.Errorf("%s: %v\n%s", name, err, diff)
		}
		r, err := NewReader(iotest.OneByteReader(bytes.NewReader(file)), Limits{})
		if err != nil {
			t.Fatal(err)
		}
		n := 0
		for _, err := range r.All() { // contents left unread
			if n++; err != nil {
				t.Errorf("%s, byte by byte: %v", name, err)
			}
		}
		if n != 2 {
			t.Errorf("%s: %d records passed over", name, n)
		}
	}
	if all, err := readAll(t, nil, Limits{}); err != nil || len(all) != 0 {
		t.Errorf("empty file: %v %v", all, err)
	}
}

func TestMalformed(t *testing.T) {
	t.Parallel()
	good, last := resource("https://e.com/a", "one"), resource("https://e.com/z", "last")
	at := int64(len(good))
	for _, c := range []struct {
		name, bad string
		limits    Limits
		want      Problem
		reason    string
		// on says that reading goes on in a plain file; in gzip it always does.
		on bool
	}{
		{"no record", "garbage\r\n" + good, Limits{}, Malformed, "garbage", false},
		{"version", strings.Replace(good, "WARC/1.0", "WARC/2.0", 1), Limits{}, Malformed, "WARC/2.0", false},
		{"no length", strings.Replace(good, "Content-Length", "Content-Size", 1), Limits{}, Malformed, "Content-Length is missing", false},
		{"negative length", strings.Replace(good, "Content-Length: ", "Content-Length: -", 1), Limits{}, Malformed, `"-3"`, false},
		{"signed length", strings.Replace(good, "Content-Length: ", "Content-Length: +", 1), Limits{}, Malformed, `"+3"`, false},
		{"huge length", strings.Replace(good, "Content-Length: 3", "Content-Length: 99999999999999999999", 1), Limits{}, Malformed, "no number", false},
		{"hexadecimal length", strings.Replace(good, "Content-Length: 3", "Content-Length: 0x3", 1), Limits{}, Malformed, "no number", false},
		{"empty length", strings.Replace(good, "Content-Length: 3", "Content-Length:", 1), Limits{}, Malformed, "no number", false},
		{"two lengths", strings.Replace(good, "Content-Length: 3", "Content-Length: 3\r\nContent-Length: 4", 1), Limits{}, Malformed, "both", false},
		{"length too small", strings.Replace(good, "Content-Length: 3", "Content-Length: 2", 1), Limits{}, Malformed, "not followed by a newline", false},
		{"long header", strings.Replace(good, "\r\n", "\r\nX: "+strings.Repeat("x", 1000)+"\r\n", 1), Limits{MaxHeader: 500}, TooLarge, "500", false},
		{"no type", strings.Replace(good, "WARC-Type", "WARC-Kind", 1), Limits{}, Malformed, "WARC-Type is missing", true},
		{"no id", strings.Replace(good, "WARC-Record-ID", "WARC-ID", 1), Limits{}, Malformed, "WARC-Record-ID is missing", true},
		{"bad date", strings.Replace(good, "2006-09-19T", "2006-19-19T", 1), Limits{}, Malformed, "WARC-Date", true},
		{"line without colon", strings.Replace(good, "WARC-Type", "nonsense\r\nWARC-Type", 1), Limits{}, Malformed, "no name and colon", true},
		{"digest", strings.Replace(good, "WARC-Type", "WARC-Block-Digest: sha1:AAAA\r\nWARC-Type", 1), Limits{VerifyDigests: true}, BadDigest, "sha1:AAAA", true},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			check := func(form string, file []byte, offset int64, on bool) {
				all, err := readAll(t, file, c.limits)
				var e *Error
				if !errors.As(err, &e) || e.Problem != c.want || e.Offset != offset || !strings.Contains(e.Reason, c.reason) {
					t.Errorf("%s: %v, want %s at byte %d with %q", form, err, c.want, offset, c.reason)
				}
				want := []got{{Resource, "https://e.com/a", 0, "one"}}
				if on {
					want = append(want, got{Resource, "https://e.com/z", 0, "last"})
				}
				all = append(all[:1:1], all[max(1, len(all)-len(want)+1):]...)
				if diff := cmp.Diff(want, all); diff != "" {
					t.Errorf("%s: %s", form, diff)
				}
			}
			if c.name != "length too small" { // its record is given before its end is seen
				check("plain", []byte(good+c.bad+last), at, c.on)
			}
			first := zip(t, good)
			check("gzip", bytes.Join([][]byte{first, zip(t, c.bad), zip(t, last)}, nil), int64(len(first)), true)
		})
	}
	for name, file := range map[string]string{"page": "<html>\n", "line": "hello", "zeros": "\x00\x00\x00\x00", "gzip": string(zip(t, "<html>\n"))} {
		if _, err := readAll(t, []byte(file), Limits{}); !errors.Is(err, NotWARC) {
			t.Errorf("%s: %v", name, err)
		}
	}
	damaged := zip(t, good)
	damaged[len(damaged)-6] ^= 1 // the checksum
	if all, err := readAll(t, append(damaged, zip(t, last)...), Limits{}); !errors.Is(err, Malformed) || len(all) != 1 {
		t.Errorf("checksum: %v %v", all, err)
	}
}

func TestReaderOtherErrors(t *testing.T) {
	t.Parallel()
	mine := errors.New("disk on fire")
	file := io.MultiReader(strings.NewReader(resource("https://e.com/a", strings.Repeat("x", 1000))), iotest.ErrReader(mine))
	r, err := NewReader(file, Limits{})
	if err != nil {
		t.Fatal(err)
	}
	first, err := r.Next()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := r.Next(); !errors.Is(err, mine) {
		t.Errorf("error of the file: %v", err)
	}
	if _, err := r.Next(); !errors.Is(err, io.EOF) {
		t.Errorf("after a final error: %v", err)
	}
	if _, err := first.Content.Read(make([]byte, 1)); err == nil {
		t.Error("an earlier record can still be read")
	}
	if _, err := NewReader(iotest.ErrReader(mine), Limits{}); !errors.Is(err, mine) {
		t.Errorf("NewReader: %v", err)
	}
}

// Not parallel: it measures what the process allocates.
func TestMemoryDoesNotGrowWithRecords(t *testing.T) {
	const size = 64 << 20
	head := strings.TrimSuffix(resource("https://e.com/big", ""), "\r\n\r\n")
	head = strings.Replace(head, "Content-Length: 0", fmt.Sprintf("Content-Length: %d", size), 1)
	file := io.MultiReader(strings.NewReader(head), io.LimitReader(endless{}, size),
		strings.NewReader("\r\n\r\n"+resource("https://e.com/a", "one")))
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	r, err := NewReader(file, Limits{MaxBody: 1 << 20})
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for rec, err := range r.All() {
		if n++; err != nil {
			t.Fatal(err)
		}
		if _, err := rec.Payload(); n == 1 && !errors.Is(err, TooLarge) {
			t.Errorf("body of %d bytes: %v", size, err)
		}
	}
	runtime.ReadMemStats(&after)
	// The body is read to its limit, in a buffer that grows by parts.
	if used := after.TotalAlloc - before.TotalAlloc; n != 2 || used > 16<<20 {
		t.Errorf("%d records, %d bytes allocated", n, used)
	}
}

type endless struct{}

func (endless) Read(p []byte) (int, error) { return len(p), nil }

func TestDigestForms(t *testing.T) {
	t.Parallel()
	// SHA-1 and SHA-256 of "one", from coreutils.
	for _, digest := range []string{
		Digest([]byte("one")),
		"sha1:fe05bcdcdc4928012781a5f1a2a77cbb5398e106",
		"SHA-1:FE05BCDCDC4928012781A5F1A2A77CBB5398E106",
		"sha256:7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed",
		"md5:whatever",
	} {
		file := strings.Replace(resource("https://e.com/", "one"), "WARC-Type", "WARC-Block-Digest: "+digest+"\r\nWARC-Type", 1)
		if _, err := readAll(t, []byte(file), Limits{VerifyDigests: true}); err != nil {
			t.Errorf("%s: %v", digest, err)
		}
	}
	// The digest of nothing, well known from archives.
	if d := Digest(nil); d != "sha1:3I42H3S6NNFQ2MSVX7XZKYAYSCX5QBYJ" {
		t.Errorf("digest of nothing: %s", d)
	}
}

func TestOriginal(t *testing.T) {
	t.Parallel()
	read := func(fields string) Original {
		r, err := NewReader(strings.NewReader(record("WARC-Type: revisit\r\n"+fields, "")), Limits{})
		if err != nil {
			t.Fatal(err)
		}
		rec, err := r.Next()
		if err != nil {
			t.Fatal(err)
		}
		if p, err := rec.Payload(); err != nil || p.Body != nil {
			t.Errorf("payload %+v: %v", p, err)
		}
		o, ok := rec.Original()
		if !ok {
			t.Error("no revisit")
		}
		return o
	}
	for fields, want := range map[string]Original{
		"WARC-Profile: http://netpreserve.org/warc/1.0/revisit/identical-payload-digest\r\nWARC-Payload-Digest: sha1:X\r\n": {Profile: IdenticalPayload, PayloadDigest: "sha1:X"},
		"WARC-Profile: <http://netpreserve.org/warc/1.1/revisit/server-not-modified>\r\nWARC-Refers-To: <urn:uuid:2>\r\nWARC-Refers-To-Target-URI: https://e.com/\r\nWARC-Refers-To-Date: 2020-01-01T00:00:00.5Z\r\n": {
			Profile: NotModified, ID: "urn:uuid:2", TargetURI: "https://e.com/", Date: time.Date(2020, 1, 1, 0, 0, 0, 5e8, time.UTC)},
		"WARC-Profile: http://example.com/revisit/server-not-modified\r\n": {},
		"WARC-Profile: http://netpreserve.org/warc/1.1/revisit/new\r\n":    {},
		"": {},
	} {
		if diff := cmp.Diff(want, read(fields)); diff != "" {
			t.Errorf("%s\n%s", fields, diff)
		}
	}
}

func FuzzReader(f *testing.F) {
	good := resource("https://e.com/a", "one") + record("WARC-Type: response\r\nContent-Type: application/http\r\n",
		"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Encoding: gzip\r\n\r\n3\r\nabc\r\n0\r\n\r\n")
	f.Add([]byte(good))
	f.Add([]byte(strings.ReplaceAll(good, "\r\n", "\n")))
	f.Add(append(zip(f, good), zip(f, good)...))
	f.Add([]byte("WARC/1.1\r\nContent-Length: 9223372036854775807\r\n\r\n"))
	f.Add([]byte(record("WARC-Type: revisit\r\nContent-Type: application/http\r\nWARC-Truncated: length\r\n", "HTTP/1.1 304")))
	// Broken within a deflate block, which has an error of its own.
	f.Add([]byte("\x1f\x8b\b\x00000000\xb4\x90QK\xc40\f\xc7\xdf\v\xfd\x0e\xfd\x02\xbd\xb6\xbbC\xbd \x82\xdc!x\n\xca&\b\xbe\xd5.nx\xbb\xb4+a*\x9f^\n\x93\x81>\xfb\x94\x90_\xf2\xe7G\x9e\xaf\xeb\x9dq+'B\xe9t00077771070MC07a\xa6C0C00070\xad770\x9d9070\xbc\xcc\vC780170\xe5\x800C008\xfdX18a70807007x!v\x91\x18\x89\xe7KB00=\x9f7\v\xb8G\xea\xb8\a\xb5\x96B28X\xca?0010000000000000000000000000000000000071000000000000000000707708aB008a\xbe90\x00@0"))
	f.Fuzz(func(t *testing.T, file []byte) {
		limits := Limits{MaxHeader: 4096, MaxBody: 4096, VerifyDigests: true}
		r, err := NewReader(bytes.NewReader(file), limits)
		if err != nil {
			t.Fatal(err)
		}
		last, n := int64(0), 0
		for rec, err := range r.All() {
			if n++; n > len(file)*1100 {
				t.Fatal("more records than the file can hold")
			}
			if err != nil {
				var e *Error
				if !errors.As(err, &e) {
					t.Fatalf("%v is no *Error", err)
				}
				continue
			}
			if rec.Offset < last || rec.Offset >= int64(len(file)) || rec.Type == "" || rec.ID == "" || rec.Date.IsZero() && rec.Header.Get("WARC-Date") == "" {
				t.Fatalf("record %+v", rec)
			}
			last = rec.Offset
			rec.Original()
			if p, err := rec.Payload(); len(p.Body) > 4096 || err != nil && p.Body != nil {
				t.Fatalf("body of %d bytes, %v", len(p.Body), err)
			}
		}
	})
}

func BenchmarkRead(b *testing.B) {
	page := strings.Repeat("<p>Some words of a page, 40 bytes each. ", 1000)
	one := record("WARC-Type: response\r\nContent-Type: application/http\r\n", "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n"+page)
	for name, file := range map[string][]byte{"plain": []byte(strings.Repeat(one, 100)), "gzip": bytes.Repeat(zip(b, one), 100)} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(100 * len(one)))
			b.ReportAllocs()
			for b.Loop() {
				r, err := NewReader(bytes.NewReader(file), Limits{})
				if err != nil {
					b.Fatal(err)
				}
				n := 0
				for rec, err := range r.All() {
					if err != nil {
						b.Fatal(err)
					}
					if _, err := rec.Payload(); err != nil {
						b.Fatal(err)
					}
					n++
				}
				if n != 100 {
					b.Fatal(n)
				}
			}
		})
	}
}
