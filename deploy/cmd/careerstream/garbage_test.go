package main

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"

	"careerstream/deploy/sample"
	"careerstream/ingest"
	"careerstream/schemas/fault"
)

const (
	// mostCPU is what one page may take to be read. The worst one here takes 17 s
	// of a busy core, most others below 1 s; a page that takes quadratic time in
	// its size would take minutes more.
	mostCPU = 30 * time.Second
	// mostMore is how much more memory than a clean run one with garbage may
	// take. Measured are 1.1 GiB more: two pages are read at once, and 2 MB of
	// blank lines take 900 MB.
	mostMore = 1500 << 20
)

// hostile is one file that nobody meant to be there, or a page that is hard to
// read.
type hostile struct {
	name string
	make func(t *testing.T, path string)
	// stage that names the file dead, and why; "" where it becomes a record.
	stage string
	kind  fault.Kind
	// career is the slug of the record where stage is "".
	career string
	// says is part of a warning about the page, or "".
	says string
	// whole is set where `parse` reads the page though no event can carry it.
	whole bool
	// names is what the reason has instead of the file's name.
	names string
}

const (
	atIngest    = "ingest"
	atNormalize = "normalize"
)

// content makes a file with these bytes.
func content(text string) func(*testing.T, string) {
	return func(t *testing.T, path string) {
		t.Helper()
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// repeated makes a file of n times unit between a head and a tail, in pieces.
func repeated(head, unit string, n int, tail string) func(*testing.T, string) {
	return counted(head, n, func(int) string { return unit }, tail)
}

func counted(head string, n int, unit func(i int) string, tail string) func(*testing.T, string) {
	return func(t *testing.T, path string) {
		t.Helper()
		f, err := os.Create(path)
		if err != nil {
			t.Fatal(err)
		}
		var piece bytes.Buffer
		piece.WriteString(head)
		for i := range n {
			piece.WriteString(unit(i))
			if piece.Len() > 1<<20 {
				if _, err := piece.WriteTo(f); err != nil {
					t.Fatal(err)
				}
			}
		}
		piece.WriteString(tail)
		if _, err := piece.WriteTo(f); err != nil {
			t.Fatal(err)
		}
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

// packed makes a gzip file of size times one byte, cut off after keep bytes (0
// keeps all).
func packed(size int64, keep int) func(*testing.T, string) {
	return func(t *testing.T, path string) {
		t.Helper()
		var b bytes.Buffer
		zw := gzip.NewWriter(&b)
		if _, err := io.CopyN(zw, spaces{}, size); err != nil {
			t.Fatal(err)
		}
		if err := zw.Close(); err != nil {
			t.Fatal(err)
		}
		if keep > 0 {
			b.Truncate(keep)
		}
		content(b.String())(t, path)
	}
}

type spaces struct{}

func (spaces) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = ' '
	}
	return len(p), nil
}

func linkTo(target string) func(*testing.T, string) {
	return func(t *testing.T, path string) {
		t.Helper()
		if err := os.Symlink(target, path); err != nil {
			t.Fatal(err)
		}
	}
}

// aPage is a small page about a career, and text with some letters outside ASCII.
func aPage(head, career, text string) string {
	return fmt.Sprintf(`<!DOCTYPE html><html><head>%s<title>What does a %[2]s do?</title></head><body><h1>What does a %[2]s do?</h1>
<h2>What is a %[2]s?</h2><p>A %[2]s keeps things going. %[3]s</p>
<h2>Duties and Responsibilities</h2><ul><li><b>Planning:</b> They plan the work.</li><li><b>Checking:</b> They check the work.</li></ul>
</body></html>`, head, career, text)
}

const accents = "Une journée à Évreux, très agréable, où l'élève reçoit la clé."

func encoded(t *testing.T, e interface{ Bytes([]byte) ([]byte, error) }, text string) string {
	t.Helper()
	b, err := e.Bytes([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// files are binary, empty, too large, or no files at all.
func hostileFiles() []hostile {
	elf, png := "\x7fELF\x02\x01\x01"+strings.Repeat("\x00\x01", 500), "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"+strings.Repeat("\x00\x07", 500)
	return []hostile{
		{name: "empty.html", make: content(""), stage: atIngest, kind: fault.EmptyPage},
		{name: "white.txt", make: content("\ufeff \t\r\n\u00a0\u200b\n"), stage: atIngest, kind: fault.EmptyPage},
		{name: "program.html", make: content(elf), stage: atIngest, kind: fault.BinaryPage},
		{name: "image.html", make: content(png), stage: atIngest, kind: fault.BinaryPage},
		{name: "document.html", make: content("%PDF-1.7\n1 0 obj << /Type /Catalog >> endobj\n"), stage: atIngest, kind: fault.BinaryPage},
		{name: "archive.txt", make: content("PK\x03\x04\x14\x00\x00\x00\x08\x00" + strings.Repeat("\x00\xff", 50)), stage: atIngest, kind: fault.BinaryPage},
		{name: "sparse.txt", make: func(t *testing.T, path string) {
			content("What does a welder do?")(t, path)
			if err := os.Truncate(path, 100<<20); err != nil {
				t.Fatal(err)
			}
		}, stage: atIngest, kind: fault.TooLarge},
		{name: "large.txt", make: repeated("", "A welder joins metal parts.\n\n", 100<<20/29, ""), stage: atIngest, kind: fault.TooLarge},
		{name: "brackets.html", make: repeated("", strings.Repeat("<", 1000), 200_000, ""), stage: atIngest, kind: fault.TooLarge},
		{name: "cut.html.gz", make: packed(1<<20, 500), stage: atIngest, kind: fault.BadCompression},
		{name: "bomb.html.gz", make: packed(400<<20, 0), stage: atIngest, kind: fault.TooLarge},
		{name: "noted.html", make: func(t *testing.T, path string) {
			content(aPage("", "Noted Keeper", ""))(t, path)
			content(`{"url": "https://x.example/`)(t, path+".meta.json")
		}, stage: atIngest, kind: fault.BadSidecar},
		{name: "dangling.html", make: linkTo("nowhere.html"), stage: atIngest, kind: fault.UnreadableFile},
		{name: "loop.html", make: linkTo("loop.html"), stage: atIngest, kind: fault.UnreadableFile},
		{name: "pipe.html", make: func(t *testing.T, path string) {
			if err := syscall.Mkfifo(path, 0o600); err != nil {
				t.Fatal(err)
			}
		}, stage: atIngest, kind: fault.UnsupportedSource},
		{name: "locked.html", make: func(t *testing.T, path string) {
			content(aPage("", "Locked Keeper", ""))(t, path)
			if err := os.Chmod(path, 0); err != nil {
				t.Fatal(err)
			}
		}, stage: atIngest, kind: fault.UnreadableFile},
		{name: "folder.html", make: func(t *testing.T, path string) {
			if err := os.Mkdir(path, 0o700); err != nil {
				t.Fatal(err)
			}
			content(aPage("", "Inner Keeper", ""))(t, filepath.Join(path, "inner.html"))
			linkTo("..")(t, filepath.Join(path, "up"))
		}, career: "inner-keeper"},
		{name: strings.Repeat("n", 250) + ".html", make: content(aPage("", "Named Keeper", "")), career: "named-keeper"},
		{name: "two\nlines \xff\xfe.html", make: content(aPage("", "Lined Keeper", "")), career: "lined-keeper"},
	}
}

// hostileText is in a charset other than the page says.
func hostileText(t *testing.T) []hostile {
	western := encoded(t, charmap.Windows1252.NewEncoder(), aPage(`<meta charset="utf-8">`, "Western Keeper", accents))
	shift := encoded(t, japanese.ShiftJIS.NewEncoder(), "<p>"+strings.Repeat("溶接工は金属を接合する仕事です。", 50)+"</p>")
	unknown := encoded(t, japanese.ShiftJIS.NewEncoder(), `<meta charset="x-none">`+strings.Repeat("溶接工は金属を接合する仕事です。", 50))
	return []hostile{
		{name: "western.html", make: content(western), career: "western-keeper", says: `charset "utf-8" is declared`},
		{name: "unicode.html", make: content(aPage(`<meta charset="windows-1252">`, "Unicode Keeper", accents)), career: "unicode-keeper", says: "the bytes are UTF-8"},
		{name: "unnamed.html", make: content(aPage(`<meta charset="x-none">`, "Unnamed Keeper", accents)), career: "unnamed-keeper", says: "unknown"},
		{name: "shift.html", make: content(shift), stage: atIngest, kind: fault.BadCharset},
		{name: "unknown.html", make: content(unknown), stage: atIngest, kind: fault.BadCharset},
	}
}

// hostileMarkup is text that is hard to parse or holds no career.
func hostileMarkup() []hostile {
	const lorem = "Lorem ipsum dolor sit amet, consectetur adipiscing elit, sed do eiusmod tempor.\n\n"
	head := `<!DOCTYPE html><html><body>`
	page := func(career string) string { return aPage("", career, "") }
	return []hostile{
		{name: "divs.html", make: repeated(head, "<div>", 1_000_000, "x"), stage: atNormalize, kind: fault.TooDeep},
		{name: "bolds.html", make: repeated(head, "<b>", 1_000_000, "x"), stage: atNormalize, kind: fault.TooDeep},
		{name: "cells.html", make: repeated(head, "<table><tr><td>", 650_000, "x"), stage: atNormalize, kind: fault.TooDeep},
		{name: "tables.html", make: repeated(head, "<table>", 1_000_000, ""), stage: atNormalize, kind: fault.EmptyPage},
		{name: "few-brackets.html", make: repeated(head, strings.Repeat("<", 1000), 9_000, ""), stage: atNormalize, kind: fault.NotACareerPage},
		{name: "recipe.html", make: content(head + `<h1>Onion soup</h1><p>Cut the onions.</p><p>Boil the water.</p>`), stage: atNormalize, kind: fault.NotACareerPage},
		{name: "lorem.txt", make: repeated("", lorem, 10_000_000/len(lorem), ""), stage: atNormalize, kind: fault.NotACareerPage},
		{name: "headings.html", make: counted(head, 100_000, func(i int) string { return fmt.Sprintf("<h2>Heading %d</h2><p>Text.</p>\n", i) }, ""), stage: atNormalize, kind: fault.NotACareerPage},
		{name: "attribute.html", make: repeated(page("Attribute Keeper")+`<p class="`, "a ", 500_000, `" title="`+strings.Repeat("x", 1<<20)+`">More.</p>`), career: "attribute-keeper"},
		{name: "line.txt", make: repeated("What does a line keeper do?\n\nWhat is a Line Keeper?\n\n", "A line keeper keeps lines. ", 9_000_000/27, "\n\nDuties and Responsibilities\n\n  • Planning: They plan lines.\n  • Checking: They check lines.\n"), stage: atNormalize, kind: fault.EventTooLarge, whole: true, names: "line-keeper"},
		{name: "list.html", make: counted(head+"<h1>What does an item keeper do?</h1><h2>Duties and Responsibilities</h2><ul>", 200_000, func(i int) string { return fmt.Sprintf("<li><b>Item %d:</b> They keep it.</li>\n", i) }, "</ul>"), career: "item-keeper"},
		{name: "breaks.html", make: repeated(head+"<h1>What does a break keeper do?</h1><h2>What is a Break Keeper?</h2><p>", "they keep it<br>", 60_000, "</p>"), career: "break-keeper"},
		{name: "void.txt", make: repeated("What is a Blank Keeper?\n\nA blank keeper keeps blanks.\n\n", "\n", 2_000_000, "Duties and Responsibilities\n\n  • Planning: They plan blanks.\n  • Checking: They check blanks.\n"), career: "blank-keeper"},
	}
}

// withGarbage fills a folder with good pages and garbage between them. It
// returns the garbage and the slugs of the careers of all pages that are good.
func withGarbage(t *testing.T, folder string) ([]hostile, []string) {
	t.Helper()
	all := slices.Concat(hostileFiles(), hostileText(t), hostileMarkup())
	var used []hostile
	var slugs []string
	for i, h := range all {
		if h.name == "locked.html" && os.Getuid() == 0 {
			t.Log("no file without read permission: this user may read everything")
			continue
		}
		h.make(t, filepath.Join(folder, h.name))
		used = append(used, h)
		if h.career != "" {
			slugs = append(slugs, h.career)
		}
		// Names of generated files sort between the others.
		for _, file := range sample.Generate(i, len(all), 1) {
			content(string(file.Body))(t, filepath.Join(folder, string(rune('a'+i%26))+file.Name))
		}
		slugs = append(slugs, strings.ReplaceAll(strings.ToLower(sample.GeneratedName(i)), " ", "-"))
	}
	slices.Sort(slugs)
	return used, slugs
}

// TestGarbage reads pages that are broken in every way we know of, between good
// ones: each is named dead with its reason, and nothing else suffers.
func TestGarbage(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	garbage, slugs := withGarbage(t, folder)
	t.Run("parse", func(t *testing.T) { parseGarbage(t, folder, garbage) })
	t.Run("ingest", func(t *testing.T) { ingestGarbage(t, folder, garbage, slugs) })
}

func ingestGarbage(t *testing.T, folder string, garbage []hostile, slugs []string) {
	data, clean := t.TempDir(), t.TempDir()
	for i := range len(garbage) {
		if err := sample.Write(clean, sample.Generate(i, len(garbage), 1)); err != nil {
			t.Fatal(err)
		}
	}
	base := measure(t, exitOK, "ingest", "--data", t.TempDir(), "--json", clean)
	run := measure(t, exitIncomplete, "ingest", "--data", data, "--json", folder)
	t.Logf("peak memory: %d MiB with garbage, %d MiB without", run.peak>>20, base.peak>>20)
	if run.peak > base.peak+mostMore {
		t.Errorf("peak memory is %d MiB, without garbage %d MiB", run.peak>>20, base.peak>>20)
	}

	out := decodeOutput[result](t, run.stdout)
	if !out.Statement.Complete {
		t.Errorf("statement is not complete: %s", out.Statement.Why)
	}
	letters := decodeOutput[[]letterRow](t, mustRun(t, "dead", "list", "--data", data, "--json"))
	dead := 0
	for _, h := range garbage {
		switch {
		case h.stage == "":
			if h.says != "" && !slices.ContainsFunc(out.Statement.Warnings, func(w ingest.Warning) bool {
				return strings.Contains(w.Origin, h.name) && strings.Contains(w.Text, h.says)
			}) {
				t.Errorf("%q: no warning says %q", h.name, h.says)
			}
			continue
		case h.stage == atIngest && !slices.ContainsFunc(out.Statement.Failures, func(f ingest.Failure) bool {
			return f.Kind == h.kind && strings.Contains(f.Origin, h.name) && strings.Contains(f.Reason, h.name)
		}):
			t.Errorf("%q: no %s in the statement", h.name, h.kind)
		}
		dead++
		at := slices.IndexFunc(letters, func(l letterRow) bool { return names(l.Reason, h) })
		if at < 0 {
			t.Errorf("%q: no dead letter names it", h.name)
		} else if l := letters[at]; l.Stage != h.stage || l.Kind != h.kind {
			t.Errorf("%q: dead of %s in %s, want %s in %s: %s", h.name, l.Kind, l.Stage, h.kind, h.stage, l.Reason)
		}
	}
	if len(letters) != dead {
		t.Errorf("%d dead letters, want %d", len(letters), dead)
		for _, l := range letters {
			t.Logf("%s %s: %.200s", l.Stage, l.Kind, l.Reason)
		}
	}
	var stored []string
	for _, row := range queryRows(t, data, "SELECT slug FROM careers FINAL ORDER BY slug") {
		stored = append(stored, row["slug"].(string))
	}
	if missing := without(slugs, stored); len(missing) > 0 {
		t.Errorf("not stored: %v", missing)
	}
	if extra := without(stored, slugs); len(extra) > 0 {
		t.Errorf("stored, but nobody's: %v", extra)
	}
	rows := queryRows(t, data, "SELECT count() AS n FROM dead_letters WHERE state = 'open'")
	if n := fmt.Sprint(rows[0]["n"]); n != fmt.Sprint(dead) {
		t.Errorf("dead_letters has %s rows, want %d", n, dead)
	}
	for _, row := range queryRows(t, data, "SELECT slug, record FROM careers FINAL WHERE slug IN ('western-keeper', 'unicode-keeper', 'unnamed-keeper')") {
		if !strings.Contains(row["record"].(string), accents) {
			t.Errorf("%s: text is mangled: %.300s", row["slug"], row["record"])
		}
	}
	mustRun(t, "reconcile", "--data", data)
}

// names tells whether a reason has the file's name, as such or within a URL.
func names(reason string, h hostile) bool {
	if h.names != "" {
		return strings.Contains(reason, h.names)
	}
	return strings.Contains(reason, "/"+h.name) || strings.Contains(reason, "/"+url.PathEscape(h.name))
}

func without(list, other []string) []string {
	return slices.DeleteFunc(slices.Clone(list), func(s string) bool { return slices.Contains(other, s) })
}

func parseGarbage(t *testing.T, folder string, garbage []hostile) {
	for _, h := range garbage {
		t.Run(strings.ToValidUTF8(h.name[:min(len(h.name), 20)], "?"), func(t *testing.T) {
			path := filepath.Join(folder, h.name)
			want := exitIncomplete
			if h.stage == "" || h.whole {
				want = exitOK
			}
			if info, err := os.Stat(path); err == nil && info.IsDir() {
				// Its link leads to all the others.
				path = filepath.Join(path, "inner.html")
			}
			run := measure(t, want, "parse", "--json", path)
			t.Logf("%.2f s, %d MiB", run.cpu.Seconds(), run.peak>>20)
			if run.cpu > mostCPU {
				t.Errorf("reading took %s of CPU", run.cpu)
			}
			if want == exitOK {
				if !json.Valid([]byte(run.stdout)) {
					t.Errorf("prints no JSON: %.200s", run.stdout)
				}
				return
			}
			if !strings.Contains(run.stderr, string(h.kind)) || !strings.Contains(run.stderr, h.name) {
				t.Errorf("%.500s\ndoes not name %s and the file", run.stderr, h.kind)
			}
		})
	}
}
