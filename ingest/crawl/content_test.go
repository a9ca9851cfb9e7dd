package crawl

import (
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func at(t testing.TB, raw string) *url.URL {
	t.Helper()
	u, err := url.Parse(raw)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

func TestCleanedText(t *testing.T) {
	t.Parallel()
	const page = `<!doctype html><html lang=en><body><h1>Nurse</h1><p>Nurses  care.</p></body></html>`
	base := at(t, "https://a.example/x")
	sum := readContent([]byte(page), "utf-8", base).text
	for name, other := range map[string]string{
		"attributes":  strings.Replace(page, "<h1>", "<h1 id=3 data-token='b'>", 1),
		"comments":    strings.Replace(page, "<p>", "<!-- built 12:00 --><p>", 1),
		"white space": strings.Replace(page, "  ", "\n\t ", 1),
	} {
		if readContent([]byte(other), "utf-8", base).text != sum {
			t.Errorf("%s count", name)
		}
	}
	// A script's content does not count, that there is one does.
	script := func(typ, text string) string {
		return readContent([]byte("<p>A</p><script type='"+typ+"'>"+text+"</script><style>"+text+"</style><p>B"), "utf-8", base).text
	}
	if script("text/javascript", "a < b") != script("text/javascript", "var n = '<p>'") {
		t.Error("scripts and styles count")
	}
	differ := map[string]string{
		"text": strings.Replace(page, "care", "cure", 1), "an element": strings.Replace(page, "<p>", "<p><b>", 1),
		"another element": strings.ReplaceAll(page, "h1", "h2"),
	}
	for name, other := range differ {
		if readContent([]byte(other), "utf-8", base).text == sum {
			t.Errorf("%s does not count", name)
		}
	}
	if readContent([]byte(page), "windows-1252", base).text == sum {
		t.Error("the charset does not count")
	}
	ld := func(text string) string {
		return readContent([]byte(`<script type="application/ld+json">`+text+`</script>`), "utf-8", base).text
	}
	if ld(`{"a":1}`) == ld(`{"a":2}`) {
		t.Error("JSON-LD does not count")
	}
}

func TestLinks(t *testing.T) {
	t.Parallel()
	c := readContent([]byte(`<head><base href="/sub/"><meta name="Robots" content="noindex, follow"></head>
		<a href="b?x=1&amp;y=2#part">1</a> <a href=" b?x=1&y=2 ">again</a> <a href="#top">x</a> <a href="">x</a>
		<a rel="external NoFollow" href="/no">x</a> <a href="mailto:a@b">x</a> <a href="javascript:void(0)">x</a>
		<a href="//other.example/c">2</a> <a name=x>x</a> <a href="http://[bad">x</a> <template><p>x</template><a href=c href=d> <b>3</b> &amp;
 more`),
		"utf-8", at(t, "https://a.example/x/y"))
	var got []string
	for _, l := range c.links {
		got = append(got, l.to.String()+" "+strings.Join(l.texts, "|"))
	}
	want := []string{"https://a.example/sub/b?x=1&y=2 1|again", "https://other.example/c 2", "https://a.example/sub/c 3 & more"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("links (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"noindex, follow"}, c.robots); diff != "" {
		t.Errorf("robots (-want +got):\n%s", diff)
	}
	var many strings.Builder
	for i := range maxLinks + 5 {
		many.WriteString("<a href=" + strings.Repeat("a", i%7+1) + string(rune('a'+i%26)) + "/" + strings.Repeat("b", i/182) + ">")
	}
	if c := readContent([]byte(many.String()), "utf-8", at(t, "https://a.example/")); len(c.links)+c.cut < maxLinks || len(c.links) > maxLinks {
		t.Errorf("%d links, %d cut", len(c.links), c.cut)
	}
}

func FuzzContent(f *testing.F) {
	for _, seed := range []string{"<a href=x>y", "<script>", "<base href='://'><a href=?>", "<template><style></template>", "<meta name=robots>", "\x00<\xff"} {
		f.Add([]byte(seed))
	}
	base := at(f, "https://a.example/x")
	f.Fuzz(func(t *testing.T, body []byte) {
		c := readContent(body, "utf-8", base)
		if len(c.text) != 64 || c.text != readContent(body, "utf-8", base).text {
			t.Errorf("hash %q", c.text)
		}
		for _, l := range c.links {
			if _, err := locate(l.to.String()); err != nil {
				t.Errorf("link %q: %v", l.to, err)
			}
		}
	})
}

func BenchmarkContent(b *testing.B) {
	body := []byte("<html><body>" + strings.Repeat("<p class='x y'>Nurses care for people, at home and in <a href='/careers/hospital'>hospitals</a>.</p>\n", 1000))
	base := at(b, "https://a.example/x")
	b.SetBytes(int64(len(body)))
	b.ReportAllocs()
	for b.Loop() {
		if c := readContent(body, "utf-8", base); len(c.links) != 1 {
			b.Fatal(c.links)
		}
	}
}
