package sitemap

import (
	"compress/flate"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
)

// Problem is what is wrong with a whole document; errors.Is(err, sitemap.IsHTML)
// asks for one.
type Problem string

// The problems.
const (
	// IsHTML: a page was served where a sitemap was expected, often an error page.
	IsHTML Problem = "html instead of a sitemap"
	// NotASitemap: the document is of no kind that is known, or empty.
	NotASitemap Problem = "not a sitemap"
	// TooLarge: over Limits.MaxBytes, or one piece of markup is absurdly long.
	TooLarge Problem = "sitemap too large"
	// TooMany: over Limits.MaxURLs.
	TooMany Problem = "too many URLs in a sitemap"
	// Truncated: the document ends in the middle.
	Truncated Problem = "sitemap cut off"
	// Malformed: broken XML or gzip, or an unknown charset.
	Malformed Problem = "malformed sitemap"
)

// Error returns the problem's name.
func (p Problem) Error() string { return string(p) }

// Error is why the reading of a document ended early.
type Error struct {
	Problem Problem
	// Line of the uncompressed document, 1 the first.
	Line int
	// Reason says what was found.
	Reason string
}

// Error gives problem, line and reason.
func (e *Error) Error() string { return fmt.Sprintf("%s: line %d: %s", e.Problem, e.Line, e.Reason) }

// Unwrap makes the problem visible to errors.Is.
func (e *Error) Unwrap() error { return e.Problem }

// stopped carries an error of the callback past wrap.
type stopped struct{ err error }

func (s *stopped) Error() string { return s.err.Error() }

func (s *scan) fail(p Problem, format string, args ...any) error {
	return &Error{Problem: p, Line: s.line(), Reason: fmt.Sprintf(format, args...)}
}

// Faults of the readers beneath, in words of their own for wrap.
const (
	errSize   = Problem("size limit")
	errMarkup = Problem("markup limit")
)

// wrap makes an *Error of what the readers beneath return.
func (s *scan) wrap(err error) error {
	var own *Error
	var stop *stopped
	var corrupt flate.CorruptInputError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &stop):
		return stop.err
	case errors.As(err, &own):
		return own
	case errors.Is(err, errSize):
		return s.fail(TooLarge, "more than %d bytes uncompressed", s.limits.MaxBytes)
	case errors.Is(err, errMarkup):
		return s.fail(TooLarge, "one tag, comment or text has more than %d bytes", maxToken)
	case errors.Is(err, io.ErrUnexpectedEOF):
		return s.fail(Truncated, "the compressed data end in the middle")
	case errors.As(err, &corrupt), errors.Is(err, gzip.ErrChecksum), errors.Is(err, gzip.ErrHeader):
		return s.fail(Malformed, "%v", err)
	}
	return fmt.Errorf("read sitemap at line %d: %w", s.line(), err)
}
