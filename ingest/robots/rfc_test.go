package robots

import "testing"

// ask is one question to a robots.txt.
type ask struct {
	agent, path string
	want        bool
}

// The names give the section of RFC 9309 that a case comes from.
func TestRFC9309(t *testing.T) {
	t.Parallel()
	const simple = "User-Agent: *\nDisallow: *.gif$\nDisallow: /example/\nAllow: /publications/\n\n" +
		"User-Agent: foobot\nDisallow:/\nAllow:/example/page.html\nAllow:/example/allowed.gif\n\n" +
		"User-Agent: barbot\nUser-Agent: bazbot\nDisallow: /example/page.html\n\nUser-Agent: quxbot\n\n"
	const merged = "user-agent: ExampleBot\ndisallow: /foo\ndisallow: /bar\n\nuser-agent: ExampleBot\ndisallow: /baz\n"
	const fallback = "user-agent: *\ndisallow: /foo\ndisallow: /bar\n\nuser-agent: BazBot\ndisallow: /baz\n"
	for _, c := range []struct {
		name, body string
		asks       []ask
	}{
		{"2.2 EOL is CR, LF or CRLF", "User-agent: a\rDisallow: /r\r\nDisallow: /n\nDisallow: /m", []ask{
			{"a", "/r", false}, {"a", "/n", false}, {"a", "/m", false}, {"a", "/x", true}}},
		{"2.2 keys in any case, spaces around the colon", "USER-AGENT :  a \nDISALLOW\t:\t/x \n", []ask{{"a", "/x", false}, {"a", "/X", true}}},
		{"2.2 an empty pattern matches nothing", "user-agent: a\ndisallow:\n", []ask{{"a", "/", true}}},
		{"2.2.1 figure 1: token within the header's product", "user-agent: ExampleBot\ndisallow: /\n", []ask{
			{"ExampleBot", "/", false}, {"ExampleBot/0.1 (+https://www.example.com/bot.html)", "/", false}, {"Example", "/", true}, {"ExampleBotNews", "/", true}}},
		{"2.2.1 case-insensitive agent", "user-agent: EXAMPLEbot\ndisallow: /\n", []ask{{"exampleBOT", "/", false}}},
		{"2.2.1 figure 2: groups of one agent are merged", merged, []ask{
			{"examplebot", "/foo", false}, {"examplebot", "/bar", false}, {"examplebot", "/baz", false}, {"examplebot", "/qux", true}}},
		{"2.2.1 figure 3: * where nothing matches", fallback, []ask{
			{"ExampleBot", "/foo", false}, {"ExampleBot", "/bar", false}, {"ExampleBot", "/baz", true}, {"BazBot", "/foo", true}, {"BazBot", "/baz", false}}},
		{"2.2.1 several * groups are merged", "user-agent: *\ndisallow: /a\nuser-agent: x\ndisallow: /x\nuser-agent: *\ndisallow: /b\n", []ask{
			{"other", "/a", false}, {"other", "/b", false}, {"x", "/a", true}}},
		{"2.2.1 no group, no rules", "user-agent: BazBot\ndisallow: /\n", []ask{{"ExampleBot", "/", true}}},
		{"2.2.1 no groups at all", "", []ask{{"ExampleBot", "/", true}}},
		{"2.2.2 case-sensitive path", "user-agent: a\ndisallow: /Foo\n", []ask{{"a", "/Foo", false}, {"a", "/foo", true}}},
		{"2.2.2 match from the first octet", "user-agent: a\ndisallow: /foo\n", []ask{{"a", "/foobar", false}, {"a", "/x/foo", true}}},
		{"2.2.2 equivalent rules: allow", "user-agent: a\ndisallow: /p\nallow: /p\n", []ask{{"a", "/p", true}}},
		{"2.2.2 rules before a group are ignored", "disallow: /foo\nuser-agent: a\ndisallow: /bar\n", []ask{{"a", "/foo", true}, {"a", "/bar", false}}},
		{"2.2.2 /robots.txt is implicitly allowed", "user-agent: *\ndisallow: /\n", []ask{{"a", "/robots.txt", true}, {"a", "/robots.txt?x", false}}},
		{"2.2.2 table 1: query as it is", "user-agent: a\ndisallow: /foo/bar?baz=quz\n", []ask{{"a", "/foo/bar?baz=quz", false}, {"a", "/foo/bar?baz=", true}}},
		{"2.2.2 table 2: reserved octets in a query", "user-agent: a\ndisallow: /foo/bar?baz=https://foo.bar\n", []ask{
			{"a", "/foo/bar?baz=https://foo.bar", false}, {"a", "/foo/bar?baz=https%3A%2F%2Ffoo.bar", false}, {"a", "/foo/bar?baz=https%3a%2f%2ffoo.bar", false}}},
		{"2.2.2 table 2 the other way", "user-agent: a\ndisallow: /foo/bar?baz=https%3A%2F%2Ffoo.bar\n", []ask{{"a", "/foo/bar?baz=https://foo.bar", false}}},
		{"2.2.2 table 3: UTF-8 is escaped", "user-agent: a\ndisallow: /foo/bar/\u30c4\n", []ask{
			{"a", "/foo/bar/%E3%83%84", false}, {"a", "/foo/bar/%e3%83%84", false}, {"a", "/foo/bar/\u30c4", false}}},
		{"2.2.2 table 4: escapes stay", "user-agent: a\ndisallow: /foo/bar/%E3%83%84\n", []ask{{"a", "/foo/bar/%E3%83%84", false}, {"a", "/foo/bar/\u30c4", false}}},
		{"2.2.2 table 5: escapes of unreserved octets are undone", "user-agent: a\ndisallow: /foo/bar/%62%61%7A\n", []ask{
			{"a", "/foo/bar/baz", false}, {"a", "/foo/bar/%62%61%7a", false}}},
		{"2.2.2 reserved escapes in a path are other octets", "user-agent: a\ndisallow: /a%2Fb\n", []ask{{"a", "/a%2fb", false}, {"a", "/a/b", true}}},
		{"2.2.3 # begins a comment", "# x\nuser-agent: a # y\nallow: / # comment in line\ndisallow: /x#y\n", []ask{{"a", "/x", false}, {"a", "/", true}}},
		{"2.2.3 $ ends the pattern", "user-agent: a\ndisallow: /this/path/exactly$\n", []ask{
			{"a", "/this/path/exactly", false}, {"a", "/this/path/exactly/not", true}, {"a", "/this/path/exactly?q", true}}},
		{"2.2.3 * is any octets", "user-agent: a\ndisallow: /this/*/exactly\n", []ask{
			{"a", "/this/path/exactly", false}, {"a", "/this//exactly", false}, {"a", "/this/a/b/exactly.html", false}, {"a", "/this/exactly", true}}},
		{"2.2.3 table: verbatim *", "user-agent: a\ndisallow: /path/file-with-a-%2A.html\n", []ask{
			{"a", "/path/file-with-a-*.html", false}, {"a", "/path/file-with-a-%2a.html", false}, {"a", "/path/file-with-a-b.html", true}}},
		{"2.2.3 table: verbatim $", "user-agent: a\ndisallow: /path/foo-%24\n", []ask{{"a", "/path/foo-$", false}, {"a", "/path/foo-$x", false}, {"a", "/path/foo-", true}}},
		{"2.2.3 $ within is itself", "user-agent: a\ndisallow: /a$b\n", []ask{{"a", "/a$b", false}, {"a", "/a", true}}},
		{"2.2.4 Sitemap ends no group", "user-agent: a\nsitemap: https://e.com/s\nuser-agent: b\ncrawl-delay: 1\nuser-agent: c\ndisallow: /x\n", []ask{
			{"a", "/x", false}, {"b", "/x", false}, {"c", "/x", false}}},
		{"2.2.4 misspellings of Google's parser", "useragent: a\ndisalow: /x\ndissallow: /y\n", []ask{{"a", "/x", false}, {"a", "/y", false}}},
		{"2.2.4 other misspellings are nothing", "user-agent: a\ndisallowed: /x\nnoindex: /y\nallows: /z\n", []ask{{"a", "/x", true}, {"a", "/y", true}}},
		{"2.3.1.5 parseable rules of a broken file", "<html>\n\x00\xff\nuser-agent: a\n:::\ndisallow: /x\ndisallow /y\nblah blah blah\n", []ask{{"a", "/x", false}, {"a", "/y", false}, {"a", "/z", true}}},
		{"5.1 *", simple, []ask{
			{"anybot", "/a.gif", false}, {"anybot", "/a.gif?x", true}, {"anybot", "/example/", false}, {"anybot", "/publications/", true}, {"anybot", "/", true}}},
		{"5.1 foobot", simple, []ask{
			{"foobot", "/", false}, {"foobot", "/example/page.html", true}, {"foobot", "/example/allowed.gif", true}, {"foobot", "/publications/", false}}},
		{"5.1 barbot and bazbot", simple, []ask{
			{"barbot", "/example/page.html", false}, {"bazbot", "/example/page.html", false}, {"bazbot", "/example/", true}, {"barbot", "/a.gif", true}}},
		{"5.1 quxbot", simple, []ask{{"quxbot", "/example/", true}, {"quxbot", "/a.gif", true}}},
		{"5.2 longest match", "User-Agent: foobot\nAllow: /example/page/\nDisallow: /example/page/disallowed.gif\n", []ask{
			{"foobot", "/example/page/disallowed.gif", false}, {"foobot", "/example/page/other.gif", true}}},
		{"5.2 whatever the order and group", "User-Agent: f\nDisallow: /e/page/x\nUser-Agent: f\nAllow: /e/page\nDisallow: /e\n", []ask{
			{"f", "/e/page/x", false}, {"f", "/e/page", true}, {"f", "/e/", false}}},
		{"byte order mark", "\xef\xbb\xbfuser-agent: a\ndisallow: /\n", []ask{{"a", "/", false}}},
		{"digits belong to the token", "user-agent: MJ12bot\ndisallow: /\n", []ask{{"MJ", "/", true}, {"mj12bot", "/", false}}},
		{"star across path and query", "user-agent: a\ndisallow: /*/x\n", []ask{{"a", "/a?u=/x", false}, {"a", "/a?u=%2Fx", true}}},
		{"path in forms that callers may give", "user-agent: a\ndisallow: /x$\n", []ask{{"a", "x", false}, {"a", "/x#frag", false}, {"a", "", true}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			f := Parse([]byte(c.body))
			for _, a := range c.asks {
				got, by := f.Allowed(a.agent, a.path)
				if got != a.want {
					t.Errorf("%s %s: allowed %t by %q, want %t", a.agent, a.path, got, by, a.want)
				}
				if !got && by == "" {
					t.Errorf("%s %s: refused by no rule", a.agent, a.path)
				}
			}
		})
	}
}

func TestRuleNamed(t *testing.T) {
	t.Parallel()
	f := Parse([]byte("user-agent: *\ndisallow: /A%6a*\nAllow: /ok\n"))
	for path, want := range map[string]string{"/Ajx": "disallow: /A%6a* (line 2)", "/ok": "allow: /ok (line 3)", "/": ""} {
		if _, by := f.Allowed("x", path); by != want {
			t.Errorf("%s: %q, want %q", path, by, want)
		}
	}
	if ok, by := new(File).Allowed("x", "/"); !ok || by != "" {
		t.Errorf("zero File: %t by %q", ok, by)
	}
}
