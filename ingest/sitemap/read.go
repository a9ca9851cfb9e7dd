package sitemap

import (
	"bufio"
	"cmp"
	"errors"
	"fmt"
	"io"
	"time"
)

// Defaults of Limits. The first two are the protocol's own
// (https://www.sitemaps.org/protocol.html#index).
const (
	DefaultMaxBytes    = 50 << 20
	DefaultMaxURLs     = 50_000
	DefaultMaxWarnings = 20
	// MaxLoc is how many bytes a URL may have ("must be less than 2,048 characters").
	MaxLoc = 2047
)

// Limits bound what one document can cost. A zero or negative field takes its
// default.
type Limits struct {
	// MaxBytes is the size of the uncompressed document.
	MaxBytes int64
	// MaxURLs is the number of entries, skipped ones included.
	MaxURLs int
	// MaxWarnings is the number of warnings kept before one that counts the rest.
	MaxWarnings int
}

func (l Limits) withDefaults() Limits {
	return Limits{
		MaxBytes:    cmp.Or(max(l.MaxBytes, 0), DefaultMaxBytes),
		MaxURLs:     cmp.Or(max(l.MaxURLs, 0), DefaultMaxURLs),
		MaxWarnings: cmp.Or(max(l.MaxWarnings, 0), DefaultMaxWarnings),
	}
}

// Entry is one page, or one further sitemap, that a document names.
type Entry struct {
	// Loc is an absolute http or https URL as written, without white space around it.
	Loc string
	// Nested says that Loc is a sitemap, not a page.
	Nested bool
	// LastMod is when the site says that the page last changed. It is zero where
	// nothing, or nothing readable, is said. A date without a time or zone is its
	// first instant in UTC.
	LastMod time.Time
	// LastModRaw is what LastMod was read from.
	LastModRaw string
	// ChangeFreq is lower-case and one of always, hourly, daily, weekly, monthly,
	// yearly and never, or "".
	ChangeFreq string
	// Priority is 0 to 1; 0.5, the protocol's default, where nothing readable is said.
	Priority float64
}

// Report says what became of a document.
type Report struct {
	// Kind is what the document is; Unknown when it cannot be told.
	Kind Kind
	// Gzip says that it came compressed.
	Gzip bool
	// Bytes is the size read, uncompressed.
	Bytes int64
	// Entries is the number delivered, Skipped of those left out with a warning.
	Entries, Skipped int
	// Warnings name entries that were skipped or partly unreadable, with their line.
	Warnings []string

	dropped int
}

// Read reads one document and calls each with every entry, in order. An error of
// each ends the reading and is returned as it is; an error of r is returned
// wrapped; every other error is an *Error. The report holds in every case, and
// entries delivered before an error are good.
func Read(r io.Reader, limits Limits, each func(Entry) error) (Report, error) {
	s := &scan{limits: limits.withDefaults(), each: each}
	err := s.run(r)
	if s.report.dropped > 0 {
		s.report.Warnings = append(s.report.Warnings, fmt.Sprintf("and %d more warnings", s.report.dropped))
	}
	return s.report, err
}

// scan is one Read.
type scan struct {
	limits Limits
	each   func(Entry) error
	report Report
	// line gives the current line of the document, 1 the first.
	line func() int
	seen int
}

// peekSize is how much of a document is looked at to tell what it is.
const peekSize = 4096

func (s *scan) run(r io.Reader) error {
	s.line = func() int { return 1 }
	raw := bufio.NewReaderSize(r, peekSize)
	plain, compressed, err := gunzip(raw)
	if err != nil {
		return s.wrap(err)
	}
	s.report.Gzip = compressed
	counted := &counter{r: plain, left: s.limits.MaxBytes, read: &s.report.Bytes}
	in := bufio.NewReaderSize(counted, 32<<10)
	prefix, err := in.Peek(peekSize)
	if err != nil && !errors.Is(err, io.EOF) && len(prefix) == 0 {
		return s.wrap(err)
	}
	text, prefix, err := decode(in, prefix)
	if err != nil {
		return s.wrap(err)
	}
	s.report.Kind = sniffText(prefix)
	switch {
	case s.report.Kind == HTML:
		return s.fail(IsHTML, "an HTML page was served as a sitemap")
	case s.report.Kind == Text:
		return s.lines(text)
	case startsMarkup(prefix):
		return s.xml(text)
	case blank(prefix):
		return s.fail(NotASitemap, "the document is empty")
	}
	return s.fail(NotASitemap, "the document is neither XML nor a list of URLs; it begins with %s", show(prefix))
}

// deliver hands an entry over when its URL is good.
func (s *scan) deliver(e Entry) error {
	if s.seen++; s.seen > s.limits.MaxURLs {
		return s.fail(TooMany, "more than %d URLs", s.limits.MaxURLs)
	}
	if e.Loc == "" {
		s.report.Skipped++
		s.warn("an entry has no URL")
		return nil
	}
	if reason := badLoc(e.Loc); reason != "" {
		s.report.Skipped++
		s.warn("URL %s %s", show([]byte(e.Loc)), reason)
		return nil
	}
	if err := s.each(e); err != nil {
		return &stopped{err}
	}
	s.report.Entries++
	return nil
}

func (s *scan) warn(format string, args ...any) {
	if len(s.report.Warnings) >= s.limits.MaxWarnings {
		s.report.dropped++
		return
	}
	s.report.Warnings = append(s.report.Warnings, fmt.Sprintf("line %d: ", s.line())+fmt.Sprintf(format, args...))
}
