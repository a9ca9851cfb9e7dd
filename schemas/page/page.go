// Package page holds the snapshot of a career page: the fact that a page was
// taken, and where its bytes are.
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
}
