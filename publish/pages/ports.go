package pages

import (
	"context"
	"time"

	"careerstream/publish/report"
	"careerstream/schemas/career"
	"careerstream/schemas/deadletter"
	"careerstream/schemas/page"
)

// Catalog is the published careers. It answers without ClickHouse. Its methods are
// safe for concurrent use; errors are fault.BrokerUnavailable or the context's.
type Catalog interface {
	// Find lists careers. An After that is no cursor of the catalog is an error
	// that wraps ErrCursor.
	Find(ctx context.Context, f Filter) (Found, error)
	// Latest returns the latest version, and false where the career is unknown.
	Latest(ctx context.Context, slug string) (career.Published, bool, error)
	// Version returns one version, and false where there is none.
	Version(ctx context.Context, slug string, number uint64) (career.Published, bool, error)
	// Versions lists every version of a career, oldest first.
	Versions(ctx context.Context, slug string) ([]Version, error)
	// Heir is the slug of the living career that a slug leads to as an alias or by
	// what replaced it; "" where there is none.
	Heir(slug string) string
	// Name of a living career, or "".
	Name(slug string) string
	// Summary is of the living careers, but for Careers.
	Summary() Summary
}

// Filter says which careers a list has; the zero value lists all.
type Filter struct {
	// Query is words that the names begin with.
	Query string
	// Site, Status (career.Active or career.Retired) and Has, a part by its name in
	// Summary; "" is any.
	Site, Status, Has string
	// MinQuality is 0 to 1.
	MinQuality float64
	// Sort is one of Sorts.
	Sort string
	// After is the cursor of a Found, or "", Limit the most careers to return.
	After string
	Limit int
}

// Orders of a list.
const (
	ByName    = "name"
	ByUpdated = "updated"
	ByQuality = "quality"
)

// Found is a page of a list.
type Found struct {
	Careers []Listing
	// Next is the cursor of the page after, "" on the last; Total counts all pages'.
	Next  string
	Total int
}

// Listing is a career in a list.
type Listing struct {
	Slug, Name, Site string
	// AlsoKnownAs are other names.
	AlsoKnownAs []string
	// Status is career.Active or career.Retired.
	Status string
	// Quality is 0 to 1.
	Quality float64
	// Parts that the record has, by name, in the order of the record.
	Parts []string
	// Version is the latest, and Updated when it was published.
	Version uint64
	Updated time.Time
}

// Version is a version of a career without its texts.
type Version struct {
	Number    uint64
	ValidFrom time.Time
	Quality   float64
	// Retired says that the career's page was gone by then.
	Retired bool
}

// Summary is what a catalog holds.
type Summary struct {
	// Ready is false while the catalog is still being read after a start.
	Ready bool
	// Active careers live; Careers counts those retired as well.
	Active, Careers, Versions int
	// Published is when the last version came.
	Published time.Time
	// Sites in the order of their names, Parts in the order of the record.
	Sites []string
	Parts []Coverage
}

// Coverage counts the living careers that have a part.
type Coverage struct {
	Part string
	Have int
}

// Pipeline is the state of what runs. Its methods are safe for concurrent use.
type Pipeline interface {
	// Health asks nobody.
	Health() Health
	// Lags are what each stage has still to do, in the order of a page's way.
	Lags(ctx context.Context) ([]Lag, error)
	// Runs returns the last n statements of runs, the newest first.
	Runs(ctx context.Context, n int) ([]page.Run, error)
}

// Health is the state of the process.
type Health struct {
	// Ready is false while anything is wrong; Troubles say what, and what to do.
	Ready    bool
	Troubles []string
}

// Lag is what a stage has still to do.
type Lag struct {
	Stage string
	// Left counts messages without a verdict.
	Left uint64
}

// Holds is the records that the drift guard keeps back.
type Holds interface {
	// List returns the last state of every career that was ever held.
	List(ctx context.Context) ([]career.Held, error)
	// Get returns one, and false where the career was never held.
	Get(ctx context.Context, slug string) (career.Held, bool, error)
	// Decide releases or rejects a record on condition that it is still the one
	// held, or returns ErrDecided.
	Decide(ctx context.Context, d Decision) error
}

// Decision is what a person makes of a held record.
type Decision struct {
	Slug string
	// ContentSHA256 and Snapshot tell the record that was looked at.
	ContentSHA256 string
	Snapshot      uint64
	// State is career.Released or career.Rejected.
	State string
	// Note says why, or is "".
	Note string
}

// Letter is a dead letter with its sequence in the stream of letters.
type Letter struct {
	deadletter.Letter
	At uint64
}

// Letters is the dead letters.
type Letters interface {
	// List returns the latest letter of each dead message, oldest first, without
	// the originals.
	List(ctx context.Context) ([]Letter, error)
	// Get returns one letter with its original, and false where there is none.
	Get(ctx context.Context, at uint64) (Letter, bool, error)
	// Redrive orders the stages to process the messages of open letters again. It
	// does not wait for what comes of it. Letters about input that never became a
	// message are left out.
	Redrive(ctx context.Context, at []uint64) (ordered int, err error)
}

// Reports is what ClickHouse knows. Every method may fail while it is down, and
// works again after.
type Reports interface {
	// State returns nil, or what is wrong with ClickHouse, and since when. It asks
	// nobody.
	State() (since time.Time, err error)
	// Make makes a report by name.
	Make(ctx context.Context, name string, opt report.Options) (report.Report, error)
	// Activity is what came in.
	Activity(ctx context.Context) (Activity, error)
	// Freshness is how long ago each living career's page was found as it is known.
	Freshness(ctx context.Context) ([]Age, error)
	// Inbound lists the careers whose pages link to one.
	Inbound(ctx context.Context, slug string) ([]Relation, error)
}

// Activity is what came in, by when the streams took it.
type Activity struct {
	Hour, Day Counts
	// Days of the last weeks without a gap, oldest first.
	Days []DayCounts
}

// Counts of what came in.
type Counts struct{ Pages, Versions, Outcomes uint64 }

// DayCounts are the counts of a day in UTC.
type DayCounts struct {
	Day time.Time
	Counts
}

// Age of what is known of a career.
type Age struct {
	Slug, Name string
	Verified   time.Time
}

// Relation is a career with how it is related.
type Relation struct {
	Slug, Name string
	// Kind is "type", "comparison" or "see_also".
	Kind string
}

// Similar finds careers that resemble one another.
type Similar interface {
	// Similar returns the nearest n careers, the best first.
	Similar(ctx context.Context, slug string, n int) ([]Neighbour, error)
}

// Neighbour is a similar career.
type Neighbour struct {
	Slug, Name string
	// Score is 0 to 1.
	Score float64
	// Shared are words that both have.
	Shared []string
}

// Attribution is what must be said where codes of a scheme are shown.
type Attribution struct {
	// Schemes of career.Code that it is for.
	Schemes   []string
	Text, URL string
}
