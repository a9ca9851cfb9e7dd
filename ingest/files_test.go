package ingest

import (
	"bytes"
	"compress/gzip"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"careerstream/schemas/fault"
	"careerstream/schemas/page"
)

func write(t *testing.T, path string, data string) string {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(data), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

func packed(t *testing.T, data string) string {
	t.Helper()
	var buf bytes.Buffer
	zw := gzip.NewWriter(&buf)
	if _, err := zw.Write([]byte(data)); err != nil {
		t.Fatal(err)
	}
	if err := zw.Close(); err != nil {
		t.Fatal(err)
	}
	return buf.String()
}

// walked lists the entries as origin, or origin and fault kind, relative to dir.
func walked(t *testing.T, dir string, sources ...string) []string {
	t.Helper()
	got := []string{}
	for e := range (Files{Sources: sources, Stdin: strings.NewReader("x")}).Entries(t.Context()) {
		line := strings.ReplaceAll(e.Origin, dir+"/", "")
		if e.Err != nil {
			line += " " + string(fault.KindOf(e.Err))
		}
		if (e.Err == nil) == (e.Take == nil) {
			t.Errorf("%s has both or neither of a page and a fault", e.Origin)
		}
		got = append(got, line)
	}
	return got
}

func TestWalk(t *testing.T) {
	t.Parallel()
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"b.html", "a.txt", ".hidden", ".git/config", "a.txt.meta.json", "sub/z.html.gz", "sub/c", "page.html/index.html", "[odd].html"} {
		write(t, filepath.Join(dir, name), "text")
	}
	for link, target := range map[string]string{"sub/loop": "..", "sub/self": "self", "sub/gone": "nowhere", "link.html": "b.html"} {
		if err := os.Symlink(target, filepath.Join(dir, link)); err != nil {
			t.Fatal(err)
		}
	}
	if err := syscall.Mkfifo(filepath.Join(dir, "sub/pipe"), 0o644); err != nil {
		t.Fatal(err)
	}
	at := func(names ...string) []string {
		for i, name := range names {
			names[i] = filepath.Join(dir, name)
		}
		return names
	}
	tests := []struct {
		name    string
		sources []string
		want    []string
	}{
		{"a folder", []string{dir}, []string{
			"[odd].html", "a.txt", "b.html", "page.html/index.html",
			"sub/c", "sub/gone unreadable-file", "sub/pipe unsupported-source", "sub/self unreadable-file", "sub/z.html.gz"}},
		{"a folder twice", at("page.html", "page.html"), []string{"page.html/index.html"}},
		{"a link and its file", at("link.html", "b.html"), []string{"link.html"}},
		{"order of sources", at("b.html", "a.txt"), []string{"b.html", "a.txt"}},
		{"a missing path among others", at("b.html", "no.html", "a.txt"), []string{"b.html", "no.html unreadable-file", "a.txt"}},
		{"a glob", at("*.html"), []string{"[odd].html", "b.html", "page.html/index.html"}},
		{"a glob for everything", at("*"), []string{
			"[odd].html", "a.txt", "b.html", "page.html/index.html",
			"sub/c", "sub/gone unreadable-file", "sub/pipe unsupported-source", "sub/self unreadable-file", "sub/z.html.gz"}},
		{"a glob for hidden files", at(".h*"), []string{".hidden"}},
		{"a name like a glob", at("[odd].html"), []string{"[odd].html"}},
		{"a glob without matches", at("*.pdf"), []string{"*.pdf unreadable-file"}},
		{"a bad glob", at("[.html"), []string{"[.html unsupported-source"}},
		{"a pipe", at("sub/pipe"), []string{"sub/pipe unsupported-source"}},
		{"a device", []string{"/dev/null"}, []string{"/dev/null unsupported-source"}},
		{"a sidecar", at("a.txt.meta.json"), []string{"a.txt.meta.json unsupported-source"}},
		{"a hidden file by name", at(".hidden"), []string{".hidden"}},
		{"standard input twice", []string{"-", "-"}, []string{"-", "- unsupported-source"}},
		{"nothing", []string{""}, []string{" unsupported-source"}},
		{"a URL", []string{"https://example.com/a"}, []string{"https://example.com/a unsupported-source"}},
		{"a very long name", at(strings.Repeat("n", 300)), []string{strings.Repeat("n", 300) + " unreadable-file"}},
	}
	for _, test := range tests {
		if diff := cmp.Diff(test.want, walked(t, dir, test.sources...)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", test.name, diff)
		}
	}
}

// Every way in which a file can be bad, each with a good neighbour on both sides.
func TestFaults(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	before := write(t, filepath.Join(dir, "1.txt"), "A page before.")
	after := write(t, filepath.Join(dir, "3.txt"), "A page after.")
	page := "<html><body><p>A page.</p></body></html>"
	const limit = 64 << 10
	tests := []struct {
		name, file, data string
		want             fault.Kind
	}{
		{"empty", "e.html", "", fault.EmptyPage},
		{"white space", "w.html", " \t\r\n\u00a0\u200b\ufeff", fault.EmptyPage},
		{"only a byte order mark", "m.html", "\ufeff", fault.EmptyPage},
		{"white space in UTF-16", "w16.html", "\xff\xfe \x00\n\x00", fault.EmptyPage},
		{"a PNG image", "i.html", "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", fault.BinaryPage},
		{"a JPEG image", "j.html", "\xff\xd8\xff\xe0 JFIF", fault.BinaryPage},
		{"a PDF", "p.txt", "%PDF-1.7\n1 0 obj\n", fault.BinaryPage},
		{"a ZIP", "z.html", "PK\x03\x04\x14\x00\x06\x00\x08\x00", fault.BinaryPage},
		{"an ELF program", "elf", "\x7fELF\x02\x01\x01\x00", fault.BinaryPage},
		{"RTF", "r.txt", `{\rtf1\ansi A page.}`, fault.BinaryPage},
		{"a NUL in text", "n.txt", "some text \x00 and more", fault.BinaryPage},
		{"UTF-16 without a mark", "u16.txt", "A\x00 \x00p\x00a\x00g\x00e\x00", fault.BinaryPage},
		{"control characters", "c.txt", strings.Repeat("\x01\x02ab", 50), fault.BinaryPage},
		{"gzip in gzip", "g.html.gz", packed(t, packed(t, page)), fault.BinaryPage},
		{"truncated gzip", "t.html.gz", packed(t, page)[:30], fault.BadCompression},
		{"gzip without its check sum", "s.html.gz", strings.TrimSuffix(packed(t, page), packed(t, page)[len(packed(t, page))-6:]), fault.BadCompression},
		{"gzip with a wrong byte", "x.html.gz", strings.Replace(packed(t, strings.Repeat(page, 9)), "html", "hxml", 1)[:40] + "!!!!!!!!", fault.BadCompression},
		{"gzip of nothing", "0.html.gz", "", fault.BadCompression},
		{"a gzip bomb", "b.html.gz", packed(t, strings.Repeat("bomb", limit)), fault.TooLarge},
		{"over the limit", "l.txt", strings.Repeat("l", limit+1), fault.TooLarge},
		{"Shift_JIS without a label", "sj.txt", "\x90\x45\x8b\xc6\x82\xcc\x90\xe0\x96\xbe\x81\x42", fault.BadCharset},
		{"Cyrillic without a label", "cy.txt", "\xcf\xf0\xe8\xe2\xe5\xf2, \xec\xe8\xf0", fault.BadCharset},
		{"an unknown charset", "k.html", "<meta charset=klingon><p>caf\xe9", fault.BadCharset},
		{"a charset that does not fit", "e.html", "<meta charset=euc-jp><p>caf\xe9 \xff\xff\xff", fault.BadCharset},
		{"a charset that browsers refuse", "h.html", "<meta charset=hz-gb-2312><p>~{<:Ky~}", fault.BadCharset},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			b := newBroker()
			bad := write(t, filepath.Join(t.TempDir(), test.file), test.data)
			in := ingester(t, b, func(c *Config, _ *Deps) { c.MaxPageBytes = limit })
			s := run1(t, in, before, bad, after)
			if !s.Complete || s.Discovered != 3 || s.Taken != 2 || s.Failed[test.want] != 1 {
				t.Errorf("statement: %+v, want one %s", s, test.want)
			}
			letter := b.letters["ingest "+bad]
			if letter.Kind != string(test.want) || !strings.Contains(letter.Reason, bad) || letter.State != "open" || !letter.FailedAt.Equal(noon) {
				t.Errorf("dead letter: %+v", letter)
			}
		})
	}
}

func TestSparseFile(t *testing.T) {
	t.Parallel()
	path := write(t, filepath.Join(t.TempDir(), "big.html"), "<html>")
	if err := os.Truncate(path, 100<<20); err != nil {
		t.Fatal(err)
	}
	if s := run1(t, ingester(t, newBroker()), path); s.Failed[fault.TooLarge] != 1 || !s.Complete {
		t.Errorf("a file of 100 MiB: %+v", s)
	}
}

// endless is an input that never ends and counts what is read of it.
type endless struct{ read int }

func (e *endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = 'a'
	}
	e.read += len(p)
	return len(p), nil
}

func TestEndlessInputIsCutOff(t *testing.T) {
	t.Parallel()
	input := &endless{}
	_, err := readLimited(input, 0, 1000)
	if fault.KindOf(err) != fault.TooLarge || input.read > 1001 {
		t.Errorf("readLimited = %v after %d bytes, want %s after 1001", err, input.read, fault.TooLarge)
	}
	if data, err := readLimited(strings.NewReader(strings.Repeat("a", 1000)), 0, 1000); err != nil || len(data) != 1000 {
		t.Errorf("a page of exactly the limit: %d bytes, %v", len(data), err)
	}
}

func TestPipeThatReplacesAFile(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(path, 0o644); err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() {
		_, _, err := openRegular(path)
		done <- err
	}()
	select {
	case err := <-done:
		if fault.KindOf(err) != fault.UnsupportedSource {
			t.Errorf("openRegular of a pipe = %v, want %s", err, fault.UnsupportedSource)
		}
	case <-time.After(10 * time.Second):
		t.Fatal("openRegular waits for a pipe's writer")
	}
}

func TestUnreadableFile(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	secret := write(t, filepath.Join(dir, "secret.html"), "<p>text")
	closed := filepath.Dir(write(t, filepath.Join(dir, "closed/page.html"), "<p>text"))
	gone := write(t, filepath.Join(dir, "gone.html"), "<p>text")
	for _, path := range []string{secret, closed} {
		if err := os.Chmod(path, 0); err != nil {
			t.Fatal(err)
		}
	}
	t.Cleanup(func() { _ = os.Chmod(closed, 0o755) })
	want := 1
	if _, err := os.ReadFile(secret); err != nil {
		want = 3 // root reads everything, so for root only the file that goes counts
	}
	var kinds []fault.Kind
	for e := range (Files{Sources: []string{dir}}).Entries(t.Context()) {
		if e.Origin == gone {
			if err := os.Remove(gone); err != nil {
				t.Fatal(err)
			}
		}
		err := e.Err
		if err == nil {
			_, err = e.Take(t.Context())
		}
		if err != nil {
			kinds = append(kinds, fault.KindOf(err))
		}
	}
	if len(kinds) != want {
		t.Errorf("faults: %v, want %d", kinds, want)
	}
	for _, kind := range kinds {
		if kind != fault.UnreadableFile {
			t.Errorf("fault is %s, want %s", kind, fault.UnreadableFile)
		}
	}
}

func TestSidecar(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, meta string
		want       fault.Kind
	}{
		{"all fields and more", `{"url":"https://Example.com:443/a#b","fetched_at":"2024-01-02T03:04:05+02:00","charset":"iso-8859-1","etag":"\"e\"","last_modified":"Tue, 02 Jan 2024 00:00:00 GMT","status":200}`, ""},
		{"empty object", `{}`, ""},
		{"no object", `[]`, fault.BadSidecar},
		{"null", `null`, fault.BadSidecar},
		{"broken", `{"url":`, fault.BadSidecar},
		{"empty", ``, fault.BadSidecar},
		{"two values", `{} {}`, fault.BadSidecar},
		{"no time", `{"fetched_at":"yesterday"}`, fault.BadSidecar},
		{"a number for a URL", `{"url":7}`, fault.BadSidecar},
		{"a relative URL", `{"url":"/careers/nurse"}`, fault.BadSidecar},
		{"a URL of another kind", `{"url":"ftp://example.com/a"}`, fault.BadSidecar},
		{"a URL without host", `{"url":"https:///a"}`, fault.BadSidecar},
		{"too large", `{"url":"https://example.com/` + strings.Repeat("a", maxSidecar) + `"}`, fault.BadSidecar},
	}
	for _, test := range tests {
		path := write(t, filepath.Join(t.TempDir(), "a.html"), "<p>caf\xe9")
		write(t, path+".meta.json", test.meta)
		for e := range (Files{Sources: []string{path}}).Entries(t.Context()) {
			c, err := e.Take(t.Context())
			if test.want != "" {
				if fault.KindOf(err) != test.want || !strings.Contains(err.Error(), "meta.json") {
					t.Errorf("%s: %v, want %s that names the sidecar", test.name, err, test.want)
				}
				continue
			}
			p, snapErr := Snap(e.Origin, c)
			if err != nil || snapErr != nil {
				t.Errorf("%s: %v, %v", test.name, err, snapErr)
				continue
			}
			if strings.Contains(test.meta, "Example") {
				s := p.Snapshot
				at := time.Date(2024, 1, 2, 1, 4, 5, 0, time.UTC)
				if s.URL != "https://example.com/a" || s.Site != "example.com" || !s.FetchedAt.Equal(at) || s.FetchedAt.Location() != time.UTC ||
					s.Charset != "windows-1252" || s.ETag != `"e"` || s.LastModified == "" {
					t.Errorf("%s: snapshot %+v", test.name, s)
				}
			}
		}
	}
}

// TestSidecarsOfAShell: pages/* without quotes names the sidecars too.
func TestSidecarsOfAShell(t *testing.T) {
	t.Parallel()
	path := write(t, filepath.Join(t.TempDir(), "a.html"), "<p>text")
	sidecar := write(t, path+".meta.json", `{}`)
	for _, tt := range []struct {
		sources       []string
		pages, faults int
	}{{[]string{path, sidecar}, 1, 0}, {[]string{sidecar, path}, 1, 0}, {[]string{sidecar}, 0, 1}} {
		pages, faults := 0, 0
		for e := range (Files{Sources: tt.sources}).Entries(t.Context()) {
			if e.Err != nil {
				faults++
			} else {
				pages++
			}
		}
		if pages != tt.pages || faults != tt.faults {
			t.Errorf("%v: %d pages, %d faults; want %d and %d", tt.sources, pages, faults, tt.pages, tt.faults)
		}
	}
}

func TestSidecarThatIsAPipe(t *testing.T) {
	t.Parallel()
	path := write(t, filepath.Join(t.TempDir(), "a.html"), "<p>text")
	if err := syscall.Mkfifo(path+".meta.json", 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := readSidecar(path); fault.KindOf(err) != fault.BadSidecar {
		t.Errorf("readSidecar = %v, want %s", err, fault.BadSidecar)
	}
}

func TestStandardInput(t *testing.T) {
	t.Parallel()
	for _, body := range []string{"A page.", packed(t, "A page.")} {
		b := newBroker()
		in := ingester(t, b, func(_ *Config, d *Deps) { d.Stdin = strings.NewReader(body) })
		s := run1(t, in, "-")
		got := b.snapshots(t)
		if s.Taken != 1 || len(got) != 1 || got[0].Origin != "-" || got[0].Size != 7 || !got[0].FetchedAt.Equal(noon) ||
			got[0].Site != page.LocalSite || !strings.HasPrefix(got[0].URL, "file:///dev/stdin/") {
			t.Errorf("standard input: %+v, %+v", s, got)
		}
	}
	if s := run1(t, ingester(t, newBroker()), "-"); s.Failed[fault.UnsupportedSource] != 1 {
		t.Errorf("no standard input: %+v", s)
	}
	failing := ingester(t, newBroker(), func(_ *Config, d *Deps) { d.Stdin = io.MultiReader(strings.NewReader("x"), badReader{}) })
	if s := run1(t, failing, "-"); s.Failed[fault.UnreadableFile] != 1 {
		t.Errorf("failing standard input: %+v", s)
	}
}

type badReader struct{}

func (badReader) Read([]byte) (int, error) { return 0, io.ErrNoProgress }
