package normalize

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"careerstream/normalize/profile"
	"careerstream/schemas/fault"
	"careerstream/schemas/page"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// TestGolden reads pages to the last byte of their records.
func TestGolden(t *testing.T) {
	t.Parallel()
	p := mustNew(t)
	for _, name := range []string{"accordion.html", "jsonld.html", "markdown.txt", "nineties.html", "nested-types.html"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			in := load(t, filepath.Join("testdata/shapes", name))
			in.URL, in.FetchedAt = "https://example.org/"+name, time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
			rec, err := p.Parse(in)
			if err != nil {
				t.Fatal(err)
			}
			got, err := json.MarshalIndent(rec, "", "  ")
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, '\n')
			golden := filepath.Join("testdata/golden", name+".json")
			if *update {
				if err := os.MkdirAll(filepath.Dir(golden), 0o755); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(golden, got, 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatalf("%v; make it with -update", err)
			}
			if diff := cmp.Diff(string(want), string(got)); diff != "" {
				t.Errorf("record (-want +got), accept it with -update:\n%s", diff)
			}
		})
	}
}

func TestFaults(t *testing.T) {
	t.Parallel()
	p := mustNew(t)
	const prose = "<h1>Chef</h1><h2>Duties</h2><ul><li>Cook</ul>"
	for name, tc := range map[string]struct {
		in   Input
		kind fault.Kind
		says string
	}{
		"no bytes":          {Input{}, fault.EmptyPage, "no bytes"},
		"white space":       {Input{Body: []byte(" \n\t ")}, fault.EmptyPage, "white space"},
		"only scripts":      {Input{Body: []byte("<html><script>var a = 'Chef'</script></html>")}, fault.EmptyPage, "no text"},
		"a million tags":    {Input{Body: bytes.Repeat([]byte("<div>"), 1_000_000)}, fault.TooDeep, "512"},
		"unknown charset":   {Input{Body: []byte(prose), Charset: "klingon"}, fault.BadCharset, `"klingon"`},
		"binary as text":    {Input{Body: bytes.Repeat([]byte{0xFF, 0x00, 0xFE, 'a'}, 200), Charset: "utf-8"}, fault.BadCharset, "cannot be decoded as utf-8"},
		"another encoding":  {Input{Body: []byte(strings.Repeat("\xe4\xf6\xfc", 100) + prose), Charset: "utf-8"}, fault.BadCharset, "cannot be decoded"},
		"a recipe":          {Input{Body: []byte("<h1>Onion soup</h1><h2>Ingredients</h2><ul><li>Six onions<li>Butter</ul>")}, fault.NotACareerPage, "looked for sections"},
		"nothing but prose": {Input{Body: []byte("It rained. Then it stopped raining, and everybody went home again."), MediaType: page.Text}, fault.NotACareerPage, "looked for"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := p.Parse(tc.in)
			if err == nil || fault.KindOf(err) != tc.kind || !strings.Contains(err.Error(), tc.says) {
				t.Errorf("got %v, want %s with %q", err, tc.kind, tc.says)
			}
		})
	}
}

// TestDeepPageIsQuick holds that hostile nesting costs neither time nor stack.
func TestDeepPageIsQuick(t *testing.T) {
	t.Parallel()
	p := mustNew(t)
	for _, tag := range []string{"<div>", "<ul><li>", "<b>", "<table><tr><td>", "<dl><dt>", "<p><font>", "</div><h2>"} {
		start := time.Now()
		body := append([]byte("<h1>Chef</h1>"), bytes.Repeat([]byte(tag), 1_000_000/len(tag))...)
		if _, err := p.Parse(Input{Body: body, MediaType: page.HTML}); err == nil {
			t.Errorf("%s: no fault", tag)
		}
		if took := time.Since(start); took > 30*time.Second {
			t.Errorf("%s took %s", tag, took)
		}
	}
}

func TestCharsets(t *testing.T) {
	t.Parallel()
	p := mustNew(t)
	const content = "<h1>Caf\u00e9 Manager</h1><h2>Duties</h2><ul><li>Greet all guests\u2014always</ul>"
	latin := []byte(strings.NewReplacer("\u00e9", "\xe9", "\u2014", "\x97").Replace(content))
	utf16 := []byte{0xFF, 0xFE}
	for _, r := range content {
		utf16 = append(utf16, byte(r), byte(r>>8))
	}
	for name, in := range map[string]Input{
		"utf-8":               {Body: []byte(content)},
		"utf-8 mark":          {Body: []byte("\ufeff" + content), Charset: "windows-1252"},
		"windows-1252 stated": {Body: latin, Charset: "iso-8859-1"},
		"windows-1252 found":  {Body: latin},
		"in a meta element":   {Body: append([]byte("<meta charset=windows-1252>"), latin...)},
		"utf-16 mark":         {Body: utf16},
		"utf-16 without mark": {Body: utf16[2:]},
		"decomposed":          {Body: []byte(strings.ReplaceAll(content, "\u00e9", "e\u0301"))},
	} {
		in.MediaType = page.HTML
		rec, err := p.Parse(in)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if rec.Name != "Caf\u00e9 Manager" || rec.Slug != "cafe-manager" || len(rec.Duties) != 1 || rec.Duties[0].Text != "Greet all guests\u2014always" {
			t.Errorf("%s: %q %q %+v", name, rec.Name, rec.Slug, rec.Duties)
		}
	}
}

// TestTemplate holds that the fingerprint changes with the structure and with
// nothing else.
func TestTemplate(t *testing.T) {
	t.Parallel()
	p := mustNew(t)
	template := func(s sample, change func(string) string) string {
		body := semantic().page(s)
		if change != nil {
			body = change(body)
		}
		rec, err := p.Parse(Input{Body: []byte(body), MediaType: page.HTML})
		if err != nil {
			t.Fatal(err)
		}
		return rec.Source.Template
	}
	base := template(beekeeper(), nil)
	more := beekeeper()
	more.duties = append(more.duties, [2]string{"Selling", "Stand at the market in every weather."})
	more.workplace = more.workplace[:1]
	more.name, more.plural = "Shepherd", "Shepherds"
	if got := template(more, nil); got != base {
		t.Errorf("other text and other counts: %s, want %s", got, base)
	}
	if got := template(beekeeper(), func(s string) string { return strings.ReplaceAll(s, "<p>", `<p><div class="x">`) }); got == base {
		t.Error("other structure gives the same template")
	}
	if got := template(beekeeper(), func(s string) string { return strings.ReplaceAll(s, "<body>", `<body><div class="profile">`) }); got == base {
		t.Error("another class of the frame gives the same template")
	}
	if got := template(beekeeper(), func(s string) string { return strings.ReplaceAll(s, "<ul>", `<ul class="list">`) }); got != base {
		t.Error("another class within the content gives another template")
	}
}

// TestConcurrent reads pages at once; the race detector watches.
func TestConcurrent(t *testing.T) {
	t.Parallel()
	p := mustNew(t)
	body := shapes()[0].body(beekeeper())
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 5 {
				if _, err := p.Parse(Input{Body: body, MediaType: page.HTML}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
}

func TestNewReportsEveryFault(t *testing.T) {
	t.Parallel()
	_, err := New(Config{Profiles: []profile.Named{
		{File: "a.json", Data: []byte(`{"name":"a","colour":"red"}`)},
		{File: "b.json", Data: []byte(`{"name":"b","headings":{"duty":["x"]}}`)},
		{File: "c.json", Data: []byte(`{"name":"c","headings":{"duties":["(tasks"]},"markup":{"drop":["div["]},"hosts":["http://x/"]}`)},
		{File: "d.json", Data: []byte(`{"name":"d","extends":"nobody"}`)},
	}})
	if err == nil {
		t.Fatal("no error")
	}
	for _, want := range []string{"a.json", `"colour"`, "b.json", `unknown class "duty"`, `"headings.duties"`, `"(tasks"`, `"markup.drop"`, `"div["`, `"hosts"`, `"nobody"`} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%q is not in:\n%v", want, err)
		}
	}
	if _, err := New(Config{Profile: "nobody"}); err == nil || !strings.Contains(err.Error(), "generic") {
		t.Errorf("unknown forced profile: %v", err)
	}
}

// TestOwnProfile reads a site whose headings no profile knows until it is told.
func TestOwnProfile(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	source := `{"name":"trades","hosts":["trades.example"],"headings":{"duties":["toil of {career}"],"workplace":["haunts"]},"markup":{"drop":["#gossip"]}}`
	if err := os.WriteFile(filepath.Join(dir, "trades.json"), []byte(source), 0o600); err != nil {
		t.Fatal(err)
	}
	named, err := profile.Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	p, err := New(Config{Profiles: named})
	if err != nil {
		t.Fatal(err)
	}
	rec, err := p.Parse(Input{URL: "https://www.trades.example/tinker", MediaType: page.HTML, Body: []byte(
		`<h1>Tinker</h1><h2>Toil of a tinker</h2><ul><li>Mend pots<li>Mend pans</ul><div id=gossip><p>They say that he sings.</div><h2>Haunts</h2><p>Roads and fairs, and now and then a barn.`)})
	if err != nil {
		t.Fatal(err)
	}
	if rec.Source.Profile != "trades" || len(rec.Duties) != 2 || len(rec.Workplace.Paragraphs) != 1 || len(rec.Sections) != 0 {
		t.Errorf("%+v", rec)
	}
}
