package robots

import (
	"bytes"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// naive is section 2.2.3 of RFC 9309 word for word, by backtracking.
func naive(pattern, path string) bool {
	if pattern == "" {
		return true
	}
	if pattern == "$" {
		return path == ""
	}
	if pattern[0] == '*' {
		for i := 0; i <= len(path); i++ {
			if naive(pattern[1:], path[i:]) {
				return true
			}
		}
		return false
	}
	return path != "" && path[0] == pattern[0] && naive(pattern[1:], path[1:])
}

func TestGlobIsTheNaiveMatcher(t *testing.T) {
	t.Parallel()
	matched := 0
	rapid.Check(t, func(t *rapid.T) {
		pattern := rapid.StringMatching(`[ab*]{0,8}\$?`).Draw(t, "pattern")
		path := rapid.StringMatching(`[ab]{0,10}`).Draw(t, "path")
		want := naive(pattern, path)
		if want {
			matched++
		}
		if got := compile(pattern).match(path); got != want {
			t.Fatalf("%q on %q: %t, want %t", pattern, path, got, want)
		}
	})
	if matched == 0 {
		t.Error("no pattern matched: the test says nothing")
	}
}

// The answer of a whole file is that of going through every rule.
func TestAllowedIsTheLongestMatch(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var body strings.Builder
		want, longest := true, -1
		path := rapid.StringMatching(`/[ab/]{0,8}`).Draw(t, "path")
		for range rapid.IntRange(1, 4).Draw(t, "groups") {
			body.WriteString("user-agent: me\n")
			for range rapid.IntRange(1, 5).Draw(t, "rules") {
				allow := rapid.Bool().Draw(t, "allow")
				pattern := rapid.StringMatching(`/[ab*/]{0,5}\$?`).Draw(t, "pattern")
				verb := "disallow"
				if allow {
					verb = "allow"
				}
				body.WriteString(verb + ": " + pattern + "\n")
				if naive(pattern, path) && (len(pattern) > longest || len(pattern) == longest && allow) {
					longest, want = len(pattern), allow
				}
			}
		}
		if got, by := Parse([]byte(body.String())).Allowed("me", path); got != want {
			t.Fatalf("%s: %t by %q, want %t in\n%s", path, got, by, want, body.String())
		}
	})
}

func TestNormaliseTwiceIsOnce(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := string(rapid.SliceOf(rapid.SampledFrom([]byte("/?%2fFaA*$:\xff \x00~#zZ"))).Draw(t, "s"))
		for _, pattern := range []bool{false, true} {
			for _, strict := range []bool{false, true} {
				once := normalise(s, pattern, strict)
				if twice := normalise(once, pattern, strict); twice != once {
					t.Fatalf("%q: %q then %q", s, once, twice)
				}
			}
		}
	})
}

func FuzzParse(f *testing.F) {
	f.Add([]byte("User-agent: *\nDisallow: /*a*a*a*a*b$\nCrawl-delay: 1.5\nSitemap: https://e.com/s"), "me", "/aaaaaaa")
	f.Add([]byte("\xef\xbb\xbfuseragent me\rdisalow /%6"), "ME/1", "?x=%")
	f.Add([]byte(":\n::\nuser-agent:\nallow:$"), "", "")
	f.Add(bytes.Repeat([]byte("user-agent: a\n"), 100), "a", "*")
	f.Fuzz(func(t *testing.T, body []byte, agent, path string) {
		before := bytes.Clone(body)
		file := Parse(body)
		if !bytes.Equal(before, body) {
			t.Fatal("Parse changes the body")
		}
		if len(file.Warnings) > MaxWarnings+1 {
			t.Fatalf("%d warnings", len(file.Warnings))
		}
		ok, by := file.Allowed(agent, path)
		if !ok && by == "" {
			t.Fatal("refused by no rule")
		}
		if ok2, by2 := Parse(body).Allowed(agent, path); ok2 != ok || by2 != by {
			t.Fatal("Parse is no function")
		}
		if d, found := file.CrawlDelay(agent); d < 0 || d > MaxCrawlDelay || d > 0 && !found {
			t.Fatalf("crawl delay %s %t", d, found)
		}
		file.Sitemaps()
		MetaDirectives(agent, string(body), path)
	})
}

// A star a letter on a path that almost matches is what makes backtracking
// matchers explode.
func BenchmarkAllowedHostile(b *testing.B) {
	var body bytes.Buffer
	body.WriteString("user-agent: *\n")
	for body.Len() < MaxBytes-2000 {
		body.WriteString("disallow: /" + strings.Repeat("*a", 500) + "b$\n")
	}
	file := Parse(body.Bytes())
	path := "/" + strings.Repeat("a", 2000)
	b.ReportAllocs()
	for b.Loop() {
		file.Allowed("me", path)
	}
}

func BenchmarkParse(b *testing.B) {
	body := []byte("user-agent: *\n" + strings.Repeat("disallow: /some/usual/path/*?sort=\nallow: /some/usual\n", 200))
	b.ReportAllocs()
	b.SetBytes(int64(len(body)))
	for b.Loop() {
		Parse(body)
	}
}
