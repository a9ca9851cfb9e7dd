// Package page holds what is known of pages: the snapshot of a page that was
// taken, a page that went away, the state of each URL in the frontier, the
// outcome of each visit, and the statement of a run over a site.
package page

import "time"

// Media types of a page's body after charset detection.
const (
	HTML = "text/html"
	Text = "text/plain"
)

// DefaultMaxBytes is the largest page body that is taken, in bytes (10 MiB).
const DefaultMaxBytes = 10 << 20

// LocalSite is the site of pages that name no URL.
const LocalSite = "local"

// Kinds of pages. A snapshot without one is a Career.
const (
	// Career pages make records.
	Career = "page"
	// Article pages continue an answer of the career pages that link them.
	Article = "article"
	// Sitemap lists pages.
	Sitemap = "sitemap"
	// Index is the front page of a site with sitemaps: it leads to pages.
	Index = "index"
	// Seed is any of them but an article: its content tells.
	Seed = "seed"
)

// Snapshot is the data of a page.fetched event. The bytes are kept apart,
// in the object store `pages` under BodySHA256.
type Snapshot struct {
	// URL of the page: from a sidecar, the page's canonical link, or a file: URL.
	URL string `json:"url"`
	// Site is the URL's host in lower case, or LocalSite.
	Site string `json:"site"`
	// Key identifies the page within the site: 32 hex digits of the SHA-256 of URL.
	Key string `json:"key"`
	// Origin is where the bytes were read: a path, "-" or a URL. It is for
	// people; nothing depends on it.
	Origin string `json:"origin"`
	// BodySHA256 is the SHA-256 of the body, 64 hex digits.
	BodySHA256 string `json:"body_sha256"`
	// Size of the body in bytes.
	Size int64 `json:"size"`
	// MediaType is HTML or Text.
	MediaType string `json:"media_type"`
	// Charset is the body's encoding by its WHATWG name ("utf-8", "windows-1252").
	Charset string `json:"charset"`
	// FetchedAt is when the page was taken: from a sidecar, else the file's
	// modification time, else now.
	FetchedAt time.Time `json:"fetched_at"`
	// ETag and LastModified are the HTTP validators as received, or "".
	ETag         string `json:"etag"`
	LastModified string `json:"last_modified"`
	// Warnings name doubtful findings, such as a declared charset that did not fit.
	Warnings []string `json:"warnings"`
	// Kind is Career (or "") or Article.
	Kind string `json:"kind,omitempty"`
	// Parents are the keys, on the same site, of the career pages that link an
	// Article.
	Parents []string `json:"parents,omitempty"`
	// TextSHA256 is the SHA-256 of the cleaned text, 64 hex digits, or "" where
	// it was not computed: two bodies with equal ones say the same.
	TextSHA256 string `json:"text_sha256,omitempty"`
	// Listed: only a sitemap, a link or an archive names the page, among others
	// that may hold no career. Where nobody says that a page is of a career, one
	// that is not is Unrelated and no fault.
	Listed bool `json:"listed,omitempty"`
}

// Reasons of a Gone.
const (
	// NotFound: the server answered 404 or 410 often enough.
	NotFound = "not-found"
	// Absent: the site's sitemaps name the page no more.
	Absent = "absent"
	// Moved: a permanent redirect leads to another page.
	Moved = "moved"
)

// Gone is the data of a page.gone event: the page is there no more. It stands on
// the page's own subject, so that a later snapshot takes it back.
type Gone struct {
	// URL, Site and Key as in Snapshot.
	URL  string `json:"url"`
	Site string `json:"site"`
	Key  string `json:"key"`
	// Reason is NotFound, Absent or Moved.
	Reason string `json:"reason"`
	// Status is the HTTP status seen last, or 0.
	Status int `json:"status"`
	// Confirmations counts the runs in which the page was missed.
	Confirmations int `json:"confirmations"`
	// Since is when it was missed first, At when it was given up.
	Since time.Time `json:"since"`
	At    time.Time `json:"at"`
	// MovedTo and MovedKey name the page that a redirect leads to; "" otherwise.
	MovedTo  string `json:"moved_to"`
	MovedKey string `json:"moved_key"`
	// Last is the page's last snapshot.
	Last Snapshot `json:"last"`
}

// Reading is the data of a page.read event: the career that a page was read as
// last. It stands when a later snapshot of the page cannot be read.
type Reading struct {
	// URL, Site and Key as in Snapshot.
	URL  string `json:"url"`
	Site string `json:"site"`
	Key  string `json:"key"`
	// Slug of the career, Template the page's structure.
	Slug     string `json:"slug"`
	Template string `json:"template"`
	// Snapshot is the sequence, in the pages stream, of the snapshot read.
	Snapshot uint64 `json:"snapshot"`
}

// Unrelated is the data of a page.unrelated event: a Listed page that was never
// read as a career holds none. It stands where a Reading would.
type Unrelated struct {
	// URL, Site and Key as in Snapshot.
	URL  string `json:"url"`
	Site string `json:"site"`
	Key  string `json:"key"`
	// Reason says what was looked for and not found.
	Reason string `json:"reason"`
	// Snapshot is the sequence, in the pages stream, of the snapshot looked at.
	Snapshot uint64 `json:"snapshot"`
}
