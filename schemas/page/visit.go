package page

import "time"

// States of a Visit.
const (
	// Due: the URL is to be fetched at Visit.Due.
	Due = "due"
	// Done: nobody asks for the URL until Visit.Due.
	Done = "done"
)

// Ways on which a URL was found.
const (
	ViaSeed     = "seed"
	ViaList     = "list"
	ViaSitemap  = "sitemap"
	ViaLink     = "link"
	ViaRedirect = "redirect"
	ViaArticle  = "article"
	// ViaAbsent: the sitemap that named the URL does not name it any more.
	ViaAbsent = "absent"
)

// Outcomes of a visit.
const (
	// Changed: a snapshot was published.
	Changed = "changed"
	// NotModified: the server answered 304.
	NotModified = "not-modified"
	// Unchanged: the bytes are those of the last snapshot.
	Unchanged = "unchanged"
	// SameText: the bytes differ, the cleaned text does not.
	SameText = "same-text"
	// Fresh: not asked for, since the site's lastmod has proved true and is older
	// than the last visit.
	Fresh = "fresh"
	// Redirected: a redirect leads to another URL, which is visited for itself.
	Redirected = "moved"
	// Missing: 404, 410, or absent from the sitemaps; not yet often enough.
	Missing = "missing"
	// NoArticle: an article that a page links is not there; the page's answer
	// stays as short as it is.
	NoArticle = "no-article"
	// Retired: missing often enough; a page.gone was published.
	Retired = "retired"
	// RobotsDenied: robots.txt forbids the URL.
	RobotsDenied = "robots-denied"
	// NoIndex: the page asks not to be used (robots meta, X-Robots-Tag).
	NoIndex = "noindex"
	// Held: so many pages are missing at once that none of them is counted.
	Held = "held"
	// Limited: a limit of the run was reached before the URL.
	Limited = "limited"
	// Failed: the page cannot be taken as it is; Visit.Fault says why.
	Failed = "failed"
	// Unreachable: trouble that may pass, which outlasted the run's patience.
	Unreachable = "unreachable"
	// Read: a sitemap was read.
	Read = "read"
)

// Found reports whether an outcome is that of a page which is there and may be
// read: it is one of Changed, NotModified, Unchanged, SameText and Fresh.
func Found(outcome string) bool {
	switch outcome {
	case Changed, NotModified, Unchanged, SameText, Fresh:
		return true
	}
	return false
}

// Visit is the data of a page.requested event: the whole state of one URL in the
// frontier, of which the last message on the URL's subject is the truth.
type Visit struct {
	URL string `json:"url"`
	// Host is the URL's host with its port, in lower case; requests are paced by it.
	Host string `json:"host"`
	// Key is 32 hex digits of the SHA-256 of URL.
	Key string `json:"key"`
	// Kind is Career, Article, Sitemap, Index or Seed.
	Kind string `json:"kind"`
	// Parents as in Snapshot.
	Parents []string `json:"parents,omitempty"`
	// Via is how the URL was found, ViaKey the key of the page or sitemap that
	// names it, or "", and Depth the links between a seed and it.
	Via    string `json:"via"`
	ViaKey string `json:"via_key,omitempty"`
	Depth  int    `json:"depth"`
	// Run is the ID of the run that asked last, AskedAt when it did.
	Run     string    `json:"run"`
	AskedAt time.Time `json:"asked_at"`
	// Due is when to fetch next; State is Due or Done.
	Due   time.Time `json:"due"`
	State string    `json:"state"`
	// Outcome of the last visit, or "" before it.
	Outcome string `json:"outcome"`
	// Status is the HTTP status of the last answer, or 0; Fault the fault kind of
	// a failure, or ""; Reason says it to people.
	Status int    `json:"status"`
	Fault  string `json:"fault,omitempty"`
	Reason string `json:"reason,omitempty"`
	// Tries counts the failed tries in this run.
	Tries int `json:"tries"`
	// VisitedAt is when the last answer came; absent before it.
	VisitedAt time.Time `json:"visited_at,omitzero"`
	// ETag and LastModified are the validators of the last snapshot as received.
	ETag         string `json:"etag,omitempty"`
	LastModified string `json:"last_modified,omitempty"`
	// BodySHA256 and TextSHA256 are those of the last body, SnapshotSeq the
	// sequence of its snapshot in the pages stream.
	BodySHA256  string `json:"body_sha256,omitempty"`
	TextSHA256  string `json:"text_sha256,omitempty"`
	SnapshotSeq uint64 `json:"snapshot_seq,omitempty"`
	// LastMod is what the sitemap says of the page; absent where it says nothing.
	LastMod time.Time `json:"lastmod,omitzero"`
	// Interval is the time between two visits in seconds, which follows how often
	// the page changes.
	Interval int64 `json:"interval"`
	// Visits and Changes count answers, and those that brought a change.
	Visits  int `json:"visits"`
	Changes int `json:"changes"`
	// Misses counts the runs in a row in which the page was missing, MissedSince
	// is the first of them and MissedRun the last, so that none counts twice.
	Misses      int       `json:"misses,omitempty"`
	MissedSince time.Time `json:"missed_since,omitzero"`
	MissedRun   string    `json:"missed_run,omitempty"`
	// Retired: a page.gone was published and no snapshot after it.
	Retired bool `json:"retired,omitempty"`
	// MovedTo is where the last redirect led, or "".
	MovedTo string `json:"moved_to,omitempty"`
	// Bytes that the last body took on the wire.
	Bytes int64 `json:"bytes,omitempty"`
}

// Check is the data of a page.checked event: what a visit found. It is the only
// trace of a visit that found nothing new.
type Check struct {
	URL  string `json:"url"`
	Site string `json:"site"`
	Key  string `json:"key"`
	Kind string `json:"kind"`
	// Run is the ID of the run.
	Run string `json:"run"`
	// Outcome, Status, Fault and Reason as in Visit.
	Outcome string `json:"outcome"`
	Status  int    `json:"status"`
	Fault   string `json:"fault"`
	Reason  string `json:"reason"`
	// At is when the answer came.
	At time.Time `json:"at"`
	// DurationMS is how long the request took, in milliseconds.
	DurationMS int64 `json:"duration_ms"`
	// Bytes of the body on the wire.
	Bytes int64 `json:"bytes"`
	// BodySHA256 of the body that the page has now, or "".
	BodySHA256 string `json:"body_sha256"`
}
