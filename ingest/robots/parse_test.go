package robots

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestWarnings(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, body string
		want       []string
	}{
		{"clean", "User-Agent: a\nDisallow: /\nHost: e.com\nClean-param: x\n", nil},
		{"lines", "hello there\nuseragent: a\nuseragent: b\ndisallow: foo\nuser-agent: !\r\ncrawl-delay: -1\rsitemap: /s.xml\n", []string{
			`line 1: no colon in "hello there"`,
			`line 2: "useragent" is read as user-agent`,
			`line 4: path "foo" begins with neither / nor *, so it matches nothing`,
			`line 5: user-agent "!" is no product token`,
			`line 6: crawl-delay "-1" is no number of seconds`,
			`line 7: sitemap "/s.xml" is no absolute http or https URL`,
		}},
		{"before any group", "allow: /\ncrawl-delay: 1\n", []string{
			"line 1: a rule before the first user-agent line is nobody's",
			"line 2: a crawl-delay before the first user-agent line is nobody's",
		}},
		{"long", "user-agent: a\ndisallow: " + strings.Repeat("x", 100), []string{
			`line 2: path "` + strings.Repeat("x", 60) + `"... begins with neither / nor *, so it matches nothing`,
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(c.want, Parse([]byte(c.body)).Warnings); diff != "" {
				t.Error(diff)
			}
		})
	}
	many := Parse([]byte(strings.Repeat("nonsense\n", 1000))).Warnings
	if len(many) != MaxWarnings+1 || many[MaxWarnings] != "and 950 more warnings" {
		t.Errorf("%d warnings, last %q", len(many), many[len(many)-1])
	}
}

func TestMaxBytes(t *testing.T) {
	t.Parallel()
	head := "user-agent: a\ndisallow: /in\n"
	fill := func(n int) string { return "#" + strings.Repeat("x", n-2) + "\n" }
	for _, c := range []struct {
		name, body string
		in, cut    bool
	}{
		{"all within", head + fill(MaxBytes-len(head)-len("allow: /in/x")) + "allow: /in/x", true, false},
		{"split line is dropped", head + fill(MaxBytes-len(head)-len("allow: /in")) + "allow: /in/x\n", false, true},
		{"line ends at the limit", head + fill(MaxBytes-len(head)-len("allow: /in/x")) + "allow: /in/x\ndisallow: /", true, true},
		{"one line", head + strings.Repeat("x", MaxBytes), false, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			f := Parse([]byte(c.body))
			if got, by := f.Allowed("a", "/in/x"); got != c.in {
				t.Errorf("allowed %t by %q", got, by)
			}
			if ok, by := f.Allowed("a", "/out"); !ok {
				t.Errorf("a rule after the limit counts: %q", by)
			}
			if cut := strings.Contains(strings.Join(f.Warnings, "\n"), "is ignored"); cut != c.cut {
				t.Errorf("warnings %q", f.Warnings)
			}
		})
	}
}

func TestCrawlDelay(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, body string
		want       time.Duration
		found      bool
	}{
		{"seconds", "user-agent: me\ncrawl-delay: 10\n", 10 * time.Second, true},
		{"decimals", "user-agent: me\ncrawl-delay: 0.5\n", 500 * time.Millisecond, true},
		{"zero", "user-agent: me\ncrawl-delay: 0\n", 0, true},
		{"before and after rules", "user-agent: other\nuser-agent: me\ndisallow: /x\ncrawl-delay: 2\n", 2 * time.Second, true},
		{"fallback", "user-agent: *\ncrawl-delay: 3\n", 3 * time.Second, true},
		{"one group of rules, but not of delays", "user-agent: *\ncrawl-delay: 3\nuser-agent: me\ndisallow: /\n", 0, false},
		{"own group after rules without one", "user-agent: *\ncrawl-delay: 3\ndisallow: /x\nuser-agent: me\ndisallow: /\n", 0, false},
		{"each agent its own", "user-agent: other\ncrawl-delay: 9\nuser-agent: me\ncrawl-delay: 1\n", time.Second, true},
		{"largest", "user-agent: me\ncrawl-delay: 9\ncrawl-delay: 4\n", 9 * time.Second, true},
		{"negative", "user-agent: me\ncrawl-delay: -1\n", 0, false},
		{"unit", "user-agent: me\ncrawl-delay: 5s\n", 0, false},
		{"exponent", "user-agent: me\ncrawl-delay: 1e9\n", 0, false},
		{"absurd", "user-agent: me\ncrawl-delay: 99999999\n", 0, false},
		{"nan", "user-agent: me\ncrawl-delay: NaN\n", 0, false},
		{"empty", "user-agent: me\ncrawl-delay:\n", 0, false},
		{"nobody's", "crawl-delay: 5\nuser-agent: me\n", 0, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			f := Parse([]byte(c.body))
			if got, found := f.CrawlDelay("ME/1.0"); got != c.want || found != c.found {
				t.Errorf("%s %t, want %s %t; %q", got, found, c.want, c.found, f.Warnings)
			}
		})
	}
}

func TestSitemaps(t *testing.T) {
	t.Parallel()
	f := Parse([]byte("Sitemap: https://e.com/a.xml\nuser-agent: x\nsite-map: HTTP://e.com/b.xml # two\nsitemap: https://e.com/a.xml\n" +
		"sitemap: c.xml\nsitemap: ftp://e.com/d\nsitemap: https:///e\nsitemap:\n"))
	if diff := cmp.Diff([]string{"https://e.com/a.xml", "HTTP://e.com/b.xml"}, f.Sitemaps()); diff != "" {
		t.Error(diff)
	}
	if len(f.Warnings) != 5 {
		t.Errorf("warnings %q", f.Warnings)
	}
	var many strings.Builder
	for i := range maxSitemaps + 5 {
		fmt.Fprintf(&many, "sitemap: https://e.com/%d\n", i)
	}
	if f := Parse([]byte(many.String())); len(f.Sitemaps()) != maxSitemaps || len(f.Warnings) != 5 {
		t.Errorf("%d sitemaps, %d warnings", len(f.Sitemaps()), len(f.Warnings))
	}
}

func TestMetaDirectives(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		values []string
		want   Directives
	}{
		{nil, Directives{}},
		{[]string{"noindex"}, Directives{NoIndex: true}},
		{[]string{" NOINDEX , NoFollow"}, Directives{NoIndex: true, NoFollow: true}},
		{[]string{"none"}, Directives{NoIndex: true, NoFollow: true}},
		{[]string{"noarchive", "all"}, Directives{NoArchive: true}},
		{[]string{"index, follow"}, Directives{}},
		{[]string{"googlebot: noindex"}, Directives{}},
		{[]string{"googlebot: noindex, nofollow"}, Directives{}},
		{[]string{"googlebot: noindex", "nofollow"}, Directives{NoFollow: true}},
		{[]string{"CareerStream: noindex"}, Directives{NoIndex: true}},
		{[]string{"otherbot/2.1: noindex, careerstream/1.0: nofollow, noarchive"}, Directives{NoFollow: true, NoArchive: true}},
		{[]string{"noarchive, otherbot: noindex"}, Directives{NoArchive: true}},
		{[]string{"robots: noindex"}, Directives{NoIndex: true}},
		{[]string{"*: noindex"}, Directives{NoIndex: true}},
		{[]string{"unavailable_after: 25 Jun 2010 15:00:00 PST"}, Directives{}},
		{[]string{"unavailable_after: Friday, 25-Jun-10 15:00:00 PST, nofollow"}, Directives{NoFollow: true}},
		{[]string{"max-snippet: 20, max-image-preview:none, noarchive"}, Directives{NoArchive: true}},
		{[]string{"max-image-preview: none"}, Directives{}},
		{[]string{",,:,: noindex"}, Directives{}},
	} {
		if got := MetaDirectives("careerstream/0.1 (+https://e.com)", c.values...); got != c.want {
			t.Errorf("%q: %+v, want %+v", c.values, got, c.want)
		}
	}
}
