package crawl

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"careerstream/ingest"
	"careerstream/ingest/fetch"
	"careerstream/ingest/frontier"
	"careerstream/schemas/event"
	"careerstream/schemas/page"
)

// Getter makes one request, as fetch.Client does.
type Getter interface {
	// Get makes at most one request and never returns a nil Response. An error
	// is a *fetch.Error. It ends at once when ctx does.
	Get(ctx context.Context, req fetch.Request) (*fetch.Response, error)
}

var _ Getter = (*fetch.Client)(nil)

// Bodies keeps the bodies of pages, and those of sitemaps, which are read again
// when a site says that they have not changed.
type Bodies interface {
	ingest.Bodies
	// Get returns a body that was put, verified. Errors are fault.BodyMissing or
	// fault.BrokerUnavailable.
	Get(ctx context.Context, sha256 string) ([]byte, error)
}

// Scope says what a site's URLs are. It is a function of its arguments alone.
type Scope interface {
	// Page reports whether links to the URL are followed.
	Page(url string) bool
	// Article reports whether a link of a career page, with this text, leads to
	// where an answer goes on. The text is "" for a URL that a sitemap names.
	Article(url, text string) bool
	// Version names the rules; it changes when an answer may.
	Version() string
}

// Archive keeps exchanges, as a WARC file does.
type Archive interface {
	// Keep stores one exchange of a visit, whose response has Raw if the client keeps it. It
	// is called by several goroutines at once and must not keep the response.
	// An error stops the crawl: an archive with holes is none.
	Keep(ctx context.Context, v page.Visit, r *fetch.Response) error
}

// Deps are what a Crawler works with. The first seven are required.
type Deps struct {
	Frontier    frontier.Frontier
	States      frontier.States
	Bodies      Bodies
	Publisher   ingest.Publisher
	Last        event.LastReader
	DeadLetters ingest.DeadLetters
	// Pages fetches pages and robots.txt.
	Pages Getter
	// Sitemaps fetches sitemaps, which may be larger than pages; default Pages.
	Sitemaps Getter
	// Scope; default none: no links are followed but those of Options.Follow.
	Scope Scope
	// Archive; default none.
	Archive Archive
	// Clock gives the time of visits; default time.Now. Waiting is by the
	// machine's own clock.
	Clock func() time.Time
	// Log; default slog.DiscardHandler.
	Log *slog.Logger
}

func (d Deps) withDefaults() Deps {
	if d.Sitemaps == nil {
		d.Sitemaps = d.Pages
	}
	if d.Scope == nil {
		d.Scope = noScope{}
	}
	if d.Archive == nil {
		d.Archive = noArchive{}
	}
	if d.Clock == nil {
		d.Clock = time.Now
	}
	if d.Log == nil {
		d.Log = slog.New(slog.DiscardHandler)
	}
	return d
}

func (d Deps) validate() error {
	var errs []error
	for _, dep := range []struct {
		name    string
		missing bool
	}{
		{"Frontier", d.Frontier == nil}, {"States", d.States == nil}, {"Bodies", d.Bodies == nil},
		{"Publisher", d.Publisher == nil}, {"Last", d.Last == nil}, {"DeadLetters", d.DeadLetters == nil},
		{"Pages", d.Pages == nil},
	} {
		if dep.missing {
			errs = append(errs, fmt.Errorf("%s is missing", dep.name))
		}
	}
	return errors.Join(errs...)
}

type noScope struct{}

func (noScope) Page(string) bool            { return false }
func (noScope) Article(string, string) bool { return false }
func (noScope) Version() string             { return "" }

type noArchive struct{}

func (noArchive) Keep(context.Context, page.Visit, *fetch.Response) error { return nil }
