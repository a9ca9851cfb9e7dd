package e2e

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// What visits found goes after a while; what is known of pages stays.
func TestPublishOldChecksGo(t *testing.T) {
	t.Parallel()
	s := openStore(t)
	exec(t, s, "INSERT INTO page_checks (site, key, url, outcome, at, _seq) VALUES"+
		" ('a', 'k', 'u', 'changed', now64(3) - INTERVAL 91 DAY, 1), ('a', 'k', 'u', 'not-modified', now64(3) - INTERVAL 89 DAY, 2)")
	exec(t, s, "OPTIMIZE TABLE page_checks FINAL")
	if d := cmp.Diff([][]string{{"2"}}, ask(t, s, "SELECT _seq FROM page_checks")); d != "" {
		t.Error(d)
	}
}

// A page that is noted to hold no career is neither waiting nor missing from the
// coverage, until a newer snapshot of it comes.
func TestPublishUnrelatedPages(t *testing.T) {
	t.Parallel()
	s := openStore(t)
	exec(t, s, "INSERT INTO page_fetches (site, key, url, fetched_at, _stream, _seq) VALUES"+
		" ('a', 'about', 'https://a/about', now64(3), 'PAGES', 1), ('a', 'new', 'https://a/new', now64(3), 'PAGES', 2), ('a', 'new', 'https://a/new', now64(3), 'PAGES', 4)")
	exec(t, s, "INSERT INTO page_readings (site, key, url, slug, reason, snapshot, _seq) VALUES"+
		" ('a', 'about', 'https://a/about', 'baker', '', 0, 1), ('a', 'about', 'https://a/about', '', 'looked for a career', 1, 2), ('a', 'new', 'https://a/new', '', 'looked', 2, 3)")
	want := [][]string{{"https://a/about", "unrelated", "looked for a career"}, {"https://a/new", "waiting", ""}}
	if d := cmp.Diff(want, ask(t, s, "SELECT url, outcome, reason FROM page_outcomes ORDER BY url")); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff([][]string{{"0", "1"}}, ask(t, s, "SELECT have, total FROM catalog_coverage WHERE part = 'pages'")); d != "" {
		t.Error(d)
	}
}
