package warc

import "fmt"

// Problem is what is wrong; errors.Is(err, warc.Truncated) asks for one.
type Problem string

// The problems.
const (
	// NotWARC: the file does not begin with a record.
	NotWARC Problem = "not a WARC file"
	// Truncated: the file ends within a record.
	Truncated Problem = "WARC file cut off"
	// Malformed: a record breaks the format.
	Malformed Problem = "malformed WARC record"
	// TooLarge: a header or a decoded body is over its limit.
	TooLarge Problem = "WARC record too large"
	// BadDigest: the content is not what WARC-Block-Digest says.
	BadDigest Problem = "content does not match its digest"
	// BadPayload: the HTTP message within a record, or a coding of it, is broken.
	BadPayload Problem = "archived response cannot be read"
)

// Error returns the problem's name.
func (p Problem) Error() string { return string(p) }

// Error is what is wrong with a record.
type Error struct {
	Problem Problem
	// Offset is where the record begins in the file, in bytes, as Record.Offset.
	Offset int64
	// Stopped says that nothing after this record can be read.
	Stopped bool
	// Reason says what was found.
	Reason string
}

// Error gives problem, offset and reason.
func (e *Error) Error() string {
	return fmt.Sprintf("%s: record at byte %d: %s", e.Problem, e.Offset, e.Reason)
}

// Unwrap makes the problem visible to errors.Is.
func (e *Error) Unwrap() error { return e.Problem }
